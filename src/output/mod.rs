//! Where rendered frames go.

pub mod audio_file;
pub mod file;
#[cfg(feature = "live")]
pub mod live;
pub mod resample;
pub mod wav;

//! Where rendered frames go.

pub mod audio_file;
pub mod file;
pub mod folder;
#[cfg(feature = "live")]
pub mod live;
pub mod resample;
pub mod unfinished;
pub mod wav;

//! Where rendered frames go.

pub mod audio_file;
pub mod file;
pub mod resample;
pub mod wav;

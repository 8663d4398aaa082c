//! Where rendered frames go.

pub mod file;
pub mod folder;
pub mod resample;
pub mod wav;

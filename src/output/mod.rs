//! Where rendered frames go.

pub mod file;
pub mod resample;
pub mod wav;

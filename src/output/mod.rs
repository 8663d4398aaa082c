//! Where rendered frames go.

pub mod file;
#[cfg(feature = "live")]
pub mod live;
pub mod resample;
pub mod wav;

//! Where rendered frames go.

pub mod file;
pub mod wav;

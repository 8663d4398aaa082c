//! N64.
#![forbid(unsafe_code)]
pub mod hardware;

//! SNES.
#![forbid(unsafe_code)]

pub mod hardware;

//! Live playback from outside: without a sound card, by recording; and with a device that the test itself is.

#![cfg(feature = "live")]

mod alsa;
mod display;
mod long;
mod picture;
mod real_time;
mod rig;
mod ring;
mod session;
mod songs;
#[path = "../support/mod.rs"]
mod support;

const OVERTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/overture.m64");
/// Frames that a device asks for at a time.
const PERIOD: usize = 1024;

//! Sound at once: a ring of samples between the thread that renders and the callback of the sound device.
//!
//! `ring` is the hand-over, `device` finds devices and chooses a configuration, `stream` opens them.

#[cfg(target_os = "linux")]
mod alsa_pcm;
mod device;
mod priority;
mod ring;
mod stream;

pub use device::{DeviceList, SoundDevice};
pub use ring::{Feed, Level, Monitor, Sink, TRAILING_PERIODS, ring};

use crate::error::Error;

/// Frames of a device's period when nothing else is said. Never the device's default, which can be seconds.
pub const PERIOD: u32 = 1024;

/// Where a session's sound goes: a sound device, or a test that listens.
pub trait Outlet {
    /// Opens a stream, at `rate` frames per second if it can.
    ///
    /// # Errors
    ///
    /// If there is no device, or none that can be used.
    fn open(&mut self, rate: u32, monitor: &Monitor) -> Result<OpenStream, Error>;

    /// Its name.
    fn name(&self) -> String;
}

/// A stream that plays what its sink is given.
pub struct OpenStream {
    /// Frames per second.
    pub rate: u32,
    /// Frames that are asked for at a time.
    pub period: u32,
    /// Takes the frames.
    pub sink: Box<dyn Sink + Send>,
    /// Keeps the stream open.
    pub keeper: Box<dyn Keeper + Send>,
}

/// Keeps a stream open; closes it when dropped.
pub trait Keeper {
    /// Lets the device begin to ask for samples.
    ///
    /// # Errors
    ///
    /// If it does not.
    fn start(&mut self) -> Result<(), Error>;
}

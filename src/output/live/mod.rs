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
pub use ring::{Feed, Level, Monitor, Sink, ring};

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

/// How a device takes samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Frames per second.
    pub rate: u32,
    /// Samples per frame.
    pub channels: u16,
    /// Frames that are asked for at a time.
    pub period: u32,
    /// Frames that the device holds before they are heard.
    pub buffer: u32,
}

impl Shape {
    /// Frames of silence behind the last frame after which that has been heard: what the device holds, and the period that
    /// was being taken.
    #[must_use]
    pub const fn trailing(&self) -> u64 {
        self.buffer as u64 + self.period as u64
    }
}

/// A stream that plays what its sink is given.
pub struct OpenStream {
    /// How the device takes samples.
    pub shape: Shape,
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

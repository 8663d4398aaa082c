//! Instruments made by code, for songs that come without a bank.
//!
//! Every recording is computed when the [`Bank`] is first asked for (some tens of milliseconds) and is the same to
//! the last bit on every machine. Engines encode the recordings into their console's sample format and convert
//! [`Envelope`]s into its units.
//!
//! ```
//! use tatum_core::instruments::{Sample, bank};
//!
//! let piano = bank().instrument_for_program(0);
//! let zone = piano.zone_for_key(60);
//! let recording = &bank().samples[zone.sample];
//! assert_eq!(piano.name, "Grand Piano");
//! // The speed at which the recording sounds middle C.
//! let ratio = ((60.0 - f64::from(recording.root_key)) / 12.0).exp2();
//! assert!(ratio < 2.0 && recording.pcm.len() < 2 * Sample::RATE as usize);
//! ```
//!
//! | file | what it knows |
//! |---|---|
//! | `bank` | the types engines see; General MIDI numbers |
//! | `keys` `mallets` `plucked` `strings` `winds` `synths` `drums` | the recipes, by family |
//! | `take` | a recording in the making: partials, voices, noise, the seamless loop |
//! | `oscillator` `filter` `shape` `loudness` | what recordings are made of |

mod bank;
mod drums;
mod filter;
mod keys;
mod loudness;
mod mallets;
mod oscillator;
mod plucked;
mod shape;
mod strings;
mod synths;
mod take;
mod winds;

pub use bank::{Bank, Drum, Envelope, Instrument, Zone, bank};

/// One recording: 16-bit PCM with an optional loop.
///
/// A looped recording ends where its loop ends. One without a loop ends in silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Name, unique in the bank.
    pub name: &'static str,
    /// Samples at [`Sample::RATE`].
    pub pcm: Vec<i16>,
    /// First sample of the loop and the sample after its end; both are multiples of 16, so that every
    /// console's block codec can loop there.
    pub loop_points: Option<(usize, usize)>,
    /// MIDI key (60 = middle C) at which the recording sounds as recorded. It is exactly in tune: A4 (69) is 440 Hz.
    pub root_key: u8,
}

impl Sample {
    /// Frames per second of every built-in recording.
    pub const RATE: u32 = 32_000;
}

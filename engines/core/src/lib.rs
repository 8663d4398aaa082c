//! What Tatum's sound engines share.
//!
//! An engine turns bytes into a [`Player`], and a player renders [`Frame`]s at its console's native [`Rate`].
//! This crate holds those contracts, the one byte reader of all file parsers, and the [`instruments`] that
//! let every engine play a song that comes without a bank.
//!
//! ```
//! use tatum_core::{ByteReader, Rate};
//!
//! let mut reader = ByteReader::new("song.m64", &[0xFD, 0x81, 0x00]);
//! assert_eq!(reader.u8("command")?, 0xFD);
//! assert_eq!(reader.u16_be("delay")?, 0x8100);
//! assert!(reader.u8("next command").is_err());
//!
//! let ds = Rate::new(16_756_991, 512);
//! assert_eq!(ds.frames_in_seconds(2), 65_456);
//! # Ok::<(), tatum_core::FormatError>(())
//! ```

#![forbid(unsafe_code)]

mod channel_status;
mod diagnostic;
mod error;
mod frame;
pub mod instruments;
pub mod midi;
mod mutes;
pub mod parallel;
mod player;
mod probe;
mod rate;
mod reader;
mod repetition;
pub mod source;
mod vectors;

pub use channel_status::{ChannelStatus, Tempo};
pub use diagnostic::{Diagnostic, DiagnosticLog, Severity};
pub use error::{FormatError, FormatErrorKind, FormatProblem};
pub use frame::Frame;
pub use mutes::{Mutes, MutesError};
pub use player::{EnvelopeStage, Fault, LoopPoints, Player, Position, VoiceStatus};
pub use probe::{NullProbe, Probe};
pub use rate::Rate;
pub use reader::ByteReader;
pub use repetition::{RepetitionFinder, StateHasher};
pub use vectors::{UnknownVectors, Vectors};

//! The sound module of the SNES: SPC700, timers, ports and S-DSP, exact to the cycle.
//!
//! A `.spc` file is a sound module in the middle of playing. [`SpcPlayer`] carries on from there:
//!
//! ```
//! use tatum_core::{Frame, Player};
//! use tatum_snes::SpcPlayer;
//! use tatum_snes::format::SpcFile;
//!
//! # let bytes = SpcFile::default().to_bytes();
//! let file = SpcFile::parse("song.spc", &bytes)?;
//! let mut player = SpcPlayer::new(&file);
//! let mut frames = [Frame::SILENCE; 184];
//! assert_eq!(player.render(&mut frames), 184);
//! # Ok::<(), tatum_core::FormatError>(())
//! ```
//!
//! What plays without the console's processor drives [`hardware::ClockedDsp`], the DSP with its RAM.

#![deny(unsafe_code)]

pub mod author;
mod event;
pub mod format;
pub mod hardware;
mod nspc_player;
mod player;
pub mod sequencer;
pub mod timeline;
pub mod trace;
pub mod voice;
mod voice_status;

pub use event::{Event, Port};
pub use nspc_player::NspcPlayer;
pub use player::SpcPlayer;

/// The engine's revision: raised when what it plays changes in any sample.
pub const REVISION: u32 = 1;

//! The Nintendo DS sound engine.
//!
//! ```
//! use tatum_core::{Frame, Player};
//! use tatum_nds::format::sdat::{Sdat, SdatContents};
//! use tatum_nds::{NdsPlayer, Options, SequenceId};
//!
//! # let bytes = SdatContents::default().to_bytes();
//! let archive = Sdat::parse("sound.sdat", bytes)?;
//! match NdsPlayer::new(&archive, SequenceId::Sequence(0), Options::default()) {
//!     Ok(mut player) => {
//!         let mut frames = [Frame::SILENCE; 512];
//!         player.render(&mut frames);
//!     }
//!     Err(error) => println!("{error}"),
//! }
//! # Ok::<(), tatum_core::FormatError>(())
//! ```
//!
//! | room | what is there |
//! |---|---|
//! | [`mod@format`] | file layouts, both directions: SDAT, SSEQ, SSAR, SBNK, SWAR, STRM, `.nds`, NCSF; the event table; ADPCM |
//! | [`author`] | sequences as text, both directions |
//! | `sequencer` | players, tracks, and the interpreter by command family |
//! | `voice` | note-on, allocation, envelope, LFO, sweep, level and pitch, the flush of register writes |
//! | [`hardware`] | the sound unit: registers, timers, PCM, ADPCM, square wave, noise, mixer |
//! | [`host`] | the game's side: which sequence gets which driver player, and all outside calls |
//! | `driver` | one wake of the driver: the timeline |
//! | `player` | the clock: which wake falls on which frame |
//! | `timeline`, [`catalogue`] | how long songs are and where they loop; what is in an archive |
//! | [`event`], [`trace`] | what probes hear; register writes as text |

#![deny(unsafe_code)]

pub mod author;
pub mod catalogue;
mod driver;
pub mod event;
pub mod format;
pub mod hardware;
pub mod host;
mod player;
mod sequencer;
mod song;
mod stand_alone;
mod stream_player;
mod timeline;
pub mod trace;
mod voice;

pub use player::{CYCLES_PER_FRAME, CYCLES_PER_WAKE, NdsPlayer, Options, RATE, frame_of_wake};
pub use song::SequenceId;
pub use stand_alone::BankFiles;
pub use stream_player::StreamPlayer;
pub use timeline::{Ending, Timeline};

/// The engine's revision: raised when what it plays changes in any sample.
pub const REVISION: u32 = 1;

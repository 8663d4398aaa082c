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

#![forbid(unsafe_code)]

pub mod catalogue;
mod driver;
pub mod event;
pub mod format;
pub mod hardware;
pub mod host;
mod player;
pub mod sequencer;
mod song;
mod stand_alone;
mod stream_player;
mod timeline;
pub mod trace;
pub mod voice;

pub use player::{CYCLES_PER_FRAME, CYCLES_PER_WAKE, NdsPlayer, Options, RATE, frame_of_wake};
pub use song::SequenceId;
pub use stand_alone::BankFiles;
pub use stream_player::StreamPlayer;
pub use timeline::{Ending, Timeline};

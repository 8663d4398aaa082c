//! The Nintendo 64's "audioseq" engine: file formats, script interpreter, voices and the audio microcode.
//!
//! A sequence and its banks become an [`N64Player`], which computes what the console's engine and signal processor
//! compute, sample for sample:
//!
//! ```
//! use tatum_core::{Frame, Player};
//! use tatum_n64::{EngineVersion, N64Player, Settings, SoundFiles, SoundMemory, format::sequence::SequenceData};
//!
//! fn first_second(sequence: &[u8], files: &SoundFiles<'_>) -> Result<Vec<Frame>, tatum_core::FormatError> {
//!     let sequence = SequenceData::new("song.m64", sequence)?;
//!     let sounds = SoundMemory::load(files, 0)?;
//!     let mut player = N64Player::new(sequence, sounds, Settings::new(EngineVersion::Sm64Us))?;
//!     let mut frames = vec![Frame::SILENCE; player.rate().frames_in_seconds(1) as usize];
//!     player.render(&mut frames);
//!     Ok(frames)
//! }
//! ```
//!
//! The rooms: [`mod@format`] (files), [`sequencer`] (scripts), `voice` (allocation, envelope, pitch), `synthesis` (the
//! command lists the CPU writes), [`hardware`] (the chip that runs them), [`author`]
//! (making files).

#![deny(unsafe_code)]

pub mod author;
mod engine;
mod event;
pub mod format;
pub mod hardware;
mod ids;
mod player;
mod profile;
pub mod sequencer;
mod sound_memory;
pub mod synthesis;
pub mod timeline;
pub mod trace;
pub mod voice;

pub use engine::{COMMANDS_PER_UPDATE, Engine, SoundMode};
pub use event::{EngineProbe, Event, Operation, ScriptPlace};
pub use ids::{ChannelId, LayerId, PlayerId, VoiceId};
pub use player::{MAX_VOICES, N64Player, ScheduledAction, ScheduledStart, Settings};
pub use profile::{
    BankForm, EngineVersion, Generation, MAX_REVERB_UNITS, Preset, ReverbUnit, TICKS_PER_BEAT,
    TelevisionSystem, Timing,
};
pub use sequencer::host::HostAction;
pub use sound_memory::{
    FontFile, FontFiles, InstrumentEntry, LoadedSample, LoadedSound, ShindouFiles, SoundEntry, SoundFiles,
    SoundMemory,
};

/// The engine's revision: raised when what it plays changes in any sample.
pub const REVISION: u32 = 1;

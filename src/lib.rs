//! Tatum plays Nintendo's sequenced music the way the console does, and proves it.
//!
//! The engines are crates of their own; this one opens files, renders, compares and talks to people.
//!
//! ```no_run
//! use tatum::song::{OpenOptions, Song};
//! use tatum_core::Frame;
//!
//! let song = Song::open("song.m64".as_ref(), &OpenOptions::default())?;
//! let mut player = song.start()?;
//! let mut frames = vec![Frame::SILENCE; player.rate().frames_in_seconds(10) as usize];
//! player.render(&mut frames);
//! # Ok::<(), tatum::error::Error>(())
//! ```

#![forbid(unsafe_code)]

pub mod bank;
pub mod cli;
pub mod convert;
#[cfg(feature = "live")]
pub mod display;
pub mod error;
pub mod input;
pub mod manifest;
pub mod observation;
pub mod output;
#[cfg(feature = "live")]
pub mod playback;
pub mod rendering;
pub mod rom;
pub mod sample_file;
pub mod song;
pub mod table_text;
pub mod text_report;
pub mod trace;
pub mod verify;

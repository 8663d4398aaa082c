//! Making files for the console.
//!
//! | file | unit |
//! |:--|:--|
//! | [`midi`] | sequences as MIDI files, both directions |
//! | [`text`] | sequences as the SDK's text, both directions |
//! | [`recording`] | waves as PCM, both directions |
//! | [`envelope_shape`] | envelopes as curves in seconds |
//! | [`rom_archive`] | another sound archive in a game's image |

pub mod envelope_shape;
pub mod midi;
pub mod recording;
pub mod rom_archive;
pub mod text;

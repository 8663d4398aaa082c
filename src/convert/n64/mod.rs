//! Conversions of Nintendo 64 sequences.

pub(crate) mod listing;
pub(crate) mod midi;
mod midi_options;
pub(crate) mod mml;
pub(crate) mod options;
pub(crate) mod text;

use super::{Conversion, Format, MIDI};

pub use options::N64Options;

/// Sequences as games have them.
pub(super) static COM: Format =
    Format { name: "com", endings: &["com", "aseq", "m64", "seq", "zseq"], what: "Nintendo 64 sequence" };

/// Sequences as text.
pub(super) static MUS: Format = Format { name: "mus", endings: &["mus"], what: "Nintendo 64 sequence text" };

/// Songs in Music Macro Language.
pub(super) static MML: Format =
    Format { name: "mml", endings: &["mml"], what: "Nintendo 64 song in Music Macro Language" };

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[
    Conversion { from: &COM, to: &MUS, run: text::disassemble_to_text },
    Conversion { from: &MUS, to: &COM, run: text::assemble_text },
    Conversion { from: &MUS, to: &MUS, run: text::rewrite_text },
    Conversion { from: &MIDI, to: &COM, run: midi::import_to_sequence },
    Conversion { from: &MIDI, to: &MUS, run: midi::import_to_text },
    Conversion { from: &COM, to: &MIDI, run: midi::export_sequence },
    Conversion { from: &MUS, to: &MIDI, run: midi::export_text },
    Conversion { from: &MML, to: &COM, run: mml::compile_to_sequence },
    Conversion { from: &MML, to: &MUS, run: mml::compile_to_text },
    Conversion { from: &MML, to: &MIDI, run: mml::compile_to_midi },
    Conversion { from: &MML, to: &MML, run: mml::fix },
];

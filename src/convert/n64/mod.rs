//! Conversions of Nintendo 64 sequences.

pub(crate) mod listing;
pub(crate) mod options;
pub(crate) mod text;

use super::{Conversion, Format};

pub use options::N64Options;

/// Sequences as games have them.
pub(super) static COM: Format =
    Format { name: "com", endings: &["com", "aseq", "m64", "seq", "zseq"], what: "Nintendo 64 sequence" };

/// Sequences as text.
pub(super) static MUS: Format = Format { name: "mus", endings: &["mus"], what: "Nintendo 64 sequence text" };

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[
    Conversion { from: &COM, to: &MUS, run: text::disassemble_to_text },
    Conversion { from: &MUS, to: &COM, run: text::assemble_text },
    Conversion { from: &MUS, to: &MUS, run: text::rewrite_text },
];

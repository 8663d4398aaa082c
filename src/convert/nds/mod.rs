//! Conversions of Nintendo DS sound files.

pub(crate) mod sequence;

use super::{Conversion, Format};

/// Options of Nintendo DS sound files.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct NdsOptions {}

static SEQUENCE: Format = Format { name: "sseq", endings: &["sseq"], what: "sequence of the DS" };
static SEQUENCE_TEXT: Format =
    Format { name: "smft", endings: &["smft"], what: "sequence of the DS as the SDK's text" };
static SEQUENCE_ARCHIVE: Format =
    Format { name: "ssar", endings: &["ssar"], what: "sequence archive of the DS" };
static SEQUENCE_ARCHIVE_TEXT: Format =
    Format { name: "ssar-text", endings: &["mus"], what: "sequence archive of the DS as text" };

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[
    Conversion { from: &SEQUENCE, to: &SEQUENCE_TEXT, run: sequence::disassemble_file },
    Conversion { from: &SEQUENCE_TEXT, to: &SEQUENCE, run: sequence::assemble_sequence },
    Conversion { from: &SEQUENCE_ARCHIVE, to: &SEQUENCE_ARCHIVE_TEXT, run: sequence::disassemble_file },
    Conversion { from: &SEQUENCE_ARCHIVE_TEXT, to: &SEQUENCE_ARCHIVE, run: sequence::assemble_archive },
];

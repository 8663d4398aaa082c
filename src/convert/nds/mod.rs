//! Conversions of Nintendo DS sound files: one file per family.

mod archive;
mod bank;
mod layout;
pub(crate) mod midi;
pub(crate) mod samples;
pub(crate) mod sequence;
mod waves;

use std::path::{Component, Path, PathBuf};

use self::samples::Encoding;
use super::{Conversion, FOLDER, Format, MIDI};

/// Options of Nintendo DS sound files.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct NdsOptions {
    /// DS: which sound archive of a game that has several.
    #[arg(long, value_name = "N")]
    pub archive: Option<usize>,

    /// DS: unpack sequences and banks as text, waves and streams as WAV files.
    #[arg(long)]
    pub text: bool,

    /// DS: how new or changed recordings are stored.
    #[arg(long, value_name = "ENCODING")]
    pub encoding: Option<Encoding>,
}

static SEQUENCE: Format = Format { name: "sseq", endings: &["sseq"], what: "sequence of the DS" };
static SEQUENCE_TEXT: Format =
    Format { name: "smft", endings: &["smft"], what: "sequence of the DS as the SDK's text" };
static SEQUENCE_ARCHIVE: Format =
    Format { name: "ssar", endings: &["ssar"], what: "sequence archive of the DS" };
static SEQUENCE_ARCHIVE_TEXT: Format =
    Format { name: "ssar-text", endings: &["mus"], what: "sequence archive of the DS as text" };
static ARCHIVE: Format = Format { name: "sdat", endings: &["sdat"], what: "sound archive of the DS" };
static GAME: Format = Format { name: "nds", endings: &["nds", "srl"], what: "game of the DS" };
static ARCHIVE_FOLDER: Format =
    Format { name: "sdat-folder", endings: &[FOLDER], what: "folder of a sound archive of the DS" };
static BANK: Format = Format { name: "sbnk", endings: &["sbnk"], what: "bank of the DS" };
static BANK_TEXT: Format = Format { name: "sbnk-text", endings: &["toml"], what: "bank of the DS as text" };
static WAVES: Format = Format { name: "swar", endings: &["swar"], what: "wave archive of the DS" };
static WAVES_FOLDER: Format =
    Format { name: "swar-folder", endings: &[FOLDER], what: "folder of a wave archive of the DS" };
static WAVE: Format = Format { name: "swav", endings: &["swav"], what: "wave of the DS" };
static STREAM: Format = Format { name: "strm", endings: &["strm"], what: "stream of the DS" };
static WAV: Format = Format { name: "wav", endings: &["wav"], what: "WAV file" };

/// The conversions.
pub(super) const CONVERSIONS: &[Conversion] = &[
    Conversion { from: &SEQUENCE, to: &SEQUENCE_TEXT, run: sequence::disassemble_file },
    Conversion { from: &SEQUENCE_TEXT, to: &SEQUENCE, run: sequence::assemble_sequence },
    Conversion { from: &SEQUENCE_ARCHIVE, to: &SEQUENCE_ARCHIVE_TEXT, run: sequence::disassemble_file },
    Conversion { from: &SEQUENCE_ARCHIVE_TEXT, to: &SEQUENCE_ARCHIVE, run: sequence::assemble_archive },
    Conversion { from: &SEQUENCE, to: &MIDI, run: midi::sequence_to_midi },
    Conversion { from: &SEQUENCE_TEXT, to: &MIDI, run: midi::text_to_midi },
    Conversion { from: &ARCHIVE, to: &MIDI, run: midi::archive_to_midi },
    Conversion { from: &MIDI, to: &SEQUENCE, run: midi::midi_to_sequence },
    Conversion { from: &MIDI, to: &SEQUENCE_TEXT, run: midi::midi_to_text },
    Conversion { from: &ARCHIVE, to: &ARCHIVE_FOLDER, run: archive::archive_to_folder },
    Conversion { from: &GAME, to: &ARCHIVE_FOLDER, run: archive::game_to_folder },
    Conversion { from: &ARCHIVE_FOLDER, to: &ARCHIVE, run: archive::folder_to_archive },
    Conversion { from: &BANK, to: &BANK_TEXT, run: bank::bank_to_text },
    Conversion { from: &BANK_TEXT, to: &BANK, run: bank::text_to_bank },
    Conversion { from: &WAVES, to: &WAVES_FOLDER, run: waves::archive_to_folder },
    Conversion { from: &WAVES_FOLDER, to: &WAVES, run: waves::folder_to_archive },
    Conversion { from: &WAVE, to: &WAV, run: samples::wave_to_wav },
    Conversion { from: &WAV, to: &WAVE, run: samples::wav_to_wave },
    Conversion { from: &STREAM, to: &WAV, run: samples::stream_to_wav },
    Conversion { from: &WAV, to: &STREAM, run: samples::wav_to_stream },
];

/// A path below a folder; `None` if it would lead out of it.
pub(crate) fn inside(folder: &Path, name: &str) -> Option<PathBuf> {
    let relative = Path::new(name);
    let stays = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (stays && !name.is_empty()).then(|| folder.join(relative))
}

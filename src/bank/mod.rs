//! Samples and instruments: taken out of a file into a folder of texts and WAV files, and put back.
//!
//! | file | unit |
//! |:--|:--|
//! | `open` | which file has the banks |
//! | `audition` | an instrument note by note, through the engine |
//! | `n64` | banks, sound fonts and samples of the Nintendo 64 |
//! | `nds` | banks and waves of the DS |
//! | `snes` | images, `.spc` files and ROMs of the SNES: BRR and instrument tables |
//! | `snes_model` | the same in the form that all consoles share |
//! | `model` | banks of all consoles in one form |
//! | `envelope` | envelopes in seconds |
//! | `sound_font` | SoundFont 2 files |
//! | `listing` | what banks hold, as text |
//!
//! The DS keeps its banks in its archives: their folders are those of `tatum convert --text`.

mod audition;
mod envelope;
mod listing;
mod model;
mod n64;
mod nds;
mod open;
pub mod snes;
mod snes_model;
mod sound_font;

use std::io::Cursor;
use std::path::Path;

use tatum_snes::author::sample_bank::SampleBank;

use crate::convert::{Job, Options, convert, write_output};
use crate::error::Error;
use crate::output::audio_file::{AudioFile, OutputRate};
use crate::output::folder::PendingFolder;
use crate::output::wav::WavFormat;

pub use self::audition::{Choice, KeyRange};
use self::model::BankModel;
pub use self::open::BankOptions;
use self::open::Place;

/// What a folder holds, by the table in it.
const DS_TABLES: [(&str, &str, &str); 2] =
    [("archive.toml", "sdat-folder", "sdat"), ("waves.toml", "swar-folder", "swar")];

/// The banks of a file of any console.
pub struct BankFile(Content);

enum Content {
    N64(Box<n64::sound_set::SoundSet>),
    /// One sound archive or several, never none.
    Nds(Vec<nds::NdsBanks>),
    Snes(SampleBank),
}

impl BankFile {
    /// Opens the banks of a file or folder, or of the file that a manifest or the folder of an extracted game names.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or has no banks.
    pub fn open(path: &Path, options: &BankOptions) -> Result<Self, Error> {
        Place::find(path, options)?.open().map(Self)
    }

    fn model(&self) -> Result<BankModel, Error> {
        Ok(match &self.0 {
            Content::N64(set) => n64::model_of(set)?,
            Content::Nds(archives) => nds::model_of(archives),
            Content::Snes(bank) => snes_model::model_of(bank),
        })
    }

    /// What a person should know where only the first of several sound archives is used.
    fn note_of_first(&self) -> Option<String> {
        let Content::Nds(archives) = &self.0 else { return None };
        let first = archives.first()?.archive.as_ref().filter(|_| archives.len() > 1)?;
        Some(format!(
            "{} sound archives, this is {} {} (choose with --archive N)",
            first.count, first.number, first.path
        ))
    }

    /// What there is, as text for people or as JSON.
    ///
    /// # Errors
    ///
    /// If samples overlap beyond measure.
    pub fn list(&self, as_json: bool) -> Result<String, Error> {
        let model = self.model()?;
        if !as_json {
            return Ok(listing::text_of(&model));
        }
        let text = serde_json::to_string_pretty(&model);
        text.map(|text| text + "\n").map_err(|error| Error::Usage(format!("--json: {error}")))
    }
}

impl BankFile {
    /// Writes all banks, or one, as a SoundFont; of several sound archives those of the first. What could not be kept is
    /// told unless `quiet`.
    ///
    /// # Errors
    ///
    /// If there is no such bank, or the file cannot be written.
    pub fn to_sound_font(&self, bank: Option<usize>, output: &Path, quiet: bool) -> Result<(), Error> {
        let name = output.file_stem().unwrap_or_default().to_string_lossy();
        // Banks of several archives have the same numbers.
        let model = match &self.0 {
            Content::Nds(archives) => nds::model_of(archives.get(..1).unwrap_or_default()),
            _ => self.model()?,
        };
        if let Some(note) = self.note_of_first().filter(|_| !quiet) {
            eprintln!("tatum: {note}");
        }
        let font = sound_font::sound_font(&model, &name, bank)?;
        for note in font.notes.iter().filter(|_| !quiet) {
            eprintln!("tatum: {}: note: {note}", output.display());
        }
        write_output(output, &font.bytes)
    }
}

/// What is to be heard of a file's banks.
#[derive(Clone, Copy, Debug)]
pub struct Audition {
    /// The bank.
    pub bank: usize,
    /// The instrument.
    pub instrument: Choice,
    /// The notes.
    pub keys: KeyRange,
}

impl BankFile {
    /// Plays an instrument note by note, each for a second, and writes it as a WAV file. Of several sound archives the
    /// first one is taken, which is told unless `quiet`.
    ///
    /// # Errors
    ///
    /// If there is no such instrument, or the file cannot be written.
    pub fn audition(&self, audition: Audition, output: &Path, quiet: bool) -> Result<(), Error> {
        let Audition { bank, instrument, keys } = audition;
        if let Some(note) = self.note_of_first().filter(|_| !quiet) {
            eprintln!("tatum: {note}");
        }
        let mut player = match &self.0 {
            Content::N64(set) => audition::n64::player(set, bank, instrument, keys)?,
            Content::Nds(archives) => {
                let banks = archives.first().ok_or_else(|| Error::Usage("there are no banks".to_owned()))?;
                audition::nds::player(banks, bank, instrument, keys)?
            }
            Content::Snes(_) if bank != 0 => {
                return Err(Error::Usage(format!("--bank {bank}: there is only bank 0")));
            }
            Content::Snes(bank) => audition::snes::player(bank, instrument, keys)?,
        };
        let mut wav = Cursor::new(Vec::new());
        let mut file = AudioFile::new(&mut wav, output, player.rate(), OutputRate::Native, WavFormat::S16)?;
        audition::render(&mut player, keys, output, &mut |frames| file.write(frames))?;
        file.finish()?;
        write_output(output, wav.get_ref())
    }
}

/// Takes samples and instruments out of a file into a folder: of the Nintendo 64 all banks, or only one; of a DS game
/// one sound archive.
///
/// # Errors
///
/// If the file cannot be read or has none, or the folder cannot be written.
pub fn export(
    input: &Path,
    folder: &Path,
    bank: Option<usize>,
    options: &BankOptions,
    quiet: bool,
) -> Result<(), Error> {
    refuse_stream(folder)?;
    let place = Place::find(input, options)?;
    let ending = place.path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let ds_format = match ending.as_deref() {
        Some("sdat" | "nds" | "srl") => Some("sdat-folder"),
        Some("swar") => Some("swar-folder"),
        _ => None,
    };
    let is_game = matches!(ending.as_deref(), Some("nds" | "srl"));
    let only_some = || {
        let message = "--bank: only for banks of the N64 and for SoundFonts (a name ending in .sf2)";
        Err(Error::Usage(message.to_owned()))
    };
    if let Some(format) = ds_format {
        if bank.is_some() {
            return only_some();
        }
        if let Some(number) = place.archive.filter(|&number| number != 0 && !is_game) {
            return Err(nds::no_archive(number, 1));
        }
        let mut options = Options { quiet, ..Options::default() };
        options.nds.text = true;
        options.nds.archive = place.archive;
        let job = Job { input: &place.path, output: folder, options: &options };
        return convert(&job, None, Some(format));
    }
    match (place.open()?, bank) {
        (Content::N64(set), None) => n64::export(&set, folder),
        (Content::N64(set), Some(number)) => n64::export(&set.only(number).map_err(Error::Usage)?, folder),
        (_, Some(_)) => only_some(),
        (Content::Snes(bank), None) => {
            let folder = PendingFolder::create(folder)?;
            snes::write_folder(&bank, &folder, "")?;
            folder.finish()
        }
        (Content::Nds(_), None) => Err(Error::Usage(format!(
            "{}: expected a sound archive (.sdat), a game (.nds) or a wave archive (.swar); `tatum convert BANK.sbnk \
             BANK.toml` makes a text of a bank alone",
            place.path.display()
        ))),
    }
}

/// Makes a file of a folder that [`export`] wrote and a person may have edited.
///
/// # Errors
///
/// If something in the folder cannot be read or does not fit.
pub fn import(folder: &Path, output: &Path, quiet: bool) -> Result<(), Error> {
    for (table, from, to) in DS_TABLES {
        if folder.join(table).is_file() {
            let options = Options { quiet, ..Options::default() };
            return convert(&Job { input: folder, output, options: &options }, Some(from), Some(to));
        }
    }
    if folder.join(n64::TABLE).is_file() {
        refuse_stream(output)?;
        return n64::import(folder, output, quiet);
    }
    if folder.is_dir() && !folder.join(snes::TABLE).is_file() {
        let tables = DS_TABLES.map(|(table, ..)| table).join(", ");
        let message = format!(
            "{}: expected a folder with {}, {} or {tables}",
            folder.display(),
            n64::TABLE,
            snes::TABLE
        );
        return Err(Error::Usage(message));
    }
    let bank = snes::read_folder(folder, quiet)?;
    let image = bank.to_image(&folder.display().to_string())?;
    write_output(output, &image.to_bytes())
}

/// A folder cannot be a stream.
fn refuse_stream(folder: &Path) -> Result<(), Error> {
    if folder == Path::new("-") {
        return Err(Error::Usage("-: expected a folder to make, which cannot be standard output".to_owned()));
    }
    Ok(())
}

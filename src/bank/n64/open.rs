//! Reading banks: folders of sound files, ROMs, extracted games, lone fonts and manifests.

use std::ops::Range;
use std::path::Path;

use tatum_core::FormatError;
use tatum_n64::EngineVersion;
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::audio_archives::IndexedArchive;
use tatum_n64::format::bank::FontCounts;
use tatum_n64::format::index_table::{FontEntry, IndexTable};
use tatum_n64::format::rom::{ByteOrder, Rom};
use tatum_n64::format::shindou_rom::ShindouRom;
use tatum_n64::format::zelda_rom::ZeldaRom;

use super::sound_set::{AreaContent, AreaSlot, BankContent, BankSlot, Files, Form, SoundSet};
use super::{TABLE, folder};
use crate::error::Error;
use crate::manifest::{Body, Manifest};
use crate::song::read_file;

/// Names of the files of each form, as they lie in folders.
pub(super) const BANKS: &str = "sound_data.ctl";
pub(super) const SAMPLES: &str = "sound_data.tbl";
pub(super) const BANK_SETS: &str = "bank_sets";
pub(super) const BANKS_HEADER: &str = "banks_header";
pub(super) const SAMPLES_HEADER: &str = "samples_header";
pub(super) const GAME_FONTS: [&str; 2] = ["Audiobank", "Audiobank_index"];
pub(super) const GAME_SAMPLES: [&str; 2] = ["Audiotable", "Audiotable_index"];
pub(super) const GAME_SEQUENCES: [&str; 2] = ["Audioseq", "Audioseq_index"];
pub(super) const SEQUENCE_FONTS: &str = "sequence_fonts";
/// The sample bank beside lone fonts.
pub(super) const AUDIOTABLE: &str = "audiotable.bin";
/// Endings of a lone font and its index entry.
pub(super) const FONT_ENDING: &str = "zbank";
pub(super) const META_ENDING: &str = "bankmeta";
/// A game is taken for Majora's Mask if it has as many sequences.
const MAJORA_SEQUENCES: usize = 0x80;

/// Entries may overlap, but all of them together are not many times their file.
const MOST_SHARING: usize = 4;
/// Small files may be shared more.
const SHARED_AT_LEAST: usize = 1 << 20;

/// Opens the banks of a file or folder; `None` if it is nothing of this console.
///
/// # Errors
///
/// If it is, but cannot be read.
pub(in crate::bank) fn open(path: &Path, engine: Option<EngineVersion>) -> Result<Option<SoundSet>, Error> {
    let has = |name: &str| path.join(name).is_file();
    if path.is_dir() {
        return match () {
            () if has(TABLE) => folder::read(path, true).map(Some),
            () if has("case.toml") => open_manifest(&path.join("case.toml"), engine),
            () if has(GAME_FONTS[0]) => open_game_folder(path, engine).map(Some),
            () if has(BANKS) => open_folder(path, engine).map(Some),
            () => Ok(None),
        };
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("toml") if path.file_name().is_some_and(|name| name == TABLE) => {
            folder::read(parent(path), true).map(Some)
        }
        Some("toml") => open_manifest(path, engine),
        Some("ctl" | "tbl") => open_folder(parent(path), engine).map(Some),
        Some(FONT_ENDING) => {
            let meta = path.with_extension(META_ENDING);
            let samples = parent(path).join(AUDIOTABLE);
            open_fonts(&[(path, &meta)], &samples, engine.unwrap_or(EngineVersion::Ocarina)).map(Some)
        }
        Some("z64" | "n64" | "v64") => open_rom(path, read_file(path)?, engine),
        _ => Ok(None),
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

fn open_manifest(path: &Path, engine: Option<EngineVersion>) -> Result<Option<SoundSet>, Error> {
    let manifest = Manifest::read(path)?;
    let engine = engine.or_else(|| EngineVersion::from_id(&manifest.common.engine));
    match &manifest.body {
        Body::N64(body) => match &body.bank {
            Some(bank) => open(&manifest.resolve(bank), engine),
            None => Err(Error::Usage(format!("{}: it names no bank", path.display()))),
        },
        Body::Zelda(body) => {
            let paths: Vec<_> = body
                .fonts
                .iter()
                .map(|font| (manifest.resolve(&font.file), manifest.resolve(&font.meta)))
                .collect();
            let paths: Vec<_> = paths.iter().map(|(font, meta)| (font.as_path(), meta.as_path())).collect();
            let samples = manifest.resolve(&body.audiotable);
            open_fonts(&paths, &samples, engine.unwrap_or(EngineVersion::Ocarina)).map(Some)
        }
        Body::Input(body) => open(&manifest.resolve(&body.input), engine),
        _ => Ok(None),
    }
}

/// A folder of Super Mario 64's sound files.
fn open_folder(folder: &Path, engine: Option<EngineVersion>) -> Result<SoundSet, Error> {
    let read = |name: &str| Ok::<_, Error>((name.to_owned(), read_file(&folder.join(name))?));
    let mut stored = vec![read(BANKS)?, read(SAMPLES)?];
    let mut extras = Vec::new();
    if folder.join(BANK_SETS).is_file() {
        extras.push(read(BANK_SETS)?);
    }
    let origin = folder.display().to_string();
    if folder.join(BANKS_HEADER).is_file() {
        stored.extend([read(BANKS_HEADER)?, read(SAMPLES_HEADER)?]);
        let engine = engine.unwrap_or(EngineVersion::Sm64Sh);
        return Ok(parse(Form::Indexed, engine, &origin, stored, extras)?);
    }
    Ok(parse(Form::Archives, engine.unwrap_or(EngineVersion::Sm64Us), &origin, stored, extras)?)
}

/// An extracted game of the Zelda generation.
fn open_game_folder(folder: &Path, engine: Option<EngineVersion>) -> Result<SoundSet, Error> {
    let read = |name: &str| Ok::<_, Error>((name.to_owned(), read_file(&folder.join(name))?));
    let names = [GAME_FONTS, GAME_SAMPLES].concat();
    let stored = names.into_iter().map(read).collect::<Result<_, _>>()?;
    let mut extras = Vec::new();
    for name in GAME_SEQUENCES.into_iter().chain([SEQUENCE_FONTS]) {
        if folder.join(name).is_file() {
            extras.push(read(name)?);
        }
    }
    let index = extras.iter().find(|(name, _)| name == GAME_SEQUENCES[1]);
    let sequences = index.and_then(|(name, bytes)| IndexTable::parse(name, bytes).ok());
    let is_majora = sequences.is_some_and(|table| table.entries.len() >= MAJORA_SEQUENCES);
    let version = if is_majora { EngineVersion::Majora } else { EngineVersion::Ocarina };
    Ok(parse(Form::Game, engine.unwrap_or(version), &folder.display().to_string(), stored, extras)?)
}

/// Lone fonts with a sample bank.
fn open_fonts(fonts: &[(&Path, &Path)], samples: &Path, engine: EngineVersion) -> Result<SoundSet, Error> {
    let mut stored = Vec::new();
    for (font, meta) in fonts {
        let stem = font.file_stem().unwrap_or_default().to_string_lossy();
        stored.push((format!("{stem}.{FONT_ENDING}"), read_file(font)?));
        stored.push((format!("{stem}.{META_ENDING}"), read_file(meta)?));
    }
    stored.push((AUDIOTABLE.to_owned(), read_file(samples)?));
    let origin = parent(samples).display().to_string();
    Ok(parse(Form::Fonts, engine, &origin, stored, Vec::new())?)
}

/// A ROM image; `None` if it is none.
fn open_rom(path: &Path, bytes: Vec<u8>, engine: Option<EngineVersion>) -> Result<Option<SoundSet>, Error> {
    let name = path.display().to_string();
    if ByteOrder::detect(&bytes).is_none() {
        return Ok(None);
    }
    if ZeldaRom::recognizes(&bytes) {
        let rom = ZeldaRom::parse(&name, &bytes)?;
        let version = engine.unwrap_or(rom.version());
        let archives = rom.into_archives();
        let files = |[data, index]: [&str; 2], archive: &IndexedArchive| {
            [(data.to_owned(), archive.bytes().to_vec()), (index.to_owned(), archive.index().write())]
        };
        let stored = [files(GAME_FONTS, &archives.fonts), files(GAME_SAMPLES, &archives.samples)].concat();
        let mut extras = files(GAME_SEQUENCES, &archives.sequences).to_vec();
        extras.push((SEQUENCE_FONTS.to_owned(), archives.lists.write()));
        return Ok(Some(parse(Form::Game, version, &name, stored, extras)?));
    }
    let file = |name: &str, (_, bytes): (&str, &[u8])| (name.to_owned(), bytes.to_vec());
    if let Some(rom) = ShindouRom::find(&name, &bytes) {
        let files = rom.sound_files();
        let stored = vec![
            file(BANKS, files.banks),
            file(SAMPLES, files.samples),
            file(BANKS_HEADER, files.banks_header),
            file(SAMPLES_HEADER, files.samples_header),
        ];
        let extras = vec![file(BANK_SETS, files.bank_sets)];
        let version = engine.unwrap_or(EngineVersion::Sm64Sh);
        return Ok(Some(parse(Form::Indexed, version, &name, stored, extras)?));
    }
    let rom = Rom::parse(&name, bytes)?;
    let files = rom.sound_files();
    let stored = vec![file(BANKS, files.banks), file(SAMPLES, files.samples)];
    let extras = vec![file(BANK_SETS, files.bank_sets)];
    Ok(Some(parse(Form::Archives, engine.unwrap_or(rom.version()), &name, stored, extras)?))
}

/// The set that files of a form hold; `origin` is where they come from, for messages.
///
/// # Errors
///
/// If a directory or table among them is damaged. A bank that is damaged is kept as it is.
pub(super) fn parse(
    form: Form,
    engine: EngineVersion,
    origin: &str,
    stored: Files,
    extras: Files,
) -> Result<SoundSet, FormatError> {
    let mut set = SoundSet { form, engine, banks: Vec::new(), areas: Vec::new(), stored, extras };
    let stored = std::mem::take(&mut set.stored);
    let reader = FileReader { origin, files: &stored };
    match form {
        Form::Archives => read_archives(&mut set, &reader)?,
        Form::Indexed => read_indexed(&mut set, &reader, [BANKS, BANKS_HEADER], [SAMPLES, SAMPLES_HEADER])?,
        Form::Game => read_indexed(&mut set, &reader, GAME_FONTS, GAME_SAMPLES)?,
        Form::Fonts => read_fonts(&mut set, &reader)?,
    }
    set.stored = stored;
    Ok(set)
}

struct FileReader<'a> {
    origin: &'a str,
    files: &'a Files,
}

impl FileReader<'_> {
    /// A file's name in messages, and its bytes.
    fn file(&self, name: &str) -> Result<(String, &[u8]), FormatError> {
        let place = format!("{}: {name}", self.origin);
        match self.files.iter().find(|(known, _)| known == name) {
            Some((_, bytes)) => Ok((place, bytes)),
            None => Err(FormatError::invalid(place, 0, "file", "a file", "none")),
        }
    }
}

/// Counts the bytes that entries take, so that overlapping ones cannot take many times what the file has.
struct Budget {
    name: String,
    left: usize,
}

impl Budget {
    fn new(name: &str, length: usize) -> Self {
        Self { name: name.to_owned(), left: length.saturating_mul(MOST_SHARING).max(SHARED_AT_LEAST) }
    }

    fn take<'a>(&mut self, bytes: &'a [u8], range: Range<usize>) -> Result<&'a [u8], FormatError> {
        let offset = range.start as u64;
        let part = bytes.get(range).unwrap_or_default();
        match self.left.checked_sub(part.len()) {
            Some(left) => self.left = left,
            None => {
                let name = self.name.clone();
                return Err(FormatError::invalid(
                    name,
                    offset,
                    "entry",
                    "entries that do not overlap",
                    "many that do",
                ));
            }
        }
        Ok(part)
    }
}

/// Reads a bank, or keeps what cannot be read.
fn content(
    set: &SoundSet,
    name: &str,
    bytes: &[u8],
    counts: FontCounts,
    areas: [Option<u8>; 2],
) -> BankContent {
    let sizes = areas.map(|area| set.area(area?).map(<[u8]>::len));
    match set.form.parse(name, bytes, counts, sizes) {
        Ok(bank) => BankContent::Bank { bank, bytes: bytes.to_vec() },
        Err(error) => BankContent::Raw { bytes: bytes.to_vec(), counts, error },
    }
}

fn read_archives(set: &mut SoundSet, reader: &FileReader<'_>) -> Result<(), FormatError> {
    let (banks_name, banks_bytes) = reader.file(BANKS)?;
    let (samples_name, samples_bytes) = reader.file(SAMPLES)?;
    let banks = Archive::parse(&banks_name, banks_bytes, ArchiveKind::Banks)?;
    let samples = Archive::parse(&samples_name, samples_bytes, ArchiveKind::Samples)?;
    // Each bank has an entry in the sample file; areas are the different ones among them.
    let mut ranges = Vec::new();
    let mut budget = Budget::new(&samples_name, samples_bytes.len());
    for range in &samples.entries {
        if !ranges.contains(range) {
            ranges.push(range.clone());
            let bytes = budget.take(samples_bytes, range.clone())?.to_vec();
            set.areas.push(AreaSlot { content: AreaContent::Bytes(bytes), details: [0; 8] });
        }
    }
    let mut budget = Budget::new(&banks_name, banks_bytes.len());
    for (number, range) in banks.entries.iter().enumerate() {
        let area =
            samples.entries.get(number).and_then(|entry| ranges.iter().position(|range| range == entry));
        let areas = [area.and_then(|area| u8::try_from(area).ok()), None];
        let twin = banks.entries[..number].iter().position(|earlier| earlier == range && !range.is_empty());
        let twin = twin.filter(|twin| set.banks[*twin].areas == areas);
        let content = match twin {
            Some(twin) => BankContent::Alias(twin),
            None => {
                let name = format!("{banks_name}, bank {number}");
                let bytes = budget.take(banks_bytes, range.clone())?;
                content(set, &name, bytes, FontCounts::default(), areas)
            }
        };
        set.banks.push(BankSlot { name: None, content, areas, keeping: [0; 2] });
    }
    Ok(())
}

fn read_indexed(
    set: &mut SoundSet,
    reader: &FileReader<'_>,
    [banks, banks_header]: [&str; 2],
    [samples, samples_header]: [&str; 2],
) -> Result<(), FormatError> {
    let (samples_index_name, samples_index) = reader.file(samples_header)?;
    let (_, samples_bytes) = reader.file(samples)?;
    let table = IndexTable::parse(&samples_index_name, samples_index)?;
    let mut budget = Budget::new(&samples_index_name, samples_bytes.len());
    for (number, entry) in table.entries.iter().enumerate() {
        let content = match entry.alias() {
            Some(owner) => AreaContent::Alias(owner),
            None => {
                let (range, _) = table.data_range(&samples_index_name, number, samples_bytes.len())?;
                AreaContent::Bytes(budget.take(samples_bytes, range)?.to_vec())
            }
        };
        set.areas.push(AreaSlot { content, details: entry.details });
    }
    let (banks_index_name, banks_index) = reader.file(banks_header)?;
    let (banks_name, banks_bytes) = reader.file(banks)?;
    let table = IndexTable::parse(&banks_index_name, banks_index)?;
    let mut budget = Budget::new(&banks_index_name, banks_bytes.len());
    for (number, entry) in table.entries.iter().enumerate() {
        let font = entry.font();
        let content = match entry.alias() {
            Some(owner) => BankContent::Alias(owner),
            None => {
                let (range, _) = table.data_range(&banks_index_name, number, banks_bytes.len())?;
                let name = format!("{banks_name}, bank {number}");
                let bytes = budget.take(banks_bytes, range)?;
                content(set, &name, bytes, font.counts, font.sample_banks)
            }
        };
        let keeping = [entry.details[0], entry.details[1]];
        set.banks.push(BankSlot { name: None, content, areas: font.sample_banks, keeping });
    }
    Ok(())
}

fn read_fonts(set: &mut SoundSet, reader: &FileReader<'_>) -> Result<(), FormatError> {
    let (_, samples) = reader.file(AUDIOTABLE)?;
    set.areas.push(AreaSlot { content: AreaContent::Bytes(samples.to_vec()), details: [0; 8] });
    for (file, bytes) in reader.files {
        let Some(stem) = file.strip_suffix(&format!(".{FONT_ENDING}")) else { continue };
        let (meta_name, meta) = reader.file(&format!("{stem}.{META_ENDING}"))?;
        let entry = FontEntry::parse(&meta_name, meta)?;
        // There is one file of samples, whatever its number was in the game.
        let most = entry.sample_banks.into_iter().flatten().max().unwrap_or(0);
        while set.areas.len() <= most.into() {
            set.areas.push(AreaSlot { content: AreaContent::Alias(0), details: [0; 8] });
        }
        let (name, _) = reader.file(file)?;
        let content = content(set, &name, bytes, entry.counts, entry.sample_banks);
        let keeping = [meta[0], meta[1]];
        set.banks.push(BankSlot { name: Some(stem.to_owned()), content, areas: entry.sample_banks, keeping });
    }
    Ok(())
}

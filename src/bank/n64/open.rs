//! Reading banks: folders of sound files, ROMs, extracted games, lone fonts and what manifests list.

use std::path::Path;

use tatum_n64::EngineVersion;
use tatum_n64::format::audio_archives::IndexedArchive;
use tatum_n64::format::game_image::GameImage;
use tatum_n64::format::index_table::IndexTable;

use super::parse::parse;
use super::sound_set::{Form, SoundSet};
use super::{TABLE, read_folder};
use crate::error::Error;
use crate::manifest::{Body, Manifest};
use crate::rom::profile;
use crate::song::read_file;
use crate::song::zelda_pack::own_font;

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

/// Opens the banks of a file or folder; `None` if it is nothing of this console, or a ROM.
///
/// # Errors
///
/// If it is, but cannot be read.
pub(in crate::bank) fn open(path: &Path, engine: Option<EngineVersion>) -> Result<Option<SoundSet>, Error> {
    let has = |name: &str| path.join(name).is_file();
    if path.is_dir() {
        return match () {
            () if has(TABLE) => read_folder::read(path, true).map(Some),
            () if has(GAME_FONTS[0]) => open_game_folder(path, engine).map(Some),
            () if has(BANKS) => open_folder(path, engine).map(Some),
            () => Ok(None),
        };
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("toml") if path.file_name().is_some_and(|name| name == TABLE) => {
            read_folder::read(parent(path), true).map(Some)
        }
        Some("ctl" | "tbl") => open_folder(parent(path), engine).map(Some),
        Some(FONT_ENDING) => {
            let meta = path.with_extension(META_ENDING);
            let samples = parent(path).join(AUDIOTABLE);
            open_fonts(&[(path, &meta)], &samples, engine.unwrap_or(EngineVersion::Ocarina)).map(Some)
        }
        Some("ootrs" | "mmrs") => open_pack(path, engine).map(Some),
        _ => Ok(None),
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Opens the fonts that a manifest of the Zelda generation lists; `None` if it lists none.
///
/// # Errors
///
/// If one of its files cannot be read.
pub(in crate::bank) fn open_manifest(
    manifest: &Manifest,
    engine: Option<EngineVersion>,
) -> Result<Option<SoundSet>, Error> {
    let Body::Zelda(body) = &manifest.body else { return Ok(None) };
    let paths: Vec<_> =
        body.fonts.iter().map(|font| (manifest.resolve(&font.file), manifest.resolve(&font.meta))).collect();
    let paths: Vec<_> = paths.iter().map(|(font, meta)| (font.as_path(), meta.as_path())).collect();
    let samples = manifest.resolve(&body.audiotable);
    open_fonts(&paths, &samples, engine.unwrap_or(EngineVersion::Ocarina)).map(Some)
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

/// The font that a music pack brings.
fn open_pack(path: &Path, engine: Option<EngineVersion>) -> Result<SoundSet, Error> {
    let (font, version) = own_font(path)?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let [samples, _] = font.sample_banks;
    let stored = vec![
        (format!("{stem}.{FONT_ENDING}"), font.font),
        (format!("{stem}.{META_ENDING}"), font.entry.to_bytes().to_vec()),
        (AUDIOTABLE.to_owned(), samples),
    ];
    Ok(parse(Form::Fonts, engine.unwrap_or(version), &path.display().to_string(), stored, Vec::new())?)
}

/// Opens the banks of a ROM image; `games` is a profile of games that comes before the built-in ones.
///
/// # Errors
///
/// If it is no game that is known, or damaged, or the profile cannot be read.
pub(in crate::bank) fn open_rom(
    path: &Path,
    bytes: Vec<u8>,
    engine: Option<EngineVersion>,
    games: Option<&Path>,
) -> Result<SoundSet, Error> {
    let name = path.display().to_string();
    let image = GameImage::parse(&name, bytes, &*profile::games(games)?)?;
    let version = engine.unwrap_or(image.facts().version);
    let file = |name: &str, (_, bytes): (&str, &[u8])| (name.to_owned(), bytes.to_vec());
    Ok(match image {
        GameImage::Zelda(rom) => {
            let archives = rom.into_archives();
            let files = |[data, index]: [&str; 2], archive: &IndexedArchive| {
                [(data.to_owned(), archive.bytes().to_vec()), (index.to_owned(), archive.index().write())]
            };
            let stored =
                [files(GAME_FONTS, &archives.fonts), files(GAME_SAMPLES, &archives.samples)].concat();
            let mut extras = files(GAME_SEQUENCES, &archives.sequences).to_vec();
            extras.push((SEQUENCE_FONTS.to_owned(), archives.lists.write()));
            parse(Form::Game, version, &name, stored, extras)?
        }
        GameImage::Indexed(rom) => {
            let files = rom.sound_files();
            let stored = vec![
                file(BANKS, files.banks),
                file(SAMPLES, files.samples),
                file(BANKS_HEADER, files.banks_header),
                file(SAMPLES_HEADER, files.samples_header),
            ];
            parse(Form::Indexed, version, &name, stored, vec![file(BANK_SETS, files.bank_sets)])?
        }
        GameImage::Archives(rom) => {
            let files = rom.sound_files();
            let stored = vec![file(BANKS, files.banks), file(SAMPLES, files.samples)];
            parse(Form::Archives, version, &name, stored, vec![file(BANK_SETS, files.bank_sets)])?
        }
    })
}

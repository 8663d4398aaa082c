//! Sound archives (SDAT) as folders.
//!
//! | file | unit |
//! |:--|:--|
//! | `mod` | unpacking and packing |
//! | `manifest` | `archive.toml`: names and records of all items |
//! | `file_names` | names of the files, made of symbols |

mod file_names;
mod manifest;

use std::path::Path;

use tatum_nds::author::text::disassemble;
use tatum_nds::format::rom::sound_archives;
use tatum_nds::format::sdat::{Sdat, SdatContents};

use self::file_names::file_names;
use self::manifest::Manifest;
use super::layout::Layout;
use super::sequence::{Kind, assemble_file};
use super::{bank, inside, samples, waves};
use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::song::read_file;
use crate::table_text;

/// The table of contents in the folder.
const MANIFEST: &str = "archive.toml";
/// What the archive holds besides its files, if it is laid out in another way than this program writes it.
const LAYOUT: &str = "layout.bin";

const HEADING: &str = "A sound archive of the Nintendo DS. `files` are in the order of their numbers; items follow in
the order of theirs. A number that has no item has an entry without `file`; an entry of `waves` or `archives` that is -1
is an unused slot. Whatever is not changed is packed as it was, byte for byte.";

/// A sound archive to a folder.
pub(super) fn archive_to_folder(job: &Job<'_>) -> Result<(), Error> {
    unpack(job, &job.input.display().to_string(), read_file(job.input)?)
}

/// A sound archive of a game to a folder.
pub(super) fn game_to_folder(job: &Job<'_>) -> Result<(), Error> {
    let image = read_file(job.input)?;
    let name = job.input.display().to_string();
    let found = sound_archives(&name, &image)?;
    let number = job.options.nds.archive.unwrap_or(0);
    let Some(place) = found.get(number) else {
        let message = format!("--archive: expected a number below {}, found {number}", found.len());
        return Err(Error::Usage(message));
    };
    if found.len() > 1 && job.options.nds.archive.is_none() && !job.options.quiet {
        let all: Vec<_> =
            found.iter().enumerate().map(|(number, one)| format!("{number} {}", one.path)).collect();
        eprintln!(
            "tatum: {} sound archives, this is 0 (choose with --archive N): {}",
            found.len(),
            all.join(", ")
        );
    }
    let bytes = image.get(place.range.clone()).unwrap_or_default().to_vec();
    unpack(job, &format!("{name}: {}", place.path), bytes)
}

/// A folder to a sound archive.
pub(super) fn folder_to_archive(job: &Job<'_>) -> Result<(), Error> {
    write_output(job.output, &pack(job.input, job)?)
}

fn unpack(job: &Job<'_>, name: &str, bytes: Vec<u8>) -> Result<(), Error> {
    let as_text = job.options.nds.text;
    let archive = Sdat::parse(name, bytes)?;
    let contents = archive.contents()?;
    let mut names = file_names(&contents, as_text);
    let folder = PendingFolder::create(job.output)?;
    for (id, file) in contents.files.iter().enumerate() {
        let written = if as_text { unpack_text(&archive, id, file, &names[id], &folder)? } else { false };
        if !written {
            folder.discard(&names[id]);
            names[id] = file_names::binary_name(&names[id], file);
            folder.write(&names[id], file)?;
        }
    }
    let mut manifest = Manifest::new(&contents, names);
    if manifest.contents(contents.files.clone()).to_bytes()[..] != archive.bytes()[..] {
        let ranges: Vec<_> =
            (0..contents.files.len() as u32).map(|id| archive.file_range(id)).collect::<Result<_, _>>()?;
        let layout = Layout::cut(archive.bytes(), &ranges);
        folder.write(LAYOUT, &layout.rest)?;
        manifest.layout = Some(LAYOUT.to_owned());
        manifest.cuts = layout.cuts;
    }
    let text = table_text::write(Path::new(MANIFEST), HEADING, &manifest)?;
    folder.write(MANIFEST, text.as_bytes())?;
    folder.finish()
}

/// Writes a file in its editable form, if it has one that gives the same bytes back.
fn unpack_text(
    archive: &Sdat,
    id: usize,
    file: &[u8],
    path: &str,
    folder: &PendingFolder,
) -> Result<bool, Error> {
    let name = format!("{}: {path}", archive.name());
    match file.first_chunk() {
        Some(b"SSEQ" | b"SSAR") => {
            let Ok(text) = disassemble(path, file, &entry_names(archive, id)) else { return Ok(false) };
            folder.write(path, text.as_bytes())?;
        }
        Some(b"SBNK") => {
            let Ok(text) = bank::to_text(&name, file, Path::new(path)) else { return Ok(false) };
            folder.write(path, text.as_bytes())?;
            return Ok(bank::from_text(&folder.path().join(path)).is_ok_and(|again| again == file));
        }
        Some(b"SWAR") => {
            if waves::unpack(&name, file, folder, &format!("{path}/")).is_err() {
                return Ok(false);
            }
            return Ok(waves::pack(&folder.path().join(path), None).is_ok_and(|again| again == file));
        }
        Some(b"STRM") => {
            let Ok(stream) = samples::stream_file(&name, file.to_vec()) else { return Ok(false) };
            folder.write(path, &stream.to_bytes(Path::new(path))?)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Symbols of the entries of a sequence archive by its file.
fn entry_names(archive: &Sdat, id: usize) -> Vec<Option<String>> {
    let number =
        archive.info.sequence_archives.iter().position(|file| file.is_some_and(|file| file as usize == id));
    let symbols = archive.symbols.as_ref().zip(number);
    symbols
        .and_then(|(symbols, number)| symbols.sequence_archives.get(number)?.entries.clone())
        .unwrap_or_default()
}

fn pack(folder: &Path, job: &Job<'_>) -> Result<Vec<u8>, Error> {
    let path = folder.join(MANIFEST);
    let manifest: Manifest = table_text::read(&path)?;
    manifest.check().map_err(|message| table_text::error(&path, message))?;
    let mut files = Vec::with_capacity(manifest.files.len());
    for name in &manifest.files {
        let file = inside(folder, name)
            .ok_or_else(|| table_text::error(&path, format!("files: '{name}' lies outside of the folder")))?;
        files.push(read_part(&file, job)?);
    }
    let contents = manifest.contents(files);
    if let Some(name) = &manifest.layout {
        let file = inside(folder, name).ok_or_else(|| {
            table_text::error(&path, format!("layout: '{name}' lies outside of the folder"))
        })?;
        let layout = Layout { rest: read_file(&file)?, cuts: manifest.cuts.clone() };
        if let Some(bytes) = unchanged(&layout, &contents) {
            return Ok(bytes);
        }
        if !job.options.quiet {
            eprintln!(
                "tatum: {}: names, records or sizes were changed: the archive is laid out anew",
                path.display()
            );
        }
    }
    Ok(contents.to_bytes())
}

/// The archive in its old layout, if that still says what the folder says.
fn unchanged(layout: &Layout, contents: &SdatContents) -> Option<Vec<u8>> {
    let bytes = layout.fill(&contents.files)?;
    let same = Sdat::parse("layout", bytes.clone()).ok()?.contents().ok()?;
    (manifest::normal(&same) == manifest::normal(contents)).then_some(bytes)
}

/// A file of the archive from its editable or its binary form.
fn read_part(path: &Path, job: &Job<'_>) -> Result<Vec<u8>, Error> {
    let quiet = job.options.quiet;
    let encoding = job.options.nds.encoding;
    if path.is_dir() {
        return waves::pack(path, encoding);
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("smft") => assemble_file(path, Kind::Sequence, quiet),
        Some("mus") => assemble_file(path, Kind::Archive, quiet),
        Some("toml") => bank::from_text(path),
        Some("wav") => samples::read_stream(path, encoding.map(Into::into)),
        _ => read_file(path),
    }
}

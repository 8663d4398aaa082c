//! Songs of the Nintendo DS: sound archives, games, NCSF files, bare sequences, streams and manifests.
//!
//! | file | unit |
//! |:--|:--|
//! | `sequence` | a sequence as a song: length, traces, what is told about it |
//! | `stream` | a stream as a song |

mod sequence;
mod stream;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tatum_core::FormatError;
use tatum_nds::format::ncsf::{NCSF_VERSION, Ncsf};
use tatum_nds::format::rom::sound_archives;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::strm::Strm;
use tatum_nds::{BankFiles, RATE, SequenceId};

use self::sequence::NdsSong;
use self::stream::StreamSong;
use super::info::{SongEntry, TagInfo};
use super::{NDS_ENGINE, OpenOptions, Song, Source, ending, read_file, title_of};
use crate::convert::nds::sequence::{Kind as TextKind, assemble_bytes};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::nds::NdsManifest;

/// Wave archives a bank can use.
const WAVE_SLOTS: usize = 4;
/// The setting that chooses one of a game's sound archives.
const ARCHIVE_KEY: &str = "archive";

/// What a file of this console is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A sound archive.
    Archive,
    /// A NCSF file: an archive with tags, or a sequence of one.
    Ncsf,
    /// A sequence.
    Sequence,
    /// The text of a sequence.
    SequenceText,
    /// A stream.
    Stream,
    /// A game's image.
    Game,
}

/// What a file is, by its first bytes or its ending; `None` if it is nothing of this console.
pub(crate) fn kind_of(path: &Path, bytes: &[u8]) -> Option<Kind> {
    match (bytes.first_chunk(), ending(path).as_deref()) {
        (Some(b"SDAT"), _) | (_, Some("sdat")) => Some(Kind::Archive),
        (Some([b'P', b'S', b'F', NCSF_VERSION]), _) | (_, Some("ncsf" | "minincsf")) => Some(Kind::Ncsf),
        (Some(b"SSEQ"), _) | (_, Some("sseq")) => Some(Kind::Sequence),
        (_, Some("smft")) => Some(Kind::SequenceText),
        (Some(b"STRM"), _) | (_, Some("strm")) => Some(Kind::Stream),
        (_, Some("nds" | "srl")) => Some(Kind::Game),
        _ => None,
    }
}

/// Whether a file belongs to this console.
pub(super) fn recognizes(path: &Path, bytes: &[u8]) -> bool {
    kind_of(path, bytes).is_some()
}

/// Whether a file is a game's image, by its name.
pub(super) fn is_game(path: &Path) -> bool {
    matches!(ending(path).as_deref(), Some("nds" | "srl"))
}

/// A song of a manifest.
pub(super) fn open_manifest(manifest: &Manifest, body: &NdsManifest) -> Result<Song, Error> {
    let path = manifest.resolve(&body.file);
    let archive = Sdat::parse(&path.display().to_string(), read_file(&path)?)?;
    let song = NdsSong {
        archive,
        schedule: body.schedule().map_err(|message| manifest.error(message))?,
        options: body.options().map_err(|message| manifest.error(message))?,
        tagged: None,
        tags: Vec::new(),
        is_bare: false,
    };
    let title = manifest.common.title.clone().unwrap_or_else(|| title_of(&manifest.path));
    Ok(into_song(song, &manifest.path, title, body.frames))
}

/// Any other file of this console.
pub(super) fn open_bytes(path: &Path, bytes: Vec<u8>, options: &OpenOptions) -> Result<Song, Error> {
    let name = path.display().to_string();
    if options.settings.iter().any(|(key, _)| key != ARCHIVE_KEY) {
        return Err(Error::Usage(format!("--set: this engine only knows '{ARCHIVE_KEY}'")));
    }
    match kind_of(path, &bytes) {
        Some(Kind::Stream) => {
            let song = StreamSong { bytes: bytes.len(), stream: Strm::parse(&name, bytes)? };
            Ok(into_song(song, path, title_of(path), None))
        }
        Some(Kind::Ncsf) => open_ncsf(path, &bytes, options),
        Some(Kind::SequenceText) => {
            let folder = path.parent().unwrap_or(Path::new(""));
            let sequence = assemble_bytes(&name, &bytes, folder, TextKind::Sequence, false)?;
            open_sequence(path, &sequence, options)
        }
        Some(Kind::Sequence) => open_sequence(path, &bytes, options),
        Some(Kind::Game) => {
            let found = sound_archives(&name, &bytes)?;
            let number = archive_number(options, found.len())?;
            let place = &found[number];
            let archive_name = format!("{name}: {}", place.path);
            let archive = Sdat::parse(&archive_name, bytes[place.range.clone()].to_vec())?;
            let mut song = open_archive(path, archive, options)?;
            if found.len() > 1 {
                let others: Vec<_> =
                    found.iter().enumerate().map(|(number, one)| format!("{number} {}", one.path)).collect();
                song.notes.push(format!(
                    "{} sound archives, this is {number} (choose with --set {ARCHIVE_KEY}=N): {}",
                    found.len(),
                    others.join(", ")
                ));
            }
            Ok(song)
        }
        Some(Kind::Archive) | None => open_archive(path, Sdat::parse(&name, bytes)?, options),
    }
}

fn open_sequence(path: &Path, bytes: &[u8], options: &OpenOptions) -> Result<Song, Error> {
    let mut notes = Vec::new();
    let archive = wrap_sequence(path, bytes, options, &mut notes)?;
    let song = NdsSong { is_bare: true, ..NdsSong::new(archive, SequenceId::Sequence(0)) };
    Ok(Song { notes, ..into_song(song, path, title_of(path), None) })
}

fn archive_number(options: &OpenOptions, count: usize) -> Result<usize, Error> {
    let Some((_, value)) = options.settings.iter().rfind(|(key, _)| key == ARCHIVE_KEY) else { return Ok(0) };
    value.parse().ok().filter(|&number| number < count).ok_or_else(|| {
        Error::Usage(format!("--set {ARCHIVE_KEY}: expected a number below {count}, found '{value}'"))
    })
}

pub(super) fn open_archive(path: &Path, archive: Sdat, options: &OpenOptions) -> Result<Song, Error> {
    if let Some(wanted) = options.song.as_deref()
        && let Some(number) = find_stream(&archive, wanted)
    {
        return open_stream(path, &archive, number);
    }
    let sequences = archive.sequences();
    let id = match &options.song {
        Some(name) => archive.find_sequence(name).ok_or_else(|| {
            Error::Usage(format!("--song: no sequence '{name}' in {} (see tatum info)", path.display()))
        })?,
        None => match sequences.first() {
            Some(first) => first.id,
            None => return open_stream(path, &archive, 0),
        },
    };
    let name = sequences.iter().find(|one| one.id == id).and_then(|one| one.name.clone());
    let title = format!("{}, {}", title_of(path), name.unwrap_or_else(|| format!("sequence {}", label(id))));
    let songs = entries(&archive);
    Ok(Song { songs, ..into_song(NdsSong::new(archive, id), path, title, None) })
}

/// All sequences of an archive.
pub(super) fn entries(archive: &Sdat) -> Vec<SongEntry> {
    let sequences = archive.sequences().into_iter();
    sequences
        .map(|sequence| SongEntry {
            number: label(sequence.id),
            name: sequence.name,
            bytes: sequence.size,
            banks: vec![sequence.settings.bank.into()],
        })
        .collect()
}

/// A stream by `stream:N` or by its symbol.
fn find_stream(archive: &Sdat, wanted: &str) -> Option<u32> {
    if let Some(number) = wanted.strip_prefix("stream:") {
        return number.parse().ok();
    }
    let mut streams = archive.streams().into_iter();
    streams.find(|stream| stream.name.as_deref() == Some(wanted)).map(|stream| stream.number)
}

fn open_stream(path: &Path, archive: &Sdat, number: u32) -> Result<Song, Error> {
    let stream = archive.stream(number)?;
    let song = StreamSong { stream, bytes: archive.bytes().len() };
    Ok(into_song(song, path, format!("{}, stream {number}", title_of(path)), None))
}

/// A sequence's number as `--song` takes it.
fn label(id: SequenceId) -> String {
    match id {
        SequenceId::Sequence(number) => number.to_string(),
        SequenceId::ArchiveEntry { archive, entry } => format!("{archive}:{entry}"),
    }
}

/// Reads a NCSF file with the libraries beside it.
///
/// # Errors
///
/// If it or a library cannot be read.
pub(crate) fn read_ncsf(path: &Path, bytes: &[u8]) -> Result<Ncsf, FormatError> {
    let name = path.display().to_string();
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut load = |library: &str| {
        let relative = Path::new(library);
        let stays = relative.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        let failed =
            |found: String| FormatError::invalid(name.clone(), 0, "_lib", "a library beside the file", found);
        if !stays {
            return Err(failed(library.to_owned()));
        }
        read_file(&folder.join(relative)).map_err(|error| failed(error.to_string()))
    };
    Ncsf::load(&name, bytes, &mut load)
}

fn open_ncsf(path: &Path, bytes: &[u8], options: &OpenOptions) -> Result<Song, Error> {
    let name = path.display().to_string();
    let ncsf = read_ncsf(path, bytes)?;
    let archive = Sdat::parse(&name, ncsf.archive)?;
    let id = match &options.song {
        Some(song) => archive
            .find_sequence(song)
            .ok_or_else(|| Error::Usage(format!("--song: no sequence '{song}' in {name}")))?,
        None => SequenceId::Sequence(ncsf.sequence),
    };
    let frames = |nanoseconds: u64| RATE.frames_in_nanoseconds(nanoseconds.into());
    let tagged = ncsf.tags.length().map(|length| (frames(length), ncsf.tags.fade().map_or(0, frames)));
    let tags: Vec<TagInfo> = ncsf
        .tags
        .iter()
        .map(|(name, value)| TagInfo { name: name.to_owned(), value: value.to_owned() })
        .collect();
    let title = ncsf.tags.get("title").map_or_else(|| title_of(path), str::to_owned);
    let song = NdsSong { tagged, tags, ..NdsSong::new(archive, id) };
    Ok(into_song(song, path, title, None))
}

/// A bare sequence with the bank and waves beside it, or with the built-in instruments.
fn wrap_sequence(
    path: &Path,
    bytes: &[u8],
    options: &OpenOptions,
    notes: &mut Vec<String>,
) -> Result<Sdat, Error> {
    let name = path.display().to_string();
    let Some(bank) = options.bank.clone().or_else(|| file_beside(path, "sbnk")) else {
        notes.push(
            "no bank beside the sequence: playing with the built-in instruments (choose one with --bank)"
                .into(),
        );
        return Ok(Sdat::stand_alone(&name, bytes, &BankFiles::built_in())?);
    };
    let waves = wave_files(&bank)?;
    let wave_bytes = waves.iter().map(|path| read_file(path)).collect::<Result<Vec<_>, _>>()?;
    let slots = std::array::from_fn(|slot| wave_bytes.get(slot).map(Vec::as_slice));
    let bank_bytes = read_file(&bank)?;
    Ok(Sdat::stand_alone(&name, bytes, &BankFiles { bank: &bank_bytes, waves: slots })?)
}

/// The file of the same name with another ending, if it is there.
fn file_beside(path: &Path, ending: &str) -> Option<PathBuf> {
    Some(path.with_extension(ending)).filter(|path| path.is_file())
}

/// The wave archives of a bank file: the one of its name, else those in its folder in order of their names.
pub(crate) fn wave_files(bank: &Path) -> Result<Vec<PathBuf>, Error> {
    if let Some(same) = file_beside(bank, "swar") {
        return Ok(vec![same]);
    }
    let folder = bank.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).map_err(|source| Error::io(folder, source))?;
    let mut waves: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| ending(path).as_deref() == Some("swar"))
        .collect();
    waves.sort();
    waves.truncate(WAVE_SLOTS);
    Ok(waves)
}

fn into_song(source: impl Source + 'static, path: &Path, title: String, frames: Option<u64>) -> Song {
    Song {
        path: path.to_owned(),
        title,
        engine: NDS_ENGINE,
        frames,
        notes: Vec::new(),
        songs: Vec::new(),
        source: Arc::new(source),
    }
}

//! Songs of the Nintendo DS: sound archives, games, NCSF files, bare sequences, streams and manifests.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tatum_core::{DiagnosticLog, FormatError, Frame, Player, Probe};
use tatum_nds::event::Event;
use tatum_nds::format::ncsf::{NCSF_VERSION, Ncsf};
use tatum_nds::format::rom::sound_archives;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::strm::Strm;
use tatum_nds::host::{HostCall, HostEvent};
use tatum_nds::trace::{EventSelection, EventTrace, RegisterTrace};
use tatum_nds::{BankFiles, Ending, NdsPlayer, Options, RATE, SequenceId, StreamPlayer, Timeline};

use super::info::{BankInfo, PartInfo, SongEntry, SongInfo, TagInfo};
use super::{
    NDS_ENGINE, OpenOptions, Song, SongLength, SongPlayer, Source, Stop, TRACE_BLOCK, TraceKind, TracedBlock,
    WriteRows, ending, observe_in_blocks, read_file, title_of, trace_in_blocks,
};
use crate::convert::nds::sequence::{Kind as TextKind, assemble_bytes};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::nds::NdsManifest;
use crate::observation::nds::{Observer, read_row};
use crate::observation::{Observation, RowMeaning};

/// Song time that is searched for an end or a loop, in seconds.
const SEARCHED_SECONDS: u64 = 1800;
/// Wave archives a bank can use.
const WAVE_SLOTS: usize = 4;
/// The setting that chooses one of a game's sound archives.
const ARCHIVE_KEY: &str = "archive";

/// A sequence of an archive, with what the game does.
struct NdsSong {
    archive: Sdat,
    schedule: Vec<HostEvent>,
    options: Options,
    /// Frames to play and to fade, in the words of the file's tags.
    tagged: Option<(u64, u64)>,
    tags: Vec<TagInfo>,
    /// Whether the archive is only a wrapping made for a bare sequence.
    is_bare: bool,
}

/// A stream.
struct StreamSong {
    stream: Strm,
    bytes: usize,
}

/// What a file of this console is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Archive,
    Ncsf,
    Sequence,
    SequenceText,
    Stream,
    Game,
}

fn kind_of(path: &Path, bytes: &[u8]) -> Option<Kind> {
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

fn open_ncsf(path: &Path, bytes: &[u8], options: &OpenOptions) -> Result<Song, Error> {
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
    let ncsf = Ncsf::load(&name, bytes, &mut load)?;
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

impl NdsSong {
    fn new(archive: Sdat, sequence: SequenceId) -> Self {
        let start = HostEvent { tick: 0, call: HostCall::Start { handle: 0, sequence } };
        Self {
            archive,
            schedule: vec![start],
            options: Options::default(),
            tagged: None,
            tags: Vec::new(),
            is_bare: false,
        }
    }

    fn player(&self) -> Result<NdsPlayer, FormatError> {
        NdsPlayer::with_schedule(&self.archive, &self.schedule, self.options)
    }

    fn timeline(&self) -> Result<Timeline, FormatError> {
        Ok(Timeline::of(&self.player()?, RATE.frames_in_seconds(SEARCHED_SECONDS)))
    }
}

impl Source for NdsSong {
    fn start(&self) -> Result<SongPlayer, FormatError> {
        self.player().map(SongPlayer::new)
    }

    fn find_length(&self) -> Result<SongLength, Stop> {
        if let Some((frames, fade)) = self.tagged {
            return Ok(SongLength::Tagged { frames, fade });
        }
        let timeline = self.timeline()?;
        Ok(match timeline.ending {
            Ending::Loops(points) => {
                let frame = |tick| self.frames_until_tick(tick);
                match (frame(points.start)?, frame(points.end)?) {
                    (Some(start), Some(end)) => SongLength::Loops { points, start, end },
                    _ => SongLength::Unknown,
                }
            }
            Ending::Ends { tick, frame, .. } => SongLength::Ends { ticks: tick, frames: frame },
            Ending::Holds { .. } | Ending::Unknown => SongLength::Unknown,
            Ending::Fault(fault) => return Err(Stop::Fault(fault)),
        })
    }

    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError> {
        Ok(self.player()?.frame_of_tick(tick, u64::MAX / 2))
    }

    fn trace(&self, kind: TraceKind, frames: Range<u64>, write: &mut WriteRows<'_>) -> Result<(), Stop> {
        let mut trace = match kind {
            TraceKind::Registers => Trace::Registers(RegisterTrace::default()),
            TraceKind::Events => Trace::Events(EventTrace::new(EventSelection::All)),
            TraceKind::Voices => Trace::Events(EventTrace::new(EventSelection::Voices)),
        };
        let mut player = self.player()?;
        write(&trace.take())?;
        trace_in_blocks(frames, write, |block| TracedBlock {
            count: player.render_with_probe(block, &mut trace),
            rows: trace.take(),
            fault: Player::fault(&player).cloned(),
        })
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Registers
    }

    fn observe(&self, frames: u64, see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        let mut player = self.player()?;
        let mut observer = Observer::new(see);
        observe_in_blocks(frames, |block| player.render_with_probe(block, &mut observer));
        Ok(())
    }

    fn read_row(&self, row: &str) -> RowMeaning {
        read_row(row)
    }

    fn describe(&self, ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.archive.bytes().len();
        info.tags.clone_from(&self.tags);
        info.warn(&self.diagnostics(ticks)?);
        if self.is_bare {
            return Ok(());
        }
        info.banks = self
            .archive
            .banks()
            .into_iter()
            .map(|bank| BankInfo {
                bank: bank.number,
                name: bank.name,
                instruments: bank.programs.len(),
                drums: 0,
            })
            .collect();
        let part = |kind, number, name, detail| PartInfo { kind, number, name, detail };
        for archive in self.archive.wave_archives() {
            let detail = format!("{} waves", archive.waves);
            info.parts.push(part("wave archive", archive.number, archive.name, detail));
        }
        for player in self.archive.players() {
            let detail = format!("at most {} sequences", player.info.max_sequences);
            info.parts.push(part("player", player.number, player.name, detail));
        }
        for stream in self.archive.streams() {
            let detail = match stream.length {
                Some((rate, frames, start)) => {
                    let loops = start.map_or_else(String::new, |start| format!(", loops from {start}"));
                    format!("{frames} frames at {rate} Hz{loops}")
                }
                None => "unusable".into(),
            };
            info.parts.push(part("stream", stream.number, stream.name, detail));
        }
        Ok(())
    }
}

impl NdsSong {
    /// What the engine has to tell about the song up to its end or repetition.
    fn diagnostics(&self, ticks: Option<u64>) -> Result<DiagnosticLog, FormatError> {
        let mut player = self.player()?;
        let frames = match ticks {
            Some(ticks) => player.frame_of_tick(ticks, RATE.frames_in_seconds(SEARCHED_SECONDS)),
            None => None,
        };
        let mut left = frames.unwrap_or(RATE.frames_in_seconds(60));
        let mut block = [Frame::SILENCE; TRACE_BLOCK];
        while left != 0 {
            let wanted = TRACE_BLOCK.min(usize::try_from(left).unwrap_or(TRACE_BLOCK));
            let count = player.render(&mut block[..wanted]);
            left -= count as u64;
            if count == 0 {
                break;
            }
        }
        Ok(Player::diagnostics(&player).clone())
    }
}

impl Source for StreamSong {
    fn start(&self) -> Result<SongPlayer, FormatError> {
        Ok(SongPlayer::new(StreamPlayer::new(self.stream.clone())))
    }

    fn find_length(&self) -> Result<SongLength, Stop> {
        let (frames, loop_start) = StreamPlayer::new(self.stream.clone()).length();
        let frames = u64::from(frames);
        Ok(match loop_start.map(u64::from).filter(|&start| start < frames) {
            Some(start) => {
                let points = tatum_core::LoopPoints { start, end: frames };
                SongLength::Loops { points, start, end: frames }
            }
            None => SongLength::Ends { ticks: frames, frames },
        })
    }

    fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, FormatError> {
        // A tick of a stream is a frame.
        Ok(Some(tick))
    }

    fn trace(&self, _kind: TraceKind, _frames: Range<u64>, _write: &mut WriteRows<'_>) -> Result<(), Stop> {
        // A stream is decoded samples: no script, no registers.
        Ok(())
    }

    fn reference_kind(&self) -> TraceKind {
        TraceKind::Registers
    }

    fn observe(&self, _frames: u64, _see: &mut dyn FnMut(Observation)) -> Result<(), Stop> {
        Ok(())
    }

    fn read_row(&self, _row: &str) -> RowMeaning {
        RowMeaning::default()
    }

    fn describe(&self, _ticks: Option<u64>, info: &mut SongInfo) -> Result<(), FormatError> {
        info.bytes = self.bytes;
        Ok(())
    }
}

/// A trace of any kind.
enum Trace {
    Registers(RegisterTrace),
    Events(EventTrace),
}

impl Trace {
    fn take(&mut self) -> String {
        match self {
            Self::Registers(trace) => trace.take(),
            Self::Events(trace) => trace.take(),
        }
    }
}

impl Probe<Event> for Trace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match self {
            Self::Registers(trace) => trace.record(event),
            Self::Events(trace) => trace.record(event),
        }
    }
}

//! Opens any supported file as a song that can be played; the only place that knows all engines.

use std::path::{Path, PathBuf};

use tatum_core::{
    DiagnosticLog, Fault, FormatError, Frame, LoopPoints, Mutes, NullProbe, Player, Position, Rate,
};
use tatum_n64::trace::{StateRows, StateTrace};
use tatum_n64::{
    EngineVersion, N64Player, Settings, SoundFiles, SoundMemory, format::sequence::SequenceData,
};

use crate::error::Error;
use crate::manifest::n64::{N64Manifest, SettingsTable};
use crate::manifest::{Body, Manifest};

/// What the command line says about how to open a file.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// Bank folder or file.
    pub bank: Option<PathBuf>,
    /// Engine id.
    pub engine: Option<String>,
    /// Song number or name, where a file holds several.
    pub song: Option<String>,
    /// `KEY=VALUE` settings.
    pub settings: Vec<(String, String)>,
}

/// A song with everything to play it.
#[derive(Clone)]
pub struct Song {
    /// Where it comes from.
    pub path: PathBuf,
    /// A title for people.
    pub title: String,
    /// The engine's id.
    pub engine: &'static str,
    /// Frames a manifest asks for.
    pub frames: Option<u64>,
    /// What a person should know about how it was opened.
    pub notes: Vec<String>,
    source: Source,
}

/// What a player is made from; every start makes a new one.
#[derive(Clone)]
enum Source {
    N64 { sequence: SequenceData, sounds: SoundMemory, settings: Settings },
}

/// A player of any engine.
#[derive(Clone)]
pub enum SongPlayer {
    /// Nintendo 64.
    N64(Box<N64Player>),
}

/// How a song goes on, and the samples its parts take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SongLength {
    /// It repeats.
    Loops {
        /// Ticks of the loop.
        points: LoopPoints,
        /// Sample at which the loop begins.
        start: u64,
        /// Sample at which it begins for the second time.
        end: u64,
    },
    /// It ends by itself; voices may sound on.
    Ends {
        /// Ticks until then.
        ticks: u64,
        /// Samples until then.
        frames: u64,
    },
    /// No end was found.
    Unknown,
}

/// What a trace shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TraceKind {
    /// Every script command, with its place and tick.
    Events,
    /// What the chip is told.
    Registers,
    /// The state of sequence, channels and voices after every update.
    Voices,
}

/// Names of the files of a game's sound banks in a folder.
const BANK_FILES: [&str; 3] = ["sound_data.ctl", "sound_data.tbl", "bank_sets"];
/// Name of the sequence archive in such a folder.
const SEQUENCES_FILE: &str = "sequences.bin";
/// Endings of bare N64 sequences.
const SEQUENCE_ENDINGS: [&str; 5] = ["m64", "aseq", "seq", "com", "zseq"];
/// No input is larger than the largest cartridge or disc image this program knows.
const LARGEST_INPUT: u64 = 512 << 20;

/// The ids of all engines.
#[must_use]
pub fn engine_ids() -> Vec<&'static str> {
    EngineVersion::ALL.iter().map(|version| version.id()).collect()
}

/// Reads a file, or standard input for `-`.
///
/// # Errors
///
/// If it cannot be read, or is larger than any input can be.
pub fn read_file(path: &Path) -> Result<Vec<u8>, Error> {
    use std::io::Read;
    let mut bytes = Vec::new();
    let read = |source: &mut dyn Read, bytes: &mut Vec<u8>| source.take(LARGEST_INPUT + 1).read_to_end(bytes);
    let result = if path == Path::new("-") {
        read(&mut std::io::stdin().lock(), &mut bytes)
    } else {
        std::fs::File::open(path).and_then(|mut file| read(&mut file, &mut bytes))
    };
    result.map_err(|source| Error::io(path, source))?;
    if bytes.len() as u64 > LARGEST_INPUT {
        return Err(FormatError::invalid(
            path.display().to_string(),
            LARGEST_INPUT,
            "file",
            "at most 512 MiB",
            "more",
        )
        .into());
    }
    Ok(bytes)
}

impl Song {
    /// Opens a file, a folder, a manifest or standard input (`-`).
    ///
    /// # Errors
    ///
    /// If it cannot be read or is not what it should be.
    pub fn open(path: &Path, options: &OpenOptions) -> Result<Self, Error> {
        if let Some(id) = &options.engine
            && !engine_ids().contains(&id.as_str())
        {
            return Err(Error::Usage(format!(
                "--engine: expected one of {}, found '{id}'",
                engine_ids().join(", ")
            )));
        }
        if path.is_dir() {
            let manifest = path.join("case.toml");
            return if manifest.is_file() {
                Self::open_manifest(&manifest, options)
            } else {
                Self::open_folder(path, options)
            };
        }
        match ending(path).as_deref() {
            Some("toml") => Self::open_manifest(path, options),
            _ => Self::open_bytes(path, read_file(path)?, options),
        }
    }

    fn open_manifest(path: &Path, options: &OpenOptions) -> Result<Self, Error> {
        let manifest = Manifest::read(path)?;
        let Body::N64(body) = &manifest.body;
        Self::from_n64_manifest(&manifest, body, options)
    }

    fn from_n64_manifest(
        manifest: &Manifest,
        body: &N64Manifest,
        options: &OpenOptions,
    ) -> Result<Self, Error> {
        let mut settings = body.settings(manifest)?;
        SettingsTable::apply_pairs(&options.settings, &mut settings).map_err(Error::Usage)?;
        let path = manifest.resolve(&body.sequence);
        let sequence = SequenceData::new(&path.display().to_string(), &read_file(&path)?)?;
        let mut notes = Vec::new();
        let bank = options.bank.clone().or_else(|| body.bank.as_ref().map(|bank| manifest.resolve(bank)));
        let sounds = load_sounds(bank.as_deref(), sequence_number(options)?, &mut notes)?;
        Ok(Self {
            path: manifest.path.clone(),
            title: manifest.common.title.clone().unwrap_or_else(|| title_of(&manifest.path)),
            engine: settings.version.id(),
            frames: manifest.frames(),
            notes,
            source: Source::N64 { sequence, sounds, settings },
        })
    }

    /// A game's sound files in a folder: the song is chosen by number.
    fn open_folder(path: &Path, options: &OpenOptions) -> Result<Self, Error> {
        let sequences = path.join(SEQUENCES_FILE);
        if !sequences.is_file() {
            return Err(Error::Usage(format!(
                "{}: expected a folder with {SEQUENCES_FILE}, {} (or a case.toml)",
                path.display(),
                BANK_FILES.join(", ")
            )));
        }
        let options =
            OpenOptions { bank: options.bank.clone().or_else(|| Some(path.to_owned())), ..options.clone() };
        Self::open_bytes(&sequences, read_file(&sequences)?, &options)
    }

    fn open_bytes(path: &Path, bytes: Vec<u8>, options: &OpenOptions) -> Result<Self, Error> {
        let mut settings = Settings::new(EngineVersion::Sm64Us);
        SettingsTable::apply_pairs(&options.settings, &mut settings).map_err(Error::Usage)?;
        let name = path.display().to_string();
        let number = sequence_number(options)?;
        let mut notes = Vec::new();
        let is_rom = tatum_n64::format::rom::ByteOrder::detect(&bytes).is_some();
        let (title, sequence, sounds) = if is_rom {
            let rom = tatum_n64::format::rom::Rom::parse(&name, bytes)?;
            let sequence = SequenceData::new(&name, rom.sequence(number)?)?;
            (
                format!("{}, sequence {number}", rom.game()),
                sequence,
                SoundMemory::load(&rom.sound_files(), number)?,
            )
        } else if is_sequence_archive(path, &bytes) {
            let archive = tatum_n64::format::archive::Archive::parse(
                &name,
                &bytes,
                tatum_n64::format::archive::ArchiveKind::Sequences,
            )?;
            let range = archive.entry(&name, number)?;
            let sequence = SequenceData::new(&name, &bytes[range])?;
            let bank = options.bank.clone().or_else(|| path.parent().map(Path::to_owned));
            let sounds = load_sounds(bank.as_deref(), number, &mut notes)?;
            (format!("{}, sequence {number}", title_of(path)), sequence, sounds)
        } else {
            let sequence = SequenceData::new(&name, &bytes)?;
            let known = ending(path).is_some_and(|ending| SEQUENCE_ENDINGS.contains(&ending.as_str()));
            if !known && options.engine.is_none() && path != Path::new("-") {
                return Err(Error::Usage(format!(
                    "{name}: unknown kind of file; expected a ROM, a case.toml, or a sequence ending in .{} \
                     (or say --engine)",
                    SEQUENCE_ENDINGS.join(", .")
                )));
            }
            let sounds = load_sounds(options.bank.as_deref(), number, &mut notes)?;
            (title_of(path), sequence, sounds)
        };
        Ok(Self {
            path: path.to_owned(),
            title,
            engine: settings.version.id(),
            frames: None,
            notes,
            source: Source::N64 { sequence, sounds, settings },
        })
    }

    /// A player at the song's start.
    ///
    /// # Errors
    ///
    /// If a setting is outside what the engine can do.
    pub fn start(&self) -> Result<SongPlayer, Error> {
        let Source::N64 { sequence, sounds, settings } = &self.source;
        let player = N64Player::new(sequence.clone(), sounds.clone(), settings.clone())?;
        Ok(SongPlayer::N64(Box::new(player)))
    }

    /// Executes the song's scripts to find its end or its loop.
    ///
    /// # Errors
    ///
    /// As [`Song::start`], and if the song does what would hang the console.
    pub fn find_length(&self) -> Result<SongLength, Error> {
        use tatum_n64::timeline::{SongEnd, find_end, frame_of_tick};
        let SongPlayer::N64(player) = self.start()?;
        let frame_of = |tick: u64| if tick == 0 { Some(0) } else { frame_of_tick(&player, tick) };
        Ok(match find_end(&player) {
            SongEnd::Loops(points) => match (frame_of(points.start + 1), frame_of(points.end + 1)) {
                (Some(start), Some(end)) => SongLength::Loops { points, start, end },
                _ => SongLength::Unknown,
            },
            SongEnd::Ends { tick } => {
                SongLength::Ends { ticks: tick, frames: frame_of(tick).unwrap_or_default() }
            }
            SongEnd::Unknown { .. } => SongLength::Unknown,
            SongEnd::Faults(fault) => return Err(self.fault_error(fault)),
        })
    }

    /// The samples until a tick begins; none if the song does not get there.
    ///
    /// # Errors
    ///
    /// As [`Song::start`].
    pub fn frames_until_tick(&self, tick: u64) -> Result<Option<u64>, Error> {
        let SongPlayer::N64(player) = self.start()?;
        Ok(tatum_n64::timeline::frame_of_tick(&player, tick + 1))
    }

    /// Writes the trace of the first `frames` samples, piece by piece.
    ///
    /// # Errors
    ///
    /// As [`Song::start`], what `write` returns, and if the song does what would hang the console.
    pub fn trace(
        &self,
        kind: TraceKind,
        frames: u64,
        write: &mut dyn FnMut(&str) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Source::N64 { sequence, sounds, settings } = &self.source;
        let mut trace = match kind {
            TraceKind::Voices => N64Trace::State(StateTrace::new(settings.player, StateRows::All)),
            TraceKind::Events => N64Trace::Events(tatum_n64::trace::EventTrace::default()),
            TraceKind::Registers => N64Trace::Commands(tatum_n64::trace::CommandListTrace::default()),
        };
        let mut player =
            N64Player::with_probe(sequence.clone(), sounds.clone(), settings.clone(), &mut trace)?;
        let mut left = frames;
        let mut block = [Frame::SILENCE; 1024];
        while left != 0 {
            let wanted = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            let count = player.render_with_probe(&mut block[..wanted], &mut trace);
            write(&trace.take())?;
            if let Some(fault) = player.fault() {
                return Err(self.fault_error(fault.clone()));
            }
            left -= count as u64;
        }
        Ok(())
    }

    /// The trace that a reference has: the first `frames` samples, as one text.
    ///
    /// # Errors
    ///
    /// As [`Song::trace`].
    pub fn reference_trace(&self, frames: u64, rows: StateRows) -> Result<String, Error> {
        let Source::N64 { sequence, sounds, settings } = &self.source;
        let mut trace = StateTrace::new(settings.player, rows);
        let mut player =
            N64Player::with_probe(sequence.clone(), sounds.clone(), settings.clone(), &mut trace)?;
        let mut left = usize::try_from(frames).unwrap_or(usize::MAX);
        let mut block = [Frame::SILENCE; 1024];
        while left != 0 {
            let wanted = block.len().min(left);
            left -= player.render_with_probe(&mut block[..wanted], &mut trace);
            if let Some(fault) = player.fault() {
                return Err(self.fault_error(fault.clone()));
            }
        }
        Ok(trace.take())
    }

    /// The error for a song that stopped.
    #[must_use]
    pub fn fault_error(&self, fault: Fault) -> Error {
        Error::Fault { path: self.path.clone(), fault }
    }
}

/// A trace of the N64 engine, of any kind.
enum N64Trace {
    State(StateTrace),
    Events(tatum_n64::trace::EventTrace),
    Commands(tatum_n64::trace::CommandListTrace),
}

impl N64Trace {
    fn take(&mut self) -> String {
        match self {
            Self::State(trace) => trace.take(),
            Self::Events(trace) => trace.take(),
            Self::Commands(trace) => trace.take(),
        }
    }
}

impl<'a> tatum_core::Probe<tatum_n64::Event<'a>> for N64Trace {
    fn record(&mut self, event: impl FnOnce() -> tatum_n64::Event<'a>) {
        match self {
            Self::State(trace) => trace.record(event),
            Self::Events(trace) => trace.record(event),
            Self::Commands(trace) => trace.record(event),
        }
    }
}

impl SongPlayer {
    /// Renders as [`Player::render`].
    pub fn render(&mut self, out: &mut [Frame]) -> usize {
        match self {
            Self::N64(player) => player.render_with_probe(out, &mut NullProbe),
        }
    }

    /// The native rate.
    #[must_use]
    pub fn rate(&self) -> Rate {
        match self {
            Self::N64(player) => player.rate(),
        }
    }

    /// Where the song stands.
    #[must_use]
    pub fn position(&self) -> Position {
        match self {
            Self::N64(player) => player.position(),
        }
    }

    /// Whether the script has ended by itself.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        match self {
            Self::N64(player) => player.has_ended(),
        }
    }

    /// Mutes voices and channels.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        match self {
            Self::N64(player) => player.set_mutes(mutes),
        }
    }

    /// Why rendering stopped, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            Self::N64(player) => player.fault(),
        }
    }

    /// What the engine had to tell.
    #[must_use]
    pub fn diagnostics(&self) -> &DiagnosticLog {
        match self {
            Self::N64(player) => player.diagnostics(),
        }
    }
}

fn ending(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

fn title_of(path: &Path) -> String {
    let name = match path.file_stem() {
        Some(stem) if stem == "case" => path.parent().and_then(Path::file_name),
        stem => stem,
    };
    name.map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A sequence archive begins with its type, and its table fits the file.
fn is_sequence_archive(path: &Path, bytes: &[u8]) -> bool {
    ending(path).as_deref() == Some("bin") && bytes.starts_with(&[0, 3])
}

fn sequence_number(options: &OpenOptions) -> Result<usize, Error> {
    options.song.as_deref().map_or(Ok(0), |song| {
        song.parse().map_err(|_| Error::Usage(format!("--song: expected a sequence number, found '{song}'")))
    })
}

/// The banks of a sequence from a folder, or the built-in instruments.
fn load_sounds(bank: Option<&Path>, number: usize, notes: &mut Vec<String>) -> Result<SoundMemory, Error> {
    let Some(folder) = bank else {
        notes.push("no bank given: playing with the built-in instruments (choose one with --bank)".into());
        return Err(Error::Usage("no bank".into()));
    };
    let paths = BANK_FILES.map(|name| folder.join(name));
    let names = paths.each_ref().map(|path| path.display().to_string());
    let [banks, samples, bank_sets] = [read_file(&paths[0])?, read_file(&paths[1])?, read_file(&paths[2])?];
    let files = SoundFiles {
        banks: (&names[0], &banks),
        samples: (&names[1], &samples),
        bank_sets: (&names[2], &bank_sets),
    };
    Ok(SoundMemory::load(&files, number)?)
}

//! What a session is told, and what it tells.

use crossbeam_channel::{Receiver, Sender};
use tatum_core::{ChannelStatus, Frame, Mutes, Position, Rate, Tempo, VoiceStatus};

use crate::output::live::{Monitor, Outlet};
use crate::playback::Playlist;
use crate::song::Song;
use crate::song::plan::Wish;

/// What a person can change while a song plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What is silenced.
    pub mutes: Mutes,
    /// Loudness in percent.
    pub volume_percent: u8,
    /// Tempo in percent; other than 100 is not exact.
    pub tempo_percent: u16,
    /// Pitch in semitones; other than 0 is not exact.
    pub semitones: i8,
    /// Whether the song repeats for ever.
    pub is_endless: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { mutes: Mutes::NONE, volume_percent: 100, tempo_percent: 100, semitones: 0, is_endless: false }
    }
}

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Silence, or on again.
    TogglePause,
    /// Seconds forward, or back.
    Seek(f64),
    /// The song from its start.
    Restart,
    /// The next song of the list.
    Next,
    /// The song before; the start of this one when it has played for some time.
    Previous,
    /// Other settings, heard at once.
    Set(Settings),
    /// The last seconds as a file.
    Save,
    /// The end.
    Quit,
}

/// What the render thread tells displays. What belongs to a moment carries the number of the frame with which it is
/// heard (see [`Monitor::played`]).
#[derive(Debug)]
pub enum Report {
    /// A song begins.
    Song {
        /// First frame.
        at: u64,
        /// The song.
        card: Box<SongCard>,
    },
    /// The state at a moment.
    Status(Box<Status>),
    /// What was told about moments from this one on is void: something else will be heard.
    Cut {
        /// First frame.
        at: u64,
    },
    /// Something to read.
    Message(String),
}

/// What there is to say about a song.
#[derive(Clone)]
pub struct SongCard {
    /// The song.
    pub song: Song,
    /// Its place in the list, from 0.
    pub place: usize,
    /// Songs of the list, as far as it is known.
    pub count: usize,
    /// Frames per second.
    pub rate: Rate,
    /// The device's frames per second.
    pub device_rate: u32,
    /// Planned frames; none if it plays until it is stopped.
    pub frames: Option<u64>,
}

impl std::fmt::Debug for SongCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SongCard").field("title", &self.song.title).field("place", &self.place).finish()
    }
}

/// The state at a moment.
#[derive(Clone, Debug)]
pub struct Status {
    /// The number of the first frame of which this is the state.
    pub at: u64,
    /// Where the song stands.
    pub position: Position,
    /// Its tempo.
    pub tempo: Option<Tempo>,
    /// Its channels.
    pub channels: Vec<ChannelStatus>,
    /// The voices.
    pub voices: Vec<VoiceStatus>,
    /// The frames themselves.
    pub frames: Vec<Frame>,
    /// What was set.
    pub settings: Settings,
    /// Whether what is heard is what the console gives.
    pub is_exact: bool,
}

/// How a session went on after its last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything was played.
    Played,
    /// A person has stopped it.
    Stopped,
}

/// What a session needs.
pub struct Parts {
    /// Where the sound goes.
    pub outlet: Box<dyn Outlet + Send>,
    /// What both sides of the ring know.
    pub monitor: Monitor,
    /// Says that the device has gone.
    pub lost: Receiver<String>,
    /// What a person wants.
    pub commands: Receiver<Command>,
    /// What displays are told. When nobody takes it, it is dropped.
    pub reports: Sender<Report>,
    /// What is played.
    pub playlist: Playlist,
    /// How much of each song.
    pub wish: Wish,
    /// What is set at the start.
    pub settings: Settings,
    /// Whether files that are saved are opened again.
    pub watches: bool,
}

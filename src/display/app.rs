//! What the display knows, and what the keys have done.

use std::collections::{BTreeSet, VecDeque};

use tatum_core::{ChannelStatus, EnvelopeStage, Mutes, VoiceStatus};

use crate::playback::{Command, Report, Settings, SongCard, Status};

/// Messages that are kept.
const MOST_MESSAGES: usize = 100;
/// Statuses of one column of the piano roll.
const STATUSES_PER_COLUMN: u32 = 4;
/// Columns of the piano roll that are kept.
const MOST_COLUMNS: usize = 400;
/// What is left of a meter's level after each status when nothing sounds.
const METER_DECAY: f32 = 0.9;
/// Frames of the oscilloscope.
const SCOPE_FRAMES: usize = 1024;

/// A row of the channel panel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ChannelRow {
    pub status: ChannelStatus,
    pub instrument: String,
    /// Keys that are held, in order.
    pub keys: Vec<u8>,
    /// 0.0 to 1.0.
    pub level: f32,
}

/// Keys that sounded in a moment, with their channels.
pub(super) type RollColumn = BTreeSet<(u8, u8)>;

/// What is known and shown.
pub struct App {
    pub(super) card: Option<SongCard>,
    pub(super) status: Option<Status>,
    pub(super) played: u64,
    pub(super) underruns: u64,
    pub(super) rows: Vec<ChannelRow>,
    pub(super) scope: VecDeque<tatum_core::Frame>,
    pub(super) roll: VecDeque<RollColumn>,
    /// Both sides' peaks, 0.0 to 1.0.
    pub(super) peaks: [f32; 2],
    pub(super) messages: VecDeque<String>,
    pub(super) settings: Settings,
    pub(super) is_paused: bool,
    pub(super) shows_help: bool,
    /// The chosen channel.
    pub(super) selected: u8,
    pub(super) muted: BTreeSet<u8>,
    pub(super) soloed: BTreeSet<u8>,
    /// A digit that may be the first of two.
    pub(super) first_digit: Option<u8>,
    pub(super) ticks_per_beat: Option<u32>,
    pub(super) beats_per_bar: u32,
    /// What the command line mutes.
    fixed_mutes: Mutes,
    /// What has been told but is not heard yet.
    coming: VecDeque<Report>,
    meters: Vec<f32>,
    statuses_in_column: u32,
}

impl App {
    /// Nothing plays yet.
    #[must_use]
    pub fn new(settings: Settings, ticks_per_beat: Option<u32>, beats_per_bar: u32) -> Self {
        Self {
            card: None,
            status: None,
            played: 0,
            underruns: 0,
            rows: Vec::new(),
            scope: VecDeque::new(),
            roll: VecDeque::new(),
            peaks: [0.0; 2],
            messages: VecDeque::new(),
            fixed_mutes: settings.mutes,
            settings,
            is_paused: false,
            shows_help: false,
            selected: 0,
            muted: BTreeSet::new(),
            soloed: BTreeSet::new(),
            first_digit: None,
            ticks_per_beat,
            beats_per_bar,
            coming: VecDeque::new(),
            meters: Vec::new(),
            statuses_in_column: 0,
        }
    }

    /// Takes what the session tells.
    pub fn take(&mut self, report: Report) {
        match report {
            Report::Message(message) => {
                self.messages.push_back(message);
                if self.messages.len() > MOST_MESSAGES {
                    self.messages.pop_front();
                }
            }
            Report::Cut { at } => self.coming.retain(|report| moment(report) < at),
            report => self.coming.push_back(report),
        }
    }

    /// Goes on to what is heard at frame `played`.
    pub fn advance(&mut self, played: u64, underruns: u64) {
        self.played = played;
        self.underruns = underruns;
        while self.coming.front().is_some_and(|report| moment(report) <= played) {
            match self.coming.pop_front() {
                Some(Report::Song { card, .. }) => self.begin_song(*card),
                Some(Report::Status(status)) => self.show(*status),
                _ => {}
            }
        }
    }

    fn begin_song(&mut self, card: SongCard) {
        self.card = Some(card);
        self.status = None;
        self.rows.clear();
        self.meters.clear();
        self.roll.clear();
    }

    fn show(&mut self, status: Status) {
        let channels = if status.channels.is_empty() {
            status.voices.iter().map(channel_of_voice).collect()
        } else {
            status.channels.clone()
        };
        self.meters.resize(256, 0.0);
        self.meters.iter_mut().for_each(|meter| *meter *= METER_DECAY);
        for voice in &status.voices {
            if let Some(meter) = voice.channel.and_then(|channel| self.meters.get_mut(usize::from(channel))) {
                *meter = meter.max(voice.left.max(voice.right));
            }
        }
        self.rows = channels.into_iter().map(|channel| self.row_of(channel, &status.voices)).collect();
        self.extend_roll(&status.voices);
        self.scope.extend(&status.frames);
        let surplus = self.scope.len().saturating_sub(SCOPE_FRAMES);
        self.scope.drain(..surplus);
        let peak = |side: fn(&tatum_core::Frame) -> i16| {
            status
                .frames
                .iter()
                .map(|frame| f32::from(side(frame).unsigned_abs()) / 32768.0)
                .fold(0.0, f32::max)
        };
        let now = [peak(|frame| frame.left), peak(|frame| frame.right)];
        self.peaks = [0, 1].map(|side| now[side].max(self.peaks[side] * METER_DECAY));
        self.status = Some(status);
    }

    fn row_of(&self, channel: ChannelStatus, voices: &[VoiceStatus]) -> ChannelRow {
        let own = voices.iter().filter(|voice| voice.channel == Some(channel.channel));
        let mut keys: Vec<u8> = own.filter_map(|voice| voice.key).collect();
        keys.sort_unstable();
        keys.dedup();
        let name = |number| self.card.as_ref().map(|card| card.song.instrument_name(number));
        let instrument = channel.instrument.and_then(name).unwrap_or_default();
        let is_number = !instrument.is_empty() && instrument.chars().all(|one| one.is_ascii_digit());
        ChannelRow {
            instrument: if is_number { format!("instrument {instrument}") } else { instrument },
            keys,
            level: self.meters.get(usize::from(channel.channel)).copied().unwrap_or(0.0),
            status: channel,
        }
    }

    fn extend_roll(&mut self, voices: &[VoiceStatus]) {
        if self.statuses_in_column == 0 {
            self.roll.push_back(RollColumn::new());
            if self.roll.len() > MOST_COLUMNS {
                self.roll.pop_front();
            }
        }
        self.statuses_in_column = (self.statuses_in_column + 1) % STATUSES_PER_COLUMN;
        if let Some(column) = self.roll.back_mut() {
            column.extend(voices.iter().filter_map(|voice| Some((voice.key?, voice.channel?))));
        }
    }

    /// Seconds of the song at what is heard.
    pub(super) fn seconds(&self) -> f64 {
        let (Some(card), Some(status)) = (&self.card, &self.status) else { return 0.0 };
        let length = status.frames.len() as u64;
        let heard = self.played.saturating_sub(status.at).min(length);
        card.rate.seconds((status.position.frames + heard).saturating_sub(length))
    }

    /// Bar, beat (both from 1) and tempo in beats per minute.
    pub(super) fn beat(&self) -> Option<(u64, u64, f32)> {
        let status = self.status.as_ref()?;
        let tempo = status.tempo?;
        let ticks_per_beat = self.ticks_per_beat.unwrap_or(tempo.ticks_per_beat).max(1);
        let beat = status.position.ticks / u64::from(ticks_per_beat);
        let bar = u64::from(self.beats_per_bar.max(1));
        let beats_per_minute = tempo.beats_per_minute * tempo.ticks_per_beat as f32 / ticks_per_beat as f32;
        Some((beat / bar + 1, beat % bar + 1, beats_per_minute))
    }

    /// Whether a channel is silenced, by itself or because others are alone.
    pub(super) fn is_silenced(&self, channel: u8) -> bool {
        self.settings.mutes.silences(u8::MAX, Some(channel))
    }

    /// The settings with what is muted and alone.
    pub(super) fn mutes_changed(&mut self) -> Command {
        let list = |channels: &BTreeSet<u8>| {
            channels.iter().fold(Mutes::NONE, |mutes, &channel| mutes.with_channel(channel))
        };
        self.settings.mutes = self.fixed_mutes.union(list(&self.muted)).union(list(&self.soloed).solo());
        Command::Set(self.settings)
    }
}

/// The frame with which a report is heard.
fn moment(report: &Report) -> u64 {
    match report {
        Report::Song { at, .. } | Report::Cut { at } => *at,
        Report::Status(status) => status.at,
        Report::Message(_) => 0,
    }
}

/// A voice of an engine that knows no channels, as a channel.
fn channel_of_voice(voice: &VoiceStatus) -> ChannelStatus {
    let (left, right) = (voice.left, voice.right);
    let sum = left + right;
    ChannelStatus {
        channel: voice.channel.unwrap_or(voice.voice),
        is_active: voice.stage != EnvelopeStage::Off,
        instrument: voice.instrument,
        volume: left.max(right),
        pan: if sum > 0.0 { (right - left) / sum } else { 0.0 },
    }
}

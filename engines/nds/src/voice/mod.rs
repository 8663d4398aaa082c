//! The driver's voices (nds-driver 6 to 9): sixteen software channels, one per hardware channel.
//!
//! `Voices::update` is the voices' part of a driver tick; `Voices::flush` writes what the tick before
//! decided to the hardware.

mod allocation;
pub(crate) mod envelope;
mod flush;
mod level;
mod lfo;
mod note;
mod output;
mod owners;
mod sweep;
pub mod tables;
mod update;

pub use envelope::{Envelope, EnvelopeStatus};
pub use level::{ChannelVolume, timer_for_pitch};
pub use lfo::{Lfo, LfoParameters};
pub use sweep::Sweep;

pub(crate) use flush::Bus;
pub(crate) use note::{EnvelopeOverrides, NoteOutcome, NoteRequest, ResolvedInstrument};
pub(crate) use output::OutputControl;
pub(crate) use update::TrackLevels;

use crate::format::swar::WaveRecord;
use crate::hardware::CHANNELS;
use crate::sequencer::TrackIndex;
use owners::Owners;

/// What a voice plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoiceSource {
    /// A recording at an address.
    Pcm {
        /// Its record.
        record: WaveRecord,
        /// Address of its data.
        address: u32,
    },
    /// A square wave.
    Square {
        /// Duty word, unmasked.
        duty: u16,
    },
    /// Noise.
    Noise,
}

impl VoiceSource {
    /// Base period of square waves and noise: key 60 at root key 60 (nds-driver 6).
    const GENERATOR_TIMER: u16 = 8006;

    const fn base_timer(&self) -> u16 {
        match self {
            Self::Pcm { record, .. } => record.timer,
            Self::Square { .. } | Self::Noise => Self::GENERATOR_TIMER,
        }
    }
}

/// Changes that wait for the next flush.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pending {
    start: bool,
    stop: bool,
    timer: bool,
    volume: bool,
    pan: bool,
}

impl Pending {
    const STOP: Self = Self { start: false, stop: true, timer: false, volume: false, pan: false };

    const fn is_empty(self) -> bool {
        !(self.start || self.stop || self.timer || self.volume || self.pan)
    }
}

/// Pan of a voice: the instrument's and the track's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VoicePan {
    initial: i8,
    track: i8,
    range: u8,
}

/// Levels and pitch a voice takes over from its track, in 0.1 dB and 1/64 semitones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TrackOffsets {
    volume: i16,
    faders: i16,
    pitch: i16,
}

/// What a voice last computed for its hardware channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HardwareValues {
    volume: ChannelVolume,
    timer: u16,
    pan: u8,
}

/// One voice.
#[derive(Clone, Copy, Debug)]
pub struct Voice {
    source: VoiceSource,
    active: bool,
    /// Set by a note-on until the tick's update has turned it into a pending start.
    start: bool,
    pending: Pending,
    key: u8,
    root_key: u8,
    velocity: u8,
    /// 0 = free, 1 = released.
    priority: u8,
    /// Sequence ticks until the release; -1 = never by length.
    length: i32,
    pan: VoicePan,
    offsets: TrackOffsets,
    envelope: Envelope,
    sweep: Sweep,
    lfo: Lfo,
    hardware: HardwareValues,
    /// For displays and mutes: who started the note last.
    label: VoiceLabel,
}

/// Who plays a note: display data that the driver itself does not need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VoiceLabel {
    /// Driver player times 16 plus track number; `None` before the first note.
    pub channel: Option<u8>,
    /// Program number.
    pub program: u16,
}

impl Default for Voice {
    fn default() -> Self {
        Self {
            source: VoiceSource::Noise,
            active: false,
            start: false,
            pending: Pending::default(),
            key: 0,
            root_key: 0,
            velocity: 0,
            priority: 0,
            length: 0,
            pan: VoicePan::default(),
            offsets: TrackOffsets::default(),
            envelope: Envelope::default(),
            sweep: Sweep::default(),
            lfo: Lfo::default(),
            hardware: HardwareValues::default(),
            label: VoiceLabel::default(),
        }
    }
}

impl Voice {
    /// Whether it sounds or is about to.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.active
    }

    /// Where its envelope stands.
    #[must_use]
    pub const fn envelope_status(&self) -> EnvelopeStatus {
        self.envelope.status
    }

    /// The key of its note.
    #[must_use]
    pub const fn key(&self) -> u8 {
        self.key
    }

    /// Who plays it.
    #[must_use]
    pub const fn label(&self) -> VoiceLabel {
        self.label
    }

    /// Moves into the release stage; the voice may then be taken by any note.
    const fn release(&mut self) {
        self.priority = 1;
        self.envelope.status = EnvelopeStatus::Release;
    }
}

/// A set of hardware channels by bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ChannelMask(pub u16);

impl ChannelMask {
    const fn contains(self, channel: usize) -> bool {
        self.0 >> channel & 1 != 0
    }
}

/// All voices, who owns them, and which channels are locked.
#[derive(Clone, Debug, Default)]
pub struct Voices {
    voices: [Voice; CHANNELS],
    owners: Owners,
    locked: ChannelMask,
    weakly_locked: ChannelMask,
}

impl Voices {
    /// The voices by hardware channel.
    #[must_use]
    pub const fn all(&self) -> &[Voice; CHANNELS] {
        &self.voices
    }

    /// The track a voice belongs to, if one still does.
    pub(crate) fn owner(&self, voice: usize) -> Option<TrackIndex> {
        self.owners.owner(voice)
    }

    /// Whether a track has voices.
    pub(crate) fn track_has_voices(&self, track: TrackIndex) -> bool {
        self.owners.head(track).is_some()
    }

    /// Calls `change` for each voice of a track, newest first.
    fn for_each_of(&mut self, track: TrackIndex, mut change: impl FnMut(&mut Voice)) {
        for &voice in self.owners.list(track) {
            if let Some(voice) = self.voices.get_mut(usize::from(voice)) {
                change(voice);
            }
        }
    }

    /// One sequence tick of a track: note lengths and sweeps count on (nds-driver 5).
    pub(crate) fn sequence_tick(&mut self, track: TrackIndex) {
        self.for_each_of(track, |voice| {
            if voice.length > 0 {
                voice.length -= 1;
            }
            voice.sweep.sequence_tick();
        });
    }

    /// Makes all voices of a track independent: they end on their own (nds-driver 7.3).
    pub(crate) fn detach(&mut self, track: TrackIndex) {
        self.owners.clear(track);
    }

    /// A voice has ended: free for everyone (nds-driver 7.4).
    fn end(&mut self, index: usize) {
        self.owners.unlink(index);
        if let Some(voice) = self.voices.get_mut(index) {
            voice.priority = 0;
            voice.hardware.volume = ChannelVolume::default();
            voice.active = false;
        }
    }
}

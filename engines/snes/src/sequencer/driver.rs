//! What the driver remembers (`snes-nspc.md` section 3), grouped by what it is about.

use super::fixed::Fixed;
use super::track::Track;

/// Tracks of a song; track n plays on voice n.
pub const TRACKS: usize = 8;

/// One of the eight tracks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel(u8);

impl Channel {
    /// All eight, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..TRACKS as u8).map(Self)
    }

    /// 0 to 7.
    #[must_use]
    pub const fn number(self) -> usize {
        (self.0 & 7) as usize
    }

    /// The channel's bit in registers that have one for each voice.
    #[must_use]
    pub const fn bit(self) -> u8 {
        1 << (self.0 & 7)
    }

    /// Whether it is the last one.
    #[must_use]
    pub const fn is_last(self) -> bool {
        self.0 == 7
    }
}

/// What the driver remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Driver {
    /// The four ports.
    pub ports: [PortLatch; 4],
    /// Song ticks until a new song begins to play ($0C).
    pub start_delay: u8,
    /// Voices that sound effects have taken from the music ($1A).
    pub effect_voices: u8,
    /// Notes and slides are passed over ($1B).
    pub fast_forward: bool,
    /// The list that is being played.
    pub segments: SegmentList,
    /// Carries every 256/56 passes: the effects tick ($43).
    pub effect_clock: u8,
    /// Carries every 256/tempo passes: the song tick ($51).
    pub song_clock: u8,
    /// What the next pass writes into the DSP.
    pub shadow: Shadow,
    /// Change of the echo delay.
    pub echo_delay: EchoDelay,
    /// Echo volumes.
    pub echo: EchoVolume,
    /// Voices for which the music wants echo ($3C3).
    pub echo_wanted: u8,
    /// Semitones for all channels ($50).
    pub transpose: u8,
    /// Ticks per 256 passes ($52, $54).
    pub tempo: GlobalSlide,
    /// Master volume, applied to the volume of each voice ($58, $5A).
    pub master: GlobalSlide,
    /// Ticks left until the song stops after a fade-out; 0 = none ($3CA).
    pub fade_out: u8,
    /// The master volume to which the half volume returns; 0 = not halved ($3E1).
    pub full_volume: u8,
    /// Voices whose volume registers must be written ($5E).
    pub changed_volumes: u8,
    /// The instrument of the first percussion note ($5F).
    pub percussion_base: u8,
    /// The tracks.
    pub tracks: [Track; TRACKS],
}

impl Driver {
    /// A track.
    #[must_use]
    pub const fn track(&self, channel: Channel) -> &Track {
        &self.tracks[channel.number()]
    }

    /// A track, to be changed.
    pub const fn track_mut(&mut self, channel: Channel) -> &mut Track {
        &mut self.tracks[channel.number()]
    }

    /// Whether a song is being played ($04).
    #[must_use]
    pub const fn plays(&self) -> bool {
        self.ports[0].current != 0
    }

    /// Releases all voices that belong to the music.
    pub const fn release_all(&mut self) {
        self.shadow.key_off |= !self.effect_voices;
    }
}

/// A port as the driver sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PortLatch {
    /// A command that has just come; 0 = none ($00).
    pub command: u8,
    /// What the driver shows ($04); on port 0 the song's number.
    pub current: u8,
    /// What was on the port before ($08).
    pub last: u8,
}

/// The list of segments of the song.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SegmentList {
    /// The next word ($40).
    pub pointer: u16,
    /// Repetitions left ($42); all loops share it.
    pub repetitions: u8,
}

/// Copies of DSP registers, written once in each pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shadow {
    /// KON ($45).
    pub key_on: u8,
    /// KOFF ($46).
    pub key_off: u8,
    /// FLG ($48).
    pub flags: u8,
    /// NON ($49).
    pub noise: u8,
    /// EON ($4A).
    pub echo: u8,
    /// EFB ($4E).
    pub feedback: u8,
}

/// The echo buffer changes its length: writes are held back until the old contents are gone (section 6.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EchoDelay {
    /// Counts up to [`EchoDelay::wanted`]; negative while nothing may be written ($4C).
    pub progress: u8,
    /// The length asked for ($4D).
    pub wanted: u8,
    /// Its lowest bit halves the clock ($3C7).
    pub prescaler: u8,
}

impl EchoDelay {
    /// Whether the old buffer is still being drained.
    #[must_use]
    pub const fn drains(self) -> bool {
        self.progress & 0x80 != 0
    }

    /// Whether the new length is in use.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        self.progress == self.wanted
    }
}

/// A value of the whole song that slides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct GlobalSlide {
    /// Where it is.
    pub value: Fixed,
    /// Ticks left; 0 = it rests.
    pub count: u8,
    /// Where it goes.
    pub target: u8,
    /// What is added in each tick.
    pub step: Fixed,
}

/// Volumes of the echo, left and right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EchoVolume {
    /// Where they are ($60, $62).
    pub value: [Fixed; 2],
    /// Ticks left ($68).
    pub count: u8,
    /// Where they go ($69, $6A).
    pub target: [u8; 2],
    /// What is added in each tick ($64, $66).
    pub step: [Fixed; 2],
}

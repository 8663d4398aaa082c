//! What the driver remembers of a track (`snes-nspc.md` section 3).

use super::fixed::Fixed;

/// A track and its channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Track {
    /// The next byte; the track is silent if the upper byte is 0 ($30).
    pub pointer: u16,
    /// Ticks left of the event ($70).
    pub ticks_left: u8,
    /// Ticks until the key is released ($71).
    pub gate_left: u8,
    /// Length of the events in ticks ($200).
    pub length: u8,
    /// How much of the length sounds, in 256ths ($201).
    pub gate: u8,
    /// Loudness of the notes, in 256ths ($210).
    pub velocity: u8,
    /// Notes are passed over ($3FF, which A Link to the Past never sets).
    pub is_silent: bool,
    /// A passage that is being repeated.
    pub repeat: Repeat,
    /// The subroutine that is being played.
    pub subroutine: Subroutine,
    /// What sounds.
    pub instrument: Instrument,
    /// Volume of the track ($300).
    pub volume: Slide,
    /// What reaches the volume registers before the pan ($321).
    pub final_volume: u8,
    /// Position between right (0) and left (20) ($330).
    pub pan: Slide,
    /// The byte that set the pan: bit 7 and 6 invert left and right ($351).
    pub pan_byte: u8,
    /// Pitch of the note in semitones, and its slide.
    pub pitch: PitchSlide,
    /// The slide that each note begins with.
    pub envelope: PitchEnvelope,
    /// Vibrato.
    pub vibrato: Vibrato,
    /// Tremolo.
    pub tremolo: Tremolo,
    /// Semitones ($2F0).
    pub transpose: u8,
    /// 256ths of a semitone ($381).
    pub fine_tune: u8,
}

impl Track {
    /// Whether the track plays.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.pointer >> 8 != 0
    }
}

/// A call, of which there is one level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Subroutine {
    /// Rounds left, this one included; 0 = not in a subroutine ($80).
    pub count: u8,
    /// Where it starts ($240).
    pub start: u16,
    /// What comes after it ($230).
    pub back: u16,
}

/// A passage of a track that is played several times (Konami).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Repeat {
    /// Where it starts.
    pub start: u16,
    /// How often it has been played to its end.
    pub count: u8,
}

/// The instrument of a track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Instrument {
    /// As the song numbers it ($211).
    pub id: u8,
    /// Tuning of its sample, in 256ths ($220); 16 bits, signed where the driver takes them so.
    pub multiplier: i32,
}

/// A value that slides without ever being set to its target (section 9, number 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Slide {
    /// Where it is.
    pub value: Fixed,
    /// Ticks left ($90, $91).
    pub count: u8,
    /// Where it would go ($320, $350); nothing reads it.
    pub target: u8,
    /// What is added in each tick.
    pub step: Fixed,
}

/// The pitch and its slide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PitchSlide {
    /// Where it is, in semitones ($360).
    pub value: Fixed,
    /// Ticks until it starts ($A1).
    pub delay: u8,
    /// Ticks that it lasts ($A0); 0 = it rests.
    pub length: u8,
    /// Where it goes ($380).
    pub target: u8,
    /// What is added in each tick ($370).
    pub step: Fixed,
}

/// Whether the slide of each note leads away from it or to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EnvelopeKind {
    /// Rises to the note from below.
    #[default]
    From,
    /// Leads from the note to another pitch.
    To,
}

/// The slide that each note begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PitchEnvelope {
    /// Ticks that it lasts ($280); 0 = there is none.
    pub length: u8,
    /// Ticks until it starts ($281).
    pub delay: u8,
    /// Direction ($290).
    pub kind: EnvelopeKind,
    /// How far ($291).
    pub semitones: u8,
}

/// Vibrato.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Vibrato {
    /// Depth at present; 0 = off ($B1).
    pub depth: u8,
    /// Depth that it fades in to ($2C1).
    pub full_depth: u8,
    /// Ticks before it starts ($2B0).
    pub delay: u8,
    /// Of these, how many have passed ($B0).
    pub delayed: u8,
    /// 256ths of a period per tick ($2A1).
    pub rate: u8,
    /// Where in the period it is ($2A0).
    pub phase: u8,
    /// Ticks that it takes to fade in ($2B1).
    pub fade_length: u8,
    /// Of these, how many have passed ($100).
    pub faded: u8,
    /// Depth per tick while it fades in ($2C0).
    pub fade_step: u8,
}

impl Vibrato {
    /// Whether it still has to wait.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.delayed != self.delay
    }

    /// A tick of the fading in; gives the cycles that it takes.
    pub(super) const fn fade_in(&mut self) -> u64 {
        if self.faded == self.fade_length {
            self.depth = self.full_depth;
            return 2 + 9;
        }
        let first = self.faded == 0;
        self.faded = self.faded.wrapping_add(1);
        let base = if first { 0 } else { self.depth };
        self.depth = base.wrapping_add(self.fade_step);
        4 + 11 + if first { 4 } else { 6 } + 7
    }
}

/// Tremolo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tremolo {
    /// Depth; 0 = off ($C1).
    pub depth: u8,
    /// Ticks before it starts ($2E0).
    pub delay: u8,
    /// Of these, how many have passed ($C0).
    pub delayed: u8,
    /// 256ths of a period per tick ($2D1).
    pub rate: u8,
    /// Where in the period it is ($2D0).
    pub phase: u8,
}

impl Tremolo {
    /// Whether it still has to wait.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.delayed != self.delay
    }
}

use std::fmt;

use crate::{ChannelStatus, DiagnosticLog, Frame, Mutes, Rate, Tempo};

/// A song being played by one console's engine.
///
/// The contract: any sequence of [`render`](Player::render) calls that asks for the same total gives the same
/// frames, whatever the block sizes; muting changes no timing and no other voice; a clone continues exactly
/// where the original stood, so seeking is a snapshot and a replay.
pub trait Player: Clone {
    /// The native rate of the frames.
    fn rate(&self) -> Rate;

    /// Renders at the native rate into `out`, from its start, and returns how many frames were written.
    ///
    /// Fewer than asked (then zero) means that the engine stopped with a [`Fault`]. A song that has ended
    /// keeps rendering what the console would still play: the tail, then silence.
    fn render(&mut self, out: &mut [Frame]) -> usize;

    /// Where the song stands.
    fn position(&self) -> Position;

    /// Whether the script has ended by itself (voices may still sound).
    fn has_ended(&self) -> bool;

    /// Says where the song repeats, so that [`Position::loops`] can count.
    fn set_loop_points(&mut self, points: Option<LoopPoints>);

    /// Replaces `out` with the state of every voice, in index order.
    fn voices(&self, out: &mut Vec<VoiceStatus>);

    /// Replaces `out` with the state of every sequence channel, in order. An engine that plays a program instead of
    /// a sequence has none.
    fn channels(&self, out: &mut Vec<ChannelStatus>) {
        out.clear();
    }

    /// How fast the sequence goes; none where a tick is not a part of a beat.
    fn tempo(&self) -> Option<Tempo> {
        None
    }

    /// What is muted.
    fn mutes(&self) -> &Mutes;

    /// Mutes voices and channels from the next frame on.
    fn set_mutes(&mut self, mutes: Mutes);

    /// Why rendering stopped, if it did.
    fn fault(&self) -> Option<&Fault>;

    /// What the engine had to tell about the song so far.
    fn diagnostics(&self) -> &DiagnosticLog;
}

/// Where a player stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Sequencer ticks since the start.
    pub ticks: u64,
    /// How many times the loop has been completed (0 without loop points).
    pub loops: u64,
    /// Frames rendered since the start.
    pub frames: u64,
}

/// The ticks between which a song repeats: at `end` everything is as it was at `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoopPoints {
    /// First tick of the repeated part.
    pub start: u64,
    /// First tick of its repetition; greater than `start`.
    pub end: u64,
}

impl LoopPoints {
    /// Length of the repeated part in ticks.
    #[must_use]
    pub const fn length(self) -> u64 {
        self.end - self.start
    }

    /// Completed repetitions when the song stands at `tick`.
    #[must_use]
    pub const fn loops_at(self, tick: u64) -> u64 {
        tick.saturating_sub(self.start) / self.length()
    }
}

/// What a voice is doing, for displays.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VoiceStatus {
    /// The voice's number on the console.
    pub voice: u8,
    /// The sequence channel or track that owns it, if one still does.
    pub channel: Option<u8>,
    /// The layer of that channel, on consoles whose channels have layers.
    pub layer: Option<u8>,
    /// The instrument as the engine numbers it.
    pub instrument: Option<u16>,
    /// The key of the note that is held, as MIDI numbers keys (60 is middle C); none while it fades and where the
    /// engine knows no notes.
    pub key: Option<u8>,
    /// Playback speed of the sample, 1.0 = as recorded at the native rate.
    pub pitch: f32,
    /// Left level, 0.0 to 1.0.
    pub left: f32,
    /// Right level, 0.0 to 1.0.
    pub right: f32,
    /// Where the envelope stands.
    pub stage: EnvelopeStage,
}

/// Envelope stages, as far as all engines share them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnvelopeStage {
    /// Nothing sounds.
    #[default]
    Off,
    /// Rising to its first peak.
    Attack,
    /// Moving towards the sustained level.
    Decay,
    /// Held.
    Sustain,
    /// Fading after the note's end.
    Release,
}

/// Why an engine stopped: the song did something that would hang the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The tick in which it happened.
    pub tick: u64,
    /// Byte offset in the song data of the command at fault.
    pub offset: u64,
    /// What happened, and the limit that was passed.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "offset {:#x} (tick {}): {}", self.offset, self.tick, self.message)
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_count_from_the_first_repetition() {
        let points = LoopPoints { start: 48, end: 240 };
        assert_eq!(points.loops_at(0), 0);
        assert_eq!(points.loops_at(239), 0);
        assert_eq!(points.loops_at(240), 1);
        assert_eq!(points.loops_at(432), 2);
    }
}

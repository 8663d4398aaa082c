use crate::voice::EnvelopeOverrides;
use crate::voice::{LfoParameters, TrackLevels, tables::decibel_square};

/// Tracks that exist for all players together.
pub(crate) const TRACK_POOL: usize = 32;
/// Depth of the stack that calls and loops share.
const STACK_DEPTH: usize = 3;

/// Number of a track in the pool, 0 to 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TrackIndex(u8);

impl TrackIndex {
    /// All of them, in order.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..TRACK_POOL as u8).map(Self)
    }

    /// As an array index.
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The stack of calls and loops: three entries of a position and a loop count (nds-formats 3.5).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CallStack {
    entries: [StackEntry; STACK_DEPTH],
    depth: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct StackEntry {
    position: u32,
    /// A call leaves the count of whatever was here before.
    count: u8,
}

impl CallStack {
    /// Pushes a position and, for a loop, its count; `false` if the stack is full.
    pub(super) fn push(&mut self, position: u32, count: Option<u8>) -> bool {
        let Some(entry) = self.entries.get_mut(self.depth) else { return false };
        entry.position = position;
        if let Some(count) = count {
            entry.count = count;
        }
        self.depth += 1;
        true
    }

    /// Takes the top position off.
    pub(super) fn pop(&mut self) -> Option<u32> {
        self.depth = self.depth.checked_sub(1)?;
        self.entries.get(self.depth).map(|entry| entry.position)
    }

    /// The end of a loop: where to continue, or `None` to fall through. Looks at the top entry whatever pushed it.
    pub(super) fn loop_end(&mut self) -> Option<u32> {
        let entry = self.entries.get_mut(self.depth.checked_sub(1)?)?;
        match entry.count {
            0 => {}
            1 => {
                // The count stays in the entry, where a later call will find it.
                self.depth -= 1;
                return None;
            }
            _ => entry.count -= 1,
        }
        Some(entry.position)
    }

    /// Empties the stack. What is in it stays: a later call sees the old loop counts.
    const fn reset(&mut self) {
        self.depth = 0;
    }
}

/// Pan, volume, pitch: what a track hands to its voices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TrackParameters {
    pub volume: u8,
    pub expression: u8,
    pub pan: i8,
    pub pitch_bend: i8,
    /// Semitones.
    pub bend_range: u8,
    pub lfo: LfoParameters,
    /// Set from outside: 127 = the whole range.
    pub pan_range: u8,
    /// Set from outside.
    pub external_pan: i8,
    /// Set from outside, in 0.1 dB.
    pub external_fader: i16,
    /// Set from outside, in 1/64 semitones.
    pub external_pitch: i16,
}

/// What a track's notes start with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NoteSettings {
    pub program: u16,
    pub priority: u8,
    pub transpose: i8,
    pub envelope: EnvelopeOverrides,
    pub sweep_pitch: i16,
    pub portamento: bool,
    pub portamento_key: u8,
    pub portamento_time: u8,
    pub channels: u16,
    pub has_own_channels: bool,
    pub tie: bool,
    pub muted: bool,
    /// Notes wait for their length.
    pub note_wait: bool,
}

/// What makes the script go on or wait.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ScriptState {
    /// From the first event byte; `None` = allocated but never opened.
    pub position: Option<u32>,
    /// Ticks; negative = for ever.
    pub wait: i32,
    /// Waits until the track has no voices.
    pub wait_for_voices: bool,
    pub condition: bool,
    pub stack: CallStack,
}

/// A track: a script and its settings (nds-driver 1 and 3.3).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Track {
    pub active: bool,
    pub(super) script: ScriptState,
    pub parameters: TrackParameters,
    pub notes: NoteSettings,
}

impl Default for TrackParameters {
    fn default() -> Self {
        Self {
            volume: 127,
            expression: 127,
            pan: 0,
            pitch_bend: 0,
            bend_range: 2,
            lfo: LfoParameters::default(),
            pan_range: 127,
            external_pan: 0,
            external_fader: 0,
            external_pitch: 0,
        }
    }
}

impl Default for NoteSettings {
    fn default() -> Self {
        Self {
            program: 0,
            priority: 64,
            transpose: 0,
            envelope: EnvelopeOverrides::default(),
            sweep_pitch: 0,
            portamento: false,
            portamento_key: 60,
            portamento_time: 0,
            channels: 0xFFFF,
            has_own_channels: false,
            tie: false,
            muted: false,
            note_wait: true,
        }
    }
}

impl Track {
    /// Settings and script of a fresh track; only the stack's contents survive.
    pub(super) fn initialise(&mut self) {
        let mut stack = self.script.stack;
        stack.reset();
        *self = Self {
            active: true,
            script: ScriptState { condition: true, stack, ..ScriptState::default() },
            parameters: TrackParameters::default(),
            notes: NoteSettings::default(),
        };
    }

    /// What the track's voices take over (nds-driver 7.1), with the player's volume and fader.
    pub(super) fn levels(&self, player_volume: u8, player_fader: i16) -> TrackLevels {
        let p = &self.parameters;
        let volume = i32::from(decibel_square(p.volume))
            + i32::from(decibel_square(p.expression))
            + i32::from(decibel_square(player_volume));
        let faders = i32::from(p.external_fader) + i32::from(player_fader);
        let bend = (i32::from(p.pitch_bend) * (i32::from(p.bend_range) << 6)) >> 7;
        let mut pan = i32::from(p.pan);
        if p.pan_range != 127 {
            pan = (pan * i32::from(p.pan_range) + 64) >> 7;
        }
        pan += i32::from(p.external_pan);
        TrackLevels {
            volume: volume.max(-32768) as i16,
            // Two positive faders wrap, as the driver stores them in 16 bits.
            faders: faders.max(-32768) as i16,
            pitch: (bend + i32::from(p.external_pitch)) as i16,
            pan: pan.clamp(-128, 127) as i8,
            pan_range: p.pan_range,
            lfo: p.lfo,
        }
    }

    /// Feeds a hasher with everything that decides what the track does from here on; `false` if that depends on when
    /// its voices end.
    pub(super) fn hash_script(&self, hasher: &mut impl std::hash::Hasher) -> bool {
        use std::hash::Hash;
        let script = &self.script;
        (script.position, script.wait, script.condition).hash(hasher);
        script.stack.entries.get(..script.stack.depth).unwrap_or_default().hash(hasher);
        self.parameters.hash(hasher);
        self.notes.hash(hasher);
        !script.wait_for_voices
    }
}

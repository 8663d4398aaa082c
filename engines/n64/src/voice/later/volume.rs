//! From a note's parameters to what the synthesis is told: `n64-engine.md` 8.2 and 8.3, `n64-oot.md` 8.7.

use super::parameters::VoiceParameters;
use super::state::NoteParameters;
use crate::engine::SoundMode;
use crate::profile::rules::{StereoBits, VolumeRules};
use crate::voice::tables::{DEFAULT_PAN, EU_HEADSET_DELAY, HEADSET_PAN, STEREO_PAN, late_headset_delay};
use crate::voice::voice::{Voice, Volumes};

/// Volume of both sides in mono.
const MONO_VOLUME: f32 = 0.707;
/// Pan positions left of this one are strongly left.
const STRONG_LEFT_BELOW: u8 = 0x20;
/// Pan positions right of this one are strongly right.
const STRONG_RIGHT_ABOVE: u8 = 0x60;
/// Highest velocity of Super Mario 64 European.
const EU_MAX_VELOCITY: f32 = 32767.0;
/// Full volume from Shindou on: 12 bits.
const FULL_VOLUME: f32 = 4095.999;

/// The speed of a voice: passes and pitch (0x8000 is 1.0).
fn speed(frequency: f32, limit: f32) -> (u8, u16) {
    let frequency = frequency.max(0.0);
    let (parts, ratio) =
        if frequency < 2.0 { (1, frequency.min(limit)) } else { (2, (frequency * 0.5).min(limit)) };
    (parts, (ratio * 32768.0) as i32 as u16)
}

/// The two sides' flags from pan and stereo bits.
struct Strong {
    left: bool,
    right: bool,
}

impl Strong {
    /// How the bits change what the pan says: by a mode.
    fn combine(self, mode: u8, bits: &Self) -> Self {
        match mode {
            0 => self,
            1 => Self { left: bits.left, right: bits.right },
            2 => Self { left: self.left | bits.left, right: self.right | bits.right },
            _ => Self { left: self.left ^ bits.left, right: self.right ^ bits.right },
        }
    }
}

/// The mode and flags of the stereo bits; none where only the pan decides.
fn stereo_bits(bits: u8, layout: StereoBits) -> Option<(u8, Strong)> {
    match layout {
        StereoBits::None => None,
        StereoBits::Shindou => {
            let mode = match bits >> 2 & 3 {
                0 => 1,
                1 => 0,
                mode => mode,
            };
            Some((mode, Strong { left: bits & 1 != 0, right: bits & 2 != 0 }))
        }
        StereoBits::Zelda => Some((bits >> 4 & 3, Strong { left: bits & 4 != 0, right: bits & 8 != 0 })),
    }
}

impl Voice {
    /// Sets everything the synthesis needs to know about the coming chunk.
    pub(super) fn set_later_volumes(&mut self, rules: &VolumeRules, mode: SoundMode, note: &NoteParameters) {
        let pan = note.pan & 0x7F;
        let has_effects = self.stereo_effects;
        let (own_unit, book_offset, wave, wave_change) =
            (self.later.reverb_unit, self.later.book_offset, self.later.wave, self.later.wave_change);
        let parameters = &mut self.later.parameters;
        let (parts, pitch) = speed(note.frequency, rules.highest_speed);
        parameters.parts = parts;
        parameters.pitch = pitch;
        parameters.wave = wave;
        parameters.wave_change = wave_change;
        parameters.reverb_unit = own_unit;
        parameters.book_offset = book_offset;
        parameters.gain = note.gain;
        parameters.filter = note.filter;
        parameters.comb = note.comb;
        parameters.surround = note.surround;
        parameters.enabled = self.enabled;
        parameters.needs_init = self.needs_init;
        parameters.finished = self.finished;
        let (left, right) = match mode {
            SoundMode::Headset if has_effects => {
                parameters.set_headset(pan, rules);
                parameters.set_wet_flags(note.stereo_bits, rules);
                (HEADSET_PAN[usize::from(pan)], HEADSET_PAN[usize::from(127 - pan)])
            }
            SoundMode::Stereo if has_effects => {
                parameters.set_strong_sides(pan, note.stereo_bits, rules);
                (STEREO_PAN[usize::from(pan)], STEREO_PAN[usize::from(127 - pan)])
            }
            SoundMode::Mono => {
                parameters.set_plain(0, rules);
                (MONO_VOLUME, MONO_VOLUME)
            }
            _ => {
                parameters.set_plain(note.stereo_bits, rules);
                (DEFAULT_PAN[usize::from(pan)], DEFAULT_PAN[usize::from(127 - pan)])
            }
        };
        parameters.target = volumes(rules, note.velocity, left, right);
        let reverb = if rules.halves_send { note.reverb >> 1 } else { note.reverb };
        // The halved send is compared with the whole one.
        parameters.envelope_init = parameters.needs_init || parameters.reverb != note.reverb;
        parameters.reverb = reverb;
    }
}

impl Voice {
    /// Super Mario 64 European silences a voice that is disabled, unless it was to begin.
    pub(super) const fn silence_parameters(&mut self, had_init: bool) {
        if !had_init {
            let parameters = &mut self.later.parameters;
            parameters.target = Volumes { left: 0, right: 0 };
            parameters.envelope_init = parameters.reverb != 0;
            parameters.reverb = 0;
        }
    }
}

impl VoiceParameters {
    fn set_headset(&mut self, pan: u8, rules: &VolumeRules) {
        self.headset = true;
        self.strong_left = false;
        self.strong_right = false;
        (self.delay_left, self.delay_right) = if rules.has_coarse_headset {
            (EU_HEADSET_DELAY[usize::from(pan >> 3)], EU_HEADSET_DELAY[15 - usize::from(pan >> 3)])
        } else {
            (late_headset_delay(63 - (pan >> 1)), late_headset_delay(pan >> 1))
        };
    }

    fn set_strong_sides(&mut self, pan: u8, bits: u8, rules: &VolumeRules) {
        self.headset = false;
        self.delay_left = 0;
        self.delay_right = 0;
        let by_pan = Strong { left: pan < STRONG_LEFT_BELOW, right: pan > STRONG_RIGHT_ABOVE };
        let strong = match stereo_bits(bits, rules.stereo) {
            None => by_pan,
            Some((mode, by_bits)) => by_pan.combine(mode, &by_bits),
        };
        (self.strong_left, self.strong_right) = (strong.left, strong.right);
        self.set_wet_flags(bits, rules);
    }

    /// No effects: the flags are those of the bits alone; without bits they stay as they are.
    fn set_plain(&mut self, bits: u8, rules: &VolumeRules) {
        if let Some((_, strong)) = stereo_bits(bits, rules.stereo) {
            (self.strong_left, self.strong_right) = (strong.left, strong.right);
            self.headset = false;
        }
        self.set_wet_flags(bits, rules);
    }

    fn set_wet_flags(&mut self, bits: u8, rules: &VolumeRules) {
        if rules.has_wet_flags {
            self.wet_left = bits & 2 != 0;
            self.wet_right = bits & 1 != 0;
        }
    }
}

/// Multiples of 32 in 10 bits, or 12 bits.
fn volumes(rules: &VolumeRules, velocity: f32, left: f32, right: f32) -> Volumes {
    if rules.is_coarse {
        let velocity = velocity.clamp(0.0, EU_MAX_VELOCITY);
        let quantized = |volume: f32| ((velocity * volume) as i32 as u16) >> 5;
        return Volumes { left: quantized(left), right: quantized(right) };
    }
    let velocity = velocity.clamp(0.0, 1.0);
    let quantized = |volume: f32| (velocity * volume * FULL_VOLUME) as i32 as u16;
    Volumes { left: quantized(left), right: quantized(right) }
}

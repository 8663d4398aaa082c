//! Pan and volume of a voice, `n64-engine.md` 5.8.

use crate::engine::SoundMode;
use crate::profile::Literals;
use crate::voice::tables::{DEFAULT_PAN, HEADSET_DELAY, HEADSET_PAN, STEREO_PAN};
use crate::voice::voice::{Voice, Volumes};

/// Volume of both sides in mono.
const MONO_VOLUME: f32 = 0.707;
/// Pan positions left of this one are strongly left.
const STRONG_LEFT_BELOW: usize = 0x20;
/// Pan positions right of this one are strongly right.
const STRONG_RIGHT_ABOVE: usize = 0x60;
/// The bits of a volume that are kept.
const VOLUME_MASK: i32 = 0x7F00;

impl Voice {
    /// Sets the volumes to reach in the coming chunk. `pan` is 0 to 1, but can leave that range.
    pub fn set_volumes(
        &mut self,
        (mode, literals): (SoundMode, Literals),
        velocity: f32,
        pan: f32,
        reverb: u8,
    ) {
        let position = pan_position(pan, literals);
        let table = if self.stereo_effects && mode == SoundMode::Headset {
            let step = (literals.product(pan, 10.0) as i32 as i8).min(9);
            // The console reads in front of its table for negative pans.
            let step = usize::try_from(step).unwrap_or(0);
            self.stereo.delay_left = HEADSET_DELAY[step];
            self.stereo.delay_right = HEADSET_DELAY[9 - step];
            self.stereo.headset = true;
            self.stereo.strong_left = false;
            self.stereo.strong_right = false;
            Some(&HEADSET_PAN)
        } else if self.stereo_effects && mode == SoundMode::Stereo {
            self.stereo.delay_left = 0;
            self.stereo.delay_right = 0;
            self.stereo.headset = false;
            self.stereo.strong_left = position < STRONG_LEFT_BELOW;
            self.stereo.strong_right = position > STRONG_RIGHT_ABOVE;
            Some(&STEREO_PAN)
        } else if mode == SoundMode::Mono {
            None
        } else {
            Some(&DEFAULT_PAN)
        };
        let left = table.map_or(MONO_VOLUME, |table| table[position]);
        let right = table.map_or(MONO_VOLUME, |table| table[127 - position]);
        let velocity = velocity.max(0.0);
        self.target = Volumes { left: quantized(velocity * left), right: quantized(velocity * right) };
        self.envelope_init = self.needs_init;
        if self.reverb != reverb {
            self.reverb = reverb;
            // A send of 0x80 and more is a negative gain.
            self.wet_gain = (u16::from(reverb) << 8) as i16;
            self.envelope_init = true;
        }
    }
}

/// The index of a pan into the tables: cut to seven bits, or (with doubles) limited to 127.
fn pan_position(pan: f32, literals: Literals) -> usize {
    match literals {
        Literals::Single => (pan * 127.5) as i32 as usize & 127,
        // The console reads in front of its table for negative pans.
        Literals::Double => ((f64::from(pan) * 127.5) as i32).clamp(0, 127) as usize,
    }
}

/// Multiples of 256; 1 stands for 0, because the envelope mixer works with ratios.
fn quantized(volume: f32) -> u16 {
    (volume as i32 & VOLUME_MASK).max(1) as u16
}

//! What the synthesis is told about a voice in one update.

use super::state::{FilterSource, WaveTable};
use crate::sequencer::channel::CombFilter;
use crate::sound_memory::SoundEntry;
use crate::voice::voice::{Voice, Volumes};

/// One update's instructions for the synthesis of a voice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VoiceParameters {
    /// Whether it is synthesised.
    pub enabled: bool,
    /// Whether the synthesis starts anew.
    pub needs_init: bool,
    /// Whether the sample has ended.
    pub finished: bool,
    /// What sounds; none is a wave.
    pub sound: Option<SoundEntry>,
    /// The wave, if there is no sound.
    pub wave: WaveTable,
    /// New and old table of a wave, while a change is pending.
    pub wave_change: u8,
    /// The left signal is mixed out of phase.
    pub strong_left: bool,
    /// The right signal is mixed out of phase.
    pub strong_right: bool,
    /// The left reverb send is inverted (Zelda generation).
    pub wet_left: bool,
    /// The right reverb send is inverted (Zelda generation).
    pub wet_right: bool,
    /// Headphone delays are in use.
    pub headset: bool,
    /// Bytes of delay of the left side.
    pub delay_left: u16,
    /// Bytes of delay of the right side.
    pub delay_right: u16,
    /// Reverb unit.
    pub reverb_unit: u8,
    /// Reverb send.
    pub reverb: u8,
    /// Whether the envelope mixer must be set up anew (European).
    pub envelope_init: bool,
    /// Book offset.
    pub book_offset: u8,
    /// Gain in sixteenths.
    pub gain: u8,
    /// Passes: two above twice the recorded speed.
    pub parts: u8,
    /// The resampler's pitch.
    pub pitch: u16,
    /// Volumes to reach, 10 bits (European) or 12.
    pub target: Volumes,
    /// Filter.
    pub filter: FilterSource,
    /// Comb filter.
    pub comb: CombFilter,
    /// Surround index.
    pub surround: u8,
    /// Sample at which the note begins.
    pub start_offset: u32,
}

impl VoiceParameters {
    /// The parameters of a voice that has just been set up.
    pub fn start(voice: &Voice) -> Self {
        Self {
            enabled: true,
            needs_init: true,
            sound: voice.sound,
            wave: voice.later.wave,
            reverb_unit: voice.later.reverb_unit,
            book_offset: voice.later.book_offset,
            start_offset: voice.later.start_offset,
            surround: u8::MAX,
            ..Self::default()
        }
    }
}

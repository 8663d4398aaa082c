//! What distinguishes the engine's versions: timing and session presets.

use crate::hardware::audio_interface::{FrameTiming, NTSC_CLOCK};
use crate::sequencer::abi::Abi;
use tatum_core::Rate;

/// Video clocks per NTSC retrace: 263 lines of 3094 clocks (`n64-engine.md` 2.1).
const NTSC_RETRACE_CLOCKS: u64 = 263 * 3094;
/// Samples the engine wants left in the playing buffer (`n64-engine.md` 2.3).
const EXTRA_SAMPLES: u32 = 64;
/// Sequencer ticks per quarter note.
pub const TICKS_PER_BEAT: u16 = 48;

/// A session preset: what the game chooses per level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preset {
    /// Requested sample rate in Hz.
    pub rate: u32,
    /// Voices.
    pub voices: u8,
    /// Length of the reverb ring in samples.
    pub reverb_window: u32,
    /// Gain of the reverb's feedback.
    pub reverb_gain: u16,
    /// Dry gain of every voice.
    pub volume: u16,
}

impl Preset {
    const fn new(rate: u32, voices: u8, reverb_window: u32, reverb_gain: u16) -> Self {
        Self { rate, voices, reverb_window, reverb_gain, volume: 0x7FFF }
    }
}

/// Super Mario 64 US, `n64-engine.md` 1.
const SM64_US_PRESETS: [Preset; 17] = [
    Preset::new(32000, 16, 0x0C00, 0x2FFF),
    Preset::new(32000, 16, 0x0A00, 0x47FF),
    Preset::new(32000, 16, 0x1000, 0x2FFF),
    Preset::new(32000, 16, 0x0E00, 0x3FFF),
    Preset::new(32000, 16, 0x0C00, 0x4FFF),
    Preset::new(32000, 16, 0x0C00, 0x2FFF),
    Preset::new(32000, 16, 0x0A00, 0x47FF),
    Preset::new(32000, 20, 0x0800, 0x37FF),
    Preset::new(27000, 16, 0x0800, 0x2FFF),
    Preset::new(27000, 16, 0x0800, 0x3FFF),
    Preset::new(27000, 16, 0x1000, 0x2FFF),
    Preset::new(27000, 16, 0x1000, 0x3FFF),
    Preset::new(27000, 16, 0x0C00, 0x4FFF),
    Preset::new(32000, 14, 0x0800, 0x2FFF),
    Preset::new(32000, 12, 0x0800, 0x2FFF),
    Preset::new(32000, 10, 0x0800, 0x2FFF),
    Preset::new(32000, 8, 0x0800, 0x2FFF),
];

/// A version of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EngineVersion {
    /// Super Mario 64, American.
    Sm64Us,
}

impl EngineVersion {
    /// All versions that can be played.
    pub const ALL: [Self; 1] = [Self::Sm64Us];

    /// The engine id of the command line and of manifests.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sm64Us => "sm64-us",
        }
    }

    /// The version with an engine id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.id() == id)
    }

    /// The command set.
    #[must_use]
    pub const fn abi(self) -> Abi {
        match self {
            Self::Sm64Us => Abi::Sm64,
        }
    }

    /// The session presets, by number.
    #[must_use]
    pub const fn presets(self) -> &'static [Preset] {
        match self {
            Self::Sm64Us => &SM64_US_PRESETS,
        }
    }
}

/// The clocks that follow from a version and its preset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// The audio interface's part.
    pub frames: FrameTiming,
    /// The sample rate as the engine sees it: the clock divided by the DAC divider, without the fraction.
    pub integer_rate: u32,
    /// Updates (and chunks) per frame.
    pub updates_per_frame: u32,
    /// The tempo accumulator's threshold: one tick each time it is reached.
    pub tick_threshold: u16,
}

impl Timing {
    /// The clocks of a preset, `n64-engine.md` 2.2 to 2.4.
    #[must_use]
    pub fn of(preset: &Preset) -> Self {
        let divider = (NTSC_CLOCK as f32 / preset.rate as f32 + 0.5) as u64;
        let integer_rate = (NTSC_CLOCK / divider) as u32;
        let target = (integer_rate / 60).next_multiple_of(16);
        let updates_per_frame = target / 160 + 1;
        Self {
            frames: FrameTiming {
                retrace_clocks: NTSC_RETRACE_CLOCKS,
                sample_clocks: divider,
                target,
                extra: EXTRA_SAMPLES,
                minimum: target - 16,
                maximum: target + 16,
                boot_length: 160,
            },
            integer_rate,
            updates_per_frame,
            tick_threshold: (updates_per_frame as f32 * 2_880_000.0 / 48.0 / 16.713) as u16,
        }
    }

    /// The frames per second of the converter, exactly.
    #[must_use]
    pub const fn rate(&self) -> Rate {
        Rate::new(NTSC_CLOCK, self.frames.sample_clocks)
    }

    /// The length of the next chunk of a frame that still needs `left` samples in `chunks` chunks.
    #[must_use]
    pub const fn chunk_length(left: u32, chunks: u32) -> u32 {
        if chunks <= 1 {
            return left;
        }
        let even = left / chunks;
        let chunk = even - even % 8;
        if even % 8 >= 4 { chunk + 8 } else { chunk }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(length: u32) -> Vec<u32> {
        let mut left = length;
        (1..=4)
            .rev()
            .map(|chunks| {
                let chunk = Timing::chunk_length(left, chunks);
                left -= chunk;
                chunk
            })
            .collect()
    }

    #[test]
    fn the_clocks_are_those_of_the_specification() {
        let timing = Timing::of(&SM64_US_PRESETS[0]);
        assert_eq!(timing.frames.sample_clocks, 1521);
        assert_eq!(timing.integer_rate, 32006);
        assert_eq!(timing.frames.target, 544);
        assert_eq!(timing.updates_per_frame, 4);
        assert_eq!(timing.tick_threshold, 14360);
        let slow = Timing::of(&SM64_US_PRESETS[8]);
        assert_eq!((slow.integer_rate, slow.frames.target), (27000, 464));
        assert_eq!((slow.updates_per_frame, slow.tick_threshold), (3, 10770));
    }

    #[test]
    fn frames_are_cut_into_chunks_as_specified() {
        assert_eq!(chunks(528), [136, 128, 136, 128]);
        assert_eq!(chunks(544), [136, 136, 136, 136]);
        assert_eq!(chunks(560), [144, 136, 144, 136]);
    }
}

//! How a voice's speed is reached: in one pass or two. `n64-mixer.md` 5.

/// Speeds from here on need two passes.
const TWO_PARTS_FROM: f32 = 2.0;
/// Highest speed in one pass.
const MAX_ONE_PART: f32 = 1.99996;
/// Highest speed in two passes, in the first generation.
const MAX_TWO_PARTS: f32 = 3.99993;

/// How a voice's speed is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// The speed, limited to what the signal processor can do.
    pub frequency: f32,
    /// Passes: two from twice the recorded speed on.
    pub parts: u32,
    /// The resampler's pitch in the last pass, 0x8000 = 1.0.
    pub pitch: u16,
}

impl Speed {
    /// The passes and the pitch for a voice's frequency.
    #[must_use]
    pub fn of(frequency: f32) -> Self {
        let (frequency, parts, ratio) = if frequency < TWO_PARTS_FROM {
            let frequency = frequency.min(MAX_ONE_PART);
            (frequency, 1, frequency)
        } else {
            let frequency = frequency.min(MAX_TWO_PARTS);
            (frequency, 2, frequency * 0.5)
        };
        Self { frequency, parts, pitch: (ratio * 32768.0) as i32 as u16 }
    }
}

//! Recordings at half their rate, to save memory.

use super::brr_encoder::BLOCK_SAMPLES;

/// A recording with the loop at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recording {
    pub(super) pcm: Vec<i16>,
    /// A multiple of 16, as the length is.
    pub(super) loop_start: Option<usize>,
    /// How often the rate has been halved.
    pub(super) halvings: u32,
}

/// One side of a half-band low-pass of 23 taps in 32768ths: a sinc under a Kaiser window (beta 5). The middle tap is a
/// half, every second one 0.
const HALF_BAND: [i32; 6] = [10283, -3022, 1395, -653, 268, -79];

impl Recording {
    /// The same at half the rate. The loop keeps its length, played twice if half of it would be no whole blocks.
    pub(super) fn halved(&self) -> Self {
        let length = self.pcm.len();
        let at = |index: isize| self.pcm[self.wrapped(index)];
        let filtered = |index: usize| {
            let centre = 2 * index.cast_signed();
            let sides: i32 = (0..)
                .zip(HALF_BAND)
                .map(|(tap, weight)| {
                    let distance = 2 * tap + 1;
                    weight * (i32::from(at(centre - distance)) + i32::from(at(centre + distance)))
                })
                .sum();
            let sum = (i32::from(at(centre)) * 16_384 + sides + 16_384) >> 15;
            sum.clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
        };
        let Some(start) = self.loop_start else {
            let pcm = (0..length / 2).map(filtered).collect();
            return Self { pcm, loop_start: None, halvings: self.halvings + 1 };
        };
        let round = (length - start) / 2;
        let loop_length = if round.is_multiple_of(BLOCK_SAMPLES) { round } else { 2 * round };
        let loop_start = (start / 2).next_multiple_of(BLOCK_SAMPLES);
        let pcm = (0..loop_start + loop_length).map(filtered).collect();
        Self { pcm, loop_start: Some(loop_start), halvings: self.halvings + 1 }
    }

    /// The place in the recording of a sample that may lie before its start or behind its end.
    fn wrapped(&self, index: isize) -> usize {
        let length = self.pcm.len();
        let index = index.max(0).cast_unsigned();
        match self.loop_start {
            _ if index < length => index,
            Some(start) if start < length => start + (index - start) % (length - start),
            _ => length.saturating_sub(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_lets_pass_what_is_low_and_stops_what_is_high() {
        assert_eq!(2 * HALF_BAND.iter().sum::<i32>(), 16_384, "a constant stays what it is");
        let recording = |pcm| Recording { pcm, loop_start: Some(0), halvings: 0 };
        let constant = recording(vec![1000; 64]).halved();
        assert!(constant.pcm.iter().all(|&value| value == 1000));
        let high = recording((0..64).map(|n| if n % 2 == 0 { 8000 } else { -8000 }).collect()).halved();
        assert!(high.pcm[6..].iter().all(|&value| value.abs() < 10), "{:?}", high.pcm);
    }

    #[test]
    fn loops_stay_whole_blocks_and_seamless() {
        let pcm: Vec<i16> = (0..480).map(|n| ((n % 80) * 100) as i16).collect();
        let half = Recording { pcm, loop_start: Some(400), halvings: 0 }.halved();
        assert_eq!((half.loop_start, half.pcm.len()), (Some(208), 288));
        let first: Vec<i16> = half.pcm[208..248].to_vec();
        assert_eq!(half.pcm[248..288], first, "40 samples, played twice");
    }
}

//! The memory of a reverb unit: two rings, resampler states, and (for rings that do not keep every sample) the sums of
//! the last two frames. `n64-mixer.md` 7, `n64-oot.md` 9.5.

use crate::engine::MAX_UPDATES;
use crate::hardware::memory::Ram;

/// Bytes of a resampler or filter state.
const STATE_BYTES: u32 = 32;
/// States of a unit: resampler and filter, left and right.
const STATES: u32 = 4;
/// Frames after which the first sums are copied.
const DELAY_FRAMES: u32 = 2;

/// The part of the rings that a chunk uses: up to two pieces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First sample in the ring.
    pub start: u32,
    /// Bytes from there on.
    pub first_bytes: u16,
    /// Bytes from the ring's start.
    pub second_bytes: u16,
}

impl Span {
    /// The span of `samples` from `start` in a ring of `window`.
    pub const fn new(start: u32, samples: u32, window: u32) -> Self {
        let excess = (start + samples).saturating_sub(window);
        Self { start, first_bytes: (2 * (samples - excess)) as u16, second_bytes: (2 * excess) as u16 }
    }

    /// The next `samples` of a ring of `window`; the position moves behind them.
    pub fn take(position: &mut u32, samples: u32, window: u32) -> Self {
        let span = Self::new(*position, samples, window);
        let end = *position + samples;
        *position = if end < window { end } else { end - window };
        span
    }
}

/// The memory of a unit, its position and its age.
#[derive(Clone, Debug)]
pub struct RingMemory {
    window: u32,
    base: u32,
    channel_bytes: u32,
    position: u32,
    frames: u32,
    /// Where the sums of each update belong, for even and odd frames.
    spans: [[Span; MAX_UPDATES]; 2],
}

impl RingMemory {
    /// Bytes of RAM for rings of `window` samples and sums of `channel_bytes` for each side.
    pub const fn bytes(window: u32, channel_bytes: u32) -> u32 {
        2 * ring_bytes(window) + STATES * STATE_BYTES + 2 * MAX_UPDATES as u32 * 2 * channel_bytes
    }

    /// Silent memory that begins at `base`.
    pub fn new(window: u32, channel_bytes: u32, base: u32) -> Self {
        let spans = [[Span::default(); MAX_UPDATES]; 2];
        Self { window, base, channel_bytes, position: 0, frames: 0, spans }
    }

    /// Samples of the rings.
    pub const fn window(&self) -> u32 {
        self.window
    }

    /// Address of a side's ring, 0 left and 1 right.
    pub const fn ring(&self, side: u32) -> u32 {
        self.base + side * ring_bytes(self.window)
    }

    /// Address of a side's resampler state.
    pub const fn resample_state(&self, side: u32) -> u32 {
        self.ring(2) + side * STATE_BYTES
    }

    /// Address of a side's filter state.
    pub const fn filter_state(&self, side: u32) -> u32 {
        self.ring(2) + (2 + side) * STATE_BYTES
    }

    /// Address of the sums of an update, left then right.
    pub const fn sums(&self, update: usize) -> u32 {
        let slot = (self.frames % 2) as usize * MAX_UPDATES + update;
        self.ring(2) + STATES * STATE_BYTES + slot as u32 * 2 * self.channel_bytes
    }

    /// Gives a chunk its span of `samples` of the ring.
    pub fn advance(&mut self, update: usize, samples: u32) -> Span {
        let span = Span::take(&mut self.position, samples, self.window);
        self.spans[(self.frames % 2) as usize][update] = span;
        span
    }

    /// The span of an update of this frame, or before [`RingMemory::advance`] of the one two frames ago.
    pub const fn span(&self, update: usize) -> Span {
        self.spans[(self.frames % 2) as usize][update]
    }

    /// Copies every `downsample`-th of the sums that were saved two frames ago into the rings.
    pub fn copy_sums(&self, update: usize, downsample: u8, ram: &mut Ram) {
        if self.frames < DELAY_FRAMES {
            return;
        }
        let span = self.span(update);
        let (first, second) = (usize::from(span.first_bytes) / 2, usize::from(span.second_bytes) / 2);
        for side in 0..2 {
            let sums = self.sums(update) + side * self.channel_bytes;
            for index in 0..first + second {
                let [sample] = ram.read_block(sums + 2 * (index * usize::from(downsample)) as u32);
                let place = if index < first { span.start as usize + index } else { index - first };
                ram.write(self.ring(side) + 2 * place as u32, &[sample]);
            }
        }
    }

    /// Ends a frame.
    pub const fn end_frame(&mut self) {
        // Only "younger than two frames" and even or odd count.
        self.frames = if self.frames >= 4 { self.frames - 1 } else { self.frames + 1 };
    }
}

const fn ring_bytes(window: u32) -> u32 {
    (2 * window).next_multiple_of(16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_wrap_at_the_window() {
        let mut position = 0;
        let spans = [136, 136, 64, 64].map(|samples| {
            let span = Span::take(&mut position, samples, 200);
            (span.start, span.first_bytes, span.second_bytes)
        });
        assert_eq!(spans, [(0, 272, 0), (136, 128, 144), (72, 128, 0), (136, 128, 0)]);
        assert_eq!(position, 0);
    }
}

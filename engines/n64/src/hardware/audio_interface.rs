//! The audio interface (AI): how many samples the converter has eaten when the next frame is computed.

/// VI and AI clock of an NTSC console, in Hz (`n64-engine.md` 2.1).
pub const NTSC_CLOCK: u64 = 48_681_812;
/// VI and AI clock of a PAL console, in Hz.
pub const PAL_CLOCK: u64 = 49_656_530;

/// The engine's frame length is the smallest that keeps the converter fed: this model says which.
///
/// `n64-engine.md` 2.3 and the arithmetic of `golden/n64-sm64/README.md`: the converter plays one buffer and
/// holds one queued; each retrace it has eaten an exact fraction of samples.
#[derive(Clone, Debug)]
pub struct AudioInterface {
    timing: FrameTiming,
    lengths: [u32; 3],
    index: usize,
    playing: u32,
    queued: u32,
    retraces: u64,
}

/// What fixes the frame lengths of a console and engine version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameTiming {
    /// Samples eaten per retrace, as a fraction: video clocks per retrace and per sample, for example.
    pub retrace: (u64, u64),
    /// What counts as left.
    pub model: BufferModel,
    /// The length the engine aims at, in samples.
    pub target: u32,
    /// Samples the engine wants left in the playing buffer.
    pub extra: u32,
    /// Shortest frame.
    pub minimum: u32,
    /// Longest frame.
    pub maximum: u32,
    /// Length of the three silent buffers at boot.
    pub boot_length: u32,
}

/// What the model of the buffers counts as samples left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BufferModel {
    /// The playing buffer's, read before the next one is queued; the interface holds two buffers and refuses a
    /// third (`golden/n64-sm64/README.md`).
    PlayingAndQueued,
    /// Everything that was ever queued and not yet eaten (`golden/n64-oot/README.md`).
    Sum,
}

/// The length of one audio frame, and what the engine saw when it chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameLength {
    /// Samples to compute.
    pub samples: u32,
    /// Samples left in the playing buffer.
    pub remaining: u32,
}

impl AudioInterface {
    /// The interface at boot: silent buffers, nothing playing.
    pub const fn new(timing: FrameTiming) -> Self {
        Self { timing, lengths: [timing.boot_length; 3], index: 0, playing: 0, queued: 0, retraces: 0 }
    }

    /// One vertical retrace: the converter advances, a buffer is queued, and the next frame's length chosen.
    pub fn next_frame(&mut self) -> FrameLength {
        self.consume();
        let remaining = self.remaining();
        self.index = (self.index + 1) % 3;
        self.queue(self.lengths[(self.index + 1) % 3]);
        let timing = &self.timing;
        let wanted = i64::from(timing.target) - i64::from(remaining) + i64::from(timing.extra);
        let samples = (wanted & !15) + 16;
        let samples = samples.clamp(i64::from(timing.minimum), i64::from(timing.maximum)) as u32;
        self.lengths[self.index] = samples;
        FrameLength { samples, remaining }
    }

    /// The samples eaten in a retrace.
    fn eaten_in(&self, retrace: u64) -> u32 {
        let (samples, per) = self.timing.retrace;
        let until = |retraces: u64| u128::from(retraces) * u128::from(samples) / u128::from(per);
        (until(retrace + 1) - until(retrace)) as u32
    }

    fn consume(&mut self) {
        let retrace = self.retraces;
        self.retraces += 1;
        if self.timing.model == BufferModel::Sum {
            // What was queued at the last retrace is there since then.
            self.playing += std::mem::take(&mut self.queued);
            if let Some(last) = retrace.checked_sub(1) {
                self.playing = self.playing.saturating_sub(self.eaten_in(last));
            }
            return;
        }
        let mut samples = self.eaten_in(retrace);
        loop {
            let eaten = samples.min(self.playing);
            self.playing -= eaten;
            samples -= eaten;
            if self.playing == 0 {
                self.playing = std::mem::take(&mut self.queued);
            }
            if samples == 0 || self.playing == 0 {
                return;
            }
        }
    }

    /// The length register counts bytes in units of 8, two 16-bit channels per sample.
    const fn remaining(&self) -> u32 {
        match self.timing.model {
            BufferModel::PlayingAndQueued => ((4 * self.playing) & !7) / 4,
            BufferModel::Sum => self.playing,
        }
    }

    fn queue(&mut self, samples: u32) {
        if self.timing.model == BufferModel::Sum {
            self.queued = samples;
        } else if self.playing == 0 {
            self.playing = samples;
        } else if self.queued == 0 {
            self.queued = samples;
        }
    }
}

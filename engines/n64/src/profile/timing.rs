//! The clocks that follow from a version and its preset.

use super::Preset;
use crate::hardware::audio_interface::{BufferModel, FrameTiming, NTSC_CLOCK, PAL_CLOCK};
use tatum_core::Rate;

/// Sequencer ticks per quarter note.
pub const TICKS_PER_BEAT: u16 = 48;

/// The television system, which gives the engine its frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TelevisionSystem {
    /// 60 frames per second.
    #[default]
    Ntsc,
    /// 50 frames per second.
    Pal,
    /// 60 frames per second, Brazil.
    Mpal,
}

impl TelevisionSystem {
    /// Nominal frames per second.
    #[must_use]
    pub const fn frames_per_second(self) -> u32 {
        match self {
            Self::Ntsc | Self::Mpal => 60,
            Self::Pal => 50,
        }
    }

    /// The video clock in Hz.
    const fn clock(self) -> u64 {
        match self {
            Self::Ntsc | Self::Mpal => NTSC_CLOCK,
            Self::Pal => PAL_CLOCK,
        }
    }

    /// Video clocks per retrace: lines of clocks (`n64-engine.md` 2.1).
    const fn retrace_clocks(self) -> u64 {
        match self {
            Self::Ntsc | Self::Mpal => 263 * 3094,
            Self::Pal => 313 * 3178,
        }
    }

    /// Milliseconds per frame as the Zelda generation computes them (`n64-oot.md` 6.1).
    fn zelda_milliseconds(self) -> f32 {
        let correction = match self {
            Self::Ntsc => 1.002_78_f32,
            Self::Pal => 1.001_521,
            Self::Mpal => 0.992_76,
        };
        1000.0 * correction / self.frames_per_second() as f32
    }
}

/// How a frame's samples are cut into the chunks of its updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkRule {
    /// Even parts, rounded to 8.
    Even,
    /// A usual length, 8 more or 8 less.
    Nominal(u32),
}

impl ChunkRule {
    /// The length of the next chunk of a frame that still needs `left` samples in `chunks` chunks.
    #[must_use]
    pub const fn chunk_length(self, left: u32, chunks: u32) -> u32 {
        if chunks <= 1 {
            return left;
        }
        let even = left / chunks;
        match self {
            Self::Even => {
                let chunk = even - even % 8;
                if even % 8 >= 4 { chunk + 8 } else { chunk }
            }
            Self::Nominal(length) if even >= length + 8 => length + 8,
            Self::Nominal(length) if even <= length - 8 => length - 8,
            Self::Nominal(length) => length,
        }
    }
}

/// How a version's clocks follow from its preset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ClockRule {
    /// Super Mario 64, Japanese and American, NTSC: even chunks of at most 160 samples. The numerator of the tick
    /// threshold depends on the unit of the tempo.
    First {
        /// Tempo units per minute and update.
        threshold: f32,
        /// Milliseconds per frame; 1 where `threshold` counts frames already.
        milliseconds: f32,
    },
    /// The games between those and the Zelda generation.
    Later(LaterClock),
    /// The Zelda generation, any television system.
    Zelda,
}

/// The clocks of the games between the first and the Zelda generation, `n64-engine.md` 8.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaterClock {
    /// The television system; the game knows no other.
    pub television: TelevisionSystem,
    /// Milliseconds per retrace, as the engine has them.
    pub milliseconds: f32,
    /// A frame has as many updates as keep their chunks below this many samples.
    pub longest_chunk: u32,
    /// Retraces for which one frame is computed.
    pub retraces: u32,
    /// Whether the audio interface is kept further ahead, and begins with full buffers.
    pub keeps_ahead: bool,
}

/// The clocks of a session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// The audio interface's part.
    pub frames: FrameTiming,
    /// The video clock, and the divider that makes the sample rate.
    pub sample_clock: (u64, u64),
    /// The sample rate as the engine sees it: the clock divided by the DAC divider, without the fraction.
    pub integer_rate: u32,
    /// Updates (and chunks) per frame.
    pub updates_per_frame: u32,
    /// How frames are cut into chunks.
    pub chunks: ChunkRule,
    /// The tempo accumulator's threshold: one tick each time it is reached.
    pub tick_threshold: u16,
    /// Nominal frames per second.
    pub frames_per_second: u32,
}

impl Timing {
    /// The clocks of a preset, `n64-engine.md` 2.2 to 2.4 and 8, `n64-oot.md` 6.1.
    #[must_use]
    pub fn of(rule: ClockRule, preset: &Preset, television: TelevisionSystem) -> Self {
        let television = match rule {
            ClockRule::First { .. } => TelevisionSystem::Ntsc,
            ClockRule::Later(clock) => clock.television,
            ClockRule::Zelda => television,
        };
        let clock = television.clock();
        let divider = (clock as f32 / preset.rate as f32 + 0.5) as u64;
        let integer_rate = (clock / divider) as u32;
        let frames_per_second = television.frames_per_second();
        let engine_rate = if matches!(rule, ClockRule::First { .. }) { integer_rate } else { preset.rate };
        let target = (engine_rate / frames_per_second).next_multiple_of(16);
        let updates_per_frame = match rule {
            ClockRule::First { .. } => target / 160 + 1,
            ClockRule::Later(clock) => (target + 16) / clock.longest_chunk + 1,
            ClockRule::Zelda => (target + 16) / 208 + 1,
        };
        let beats = updates_per_frame as f32 * 2_880_000.0 / 48.0;
        let tick_threshold = match rule {
            ClockRule::First { threshold, milliseconds } => {
                updates_per_frame as f32 * threshold / 48.0 / milliseconds
            }
            ClockRule::Later(clock) => beats / clock.milliseconds,
            ClockRule::Zelda => beats / television.zelda_milliseconds(),
        } as u16;
        let is_first = matches!(rule, ClockRule::First { .. });
        let chunks =
            if is_first { ChunkRule::Even } else { ChunkRule::Nominal((target / updates_per_frame) & !7) };
        let (retraces, keeps_ahead) = match rule {
            ClockRule::First { .. } => (1, false),
            ClockRule::Later(clock) => (clock.retraces, clock.keeps_ahead),
            ClockRule::Zelda => (1, true),
        };
        let (retrace, model) = match rule {
            ClockRule::Zelda => ((u64::from(preset.rate), u64::from(frames_per_second)), BufferModel::Sum),
            _ => {
                let clocks = u64::from(retraces) * television.retrace_clocks();
                ((clocks, divider), BufferModel::PlayingAndQueued)
            }
        };
        let (minimum, maximum) = (retraces * (target - 16), retraces * (target + 16));
        let maximum = if retraces == 1 { maximum } else { maximum - 16 };
        Self {
            frames: FrameTiming {
                retrace,
                model,
                target: retraces * target,
                extra: if keeps_ahead { 128 } else { 64 },
                minimum,
                maximum,
                boot_length: if keeps_ahead { maximum } else { 160 },
            },
            sample_clock: (clock, divider),
            integer_rate,
            updates_per_frame: retraces * updates_per_frame,
            chunks,
            tick_threshold,
            frames_per_second,
        }
    }

    /// The next chunk of a frame with some samples and updates left.
    pub(crate) const fn take_chunk(&self, left: &mut (u32, u32)) -> u32 {
        let (samples, updates) = *left;
        let chunk = self.chunks.chunk_length(samples, updates);
        *left = (samples - chunk, updates - 1);
        chunk
    }

    /// The frames per second of the converter, exactly.
    #[must_use]
    pub const fn rate(&self) -> Rate {
        Rate::new(self.sample_clock.0, self.sample_clock.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::EngineVersion;

    fn timing(version: EngineVersion, preset: usize, television: TelevisionSystem) -> Timing {
        Timing::of(version.profile().clock, &version.presets()[preset], television)
    }

    fn chunks(timing: &Timing, length: u32) -> Vec<u32> {
        let mut left = length;
        (1..=timing.updates_per_frame)
            .rev()
            .map(|chunks| {
                let chunk = timing.chunks.chunk_length(left, chunks);
                left -= chunk;
                chunk
            })
            .collect()
    }

    #[test]
    fn the_clocks_are_those_of_the_specification() {
        let us = timing(EngineVersion::Sm64Us, 0, TelevisionSystem::Ntsc);
        assert_eq!((us.sample_clock.1, us.integer_rate, us.frames.target), (1521, 32006, 544));
        assert_eq!((us.updates_per_frame, us.tick_threshold), (4, 14360));
        let slow = timing(EngineVersion::Sm64Us, 8, TelevisionSystem::Ntsc);
        assert_eq!((slow.integer_rate, slow.frames.target), (27000, 464));
        assert_eq!((slow.updates_per_frame, slow.tick_threshold), (3, 10770));
        assert_eq!(timing(EngineVersion::Sm64Jp, 0, TelevisionSystem::Ntsc).tick_threshold, 300);
        let eu = timing(EngineVersion::Sm64Eu, 0, TelevisionSystem::Ntsc);
        assert_eq!((eu.sample_clock.1, eu.integer_rate, eu.frames.target), (1552, 31995, 640));
        assert_eq!((eu.updates_per_frame, eu.tick_threshold), (5, 14977));
        let sh = timing(EngineVersion::Sm64Sh, 0, TelevisionSystem::Ntsc);
        assert_eq!((sh.updates_per_frame, sh.tick_threshold), (3, 10770));
    }

    /// `n64-engine.md` 8.4.
    #[test]
    fn games_without_a_reference_have_the_clocks_of_the_specification() {
        let of = |version| timing(version, 0, TelevisionSystem::Ntsc);
        let kart = of(EngineVersion::MarioKart64);
        // The formula's divider is 1816 (26807 Hz); the table beside it in 2.2 has the next one, 1817 (26792 Hz).
        assert_eq!((kart.integer_rate, kart.frames.target), (26807, 448));
        assert_eq!((kart.updates_per_frame, kart.chunks), (3, ChunkRule::Nominal(144)));
        assert_eq!(chunks(&kart, 432), [144, 144, 144]);
        assert_eq!(chunks(&kart, 464), [152, 152, 160]);
        assert_eq!(kart.tick_threshold, 10770);
        let wave = of(EngineVersion::WaveRace64);
        assert_eq!((wave.updates_per_frame, wave.tick_threshold), (4, 14360));
        let fox = of(EngineVersion::StarFox64);
        assert_eq!((fox.frames.target, fox.frames.minimum, fox.frames.maximum), (1088, 1056, 1104));
        assert_eq!((fox.updates_per_frame, fox.chunks), (6, ChunkRule::Nominal(176)));
        assert_eq!(fox.tick_threshold, 10770);
    }

    #[test]
    fn the_zelda_generation_has_clocks_for_every_television_system() {
        let of = |preset, television| {
            let timing = timing(EngineVersion::Ocarina, preset, television);
            (timing.frames.target, timing.updates_per_frame, timing.chunks, timing.tick_threshold)
        };
        assert_eq!(of(0, TelevisionSystem::Ntsc), (544, 3, ChunkRule::Nominal(176), 10770));
        assert_eq!(of(0, TelevisionSystem::Pal), (640, 4, ChunkRule::Nominal(160), 11981));
        assert_eq!(of(0, TelevisionSystem::Mpal).3, 10878);
        assert_eq!(of(16, TelevisionSystem::Ntsc).0, 368);
        assert_eq!(of(16, TelevisionSystem::Ntsc).2, ChunkRule::Nominal(184));
    }

    #[test]
    fn frames_are_cut_into_chunks_as_specified() {
        let us = timing(EngineVersion::Sm64Us, 0, TelevisionSystem::Ntsc);
        assert_eq!(chunks(&us, 528), [136, 128, 136, 128]);
        assert_eq!(chunks(&us, 544), [136, 136, 136, 136]);
        assert_eq!(chunks(&us, 560), [144, 136, 144, 136]);
        let sh = timing(EngineVersion::Sm64Sh, 0, TelevisionSystem::Ntsc);
        assert_eq!(chunks(&sh, 528), [176, 176, 176]);
        assert_eq!(chunks(&sh, 544), [176, 184, 184]);
        assert_eq!(chunks(&sh, 560), [184, 184, 192]);
        let pal = timing(EngineVersion::Ocarina, 0, TelevisionSystem::Pal);
        assert_eq!(chunks(&pal, 624), [160, 160, 152, 152]);
        assert_eq!(chunks(&pal, 656), [160, 160, 168, 168]);
    }
}

//! Slides of the later generations: `n64-engine.md` 4.4 and 8.2, `n64-oot.md` 7.8 and 8.6.

use crate::voice::tables::bend_octave;

/// Index of "no bend" in the table.
const CENTER: u8 = 128;
/// Last step of a slide.
const LAST_STEP: u8 = 127;
/// Limits of a step in 256ths, Zelda generation.
const SPEEDS: std::ops::RangeInclusive<u32> = 1..=0x7FFF;

/// How fast a slide goes, and what decides that.
#[derive(Clone, Copy, Debug)]
pub struct SlideTiming {
    /// Whether it moves in fixed-point steps.
    pub is_fixed: bool,
    /// Whether the time is a part of the note instead of a number of updates.
    pub in_parts_of_note: bool,
    /// The player's tempo.
    pub tempo: u16,
    /// The tick threshold.
    pub threshold: u16,
    /// The note's delay.
    pub delay: i16,
    /// The operand.
    pub time: u16,
    /// Updates per frame.
    pub updates_per_frame: u32,
}

/// A slide to begin.
#[derive(Clone, Copy, Debug)]
pub struct SlidePlan {
    /// End frequency over start frequency, less one.
    pub extent: f32,
    /// Its timing.
    pub timing: SlideTiming,
}

/// The steps of a slide.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Progress {
    /// Position and speed in steps.
    Float(f32, f32),
    /// Position and speed in 256ths of a step (Zelda generation).
    Fixed(u16, u16),
}

/// A slide from one note to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slide {
    /// Whether it moves; a voice's own.
    pub is_active: bool,
    /// End frequency over start frequency, less one.
    pub extent: f32,
    /// The factor of the last update.
    pub factor: f32,
    progress: Progress,
}

impl Default for Slide {
    fn default() -> Self {
        Self { is_active: false, extent: 0.0, factor: 1.0, progress: Progress::Float(0.0, 0.0) }
    }
}

impl Slide {
    /// Begins a slide.
    pub fn start(&mut self, plan: SlidePlan) {
        self.extent = plan.extent;
        self.time(plan.timing);
    }

    /// The slide as a voice begins it; mode 0 does not move.
    pub const fn for_voice(&self, mode: u8) -> Self {
        Self { is_active: mode != 0, factor: 1.0, ..*self }
    }

    /// Sets the speed, from the start.
    pub fn time(&mut self, timing: SlideTiming) {
        self.progress = if timing.is_fixed { fixed_progress(timing) } else { float_progress(timing) };
    }

    /// One update: the factor for the frequency.
    pub fn step(&mut self) -> f32 {
        // The last factor stays when the slide has arrived.
        if self.is_active {
            self.factor = 1.0 + self.extent * (bend_octave(CENTER + self.move_on()) - 1.0);
        }
        self.factor
    }

    fn move_on(&mut self) -> u8 {
        match &mut self.progress {
            Progress::Float(position, speed) => {
                *position += *speed;
                (*position as u32).min(LAST_STEP.into()) as u8
            }
            Progress::Fixed(position, speed) => {
                *position = position.wrapping_add(*speed);
                let step = (*position >> 8) as u8;
                if step >= LAST_STEP {
                    self.is_active = false;
                }
                step.min(LAST_STEP)
            }
        }
    }
}

fn float_progress(timing: SlideTiming) -> Progress {
    let speed = if timing.in_parts_of_note {
        let duration = f32::from(timing.delay) * f32::from(timing.threshold) * f32::from(timing.time);
        32512.0 * f32::from(timing.tempo) / duration
    } else {
        127.0 / f32::from(timing.time)
    };
    Progress::Float(0.0, speed)
}

fn fixed_progress(timing: SlideTiming) -> Progress {
    let time = u32::from(timing.time);
    let speed = if timing.in_parts_of_note {
        let speed = u32::from(timing.tempo) * 0x8000 / u32::from(timing.threshold).max(1);
        match timing.delay {
            0 => speed,
            delay => (speed * 256).checked_div((delay as u16 as u32).wrapping_mul(time)).unwrap_or(u32::MAX),
        }
    } else {
        0x2_0000_u32.checked_div(time.wrapping_mul(timing.updates_per_frame)).unwrap_or(u32::MAX)
    };
    Progress::Fixed(0, speed.clamp(*SPEEDS.start(), *SPEEDS.end()) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: SlideTiming = SlideTiming {
        is_fixed: true,
        in_parts_of_note: false,
        tempo: 5760,
        threshold: 10770,
        delay: 48,
        time: 0,
        updates_per_frame: 3,
    };

    #[test]
    fn a_slide_of_no_time_is_as_fast_as_can_be() {
        assert_eq!(fixed_progress(TIMING), Progress::Fixed(0, 0x7FFF));
        let timing = SlideTiming { in_parts_of_note: true, ..TIMING };
        assert_eq!(fixed_progress(timing), Progress::Fixed(0, 0x7FFF));
    }

    #[test]
    fn a_finished_slide_keeps_its_last_factor() {
        let mut slide = Slide { is_active: true, ..Slide::default() };
        slide.start(SlidePlan { extent: 1.0, timing: TIMING });
        assert_eq!(slide.step(), 2.0);
        assert_eq!(slide.step(), 2.0);
    }
}

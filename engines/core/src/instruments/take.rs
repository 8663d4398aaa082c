//! A recording in the making.
//!
//! A loop is a circle of samples. Everything that still sounds in it goes round a whole number of times: a partial
//! is moved to the nearest frequency that does, noise is drawn once for the circle and repeats, and amplitudes
//! stand still from the loop's start on. So the sample after the loop's end *is* its first sample, whatever an
//! instrument's recipe asks for. What doesn't fit the circle (inharmonic partials, a second string slightly out of
//! tune) is a transient: it is gone when the loop begins.

use std::f64::consts::{LN_2, TAU};

use super::Sample;
use super::filter::Filter;
use super::loudness::loudness;
use super::oscillator::{Noise, Wave, exp2, sine};
use super::shape::swell;

/// Samples per second.
const RATE: f64 = Sample::RATE as f64;

/// Amplitudes are computed once per step and joined by straight lines. The length and both ends of a loop are
/// multiples of it.
const STEP: usize = 16;

/// Samples over which every recording is faded in, so that a hard hit doesn't start with a jump.
const ONSET: usize = 16;

/// The largest value a recording reaches: 0.8 dB below full scale, so that the overshoot of a console's block
/// codec and resampler doesn't clip.
const CEILING: f64 = 30_000.0;

/// The pitch of a recording: an A, because these are whole numbers of hertz and fit short loops exactly.
#[derive(Clone, Copy)]
pub(super) enum Root {
    A1 = 33,
    A2 = 45,
    A3 = 57,
    A4 = 69,
    A5 = 81,
    A6 = 93,
}

impl Root {
    /// The MIDI key.
    pub(super) fn key(self) -> u8 {
        self as u8
    }

    /// Frequency in hertz: 440 for A4.
    fn whole_hertz(self) -> usize {
        55 << ((self as usize - Root::A1 as usize) / 12)
    }

    /// Frequency in hertz: 440 for A4.
    pub(super) fn hertz(self) -> f64 {
        self.whole_hertz() as f64
    }

    /// The shortest length that is a multiple of 16 samples and holds whole periods of this note.
    fn shortest_circle(self) -> usize {
        let rate = Sample::RATE as usize;
        let mut length = STEP;
        while !(self.whole_hertz() * length).is_multiple_of(rate) {
            length += STEP;
        }
        length
    }
}

/// The slow wandering of one player's pitch in an ensemble, or a vibrato.
#[derive(Clone, Copy)]
pub(super) struct Drift {
    /// Whole swings per loop.
    pub(super) swings: usize,
    /// How far the pitch swings up and down, in cents.
    pub(super) cents: f64,
    /// Where in the swing the recording starts, in turns.
    pub(super) start: f64,
    /// Phase of the voice, in turns.
    pub(super) phase: f64,
    /// How far behind a player starts, in turns, catching up within about 20 ms: the scoop of a brass attack.
    pub(super) scoop: f64,
}

impl Drift {
    /// A pitch that doesn't move.
    pub(super) const STEADY: Drift = Drift { swings: 0, cents: 0.0, start: 0.0, phase: 0.0, scoop: 0.0 };

    /// How far the player gets ahead of the steady phase and behind, in turns, when a loop holds `periods`.
    fn depth(&self, periods: f64) -> f64 {
        // A cent is a 1200th of an octave; the phase is the integral of the frequency over a swing.
        const TURNS_PER_CENT: f64 = LN_2 / 1200.0 / TAU;
        if self.swings == 0 { 0.0 } else { self.cents * TURNS_PER_CENT * periods / self.swings as f64 }
    }

    /// Turns ahead of the steady phase; `lap` is the position in the loop, 0..1.
    fn turns(&self, depth: f64, lap: f64, ms: f64) -> f64 {
        let scoop = if self.scoop == 0.0 { 0.0 } else { self.scoop * exp2(-ms / 14.0) };
        self.phase + depth * sine(self.start + lap * self.swings as f64) + scoop
    }
}

/// A frequency as the phase it has at each sample.
#[derive(Clone, Copy)]
enum Rotation {
    /// This many turns in a circle of so many samples.
    Circle { turns: usize, length: usize },
    /// Turns per sample.
    Free(f64),
}

impl Rotation {
    fn turns_at(self, sample: usize) -> f64 {
        match self {
            Rotation::Circle { turns, length } => (turns * sample % length) as f64 / length as f64,
            Rotation::Free(turns) => turns * sample as f64,
        }
    }
}

/// A recording in the making.
pub(super) struct Take {
    samples: Vec<f64>,
    /// The last `circle` samples are the loop.
    circle: Option<usize>,
}

impl Take {
    /// A recording that ends in silence after `ms`.
    pub(super) fn one_shot(ms: usize) -> Self {
        Take { samples: vec![0.0; samples_of(ms)], circle: None }
    }

    /// A recording of `lead_ms` and then a loop of at least `loop_ms` that holds whole periods of `root`.
    pub(super) fn looped(root: Root, lead_ms: usize, loop_ms: usize) -> Self {
        let circle = samples_of(loop_ms).max(1).next_multiple_of(root.shortest_circle());
        Take { samples: vec![0.0; samples_of(lead_ms) + circle], circle: Some(circle) }
    }

    /// The first sample of the loop, or the length.
    fn loop_start(&self) -> usize {
        self.samples.len() - self.circle.unwrap_or(0)
    }

    /// The time at which amplitudes are read: it stands still in the loop.
    fn milliseconds(&self, sample: usize) -> f64 {
        let sample = if self.circle.is_some() { sample.min(self.loop_start()) } else { sample };
        milliseconds(sample)
    }

    /// The rotation nearest to a frequency that fits the loop; at least one turn.
    fn fitting(&self, hertz: f64) -> Rotation {
        let turns = hertz / RATE;
        match self.circle {
            Some(length) => {
                Rotation::Circle { turns: ((turns * length as f64 + 0.5) as usize).max(1), length }
            }
            None => Rotation::Free(turns),
        }
    }

    /// Adds a sine; `amplitude` is read in milliseconds since the start.
    pub(super) fn partial(&mut self, hertz: f64, amplitude: impl Fn(f64) -> f64) {
        self.add_sine(self.fitting(hertz), self.samples.len(), amplitude);
    }

    /// Adds a sine of exactly this frequency that is gone when the loop starts.
    pub(super) fn transient(&mut self, hertz: f64, amplitude: impl Fn(f64) -> f64) {
        let end = self.loop_start();
        let end_ms = milliseconds(end);
        let rotation = Rotation::Free(hertz / RATE);
        self.add_sine(rotation, end, |ms| amplitude(ms) * (1.0 - swell(ms, end_ms)));
    }

    fn add_sine(&mut self, rotation: Rotation, end: usize, amplitude: impl Fn(f64) -> f64) {
        // sin(a + b) = sin a cos b + cos a sin b: the sines within a step are the same for all steps.
        let within = |i: usize| match rotation {
            Rotation::Circle { turns, length } => (turns * i) as f64 / length as f64,
            Rotation::Free(turns) => turns * i as f64,
        };
        let sines: [f64; STEP] = std::array::from_fn(|i| sine(within(i)));
        let cosines: [f64; STEP] = std::array::from_fn(|i| sine(within(i) + 0.25));
        let mut gain = amplitude(0.0);
        for start in (0..end).step_by(STEP) {
            let next_gain = amplitude(self.milliseconds(start + STEP));
            let slope = (next_gain - gain) / STEP as f64;
            let turns = rotation.turns_at(start);
            let (sine, cosine) = (sine(turns), sine(turns + 0.25));
            for (i, sample) in self.samples[start..start + STEP].iter_mut().enumerate() {
                *sample += (gain + slope * i as f64) * (sine * cosines[i] + cosine * sines[i]);
            }
            gain = next_gain;
        }
    }

    /// Adds one player of an ensemble: `wave` at the pitch `hertz`, wandering by `drift`.
    pub(super) fn voice(&mut self, wave: &Wave, hertz: f64, drift: Drift, amplitude: impl Fn(f64) -> f64) {
        let rotation = self.fitting(hertz);
        let lap = |sample: usize| match self.circle {
            Some(length) => (sample % length) as f64 / length as f64,
            None => sample as f64 / self.samples.len() as f64,
        };
        let depth = drift.depth(hertz * self.circle.unwrap_or(self.samples.len()) as f64 / RATE);
        let ahead_at = |sample| drift.turns(depth, lap(sample), self.milliseconds(sample));
        // Gain and wandering at the start of every step, and of the one after the last.
        let starts = (0..=self.samples.len()).step_by(STEP);
        let steps: Vec<(f64, f64)> = starts.map(|n| (amplitude(self.milliseconds(n)), ahead_at(n))).collect();
        for (index, sample) in self.samples.iter_mut().enumerate() {
            let ((gain, ahead), (next_gain, next_ahead)) = (steps[index / STEP], steps[index / STEP + 1]);
            let part = (index % STEP) as f64 / STEP as f64;
            let turns = rotation.turns_at(index) + ahead + (next_ahead - ahead) * part;
            *sample += (gain + (next_gain - gain) * part) * wave.at(turns);
        }
    }

    /// Adds a sine whose phase is a function of time: `turns` since the start. It is gone when a loop starts.
    pub(super) fn sweep(&mut self, turns: impl Fn(f64) -> f64, amplitude: impl Fn(f64) -> f64) {
        let end = self.loop_start();
        let end_ms = milliseconds(end);
        for (index, sample) in self.samples[..end].iter_mut().enumerate() {
            let ms = milliseconds(index);
            *sample += amplitude(ms) * (1.0 - swell(ms, end_ms)) * sine(turns(ms));
        }
    }

    /// Adds noise coloured by `filters`; unfiltered it lies between -1 and 1.
    pub(super) fn noise(&mut self, seed: u64, filters: &[Filter], amplitude: impl Fn(f64) -> f64) {
        let length = self.circle.unwrap_or(self.samples.len());
        let mut noise = Noise::new(seed);
        let mut circle: Vec<f64> = (0..length).map(|_| noise.sample()).collect();
        for filter in filters {
            let mut filter = filter.clone();
            // Once round to bring the filter into the state it has when the circle closes.
            for sample in &circle {
                filter.process(*sample);
            }
            for sample in &mut circle {
                *sample = filter.process(*sample);
            }
        }
        let mean = circle.iter().sum::<f64>() / length as f64;
        for start in (0..self.samples.len()).step_by(STEP) {
            let gain = amplitude(self.milliseconds(start));
            let slope = (amplitude(self.milliseconds(start + STEP)) - gain) / STEP as f64;
            for (i, sample) in self.samples[start..start + STEP].iter_mut().enumerate() {
                *sample += (gain + slope * i as f64) * (circle[(start + i) % length] - mean);
            }
        }
    }

    /// The recording with a loudness of `level` (see [`loudness`]), or as loud as its peak allows.
    pub(super) fn finish(mut self, name: &'static str, root_key: u8, level: f64) -> Sample {
        for (index, sample) in self.samples.iter_mut().take(ONSET).enumerate() {
            *sample *= index as f64 / ONSET as f64;
        }
        if self.circle.is_none() {
            self.fade_out();
        }
        let peak = self.samples.iter().fold(0.0, |peak: f64, sample| peak.max(sample.abs()));
        let gain = (level / loudness(&self.samples)).min(CEILING / peak);
        let pcm = self.samples.iter().map(|sample| (sample * gain).round() as i16).collect();
        let loop_points = self.circle.map(|_| (self.loop_start(), self.samples.len()));
        Sample { name, pcm, loop_points, root_key }
    }

    /// Takes a one-shot's offset away and lets its last third end in exact silence.
    fn fade_out(&mut self) {
        let mut offset = Filter::high_pass(12.0);
        let length = self.samples.len();
        let fade = length / 3;
        for (index, sample) in self.samples.iter_mut().enumerate() {
            let left = (length - 1 - index) as f64 / fade as f64;
            *sample = offset.process(*sample) * swell(left, 1.0);
        }
    }
}

/// Whole steps of 16 samples in about `ms`.
fn samples_of(ms: usize) -> usize {
    (ms * Sample::RATE as usize / 1000).next_multiple_of(STEP)
}

fn milliseconds(sample: usize) -> f64 {
    sample as f64 * 1000.0 / RATE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ingredient_goes_round_the_loop_whole_times() {
        let mut take = Take::looped(Root::A4, 30, 100);
        take.partial(1234.5, |ms| 1.0 / (1.0 + ms));
        take.transient(777.7, |_| 1.0);
        let wave = Wave::harmonics(12, |k| 1.0 / k);
        take.voice(
            &wave,
            440.0,
            Drift { swings: 2, cents: 20.0, start: 0.3, phase: 0.1, scoop: 0.1 },
            |ms| swell(ms, 20.0),
        );
        take.noise(5, &[Filter::band(900.0, 200.0), Filter::high_pass(300.0)], |_| 0.3);
        let (circle, start) = (take.circle.unwrap_or(0), take.loop_start());
        assert_eq!((start % 16, circle % 16, circle * 440 % 32_000), (0, 0, 0));
        // One more lap of the same recipe is the same circle again.
        let mut longer = Take { samples: vec![0.0; start + 2 * circle], circle: Some(circle) };
        longer.partial(1234.5, |_| 1.0);
        for n in start..start + circle {
            assert!((longer.samples[n] - longer.samples[n + circle]).abs() < 1e-9, "sample {n}");
        }
        // The step over the seam is no larger than the steps beside it.
        let seam = (take.samples[start] - take.samples[start + circle - 1]).abs();
        let largest = take.samples[start..].windows(2).fold(0.0, |m: f64, w| m.max((w[1] - w[0]).abs()));
        assert!(seam <= largest, "{seam} > {largest}");
    }

    #[test]
    fn filtered_noise_closes_its_circle() {
        // Without a lead the circle of noise closes where the loop does.
        let mut take = Take::looped(Root::A4, 0, 50);
        take.noise(9, &[Filter::band(300.0, 60.0)], |_| 1.0);
        let circle = &take.samples[take.loop_start()..];
        let bend = |a: f64, b: f64, c: f64| (a - 2.0 * b + c).abs();
        let inside = circle.windows(3).fold(0.0, |most: f64, w| most.max(bend(w[0], w[1], w[2])));
        let seam = bend(circle[circle.len() - 2], circle[circle.len() - 1], circle[0]);
        assert!(seam <= inside, "{seam} > {inside}");
    }

    #[test]
    fn one_shots_end_in_exact_silence() {
        let mut take = Take::one_shot(50);
        take.partial(200.0, |_| 1.0);
        let sample = take.finish("test", 60, 4000.0);
        assert_eq!((sample.pcm.first(), sample.pcm.last()), (Some(&0), Some(&0)));
        assert_eq!(sample.pcm.len() % 16, 0);
    }
}

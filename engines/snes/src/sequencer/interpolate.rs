//! Between two song ticks slides, vibrato and tremolo go on (`between_tick` in `snes-nspc.md` section 6.5).

use tatum_core::Probe;

use super::driver::Channel;
use super::execution::Execution;
use super::fixed::{Fixed, high_product};
use super::machine::Sound;
use crate::event::Event;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Writes volume and pitch as they are between two ticks; the song clock is the fraction of the tick that has
    /// passed. What slides is not changed.
    pub(super) fn interpolate(&mut self, channel: Channel) {
        self.interpolate_volume(channel);
        self.spend(12 + 23);
        self.interpolate_pitch(channel);
    }

    fn interpolate_volume(&mut self, channel: Channel) {
        let fraction = self.driver.song_clock;
        let mut changed = false;
        self.spend(8);
        let tremolo = self.driver.track(channel).tremolo;
        if tremolo.depth == 0 {
            self.spend(4);
        } else if tremolo.waits() {
            self.spend(2 + 11 + 2);
        } else {
            self.spend(2 + 11 + 8);
            changed = true;
            let phase = tremolo.phase.wrapping_add(high_product(fraction, tremolo.rate));
            self.spend(30);
            self.tremolo(channel, phase);
        }
        self.spend(21);
        let slide = self.driver.track(channel).pan;
        let mut pan = slide.value;
        if slide.count != 0 {
            self.spend(2 + 20);
            changed = true;
            pan = self.between(pan, slide.step, fraction);
        } else {
            self.spend(4);
        }
        if changed {
            self.spend(13);
            self.write_volume(channel, pan);
        } else {
            self.spend(7);
        }
    }

    fn interpolate_pitch(&mut self, channel: Channel) {
        let fraction = self.driver.song_clock;
        let mut changed = false;
        let slide = self.driver.track(channel).pitch;
        let mut pitch = slide.value;
        self.spend(4);
        if slide.length == 0 {
            self.spend(4);
        } else if slide.delay != 0 {
            self.spend(2 + 4 + 4);
        } else {
            self.spend(2 + 4 + 2 + 20);
            changed = true;
            pitch = self.between(pitch, slide.step, fraction);
        }
        let vibrato = self.driver.track(channel).vibrato;
        self.spend(4);
        if vibrato.depth == 0 {
            self.spend(4);
        } else if vibrato.waits() {
            self.spend(2 + 11 + 2);
        } else {
            self.spend(2 + 11 + 29);
            let phase = vibrato.phase.wrapping_add(high_product(fraction, vibrato.rate));
            self.vibrato(channel, pitch, phase);
            return;
        }
        self.finish_pitch(channel, changed, pitch);
    }

    /// A value plus a fraction of its step (`lerp` of the specification).
    const fn between(&mut self, value: Fixed, step: Fixed, fraction: u8) -> Fixed {
        let negative = step.is_negative();
        let size = if negative { step.negated() } else { step };
        let part = Fixed(
            (high_product(size.fraction(), fraction) as u16)
                .wrapping_add((size.whole() as u16).wrapping_mul(fraction as u16)),
        );
        self.spend(16 + if negative { 20 } else { 7 } + 5 + 46 + 8 + if negative { 25 } else { 12 } + 15);
        if negative { value.minus(part) } else { value.plus(part) }
    }
}

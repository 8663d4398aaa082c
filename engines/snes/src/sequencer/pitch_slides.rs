//! Pitch slides: at the start of a note and after it (`snes-nspc.md` section 6.5).

use tatum_core::Probe;

use super::driver::Channel;
use super::execution::{Execution, Outcome};
use super::fixed::Fixed;
use super::machine::Sound;
use super::track::EnvelopeKind;
use crate::event::Event;

/// What a slide adds up to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlideEnd {
    /// The target has been reached: it is taken over exactly.
    At(u8),
    /// There is some way to go.
    Open,
}

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// The slide that a note begins with, if the channel has one.
    pub(super) fn start_envelope(&mut self, channel: Channel) {
        let track = self.driver.track_mut(channel);
        if track.pitch.length == 0 {
            self.spend(4);
            return;
        }
        track.pitch.delay = track.envelope.delay;
        self.spend(2 + 15);
        let track = self.driver.track_mut(channel);
        match track.envelope.kind {
            EnvelopeKind::To => self.spend(4),
            EnvelopeKind::From => {
                let from = track.pitch.value.whole().wrapping_sub(track.envelope.semitones);
                track.pitch.value.set_whole(from);
                self.spend(2 + 18);
            }
        }
        self.spend(20);
        let track = self.driver.track(channel);
        let target = track.envelope.semitones.wrapping_add(track.pitch.value.whole());
        self.set_slide(channel, target);
    }

    /// Aims the slide at a pitch (`set_slide` of the specification).
    pub(crate) fn set_slide(&mut self, channel: Channel, target: u8) {
        let target = target & 0x7F;
        self.track(channel).pitch.target = target;
        self.spend(35);
        let pitch = self.driver.track(channel).pitch;
        let step = self.step_to(target, pitch.value, pitch.length);
        self.track(channel).pitch.step = step;
        self.spend(19);
    }

    /// `$F9` right after a note belongs to that note: it is executed in the same tick, or when the slide before it
    /// has ended.
    pub(super) fn peek_slide(&mut self, channel: Channel) -> Outcome {
        self.spend(4);
        let track = self.driver.track(channel);
        let (pointer, length) = (track.pointer, track.pitch.length);
        if length != 0 {
            self.spend(9);
            return Ok(());
        }
        self.spend(2 + 8);
        let value = self.dialect.variant.codes.pitch_slide;
        if self.read(pointer)? != value {
            self.spend(9);
            return Ok(());
        }
        self.spend(2 + 6);
        if self.is_taken(channel) {
            self.spend(7);
            for byte in 0..4 {
                self.spend(8);
                self.skip_byte(channel);
                self.spend(if byte == 3 { 5 } else { 7 });
            }
            self.spend(9);
            return Ok(());
        }
        self.spend(4 + 8);
        let cycle = self.machine.cycle;
        let number = channel.number() as u8;
        self.probe.record(|| Event::Command { cycle, channel: number, address: pointer, value });
        self.skip_byte(channel);
        self.spend(8);
        let delay = self.next_byte(channel)?;
        self.slide_pitch(channel, delay)
    }

    fn skip_byte(&mut self, channel: Channel) {
        let track = self.track(channel);
        track.pointer = track.pointer.wrapping_add(1);
        let wraps = track.pointer & 0xFF == 0;
        self.spend(if wraps { 19 } else { 16 });
    }

    /// The command `$F9`, its first argument read. The carry of the first addition goes into the second one: with
    /// a negative transposition of the song the slide ends a semitone too high (section 9, number 2).
    pub(super) fn slide_pitch(&mut self, channel: Channel, delay: u8) -> Outcome {
        self.track(channel).pitch.delay = delay;
        self.spend(13);
        let length = self.next_byte(channel)?;
        self.track(channel).pitch.length = length;
        self.spend(13);
        let value = self.next_byte(channel)?;
        let (sum, carry) = value.overflowing_add(self.driver.transpose);
        let transpose = self.driver.track(channel).transpose;
        let target = sum.wrapping_add(transpose).wrapping_add(u8::from(carry));
        self.spend(10);
        self.set_slide(channel, target);
        Ok(())
    }

    /// Adds a step (`slide16` of the specification).
    pub(crate) const fn slide(&mut self, value: Fixed, step: Fixed, end: SlideEnd) -> Fixed {
        self.spend(20);
        match end {
            SlideEnd::At(target) => {
                self.spend(22 + 18);
                Fixed::from_whole(target)
            }
            SlideEnd::Open => {
                self.spend(4 + 13 + 24 + 8 + 18);
                value.plus(step)
            }
        }
    }
}

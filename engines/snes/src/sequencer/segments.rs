//! The list of segments (`snes-nspc.md` sections 5 and 6.4).

use tatum_core::Probe;

use super::driver::Channel;
use super::execution::{Execution, Outcome};
use super::machine::Sound;
use super::variant::SegmentLoops;
use crate::event::Event;

/// The words of a list that are not pointers.
mod word {
    pub(super) const END: u16 = 0x0000;
    pub(super) const FAST_FORWARD: u16 = 0x0080;
    pub(super) const NORMAL_SPEED: u16 = 0x0081;
}

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Goes to the next segment; `false` if the song has ended.
    pub(super) fn next_segment(&mut self) -> Outcome<bool> {
        loop {
            self.spend(8);
            let value = self.next_segment_word()?;
            if value >> 8 != 0 {
                self.spend(4);
                self.start_segment(self.dialect.layout.resolve(value))?;
                return Ok(true);
            }
            self.spend(4);
            if value == word::END {
                self.spend(5);
                self.stop();
                return Ok(false);
            }
            self.spend(4 + 2);
            match value {
                word::FAST_FORWARD => {
                    self.spend(4);
                    self.driver.fast_forward = true;
                    self.spend(8);
                }
                word::NORMAL_SPEED => {
                    self.spend(4 + 2);
                    self.driver.fast_forward = false;
                    self.spend(10);
                }
                count => {
                    self.spend(4 + 4);
                    self.loop_segments(count as u8)?;
                }
            }
        }
    }

    fn next_segment_word(&mut self) -> Outcome<u16> {
        let value = self.read_word(self.driver.segments.pointer)?;
        self.driver.segments.pointer = self.driver.segments.pointer.wrapping_add(2);
        self.spend(41);
        Ok(value)
    }

    /// All loops share one counter; a count from $82 on never reaches 0.
    fn loop_segments(&mut self, count: u8) -> Outcome {
        if self.dialect.variant.segment_loops == SegmentLoops::SetAtZero {
            return self.loop_segments_from_zero(count);
        }
        let mut left = self.driver.segments.repetitions.wrapping_sub(1);
        self.spend(4);
        if left & 0x80 != 0 {
            self.spend(2);
            left = count;
            self.spend(4);
        } else {
            self.spend(4);
        }
        self.spend(8);
        let target = self.next_segment_word()?;
        self.spend(3);
        if left == 0 {
            self.spend(4);
        } else {
            self.spend(2);
            self.driver.segments.pointer = self.dialect.layout.resolve(target);
            self.spend(9);
        }
        self.driver.segments.repetitions = left;
        Ok(())
    }

    /// The counter of TOSE's drivers (section 10).
    fn loop_segments_from_zero(&mut self, count: u8) -> Outcome {
        /// A loop without an end.
        const ENDLESS: u8 = 0xFF;
        let target = self.next_segment_word()?;
        let left = match self.driver.segments.repetitions {
            0 => count,
            left => left - 1,
        };
        self.driver.segments.repetitions = if count == ENDLESS { 0 } else { left };
        if left != 0 {
            self.driver.segments.pointer = self.dialect.layout.resolve(target);
        }
        Ok(())
    }

    fn start_segment(&mut self, address: u16) -> Outcome {
        let cycle = self.machine.cycle;
        self.probe.record(|| Event::Segment { cycle, address });
        self.spend(7);
        for (channel, offset) in Channel::all().zip((0..).step_by(2)) {
            let pointer = self.read_word(address.wrapping_add(offset))?;
            let is_active = pointer >> 8 != 0;
            self.track(channel).pointer =
                if is_active { self.dialect.layout.resolve(pointer) } else { pointer };
        }
        self.spend(286 + 7);
        for channel in Channel::all() {
            if self.driver.track(channel).is_active() {
                self.spend(11);
                if self.driver.track(channel).instrument.id == 0 {
                    self.spend(2 + 10);
                    self.set_instrument(channel, 0);
                } else {
                    self.spend(4);
                }
            } else {
                self.spend(8);
            }
            let track = self.track(channel);
            track.subroutine.count = 0;
            track.volume.count = 0;
            track.pan.count = 0;
            track.ticks_left = 1;
            self.spend(if channel.is_last() { 34 } else { 36 });
        }
        Ok(())
    }
}

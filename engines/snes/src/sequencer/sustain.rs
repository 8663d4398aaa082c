//! What happens to a note between its start and its end (`note_running` and `look_ahead` in `snes-nspc.md`
//! section 6.5).

use tatum_core::Probe;

use super::driver::Channel;
use super::execution::{Execution, Outcome};
use super::fixed::Fixed;
use super::machine::Sound;
use super::pitch_slides::SlideEnd;
use super::tracks::code;
use crate::event::Event;
use crate::hardware::dsp::Register;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// A tick of a note: gate, slide, vibrato.
    pub(super) fn sustain_note(&mut self, channel: Channel) -> Outcome {
        self.count_gate(channel)?;
        self.spend(8);
        let changed = self.slide_note(channel);
        self.spend(8);
        let pitch = self.driver.track(channel).pitch.value;
        self.spend(23);
        if self.advance_vibrato(channel) {
            let phase = self.driver.track(channel).vibrato.phase;
            self.vibrato(channel, pitch, phase);
        } else {
            self.finish_pitch(channel, changed, pitch);
        }
        Ok(())
    }

    /// Writes the pitch if a slide has changed it.
    pub(super) fn finish_pitch(&mut self, channel: Channel, changed: bool, pitch: Fixed) {
        self.spend(10);
        if changed {
            self.write_pitch(channel, pitch);
        }
    }

    /// The key is released when the gate has run down, or two ticks before the note's end.
    fn count_gate(&mut self, channel: Channel) -> Outcome {
        self.spend(4);
        let track = self.driver.track_mut(channel);
        if track.gate_left == 0 {
            self.spend(4);
            return Ok(());
        }
        track.gate_left -= 1;
        let (gate_left, ticks_left) = (track.gate_left, track.ticks_left);
        self.spend(2 + 5);
        if gate_left == 0 {
            self.spend(4);
        } else {
            self.spend(2 + 8);
            if ticks_left != 2 {
                self.spend(2);
                return Ok(());
            }
        }
        self.look_ahead(channel)
    }

    /// A tick of the pitch slide; tells whether the pitch has changed.
    fn slide_note(&mut self, channel: Channel) -> bool {
        let slide = &mut self.driver.track_mut(channel).pitch;
        if slide.length == 0 {
            self.spend(4);
            return false;
        }
        if slide.delay != 0 {
            slide.delay -= 1;
            self.spend(2 + 4 + 2 + 9);
            return false;
        }
        self.spend(2 + 4 + 4 + 6);
        if self.is_taken(channel) {
            self.spend(4);
            return false;
        }
        let slide = &mut self.driver.track_mut(channel).pitch;
        slide.length -= 1;
        let (value, step) = (slide.value, slide.step);
        let end = if slide.length == 0 { SlideEnd::At(slide.target) } else { SlideEnd::Open };
        self.spend(2 + 21);
        self.track(channel).pitch.value = self.slide(value, step, end);
        true
    }

    /// A tick of the vibrato: delay, fading in, phase. `false` if it is off or waits.
    fn advance_vibrato(&mut self, channel: Channel) -> bool {
        self.spend(4);
        let vibrato = &mut self.driver.track_mut(channel).vibrato;
        if vibrato.depth == 0 {
            self.spend(4);
            return false;
        }
        if vibrato.waits() {
            vibrato.delayed = vibrato.delayed.wrapping_add(1);
            self.spend(2 + 11 + 2 + 5);
            return false;
        }
        let cycles = vibrato.fade_in();
        vibrato.phase = vibrato.phase.wrapping_add(vibrato.rate);
        self.spend(2 + 11 + 10 + cycles + 23);
        true
    }

    /// Releases the key unless the next event is a tie.
    fn look_ahead(&mut self, channel: Channel) -> Outcome {
        if self.finds_tie(channel)? {
            return Ok(());
        }
        self.spend(13);
        self.write_for(channel, Register::KOFF, channel.bit());
        Ok(())
    }

    /// Looks for the next event without executing anything.
    ///
    /// A call that is met on the way is followed, but the rounds of the present subroutine go on being counted, and
    /// the way back from it is that of the present one (section 9, number 8). The search gives up behind 127 bytes.
    fn finds_tie(&mut self, channel: Channel) -> Outcome<bool> {
        let track = self.driver.track(channel);
        let (mut from, subroutine) = (track.pointer, track.subroutine);
        let mut rounds = subroutine.count;
        self.spend(16);
        loop {
            self.spend(7);
            match self.scan(from)? {
                Scan::Tie => return Ok(true),
                Scan::OtherEvent => return Ok(false),
                Scan::Call(address) => {
                    self.spend(4);
                    from = address;
                    self.spend(30);
                }
                Scan::End if rounds == 0 => {
                    self.spend(4);
                    return Ok(false);
                }
                Scan::End => {
                    self.spend(2);
                    rounds -= 1;
                    self.spend(4 + if rounds != 0 { 4 } else { 2 } + 22);
                    from = if rounds != 0 { subroutine.start } else { subroutine.back };
                }
            }
        }
    }

    /// Passes over lengths and commands from an address on.
    fn scan(&mut self, from: u16) -> Outcome<Scan> {
        let variant = self.dialect.variant;
        let mut offset = 0_u8;
        loop {
            let mut value = self.read(from.wrapping_add(u16::from(offset)))?;
            self.spend(6);
            if value == code::END {
                self.spend(4 + 3);
                return Ok(Scan::End);
            }
            self.spend(2 + 2);
            if value < code::FIRST_NOTE {
                loop {
                    offset = offset.wrapping_add(1);
                    self.spend(2);
                    if offset & 0x80 != 0 {
                        self.spend(4);
                        return Ok(Scan::OtherEvent);
                    }
                    self.spend(2);
                    value = self.read(from.wrapping_add(u16::from(offset)))?;
                    self.spend(6);
                    if value >= code::FIRST_NOTE {
                        self.spend(2);
                        break;
                    }
                    self.spend(4);
                }
            } else {
                self.spend(2);
            }
            self.spend(2);
            if value == variant.codes.tie {
                self.spend(4);
                return Ok(Scan::Tie);
            }
            self.spend(2 + 2);
            if value == variant.codes.call {
                let operand = from.wrapping_add(u16::from(offset)).wrapping_add(1);
                let target = self.read_word(operand)?;
                return Ok(Scan::Call(self.dialect.layout.resolve(target)));
            }
            self.spend(2 + 2);
            if value < variant.codes.first_command {
                self.spend(4);
                return Ok(Scan::OtherEvent);
            }
            self.spend(2);
            offset = offset.wrapping_add(variant.arguments_to_skip(value)).wrapping_add(1);
            self.spend(21);
        }
    }
}

/// What a look ahead has met.
enum Scan {
    Tie,
    OtherEvent,
    Call(u16),
    End,
}

//! The tracks in a song tick (`snes-nspc.md` section 6.5).

use tatum_core::Probe;

use super::driver::{Channel, GlobalSlide};
use super::execution::{Execution, Outcome};
use super::fixed::{Fixed, high_product};
use super::machine::Sound;
use super::variant::{Articulation, Dialect, Meaning};
use crate::event::Event;

/// What the bytes of a track mean in every variant (section 5); the others are its
/// [`Codes`](super::variant::Codes).
pub mod code {
    /// End of the track or of a subroutine.
    pub const END: u8 = 0x00;
    /// From here on: notes. Below: lengths.
    pub const FIRST_NOTE: u8 = 0x80;
}

/// Where a track stands after its bytes have been read.
enum Reached {
    /// A note, tie, rest or percussion.
    Note(u8),
    /// The end of the segment.
    SegmentEnd,
}

/// Whether all tracks have been played.
#[derive(PartialEq, Eq)]
enum Round {
    Complete,
    SegmentEnd,
}

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Plays a tick of all tracks. When one ends the segment, all begin the next one in the same tick, and the
    /// notes of those before it have been played already.
    pub(super) fn play_tracks(&mut self) -> Outcome {
        while self.play_round()? == Round::SegmentEnd {
            if !self.next_segment()? {
                return Ok(());
            }
        }
        self.slide_tempo();
        self.slide_echo();
        self.slide_master();
        self.update_volumes();
        self.spend(5);
        Ok(())
    }

    fn play_round(&mut self) -> Outcome<Round> {
        self.spend(11);
        self.driver.changed_volumes = 0;
        for channel in Channel::all() {
            if self.driver.track(channel).is_active() {
                if self.play_track(channel)? == Round::SegmentEnd {
                    return Ok(Round::SegmentEnd);
                }
            } else {
                self.spend(12);
            }
            self.spend(if channel.is_last() { 12 } else { 13 });
        }
        Ok(Round::Complete)
    }

    fn play_track(&mut self, channel: Channel) -> Outcome<Round> {
        self.spend(15);
        let track = self.track(channel);
        track.ticks_left = track.ticks_left.wrapping_sub(1);
        if track.ticks_left != 0 {
            self.spend(7);
            if self.driver.fast_forward {
                // The golden case `fast_forward` shows that the slide is not looked for either.
                self.spend(4);
                return Ok(Round::Complete);
            }
            self.spend(10);
            self.sustain_note(channel)?;
        } else {
            self.spend(2);
            match self.read_track(channel)? {
                Reached::SegmentEnd => return Ok(Round::SegmentEnd),
                Reached::Note(value) => self.start_event(channel, value)?,
            }
        }
        self.spend(8);
        self.peek_slide(channel)?;
        Ok(Round::Complete)
    }

    /// The next byte of the track.
    pub(super) fn next_byte(&mut self, channel: Channel) -> Outcome<u8> {
        let pointer = self.driver.track(channel).pointer;
        let value = self.read(pointer)?;
        let next = pointer.wrapping_add(1);
        self.track(channel).pointer = next;
        self.spend(if next & 0xFF == 0 { 25 } else { 22 });
        Ok(value)
    }

    /// Reads up to the next note, tie or rest.
    fn read_track(&mut self, channel: Channel) -> Outcome<Reached> {
        loop {
            self.spend(8);
            let mut value = self.next_byte(channel)?;
            if value == code::END {
                self.spend(6);
                if self.driver.track(channel).subroutine.count == 0 {
                    self.spend(4);
                    return Ok(Reached::SegmentEnd);
                }
                self.end_subroutine(channel);
                continue;
            }
            self.spend(4 + 2);
            if value < code::FIRST_NOTE {
                value = self.read_length(channel, value)?;
            } else {
                self.spend(2);
            }
            self.spend(4);
            if value < self.dialect.variant.codes.first_command {
                self.spend(2);
                return Ok(Reached::Note(value));
            }
            self.spend(8);
            self.execute(channel, value)?;
            self.spend(4);
        }
    }

    /// One round of the subroutine is over.
    fn end_subroutine(&mut self, channel: Channel) {
        self.spend(10);
        let track = self.track(channel);
        track.pointer = track.subroutine.start;
        track.subroutine.count = track.subroutine.count.wrapping_sub(1);
        let goes_on = track.subroutine.count != 0;
        self.spend(25 + 5);
        if goes_on {
            self.spend(4);
        } else {
            self.spend(2);
            let track = self.track(channel);
            track.pointer = track.subroutine.back;
            self.spend(24);
        }
    }

    /// A length, and the gate and velocity that may follow it; gives the byte after them.
    fn read_length(&mut self, channel: Channel, length: u8) -> Outcome<u8> {
        self.track(channel).length = length;
        self.spend(14);
        let value = self.next_byte(channel)?;
        self.spend(2);
        if value >= code::FIRST_NOTE {
            self.spend(2);
            return Ok(value);
        }
        match self.dialect.variant.articulation {
            Articulation::Tables => self.select_articulation(channel, value),
            Articulation::Formulas => {
                // snes-nspc.md section 10, Lemmings.
                self.track(channel).gate =
                    value.wrapping_mul(2).wrapping_add(value >> 1).wrapping_add(value & 1);
                let value = self.next_byte(channel)?;
                if value >= code::FIRST_NOTE {
                    return Ok(value);
                }
                self.track(channel).velocity = 2 * value;
            }
            Articulation::UnknownTable => self.select_articulation(channel, 0x7F),
        }
        self.spend(51);
        self.next_byte(channel)
    }

    /// Gate and velocity that a byte selects.
    fn select_articulation(&mut self, channel: Channel, value: u8) {
        let (gate, velocity) = (value >> 4 & 7, value & 15);
        let Dialect { variant, layout } = self.dialect;
        let gate = match layout.gates {
            Some(table) => self.read_table(table.wrapping_add(u16::from(gate))),
            None => variant.gates[usize::from(gate)],
        };
        let velocity = match layout.velocities {
            Some(table) => self.read_table(table.wrapping_add(u16::from(velocity))),
            None => variant.velocities[usize::from(velocity)],
        };
        let track = self.track(channel);
        (track.gate, track.velocity) = (gate, velocity);
    }

    fn execute(&mut self, channel: Channel, value: u8) -> Outcome {
        let address = self.driver.track(channel).pointer.wrapping_sub(1);
        let cycle = self.machine.cycle;
        self.probe.record(|| Event::Command { cycle, channel: channel.number() as u8, address, value });
        match self.dialect.variant.meaning(value) {
            Some(Meaning::Command(command)) => self.command(channel, command),
            Some(Meaning::Own(command)) => self.own_command(channel, command),
            Some(Meaning::Ignored(arguments)) => self.skip_arguments(channel, arguments),
            meaning => {
                let reason = match meaning {
                    Some(_) => "a command that is not documented",
                    None => "no command",
                };
                let number = channel.number() + 1;
                let message = format!("track {number}: ${value:02X} at ${address:04X} is {reason}");
                Err(self.fault(address, message))
            }
        }
    }

    /// A note, tie, rest or percussion begins.
    fn start_event(&mut self, channel: Channel, value: u8) -> Outcome {
        self.spend(10);
        if self.driver.fast_forward || self.driver.track(channel).is_silent {
            self.spend(2);
        } else {
            self.spend(18);
            if self.is_taken(channel) {
                self.spend(2);
            } else {
                self.spend(8);
                self.note(channel, value);
            }
        }
        let track = self.track(channel);
        track.ticks_left = track.length;
        let gate = high_product(track.length, track.gate);
        track.gate_left = gate.max(1);
        self.spend(30 + 2 + 9);
        Ok(())
    }

    fn note(&mut self, channel: Channel, byte: u8) {
        let mut value = byte;
        self.spend(2);
        let codes = self.dialect.variant.codes;
        if value >= codes.first_percussion {
            self.spend(10);
            self.set_instrument(channel, value);
            self.spend(2);
            value = PERCUSSION_NOTE;
        } else {
            self.spend(4);
        }
        let (cycle, number) = (self.machine.cycle, channel.number() as u8);
        let address = self.driver.track(channel).pointer.wrapping_sub(1);
        self.probe.record(|| Event::Note { cycle, channel: number, address, value: byte });
        self.spend(2);
        if value >= codes.tie {
            self.spend(9);
            return;
        }
        self.spend(10);
        let transpose = self.driver.transpose;
        let track = self.driver.track_mut(channel);
        let semitones = (value & 0x7F).wrapping_add(transpose).wrapping_add(track.transpose);
        track.pitch.value = Fixed::new(semitones, track.fine_tune);
        track.vibrato.phase = if track.vibrato.fade_length & 1 != 0 { 0x80 } else { 0 };
        track.vibrato.delayed = 0;
        track.vibrato.faded = 0;
        track.tremolo.phase = 0;
        track.tremolo.delayed = 0;
        track.pitch.length = track.envelope.length;
        self.driver.changed_volumes |= channel.bit();
        self.driver.shadow.key_on |= channel.bit();
        self.spend(96);
        self.start_envelope(channel);
        self.spend(31);
        let pitch = self.driver.track(channel).pitch.value;
        self.write_pitch(channel, pitch);
    }

    fn slide_tempo(&mut self) {
        self.spend(3);
        if self.driver.tempo.count == 0 {
            self.spend(4);
            return;
        }
        let ended = advance(&mut self.driver.tempo);
        self.spend(12 + 5 + if ended { 5 } else { 2 } + 5);
    }

    fn slide_master(&mut self) {
        self.spend(3);
        if self.driver.master.count == 0 {
            self.spend(4);
            return;
        }
        let ended = advance(&mut self.driver.master);
        self.driver.changed_volumes = 0xFF;
        self.spend(17 + if ended { 5 } else { 2 } + 10);
    }

    fn slide_echo(&mut self) {
        self.spend(3);
        let echo = &mut self.driver.echo;
        if echo.count == 0 {
            self.spend(4);
            return;
        }
        echo.count -= 1;
        let ended = echo.count == 0;
        for side in 0..2 {
            echo.value[side] = if ended {
                Fixed::from_whole(echo.target[side])
            } else {
                echo.value[side].plus(echo.step[side])
            };
        }
        self.spend(32 + if ended { 13 } else { 2 } + 5);
    }

    fn update_volumes(&mut self) {
        self.spend(7);
        for channel in Channel::all() {
            if self.driver.track(channel).is_active() {
                self.spend(14);
                self.update_volume(channel);
            } else {
                self.spend(8);
            }
            self.spend(if channel.is_last() { 10 } else { 12 });
        }
    }
}

/// The note that percussion plays: C4.
const PERCUSSION_NOTE: u8 = 0xA4;

/// One tick of a slide that ends exactly on its target; tells whether it has.
const fn advance(slide: &mut GlobalSlide) -> bool {
    slide.count -= 1;
    let ended = slide.count == 0;
    slide.value = if ended { Fixed::from_whole(slide.target) } else { slide.value.plus(slide.step) };
    ended
}

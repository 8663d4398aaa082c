//! A track's tick: counting, waiting, and executing events until the next wait (nds-driver 5).

use std::sync::Arc;

use tatum_core::{Diagnostic, DiagnosticLog, Fault, Probe, Severity};

use super::variables::Variables;
use super::{PlayerIndex, Sequencer, TickContext, Track, TrackIndex};
use crate::event::{CommandEvent, Event};
use crate::format::event::{Operand, SequenceEvent, opcode};
use crate::song::SongData;

/// A track while one of its events is executed.
pub(super) struct Execution<'a, 'b, P> {
    pub sequencer: &'a mut Sequencer,
    pub context: &'a mut TickContext<'b, P>,
    pub song: &'a SongData,
    pub player: PlayerIndex,
    /// The track's number in its player.
    pub slot: usize,
    pub track: TrackIndex,
}

/// Whether a track goes on.
#[derive(PartialEq, Eq)]
pub(super) enum Flow {
    Continue,
    Finish,
}

impl Sequencer {
    /// One sequence tick of a track; `false` when it has ended.
    pub(super) fn track_tick<P: Probe<Event>>(
        &mut self,
        player: PlayerIndex,
        slot: usize,
        track: TrackIndex,
        context: &mut TickContext<'_, P>,
    ) -> Result<bool, Fault> {
        context.voices.sequence_tick(track);
        let has_voices = context.voices.track_has_voices(track);
        let script = &mut self.track_mut(track).script;
        if script.wait_for_voices {
            if has_voices {
                return Ok(true);
            }
            script.wait_for_voices = false;
        }
        if script.wait > 0 {
            script.wait -= 1;
            if script.wait > 0 {
                return Ok(true);
            }
        }
        let Some(song) = self.player(player).song().map(Arc::clone) else { return Ok(false) };
        let mut execution = Execution { sequencer: self, context, song: &song, player, slot, track };
        execution.run()
    }
}

impl<P: Probe<Event>> Execution<'_, '_, P> {
    pub(super) fn track(&mut self) -> &mut Track {
        self.sequencer.track_mut(self.track)
    }

    /// Executes events until the track waits or ends.
    ///
    /// A negative wait is neither counted down nor over: such a track never executes again, but stays.
    fn run(&mut self) -> Result<bool, Fault> {
        while self.track().script.wait == 0 && !self.track().script.wait_for_voices {
            let Some(position) = self.track().script.position else { return Ok(true) };
            if !self.context.budget.spend() {
                return Err(self.fault(position));
            }
            let mut next = position;
            let Ok(event) = SequenceEvent::decode(self.song.events(), &mut next) else {
                self.warn(position, "the sequence runs past its end; the track ends here");
                return Ok(false);
            };
            self.track().script.position = Some(next);
            if self.execute(position, &event) == Flow::Finish {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Evaluates the operand, then runs the event if its condition holds. Skipped events have their operands
    /// evaluated all the same: a random number is drawn.
    fn execute(&mut self, position: u32, event: &SequenceEvent) -> Flow {
        let value = self.evaluate(position, event.operand);
        let executed = !event.conditional || self.track().script.condition;
        let (wake, player, track) = (self.context.wake, self.player.index() as u8, self.slot as u8);
        let offset = self.song.offset_of(position);
        self.context.probe.record(|| {
            Event::Command(CommandEvent { wake, player, track, offset, event: *event, value, executed })
        });
        if !executed {
            return Flow::Continue;
        }
        match event.opcode {
            0..=opcode::LAST_NOTE => self.note(position, event.opcode, event.first, value),
            0x80..=0x8F => self.wait_or_program(event.opcode, value),
            0x90..=0x9F => self.jump(event.opcode, event.first, value.cast_unsigned()),
            0xA0..=0xAF => {}
            0xB0..=0xBF => self.variable(position, event.opcode, event.first, value as i16),
            0xC0..=0xDF => self.byte_parameter(position, event.opcode, value as u8),
            0xE0..=0xEF => self.half_parameter(event.opcode, value as u16),
            0xF0..=0xFF => return self.structure(event.opcode),
        }
        Flow::Continue
    }

    fn evaluate(&mut self, position: u32, operand: Operand) -> i32 {
        match operand {
            Operand::None => 0,
            Operand::Value(value) => value,
            Operand::Random { min, max } => self.context.random.between(min, max),
            Operand::Variable(number) => {
                self.check_variable(position, number);
                i32::from(self.variables().get(number))
            }
        }
    }

    fn variables(&mut self) -> Variables<'_> {
        let local = &mut self.sequencer.players[self.player.index()].variables;
        Variables { local, global: &mut self.sequencer.globals }
    }

    /// Commands B0 to BF.
    fn variable(&mut self, position: u32, opcode: u8, number: u8, operand: i16) {
        self.check_variable(position, number);
        if let Some(condition) = self.variables().compare(opcode, number, operand) {
            self.track().script.condition = condition;
            return;
        }
        let mut random = *self.context.random;
        self.variables().calculate(opcode, number, operand, &mut random);
        *self.context.random = random;
    }

    fn check_variable(&mut self, position: u32, number: u8) {
        if !Variables::exists(number) {
            self.warn(position, "there is no such variable (0 to 31); it reads as 0");
        }
    }

    /// Puts a warning about the event at `position` into the log, the first time only.
    pub(super) fn warn(&mut self, position: u32, message: &'static str) {
        let offset = self.song.offset_of(position);
        let is_known = |known: &Diagnostic| known.offset == Some(offset) && known.message == message;
        let entries = self.context.log.entries();
        if entries.len() >= DiagnosticLog::CAPACITY || entries.iter().any(is_known) {
            return;
        }
        self.context.log.warn(offset, message);
    }

    /// Counts something that can happen often.
    pub(super) fn count(&mut self, severity: Severity, position: u32, message: &'static str) {
        let offset = self.song.offset_of(position);
        self.context.log.count(severity, offset, message);
    }

    fn fault(&mut self, position: u32) -> Fault {
        Fault {
            tick: u64::from(self.sequencer.player(self.player).tick_counter),
            offset: self.song.offset_of(position),
            message: format!(
                "the script executes commands without end while no time passes (limit: {}, refilled while time \
                 passes); the console hangs here",
                self.context.budget.capacity()
            ),
        }
    }
}

//! A track of a sequence being written: events at ticks become events and waits.

use crate::format::event::{Operand, SequenceEvent, opcode};

/// The largest wait that is written at once.
const LONGEST_WAIT: u64 = 0x0FFF_FFFF;

/// A track, event by event in the order of their ticks.
#[derive(Debug, Default)]
pub(super) struct TrackWriter {
    bytes: Vec<u8>,
    now: u64,
    /// Where the loop begins, if the track is past it.
    loop_start: Option<usize>,
}

/// A finished track; its addresses count from its own start.
#[derive(Debug)]
pub(super) struct FinishedTrack {
    pub bytes: Vec<u8>,
    /// Where the address of the jump stands, and where it leads.
    pub jump: Option<(usize, usize)>,
}

impl TrackWriter {
    /// Waits until a tick.
    pub(super) fn advance(&mut self, tick: u64) {
        while self.now < tick {
            let step = (tick - self.now).min(LONGEST_WAIT);
            self.event(opcode::WAIT, 0, step as i32);
            self.now += step;
        }
    }

    /// Writes an event with an argument.
    pub(super) fn event(&mut self, opcode: u8, first: u8, value: i32) {
        self.push(SequenceEvent::new(opcode, first, Operand::Value(value)));
    }

    /// Writes an event.
    pub(super) fn push(&mut self, event: SequenceEvent) {
        event.encode(&mut self.bytes);
    }

    /// What is repeated begins here.
    pub(super) fn start_loop(&mut self) {
        self.loop_start = Some(self.bytes.len());
    }

    /// The track ends, or repeats from where its loop began.
    pub(super) fn finish(mut self) -> FinishedTrack {
        let jump = self.loop_start.map(|target| (self.bytes.len() + 1, target));
        match jump {
            Some(_) => self.event(opcode::JUMP, 0, 0),
            None => self.push(SequenceEvent::new(opcode::FINISH, 0, Operand::None)),
        }
        FinishedTrack { bytes: self.bytes, jump }
    }
}

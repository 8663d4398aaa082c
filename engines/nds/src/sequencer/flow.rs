//! Commands 93 to 95 and FC to FF: tracks, jumps, calls, loops and ends (nds-formats 3.3 and 3.5).

use tatum_core::{Probe, Severity};

use super::interpreter::{Execution, Flow};
use crate::event::Event;
use crate::format::event::opcode;

/// Reads FE and its track mask, which count only at the very start of a sequence: where the first track begins, and
/// which others exist.
pub(super) fn read_track_allocation(data: &[u8], start: u32) -> (u32, u16) {
    let at = start as usize;
    match data.get(at..at.saturating_add(3)) {
        Some(&[opcode::ALLOCATE_TRACKS, low, high]) => (start + 3, u16::from_le_bytes([low, high])),
        _ => (start, 0),
    }
}

/// Said where the stack is full.
const NESTED_TOO_DEEP: &str =
    "calls and loops are nested deeper than three: the one before this place is ignored";

impl<P: Probe<Event>> Execution<'_, '_, P> {
    /// Commands 90 to 9F.
    pub(super) fn jump(&mut self, opcode: u8, track: u8, address: u32) {
        match opcode {
            opcode::OPEN_TRACK => self.open_track(usize::from(track), address),
            opcode::JUMP => self.track().script.position = Some(address),
            opcode::CALL => {
                let script = &mut self.track().script;
                let Some(position) = script.position else { return };
                // A call that finds the stack full is ignored altogether.
                if script.stack.push(position, None) {
                    script.position = Some(address);
                } else {
                    self.count(Severity::Warning, position, NESTED_TOO_DEEP);
                }
            }
            _ => {}
        }
    }

    /// Starts another track, if it was allocated. Only its place in the script is set; everything else it keeps.
    fn open_track(&mut self, slot: usize, address: u32) {
        let Some(track) = self.sequencer.track_of(self.player, slot) else { return };
        if track == self.track {
            return;
        }
        self.sequencer.release_voices(self.player, track, None, self.context.voices);
        self.context.voices.detach(track);
        self.sequencer.track_mut(track).script.position = Some(address);
    }

    /// D4: the position behind it is where the loop comes back to.
    pub(super) fn loop_start(&mut self, count: u8) {
        let script = &mut self.track().script;
        if let Some(position) = script.position
            && !script.stack.push(position, Some(count))
        {
            self.count(Severity::Warning, position, NESTED_TOO_DEEP);
        }
    }

    /// Commands F0 to FF. FE in mid-sequence takes no argument and does nothing.
    pub(super) fn structure(&mut self, opcode: u8) -> Flow {
        let script = &mut self.track().script;
        let target = match opcode {
            opcode::FINISH => return Flow::Finish,
            opcode::LOOP_END => script.stack.loop_end(),
            opcode::RETURN => script.stack.pop(),
            _ => None,
        };
        if target.is_some() {
            script.position = target;
        }
        Flow::Continue
    }
}

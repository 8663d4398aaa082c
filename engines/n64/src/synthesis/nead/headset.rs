//! The side that headphones hear later, `n64-mixer.md` 8 and `n64-oot.md` 9.4.

use super::layout;
use super::voice::{VoiceChunk, VoiceWriter};
use crate::hardware::nead::command::NeadCommand;
use crate::voice::later::parameters::VoiceParameters;
use crate::voice::voice::Voice;

impl VoiceWriter<'_> {
    /// The side that is, or in the last chunk was, delayed: 0 left, 1 right.
    pub(super) const fn delayed_side(&self, parameters: &VoiceParameters, voice: &Voice) -> Option<usize> {
        let state = &voice.later.synthesis;
        if !parameters.headset {
            None
        } else if parameters.delay_left != 0 || state.previous_delay_left != 0 {
            Some(0)
        } else if parameters.delay_right != 0 || state.previous_delay_right != 0 {
            Some(1)
        } else {
            None
        }
    }

    /// Appends the commands that delay a side and add it to its sum.
    pub(super) fn delay_side(
        &mut self,
        voice: &mut Voice,
        parameters: &VoiceParameters,
        side: usize,
        work: &VoiceChunk,
    ) {
        let state = &mut voice.later.synthesis;
        let (new, previous) = if side == 0 {
            (parameters.delay_left, state.previous_delay_left)
        } else {
            (parameters.delay_right, state.previous_delay_right)
        };
        (state.previous_delay_left, state.previous_delay_right) = if side == 0 { (new, 0) } else { (0, new) };
        let layout = self.layout;
        let (temp, pan) = (layout.temp, layout.pan);
        let bytes = work.bytes();
        let samples = work.states + layout::PAN_SAMPLES;
        if work.is_first() {
            self.list.push(NeadCommand::Move { from: pan, to: temp, bytes });
            self.list.push(NeadCommand::Move { from: temp, to: pan + new, bytes });
            self.list.push(NeadCommand::Clear { address: pan, bytes: new });
            if new % 16 != 0 {
                // Clearing is rounded up to 16: the beginning of the signal comes back.
                self.list.push(NeadCommand::Move { from: temp, to: pan + new, bytes });
            }
        } else {
            let stretched = (bytes + new).saturating_sub(previous);
            if new == previous {
                self.list.push(NeadCommand::Move { from: pan, to: temp, bytes });
            } else {
                self.list.push(NeadCommand::SetBuffers { input: pan, output: temp, count: stretched });
                let pitch = ((u32::from(bytes) << 15) / 2 - 1) / (u32::from(stretched.max(4) - 2) / 2);
                self.list.push(NeadCommand::ZeroOrderHold { pitch: pitch as u16, start: 0 });
            }
            if previous != 0 {
                let count = previous.next_multiple_of(16);
                self.list.push(NeadCommand::Load { bytes: count, address: pan, ram: samples });
            }
            self.list.push(NeadCommand::Move { from: temp, to: pan + previous, bytes: stretched });
        }
        if new != 0 {
            let count = new.next_multiple_of(16);
            self.list.push(NeadCommand::Save { bytes: count, address: pan + bytes, ram: samples });
        }
        let output = if side == 0 { layout.left } else { layout.right };
        self.list.push(NeadCommand::AddMix { bytes, input: pan, output });
    }
}

//! Registers of single voices that change in the course of a block, and voices that start in it: that voice's work is
//! done in parts, the others' goes on.

use super::mix::Volumes;
use super::vector::Kernels;
use super::voice::{Outcome, Turn};
use super::{BlockOutputs, Surroundings};
use crate::hardware::dsp::voice::bit;
use crate::hardware::dsp::{Dsp, Register, VoiceRegister};

/// A register of a voice that has another value from one sample of a block on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hardware) struct VoiceChange {
    /// The first sample with the new value, counted from the start of the block.
    pub(in crate::hardware) sample: usize,
    pub(in crate::hardware) voice: usize,
    pub(in crate::hardware) register: VoiceRegister,
    pub(in crate::hardware) value: u8,
}

impl VoiceChange {
    /// Whether a register concerns one voice only, and is read at one point of its sample.
    pub(in crate::hardware) const fn can_be(register: VoiceRegister) -> bool {
        use VoiceRegister::{Adsr1, Adsr2, Gain, PitchHigh, PitchLow, VolumeLeft, VolumeRight};
        matches!(register, VolumeLeft | VolumeRight | PitchLow | PitchHigh | Adsr1 | Adsr2 | Gain)
    }
}

/// A part of a block in which a voice's registers keep their values.
pub(super) struct Part<'a> {
    /// The block's sample with which it begins.
    pub(super) start: usize,
    /// The voice's samples; behind the end of the block anything may follow.
    pub(super) outputs: &'a [i16],
    pub(super) is_silent: bool,
}

impl Dsp {
    /// One voice through a block whose registers change on the way. `take` is given each part, in order;
    /// `outputs` has the samples of all parts at the end.
    #[inline]
    pub(super) fn run_through<K: Kernels, const N: usize>(
        &mut self,
        kernels: K,
        turn: Turn<'_>,
        around: &Surroundings<'_>,
        outputs: &mut BlockOutputs<N>,
        mut take: impl FnMut(Part<'_>, Volumes),
    ) -> Outcome {
        let number = turn.number;
        let starts = !self.voices[number].key_delay.is_over() || around.keys.concerns(bit(number));
        let changes = || around.changes.iter().any(|change| change.voice == number);
        if N == 1 || !starts && !changes() {
            let outcome = self.run_voice(kernels, turn, around, outputs);
            let part = Part { start: 0, outputs: outputs.lanes(), is_silent: outcome.is_silent };
            take(part, self.volumes(number));
            return outcome;
        }
        self.run_parts(kernels, turn, around, outputs, take)
    }

    fn run_parts<K: Kernels, const N: usize>(
        &mut self,
        kernels: K,
        turn: Turn<'_>,
        around: &Surroundings<'_>,
        outputs: &mut BlockOutputs<N>,
        mut take: impl FnMut(Part<'_>, Volumes),
    ) -> Outcome {
        let (number, count) = (turn.number, outputs.count);
        let mut all = Outcome { is_silent: true, ..Outcome::default() };
        let mut start = 0;
        while start < count {
            // A voice that starts runs plainly from then on.
            let start_up = self.voices[number].key_delay.samples();
            let mut end = if start_up > 0 { count.min(start + start_up) } else { count };
            if let Some(sample) = around.keys.next_change(around.first + start, bit(number)) {
                end = end.min(sample - around.first);
            }
            for change in around.changes.iter().filter(|change| change.voice == number) {
                if change.sample == start {
                    self.registers.set(Register::of_voice(number, change.register), change.value);
                } else if change.sample > start {
                    end = end.min(change.sample);
                }
            }
            let mut part = BlockOutputs::<N>::new(end - start);
            let modulator = turn.modulator.get(start..).unwrap_or_default();
            let outcome =
                self.run_voice(kernels, Turn { modulator, ..turn }, &around.after(start), &mut part);
            if let Some(place) = outputs.samples.get_mut(start..end) {
                place.copy_from_slice(part.samples());
            }
            let part = Part { start, outputs: part.samples(), is_silent: outcome.is_silent };
            take(part, self.volumes(number));
            all = Outcome {
                endx_before: outcome.endx_before.or(all.endx).or(all.endx_before),
                endx: outcome.endx,
                looped: outcome.looped,
                envx_before: outcome.envx_before,
                is_silent: all.is_silent & outcome.is_silent,
            };
            start = end;
        }
        all
    }
}

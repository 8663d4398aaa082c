//! Registers of single voices that change in the course of a block, and voices that start in it: that voice's work is
//! done in parts, the others' goes on.

use super::mix::Volumes;
use super::vector::Kernels;
use super::voice::Outcome;
use super::{BlockOutputs, Surroundings};
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
    #[expect(
        clippy::too_many_arguments,
        reason = "what run_voice takes, the changes, and where the parts go"
    )]
    #[inline]
    pub(super) fn run_through<K: Kernels, const N: usize>(
        &mut self,
        kernels: K,
        number: usize,
        entry: u16,
        around: &Surroundings<'_>,
        modulator: &[i16],
        changes: &[VoiceChange],
        outputs: &mut BlockOutputs<N>,
        mut take: impl FnMut(Part<'_>, Volumes),
    ) -> Outcome {
        let starts = N > 1 && !self.voices[number].key_delay.is_over();
        if !starts && changes.iter().all(|change| change.voice != number) {
            let outcome = self.run_voice(kernels, number, entry, around, modulator, outputs);
            let part = Part { start: 0, outputs: outputs.lanes(), is_silent: outcome.is_silent };
            take(part, self.volumes(number));
            return outcome;
        }
        self.run_parts(kernels, number, entry, around, modulator, changes, outputs, take)
    }

    #[expect(clippy::too_many_arguments, reason = "those of run_through")]
    fn run_parts<K: Kernels, const N: usize>(
        &mut self,
        kernels: K,
        number: usize,
        entry: u16,
        around: &Surroundings<'_>,
        modulator: &[i16],
        changes: &[VoiceChange],
        outputs: &mut BlockOutputs<N>,
        mut take: impl FnMut(Part<'_>, Volumes),
    ) -> Outcome {
        let count = outputs.count;
        let mut all = Outcome { is_silent: true, ..Outcome::default() };
        let mut start = 0;
        while start < count {
            // A voice that starts runs plainly from then on.
            let start_up = self.voices[number].key_delay.samples();
            let mut end = if start_up > 0 { count.min(start + start_up) } else { count };
            for change in changes.iter().filter(|change| change.voice == number) {
                if change.sample == start {
                    self.registers.set(Register::of_voice(number, change.register), change.value);
                } else if change.sample > start {
                    end = end.min(change.sample);
                }
            }
            let mut part = BlockOutputs::<N>::new(end - start);
            let modulator = modulator.get(start..).unwrap_or_default();
            let outcome = self.run_voice(kernels, number, entry, &around.after(start), modulator, &mut part);
            if let Some(place) = outputs.samples.get_mut(start..end) {
                place.copy_from_slice(part.samples());
            }
            let part = Part { start, outputs: part.samples(), is_silent: outcome.is_silent };
            take(part, self.volumes(number));
            all = Outcome {
                looped_before: all.looped_before | all.looped | outcome.looped_before,
                looped: outcome.looped,
                envx_before: outcome.envx_before,
                is_silent: all.is_silent & outcome.is_silent,
            };
            start = end;
        }
        all
    }
}

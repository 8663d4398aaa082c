//! The surround of Majora's Mask: a delayed copy of the voice, out of phase. `n64-oot.md` 13.

use super::layout;
use super::voice::{VoiceChunk, VoiceWriter};
use crate::hardware::nead::command::NeadCommand;
use crate::sequencer::channel::SURROUND_OFF;
use crate::voice::later::parameters::VoiceParameters;
use crate::voice::tables::DEFAULT_PAN;
use crate::voice::voice::{Voice, Volumes};

/// Bytes by which the copy is delayed.
const DELAY_BYTES: u16 = 256;

/// The volumes of a voice's direct signal: halved, and with a surround index reduced further.
pub(super) fn reduced(target: Volumes, index: u8) -> Volumes {
    let target = Volumes { left: (target.left >> 1) << 4, right: (target.right >> 1) << 4 };
    if index == SURROUND_OFF {
        return target;
    }
    let factor = DEFAULT_PAN[usize::from(index & 0x7F)];
    let scaled = |volume: u16| (f32::from(volume) * factor) as i32 as u16;
    Volumes { left: scaled(target.left), right: scaled(target.right) }
}

impl VoiceWriter<'_> {
    /// Mixes the delayed copy into the sums: into the left ones with the gain, into the right ones with its
    /// complement.
    pub(super) fn delay_surround(
        &mut self,
        voice: &mut Voice,
        parameters: &VoiceParameters,
        work: &VoiceChunk,
    ) {
        let index = parameters.surround;
        if index == SURROUND_OFF {
            return;
        }
        let layout = self.layout;
        let (temp, delayed) = (layout.temp, layout.source);
        let history = work.states + layout::SURROUND_HISTORY;
        let gain = voice.later.synthesis.surround_gain;
        self.list.push(NeadCommand::Move { from: temp, to: delayed + DELAY_BYTES, bytes: work.bytes() });
        if work.is_first() {
            self.list.push(NeadCommand::Clear { address: delayed, bytes: DELAY_BYTES });
        } else {
            self.list.push(NeadCommand::Load { bytes: DELAY_BYTES, address: delayed, ram: history });
            let wet = ((u32::from(gain) * u32::from(parameters.reverb)) >> 7) as u16;
            for (gain, output) in
                [(gain, layout.left), (!gain, layout.right), (wet, layout.wet_left), (!wet, layout.wet_right)]
            {
                let (bytes, gain) = (work.bytes(), gain as i16);
                self.list.push(NeadCommand::Mix { bytes, gain, input: delayed, output });
            }
        }
        self.list.push(NeadCommand::Save {
            bytes: DELAY_BYTES,
            address: delayed + work.bytes(),
            ram: history,
        });
        let volume = f32::from(parameters.target.left >> 1) + f32::from(parameters.target.right >> 1);
        let level = (volume / 8192.0).min(1.0) * DEFAULT_PAN[usize::from(127 - (index & 0x7F))];
        voice.later.synthesis.surround_gain = ((level * 32767.0 + f32::from(gain)) / 2.0) as i32 as u16;
    }
}

//! The source of a voice that plays a synthetic wave, `n64-mixer.md` 5.

use super::list::CommandList;
use super::memory_map::dmem;
use super::mixing::VoiceChunk;
use crate::hardware::abi1::command::{AudioCommand, RamAddress};
use crate::voice::first::wave::BUFFER_SAMPLES;
use crate::voice::voice::Playback;

/// Bytes of the wave buffer.
const BUFFER_BYTES: u16 = 2 * BUFFER_SAMPLES as u16;

impl CommandList {
    /// Appends the commands that repeat the wave buffer as often as needed; gives the address of the first
    /// sample.
    pub(super) fn sequence_wave(
        &mut self,
        table: RamAddress,
        cycle: u32,
        playback: &mut Playback,
        work: &VoiceChunk,
    ) -> u16 {
        self.push(AudioCommand::SetBuffers { input: dmem::SOURCE, output: 0, count: BUFFER_BYTES });
        self.push(AudioCommand::Load { ram: table });
        let cycle = cycle.max(1);
        playback.position.integer &= cycle - 1;
        let available = BUFFER_SAMPLES as u32 - playback.position.integer;
        if available < work.samples {
            let copies = (work.samples - available).div_ceil(BUFFER_SAMPLES as u32);
            for copy in 1..=copies as u16 {
                self.push(AudioCommand::Move {
                    from: dmem::SOURCE,
                    to: dmem::SOURCE + BUFFER_BYTES * copy,
                    bytes: BUFFER_BYTES,
                });
            }
        }
        let source = dmem::SOURCE + 2 * playback.position.integer as u16;
        playback.position.integer += work.samples;
        source
    }
}

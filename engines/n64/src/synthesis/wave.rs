//! The source of a voice that plays a synthetic wave, `n64-mixer.md` 5.

use super::frame::Synthesizer;
use super::memory_map::{self, dmem};
use super::voice::VoiceChunk;
use crate::hardware::command::AudioCommand;
use crate::voice::voice::Voice;
use crate::voice::wave::BUFFER_SAMPLES;

/// Bytes of the wave buffer.
const BUFFER_BYTES: u16 = 2 * BUFFER_SAMPLES as u16;

impl Synthesizer {
    /// Appends the commands that repeat the wave buffer as often as needed; gives the address of the first
    /// sample.
    pub(super) fn sequence_wave(&mut self, voice: &mut Voice, work: &VoiceChunk) -> u16 {
        self.list.push(AudioCommand::SetBuffers { input: dmem::SOURCE, output: 0, count: BUFFER_BYTES });
        self.list.push(AudioCommand::Load { ram: work.states + memory_map::WAVE_BUFFER });
        let cycle = u32::from(voice.wave.cycle).max(1);
        voice.position.integer &= cycle - 1;
        let available = BUFFER_SAMPLES as u32 - voice.position.integer;
        if available < work.samples {
            let copies = (work.samples - available).div_ceil(BUFFER_SAMPLES as u32);
            for copy in 1..=copies as u16 {
                self.list.push(AudioCommand::Move {
                    from: dmem::SOURCE,
                    to: dmem::SOURCE + BUFFER_BYTES * copy,
                    bytes: BUFFER_BYTES,
                });
            }
        }
        let source = dmem::SOURCE + 2 * voice.position.integer as u16;
        voice.position.integer += work.samples;
        source
    }
}

//! The source of a voice that plays a sample: decoding through loops, in one or two parts. `n64-mixer.md` 5.

use super::list::CommandList;
use super::memory_map::{self, dmem};
use super::mixing::VoiceChunk;
use crate::hardware::abi1::command::{AudioCommand, RamAddress, flags};
use crate::hardware::adpcm::{FRAME_BYTES, FRAME_SAMPLES};
use crate::sound_memory::LoadedSample;
use crate::synthesis::decoding::Step;
use crate::voice::voice::Playback;

/// Samples of a compressed frame.
const SAMPLES: i32 = FRAME_SAMPLES as i32;
/// Nearly half speed: the pitch of a pass that leaves out every other sample.
const HALVING_PITCH: u16 = 0xFF60;

impl CommandList {
    /// Appends the commands that decode a chunk's samples; gives the address of the first one.
    pub(super) fn sequence_sample(
        &mut self,
        playback: &mut Playback,
        sample: &LoadedSample,
        book: RamAddress,
        work: &VoiceChunk,
        loaded_book: &mut Option<RamAddress>,
    ) -> u16 {
        let mut source = dmem::SOURCE;
        let mut decoder_flags = work.flags;
        let mut first_part_samples = 0;
        for part in 0..work.parts {
            let wanted = match work.parts {
                1 => work.samples,
                _ if work.samples & 1 == 1 => (work.samples & !1) + 2 * part,
                _ => work.samples,
            };
            if *loaded_book != Some(sample.book) {
                *loaded_book = Some(book);
                self.push(AudioCommand::LoadBook { bytes: sample.book_bytes, ram: book });
            }
            let offset = self.decode_part(playback, sample, work, wanted as i32, &mut decoder_flags);
            match (work.parts, part) {
                (1, _) => source = dmem::SOURCE + offset,
                (_, 0) => {
                    first_part_samples = wanted as u16;
                    self.halve_first_part(playback, work, offset, first_part_samples);
                    source = dmem::RESAMPLED + 4;
                }
                _ => self.halve_second_part(work, offset, first_part_samples, wanted as u16),
            }
            if playback.has_ended {
                break;
            }
        }
        source
    }

    /// Decodes `total` samples into the source buffer, across loop ends; gives the byte offset of the first.
    fn decode_part(
        &mut self,
        playback: &mut Playback,
        sample: &LoadedSample,
        work: &VoiceChunk,
        total: i32,
        decoder_flags: &mut u8,
    ) -> u16 {
        let mut source_offset = 0;
        let mut done = 0;
        let mut written = 0;
        while done != total {
            let wanted = total - done;
            let position = playback.position.integer;
            let mut offset = (position & 15) as i32;
            let left = sample.end as i32 - position as i32;
            if offset == 0 && !playback.restart {
                offset = SAMPLES;
            }
            let mut step = Step::plan(sample, wanted, left, offset);
            let misalignment = self.load_frames(sample, position as i32 - offset + SAMPLES, &mut step);
            if playback.restart {
                self.push(AudioCommand::SetLoop { ram: sample.loop_state });
                *decoder_flags = flags::LOOP;
                playback.restart = false;
            }
            let count = step.decoded + step.leftover - step.surplus;
            let input = dmem::COMPRESSED + misalignment;
            let state = work.states + memory_map::ADPCM_STATE;
            let bytes = 2 * step.decoded as u16;
            if done == 0 {
                self.push(AudioCommand::SetBuffers { input, output: dmem::SOURCE, count: bytes });
                self.push(AudioCommand::Adpcm { flags: *decoder_flags, state });
                source_offset = 2 * offset as u16;
            } else {
                let output = dmem::SOURCE + (written as u16).next_multiple_of(32);
                self.push(AudioCommand::SetBuffers { input, output, count: bytes });
                self.push(AudioCommand::Adpcm { flags: *decoder_flags, state });
                self.push(AudioCommand::Move {
                    from: output + 2 * offset as u16,
                    to: dmem::SOURCE + written as u16,
                    bytes: 2 * count as u16,
                });
            }
            done += count;
            match *decoder_flags {
                // The start of a note: the 16 zero samples in front of the first frame are played too.
                flags::INIT => {
                    source_offset = 0;
                    written += 2 * step.decoded;
                }
                flags::LOOP => written += 2 * count,
                _ if written != 0 => written += 2 * count,
                _ => written = 2 * (offset + count),
            }
            *decoder_flags = 0;
            if step.finishes {
                let bytes = 2 * (total - done) as u16;
                self.push(AudioCommand::Clear { address: dmem::SOURCE + written as u16, bytes });
                playback.has_ended = true;
                break;
            }
            if step.loops {
                playback.restart = true;
                playback.position.integer = sample.loop_start;
            } else {
                playback.position.integer += wanted as u32;
            }
        }
        source_offset
    }

    /// Loads the compressed frames from the one that holds sample `first`; gives the bytes by which RAM
    /// transfers, which are aligned, move them in the buffer.
    fn load_frames(&mut self, sample: &LoadedSample, first: i32, step: &mut Step) -> u16 {
        if step.frames == 0 {
            step.decoded = 0;
            return 0;
        }
        let address = sample.data.wrapping_add((FRAME_BYTES as i32 * (first / SAMPLES)) as u32);
        let misalignment = (address & 15) as u16;
        self.push(AudioCommand::SetBuffers {
            input: dmem::COMPRESSED,
            output: 0,
            count: FRAME_BYTES as u16 * step.frames as u16 + misalignment,
        });
        self.push(AudioCommand::Load { ram: address - u32::from(misalignment) });
        misalignment
    }

    fn halve_first_part(&mut self, playback: &Playback, work: &VoiceChunk, offset: u16, samples: u16) {
        self.halve(work, offset, dmem::RESAMPLED, samples + 4);
        if playback.has_ended {
            self.push(AudioCommand::Clear { address: dmem::RESAMPLED + samples + 4, bytes: samples + 16 });
        }
    }

    fn halve_second_part(&mut self, work: &VoiceChunk, offset: u16, first_samples: u16, samples: u16) {
        self.halve(work, offset, dmem::RESAMPLED_2, samples + 8);
        self.push(AudioCommand::Move {
            from: dmem::RESAMPLED_2 + 4,
            to: dmem::RESAMPLED + first_samples + 4,
            bytes: samples + 4,
        });
    }

    fn halve(&mut self, work: &VoiceChunk, offset: u16, output: u16, bytes: u16) {
        self.push(AudioCommand::SetBuffers { input: dmem::SOURCE + offset, output, count: bytes });
        self.push(AudioCommand::Resample {
            flags: flags::INIT,
            pitch: HALVING_PITCH,
            state: work.states + memory_map::DUMMY_RESAMPLE_STATE,
        });
    }
}

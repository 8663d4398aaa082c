//! The source of a voice that plays a sample: decoding through loops, in one or two parts. `n64-mixer.md` 5 and 8,
//! `n64-oot.md` 9.1.

use super::layout;
use super::voice::{VoiceChunk, VoiceWriter};
use crate::format::bank::Codec;
use crate::hardware::adpcm::{FRAME_BYTES, FRAME_SAMPLES, SIGNED8_FRAME_BYTES, SMALL_FRAME_BYTES};
use crate::hardware::memory::RamAddress;
use crate::hardware::nead::command::{NeadCommand, flags};
use crate::sound_memory::LoadedSample;
use crate::synthesis::decoding::Step;
use crate::voice::voice::Playback;

/// Samples of a compressed frame.
const SAMPLES: i32 = FRAME_SAMPLES as i32;

/// Bytes of 16 samples.
const fn frame_bytes(codec: Codec) -> i32 {
    match codec {
        Codec::Adpcm | Codec::Silent(_) => FRAME_BYTES as i32,
        Codec::SmallAdpcm => SMALL_FRAME_BYTES as i32,
        Codec::Signed8 => SIGNED8_FRAME_BYTES as i32,
    }
}

/// The sample of a voice and the book to decode it with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    /// The sample, with the end that counts now.
    pub sample: &'a LoadedSample,
    /// Its book, or what takes the book's place.
    pub book: RamAddress,
}

impl VoiceWriter<'_> {
    /// Appends the commands that decode a chunk's samples; gives the address of the first one.
    pub(super) fn sequence_sample(
        &mut self,
        playback: &mut Playback,
        source: Source<'_>,
        work: &VoiceChunk,
        loaded_book: &mut Option<RamAddress>,
    ) -> u16 {
        let layout = self.layout;
        let sample = source.sample;
        let mut address = layout.source;
        let mut decoder_flags = work.flags;
        let mut first_bytes = 0;
        for part in 0..work.parts {
            let wanted = match work.parts {
                1 => work.samples,
                _ if work.samples & 1 == 1 => (work.samples & !1) + 2 * part,
                _ => work.samples,
            };
            if matches!(sample.codec, Codec::Adpcm | Codec::SmallAdpcm) && *loaded_book != Some(sample.book) {
                *loaded_book = Some(source.book);
                self.list.push(NeadCommand::LoadBook { bytes: sample.book_bytes, ram: source.book });
            }
            let offset = self.decode_part(playback, sample, work, wanted as i32, &mut decoder_flags);
            // The samples that are kept take as many bytes as there were samples.
            let bytes = wanted as u16;
            let input = layout.source + offset;
            let samples = (bytes / 2).next_multiple_of(8);
            match (work.parts, part) {
                (1, _) => address = input,
                (_, 0) => {
                    first_bytes = bytes;
                    address = layout.halved;
                    self.list.push(NeadCommand::Halve { samples, input, output: layout.halved });
                    if playback.has_ended {
                        let rest = layout.halved + bytes;
                        self.list.push(NeadCommand::Clear { address: rest, bytes: bytes + 16 });
                    }
                }
                _ => {
                    let output = layout.halved + first_bytes;
                    self.list.push(NeadCommand::Halve { samples, input, output });
                }
            }
            if playback.has_ended {
                break;
            }
        }
        address
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
        let source = self.layout.source;
        let mut source_offset = 0;
        let mut done = 0;
        let mut written: i32 = 0;
        while done != total {
            let wanted = total - done;
            let position = playback.position.integer;
            let mut offset = (position & 15) as i32;
            let left = sample.end as i32 - position as i32;
            if offset == 0 && !playback.restart {
                offset = SAMPLES;
            }
            let mut step = Step::plan(sample, wanted, left, offset);
            let input = self.load_frames(sample, position as i32 - offset + SAMPLES, &mut step);
            if playback.restart {
                self.list.push(NeadCommand::SetLoop { ram: sample.loop_state });
                *decoder_flags = flags::LOOP;
                playback.restart = false;
            }
            let count = step.decoded + step.leftover - step.surplus;
            let bytes = 2 * step.decoded as u16;
            if done == 0 {
                self.decode(sample, work, input, source, bytes, *decoder_flags);
                source_offset = 2 * offset as u16;
            } else {
                let output = source + (written as u16 + 16).next_multiple_of(16);
                self.decode(sample, work, input, output, bytes, *decoder_flags);
                self.list.push(NeadCommand::Move {
                    from: output + 2 * offset as u16,
                    to: source + written as u16,
                    bytes: 2 * count as u16,
                });
            }
            done += count;
            if *decoder_flags == flags::LOOP || written != 0 {
                written += 2 * count;
            } else {
                written = 2 * (offset + count);
            }
            *decoder_flags = 0;
            if step.finishes {
                let bytes = 2 * (total - done) as u16;
                self.list.push(NeadCommand::Clear { address: source + written as u16, bytes });
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

    /// Decodes `bytes` of output behind the 16 samples of history.
    fn decode(
        &mut self,
        sample: &LoadedSample,
        work: &VoiceChunk,
        input: u16,
        output: u16,
        bytes: u16,
        decoder_flags: u8,
    ) {
        let state = work.states + layout::ADPCM_STATE;
        if let Codec::Silent(_) = sample.codec {
            self.list.push(NeadCommand::Clear { address: output, bytes: bytes + 32 });
            return;
        }
        self.list.push(NeadCommand::SetBuffers { input, output, count: bytes });
        self.list.push(match sample.codec {
            Codec::Signed8 => NeadCommand::Signed8 { flags: decoder_flags, state },
            Codec::SmallAdpcm => NeadCommand::Adpcm { flags: decoder_flags | flags::TWO_BITS, state },
            Codec::Adpcm | Codec::Silent(_) => NeadCommand::Adpcm { flags: decoder_flags, state },
        });
    }

    /// Loads the compressed frames from the one that holds sample `first`, so that they end where the sums begin;
    /// gives the address of the first byte.
    fn load_frames(&mut self, sample: &LoadedSample, first: i32, step: &mut Step) -> u16 {
        let end = self.layout.compressed_end;
        if step.frames == 0 {
            step.decoded = 0;
            return end;
        }
        let bytes = frame_bytes(sample.codec);
        let address = sample.data.wrapping_add((bytes * (first / SAMPLES)) as u32);
        let misalignment = (address & 15) as u16;
        let loaded = (bytes as u16 * step.frames as u16 + misalignment).next_multiple_of(16);
        let start = end - loaded;
        if !matches!(sample.codec, Codec::Silent(_)) {
            self.list.push(NeadCommand::Load {
                bytes: loaded,
                address: start,
                ram: address - u32::from(misalignment),
            });
        }
        start + misalignment
    }
}

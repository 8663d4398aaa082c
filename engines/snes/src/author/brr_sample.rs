//! Recordings made fit for BRR, and BRR files (`snes-authoring.md` section 6).

use tatum_core::{ByteReader, FormatError};

use super::brr_encoder::{BLOCK_BYTES, BLOCK_SAMPLES, BrrSample, encode};
use crate::hardware::dsp::brr::BrrHeader;
use crate::hardware::dsp::interpolation::weights_at;

/// Longest loop, in samples, that a round is repeated for to fill whole blocks; longer ones are stretched.
const LONGEST_REPETITION: usize = 4096;

/// A recording whose loop is whole blocks, and how its rate changed.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedRecording {
    /// The samples; the loop reaches to their end.
    pub pcm: Vec<i16>,
    /// First sample of the loop.
    pub loop_start: Option<usize>,
    /// The new rate over the old one; 1 unless the recording was stretched.
    pub rate: f64,
}

/// Makes the loop whole blocks of 16 samples: a short round is repeated until it is, which changes nothing that is
/// heard; a recording with a long one is stretched by less than a thousandth or two, which its rate makes up for. The
/// start of the loop is moved to a block by silence in front.
#[must_use]
pub fn fit_loop(pcm: &[i16], loop_start: Option<usize>) -> FittedRecording {
    let Some(start) = loop_start.filter(|start| *start < pcm.len()) else {
        return FittedRecording { pcm: pcm.to_vec(), loop_start: None, rate: 1.0 };
    };
    let round = pcm.len() - start;
    let rounds =
        (1..=BLOCK_SAMPLES).find(|rounds| (rounds * round).is_multiple_of(BLOCK_SAMPLES)).unwrap_or(1);
    let (body, body_start, rate) = if rounds == 1 || rounds * round <= LONGEST_REPETITION {
        let mut body = pcm.to_vec();
        for _ in 1..rounds {
            body.extend(&pcm[start..]);
        }
        (body, start, 1.0)
    } else {
        let wanted = (round + BLOCK_SAMPLES / 2) / BLOCK_SAMPLES * BLOCK_SAMPLES;
        let rate = wanted as f64 / round as f64;
        let new_start = (start as f64 * rate).round() as usize;
        (stretched(pcm, start, new_start + wanted, 1.0 / rate), new_start, rate)
    };
    let lead = body_start.next_multiple_of(BLOCK_SAMPLES) - body_start;
    let mut pcm = vec![0; lead];
    pcm.extend(body);
    FittedRecording { pcm, loop_start: Some(body_start + lead), rate }
}

/// `count` samples of a looping recording, `step` of its own apart, by a cubic through four neighbours.
fn stretched(pcm: &[i16], loop_start: usize, count: usize, step: f64) -> Vec<i16> {
    let round = pcm.len() - loop_start;
    let at = |index: isize| {
        let index = index.max(0).cast_unsigned();
        let index = if index < pcm.len() { index } else { loop_start + (index - loop_start) % round };
        f64::from(pcm[index])
    };
    (0..count)
        .map(|number| {
            let place = number as f64 * step;
            let (whole, x) = (place.floor() as isize, place.fract());
            let [a, b, c, d] = [-1, 0, 1, 2].map(|neighbour| at(whole + neighbour));
            let cubic =
                b + 0.5 * x * (c - a + x * (2.0 * a - 5.0 * b + 4.0 * c - d + x * (3.0 * (b - c) + d - a)));
            cubic.round().clamp(-32768.0, 32767.0) as i16
        })
        .collect()
}

/// The first sample around which the chip's interpolation wraps: three neighbours near the negative full scale give a
/// loud click. None if it is never so.
#[must_use]
pub fn first_overflow(pcm: &[i16]) -> Option<usize> {
    /// Weights add up to 2048: smaller neighbours cannot wrap.
    const SAFE: u16 = 0x7400;
    let wraps = |taps: &[i16]| {
        taps.iter().any(|tap| tap.unsigned_abs() > SAFE)
            && (0..256).any(|place| {
                let weights = weights_at(place << 4);
                let term = |tap: usize| (i32::from(weights[tap]) * i32::from(taps[tap])) >> 11;
                let sum: i32 = (0..3).map(term).sum();
                i32::from(sum as i16) != sum
            })
    };
    pcm.windows(3).position(wraps)
}

/// What blocks decode to, from a silent start.
#[must_use]
pub fn decode(blocks: &[u8]) -> Vec<i16> {
    let (mut previous, mut before) = (0, 0);
    let mut pcm = Vec::with_capacity(blocks.len() / BLOCK_BYTES * BLOCK_SAMPLES);
    for block in blocks.as_chunks::<BLOCK_BYTES>().0 {
        for bytes in block[1..].as_chunks().0 {
            let group = BrrHeader(block[0]).decode_bytes(*bytes, previous, before);
            (previous, before) = (group[3], group[2]);
            pcm.extend(group);
        }
    }
    pcm
}

impl BrrSample {
    /// Encodes a recording, with its loop fitted; also how its rate changed.
    #[must_use]
    pub fn of_recording(pcm: &[i16], loop_start: Option<usize>) -> (Self, f64) {
        let fitted = fit_loop(pcm, loop_start);
        (encode(&fitted.pcm, fitted.loop_start), fitted.rate)
    }

    /// Reads a `.brr` file: blocks, or the byte offset of the loop and then blocks.
    ///
    /// # Errors
    ///
    /// If it is not made of whole blocks, or the loop does not begin with one of them.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        const OFFSET_BYTES: usize = 2;
        let mut reader = ByteReader::new(name, bytes);
        let has_offset = bytes.len() % BLOCK_BYTES == OFFSET_BYTES;
        let offset = if has_offset { Some(usize::from(reader.u16_le("loop offset")?)) } else { None };
        let blocks = bytes.get(reader.position()..).unwrap_or_default();
        if blocks.is_empty() || !blocks.len().is_multiple_of(BLOCK_BYTES) {
            let expected = "whole blocks of 9 bytes, with or without two bytes of loop offset before them";
            return Err(reader.invalid(0, "file size", expected, format!("{} bytes", bytes.len())));
        }
        let last = blocks.len() - BLOCK_BYTES;
        let loops = blocks[last] & 3 == 3;
        let loop_offset = loops.then_some(offset.unwrap_or(0));
        if let Some(offset) = loop_offset.filter(|offset| *offset > last || offset % BLOCK_BYTES != 0) {
            let expected = format!("a multiple of {BLOCK_BYTES} up to {last}");
            return Err(reader.invalid(0, "loop offset", expected, offset.to_string()));
        }
        Ok(Self { blocks: blocks.to_vec(), loop_offset })
    }

    /// The `.brr` file: the loop offset and the blocks.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let offset = u16::try_from(self.loop_offset.unwrap_or(0)).unwrap_or(u16::MAX);
        let mut bytes = offset.to_le_bytes().to_vec();
        bytes.extend(&self.blocks);
        bytes
    }

    /// What it sounds like: the samples, and the first one of the loop.
    #[must_use]
    pub fn decode(&self) -> (Vec<i16>, Option<usize>) {
        (decode(&self.blocks), self.loop_offset.map(|offset| offset / BLOCK_BYTES * BLOCK_SAMPLES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_round_is_repeated_and_a_long_one_stretched() {
        let saw = |length: usize| (0..length).map(|n| (n * 100) as i16).collect::<Vec<_>>();
        let short = fit_loop(&saw(45), Some(5));
        assert_eq!((short.loop_start, short.pcm.len(), short.rate), (Some(16), 16 + 2 * 40, 1.0));
        assert_eq!(short.pcm[56..], short.pcm[16..56]);
        let long = fit_loop(&vec![1000; 10_007], Some(0));
        assert_eq!((long.loop_start, long.pcm.len()), (Some(0), 10_000));
        assert!(long.pcm.iter().all(|&value| value == 1000), "a constant stays what it is");
        assert!((long.rate - 10_000.0 / 10_007.0).abs() < 1e-9);
        assert_eq!(fit_loop(&saw(20), None).loop_start, None);
    }

    #[test]
    fn three_samples_at_the_negative_full_scale_wrap() {
        let mut pcm = vec![0; 40];
        assert_eq!(first_overflow(&pcm), None);
        pcm[20..24].fill(-32768);
        assert_eq!(first_overflow(&pcm), Some(20));
        pcm[20..24].fill(31_000);
        assert_eq!(first_overflow(&pcm), None);
    }

    #[test]
    fn files_come_back_with_their_loops() {
        let pcm: Vec<i16> = (0..64).map(|n| n * 300).collect();
        for start in [None, Some(32)] {
            let (sample, _) = BrrSample::of_recording(&pcm, start);
            assert_eq!(BrrSample::parse("x", &sample.to_bytes()).unwrap(), sample);
            assert_eq!(sample.decode().1, start);
        }
        let raw = BrrSample::of_recording(&pcm, None).0.blocks;
        assert_eq!(BrrSample::parse("x", &raw).unwrap().blocks, raw);
        for wrong in [&[0; 8][..], &[0; 3], &[]] {
            assert!(BrrSample::parse("x", wrong).is_err());
        }
        let mut looped = BrrSample::of_recording(&pcm, Some(0)).0.to_bytes();
        looped[0] = 5;
        assert_eq!(BrrSample::parse("x", &looped).unwrap_err().field, "loop offset");
    }

    #[test]
    fn arbitrary_bytes_are_samples_or_refused() {
        arbtest::arbtest(|u| {
            let bytes: Vec<u8> = u.arbitrary()?;
            if let Ok(sample) = BrrSample::parse("x", &bytes) {
                let (pcm, start) = sample.decode();
                assert!(start.is_none_or(|start| start < pcm.len()));
                let _ = first_overflow(&pcm);
            }
            Ok(())
        });
    }
}

//! Samples of all codecs as recordings, and back (`n64-oot.md` 2.1).
//!
//! Decoding uses the signal processor's own units, frame by frame.

use super::adpcm_book;
use super::adpcm_encoder::{EncodedSample, ResidualWidth, encode_frames};
use crate::format::bank::{Book, Codec, Sample, SampleLoop};

use crate::hardware::adpcm::{
    Decoding, FRAME_BYTES, FRAME_SAMPLES, SIGNED8_FRAME_BYTES, SMALL_FRAME_BYTES, decode as decode_four_bits,
    decode_signed8, decode_two_bits,
};
use crate::hardware::memory::DataMemory;

/// The loop count with which a sample of Majora's Mask plays on behind its loop after the note's end.
const COUNT_WITH_TAIL: u32 = 2;
/// Where the book, a frame and its samples lie while decoding: the book has room for eight predictors.
const BOOK: usize = 0x000;
const FRAME: usize = 0x400;
const SAMPLES: usize = 0x800;
/// Samples of a silent codec that are shown: it has no data, and any length.
const SHOWN_SILENCE: u32 = 16;

/// A recording that is to be a sample.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// The samples.
    pub pcm: &'a [i16],
    /// First sample of the loop and the one behind its last.
    pub loop_points: Option<(usize, usize)>,
    /// Whether what lies behind the loop is played after the note's end (Majora's Mask); else it is left out.
    pub plays_tail: bool,
}

/// The samples that a note can play: up to the end of the loop, or of the tail behind it.
#[must_use]
pub fn decode(sample: &Sample, data: &[u8]) -> Vec<i16> {
    let points = &sample.loop_points;
    let length = if plays_tail(points) { points.total.max(points.end) } else { points.end };
    let length = match sample.codec {
        Codec::Silent(_) => length.min(SHOWN_SILENCE),
        codec => length.min(codec.capacity(data.len() as u32)),
    } as usize;
    let mut pcm: Vec<i16> =
        decode_data(sample.codec, &sample.book, data).into_iter().flatten().take(length).collect();
    pcm.resize(length, 0);
    pcm
}

/// Whether a sample plays on behind its loop after the note's end.
#[must_use]
pub const fn plays_tail(points: &SampleLoop) -> bool {
    points.count == COUNT_WITH_TAIL && points.total > points.end
}

/// Encodes a recording; in ADPCM with a book of up to `predictors` (1 to 8) predictors designed for it.
///
/// A loop that is empty or leaves the recording is ignored. Silent codecs have no data.
#[must_use]
pub fn encode(recording: &Recording<'_>, codec: Codec, predictors: usize) -> EncodedSample {
    let Recording { pcm, loop_points, plays_tail } = *recording;
    let looped = loop_points.filter(|&(start, end)| start < end && end <= pcm.len());
    let (start, end) = looped.unwrap_or((0, pcm.len()));
    let has_tail = plays_tail && looped.is_some() && end < pcm.len();
    let pcm = if has_tail { pcm } else { &pcm[..end] };
    let book = if codec.has_book() { adpcm_book::design(pcm, predictors) } else { Book::default() };
    let data = match codec {
        Codec::Adpcm => encode_frames(pcm, &book, ResidualWidth::Four).0,
        Codec::SmallAdpcm => encode_frames(pcm, &book, ResidualWidth::Two).0,
        Codec::Signed8 => encode_signed8(pcm),
        Codec::Silent(_) => Vec::new(),
    };
    // The loop is entered again within the frame that contains its start.
    let frames = decode_data(codec, &book, &data);
    let state = looped.and_then(|_| frames.get(start / FRAME_SAMPLES).copied()).unwrap_or_default();
    let count = match (looped.is_some(), has_tail) {
        (false, _) => 0,
        (true, false) => u32::MAX,
        (true, true) => COUNT_WITH_TAIL,
    };
    let total = if has_tail { pcm.len() as u32 } else { 0 };
    let loop_points = SampleLoop { start: start as u32, end: end as u32, count, state, total };
    EncodedSample { data, book, loop_points }
}

/// The error of an encoding as a signal-to-noise ratio in decibels; `None` if there is no error.
#[must_use]
pub fn signal_to_noise(wanted: &[i16], found: &[i16]) -> Option<f64> {
    let square = |value: f64| value * value;
    let noise: f64 = wanted.iter().zip(found).map(|(a, b)| square(f64::from(*a) - f64::from(*b))).sum();
    let signal: f64 = wanted.iter().map(|value| square(f64::from(*value))).sum();
    (noise > 0.0).then(|| 10.0 * (signal.max(1.0) / noise).log10())
}

/// Upper halves of the samples, rounded, in whole frames.
fn encode_signed8(pcm: &[i16]) -> Vec<u8> {
    let mut data: Vec<u8> =
        pcm.iter().map(|&sample| ((i32::from(sample) + 0x80) >> 8).min(0x7F) as i8 as u8).collect();
    data.resize(data.len().next_multiple_of(SIGNED8_FRAME_BYTES), 0);
    data
}

/// All frames of some data; a last frame that is cut off goes on with zeros.
fn decode_data(codec: Codec, book: &Book, data: &[u8]) -> Vec<[i16; FRAME_SAMPLES]> {
    let frame_bytes = match codec {
        Codec::Adpcm => FRAME_BYTES,
        Codec::SmallAdpcm => SMALL_FRAME_BYTES,
        Codec::Signed8 => SIGNED8_FRAME_BYTES,
        Codec::Silent(_) => return Vec::new(),
    };
    let mut memory = DataMemory::new();
    memory.store_slice(BOOK, book.predictors.as_flattened());
    let mut last = [0; FRAME_SAMPLES];
    let mut frames = Vec::with_capacity(data.len().div_ceil(frame_bytes));
    for frame in data.chunks(frame_bytes) {
        let mut words = [0i16; SIGNED8_FRAME_BYTES / 2];
        for (word, pair) in words.iter_mut().zip(frame.chunks(2)) {
            *word = i16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or_default()]);
        }
        memory.store(FRAME, &words);
        let decoding = Decoding { input: FRAME, output: SAMPLES, books: BOOK, frames: 1, initial: last };
        last = match codec {
            Codec::SmallAdpcm => decode_two_bits(&mut memory, &decoding),
            Codec::Signed8 => decode_signed8(&mut memory, &decoding),
            _ => decode_four_bits(&mut memory, &decoding),
        };
        frames.push(last);
    }
    frames
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(length: usize) -> Vec<i16> {
        (0..length).map(|n| (12_000.0 * (n as f64 * 0.13).sin()) as i16).collect()
    }

    fn encoded_and_back(recording: &Recording<'_>, codec: Codec) -> (Sample, Vec<i16>) {
        let EncodedSample { data, book, loop_points } = encode(recording, codec, 4);
        let sample = Sample { size: data.len() as u32, loop_points, book, codec, ..Sample::default() };
        let pcm = decode(&sample, &data);
        (sample, pcm)
    }

    #[test]
    fn every_codec_comes_back_as_well_as_it_can() {
        let pcm = sine(1000);
        let recording = Recording { pcm: &pcm, loop_points: Some((100, 900)), plays_tail: false };
        for (codec, least) in [(Codec::Adpcm, 45.0), (Codec::SmallAdpcm, 25.0), (Codec::Signed8, 36.0)] {
            let (sample, found) = encoded_and_back(&recording, codec);
            assert_eq!(found.len(), 900, "what lies behind the loop is never heard");
            assert_eq!(sample.loop_points.state, found[96..112], "{codec:?}");
            let decibels = signal_to_noise(&pcm, &found).unwrap();
            assert!(decibels > least, "{codec:?}: {decibels:.1} dB");
        }
    }

    #[test]
    fn a_tail_behind_the_loop_is_kept_where_it_is_played() {
        let pcm = sine(500);
        let recording = Recording { pcm: &pcm, loop_points: Some((16, 320)), plays_tail: true };
        let (sample, found) = encoded_and_back(&recording, Codec::Adpcm);
        let points = &sample.loop_points;
        assert_eq!((points.count, points.end, points.total, found.len()), (2, 320, 500, 500));
    }

    #[test]
    fn arbitrary_data_decode_to_their_length() {
        arbtest::arbtest(|u| {
            let codec = Codec::from_number(u.int_in_range(0..=5)?);
            let predictors = u.arbitrary::<[[i16; 16]; 2]>()?.to_vec();
            let end = u.int_in_range(0..=600)?;
            let total = u.int_in_range(0..=600)?;
            let loop_points =
                SampleLoop { end, count: u.int_in_range(0..=2)?, total, ..SampleLoop::default() };
            let data: Vec<u8> = u.arbitrary()?;
            let sample = Sample { codec, book: Book { predictors }, loop_points, ..Sample::default() };
            assert!(decode(&sample, &data).len() <= 600);
            Ok(())
        })
        .budget_ms(1000);
    }

    #[test]
    fn arbitrary_recordings_encode_in_every_codec() {
        arbtest::arbtest(|u| {
            let pcm: Vec<i16> = u.arbitrary()?;
            let loop_points = Some((u.arbitrary::<u8>()?.into(), u.arbitrary::<u8>()?.into()));
            let recording = Recording { pcm: &pcm, loop_points, plays_tail: u.arbitrary()? };
            let codec = Codec::from_number(u.int_in_range(0..=5)?);
            let (sample, found) = encoded_and_back(&recording, codec);
            assert!(sample.loop_points.end <= codec.capacity(sample.size));
            assert!(found.len() <= pcm.len());
            Ok(())
        })
        .budget_ms(1000);
    }
}

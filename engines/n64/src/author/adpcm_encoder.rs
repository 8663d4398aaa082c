//! The ADPCM encoder: the inverse of the signal processor's decoder, `hardware/adpcm.rs`.
//!
//! Analysis by synthesis: every residual is chosen knowing what the decoder will have made of the ones before it,
//! so errors don't add up. Each frame is tried with the predictors that promise most and the shifts around the one
//! its residual needs; the trial nearest to the recording wins.

use super::adpcm_book;
use crate::format::bank::{Book, Sample, SampleLoop};
use crate::hardware::adpcm::{FRAME_BYTES, FRAME_SAMPLES};

/// Half a frame: the decoder predicts eight samples at a time from the two before them.
const HALF: usize = FRAME_SAMPLES / 2;
/// Predictors of a frame that are tried in full.
const TRIALS: usize = 2;

/// How many bits a residual has: the two forms of ADPCM differ in nothing else (`n64-oot.md` 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResidualWidth {
    /// 4 bits: frames of 9 bytes.
    Four,
    /// 2 bits: frames of 5 bytes.
    Two,
}

impl ResidualWidth {
    const fn bits(self) -> u32 {
        match self {
            Self::Four => 4,
            Self::Two => 2,
        }
    }

    /// The smallest and the largest residual.
    const fn limits(self) -> (i32, i32) {
        let half = 1 << (self.bits() - 1);
        (-half, half - 1)
    }

    /// The largest shift that has an effect (`n64-mixer.md` 2.1): with it residuals fill 16 bits.
    const fn max_shift(self) -> u32 {
        16 - self.bits()
    }

    /// Bytes of a frame: the header and 16 residuals.
    #[must_use]
    pub const fn frame_bytes(self) -> usize {
        1 + FRAME_SAMPLES * self.bits() as usize / 8
    }

    /// Writes residuals into the bytes behind a frame's header, the first one in the upper bits.
    fn pack(self, residuals: &[i32; FRAME_SAMPLES], bytes: &mut [u8]) {
        let bits = self.bits();
        let per_byte = 8 / bits as usize;
        for (byte, codes) in bytes.iter_mut().zip(residuals.chunks_exact(per_byte)) {
            let mask = (1 << bits) - 1;
            *byte = codes.iter().fold(0, |byte, code| byte << bits | code & mask) as u8;
        }
    }
}

/// A recording in the console's format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedSample {
    /// Frames of 9 bytes.
    pub data: Vec<u8>,
    /// The predictors it was encoded with.
    pub book: Book,
    /// Where it loops or ends, with the decoder's state at the loop's start.
    pub loop_points: SampleLoop,
}

impl EncodedSample {
    /// Describes the sample for a bank whose sample area has [`EncodedSample::data`] at `address`.
    #[must_use]
    pub fn into_sample(self, address: u32) -> Sample {
        Sample {
            address,
            size: self.data.len() as u32,
            loop_points: self.loop_points,
            book: self.book,
            ..Sample::default()
        }
    }
}

/// Encodes a recording with a book of up to `predictors` (1 to 8) predictors designed for it.
///
/// A loop (first sample, sample after the last) continues for ever; one that is empty or leaves the recording is
/// ignored. A recording whose length isn't a multiple of 16 is filled up with its last sample.
#[must_use]
pub fn encode(pcm: &[i16], loop_points: Option<(usize, usize)>, predictors: usize) -> EncodedSample {
    encode_with_book(pcm, loop_points, adpcm_book::design(pcm, predictors))
}

/// Encodes a recording as [`encode`] does, with a given book.
#[must_use]
pub fn encode_with_book(pcm: &[i16], loop_points: Option<(usize, usize)>, book: Book) -> EncodedSample {
    let looped = loop_points.filter(|&(start, end)| start < end && end <= pcm.len());
    let (start, end) = looped.unwrap_or((0, pcm.len()));
    // What comes after a loop's end is never played.
    let (data, frames) = encode_frames(&pcm[..end], &book, ResidualWidth::Four);
    // A loop is entered again *within* the frame that contains its start: the decoder loads the 16 samples of that
    // frame as it had them the first time and continues with the next frame (`n64-mixer.md` 5).
    let state = looped.and_then(|_| frames.get(start / FRAME_SAMPLES).copied()).unwrap_or_default();
    let count = if looped.is_some() { u32::MAX } else { 0 };
    let loop_points = SampleLoop { start: start as u32, end: end as u32, count, state, total: 0 };
    EncodedSample { data, book, loop_points }
}

/// The frames of a recording with residuals of either width, and what the decoder makes of each. A recording whose
/// length isn't a multiple of 16 is filled up with its last sample.
#[must_use]
pub fn encode_frames(pcm: &[i16], book: &Book, width: ResidualWidth) -> (Vec<u8>, Vec<[i16; FRAME_SAMPLES]>) {
    let frames = pcm.chunks(FRAME_SAMPLES);
    let mut encoder = Encoder::new(book, width);
    let mut data = Vec::with_capacity(width.frame_bytes() * frames.len());
    let mut decoded = Vec::with_capacity(frames.len());
    for chunk in frames {
        let mut samples = [chunk[chunk.len() - 1]; FRAME_SAMPLES];
        samples[..chunk.len()].copy_from_slice(chunk);
        data.extend(&encoder.frame(&samples)[..width.frame_bytes()]);
        decoded.push(encoder.decoded);
    }
    (data, decoded)
}

/// The encoder, which always knows what the decoder has.
struct Encoder {
    width: ResidualWidth,
    predictors: Vec<Predictor>,
    /// The samples of the last frame as the decoder has them; zeros at the start of a note.
    decoded: [i16; FRAME_SAMPLES],
}

/// A frame encoded in one of many ways.
struct Trial {
    bytes: [u8; FRAME_BYTES],
    decoded: [i16; FRAME_SAMPLES],
    /// Sum of the squared errors.
    error: u64,
}

impl Encoder {
    fn new(book: &Book, width: ResidualWidth) -> Self {
        let predictors = book.predictors.iter().map(Predictor::new).collect();
        Self { width, predictors, decoded: [0; FRAME_SAMPLES] }
    }

    /// The bytes of the next frame; narrow residuals leave the last ones unused.
    fn frame(&mut self, samples: &[i16; FRAME_SAMPLES]) -> [u8; FRAME_BYTES] {
        let mut best: Option<Trial> = None;
        for (index, shift) in self.promising(samples).into_iter().flatten() {
            for shift in shift.saturating_sub(1)..=(shift + 1).min(self.width.max_shift()) {
                let limit = best.as_ref().map_or(u64::MAX, |best| best.error);
                if let Some(trial) = self.trial(samples, index, shift, limit) {
                    best = Some(trial);
                }
            }
        }
        let Some(best) = best else { return [0; FRAME_BYTES] };
        self.decoded = best.decoded;
        best.bytes
    }

    /// The predictors with the smallest residuals, and the shift at which the largest residual fits.
    fn promising(&self, samples: &[i16; FRAME_SAMPLES]) -> [Option<(usize, u32)>; TRIALS] {
        let mut best = [(u64::MAX, None); TRIALS];
        let max_shift = self.width.max_shift();
        let codes = (1 << self.width.bits()) - 1;
        for (index, predictor) in self.predictors.iter().enumerate() {
            let (mut before_last, mut last) =
                (i32::from(self.decoded[FRAME_SAMPLES - 2]), i32::from(self.decoded[FRAME_SAMPLES - 1]));
            let (mut energy, mut largest) = (0, 0);
            for &sample in samples {
                let predicted = predictor.next(before_last, last);
                let residual = i32::from(sample) - predicted;
                energy += u64::from(residual.unsigned_abs()).pow(2);
                largest = largest.max(residual.unsigned_abs());
                (before_last, last) = (last, i32::from(sample));
            }
            let shift = (0..max_shift).find(|&shift| largest <= (codes << shift) / 2).unwrap_or(max_shift);
            let mut candidate = (energy, Some((index, shift)));
            for place in &mut best {
                if candidate.0 < place.0 {
                    std::mem::swap(place, &mut candidate);
                }
            }
        }
        best.map(|(_, candidate)| candidate)
    }

    /// Encodes a frame with one predictor and shift; `None` when the error reaches `limit`.
    fn trial(&self, samples: &[i16; FRAME_SAMPLES], index: usize, shift: u32, limit: u64) -> Option<Trial> {
        let mut trial = Trial { bytes: [0; FRAME_BYTES], decoded: [0; FRAME_SAMPLES], error: 0 };
        trial.bytes[0] = (shift << 4) as u8 | index as u8;
        let mut history = [self.decoded[FRAME_SAMPLES - 2], self.decoded[FRAME_SAMPLES - 1]];
        let mut all = [0; FRAME_SAMPLES];
        for half in 0..2 {
            let target: &[i16; HALF] = samples[half * HALF..].first_chunk()?;
            let (residuals, decoded) =
                self.predictors[index].quantise_half(target, history, shift, self.width);
            for (&wanted, &found) in target.iter().zip(&decoded) {
                trial.error += u64::from(wanted.abs_diff(found)).pow(2);
            }
            if trial.error >= limit {
                return None;
            }
            all[half * HALF..(half + 1) * HALF].copy_from_slice(&residuals);
            trial.decoded[half * HALF..(half + 1) * HALF].copy_from_slice(&decoded);
            history = [decoded[HALF - 2], decoded[HALF - 1]];
        }
        self.width.pack(&all, &mut trial.bytes[1..self.width.frame_bytes()]);
        Some(trial)
    }
}

/// A predictor as the decoder sees it.
struct Predictor {
    row1: [i32; HALF],
    /// The second row with eight zeros behind it: what a residual adds to the samples after it.
    row2: [i32; 2 * HALF],
}

impl Predictor {
    fn new(rows: &[i16; 2 * HALF]) -> Self {
        let mut row2 = [0; 2 * HALF];
        for (weight, &coefficient) in row2.iter_mut().zip(&rows[HALF..]) {
            *weight = i32::from(coefficient);
        }
        Self { row1: std::array::from_fn(|index| i32::from(rows[index])), row2 }
    }

    /// What the predictor expects after two samples.
    const fn next(&self, before_last: i32, last: i32) -> i32 {
        self.row1[0].wrapping_mul(before_last).wrapping_add(self.row2[0].wrapping_mul(last)) >> 11
    }

    /// Residuals for eight samples after `history`, and what the decoder makes of them. The sums are the
    /// decoder's own, modulo 2^32.
    fn quantise_half(
        &self,
        target: &[i16; HALF],
        [before_last, last]: [i16; 2],
        shift: u32,
        width: ResidualWidth,
    ) -> ([i32; HALF], [i16; HALF]) {
        let (smallest, largest) = width.limits();
        let mut sums = [0i32; 2 * HALF];
        for (index, sum) in sums[..HALF].iter_mut().enumerate() {
            let from_before_last = self.row1[index].wrapping_mul(i32::from(before_last));
            *sum = from_before_last.wrapping_add(self.row2[index].wrapping_mul(i32::from(last)));
        }
        let rounding = (1 << shift) >> 1;
        let mut residuals = [0; HALF];
        let mut decoded = [0; HALF];
        for index in 0..HALF {
            let missing = i32::from(target[index]) - (sums[index] >> 11);
            let residual = ((missing + rounding) >> shift).clamp(smallest, largest);
            let value = residual << shift;
            residuals[index] = residual;
            decoded[index] = (sums[index].wrapping_add(value << 11) >> 11).clamp(-0x8000, 0x7FFF) as i16;
            for (sum, &weight) in sums[index + 1..index + 1 + HALF].iter_mut().zip(&self.row2) {
                *sum = sum.wrapping_add(value.wrapping_mul(weight));
            }
        }
        (residuals, decoded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hardware::adpcm;
    use crate::hardware::memory::DataMemory;
    use tatum_core::instruments::bank;

    /// The signal processor's decoder over all frames, from `state`.
    fn decode(encoded: &EncodedSample, first_frame: usize, state: [i16; FRAME_SAMPLES]) -> Vec<i16> {
        let (books, input, output) = (0x100, 0x200, 0x400);
        let mut memory = DataMemory::new();
        memory.store_slice(books, encoded.book.predictors.as_flattened());
        let mut last = state;
        let mut out = Vec::new();
        for frame in encoded.data.chunks(FRAME_BYTES).skip(first_frame) {
            let mut bytes = frame.to_vec();
            bytes.push(0);
            let words: Vec<i16> =
                bytes.chunks(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]])).collect();
            memory.store_slice(input, &words);
            let decoding = adpcm::Decoding { input, output, books, frames: 1, initial: last };
            last = adpcm::decode(&mut memory, &decoding);
            out.extend(last);
        }
        out
    }

    fn decode_all(encoded: &EncodedSample) -> Vec<i16> {
        decode(encoded, 0, [0; FRAME_SAMPLES])
    }

    fn decibels(wanted: &[i16], found: &[i16]) -> f64 {
        let noise: f64 =
            wanted.iter().zip(found).map(|(a, b)| f64::from(*a) - f64::from(*b)).map(|e| e * e).sum();
        let signal: f64 = wanted.iter().map(|value| f64::from(*value).powi(2)).sum();
        10.0 * (signal / noise).log10()
    }

    fn pcm_of(u: &mut arbtest::arbitrary::Unstructured<'_>) -> arbtest::arbitrary::Result<Vec<i16>> {
        u.arbitrary()
    }

    /// Anything is encoded to the frames its length needs, and the encoder knows what the decoder will make of it.
    #[test]
    fn arbitrary_recordings_and_loops_encode() {
        arbtest::arbtest(|u| {
            let pcm = pcm_of(u)?;
            let loop_points = if u.arbitrary()? {
                Some((u.arbitrary::<u8>()?.into(), u.arbitrary::<u8>()?.into()))
            } else {
                None
            };
            let encoded = encode(&pcm, loop_points, u.int_in_range(0..=9)?);
            let end = encoded.loop_points.end as usize;
            assert!(end <= pcm.len());
            assert_eq!(encoded.data.len(), FRAME_BYTES * end.div_ceil(FRAME_SAMPLES));
            assert!((1..=adpcm_book::MAX_PREDICTORS).contains(&encoded.book.predictors.len()));
            let decoded = decode_all(&encoded);
            assert_eq!(decoded.len(), end.next_multiple_of(FRAME_SAMPLES));
            if encoded.loop_points.count != 0 {
                let frame = encoded.loop_points.start as usize / FRAME_SAMPLES * FRAME_SAMPLES;
                assert_eq!(encoded.loop_points.state, decoded[frame..frame + FRAME_SAMPLES]);
            }
            Ok(())
        })
        .budget_ms(2000);
    }

    /// With books that nobody designed the sums wrap; the encoder's decoder is still the signal processor's.
    #[test]
    fn arbitrary_books_decode_to_what_the_encoder_expected() {
        arbtest::arbtest(|u| {
            let rows = u.arbitrary::<[[i16; 16]; 2]>()?;
            let pcm = pcm_of(u)?;
            if pcm.is_empty() {
                return Ok(());
            }
            // A loop in the last frame makes the encoder tell what it holds after it.
            let loop_points = Some((pcm.len() - 1, pcm.len()));
            let encoded = encode_with_book(&pcm, loop_points, Book { predictors: rows.to_vec() });
            let decoded = decode_all(&encoded);
            assert_eq!(decoded[decoded.len() - FRAME_SAMPLES..], encoded.loop_points.state);
            Ok(())
        })
        .budget_ms(2000);
    }

    #[test]
    fn silence_stays_silent() {
        for length in [0, 1, 15, 16, 17, 100] {
            let encoded = encode(&vec![0; length], None, 4);
            assert_eq!(encoded.loop_points.end as usize, length);
            assert!(decode_all(&encoded).iter().all(|&sample| sample == 0), "{length} samples");
        }
    }

    #[test]
    fn the_extremes_do_not_wrap() {
        for extreme in [i16::MIN, i16::MAX] {
            let encoded = encode(&[extreme; 64], None, 4);
            let decoded = decode_all(&encoded);
            let worst = decoded[16..].iter().map(|&sample| sample.abs_diff(extreme)).max();
            assert!(worst < Some(300), "{extreme}: {worst:?}");
        }
        // The hardest there is: full scale, changing its sign with every sample.
        let alternating: Vec<i16> = (0..160).map(|n| if n % 2 == 0 { i16::MIN } else { i16::MAX }).collect();
        assert!(decibels(&alternating[16..], &decode_all(&encode(&alternating, None, 1))[16..]) > 30.0);
    }

    #[test]
    fn a_loop_goes_on_from_its_state_as_the_first_time() {
        let wave: Vec<i16> = (0..200).map(|n: i32| ((n % 40 - 20) * 900) as i16).collect();
        for start in [0, 16, 37, 80] {
            let encoded = encode(&wave, Some((start, 200)), 2);
            let points = &encoded.loop_points;
            assert_eq!((points.start as usize, points.end, points.count), (start, 200, u32::MAX));
            let decoded = decode_all(&encoded);
            let frame = start / FRAME_SAMPLES;
            assert_eq!(points.state, decoded[FRAME_SAMPLES * frame..FRAME_SAMPLES * (frame + 1)]);
            assert_eq!(decode(&encoded, frame + 1, points.state), decoded[FRAME_SAMPLES * (frame + 1)..]);
        }
    }

    #[test]
    fn an_impossible_loop_is_no_loop() {
        for loop_points in [(5, 5), (9, 3), (0, 21)] {
            let encoded = encode(&[100; 20], Some(loop_points), 1);
            assert_eq!((encoded.loop_points.count, encoded.loop_points.end), (0, 20));
        }
    }

    #[test]
    fn the_built_in_recordings_keep_their_quality() {
        let bank = bank();
        for (index, sample) in bank.samples.iter().enumerate() {
            let encoded = encode(&sample.pcm, sample.loop_points, 4);
            let decoded = decode_all(&encoded);
            let ratio = decibels(&sample.pcm, &decoded);
            println!("{:22} {ratio:5.1} dB", sample.name);
            // Noise has nothing to predict, and percussion is mostly noise.
            let drum = bank.drums.iter().any(|drum| drum.sample == index);
            assert!(ratio > if drum { 20.0 } else { 32.0 }, "{}: {ratio:.1} dB", sample.name);
        }
    }
}

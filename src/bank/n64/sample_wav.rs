//! A sample as a WAV file that remembers it.
//!
//! The file's own chunk holds the sample's description and its bytes. As long as the recording and its loop are what
//! the bytes decode to, they are used again.

use std::path::Path;

use tatum_core::{ByteReader, FormatError};
use tatum_n64::author::adpcm_encoder::EncodedSample;
use tatum_n64::author::sample_codec::{self, Recording};
use tatum_n64::format::bank::{Book, Codec, Sample, SampleLoop};

use crate::error::Error;
use crate::sample_file::{Chunk, SampleFile};

/// Name of the chunk.
const CHUNK: [u8; 4] = *b"n64s";
/// How the chunk is laid out.
const CHUNK_VERSION: u8 = 1;
/// Predictors of newly encoded samples.
const PREDICTORS: usize = 4;
/// Predictors a book can have.
const MOST_PREDICTORS: u16 = 8;
/// The rate at which a tuning of 1.0 plays a recording as it is (`n64-formats.md` 5).
const TUNING_RATE: f64 = 32_000.0;
/// MIDI key of the semitone that a tuning is meant for.
const TUNING_KEY: i32 = 60;
/// Rates that a WAV file is given.
const RATES: (f64, f64) = (1.0, 192_000.0);

/// A sample with its data.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SampleData {
    /// The description; its address, size and area are the sample area's business.
    pub sample: Sample,
    /// The encoded bytes.
    pub data: Vec<u8>,
}

/// A sample of a WAV file.
#[derive(Clone, Debug)]
pub(super) struct ReadSample {
    pub content: SampleData,
    /// The tuning that plays it at its own pitch on its root key.
    pub tuning: f32,
    /// What is to be told about the encoding, if it was encoded.
    pub report: Option<String>,
}

/// The WAV file of a sample that sounds at its own pitch with a tuning.
pub(super) fn wav_of(sample: &SampleData, tuning: f32) -> SampleFile {
    let rate = (f64::from(tuning) * TUNING_RATE).round().clamp(RATES.0, RATES.1);
    let samples = sample_codec::decode(&sample.sample, &sample.data);
    let points = &sample.sample.loop_points;
    let fits = (points.end as usize) <= samples.len();
    SampleFile {
        channels: 1,
        sample_rate: rate as u32,
        loop_points: (points.count != 0 && fits).then_some((points.start, points.end)),
        samples,
        root_key: TUNING_KEY as u8,
        encoded: Some(Chunk { id: CHUNK, bytes: to_chunk(sample) }),
    }
}

/// Reads a WAV file. One that was changed is encoded in the codec it had, or in `codec` if it has lost its chunk.
///
/// # Errors
///
/// If it cannot be read.
pub(super) fn read(path: &Path, codec: Codec) -> Result<ReadSample, Error> {
    let file = SampleFile::read(path)?;
    let old = file.encoded_as(&CHUNK).and_then(|bytes| from_chunk(&path.display().to_string(), bytes).ok());
    let tuning = tuning_of(&file);
    if let Some(old) = &old {
        let same = wav_of(old, 1.0);
        if (same.channels, &same.samples, same.loop_points)
            == (file.channels, &file.samples, file.loop_points)
        {
            return Ok(ReadSample { content: old.clone(), tuning, report: None });
        }
    }
    let codec = match old.as_ref().map_or(codec, |old| old.sample.codec) {
        // What is to be heard needs data.
        Codec::Silent(_) => Codec::Adpcm,
        codec => codec,
    };
    let (content, report) = encode(&file, codec, old.as_ref());
    Ok(ReadSample { content, tuning, report: Some(report) })
}

/// The tuning with which a recording sounds at its own pitch on its root key.
fn tuning_of(file: &SampleFile) -> f32 {
    let octaves = f64::from(TUNING_KEY - i32::from(file.root_key)) / 12.0;
    (f64::from(file.sample_rate) / TUNING_RATE * octaves.exp2()) as f32
}

/// Encodes a recording, and says how well.
fn encode(file: &SampleFile, codec: Codec, old: Option<&SampleData>) -> (SampleData, String) {
    let pcm = file.mono();
    let loop_points = file.loop_points.map(|(start, end)| (start as usize, end as usize));
    let plays_tail = old.is_some_and(|old| sample_codec::plays_tail(&old.sample.loop_points));
    let recording = Recording { pcm: &pcm, loop_points, plays_tail };
    let EncodedSample { data, book, mut loop_points } = sample_codec::encode(&recording, codec, PREDICTORS);
    // Majora's Mask keeps the whole length of every sample.
    if old.is_some_and(|old| old.sample.loop_points.total != 0) {
        loop_points.total = loop_points.total.max(loop_points.end);
    }
    let looped = match loop_points.count {
        0 => "no loop".to_owned(),
        _ => format!("loop {} to {}", loop_points.start, loop_points.end),
    };
    let sample = Sample { size: data.len() as u32, loop_points, book, codec, ..Sample::default() };
    let quality = match sample_codec::signal_to_noise(&pcm, &sample_codec::decode(&sample, &data)) {
        Some(decibels) => format!("signal-to-noise ratio {decibels:.1} dB"),
        None => "without loss".to_owned(),
    };
    let report = format!("encoded as {}: {} bytes, {quality}, {looped}", codec_name(codec), data.len());
    (SampleData { sample, data }, report)
}

/// Names of codecs in tables.
pub(in crate::bank) fn codec_name(codec: Codec) -> &'static str {
    match codec {
        Codec::Adpcm => "adpcm",
        Codec::SmallAdpcm => "adpcm-2bit",
        Codec::Signed8 => "pcm8",
        Codec::Silent(_) => "silent",
    }
}

/// The codec of a name.
pub(super) fn codec_of_name(name: &str) -> Option<Codec> {
    [Codec::Adpcm, Codec::SmallAdpcm, Codec::Signed8].into_iter().find(|codec| codec_name(*codec) == name)
}

pub(super) fn to_chunk(sample: &SampleData) -> Vec<u8> {
    let points = &sample.sample.loop_points;
    let predictors = &sample.sample.book.predictors;
    let mut bytes = vec![CHUNK_VERSION, sample.sample.codec.number()];
    bytes.extend((predictors.len() as u16).to_be_bytes());
    for word in [points.start, points.end, points.count, points.total] {
        bytes.extend(word.to_be_bytes());
    }
    let numbers = points.state.iter().chain(predictors.as_flattened());
    bytes.extend(numbers.flat_map(|number| number.to_be_bytes()));
    bytes.extend(&sample.data);
    bytes
}

fn from_chunk(name: &str, bytes: &[u8]) -> Result<SampleData, FormatError> {
    let mut reader = ByteReader::new(name, bytes);
    let version = reader.u8("version of the sample's chunk")?;
    if version != CHUNK_VERSION {
        return Err(reader.invalid(0, "version of the sample's chunk", "1", version.to_string()));
    }
    let codec = Codec::from_number(reader.u8("codec")?);
    let count = reader.u16_be("predictors")?;
    if count > MOST_PREDICTORS {
        return Err(reader.invalid(2, "predictors", "at most 8", count.to_string()));
    }
    let mut words = [0; 4];
    for word in &mut words {
        *word = reader.u32_be("loop")?;
    }
    let mut state = [0; 16];
    for number in &mut state {
        *number = reader.i16_be("loop state")?;
    }
    let mut predictors = vec![[0; 16]; count.into()];
    for number in predictors.as_flattened_mut() {
        *number = reader.i16_be("book")?;
    }
    let data = reader.bytes(reader.remaining(), "data")?.to_vec();
    let [start, end, count, total] = words;
    if count != 0 && start >= end || end > codec.capacity(data.len() as u32) {
        return Err(reader.invalid(4, "loop", "a loop within the data", format!("{start} to {end}")));
    }
    let sample = Sample {
        size: data.len() as u32,
        loop_points: SampleLoop { start, end, count, state, total },
        book: Book { predictors },
        codec,
        ..Sample::default()
    };
    Ok(SampleData { sample, data })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(codec: Codec) -> SampleData {
        let pcm: Vec<i16> = (0..400).map(|n| ((n % 50) * 300 - 7000) as i16).collect();
        let recording = Recording { pcm: &pcm, loop_points: Some((50, 350)), plays_tail: false };
        let EncodedSample { data, book, loop_points } = sample_codec::encode(&recording, codec, 2);
        let sample = Sample { size: data.len() as u32, loop_points, book, codec, ..Sample::default() };
        SampleData { sample, data }
    }

    #[test]
    fn an_unchanged_file_gives_its_bytes_and_a_changed_one_is_encoded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        for codec in [Codec::Adpcm, Codec::SmallAdpcm, Codec::Signed8] {
            let sample = sample(codec);
            let mut file = wav_of(&sample, 0.5);
            std::fs::write(&path, file.to_bytes(&path).unwrap()).unwrap();
            let same = read(&path, Codec::Adpcm).unwrap();
            assert_eq!((same.content, same.tuning), (sample.clone(), 0.5));
            assert!(same.report.is_none());
            file.samples[7] += 3000;
            std::fs::write(&path, file.to_bytes(&path).unwrap()).unwrap();
            let changed = read(&path, Codec::Adpcm).unwrap();
            assert_eq!(changed.content.sample.codec, codec);
            assert_ne!(changed.content.data, sample.data);
            assert!(changed.report.unwrap().contains(" dB"));
        }
    }

    #[test]
    fn arbitrary_chunks_are_read_or_refused() {
        arbtest::arbtest(|u| {
            let mut bytes: Vec<u8> = u.arbitrary()?;
            if let Some(first) = bytes.first_mut() {
                *first = CHUNK_VERSION;
            }
            if let Ok(sample) = from_chunk("x", &bytes) {
                assert_eq!(to_chunk(&sample)[4..], bytes[4..]);
                wav_of(&sample, u.arbitrary()?);
            }
            Ok(())
        })
        .budget_ms(1000);
    }
}

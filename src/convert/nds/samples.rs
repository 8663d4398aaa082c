//! Waves (SWAV) and streams (STRM) as WAV files.

use std::path::Path;

use tatum_core::{Frame, Player};
use tatum_nds::StreamPlayer;
use tatum_nds::author::recording::Recording;
use tatum_nds::format::strm::{Strm, StrmChannels};
use tatum_nds::format::swar::{Wave, WaveFormat};

use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::sample_file::{Chunk, SampleFile};
use crate::song::read_file;

/// Name of the chunk that holds a wave as it stands in an archive.
const WAVE_CHUNK: [u8; 4] = *b"swav";
/// Name of the chunk that holds a stream's file.
const STREAM_CHUNK: [u8; 4] = *b"strm";

/// How samples are stored on the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Encoding {
    /// 8 bits.
    Pcm8,
    /// 16 bits.
    Pcm16,
    /// IMA-ADPCM, 4 bits.
    Adpcm,
}

impl From<Encoding> for WaveFormat {
    fn from(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Pcm8 => Self::Pcm8,
            Encoding::Pcm16 => Self::Pcm16,
            Encoding::Adpcm => Self::Adpcm,
        }
    }
}

/// SWAV to WAV.
pub(super) fn wave_to_wav(job: &Job<'_>) -> Result<(), Error> {
    let wave = Wave::parse_swav(&job.input.display().to_string(), &read_file(job.input)?)?;
    let file = wave_file(&wave).ok_or_else(|| {
        let message = format!("wave format {} is none that plays", wave.record.format);
        Error::Manifest { path: job.input.to_owned(), message }
    })?;
    write_output(job.output, &file.to_bytes(job.output)?)
}

/// WAV to SWAV.
pub(super) fn wav_to_wave(job: &Job<'_>) -> Result<(), Error> {
    let wave = read_wave(job.input, job.options.nds.encoding.map(WaveFormat::from))?;
    write_output(job.output, &wave.to_swav())
}

/// STRM to WAV.
pub(super) fn stream_to_wav(job: &Job<'_>) -> Result<(), Error> {
    let file = stream_file(&job.input.display().to_string(), read_file(job.input)?)?;
    write_output(job.output, &file.to_bytes(job.output)?)
}

/// WAV to STRM.
pub(super) fn wav_to_stream(job: &Job<'_>) -> Result<(), Error> {
    write_output(job.output, &read_stream(job.input, job.options.nds.encoding.map(WaveFormat::from))?)
}

/// A wave as a WAV file that remembers it; `None` if its format is none that plays.
pub(crate) fn wave_file(wave: &Wave) -> Option<SampleFile> {
    let recording = Recording::decode(wave)?;
    let end = recording.samples.len() as u32;
    Some(SampleFile {
        channels: 1,
        sample_rate: recording.sample_rate.max(1),
        loop_points: recording.loop_start.map(|start| (start as u32, end)),
        samples: recording.samples,
        root_key: 60,
        encoded: Some(Chunk { id: WAVE_CHUNK, bytes: wave.to_bytes() }),
    })
}

/// The wave of a WAV file: the one it was made from, if its samples and loop are still the same and no other encoding
/// is asked for. Else it is encoded, in the old encoding if none is asked for.
///
/// # Errors
///
/// If the file cannot be read, or is nothing that a wave can hold.
pub(crate) fn read_wave(path: &Path, format: Option<WaveFormat>) -> Result<Wave, Error> {
    let file = SampleFile::read(path)?;
    let name = path.display().to_string();
    let old = file.encoded_as(&WAVE_CHUNK).and_then(Wave::from_bytes);
    if let Some(old) = &old
        && format.is_none_or(|format| format.number() == old.record.format)
        && let Some(same) = wave_file(old)
        && (same.channels, same.sample_rate, &same.samples, same.loop_points)
            == (file.channels, file.sample_rate, &file.samples, file.loop_points)
    {
        return Ok(old.clone());
    }
    let old_format = old.and_then(|old| WaveFormat::from_number(old.record.format));
    let mut recording = Recording { samples: file.mono(), sample_rate: file.sample_rate, loop_start: None };
    if let Some((start, end)) = file.loop_points {
        // What lies behind the loop is never heard.
        recording.samples.truncate(end as usize);
        recording.loop_start = Some(start as usize);
    }
    Ok(recording.encode(&name, format.or(old_format).unwrap_or(WaveFormat::Adpcm))?)
}

/// A stream as a WAV file that remembers it.
///
/// # Errors
///
/// If it is no stream.
pub(crate) fn stream_file(name: &str, bytes: Vec<u8>) -> Result<SampleFile, Error> {
    let stream = Strm::parse(name, bytes.clone())?;
    let header = stream.header;
    let mut frames = vec![Frame::SILENCE; header.frames as usize];
    StreamPlayer::new(stream).render(&mut frames);
    let is_stereo = header.channels == 2;
    let samples = frames
        .iter()
        .flat_map(|frame| [frame.left, frame.right].into_iter().take(1 + usize::from(is_stereo)));
    Ok(SampleFile {
        channels: header.channels.into(),
        sample_rate: header.sample_rate.into(),
        samples: samples.collect(),
        loop_points: header.loops.then_some((header.loop_start, header.frames)),
        root_key: 60,
        encoded: Some(Chunk { id: STREAM_CHUNK, bytes }),
    })
}

/// The stream of a WAV file, as [`read_wave`] for waves.
///
/// # Errors
///
/// If the file cannot be read, or is nothing that a stream can hold.
pub(crate) fn read_stream(path: &Path, format: Option<WaveFormat>) -> Result<Vec<u8>, Error> {
    let file = SampleFile::read(path)?;
    let name = path.display().to_string();
    let old = file.encoded_as(&STREAM_CHUNK);
    let old_header = old.and_then(|bytes| Strm::parse(&name, bytes).ok()).map(|stream| stream.header);
    if let (Some(bytes), Some(header)) = (old, &old_header)
        && format.is_none_or(|format| format == header.format)
        && stream_file(&name, bytes.to_vec())? == file
    {
        return Ok(bytes.to_vec());
    }
    let format = format.or(old_header.map(|header| header.format)).unwrap_or(WaveFormat::Adpcm);
    let (channels, mut frames): (_, Vec<Frame>) = match file.channels {
        2 => {
            let pairs = file.samples.as_chunks::<2>().0.iter();
            (StrmChannels::Stereo, pairs.map(|[left, right]| Frame::new(*left, *right)).collect())
        }
        _ => (StrmChannels::Mono, file.samples.iter().map(|sample| Frame::new(*sample, *sample)).collect()),
    };
    if let Some((_, end)) = file.loop_points {
        frames.truncate(end as usize);
    }
    let rate = u16::try_from(file.sample_rate).map_err(|_| {
        let found = format!("{} Hz", file.sample_rate);
        tatum_core::FormatError::invalid(name, 24, "sample rate", "at most 65535 Hz", found)
    })?;
    Ok(Strm::write(&frames, rate, format, channels, file.loop_points.map(|(start, _)| start))?)
}

//! Samples (BRR) and instrument tables of the SNES.

use std::collections::HashMap;
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use tatum_snes::author::brr_encoder::{BLOCK_SAMPLES, BrrSample};
use tatum_snes::author::brr_sample::first_overflow;
use tatum_snes::author::sample_bank::{InstrumentEntry, SampleBank};
use tatum_snes::format::{GameRom, SpcFile, TransferImage};

use crate::convert::write_output;
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::sample_file::{Chunk, SampleFile};
use crate::song::read_file;
use crate::table_text;

/// The table in the folder.
pub(super) const TABLE: &str = "instruments.toml";
/// Name of the chunk that holds a sample's `.brr` file.
const CHUNK: [u8; 4] = *b"brr ";
/// Rate of samples that no instrument tunes: C4 sounds at the recording's own pitch with multiplier $0400.
pub(super) const USUAL_RATE: u32 = 16_719;
/// First bytes of a `.spc` file.
const SPC_MAGIC: &[u8] = b"SNES-SPC700 Sound File Data";

const HEADING: &str = "Samples and instruments of the SNES, in the order of their numbers.
sample: a WAV file (its loop is the one of its smpl chunk) or a .brr file; without a file the number has no sample.
instrument: sample, or noise (rate 0 to 31); attack 0-15, decay 0-7, sustain 0-7, fade 0-31 with adsr = true;
gain; multiplier: tuning, 0x0400 plays a recording of 16719 Hz at its own pitch on C4. A WAV file that was not
changed keeps the bytes it was made from.";

#[derive(Debug, Serialize, Deserialize)]
enum TableKind {
    #[serde(rename = "snes-samples")]
    SnesSamples,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    kind: TableKind,
    #[serde(default)]
    sample: Vec<SampleText>,
    #[serde(default)]
    instrument: Vec<InstrumentText>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleText {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentText {
    #[serde(skip_serializing_if = "Option::is_none")]
    sample: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    noise: Option<u8>,
    adsr: bool,
    attack: u8,
    decay: u8,
    sustain: u8,
    fade: u8,
    gain: u8,
    multiplier: u16,
}

impl InstrumentText {
    const fn new(entry: &InstrumentEntry) -> Self {
        let [first, second] = entry.adsr;
        let is_noise = entry.source & 0x80 != 0;
        Self {
            sample: if is_noise { None } else { Some(entry.source) },
            // The bits between mean nothing, but are kept.
            noise: if is_noise { Some(entry.source & 0x7F) } else { None },
            adsr: first & 0x80 != 0,
            attack: first & 15,
            decay: first >> 4 & 7,
            sustain: second >> 5,
            fade: second & 31,
            gain: entry.gain,
            multiplier: entry.multiplier,
        }
    }

    fn entry(&self) -> Result<InstrumentEntry, String> {
        let source = match (self.sample, self.noise) {
            (Some(sample @ 0..=127), None) => sample,
            (None, Some(rate @ 0..=127)) => 0x80 | rate,
            (Some(_), None) | (None, Some(_)) => return Err("sample, noise: expected 0 to 127".to_owned()),
            _ => return Err("expected either a sample or noise".to_owned()),
        };
        let limits = [
            ("attack", self.attack, 15),
            ("decay", self.decay, 7),
            ("sustain", self.sustain, 7),
            ("fade", self.fade, 31),
        ];
        if let Some((name, value, most)) = limits.into_iter().find(|(_, value, most)| value > most) {
            return Err(format!("{name}: expected 0 to {most}, found {value}"));
        }
        let first = u8::from(self.adsr) << 7 | self.decay << 4 | self.attack;
        Ok(InstrumentEntry {
            source,
            adsr: [first, self.sustain << 5 | self.fade],
            gain: self.gain,
            multiplier: self.multiplier,
        })
    }
}

/// The bank of an image, a `.spc` file or a ROM; `path` is its name.
///
/// # Errors
///
/// If it is none of these, or has no instruments.
pub(super) fn bank_of(path: &Path, bytes: &[u8]) -> Result<SampleBank, Error> {
    let name = path.display().to_string();
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let image = match ending.as_deref() {
        Some("sfc" | "smc") => {
            let rom = GameRom::parse(&name, bytes)?;
            rom.songs().first().map(|song| rom.image(song.bank))
        }
        _ if bytes.starts_with(SPC_MAGIC) => TransferImage::from_spc(&SpcFile::parse(&name, bytes)?),
        _ => Some(TransferImage::parse(&name, bytes)?),
    };
    image.as_ref().and_then(SampleBank::of_image).ok_or_else(|| Error::Manifest {
        path: path.to_owned(),
        message: "there are no instruments of this driver in it ($3D00)".to_owned(),
    })
}

/// Writes a bank into `prefix` (empty, or ending with `/`) of a folder; how many samples it has.
///
/// # Errors
///
/// If a file cannot be written.
pub fn write_folder(bank: &SampleBank, folder: &PendingFolder, prefix: &str) -> Result<usize, Error> {
    let mut table = Table { kind: TableKind::SnesSamples, sample: Vec::new(), instrument: Vec::new() };
    let mut written: Vec<(&BrrSample, String)> = Vec::new();
    for (number, sample) in bank.samples.iter().enumerate() {
        let Some(sample) = sample else {
            table.sample.push(SampleText::default());
            continue;
        };
        let known = written.iter().find(|(known, _)| *known == sample).map(|(_, file)| file.clone());
        let file = match known {
            Some(file) => file,
            None => {
                let file = format!("{number:02}.wav");
                let content = wav_of(sample, bank.sample_rate(number).unwrap_or(USUAL_RATE));
                folder.write(&format!("{prefix}{file}"), &content.to_bytes(Path::new(&file))?)?;
                written.push((sample, file.clone()));
                file
            }
        };
        table.sample.push(SampleText { file: Some(file) });
    }
    table.instrument = bank.instruments.iter().map(InstrumentText::new).collect();
    let text = table_text::write(Path::new(TABLE), HEADING, &table)?;
    folder.write(&format!("{prefix}{TABLE}"), text.as_bytes())?;
    Ok(written.len())
}

/// The bank of a folder. What is odd about new samples is told unless `quiet`.
///
/// # Errors
///
/// If the table or a sample cannot be read, or says what an instrument cannot be.
pub fn read_folder(folder: &Path, quiet: bool) -> Result<SampleBank, Error> {
    let path = folder.join(TABLE);
    let table: Table = table_text::read(&path)?;
    let mut bank = SampleBank::default();
    let mut known: HashMap<&str, BrrSample> = HashMap::new();
    for (number, text) in table.sample.iter().enumerate() {
        let Some(file) = text.file.as_deref() else {
            bank.samples.push(None);
            continue;
        };
        if !Path::new(file).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(table_text::error(
                &path,
                format!("sample {number}: '{file}' lies outside of the folder"),
            ));
        }
        let sample = match known.get(file) {
            Some(sample) => sample.clone(),
            None => read_sample(&folder.join(file), quiet)?.0,
        };
        known.insert(file, sample.clone());
        bank.samples.push(Some(sample));
    }
    for (number, text) in table.instrument.iter().enumerate() {
        let entry = text.entry();
        let entry =
            entry.map_err(|message| table_text::error(&path, format!("instrument {number}: {message}")))?;
        if text.sample.is_some_and(|sample| usize::from(sample) >= bank.samples.len()) {
            let message = format!("instrument {number}: there are {} samples", bank.samples.len());
            return Err(table_text::error(&path, message));
        }
        bank.instruments.push(entry);
    }
    Ok(bank)
}

/// A sample as a WAV file that remembers it.
#[must_use]
pub fn wav_of(sample: &BrrSample, sample_rate: u32) -> SampleFile {
    let (samples, loop_start) = sample.decode();
    let end = samples.len() as u32;
    SampleFile {
        channels: 1,
        sample_rate,
        loop_points: loop_start.map(|start| (start as u32, end)),
        samples,
        root_key: 60,
        encoded: Some(Chunk { id: CHUNK, bytes: sample.to_bytes() }),
    }
}

/// A sample from a `.brr` or WAV file, and the rate that it was recorded or stretched to.
///
/// # Errors
///
/// If the file cannot be read.
pub fn read_sample(path: &Path, quiet: bool) -> Result<(BrrSample, f64), Error> {
    let name = path.display().to_string();
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("brr")) {
        return Ok((BrrSample::parse(&name, &read_file(path)?)?, USUAL_RATE.into()));
    }
    let file = SampleFile::read(path)?;
    let rate = f64::from(file.sample_rate);
    if let Some(old) = file.encoded_as(&CHUNK).and_then(|bytes| BrrSample::parse(&name, bytes).ok()) {
        let same = wav_of(&old, file.sample_rate);
        if (same.channels, &same.samples, same.loop_points)
            == (file.channels, &file.samples, file.loop_points)
        {
            return Ok((old, rate));
        }
    }
    let mut pcm = file.mono();
    let mut loop_start = None;
    if let Some((start, end)) = file.loop_points {
        // What lies behind the loop is never heard.
        pcm.truncate(end as usize);
        loop_start = Some(start as usize);
    }
    let (sample, stretch) = BrrSample::of_recording(&pcm, loop_start);
    if !quiet {
        if let Some(place) = first_overflow(&sample.decode().0) {
            eprintln!(
                "tatum: {name}: warning: around sample {place} the chip's interpolation wraps, which clicks: make it \
                 quieter (a peak of 95% is safe)"
            );
        }
        if stretch != 1.0 {
            eprintln!(
                "tatum: {name}: note: stretched by {:.4}, so that its loop is whole blocks of {BLOCK_SAMPLES} samples; \
                 its rate is {:.1} Hz now",
                stretch,
                rate * stretch
            );
        }
    }
    Ok((sample, rate * stretch))
}

/// WAV to `.brr`.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn encode_file(input: &Path, output: &Path, quiet: bool) -> Result<(), Error> {
    let (sample, rate) = read_sample(input, quiet)?;
    write_output(output, &sample.to_bytes())?;
    if !quiet {
        let multiplier = tatum_snes::author::sample_bank::multiplier_of_rate(rate);
        let looped = match sample.loop_offset {
            Some(offset) => format!("loops from byte {offset}"),
            None => "does not loop".to_owned(),
        };
        eprintln!(
            "tatum: {} bytes, {looped}; multiplier {multiplier:#06x} plays it at its own pitch on C4",
            sample.blocks.len()
        );
    }
    Ok(())
}

/// `.brr` to WAV.
///
/// # Errors
///
/// If a file cannot be read or written.
pub fn decode_file(input: &Path, output: &Path, sample_rate: Option<u32>) -> Result<(), Error> {
    let sample = BrrSample::parse(&input.display().to_string(), &read_file(input)?)?;
    write_output(output, &wav_of(&sample, sample_rate.unwrap_or(USUAL_RATE)).to_bytes(output)?)
}

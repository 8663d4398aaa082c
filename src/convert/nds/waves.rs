//! Wave archives (SWAR) as folders of WAV files.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tatum_nds::format::swar::{RECORD_SIZE, Wave, WaveArchive, WaveFormat, lookup, wave_count};

use super::layout::{Cut, Layout};
use super::samples::{Encoding, read_wave, wave_file};
use crate::convert::Job;
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::song::read_file;
use crate::table_text::{self, from_hexadecimal, to_hexadecimal};

/// The list of waves in their folder.
pub(super) const LIST: &str = "waves.toml";

const HEADING: &str = "The waves of a wave archive of the Nintendo DS, in the order of their numbers.
file: a WAV file, or a .swav that is taken as it is; without one the number has no wave.
encoding: pcm8, pcm16 or adpcm. A WAV file that was not changed keeps the bytes it was made from.";

#[derive(Debug, Serialize, Deserialize)]
enum ListKind {
    #[serde(rename = "nds-waves")]
    NdsWaves,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveList {
    kind: ListKind,
    /// The archive without its waves, if it is laid out in another way than this program writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    layout: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    cuts: Vec<Cut>,
    #[serde(default)]
    wave: Vec<WaveEntry>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveEntry {
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<EncodingName>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EncodingName {
    Pcm8,
    Pcm16,
    Adpcm,
}

impl From<EncodingName> for WaveFormat {
    fn from(name: EncodingName) -> Self {
        match name {
            EncodingName::Pcm8 => Self::Pcm8,
            EncodingName::Pcm16 => Self::Pcm16,
            EncodingName::Adpcm => Self::Adpcm,
        }
    }
}

impl From<WaveFormat> for EncodingName {
    fn from(format: WaveFormat) -> Self {
        match format {
            WaveFormat::Pcm8 => Self::Pcm8,
            WaveFormat::Pcm16 => Self::Pcm16,
            WaveFormat::Adpcm => Self::Adpcm,
        }
    }
}

/// A wave archive to a folder.
pub(super) fn archive_to_folder(job: &Job<'_>) -> Result<(), Error> {
    let bytes = read_file(job.input)?;
    let folder = PendingFolder::create(job.output)?;
    unpack(&job.input.display().to_string(), &bytes, &folder, "")?;
    folder.finish()
}

/// A folder to a wave archive.
pub(super) fn folder_to_archive(job: &Job<'_>) -> Result<(), Error> {
    crate::convert::write_output(job.output, &pack(job.input, job.options.nds.encoding)?)
}

/// Writes the waves and their list into `prefix` (empty, or ending with `/`) of a folder.
///
/// # Errors
///
/// If it is no wave archive, or cannot be written.
pub(super) fn unpack(name: &str, bytes: &[u8], folder: &PendingFolder, prefix: &str) -> Result<(), Error> {
    let archive = WaveArchive::parse(name, bytes)?;
    let mut list = WaveList { kind: ListKind::NdsWaves, layout: None, cuts: Vec::new(), wave: Vec::new() };
    for (number, wave) in archive.waves.iter().enumerate() {
        let mut entry = WaveEntry::default();
        if let Some(wave) = wave {
            let (file, content) = match wave_file(wave) {
                Some(file) => (format!("{number:03}.wav"), file.to_bytes(Path::new(name))?),
                None => (format!("{number:03}.swav"), wave.to_swav()),
            };
            folder.write(&format!("{prefix}{file}"), &content)?;
            entry.file = Some(file);
            entry.encoding = WaveFormat::from_number(wave.record.format).map(EncodingName::from);
        }
        list.wave.push(entry);
    }
    if archive.to_bytes() != bytes {
        let parts: Vec<_> = (0..wave_count(bytes))
            .map(|number| {
                let at = u16::try_from(number).ok().and_then(|number| lookup(bytes, number));
                let size = archive.waves.get(number).and_then(Option::as_ref).map(wave_size);
                at.zip(size).map_or(0..0, |(at, size)| at..at.saturating_add(size))
            })
            .collect();
        let layout = Layout::cut(bytes, &parts);
        list.layout = Some(to_hexadecimal(&layout.rest));
        list.cuts = layout.cuts;
    }
    let text = table_text::write(Path::new(LIST), HEADING, &list)?;
    folder.write(&format!("{prefix}{LIST}"), text.as_bytes())
}

/// Bytes of a wave with its record.
fn wave_size(wave: &Wave) -> usize {
    RECORD_SIZE + wave.data.len()
}

/// The wave archive of a folder; `encoding` is for waves that are encoded anew.
///
/// # Errors
///
/// If the list or a wave cannot be read, or is nothing that the archive can hold.
pub(super) fn pack(folder: &Path, encoding: Option<Encoding>) -> Result<Vec<u8>, Error> {
    let path = folder.join(LIST);
    let list: WaveList = table_text::read(&path)?;
    let mut waves = Vec::with_capacity(list.wave.len());
    for (number, entry) in list.wave.iter().enumerate() {
        let wave = match &entry.file {
            None => None,
            Some(file) => {
                let file_path = super::inside(folder, file).ok_or_else(|| {
                    table_text::error(&path, format!("wave {number}: '{file}' lies outside of the folder"))
                })?;
                let wanted = encoding.map(WaveFormat::from).or(entry.encoding.map(WaveFormat::from));
                Some(read_any_wave(&file_path, wanted)?)
            }
        };
        waves.push(wave);
    }
    let archive = WaveArchive { waves };
    if let Some(text) = &list.layout {
        let rest = from_hexadecimal(text)
            .ok_or_else(|| table_text::error(&path, "layout: expected hexadecimal digits"))?;
        let layout = Layout { rest, cuts: list.cuts };
        let parts: Vec<Vec<u8>> =
            archive.waves.iter().map(|wave| wave.as_ref().map(Wave::to_bytes).unwrap_or_default()).collect();
        // What was cut apart says the same as the list only if nothing was changed.
        if let Some(bytes) = layout.fill(&parts)
            && WaveArchive::parse("layout", &bytes).is_ok_and(|same| same == archive)
        {
            return Ok(bytes);
        }
    }
    Ok(archive.to_bytes())
}

fn read_any_wave(path: &Path, format: Option<WaveFormat>) -> Result<Wave, Error> {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("swav")) {
        return Ok(Wave::parse_swav(&path.display().to_string(), &read_file(path)?)?);
    }
    read_wave(path, format)
}

//! The samples of a Nintendo 64 game's banks as WAV files with their loops. What edits banks and puts them back is
//! `tatum bank`.

use std::path::Path;

use tatum_core::FormatError;
use tatum_n64::author::sample_codec::decode;
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank::{Bank, Codec, FontCounts, KeyRange, Sound};
use tatum_n64::format::game_image::GameImage;
use tatum_n64::format::index_table::FontEntry;
use tatum_n64::format::shindou_rom::ShindouRom;

use super::Extracted;
use super::indexed::Kept;
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::sample_file::SampleFile;

/// A tuning of 1 plays this rate at middle C (`n64-formats.md` 5).
const RATE: f32 = 32000.0;
const MIDDLE_C: u8 = 60;
/// Rates that a file can have; tunings outside of them belong to no recording.
const RATES: std::ops::RangeInclusive<u32> = 1..=192_000;

/// A bank with the areas that its samples lie in.
type BankWithAreas<'a> = (Bank, [&'a [u8]; 2]);

/// Writes the samples of the banks that are kept, each once.
pub(super) fn write(
    image: &GameImage,
    kept: &Kept,
    folder: &PendingFolder,
    extracted: &mut Extracted,
) -> Result<(), Error> {
    for number in (0..bank_count(image)?).filter(|&number| kept.has(number)) {
        match bank(image, number) {
            Ok((bank, areas)) => extracted.samples += write_bank(&bank, areas, number, folder)?,
            Err(error) => extracted.notes.push(format!("samples of bank {number} are left out: {error}")),
        }
    }
    Ok(())
}

fn bank_count(image: &GameImage) -> Result<usize, FormatError> {
    Ok(match image {
        GameImage::Archives(rom) => {
            let (name, bytes) = rom.sound_files().banks;
            Archive::parse(name, bytes, ArchiveKind::Banks)?.entries.len()
        }
        GameImage::Indexed(rom) => rom.index_tables()?[0].entries.len(),
        GameImage::Zelda(rom) => rom.archives().fonts.index().entries.len(),
    })
}

fn bank(image: &GameImage, number: usize) -> Result<BankWithAreas<'_>, FormatError> {
    match image {
        GameImage::Archives(rom) => {
            let files = rom.sound_files();
            let entry = |(name, bytes): (&'static str, &(&str, &[u8])), kind| {
                let range = Archive::parse(name, bytes.1, kind)?.entry(name, number)?;
                Ok::<_, FormatError>(range)
            };
            let bank = entry(("banks", &files.banks), ArchiveKind::Banks)?;
            let area = entry(("samples", &files.samples), ArchiveKind::Samples)?;
            let area = files.samples.1.get(area).unwrap_or_default();
            let bank = files.banks.1.get(bank).unwrap_or_default();
            Ok((Bank::parse(&format!("bank {number}"), bank, area.len())?, [area, &[]]))
        }
        GameImage::Indexed(rom) => indexed_bank(rom, number),
        GameImage::Zelda(rom) => {
            let archives = rom.archives();
            let (bytes, entry) = archives.fonts.entry(number)?;
            let area = |bank: u8| archives.sample_bank(bank).map(|(_, bytes)| bytes);
            font(number, bytes, entry, entry.counts, area)
        }
    }
}

fn indexed_bank(rom: &ShindouRom, number: usize) -> Result<BankWithAreas<'_>, FormatError> {
    let files = rom.sound_files();
    let [banks, samples] = rom.index_tables()?;
    let (range, entry) = banks.data_range("banks", number, files.banks.1.len())?;
    let counts = FontCounts { effects: 0, has_effects: false, ..entry.font().counts };
    let area = |area: u8| {
        let (range, _) = samples.data_range("samples", area.into(), files.samples.1.len())?;
        Ok(&files.samples.1[range])
    };
    font(number, &files.banks.1[range], entry.font(), counts, area)
}

fn font<'a>(
    number: usize,
    bytes: &[u8],
    entry: FontEntry,
    counts: FontCounts,
    area: impl Fn(u8) -> Result<&'a [u8], FormatError>,
) -> Result<BankWithAreas<'a>, FormatError> {
    let [first, second] = entry.sample_banks.map(|bank| bank.map(&area).transpose());
    let areas = [first?, second?];
    let sizes = areas.map(|area| area.map(<[u8]>::len));
    let bank = Bank::parse_font(&format!("font {number}"), bytes, counts, sizes)?;
    Ok((bank, areas.map(Option::unwrap_or_default)))
}

fn write_bank(bank: &Bank, areas: [&[u8]; 2], number: usize, folder: &PendingFolder) -> Result<usize, Error> {
    let mut written: Vec<(u8, u32)> = Vec::new();
    for (name, sound) in sounds(bank) {
        let sample = &sound.sample;
        let place = (sample.area, sample.address);
        let data = areas.get(usize::from(sample.area)).and_then(|area| area.get(sample.address as usize..));
        let Some(data) = data.filter(|_| !written.contains(&place)) else { continue };
        let samples = decode(sample, &data[..data.len().min(sample.size as usize)]);
        if samples.is_empty() || matches!(sample.codec, Codec::Silent(_)) {
            continue;
        }
        written.push(place);
        let points = &sample.loop_points;
        let loops = points.count != 0 && points.start < points.end && points.end as usize <= samples.len();
        let file = SampleFile {
            channels: 1,
            sample_rate: ((RATE * sound.tuning).round() as u32).clamp(*RATES.start(), *RATES.end()),
            loop_points: loops.then_some((points.start, points.end)),
            samples,
            root_key: MIDDLE_C,
            encoded: None,
        };
        let name = format!("samples/bank-{number:02}/{name}.wav");
        folder.write(&name, &file.to_bytes(Path::new(&name))?)?;
    }
    Ok(written.len())
}

/// All sounds of a bank with names for their files.
fn sounds(bank: &Bank) -> impl Iterator<Item = (String, &Sound)> {
    const RANGES: [(KeyRange, &str); 3] =
        [(KeyRange::Normal, ""), (KeyRange::Low, "-low"), (KeyRange::High, "-high")];
    let instruments = bank.instruments.iter().enumerate().flat_map(|(number, instrument)| {
        let sounds = RANGES.map(|(range, suffix)| {
            let sound = instrument.as_ref()?.sound(range)?;
            Some((format!("instrument-{number:03}{suffix}"), sound))
        });
        sounds.into_iter().flatten()
    });
    let drums =
        bank.drums.iter().enumerate().filter_map(|(number, drum)| {
            drum.as_ref().map(|drum| (format!("drum-{number:03}"), &drum.sound))
        });
    let effects =
        bank.effects.iter().enumerate().filter_map(|(number, effect)| {
            effect.as_ref().map(|effect| (format!("effect-{number:03}"), effect))
        });
    instruments.chain(drums).chain(effects)
}

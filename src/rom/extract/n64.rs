//! The sound files of a Nintendo 64 game, in the folders that such games have (docs/n64.md).

use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::font_list::FontLists;
use tatum_n64::format::game_image::GameImage;
use tatum_n64::format::index_table::IndexTable;
use tatum_n64::format::rom::Rom;
use tatum_n64::format::shindou_rom::ShindouRom;
use tatum_n64::format::zelda_rom::ZeldaRom;

use super::indexed::{Kept, trim};
use super::{Extracted, samples};
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::song::{BANK_FILES, HEADER_FILES, SEQUENCES_FILE, ZELDA_FILES, ZELDA_LISTS};

/// Writes the sound files: all, or what one sequence needs. Numbers stay what they are.
pub(super) fn write(
    image: &GameImage,
    song: Option<usize>,
    with_samples: bool,
    folder: &PendingFolder,
) -> Result<Extracted, Error> {
    match image {
        GameImage::Archives(rom) => write_archives(image, rom, song, folder)?,
        GameImage::Indexed(rom) => write_indexed(image, rom, song, folder)?,
        GameImage::Zelda(rom) => write_zelda(image, rom, song, folder)?,
    }
    let mut extracted = Extracted::default();
    write_sequences(image, song, folder, &mut extracted)?;
    if with_samples {
        samples::write(image, &kept_banks(image, song), folder, &mut extracted)?;
    }
    Ok(extracted)
}

/// Each sequence as a file of its own: two hexadecimal digits, as the older tools name them.
fn write_sequences(
    image: &GameImage,
    song: Option<usize>,
    folder: &PendingFolder,
    extracted: &mut Extracted,
) -> Result<(), Error> {
    let ending = if matches!(image, GameImage::Zelda(_)) { "zseq" } else { "m64" };
    for number in (0..image.sequence_count()).filter(|&number| song.is_none_or(|song| song == number)) {
        if let Some(target) = image.alias(number) {
            extracted.notes.push(format!("sequence {number} has the data of {target}"));
            if song.is_none() {
                continue;
            }
        }
        match image.sequence(number) {
            Ok(bytes) if !bytes.is_empty() => {
                folder.write(&format!("sequences/{number:02X}.{ending}"), bytes)?;
                extracted.songs += 1;
            }
            Ok(_) => {}
            Err(error) if song.is_some() => return Err(error.into()),
            Err(error) => extracted.notes.push(format!("sequence {number} is left out: {error}")),
        }
    }
    Ok(())
}

/// The sequences as one archive; all but the one song are empty.
fn sequence_archive(image: &GameImage, song: Option<usize>) -> Result<Vec<u8>, Error> {
    let bytes = |number: usize| match song {
        Some(song) if song != number => &[][..],
        _ => image.sequence(number).unwrap_or_default(),
    };
    let blobs: Vec<&[u8]> = (0..image.sequence_count()).map(bytes).collect();
    Ok(Archive::write(ArchiveKind::Sequences, &blobs)?)
}

/// The banks that are kept.
fn kept_banks(image: &GameImage, song: Option<usize>) -> Kept {
    song.map_or(Kept::All, |song| Kept::Some(image.banks(song).into_iter().map(usize::from).collect()))
}

fn write_archives(
    image: &GameImage,
    rom: &Rom,
    song: Option<usize>,
    folder: &PendingFolder,
) -> Result<(), Error> {
    let files = rom.sound_files();
    let kept = kept_banks(image, song);
    let trimmed = |(name, bytes): (&str, &[u8]), kind: ArchiveKind| -> Result<Vec<u8>, Error> {
        if matches!(kept, Kept::All) {
            return Ok(bytes.to_vec());
        }
        let archive = Archive::parse(name, bytes, kind)?;
        let entries = archive.entries.iter().enumerate();
        let blobs: Vec<&[u8]> = entries
            .map(|(number, range)| if kept.has(number) { &bytes[range.clone()] } else { &[] })
            .collect();
        Ok(Archive::write(kind, &blobs)?)
    };
    folder.write(SEQUENCES_FILE, &sequence_archive(image, song)?)?;
    folder.write(BANK_FILES[0], &trimmed(files.banks, ArchiveKind::Banks)?)?;
    folder.write(BANK_FILES[1], &trimmed(files.samples, ArchiveKind::Samples)?)?;
    BankSets::parse(files.bank_sets.0, files.bank_sets.1)?;
    folder.write(BANK_FILES[2], files.bank_sets.1)
}

fn write_indexed(
    image: &GameImage,
    rom: &ShindouRom,
    song: Option<usize>,
    folder: &PendingFolder,
) -> Result<(), Error> {
    let files = rom.sound_files();
    let [bank_table, sample_table] = rom.index_tables()?;
    let banks = kept_banks(image, song);
    let areas = areas_of(&bank_table, &banks);
    let (bank_data, bank_table) = trim(files.banks.1, &bank_table, &banks);
    let (sample_data, sample_table) = trim(files.samples.1, &sample_table, &areas);
    folder.write(SEQUENCES_FILE, &sequence_archive(image, song)?)?;
    folder.write(BANK_FILES[0], &bank_data)?;
    folder.write(BANK_FILES[1], &sample_data)?;
    folder.write(BANK_FILES[2], files.bank_sets.1)?;
    folder.write(HEADER_FILES[0], &bank_table.write())?;
    folder.write(HEADER_FILES[1], &sample_table.write())
}

fn write_zelda(
    image: &GameImage,
    rom: &ZeldaRom,
    song: Option<usize>,
    folder: &PendingFolder,
) -> Result<(), Error> {
    let archives = rom.archives();
    let fonts = kept_banks(image, song);
    let areas = areas_of(archives.fonts.index(), &fonts);
    let sequences = song.map_or(Kept::All, |song| Kept::Some(vec![image.alias(song).unwrap_or(song), song]));
    let parts = [(&archives.fonts, fonts), (&archives.sequences, sequences), (&archives.samples, areas)];
    for ((archive, kept), [data_name, index_name]) in parts.into_iter().zip(ZELDA_FILES) {
        let (data, table) = trim(archive.bytes(), archive.index(), &kept);
        folder.write(data_name, &data)?;
        folder.write(index_name, &table.write())?;
    }
    folder.write(ZELDA_LISTS, &FontLists { lists: archives.lists.lists.clone() }.write())
}

/// The sample banks that some fonts use, with the entries that theirs are aliases of.
fn areas_of(fonts: &IndexTable, kept: &Kept) -> Kept {
    match kept {
        Kept::All => Kept::All,
        Kept::Some(_) => {
            let used = fonts.entries.iter().enumerate().filter(|(number, _)| kept.has(*number));
            let areas = used.flat_map(|(_, entry)| entry.font().sample_banks).flatten();
            Kept::Some(areas.map(usize::from).collect())
        }
    }
}

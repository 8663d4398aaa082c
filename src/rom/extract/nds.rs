//! The sound archives of a DS game.

use std::path::Path;

use tatum_nds::SequenceId;
use tatum_nds::format::rom::FoundArchive;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::swar::WaveArchive;

use super::{Extracted, Selection};
use crate::convert::nds::samples::wave_file;
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::song::ListedSong;

/// Writes the archives: all, or one with one song and what it needs. The name of the first one.
pub(super) fn write(
    archives: &[(FoundArchive, Sdat)],
    selection: &Selection,
    song: Option<&ListedSong>,
    folder: &PendingFolder,
) -> Result<(String, Extracted), Error> {
    let only = selection.archive.or(song.map(|song| song.archive.unwrap_or(0)));
    let chosen: Vec<_> =
        archives.iter().enumerate().filter(|(number, _)| only.is_none_or(|only| only == *number)).collect();
    let Some(&(first, (first_found, _))) = chosen.first() else {
        let message = format!("--archive: expected a number below {}", archives.len());
        return Err(Error::Usage(message));
    };
    let mut extracted = Extracted::default();
    for (number, (found, archive)) in &chosen {
        let bytes = match song {
            None => archive.bytes().to_vec(),
            Some(song) => one_song(archive, &song.entry.number)?,
        };
        let name = file_name(&found.path, *number, archives.len());
        extracted.songs += if song.is_some() { 1 } else { archive.sequences().len() };
        folder.write(&name, &bytes)?;
        if selection.samples {
            let written = Sdat::parse(&name, bytes)?;
            let waves = format!("samples/{}", name.trim_end_matches(".sdat"));
            extracted.samples += write_waves(&written, &waves, folder, &mut extracted.notes)?;
        }
    }
    Ok((file_name(&first_found.path, first, archives.len()), extracted))
}

/// A file's name from the path in the image, of harmless characters only.
fn file_name(path: &str, number: usize, count: usize) -> String {
    let last = path.rsplit('/').next().unwrap_or_default();
    let is_harmless = |character: &char| character.is_ascii_alphanumeric() || "_-".contains(*character);
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let stem: String =
        stem.chars().map(|character| if is_harmless(&character) { character } else { '_' }).collect();
    match count {
        1 => format!("{stem}.sdat"),
        _ => format!("{number}_{stem}.sdat"),
    }
}

/// The archive with one song, its bank and its waves; numbers stay.
fn one_song(archive: &Sdat, number: &str) -> Result<Vec<u8>, Error> {
    let mut contents = archive.contents()?;
    let info = &mut contents.info;
    let id = archive.find_sequence(number);
    let (sequence, sequence_archive) = match id {
        Some(SequenceId::Sequence(number)) => (Some(number as usize), None),
        Some(SequenceId::ArchiveEntry { archive, .. }) => (None, Some(archive as usize)),
        None => (None, None),
    };
    let banks: Vec<usize> = archive
        .sequences()
        .iter()
        .filter(|other| match other.id {
            SequenceId::Sequence(number) => sequence == Some(number as usize),
            SequenceId::ArchiveEntry { archive, .. } => sequence_archive == Some(archive as usize),
        })
        .map(|other| other.settings.bank.into())
        .collect();
    keep(&mut info.sequences, |number| sequence == Some(number));
    keep(&mut info.sequence_archives, |number| sequence_archive == Some(number));
    keep(&mut info.banks, |number| banks.contains(&number));
    let waves: Vec<usize> =
        info.banks.iter().flatten().flat_map(|bank| bank.wave_archives).flatten().map(usize::from).collect();
    keep(&mut info.wave_archives, |number| waves.contains(&number));
    keep(&mut info.groups, |_| false);
    keep(&mut info.streams, |_| false);
    let used: Vec<u32> = (info.sequences.iter().flatten().map(|sequence| sequence.file))
        .chain(info.sequence_archives.iter().flatten().copied())
        .chain(info.banks.iter().flatten().map(|bank| bank.file))
        .chain(info.wave_archives.iter().flatten().map(|waves| waves.file))
        .collect();
    for (id, file) in (0..).zip(&mut contents.files) {
        if !used.contains(&id) {
            file.clear();
        }
    }
    Ok(contents.to_bytes())
}

fn keep<T>(items: &mut [Option<T>], is_kept: impl Fn(usize) -> bool) {
    for (number, item) in items.iter_mut().enumerate() {
        if !is_kept(number) {
            *item = None;
        }
    }
}

/// Writes all waves as WAV files; how many.
fn write_waves(
    archive: &Sdat,
    prefix: &str,
    folder: &PendingFolder,
    notes: &mut Vec<String>,
) -> Result<usize, Error> {
    let mut count = 0;
    for (number, item) in archive.info.wave_archives.iter().enumerate() {
        let Some(item) = item else { continue };
        let waves = archive.file(item.file).and_then(|bytes| WaveArchive::parse(archive.name(), bytes));
        let waves = match waves {
            Ok(waves) => waves,
            Err(error) => {
                notes.push(format!("wave archive {number} is left out: {error}"));
                continue;
            }
        };
        for (wave_number, wave) in waves.waves.iter().enumerate() {
            if let Some(file) = wave.as_ref().and_then(wave_file) {
                let name = format!("{prefix}/{number:03}/{wave_number:03}.wav");
                folder.write(&name, &file.to_bytes(Path::new(&name))?)?;
                count += 1;
            }
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_an_image_are_harmless() {
        assert_eq!(file_name("data/sound_data.sdat", 0, 1), "sound_data.sdat");
        assert_eq!(file_name("x/..", 0, 1), "_.sdat");
        assert_eq!(file_name("a\\b:c.sdat", 1, 2), "1_a_b_c.sdat");
        assert_eq!(file_name("@0x1234", 0, 1), "_0x1234.sdat");
    }
}

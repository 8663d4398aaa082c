//! Sequences and whole sound archives into DS games. The new archive goes behind everything else, the old one stays.

use std::path::Path;

use tatum_core::FormatError;
use tatum_nds::SequenceId;
use tatum_nds::author::midi::ImportOptions;
use tatum_nds::author::rom_archive::{append, remove};
use tatum_nds::format::rom::FoundArchive;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::sseq::Sseq;

use super::{Insertion, Target, other_kind};
use crate::convert::nds::midi::import_file;
use crate::convert::nds::sequence::{Kind, assemble_file};
use crate::error::Error;
use crate::rom::extract::find_song;
use crate::rom::write::{Check, write_checked};
use crate::song::{GameFile, read_file};

pub(super) fn insert(
    game: &GameFile,
    archives: &[(FoundArchive, Sdat)],
    insertion: &Insertion,
    target: &Target,
) -> Result<Vec<String>, Error> {
    if insertion.compact {
        return Err(Error::Usage("--compact: only for the Nintendo 64".into()));
    }
    let number = insertion.archive.unwrap_or(0);
    let Some((found, archive)) = archives.get(number) else {
        let message = format!("--archive: expected a number below {}, found {number}", archives.len());
        return Err(Error::Usage(message));
    };
    let ending = insertion.sequence.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let (bytes, songs) = match ending.as_deref() {
        Some("sdat") => whole_archive(&insertion.sequence)?,
        _ => with_sequence(game, archive, insertion)?,
    };
    let name = game.path.display().to_string();
    let changed = append(&name, &game.bytes, &found.range, &bytes)?;
    let checks: Vec<_> = songs
        .iter()
        .take(2)
        .map(|song| Check { archive: number, number: song.to_string(), sequence: None })
        .collect();
    write_checked(game, target, &changed.image, insertion.profile(), &checks)?;
    Ok(vec![format!(
        "{}: sound archive {number} ({}) is now at {:#x}, {:#x} bytes",
        target.path.display(),
        found.path,
        changed.place,
        bytes.len()
    )])
}

/// The game's image without a sound archive that was put in.
pub(in crate::rom) fn take_out(game: &GameFile) -> Result<Vec<u8>, Error> {
    Ok(remove(&game.path.display().to_string(), &game.bytes)?)
}

/// A whole sound archive, and a song of it to play.
fn whole_archive(path: &Path) -> Result<(Vec<u8>, Vec<u32>), Error> {
    let archive = Sdat::parse(&path.display().to_string(), read_file(path)?)?;
    let plain = archive.sequences().into_iter().find_map(|sequence| match sequence.id {
        SequenceId::Sequence(number) => Some(number),
        SequenceId::ArchiveEntry { .. } => None,
    });
    Ok((archive.bytes().to_vec(), plain.into_iter().collect()))
}

/// The archive with a sequence in the place of some.
fn with_sequence(
    game: &GameFile,
    archive: &Sdat,
    insertion: &Insertion,
) -> Result<(Vec<u8>, Vec<u32>), Error> {
    let numbers = numbers(game, archive, insertion)?;
    let sequence = read_sequence(&insertion.sequence, insertion.quiet)?;
    let mut contents = archive.contents()?;
    let bank = insertion.banks.as_ref().map(|banks| match banks.as_slice() {
        [bank] if contents.info.banks.get(usize::from(*bank)).is_some_and(Option::is_some) => Ok(*bank),
        [bank] => Err(Error::Usage(format!("--banks: the archive has no bank {bank}"))),
        _ => Err(Error::Usage("--banks: songs of the DS have one bank".into())),
    });
    let bank = bank.transpose()?;
    // A file of its own, unless all sequences that have the old one are exchanged: others keep what they had.
    let is_exchanged = |number: usize| numbers.contains(&(number as u32));
    let records = || {
        contents.info.sequences.iter().enumerate().filter_map(|(number, item)| Some((number, item.as_ref()?)))
    };
    let exchanged: Vec<u32> =
        records().filter(|(number, _)| is_exchanged(*number)).map(|(_, item)| item.file).collect();
    let own = exchanged
        .iter()
        .copied()
        .find(|&file| records().all(|(number, item)| item.file != file || is_exchanged(number)));
    let file = match own.filter(|&file| (file as usize) < contents.files.len()) {
        Some(file) => {
            contents.files[file as usize] = sequence;
            file
        }
        None => {
            contents.files.push(sequence);
            contents.files.len() as u32 - 1
        }
    };
    for &number in &numbers {
        if let Some(Some(item)) = contents.info.sequences.get_mut(number as usize) {
            item.file = file;
            item.settings.bank = bank.unwrap_or(item.settings.bank);
        }
    }
    Ok((contents.to_bytes(), numbers))
}

/// A sequence: the file's own bytes, or what its text or MIDI file becomes.
fn read_sequence(path: &Path, quiet: bool) -> Result<Vec<u8>, Error> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let sequence = match ending.as_deref() {
        Some("smft") => assemble_file(path, Kind::Sequence, quiet)?,
        Some("mid" | "midi") => import_file(path, ImportOptions::default(), quiet)?,
        _ => read_file(path)?,
    };
    match Sseq::parse(&path.display().to_string(), &sequence) {
        Ok(_) => Ok(sequence),
        Err(_) if !sequence.starts_with(b"SSEQ") => {
            Err(other_kind(path, "a sequence (.sseq), its text (.smft) or a MIDI file (.mid)"))
        }
        Err(error) => Err(error.into()),
    }
}

fn numbers(game: &GameFile, archive: &Sdat, insertion: &Insertion) -> Result<Vec<u32>, Error> {
    let plain = |id| match id {
        SequenceId::Sequence(number) => Some(number),
        SequenceId::ArchiveEntry { .. } => None,
    };
    let Some(asked) = &insertion.song else {
        return Ok(archive.sequences().into_iter().filter_map(|sequence| plain(sequence.id)).collect());
    };
    let song = find_song(game, insertion.archive, asked)?;
    archive.find_sequence(&song.entry.number).and_then(plain).map(|number| vec![number]).ok_or_else(|| {
        let name = game.path.display().to_string();
        let found = "one in a sequence archive, whose entries share their bytes";
        FormatError::invalid(name, 0, "song", "a sequence", found)
            .with_help("convert the archive to a folder, edit its text, and insert the .sdat")
            .into()
    })
}

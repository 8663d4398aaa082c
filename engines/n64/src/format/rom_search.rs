//! Archives in an image are found by their structure, `n64-formats.md` 5: a directory whose first entry follows it, the
//! others one behind the other; banks, samples with as many entries, then sequences with their bank sets.

use std::ops::Range;

use super::archive::{Archive, ArchiveKind};
use super::bank_set::BankSets;
use super::rom::Places;

/// Archives begin at multiples of this.
const ALIGNMENT: usize = 16;
/// Banks and sequences have numbers of one byte.
const MOST_ENTRIES: usize = 0x100;
/// Bytes of an archive's header and of an entry.
const HEADER_BYTES: usize = 4;
const ENTRY_BYTES: usize = 8;
/// Places that could be a bank archive; real images have one.
const TRIED_PLACES: usize = 16;
/// A bank has no more instruments, and no more drums.
const MOST_SOUNDS: u32 = 0x80;

/// The first complete set of archives.
pub(super) fn archives(image: &[u8]) -> Option<Places> {
    let candidates =
        (0..image.len()).step_by(ALIGNMENT).filter_map(|at| Some((at, bank_archive(image, at)?)));
    candidates.take(TRIED_PLACES).find_map(|(banks, archive)| {
        let samples = samples(image, banks + archive.extent()..image.len(), archive.entries.len())?;
        let behind = samples + archive_at(image, samples, ArchiveKind::Samples)?.extent();
        let sequences = (behind..image.len())
            .step_by(ALIGNMENT)
            .find(|&at| is_directory(image, at, ArchiveKind::Sequences))?;
        Some(Places { banks, samples, sequences })
    })
}

/// Where the sample archive begins: the first place with its header, which has as many entries as there are banks.
pub(super) fn samples(image: &[u8], places: Range<usize>, banks: usize) -> Option<usize> {
    let [high, low] = u16::try_from(banks).ok()?.to_be_bytes();
    let header = [0, ArchiveKind::Samples as u8, high, low];
    places.step_by(ALIGNMENT).find(|&at| {
        image.get(at..at + header.len()) == Some(&header)
            && archive_at(image, at, ArchiveKind::Samples).is_some()
    })
}

/// Where the bank sets begin: at the known place or behind the sequences, if they are there; else wherever they are
/// between or behind the sequences (sequences that were added lie behind them). Without any the place where they should
/// be.
pub(super) fn bank_sets(
    image: &[u8],
    sequences: usize,
    archive: &Archive,
    banks: usize,
    known: Option<usize>,
) -> usize {
    let behind = (sequences + archive.extent()).min(image.len());
    let directory = sequences + HEADER_BYTES + ENTRY_BYTES * archive.entries.len();
    let aligned = directory.next_multiple_of(ALIGNMENT).min(behind)..=behind;
    let places = known.into_iter().chain([behind]).chain(aligned.step_by(ALIGNMENT));
    places.into_iter().find(|&at| are_sets(image, at, archive.entries.len(), banks)).unwrap_or(behind)
}

/// Whether bank sets of `count` sequences lie at a place: the first follows the offsets, and all name banks that are
/// there.
fn are_sets(image: &[u8], at: usize, count: usize, banks: usize) -> bool {
    let Some(bytes) = image.get(at..) else { return false };
    let first = bytes.first_chunk().map(|&first| usize::from(u16::from_be_bytes(first)));
    if first != Some(2 * count) {
        return false;
    }
    let Ok(sets) = BankSets::parse("bank sets", bytes) else { return false };
    (0..count).all(|number| {
        sets.set("bank sets", number).is_ok_and(|set| set.banks().all(|bank| usize::from(bank) < banks))
    })
}

fn archive_at(image: &[u8], at: usize, kind: ArchiveKind) -> Option<Archive> {
    Archive::parse("archive", image.get(at..)?, kind).ok()
}

/// Whether a directory lies at a place: its first entry follows it, and all lie behind it in the image.
fn is_directory(image: &[u8], at: usize, kind: ArchiveKind) -> bool {
    let Some(&[0, found, high, low]) = image.get(at..).and_then(<[u8]>::first_chunk) else { return false };
    let count = usize::from(u16::from_be_bytes([high, low]));
    if found != kind as u8 || !(1..=MOST_ENTRIES).contains(&count) {
        return false;
    }
    let Some(archive) = archive_at(image, at, kind) else { return false };
    let behind = (HEADER_BYTES + ENTRY_BYTES * count).next_multiple_of(ALIGNMENT);
    let starts = archive.entries.iter().map(|entry| entry.start);
    starts.clone().min() == Some(behind)
        && starts.zip(&archive.entries).all(|(start, entry)| start >= behind && !entry.is_empty())
}

/// A bank archive whose banks begin as banks do.
fn bank_archive(image: &[u8], at: usize) -> Option<Archive> {
    if !is_directory(image, at, ArchiveKind::Banks) {
        return None;
    }
    let archive = archive_at(image, at, ArchiveKind::Banks)?;
    let are_banks = archive.entries.iter().all(|entry| {
        let bank = image.get(at + entry.start..at + entry.end).unwrap_or_default();
        let count =
            |at: usize| bank.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
        count(0).is_some_and(|count| count <= MOST_SOUNDS)
            && count(4).is_some_and(|count| count <= MOST_SOUNDS)
    });
    are_banks.then_some(archive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::archive::Archive;

    #[test]
    fn archives_are_found_wherever_they_are() {
        let bank = [0_u8; 0x20];
        let blob = |kind, parts: &[&[u8]]| Archive::write(kind, parts).unwrap();
        let mut image = vec![1; 0x530];
        let banks = image.len();
        image.extend(blob(ArchiveKind::Banks, &[&bank, &bank]));
        // As padded as between the game's files.
        image.resize(image.len().next_multiple_of(16) + 0x20, 0);
        let samples = image.len();
        image.extend(blob(ArchiveKind::Samples, &[&[7; 9], &[7; 9]]));
        image.resize(image.len().next_multiple_of(16), 0);
        let sequences = image.len();
        image.extend(blob(ArchiveKind::Sequences, &[&[0xFF], &[0xD3, 0xFF]]));
        image.resize(image.len().next_multiple_of(16), 0);
        let sets = image.len();
        image.extend(BankSets::write(&[vec![0, 1], vec![1]]));
        assert_eq!(archives(&image), Some(Places { banks, samples, sequences }));
        let archive = archive_at(&image, sequences, ArchiveKind::Sequences).unwrap();
        assert_eq!(bank_sets(&image, sequences, &archive, 2, None), sets);
        // A bank that does not exist, and an archive whose entries leave the image, are none.
        assert_ne!(bank_sets(&image[..sets + 5], sequences, &archive, 1, Some(0)), 0);
        assert_eq!(archives(&image[..sequences + 0x18]), None);
    }
}

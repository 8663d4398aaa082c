//! Where a game has what changing its sequences changes.

use std::ops::Range;

use tatum_core::{FormatError, FormatErrorKind};

use super::ALIGNMENT;
use super::table::SequenceTable;
use crate::format::game_image::GameImage;
use crate::format::rom::Rom;
use crate::format::zelda_rom::ZeldaRom;

/// Bytes of an archive's header and of an entry; of an index table's header and entry.
const ARCHIVE_HEADER: usize = 4;
const ARCHIVE_ENTRY: usize = 8;
const INDEX_ROW: usize = 16;

/// The form of the lists that say which banks a sequence has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListForm {
    /// Super Mario 64: backwards, and the engine loads only the first part.
    BankSets,
    /// The Zelda generation.
    FontLists,
}

/// All places.
#[derive(Clone, Debug)]
pub(super) struct Places {
    pub(super) table: SequenceTable,
    /// The lists of banks, with the space that they have.
    pub(super) lists: Range<usize>,
    pub(super) form: ListForm,
    /// Banks that there are.
    pub(super) banks: usize,
    /// The original sequences, one behind the other.
    pub(super) originals: Range<usize>,
    /// Where new ones go.
    pub(super) room: Range<usize>,
}

impl Places {
    pub(super) fn of(name: &str, game: &GameImage, image: &[u8]) -> Result<Self, FormatError> {
        match game {
            GameImage::Archives(rom) => Self::of_archives(name, rom),
            GameImage::Zelda(rom) => Self::of_zelda(name, rom, image),
            GameImage::Indexed(rom) => Err(no_room(name, &rom.facts().name)),
        }
    }

    fn of_archives(name: &str, rom: &Rom) -> Result<Self, FormatError> {
        let room = rom.facts().room.as_ref().ok_or_else(|| no_room(name, &rom.facts().name))?;
        let length = rom.image().len();
        if length <= room.larger_than || room.range.end > length {
            let expected = format!("an extended image of more than {:#x} bytes", room.larger_than);
            return Err(FormatError::invalid(
                name.to_owned(),
                length as u64,
                "image",
                expected,
                format!("{length:#x} bytes"),
            )
            .of_kind(FormatErrorKind::Unsupported)
            .with_help("extend the image first: the room for sequences is behind the originals"));
        }
        let base = rom.sequences_start();
        let count = rom.sequence_count();
        let start = base + ARCHIVE_HEADER;
        let first = (start + ARCHIVE_ENTRY * count).next_multiple_of(ALIGNMENT);
        let sets = rom.bank_sets_range();
        let files = rom.sound_files();
        let banks =
            files.banks.1.get(2..4).map_or(0, |count| u16::from_be_bytes([count[0], count[1]]).into());
        Ok(Self {
            table: SequenceTable { base, start, stride: ARCHIVE_ENTRY, count },
            lists: sets.start..room.range.start.clamp(sets.start, sets.end),
            form: ListForm::BankSets,
            banks,
            originals: first..sets.start.max(first),
            room: room.range.clone(),
        })
    }

    fn of_zelda(name: &str, rom: &ZeldaRom, image: &[u8]) -> Result<Self, FormatError> {
        let places = rom.edit_places();
        let (Some(table), Some(lists)) = (places.table, places.lists) else {
            return Err(FormatError::invalid(
                name.to_owned(),
                places.audioseq as u64,
                "main program",
                "a program that is stored plain, as in the debug version",
                "a compressed one",
            )
            .of_kind(FormatErrorKind::Unsupported)
            .with_help("unpack the image first"));
        };
        let archives = rom.archives();
        let room = match &rom.facts().room {
            Some(room) if room.range.end <= image.len() => room.range.clone(),
            _ => places.files_end.next_multiple_of(ALIGNMENT).min(image.len())..image.len(),
        };
        let count = archives.sequence_count();
        Ok(Self {
            table: SequenceTable {
                base: places.audioseq,
                start: table + INDEX_ROW,
                stride: INDEX_ROW,
                count,
            },
            lists: lists..table.max(lists),
            form: ListForm::FontLists,
            banks: archives.fonts.index().entries.len(),
            originals: places.audioseq..places.audioseq + places.audioseq_bytes,
            room,
        })
    }
}

fn no_room(name: &str, game: &str) -> FormatError {
    FormatError::invalid(
        name.to_owned(),
        0,
        "game",
        "one whose room for sequences is known: an extended Super Mario 64 (USA), Ocarina of Time (debug)",
        game.to_owned(),
    )
    .of_kind(FormatErrorKind::Unsupported)
    .with_help("a profile with room = [first, end] says where other games have some (docs/roms.md)")
}

//! ROM images whose sound files are archives with a directory in front, `n64-formats.md` 5 and 9: at known places, or
//! found by their structure.

use std::ops::Range;
use std::sync::Arc;

use tatum_core::{FormatError, FormatErrorKind};

use super::archive::{Archive, ArchiveKind};
use super::bank_set::LOADED_BYTES;
use super::byte_order::ByteOrder;
use super::game_facts::{CODE, GameFacts, HeaderCode};
use super::rom_search;
use crate::profile::EngineVersion;
use crate::sound_memory::SoundFiles;

/// A game whose archives lie at known places. The sample archive follows the bank archive, the bank sets follow the
/// sequence archive (`n64-formats.md` 9.1, `n64-authoring.md` 10.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveGame {
    /// The game. Without a header's code its archives at their places are what it is known by.
    pub facts: Arc<GameFacts>,
    /// Where the bank archive begins.
    pub banks: usize,
    /// Where the sequence archive begins.
    pub sequences: usize,
    /// Where the bank sets begin; none if they follow the sequences.
    pub bank_sets: Option<usize>,
}

/// Where an image has its archives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Places {
    pub(super) banks: usize,
    pub(super) samples: usize,
    pub(super) sequences: usize,
}

/// A game's image in the cartridge's byte order, with its sound files found.
#[derive(Clone, Debug)]
pub struct Rom {
    name: String,
    bytes: Vec<u8>,
    order: ByteOrder,
    facts: Arc<GameFacts>,
    banks: Range<usize>,
    samples: Range<usize>,
    sequences: usize,
    bank_sets: Range<usize>,
    sequence_archive: Archive,
}

impl Rom {
    /// Takes an image in any byte order.
    ///
    /// # Errors
    ///
    /// If it is no image, or has no sound files of this kind.
    pub fn parse(name: &str, mut bytes: Vec<u8>, games: &[ArchiveGame]) -> Result<Self, FormatError> {
        let order = ByteOrder::of(name, &bytes)?;
        order.convert(&mut bytes);
        let known = games.iter().find(|game| is_game(&bytes, game));
        let at_known_places = known.map(|game| Self::at_places(name, &bytes, game));
        let (places, facts) = match at_known_places {
            Some(Ok(places)) => (places, known.map(|game| Arc::clone(&game.facts))),
            missing => match rom_search::archives(&bytes) {
                Some(places) => (places, known.map(|game| Arc::clone(&game.facts))),
                None => {
                    return Err(missing.and_then(Result::err).unwrap_or_else(|| unknown(name, &bytes)));
                }
            },
        };
        let facts = facts.unwrap_or_else(|| Arc::new(guess(&bytes)));
        let archive = |start: usize, kind| archive_at(name, &bytes, start, kind);
        let banks = archive(places.banks, ArchiveKind::Banks)?;
        let samples = archive(places.samples, ArchiveKind::Samples)?;
        let sequence_archive = archive(places.sequences, ArchiveKind::Sequences)?;
        let range = |start: usize, archive: &Archive| start..(start + archive.extent()).min(bytes.len());
        let sets = rom_search::bank_sets(
            &bytes,
            places.sequences,
            &sequence_archive,
            banks.entries.len(),
            known.and_then(|game| game.bank_sets),
        );
        Ok(Self {
            name: name.to_owned(),
            order,
            facts,
            banks: range(places.banks, &banks),
            samples: range(places.samples, &samples),
            sequences: places.sequences,
            bank_sets: sets..(sets + LOADED_BYTES).min(bytes.len()),
            sequence_archive,
            bytes,
        })
    }

    fn at_places(name: &str, bytes: &[u8], game: &ArchiveGame) -> Result<Places, FormatError> {
        let banks = archive_at(name, bytes, game.banks, ArchiveKind::Banks)?;
        let behind = game.banks + banks.extent();
        let samples =
            rom_search::samples(bytes, behind..game.sequences, banks.entries.len()).unwrap_or(behind);
        archive_at(name, bytes, samples, ArchiveKind::Samples)?;
        archive_at(name, bytes, game.sequences, ArchiveKind::Sequences)?;
        Ok(Places { banks: game.banks, samples, sequences: game.sequences })
    }

    /// The image's name in errors.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The game.
    #[must_use]
    pub fn facts(&self) -> &GameFacts {
        &self.facts
    }

    /// The byte order the image came in.
    #[must_use]
    pub const fn byte_order(&self) -> ByteOrder {
        self.order
    }

    /// The image in the cartridge's byte order.
    #[must_use]
    pub fn image(&self) -> &[u8] {
        &self.bytes
    }

    /// The number of sequences.
    #[must_use]
    pub fn sequence_count(&self) -> usize {
        self.sequence_archive.entries.len()
    }

    /// Where the sequence archive begins.
    #[must_use]
    pub const fn sequences_start(&self) -> usize {
        self.sequences
    }

    /// The bytes of a sequence.
    ///
    /// # Errors
    ///
    /// If there is none of this number.
    pub fn sequence(&self, number: usize) -> Result<&[u8], FormatError> {
        let range = self.sequence_archive.entry(&self.name, number)?;
        Ok(self.bytes[self.sequences..].get(range).unwrap_or_default())
    }

    /// Where the bank sets are: the part that the engine loads.
    #[must_use]
    pub fn bank_sets_range(&self) -> Range<usize> {
        self.bank_sets.clone()
    }

    /// The bank, sample and bank set files.
    #[must_use]
    pub fn sound_files(&self) -> SoundFiles<'_> {
        SoundFiles {
            banks: (&self.name, &self.bytes[self.banks.clone()]),
            samples: (&self.name, &self.bytes[self.samples.clone()]),
            bank_sets: (&self.name, &self.bytes[self.bank_sets.clone()]),
        }
    }
}

fn archive_at(name: &str, bytes: &[u8], start: usize, kind: ArchiveKind) -> Result<Archive, FormatError> {
    let rest = bytes.get(start..).unwrap_or_default();
    Archive::parse(&format!("{name} from {start:#x}"), rest, kind)
}

fn is_game(bytes: &[u8], game: &ArchiveGame) -> bool {
    let is_kind = |at: usize, kind| bytes.get(at..at.saturating_add(2)) == Some(&[0, kind as u8]);
    match game.facts.header {
        Some(header) => header.is_of(bytes),
        None => is_kind(game.banks, ArchiveKind::Banks) && is_kind(game.sequences, ArchiveKind::Sequences),
    }
}

fn code_of(bytes: &[u8]) -> String {
    match HeaderCode::of(bytes) {
        Some(HeaderCode { code, revision }) => {
            format!("{} of revision {}", code.escape_ascii(), revision.unwrap_or_default())
        }
        None => "no header".into(),
    }
}

/// A game that no profile knows: the engine is that of Super Mario 64.
fn guess(bytes: &[u8]) -> GameFacts {
    GameFacts::new(format!("game {}, found by its structure", code_of(bytes)), EngineVersion::Sm64Us)
}

fn unknown(name: &str, bytes: &[u8]) -> FormatError {
    FormatError::invalid(
        name.to_owned(),
        CODE.start as u64,
        "game code",
        "a known game's code, or sound archives anywhere: banks, samples and sequences one behind the other",
        format!("{} without them", code_of(bytes)),
    )
    .of_kind(FormatErrorKind::Unsupported)
    .with_help(
        "say where they are with a profile (--profile, docs/roms.md), or extract the sequence and its bank",
    )
}

//! ROM images: byte orders, known games, and where their sound files lie, `n64-formats.md` 9.

use std::borrow::Cow;
use std::ops::Range;

use tatum_core::{FormatError, FormatErrorKind};

use super::archive::{Archive, ArchiveKind};
use super::bank_set::LOADED_BYTES;
use crate::profile::EngineVersion;
use crate::sound_memory::SoundFiles;

/// The order of an image's bytes, told by its first word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// As on the cartridge (`.z64`).
    Big,
    /// Bytes swapped in pairs (`.v64`).
    Swapped,
    /// Words reversed (`.n64`).
    Little,
}

impl ByteOrder {
    /// The order of an image, if it is one.
    #[must_use]
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        match bytes.first_chunk()? {
            [0x80, 0x37, 0x12, 0x40] => Some(Self::Big),
            [0x37, 0x80, 0x40, 0x12] => Some(Self::Swapped),
            [0x40, 0x12, 0x37, 0x80] => Some(Self::Little),
            _ => None,
        }
    }

    /// An image of this order in the cartridge's.
    #[must_use]
    pub fn to_big(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        let mut image = Cow::Borrowed(bytes);
        if self != Self::Big {
            self.convert(image.to_mut());
        }
        image
    }

    /// Brings an image from this order into the cartridge's, or from the cartridge's into this one.
    pub fn convert(self, bytes: &mut [u8]) {
        match self {
            Self::Big => {}
            Self::Swapped => bytes.chunks_exact_mut(2).for_each(<[u8]>::reverse),
            Self::Little => bytes.chunks_exact_mut(4).for_each(<[u8]>::reverse),
        }
    }
}

/// A game whose sound files lie at known places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KnownGame {
    name: &'static str,
    version: EngineVersion,
    /// The header's four-letter code, and its revision byte; none if they are not documented: then the archives at
    /// their places are what the game is known by.
    header: Option<([u8; 4], u8)>,
    banks: usize,
    sequences: usize,
}

/// Games whose archives have a directory in front. The sample archive follows the bank archive, the bank sets follow
/// the sequence archive (`n64-formats.md` 9.1, `n64-authoring.md` 10.1).
const KNOWN_GAMES: [KnownGame; 5] = [
    KnownGame {
        name: "Super Mario 64 (USA)",
        version: EngineVersion::Sm64Us,
        header: Some((*b"NSME", 0)),
        banks: 0x57_B720,
        sequences: 0x7B_0860,
    },
    KnownGame {
        name: "Super Mario 64 (Japan)",
        version: EngineVersion::Sm64Jp,
        header: Some((*b"NSMJ", 0)),
        banks: 0x57_9140,
        sequences: 0x74_5F80,
    },
    KnownGame {
        name: "Super Mario 64 (Europe)",
        version: EngineVersion::Sm64Eu,
        header: Some((*b"NSMP", 0)),
        banks: 0x55_D8B0,
        sequences: 0x79_29F0,
    },
    KnownGame {
        name: "Mario Kart 64 (USA)",
        version: EngineVersion::MarioKart64,
        header: None,
        banks: 0x96_6260,
        sequences: 0xBC_5F60,
    },
    KnownGame {
        name: "Wave Race 64",
        version: EngineVersion::WaveRace64,
        header: None,
        banks: 0x40_B2F0,
        sequences: 0x7A_E670,
    },
];

/// Archives begin at multiples of this.
const ARCHIVE_ALIGNMENT: usize = 16;
/// Where the header keeps the game's code, and behind it the revision.
const CODE: Range<usize> = 0x3B..0x3F;
const REVISION: usize = 0x3F;

/// A game's image in the cartridge's byte order, with its sound files found.
#[derive(Clone, Debug)]
pub struct Rom {
    name: String,
    bytes: Vec<u8>,
    order: ByteOrder,
    game: &'static str,
    version: EngineVersion,
    banks: Range<usize>,
    samples: Range<usize>,
    sequences: Range<usize>,
    bank_sets: Range<usize>,
    sequence_archive: Archive,
}

impl Rom {
    /// Takes an image in any byte order.
    ///
    /// # Errors
    ///
    /// If it is no image, no known game, or the sound files are not where the game has them.
    pub fn parse(name: &str, mut bytes: Vec<u8>) -> Result<Self, FormatError> {
        let order = ByteOrder::detect(&bytes).ok_or_else(|| {
            FormatError::invalid(
                name.to_owned(),
                0,
                "first word",
                "80371240, 37804012 or 40123780",
                "something else",
            )
        })?;
        order.convert(&mut bytes);
        let game = known_game(name, &bytes)?;
        let archive = |start: usize, kind| {
            let rest = bytes.get(start..).unwrap_or_default();
            Archive::parse(&format!("{name} from {start:#x}"), rest, kind)
        };
        let banks = archive(game.banks, ArchiveKind::Banks)?;
        let samples_start = find_samples(&bytes, game, &banks);
        let samples = archive(samples_start, ArchiveKind::Samples)?;
        let sequence_archive = archive(game.sequences, ArchiveKind::Sequences)?;
        let range = |start: usize, archive: &Archive| start..(start + archive.extent()).min(bytes.len());
        let sequences = range(game.sequences, &sequence_archive);
        let bank_sets = sequences.end..(sequences.end + LOADED_BYTES).min(bytes.len());
        Ok(Self {
            name: name.to_owned(),
            order,
            game: game.name,
            version: game.version,
            banks: range(game.banks, &banks),
            samples: range(samples_start, &samples),
            sequences,
            bank_sets,
            sequence_archive,
            bytes,
        })
    }

    /// The game.
    #[must_use]
    pub const fn game(&self) -> &'static str {
        self.game
    }

    /// The engine that plays the game's music.
    #[must_use]
    pub const fn version(&self) -> EngineVersion {
        self.version
    }

    /// The byte order the image came in.
    #[must_use]
    pub const fn byte_order(&self) -> ByteOrder {
        self.order
    }

    /// The number of sequences.
    #[must_use]
    pub fn sequence_count(&self) -> usize {
        self.sequence_archive.entries.len()
    }

    /// The bytes of a sequence.
    ///
    /// # Errors
    ///
    /// If there is none of this number.
    pub fn sequence(&self, number: usize) -> Result<&[u8], FormatError> {
        let range = self.sequence_archive.entry(&self.name, number)?;
        Ok(self.bytes[self.sequences.clone()].get(range).unwrap_or_default())
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

fn known_game(name: &str, bytes: &[u8]) -> Result<&'static KnownGame, FormatError> {
    let code = bytes.get(CODE).unwrap_or_default();
    let revision = bytes.get(REVISION).copied().unwrap_or_default();
    let is_kind = |at: usize, kind| bytes.get(at..at + 2) == Some(&[0, kind as u8]);
    let is_game = |game: &&KnownGame| match game.header {
        Some((own, own_revision)) => own == code && own_revision == revision,
        None => is_kind(game.banks, ArchiveKind::Banks) && is_kind(game.sequences, ArchiveKind::Sequences),
    };
    KNOWN_GAMES.iter().find(is_game).ok_or_else(|| {
        FormatError::invalid(
            name.to_owned(),
            CODE.start as u64,
            "game code",
            "NSME, NSMJ or NSMP (Super Mario 64) of revision 0, or the sound archives of another known game",
            format!("{} of revision {revision}", code.escape_ascii()),
        )
        .of_kind(FormatErrorKind::Unsupported)
        .with_help("extract the sequence and its bank, and play them with --bank")
    })
}

/// Where the sample archive begins: the first place behind the banks with its header, which has as many entries as
/// there are banks. Without one the place where it should be.
fn find_samples(bytes: &[u8], game: &KnownGame, banks: &Archive) -> usize {
    let behind = game.banks + banks.extent();
    let [high, low] = (banks.entries.len() as u16).to_be_bytes();
    let header = [0, ArchiveKind::Samples as u8, high, low];
    (behind..game.sequences)
        .step_by(ARCHIVE_ALIGNMENT)
        .find(|&at| bytes.get(at..at + header.len()) == Some(&header))
        .unwrap_or(behind)
}

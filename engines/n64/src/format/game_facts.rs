//! What is known about a game besides where its sound files lie: data for all kinds of images.

use std::collections::BTreeMap;
use std::ops::Range;

use super::checksum::BootChip;
use super::rom::ArchiveGame;
use super::shindou_rom::IndexedGame;
use super::zelda_rom::ZeldaGame;
use crate::profile::EngineVersion;

/// Where an image's header keeps the game's code, and behind it the revision.
pub(super) const CODE: Range<usize> = 0x3B..0x3F;
const REVISION: usize = 0x3F;

/// The code in an image's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderCode {
    /// Four letters.
    pub code: [u8; 4],
    /// The revision; none stands for any.
    pub revision: Option<u8>,
}

impl HeaderCode {
    /// The code of an image in the cartridge's byte order; none if it ends before.
    #[must_use]
    pub fn of(image: &[u8]) -> Option<Self> {
        let code = image.get(CODE)?.try_into().ok()?;
        Some(Self { code, revision: image.get(REVISION).copied() })
    }

    /// Whether an image has this code.
    #[must_use]
    pub fn is_of(self, image: &[u8]) -> bool {
        Self::of(image).is_some_and(|found| {
            found.code == self.code && (self.revision.is_none() || found.revision == self.revision)
        })
    }
}

/// The part of an image that is free for sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Its bytes.
    pub range: Range<usize>,
    /// Images must be larger than this: in smaller ones the room is not free.
    pub larger_than: usize,
}

/// A game.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GameFacts {
    /// Its name.
    pub name: String,
    /// The engine that plays its music.
    pub version: EngineVersion,
    /// The code in its header, where it is documented.
    pub header: Option<HeaderCode>,
    /// Its boot chip, where it is documented.
    pub boot: Option<BootChip>,
    /// Where sequences may be added, where it is documented.
    pub room: Option<Room>,
    /// Sequences that are not music: they are not replaced unless that is asked for.
    pub reserved: Vec<usize>,
    /// Names of sequences by their numbers.
    pub names: BTreeMap<usize, String>,
}

impl GameFacts {
    /// A game of which nothing more is known.
    #[must_use]
    pub fn new(name: impl Into<String>, version: EngineVersion) -> Self {
        Self {
            name: name.into(),
            version,
            header: None,
            boot: None,
            room: None,
            reserved: Vec::new(),
            names: BTreeMap::new(),
        }
    }
}

/// Games by the way in which their images keep sound files. Places are hints: what is not there is looked for by its
/// structure.
#[derive(Clone, Debug, Default)]
pub struct GameProfiles {
    /// Archives with a directory in front.
    pub archives: Vec<ArchiveGame>,
    /// Index tables in the program.
    pub indexed: Vec<IndexedGame>,
    /// The Zelda generation's file tables.
    pub zelda: Vec<ZeldaGame>,
}

impl GameProfiles {
    /// Adds games behind these.
    pub fn extend(&mut self, others: Self) {
        self.archives.extend(others.archives);
        self.indexed.extend(others.indexed);
        self.zelda.extend(others.zelda);
    }
}

//! A game's image of any kind: recognised once, for all who open one.

use std::borrow::Cow;

use tatum_core::FormatError;

use super::bank_set::BankSets;
use super::byte_order::ByteOrder;
use super::game_facts::{GameFacts, GameProfiles};
use super::rom::Rom;
use super::shindou_rom::{ShindouRom, missing_tables};
use super::zelda_rom::ZeldaRom;

/// A game with its sound files found.
#[derive(Clone, Debug)]
pub enum GameImage {
    /// Archives with a directory in front.
    Archives(Box<Rom>),
    /// Index tables in the program.
    Indexed(Box<ShindouRom>),
    /// The Zelda generation.
    Zelda(Box<ZeldaRom>),
}

impl GameImage {
    /// Whether bytes are an image in some byte order.
    #[must_use]
    pub fn recognizes(bytes: &[u8]) -> bool {
        ByteOrder::detect(bytes).is_some()
    }

    /// Opens an image in any byte order: by the places of known games, or by its structure.
    ///
    /// # Errors
    ///
    /// If it is no image, or has no sound files of a known kind.
    pub fn parse(name: &str, bytes: Vec<u8>, games: &GameProfiles) -> Result<Self, FormatError> {
        if ZeldaRom::recognizes(&bytes, &games.zelda) {
            return ZeldaRom::parse(name, &bytes, &games.zelda).map(|rom| Self::Zelda(Box::new(rom)));
        }
        if let Some(rom) = ShindouRom::find(name, &bytes, &games.indexed) {
            return Ok(Self::Indexed(Box::new(rom)));
        }
        if let Some(order) = ByteOrder::detect(&bytes)
            && let Some(error) = missing_tables(name, &order.to_big(&bytes), &games.indexed)
        {
            return Err(error);
        }
        Rom::parse(name, bytes, &games.archives).map(|rom| Self::Archives(Box::new(rom)))
    }

    /// The game.
    #[must_use]
    pub fn facts(&self) -> &GameFacts {
        match self {
            Self::Archives(rom) => rom.facts(),
            Self::Indexed(rom) => rom.facts(),
            Self::Zelda(rom) => rom.facts(),
        }
    }

    /// The byte order the image came in.
    #[must_use]
    pub fn byte_order(&self) -> ByteOrder {
        match self {
            Self::Archives(rom) => rom.byte_order(),
            Self::Indexed(rom) => rom.byte_order(),
            Self::Zelda(rom) => rom.byte_order(),
        }
    }

    /// The number of sequences.
    #[must_use]
    pub fn sequence_count(&self) -> usize {
        match self {
            Self::Archives(rom) => rom.sequence_count(),
            Self::Indexed(rom) => rom.sequence_count(),
            Self::Zelda(rom) => rom.archives().sequence_count(),
        }
    }

    /// The bytes of a sequence.
    ///
    /// # Errors
    ///
    /// If there is none of this number, or it leaves the image.
    pub fn sequence(&self, number: usize) -> Result<&[u8], FormatError> {
        match self {
            Self::Archives(rom) => rom.sequence(number),
            Self::Indexed(rom) => rom.sequence(number),
            Self::Zelda(rom) => rom.archives().sequence(number),
        }
    }

    /// The banks or fonts of a sequence: in the order of its positions, in the Zelda generation in the order of the
    /// table (the last one is the default).
    #[must_use]
    pub fn banks(&self, number: usize) -> Vec<u8> {
        let of_sets = |(name, bytes): (&str, &[u8])| {
            let sets = BankSets::parse(name, bytes).ok()?;
            Some(sets.set(name, number).ok()?.banks().collect())
        };
        let banks: Option<Vec<u8>> = match self {
            Self::Archives(rom) => of_sets(rom.sound_files().bank_sets),
            Self::Indexed(rom) => of_sets(rom.sound_files().bank_sets),
            Self::Zelda(rom) => rom.archives().lists.lists.get(number).cloned(),
        };
        banks.unwrap_or_default()
    }

    /// A sequence whose data another one has: its number.
    #[must_use]
    pub fn alias(&self, number: usize) -> Option<usize> {
        match self {
            Self::Zelda(rom) => rom.archives().sequences.index().entries.get(number)?.alias(),
            Self::Archives(_) | Self::Indexed(_) => None,
        }
    }

    /// The name of a sequence, where it is known.
    #[must_use]
    pub fn sequence_name(&self, number: usize) -> Option<&str> {
        self.facts().names.get(&number).map(String::as_str)
    }
}

/// An image's bytes in the cartridge's order.
///
/// # Errors
///
/// If it is no image.
pub fn in_cartridge_order<'a>(name: &str, bytes: &'a [u8]) -> Result<Cow<'a, [u8]>, FormatError> {
    ByteOrder::of(name, bytes).map(|order| order.to_big(bytes))
}

//! Sequences in a game's image are exchanged for others, and brought back (`n64-authoring.md` 10.2 and 10.3).
//!
//! New sequences go into a room behind the originals, which stay where they are; only the game's table of sequences
//! points elsewhere. What it said before is kept in the room too, see `record`.
//!
//! | file | what |
//! |:--|:--|
//! | `table` | the two forms of the table, as numbers of offset and length |
//! | `places` | where a game has its table, its sets and its room |
//! | `insert` | finding space, writing, moving together |
//! | `banks` | the banks of a sequence |
//! | `record` | what a game had before, kept at the room's end |
//! | `clean` | the original table, from the record or from how originals lie |

mod banks;
mod clean;
mod insert;
mod places;
mod record;
mod table;

pub use clean::CleanSource;
pub use insert::Placed;

use tatum_core::FormatError;

use self::places::Places;
use crate::format::checksum::BootChip;
use crate::format::game_image::GameImage;

/// Blocks of sequences begin at multiples of this, and their lengths are such.
const ALIGNMENT: usize = 16;
/// What free space is filled with if nothing says otherwise: the retail image is padded so.
const USUAL_FILL: u8 = 0xFF;

/// A game's image whose sequences are changed.
#[derive(Clone, Debug)]
pub struct RomSequences {
    name: String,
    /// In the cartridge's byte order.
    image: Vec<u8>,
    places: Places,
    /// The chip that the game's profile names.
    boot: Option<BootChip>,
}

impl RomSequences {
    /// The sequences of a game; `image` are its bytes in the cartridge's order.
    ///
    /// # Errors
    ///
    /// If nothing is known about where the game has room, or the table cannot be changed.
    pub fn new(name: &str, game: &GameImage, image: Vec<u8>) -> Result<Self, FormatError> {
        let places = Places::of(name, game, &image)?;
        Ok(Self { name: name.to_owned(), image, places, boot: game.facts().boot })
    }

    /// Free bytes behind the last sequence of the room.
    #[must_use]
    pub fn free_bytes(&self) -> usize {
        self.free().len()
    }

    /// Computes the checksum in the header. The chip is known by its boot program, by the checksum that was there, or
    /// by the game; returns it, or none if it is not known and the header stays.
    ///
    /// # Errors
    ///
    /// If the image is too short for a checksum.
    pub fn update_checksum(&mut self, before: &[u8]) -> Result<Option<BootChip>, FormatError> {
        let chip = BootChip::detect(before).or(self.boot);
        if let Some(chip) = chip {
            chip.update(&self.name, &mut self.image)?;
        }
        Ok(chip)
    }

    /// The image in the cartridge's byte order.
    #[must_use]
    pub fn into_image(self) -> Vec<u8> {
        self.image
    }

    fn invalid(
        &self,
        at: usize,
        field: &'static str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> FormatError {
        FormatError::invalid(self.name.clone(), at as u64, field, expected.into(), found.into())
    }
}

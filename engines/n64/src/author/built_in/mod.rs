//! The built-in instruments as files of this engine: a sequence without banks is played with them, and they go the
//! same way as a user's files.
//!
//! ```
//! use tatum_n64::{SoundMemory, author::built_in};
//!
//! let sounds = SoundMemory::load(&built_in::files().sound_files(), 0)?;
//! let bank = sounds.bank(0).expect("the only bank");
//! assert_eq!((bank.instruments.len(), bank.drums.len()), (127, 107));
//! # Ok::<(), tatum_core::FormatError>(())
//! ```
//!
//! Instrument numbers are General MIDI programs (0 to 126: the engine has no more numbers). Drums are General MIDI
//! percussion keys: the drum of semitone n is that of key n + 21, the key the same note byte means elsewhere.
//!
//! The files are stored, because making them takes longer than a minute of a song: [`make`] does it, and a test compares.

mod making;

use std::borrow::Cow;

use tatum_core::FormatError;

pub use making::make;

use crate::format::archive::{Archive, ArchiveKind};
use crate::format::bank::FontCounts;
use crate::format::index_table::{FontEntry, IndexEntry, IndexTable};
use crate::profile::Generation;
use crate::sound_memory::{FontFile, FontFiles, ShindouFiles, SoundFiles, SoundMemory};

/// Instruments a bank can have: from 0x7F on an instrument number means drums or a wave.
const INSTRUMENTS: u8 = 0x7F;
/// Instruments a font of the Zelda generation can have: 0x7E means sound effects.
const ZELDA_INSTRUMENTS: usize = 0x7E;
/// MIDI key of semitone 0 (`n64-authoring.md`, note numbers): semitone 39 is middle C, key 60.
pub const KEY_OF_SEMITONE_0: u8 = 21;
/// Highest MIDI key.
const HIGHEST_KEY: u8 = 127;
/// Drums: one for each key.
const DRUMS: u8 = HIGHEST_KEY - KEY_OF_SEMITONE_0 + 1;
/// Bank sets: one sequence, which uses the bank. The game's third file.
const BANK_SETS: &[u8] = &[0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// The built-in banks as files a game has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltInFiles {
    /// Bank archive (`sound_data.ctl`): one bank.
    pub ctl: Cow<'static, [u8]>,
    /// Sample archive (`sound_data.tbl`): the samples of all banks and fonts.
    pub tbl: Cow<'static, [u8]>,
    /// Shindou's sound font.
    pub shindou_font: Cow<'static, [u8]>,
    /// The Zelda generation's.
    pub zelda_font: Cow<'static, [u8]>,
}

impl BuiltInFiles {
    /// The files for [`SoundMemory::load`], as those of sequence 0.
    #[must_use]
    pub fn sound_files(&self) -> SoundFiles<'_> {
        SoundFiles {
            banks: ("built-in banks", &self.ctl),
            samples: ("built-in samples", &self.tbl),
            bank_sets: ("built-in bank sets", BANK_SETS),
        }
    }

    /// The samples without their archive.
    fn samples(&self) -> Result<&[u8], FormatError> {
        let archive = Archive::parse("built-in samples", &self.tbl, ArchiveKind::Samples)?;
        Ok(archive.entries.into_iter().next().and_then(|entry| self.tbl.get(entry)).unwrap_or_default())
    }
}

/// The built-in files.
#[must_use]
pub const fn files() -> BuiltInFiles {
    BuiltInFiles {
        ctl: Cow::Borrowed(include_bytes!("files/built_in.ctl")),
        tbl: Cow::Borrowed(include_bytes!("files/built_in.tbl")),
        shindou_font: Cow::Borrowed(include_bytes!("files/shindou.font")),
        zelda_font: Cow::Borrowed(include_bytes!("files/zelda.font")),
    }
}

/// The built-in instruments as a generation's engine loads them, for sequence 0.
///
/// In the Zelda generation instrument numbers end at 125: there 126 means sound effects.
///
/// # Errors
///
/// None: the files are good. The readers cannot know that.
pub fn sounds(generation: Generation) -> Result<SoundMemory, FormatError> {
    match generation {
        Generation::First | Generation::European => SoundMemory::load(&files().sound_files(), 0),
        Generation::Shindou => shindou_sounds(),
        Generation::Ocarina | Generation::Majora => zelda_sounds(),
    }
}

/// The instruments as Shindou's files: a sound font without effects.
fn shindou_sounds() -> Result<SoundMemory, FormatError> {
    let files = files();
    let area = files.samples()?;
    let counts = FontCounts { instruments: INSTRUMENTS, drums: DRUMS, effects: 0, has_effects: false };
    let entry = FontEntry { sample_banks: [Some(0), None], counts };
    let table = |size: usize| {
        let entry = IndexEntry { offset: 0, size: size as u32, details: entry.to_bytes() };
        IndexTable { entries: vec![entry] }.write()
    };
    SoundMemory::load_shindou(
        &ShindouFiles {
            banks: ("built-in fonts", &files.shindou_font),
            samples: ("built-in samples", area),
            bank_sets: ("built-in bank sets", BANK_SETS),
            banks_header: ("built-in font table", &table(files.shindou_font.len())),
            samples_header: ("built-in sample table", &table(area.len())),
        },
        0,
    )
}

/// The instruments as a sound font of the Zelda generation.
fn zelda_sounds() -> Result<SoundMemory, FormatError> {
    let files = files();
    let counts =
        FontCounts { instruments: ZELDA_INSTRUMENTS as u8, drums: DRUMS, effects: 0, has_effects: true };
    let entry = FontEntry { sample_banks: [Some(0), None], counts };
    SoundMemory::load_fonts(&FontFiles {
        fonts: vec![Some(FontFile::new("built-in font", &files.zelda_font, entry))],
        sample_banks: vec![("built-in samples", files.samples()?)],
        lists: vec![vec![0]],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::bank_set::BankSets;

    #[test]
    fn the_bank_sets_are_those_of_one_sequence_with_one_bank() {
        assert_eq!(BankSets::write(&[vec![0]]), BANK_SETS);
    }

    #[test]
    fn every_generation_loads_them() {
        for version in crate::profile::EngineVersion::ALL {
            let sounds = sounds(version.generation()).unwrap();
            let bank = sounds.bank(0).unwrap();
            let instruments = if version.generation().is_zelda() { ZELDA_INSTRUMENTS } else { 127 };
            assert_eq!((bank.instruments.len(), bank.drums.len()), (instruments, 107), "{}", version.id());
        }
    }
}

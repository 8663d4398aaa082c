//! What a game's sound files hold, however they are stored: banks, sample areas, and which bank uses which area.

use tatum_core::FormatError;
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank::{Bank, FontCounts};
use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::index_table::{FontEntry, IndexEntry, IndexTable};
use tatum_n64::{EngineVersion, FontFile, FontFiles, ShindouFiles, SoundFiles, SoundMemory};

/// How banks are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::bank) enum Form {
    /// `sound_data.ctl`, `sound_data.tbl` and `bank_sets` (Super Mario 64).
    Archives,
    /// The same with index tables beside them (Shindou).
    Indexed,
    /// An extracted game of the Zelda generation.
    Game,
    /// Lone fonts (`.zbank`, `.bankmeta`) with one sample bank.
    Fonts,
}

/// Files by name.
pub(in crate::bank) type Files = Vec<(String, Vec<u8>)>;

/// Banks and samples.
#[derive(Clone, Debug)]
pub(in crate::bank) struct SoundSet {
    pub form: Form,
    /// The engine that plays them.
    pub engine: EngineVersion,
    /// Banks by number.
    pub banks: Vec<BankSlot>,
    /// Sample areas by number.
    pub areas: Vec<AreaSlot>,
    /// Files that hold the banks and areas, as they were read.
    pub stored: Files,
    /// Other files that belong to the set.
    pub extras: Files,
}

/// A bank's number.
#[derive(Clone, Debug)]
pub(in crate::bank) struct BankSlot {
    /// What the file is called where banks are files.
    pub name: Option<String>,
    /// Its content, or whose it shares.
    pub content: BankContent,
    /// Its sample areas, by the number in a sample's description.
    pub areas: [Option<u8>; 2],
    /// The end of its index entry: where the data are, how they are kept.
    pub keeping: [u8; 2],
}

/// What a bank's number leads to.
#[derive(Clone, Debug)]
pub(in crate::bank) enum BankContent {
    /// The bank of another number.
    Alias(usize),
    /// A bank.
    Bank {
        /// What it says.
        bank: Bank,
        /// How it is written.
        bytes: Vec<u8>,
    },
    /// Bytes that are no bank this program can read.
    Raw {
        /// The bytes.
        bytes: Vec<u8>,
        /// How many sounds it is said to have.
        counts: FontCounts,
        /// Why not.
        error: FormatError,
    },
}

/// A sample area's number.
#[derive(Clone, Debug)]
pub(in crate::bank) struct AreaSlot {
    /// The area, or whose it shares.
    pub content: AreaContent,
    /// The end of its index entry.
    pub details: [u8; 8],
}

/// What a sample area's number leads to.
#[derive(Clone, Debug)]
pub(in crate::bank) enum AreaContent {
    /// The area of another number.
    Alias(usize),
    /// Samples.
    Bytes(Vec<u8>),
}

impl SoundSet {
    /// The number whose bytes an area has.
    pub fn area_owner(&self, number: usize) -> Option<usize> {
        match self.areas.get(number)?.content {
            AreaContent::Bytes(_) => Some(number),
            AreaContent::Alias(owner) => {
                matches!(self.areas.get(owner)?.content, AreaContent::Bytes(_)).then_some(owner)
            }
        }
    }

    /// The bytes of an area, through an alias.
    pub fn area(&self, number: u8) -> Option<&[u8]> {
        match &self.areas.get(self.area_owner(number.into())?)?.content {
            AreaContent::Bytes(bytes) => Some(bytes),
            AreaContent::Alias(_) => None,
        }
    }

    /// The areas of a bank, through aliases.
    pub fn areas_of(&self, slot: &BankSlot) -> [Option<&[u8]>; 2] {
        slot.areas.map(|area| self.area(area?))
    }

    /// All banks that can be read, with their numbers.
    pub fn readable(&self) -> impl Iterator<Item = (usize, &BankSlot, &Bank)> {
        self.banks.iter().enumerate().filter_map(|(number, slot)| match &slot.content {
            BankContent::Bank { bank, .. } => Some((number, slot, bank)),
            _ => None,
        })
    }

    /// A bank's bytes and slot, through an alias.
    pub(super) fn bank_bytes(&self, number: usize) -> Option<(&BankSlot, &[u8], FontCounts)> {
        let slot = self.banks.get(number)?;
        let owner = match slot.content {
            BankContent::Alias(owner) => self.banks.get(owner)?,
            _ => slot,
        };
        match &owner.content {
            BankContent::Bank { bank, bytes } => Some((slot, bytes, counts_of(bank, self.form))),
            BankContent::Raw { bytes, counts, .. } => Some((slot, bytes, *counts)),
            BankContent::Alias(_) => None,
        }
    }

    /// The last eight bytes of a bank's index entry.
    pub fn entry(&self, number: usize) -> Option<[u8; 8]> {
        let (slot, _, counts) = self.bank_bytes(number)?;
        let entry = FontEntry { sample_banks: slot.areas, counts };
        let mut bytes = entry.to_bytes();
        bytes[..2].copy_from_slice(&slot.keeping);
        Some(bytes)
    }

    /// The sounds of one bank, as those of sequence 0.
    ///
    /// # Errors
    ///
    /// If there is no such bank, or the engine cannot load it.
    pub fn sounds_of(&self, number: usize) -> Result<SoundMemory, FormatError> {
        let missing = || {
            let expected = format!("a number below {}", self.banks.len());
            FormatError::invalid("banks", 0, "bank", expected, number.to_string())
        };
        let (slot, bytes, _) = self.bank_bytes(number).ok_or_else(missing)?;
        let areas = self.areas_of(slot);
        match self.form {
            Form::Archives => {
                let files = SoundFiles {
                    banks: ("bank", &Archive::write(ArchiveKind::Banks, &[bytes])?),
                    samples: (
                        "samples",
                        &Archive::write(ArchiveKind::Samples, &[areas[0].unwrap_or_default()])?,
                    ),
                    bank_sets: ("bank set", &BankSets::write(&[vec![0]])),
                };
                SoundMemory::load(&files, 0)
            }
            Form::Indexed => self.shindou_sounds(number, bytes, areas),
            Form::Game | Form::Fonts => {
                let details = self.entry(number).ok_or_else(missing)?;
                let entry = FontEntry { sample_banks: [Some(0), Some(1)], ..FontEntry::from_bytes(details) };
                let samples = areas.map(|area| ("samples", area.unwrap_or_default()));
                let files = FontFiles {
                    fonts: vec![Some(FontFile::new("font", bytes, entry))],
                    sample_banks: samples.to_vec(),
                    lists: vec![vec![0]],
                };
                SoundMemory::load_fonts(&files)
            }
        }
    }

    /// Whether two sets hold the same bytes at the same numbers.
    pub fn is_same(&self, other: &Self) -> bool {
        let bank = |set: &Self, number: usize| {
            let slot = &set.banks[number];
            let bytes = match &slot.content {
                BankContent::Alias(owner) => Err(*owner),
                BankContent::Bank { bytes, .. } | BankContent::Raw { bytes, .. } => Ok(bytes.clone()),
            };
            (bytes, slot.areas, slot.name.clone(), set.entry(number))
        };
        let area = |set: &Self, number: usize| {
            let slot = &set.areas[number];
            let bytes = match &slot.content {
                AreaContent::Alias(owner) => Err(*owner),
                AreaContent::Bytes(bytes) => Ok(bytes.clone()),
            };
            (bytes, slot.details)
        };
        (self.form, self.banks.len(), self.areas.len()) == (other.form, other.banks.len(), other.areas.len())
            && (0..self.banks.len()).all(|number| bank(self, number) == bank(other, number))
            && (0..self.areas.len()).all(|number| area(self, number) == area(other, number))
    }

    fn shindou_sounds(
        &self,
        number: usize,
        bytes: &[u8],
        areas: [Option<&[u8]>; 2],
    ) -> Result<SoundMemory, FormatError> {
        let mut details = self.entry(number).unwrap_or_default();
        let (mut samples, mut entries) = (Vec::new(), Vec::new());
        for (place, area) in areas.into_iter().enumerate() {
            let area = area.unwrap_or_default();
            details[2 + place] = if area.is_empty() { 0xFF } else { entries.len() as u8 };
            if !area.is_empty() {
                entries.push(IndexEntry {
                    offset: samples.len() as u32,
                    size: area.len() as u32,
                    details: [0; 8],
                });
                samples.extend(area);
                samples.resize(samples.len().next_multiple_of(16), 0);
            }
        }
        let bank = IndexEntry { offset: 0, size: bytes.len() as u32, details };
        let files = ShindouFiles {
            banks: ("bank", bytes),
            samples: ("samples", &samples),
            bank_sets: ("bank set", &BankSets::write(&[vec![0]])),
            banks_header: ("bank table", &IndexTable { entries: vec![bank] }.write()),
            samples_header: ("sample table", &IndexTable { entries }.write()),
        };
        SoundMemory::load_shindou(&files, 0)
    }
}

impl Form {
    /// Reads a bank in this form.
    ///
    /// # Errors
    ///
    /// As the parsers of banks.
    pub fn parse(
        self,
        name: &str,
        bytes: &[u8],
        counts: FontCounts,
        areas: [Option<usize>; 2],
    ) -> Result<Bank, FormatError> {
        match self {
            Self::Archives => Bank::parse(name, bytes, areas[0].unwrap_or_default()),
            Self::Indexed => {
                let counts = FontCounts { effects: 0, has_effects: false, ..counts };
                Bank::parse_font(name, bytes, counts, areas)
            }
            Self::Game | Self::Fonts => Bank::parse_font(name, bytes, counts, areas),
        }
    }

    /// Writes a bank in this form.
    #[must_use]
    pub fn write(self, bank: &Bank) -> Vec<u8> {
        match self {
            Self::Archives => bank.write(),
            Self::Indexed => bank.write_font(false).0,
            Self::Game | Self::Fonts => bank.write_font(true).0,
        }
    }

    /// Whether banks have index entries, and samples codecs.
    #[must_use]
    pub const fn has_entries(self) -> bool {
        !matches!(self, Self::Archives)
    }
}

/// How many sounds a bank has.
pub(super) fn counts_of(bank: &Bank, form: Form) -> FontCounts {
    FontCounts {
        instruments: bank.instruments.len() as u8,
        drums: bank.drums.len() as u8,
        effects: bank.effects.len() as u16,
        has_effects: !matches!(form, Form::Indexed),
    }
}

//! Fonts that packs bring, with samples of their own: as the randomisers store them into the game.

use std::collections::{BTreeMap, HashMap};

use tatum_core::FormatError;

use super::{Member, PackSound, SoundTarget};
use crate::format::font_samples::{SampleHeader, repoint, sample_headers};
use crate::format::index_table::FontEntry;

/// Samples begin where the signal processor can load them.
const SAMPLE_ALIGNMENT: usize = 16;
/// A font knows two sample banks.
const BANKS: usize = 2;

/// A font of a pack.
#[derive(Clone, Debug)]
pub struct OwnFont {
    name: String,
    font: Member,
    entry: FontEntry,
    sounds: Vec<PackSound>,
    headers: Vec<SampleHeader>,
    /// Which sound a sample header (by its offset) is pointed at.
    sound_of_header: BTreeMap<usize, usize>,
}

/// The same, stored: its sample headers lead to two sample banks.
#[derive(Clone, Debug)]
pub struct OwnFontFiles {
    /// The name to use in messages.
    pub name: String,
    /// The font.
    pub font: Vec<u8>,
    /// Its entry, with the numbers of the sample banks below.
    pub entry: FontEntry,
    /// The sample banks.
    pub sample_banks: [Vec<u8>; BANKS],
}

impl OwnFont {
    pub(super) fn new(
        pack: &str,
        font: Member,
        entry: &Member,
        sounds: Vec<PackSound>,
    ) -> Result<Self, FormatError> {
        let entry = FontEntry::parse(&format!("{pack}, {}", entry.name), &entry.bytes)?;
        let name = format!("{pack}, {}", font.name);
        let headers = sample_headers(&name, &font.bytes, entry.counts)?;
        let mut sound_of_header = BTreeMap::new();
        for (index, sound) in sounds.iter().enumerate() {
            for header in headers_of(&name, &headers, sound)? {
                sound_of_header.insert(header.offset, index);
            }
        }
        Ok(Self { name, font, entry, sounds, headers, sound_of_header })
    }

    /// The game's sample banks that its entry names.
    #[must_use]
    pub const fn sample_banks(&self) -> [Option<u8>; BANKS] {
        self.entry.sample_banks
    }

    /// Whether every sample is the pack's own.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.headers.iter().all(|header| self.sound_of_header.contains_key(&header.offset))
    }

    /// Stores the pack's samples behind the first of the game's sample banks and points the sample headers there.
    ///
    /// # Errors
    ///
    /// If a sample header asks for more bytes than its sound has.
    pub fn store(&self, game_banks: [&[u8]; BANKS]) -> Result<OwnFontFiles, FormatError> {
        let mut font = self.font.bytes.clone();
        let mut sample_banks = game_banks.map(<[u8]>::to_vec);
        let mut addresses: HashMap<&str, u32> = HashMap::new();
        for header in &self.headers {
            let Some(&sound) = self.sound_of_header.get(&header.offset) else { continue };
            let data = &self.sounds[sound].data;
            if header.size > data.bytes.len() {
                let expected = format!("at most {:#x} bytes, as {} has", data.bytes.len(), data.name);
                let found = format!("{:#x}", header.size);
                let at = header.offset as u64;
                return Err(FormatError::invalid(self.name.clone(), at, "sample size", expected, found));
            }
            let address = *addresses.entry(&data.name).or_insert_with(|| {
                let bank = &mut sample_banks[0];
                bank.resize(bank.len().next_multiple_of(SAMPLE_ALIGNMENT), 0);
                let address = bank.len() as u32;
                bank.extend(&data.bytes);
                address
            });
            repoint(&mut font, header, address);
        }
        let entry = FontEntry { sample_banks: [Some(0), Some(1)], ..self.entry };
        Ok(OwnFontFiles { name: self.name.clone(), font, entry, sample_banks })
    }
}

/// The sample headers that mean a sound. A temporary address that none carries is no fault: the sound is not used.
fn headers_of<'a>(
    font: &str,
    headers: &'a [SampleHeader],
    sound: &PackSound,
) -> Result<Vec<&'a SampleHeader>, FormatError> {
    match sound.target {
        SoundTarget::Address(address) => {
            Ok(headers.iter().filter(|header| header.address == address).collect())
        }
        SoundTarget::Sound(place) => match headers.iter().find(|header| header.place == place) {
            Some(header) => Ok(vec![header]),
            None => {
                let expected = format!("a sound for {}", sound.data.name);
                let found = format!("no sample at {place:?}");
                Err(FormatError::invalid(font.to_owned(), 0, "sounds of the font", expected, found))
            }
        },
    }
}

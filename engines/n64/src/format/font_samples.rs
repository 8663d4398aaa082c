//! The sample headers of a raw sound font: where they lie, and pointing them at other data. `n64-oot.md` 2.

use tatum_core::{ByteReader, FormatError};

use super::bank::{FontCounts, KeyRange};

/// The bound of an instrument's normal range that leaves no high sound.
const LAST_PITCH: u8 = 0x7F;
/// The bits of a sample header that choose one of the font's two sample banks.
const BANK_BITS: u32 = 3 << 26;
/// The bits of a sample header that hold its size.
const SIZE_BITS: u32 = 0xFF_FFFF;
/// Bytes of an instrument, a drum and a sound effect, and where the first two have their sounds.
const SOUND_BYTES: usize = 8;
const INSTRUMENT_SOUNDS: usize = 8;
const DRUM_SOUND: usize = 4;

/// One of a font's sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundPlace {
    /// A range of an instrument.
    Instrument(u8, KeyRange),
    /// A drum.
    Drum(u8),
    /// A sound effect.
    Effect(u16),
}

/// A sample header in a font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SampleHeader {
    /// The sound it belongs to.
    pub place: SoundPlace,
    /// Where it lies in the font.
    pub offset: usize,
    /// Bytes of the sample's data.
    pub size: usize,
    /// Where they lie in the sample bank.
    pub address: u32,
}

/// The sample headers of all sounds; several sounds can have the same one.
///
/// # Errors
///
/// If a pointer leaves the font.
pub fn sample_headers(file: &str, font: &[u8], counts: FontCounts) -> Result<Vec<SampleHeader>, FormatError> {
    let mut walk = Walk { reader: ByteReader::new(file, font), headers: Vec::new() };
    let mut pointers = walk.reader.clone();
    let drums = pointers.u32_be("drum table pointer")? as usize;
    let effects = pointers.u32_be("sound effect table pointer")? as usize;
    for number in 0..counts.instruments {
        let pointer = pointers.u32_be("instrument pointer")? as usize;
        if pointer != 0 {
            walk.instrument(number, pointer)?;
        }
    }
    if drums != 0 {
        let mut table = walk.reader.at(drums);
        for number in 0..counts.drums {
            let pointer = table.u32_be("drum pointer")? as usize;
            if pointer != 0 {
                walk.sound(SoundPlace::Drum(number), pointer.saturating_add(DRUM_SOUND))?;
            }
        }
    }
    if effects != 0 {
        for number in 0..counts.effects {
            let at = effects.saturating_add(SOUND_BYTES * usize::from(number));
            walk.sound(SoundPlace::Effect(number), at)?;
        }
    }
    Ok(walk.headers)
}

/// Points a sample header at data in the font's first sample bank.
pub fn repoint(font: &mut [u8], header: &SampleHeader, address: u32) {
    let word_and_address = font.get_mut(header.offset..header.offset + 8);
    if let Some([a, b, c, d, rest @ ..]) = word_and_address {
        let word = u32::from_be_bytes([*a, *b, *c, *d]) & !BANK_BITS;
        [*a, *b, *c, *d] = word.to_be_bytes();
        rest.copy_from_slice(&address.to_be_bytes());
    }
}

struct Walk<'a> {
    reader: ByteReader<'a>,
    headers: Vec<SampleHeader>,
}

impl Walk<'_> {
    fn instrument(&mut self, number: u8, at: usize) -> Result<(), FormatError> {
        let mut bounds = self.reader.at(at.saturating_add(1));
        let has_low = bounds.u8("normal range low")? != 0;
        let has_high = bounds.u8("normal range high")? != LAST_PITCH;
        let ranges = [(KeyRange::Low, has_low), (KeyRange::Normal, true), (KeyRange::High, has_high)];
        for (index, (range, exists)) in ranges.into_iter().enumerate() {
            if exists {
                let at = at.saturating_add(INSTRUMENT_SOUNDS + SOUND_BYTES * index);
                self.sound(SoundPlace::Instrument(number, range), at)?;
            }
        }
        Ok(())
    }

    fn sound(&mut self, place: SoundPlace, at: usize) -> Result<(), FormatError> {
        let offset = self.reader.at(at).u32_be("sample pointer")? as usize;
        if offset != 0 {
            let mut header = self.reader.at(offset);
            let size = (header.u32_be("sample header")? & SIZE_BITS) as usize;
            let address = header.u32_be("sample address")?;
            self.headers.push(SampleHeader { place, offset, size, address });
        }
        Ok(())
    }
}

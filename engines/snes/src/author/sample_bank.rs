//! The samples and instruments of an image: sample directory, instrument table, BRR data (`snes-authoring.md` section
//! 5, `snes-nspc.md` sections 2 and 4).

use tatum_core::FormatError;

use super::brr_encoder::{BLOCK_BYTES, BrrSample};
use crate::format::{TransferBlock, TransferImage};
use crate::hardware::Ram;
use crate::sequencer::memory_map::{
    ECHO_END_PAGE, ENTRY, GATE_TABLE, INSTRUMENT_SIZE, INSTRUMENTS, SAMPLE_DIRECTORY, SAMPLES,
};

/// Samples that the directory has room for before the instruments.
pub const MOST_SAMPLES: usize = (INSTRUMENTS - SAMPLE_DIRECTORY) as usize / 4;
/// Instruments that the table has room for before the gate table.
pub const MOST_INSTRUMENTS: usize = ((GATE_TABLE - INSTRUMENTS) / INSTRUMENT_SIZE) as usize;
/// Directory entries of the game.
const USUAL_SAMPLES: usize = 28;
/// The multiplier of one sample per second: the pitch of C4 is 535 (`snes-authoring.md` section 5).
const MULTIPLIER_PER_HERTZ: f64 = 4096.0 * 256.0 / (32_000.0 * 535.0);
/// The shortest echo takes 2 KiB before the songs.
const SHORTEST_ECHO: usize = 0x800;

/// An entry of the instrument table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentEntry {
    /// Sample number; with bit 7 the noise generator at the rate of the lower five bits.
    pub source: u8,
    /// The two envelope registers.
    pub adsr: [u8; 2],
    /// The gain register.
    pub gain: u8,
    /// Tuning.
    pub multiplier: u16,
}

/// Samples by number and instruments by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleBank {
    /// `None` is a number without a sample.
    pub samples: Vec<Option<BrrSample>>,
    /// Instruments.
    pub instruments: Vec<InstrumentEntry>,
}

impl SampleBank {
    /// The samples and instruments of an image; `None` if it has no instrument table.
    ///
    /// A sample that does not end within the memory is left out.
    #[must_use]
    pub fn of_image(image: &TransferImage) -> Option<Self> {
        if !image.covers(INSTRUMENTS) || !image.covers(SAMPLE_DIRECTORY) {
            return None;
        }
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        image.apply(&mut ram);
        let samples = entries(image, SAMPLE_DIRECTORY, 4, USUAL_SAMPLES, MOST_SAMPLES);
        let instruments =
            entries(image, INSTRUMENTS, INSTRUMENT_SIZE.into(), MOST_INSTRUMENTS, MOST_INSTRUMENTS);
        Some(Self {
            samples: (0..samples).map(|number| read_sample(&ram, number)).collect(),
            instruments: (0..instruments).map(|number| read_instrument(&ram, number)).collect(),
        })
    }

    /// The image of the bank: directory, samples one behind the other, instruments. Equal samples share their bytes.
    ///
    /// # Errors
    ///
    /// If there are more samples or instruments than fit, or the samples reach into the shortest echo buffer.
    pub fn to_image(&self, name: &str) -> Result<TransferImage, FormatError> {
        let too_many = |field, most: usize, found: usize| {
            FormatError::invalid(name.to_owned(), 0, field, format!("at most {most}"), found.to_string())
        };
        if self.samples.len() > MOST_SAMPLES {
            return Err(too_many("samples", MOST_SAMPLES, self.samples.len()));
        }
        if self.instruments.len() > MOST_INSTRUMENTS {
            return Err(too_many("instruments", MOST_INSTRUMENTS, self.instruments.len())
                .with_help("the tables of gates and velocities follow"));
        }
        let (mut directory, mut data) = (Vec::new(), Vec::new());
        let mut places: Vec<(&BrrSample, usize)> = Vec::new();
        for sample in &self.samples {
            let Some(sample) = sample else {
                directory.extend([0xFF; 4]);
                continue;
            };
            let known = places.iter().find(|(known, _)| *known == sample).map(|(_, at)| *at);
            let at = known.unwrap_or_else(|| {
                let at = usize::from(SAMPLES) + data.len();
                data.extend(&sample.blocks);
                places.push((sample, at));
                at
            });
            // A sample without a loop says its end, as the game's do.
            let loop_at = at + sample.loop_offset.unwrap_or(sample.blocks.len());
            for address in [at, loop_at] {
                directory.extend(u16::try_from(address).unwrap_or(u16::MAX).to_le_bytes());
            }
        }
        let room = (usize::from(ECHO_END_PAGE) << 8) - SHORTEST_ECHO - usize::from(SAMPLES);
        if data.len() > room {
            return Err(too_many("bytes of all samples", room, data.len()).with_help(
                "fewer or shorter samples, or lower rates; longer echo delays leave less room still",
            ));
        }
        let table = self.instruments.iter().flat_map(|instrument| {
            let [high, low] = instrument.multiplier.to_be_bytes();
            [instrument.source, instrument.adsr[0], instrument.adsr[1], instrument.gain, high, low]
        });
        let blocks = [(SAMPLE_DIRECTORY, directory), (SAMPLES, data), (INSTRUMENTS, table.collect())];
        let blocks = blocks.into_iter().filter(|(_, data)| !data.is_empty());
        Ok(TransferImage {
            blocks: blocks.map(|(address, data)| TransferBlock { address, data }).collect(),
            entry: ENTRY,
            lone_song: None,
            diagnostics: Default::default(),
        })
    }

    /// The rate at which a sample sounds at its own pitch when C4 is played, by the first instrument that uses it.
    #[must_use]
    pub fn sample_rate(&self, number: usize) -> Option<u32> {
        let user = self.instruments.iter().find(|instrument| usize::from(instrument.source) == number)?;
        Some(rate_of_multiplier(user.multiplier).round() as u32).filter(|rate| *rate > 0)
    }
}

/// The rate in hertz at which a recording sounds at its own pitch when C4 is played with a multiplier.
#[must_use]
pub fn rate_of_multiplier(multiplier: u16) -> f64 {
    f64::from(multiplier) / MULTIPLIER_PER_HERTZ
}

/// The multiplier with which a recording at this rate sounds at its own pitch when C4 is played.
#[must_use]
pub fn multiplier_of_rate(sample_rate: f64) -> u16 {
    (sample_rate * MULTIPLIER_PER_HERTZ).round().clamp(0.0, 65_535.0) as u16
}

/// Entries of a table: what the block that begins with it holds, else as many as usual.
fn entries(image: &TransferImage, address: u16, size: usize, usual: usize, most: usize) -> usize {
    let block = image.blocks.iter().rev().find(|block| block.address == address);
    block.map_or(usual, |block| block.data.len() / size).min(most)
}

fn read_sample(ram: &Ram, number: usize) -> Option<BrrSample> {
    let entry = SAMPLE_DIRECTORY + 4 * number as u16;
    let start = usize::from(ram.read_word(entry));
    let loop_at = usize::from(ram.read_word(entry + 2));
    let rest = ram.bytes().get(start..)?;
    let blocks = rest.as_chunks::<BLOCK_BYTES>().0;
    let last = blocks.iter().position(|block| block[0] & 1 != 0)?;
    let blocks = rest.get(..(last + 1) * BLOCK_BYTES)?.to_vec();
    let loops = blocks[last * BLOCK_BYTES] & 2 != 0;
    let loop_offset = loop_at.checked_sub(start).filter(|offset| loops && *offset < blocks.len());
    Some(BrrSample { blocks, loop_offset: loop_offset.filter(|offset| offset.is_multiple_of(BLOCK_BYTES)) })
}

fn read_instrument(ram: &Ram, number: usize) -> InstrumentEntry {
    let at = INSTRUMENTS + INSTRUMENT_SIZE * number as u16;
    let byte = |offset: u16| ram.read(at.wrapping_add(offset));
    InstrumentEntry {
        source: byte(0),
        adsr: [byte(1), byte(2)],
        gain: byte(3),
        multiplier: u16::from_be_bytes([byte(4), byte(5)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bank_comes_back_from_its_image() {
        let pcm: Vec<i16> = (0..64).map(|n| n * 400 - 12_000).collect();
        let looped = BrrSample::of_recording(&pcm, Some(16)).0;
        let once = BrrSample::of_recording(&pcm, None).0;
        let instrument =
            |source| InstrumentEntry { source, adsr: [0xFF, 0xE0], gain: 0xB8, multiplier: 0x0401 };
        let bank = SampleBank {
            samples: vec![Some(looped.clone()), None, Some(once), Some(looped)],
            instruments: vec![instrument(0), instrument(0x9F), instrument(3)],
        };
        let image = bank.to_image("x").unwrap();
        assert_eq!(SampleBank::of_image(&image), Some(bank.clone()));
        assert_eq!(image.blocks[1].data.len(), 4 * 9 + 6 * 9, "equal samples share their bytes");
        assert_eq!(bank.sample_rate(0), Some(16_735));
        assert_eq!(multiplier_of_rate(16_744.0), 0x0402);
    }

    #[test]
    fn too_much_is_refused() {
        let sample = |fill| Some(BrrSample { blocks: vec![fill; 9 * 3000], loop_offset: None });
        let bank = SampleBank { samples: vec![sample(0), sample(4)], instruments: Vec::new() };
        assert_eq!(bank.to_image("x").unwrap_err().field, "bytes of all samples");
        let bank = SampleBank { samples: vec![None; 65], instruments: Vec::new() };
        assert_eq!(bank.to_image("x").unwrap_err().field, "samples");
    }
}

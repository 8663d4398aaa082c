//! Transfer images: what a game sends into the audio RAM, as blocks (`snes-nspc.md` section 2).

use tatum_core::{ByteReader, DiagnosticLog, FormatError};

use super::SpcFile;
use super::song_bank::{has_note_tables, songs};
use crate::hardware::Ram;
use crate::hardware::dsp::Register;
use crate::sequencer::memory_map::{ECHO_END_PAGE, ENTRY, VARIABLES_END};

/// Some bytes and where they go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferBlock {
    /// Address in the audio RAM.
    pub address: u16,
    /// At most up to the end of the RAM.
    pub data: Vec<u8>,
}

/// A list of blocks.
///
/// ```
/// use tatum_snes::format::TransferImage;
///
/// let image = TransferImage::parse("image.bin", &[2, 0, 0, 0xD0, 0x34, 0x12, 0, 0, 0, 8])?;
/// assert_eq!(image.blocks[0].address, 0xD000);
/// assert_eq!(image.to_bytes(), [2, 0, 0, 0xD0, 0x34, 0x12, 0, 0, 0, 8]);
/// # Ok::<(), tatum_core::FormatError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TransferImage {
    /// The blocks, in order; later ones overwrite earlier ones.
    pub blocks: Vec<TransferBlock>,
    /// Where the program would start.
    pub entry: u16,
    /// Address of a song that came without a song table: it is song 1, whatever the table says.
    pub lone_song: Option<u16>,
    /// What was odd about the file.
    pub diagnostics: DiagnosticLog,
}

impl TransferImage {
    /// Reads a file; `name` is its name in errors. A missing end is forgiven with a warning.
    ///
    /// # Errors
    ///
    /// If a block is cut short or does not fit into the RAM, or if there is none.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(name, bytes);
        let mut image = Self::read(&mut reader)?;
        if reader.remaining() != 0 {
            let message = format!("{} bytes after the end of the image are ignored", reader.remaining());
            image.diagnostics.warn(reader.position() as u64, message);
        }
        Ok(image)
    }

    /// Reads an image from where the reader stands, up to its end.
    pub(super) fn read(reader: &mut ByteReader<'_>) -> Result<Self, FormatError> {
        let mut image =
            Self { blocks: Vec::new(), entry: ENTRY, lone_song: None, diagnostics: DiagnosticLog::default() };
        while image.blocks.is_empty() || reader.remaining() != 0 {
            let start = reader.position();
            let size = reader.u16_le("block size")?;
            if size == 0 {
                image.read_end(reader, start);
                return Ok(image);
            }
            image.read_block(reader, start, size)?;
        }
        image.diagnostics.warn(reader.position() as u64, "the block that ends the image is missing");
        Ok(image)
    }

    fn read_block(
        &mut self,
        reader: &mut ByteReader<'_>,
        start: usize,
        size: u16,
    ) -> Result<(), FormatError> {
        let address = reader.u16_le("block address")?;
        let room = Ram::SIZE - usize::from(address);
        if usize::from(size) > room {
            let found = format!("{size:#X} bytes for ${address:04X}");
            return Err(reader.invalid(start, "block", format!("at most {room:#X} bytes"), found));
        }
        let data = reader.bytes(usize::from(size), "block data")?.to_vec();
        self.blocks.push(TransferBlock { address, data });
        Ok(())
    }

    fn read_end(&mut self, reader: &mut ByteReader<'_>, start: usize) {
        match reader.u16_le("entry address") {
            Ok(ENTRY) => {}
            Ok(entry) => {
                self.entry = entry;
                let message = format!("entry ${entry:04X} instead of ${ENTRY:04X}: not this driver's image?");
                self.diagnostics.warn(start as u64, message);
            }
            Err(_) => self.diagnostics.warn(start as u64, "the entry address at the end is cut off"),
        }
    }

    /// Writes the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for block in &self.blocks {
            let size = block.data.len().min(usize::from(u16::MAX));
            bytes.extend((size as u16).to_le_bytes());
            bytes.extend(block.address.to_le_bytes());
            bytes.extend(&block.data[..size]);
        }
        bytes.extend([0, 0]);
        bytes.extend(self.entry.to_le_bytes());
        bytes
    }

    /// What a `.spc` file left of this driver's data: everything but the driver's variables. `None` if the file is of
    /// another driver, or if there is no song.
    ///
    /// The echo buffer is left out: it holds sound, and would be heard again.
    #[must_use]
    pub fn from_spc(file: &SpcFile) -> Option<Self> {
        if !has_note_tables(&file.ram) || songs(&file.ram).iter().all(|song| song.problem.is_some()) {
            return None;
        }
        Some(Self::of_spc_memory(file, VARIABLES_END, ECHO_END_PAGE))
    }

    /// The memory of a `.spc` file from an address on, without the echo buffer, which ends before a page.
    pub(super) fn of_spc_memory(file: &SpcFile, start: u16, echo_end_page: u8) -> Self {
        let mut ram = file.ram.clone();
        let echo_pages = (file.dsp_registers.get(Register::EDL) & 15) * 8;
        for page in (1..=echo_pages).map(|back| echo_end_page.wrapping_sub(back)) {
            (0..=0xFF).for_each(|offset| ram.write(u16::from(page) << 8 | offset, 0));
        }
        let data = ram.bytes()[usize::from(start)..].to_vec();
        let blocks = vec![TransferBlock { address: start, data }];
        Self { blocks, entry: ENTRY, lone_song: None, diagnostics: file.diagnostics.clone() }
    }

    /// Puts the blocks into a RAM.
    pub fn apply(&self, ram: &mut Ram) {
        for block in &self.blocks {
            for (offset, &byte) in (0_u16..=u16::MAX).zip(&block.data) {
                ram.write(block.address.wrapping_add(offset), byte);
            }
        }
    }

    /// Whether a block covers an address.
    #[must_use]
    pub fn covers(&self, address: u16) -> bool {
        self.blocks.iter().any(|block| {
            address.checked_sub(block.address).is_some_and(|offset| usize::from(offset) < block.data.len())
        })
    }
}

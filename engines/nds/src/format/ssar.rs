//! SSAR, a sequence archive: short sequences that share one block of events (nds-formats 4).

use tatum_core::{ByteReader, FormatError};

use super::info::SequenceSettings;
use super::sseq::read_data_position;
use super::{ByteWriter, read_file_header, write_single_block_file};

/// Start of an entry that does not exist.
const ABSENT: u32 = 0xFFFF_FFFF;

/// One entry: where it starts and how it is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SsarEntry {
    /// From the first event byte.
    pub start: u32,
    /// Bank, volume, priorities, player.
    pub settings: SequenceSettings,
}

/// A sequence archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ssar<'a> {
    /// Offset of the first event byte from the start of the file.
    pub data_offset: usize,
    /// The event bytes all entries share.
    pub data: &'a [u8],
    /// Entries by index; `None` where the record is unused.
    pub entries: Vec<Option<SsarEntry>>,
}

impl SsarEntry {
    /// Reads a record of twelve bytes; `None` for an unused one.
    pub(crate) fn read(reader: &mut ByteReader<'_>) -> Result<Option<Self>, FormatError> {
        let start = reader.u32_le("entry start")?;
        let settings = SequenceSettings::read(reader)?;
        Ok((start != ABSENT).then_some(Self { start, settings }))
    }

    /// Writes a record, `None` as an unused one.
    pub(crate) fn write(entry: Option<&Self>, out: &mut ByteWriter) {
        match entry {
            Some(entry) => {
                out.u32(entry.start);
                entry.settings.write(out);
            }
            None => {
                out.u32(ABSENT);
                out.zeros(8);
            }
        }
    }
}

impl<'a> Ssar<'a> {
    /// Reads a sequence archive.
    ///
    /// # Errors
    ///
    /// If it is no SSAR, or its records or events do not lie inside the file.
    pub fn parse(file: &str, bytes: &'a [u8]) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(file, bytes);
        read_file_header(&mut reader, "SSAR")?;
        let sequence = read_data_position(&mut reader, bytes)?;
        let position = reader.position();
        let count = reader.u32_le("entry count")? as usize;
        if count > reader.remaining() / 12 {
            return Err(reader.invalid(
                position,
                "entry count",
                format!("at most {}", reader.remaining() / 12),
                count.to_string(),
            ));
        }
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            entries.push(SsarEntry::read(&mut reader)?);
        }
        Ok(Self { data_offset: sequence.data_offset, data: sequence.data, entries })
    }

    /// The file in its canonical layout.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = ByteWriter::default();
        body.u32(super::bytes::offset_of(0x20 + 12 * self.entries.len()));
        body.u32(super::bytes::offset_of(self.entries.len()));
        for entry in &self.entries {
            SsarEntry::write(entry.as_ref(), &mut body);
        }
        body.bytes(self.data);
        write_single_block_file("SSAR", body)
    }
}

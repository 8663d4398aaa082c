//! SSEQ, one sequence (nds-formats 3).

use tatum_core::{ByteReader, FormatError};

use super::{ByteWriter, read_file_header, write_single_block_file};

/// Where the events lie in an SSEQ or SSAR file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sseq<'a> {
    /// Offset of the first event byte from the start of the file; addresses in events count from there.
    pub data_offset: usize,
    /// The event bytes.
    pub data: &'a [u8],
}

impl<'a> Sseq<'a> {
    /// Reads the header of a sequence file.
    ///
    /// # Errors
    ///
    /// If it is no SSEQ, or its events do not lie inside the file.
    pub fn parse(file: &str, bytes: &'a [u8]) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(file, bytes);
        read_file_header(&mut reader, "SSEQ")?;
        read_data_position(&mut reader, bytes)
    }

    /// A file with these event bytes, padded to whole words.
    #[must_use]
    pub fn write(data: &[u8]) -> Vec<u8> {
        let mut body = ByteWriter::default();
        body.u32(0x1C);
        body.bytes(data);
        write_single_block_file("SSEQ", body)
    }
}

/// Reads the DATA block header and the position of the events after it.
pub(crate) fn read_data_position<'a>(
    reader: &mut ByteReader<'_>,
    bytes: &'a [u8],
) -> Result<Sseq<'a>, FormatError> {
    reader.skip(8, "DATA block")?;
    let position = reader.position();
    let data_offset = reader.u32_le("sequence data offset")? as usize;
    let data = bytes.get(data_offset..).ok_or_else(|| {
        reader.invalid(
            position,
            "sequence data offset",
            format!("an offset inside the file of {} bytes", bytes.len()),
            format!("{data_offset:#x}"),
        )
    })?;
    Ok(Sseq { data_offset, data })
}

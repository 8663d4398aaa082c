//! The archive header shared by bank, sample and sequence files, `n64-formats.md` 5.

use std::ops::Range;

use tatum_core::{ByteReader, FormatError};

/// Alignment of an archive's entries.
const ALIGNMENT: usize = 16;
/// Bytes of the header's fixed part.
const HEADER_BYTES: usize = 4;
/// Bytes of one entry of the table.
const ENTRY_BYTES: usize = 8;

/// What an archive holds; its number is the header's first field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveKind {
    /// Instruments and drums ("CTL").
    Banks = 1,
    /// Compressed sample data ("TBL").
    Samples = 2,
    /// Sequences.
    Sequences = 3,
}

/// The directory of an archive: where each entry's bytes lie in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// What the entries are.
    pub kind: ArchiveKind,
    /// Byte range of each entry; inside the file. Several entries may be the same range.
    pub entries: Vec<Range<usize>>,
}

impl Archive {
    /// Reads the directory of `bytes`, which must be of the given kind.
    ///
    /// # Errors
    ///
    /// If the kind is another, the table does not fit, or an entry leaves the file.
    pub fn parse(file: &str, bytes: &[u8], kind: ArchiveKind) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(file, bytes);
        let found = reader.u16_be("archive type")?;
        if found != kind as u16 {
            return Err(reader
                .invalid(0, "archive type", format!("{} ({kind:?})", kind as u16), found.to_string())
                .with_help("check that the bank, sample and sequence files are not mixed up"));
        }
        let count = usize::from(reader.u16_be("entry count")?);
        if reader.remaining() < count * ENTRY_BYTES {
            return Err(reader.invalid(
                2,
                "entry count",
                format!("at most {} (the table must fit into the file)", reader.remaining() / ENTRY_BYTES),
                count.to_string(),
            ));
        }
        let mut entries = Vec::with_capacity(count);
        for _ in 0..count {
            let at = reader.position();
            let start = reader.u32_be("entry offset")? as usize;
            let length = reader.u32_be("entry length")? as usize;
            match start.checked_add(length) {
                Some(end) if end <= bytes.len() => entries.push(start..end),
                _ => {
                    return Err(reader.invalid(
                        at,
                        "archive entry",
                        format!("a range inside the file ({:#x} bytes)", bytes.len()),
                        format!("offset {start:#x}, length {length:#x}"),
                    ));
                }
            }
        }
        Ok(Self { kind, entries })
    }

    /// The byte range of entry `number`.
    ///
    /// # Errors
    ///
    /// If there is no such entry.
    pub fn entry(&self, file: &str, number: usize) -> Result<Range<usize>, FormatError> {
        self.entries.get(number).cloned().ok_or_else(|| {
            FormatError::invalid(
                file.to_owned(),
                0,
                "entry number",
                format!("a number below {}", self.entries.len()),
                number.to_string(),
            )
        })
    }

    /// The length of an archive that starts at the beginning of `bytes` and goes on behind it: the end of its
    /// last entry. For finding archives in a ROM.
    #[must_use]
    pub fn extent(&self) -> usize {
        let table = HEADER_BYTES + self.entries.len() * ENTRY_BYTES;
        self.entries.iter().map(|range| range.end).max().unwrap_or(0).max(table).next_multiple_of(ALIGNMENT)
    }

    /// Writes an archive: the table, then each blob at the next multiple of 16. Equal blobs are stored once.
    ///
    /// # Errors
    ///
    /// If there are more than 65535 entries, or more than 4 GiB of data.
    pub fn write(kind: ArchiveKind, blobs: &[&[u8]]) -> Result<Vec<u8>, FormatError> {
        let error = |field, found: usize| {
            FormatError::invalid("archive", 0, field, "a smaller number", found.to_string())
        };
        let count = u16::try_from(blobs.len()).map_err(|_| error("entry count", blobs.len()))?;
        let mut bytes = Vec::new();
        bytes.extend((kind as u16).to_be_bytes());
        bytes.extend(count.to_be_bytes());
        let table = (HEADER_BYTES + blobs.len() * ENTRY_BYTES).next_multiple_of(ALIGNMENT);
        let mut data: Vec<u8> = Vec::new();
        for (index, blob) in blobs.iter().enumerate() {
            let twin = blobs[..index].iter().position(|earlier| earlier == blob && !blob.is_empty());
            if let Some(twin) = twin {
                let entry = HEADER_BYTES + twin * ENTRY_BYTES;
                bytes.extend_from_within(entry..entry + ENTRY_BYTES);
                continue;
            }
            let start = table + data.len();
            let start = u32::try_from(start).map_err(|_| error("archive size", start))?;
            let length = u32::try_from(blob.len()).map_err(|_| error("entry length", blob.len()))?;
            bytes.extend(start.to_be_bytes());
            bytes.extend(length.to_be_bytes());
            data.extend_from_slice(blob);
            data.resize(data.len().next_multiple_of(ALIGNMENT), 0);
        }
        bytes.resize(table, 0);
        bytes.extend(data);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_reads_back_as_written_and_shares_equal_entries() {
        let bytes = Archive::write(ArchiveKind::Samples, &[b"one", b"second entry", b"one"]).unwrap();
        let archive = Archive::parse("t", &bytes, ArchiveKind::Samples).unwrap();
        assert_eq!(archive.entries[0], archive.entries[2]);
        assert_eq!(&bytes[archive.entries[1].clone()], b"second entry");
        assert_eq!(archive.extent(), bytes.len());
        assert!(archive.entries.iter().all(|entry| entry.start % 16 == 0));
    }

    #[test]
    fn counts_are_checked_before_anything_is_allocated() {
        let error = Archive::parse("x.ctl", &[0, 1, 0xFF, 0xFF, 0, 0], ArchiveKind::Banks).unwrap_err();
        assert_eq!(error.offset, 2);
        let error = Archive::parse("x.tbl", &[0, 1, 0, 0], ArchiveKind::Samples).unwrap_err();
        assert!(error.to_string().contains("mixed up"), "{error}");
    }
}

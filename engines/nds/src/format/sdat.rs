//! SDAT, the sound archive: header, file table and the blocks around them (nds-formats 2).

use std::sync::Arc;

use tatum_core::{ByteReader, Diagnostic, DiagnosticLog, FormatError};

use super::ByteWriter;
use super::header::{read_file_header, write_file_header};
use super::info::Info;
use super::symb::Symbols;

/// Signature, byte order mark and version: how an archive is recognised inside other files (nds-formats 1).
pub const MAGIC: [u8; 8] = *b"SDAT\xFF\xFE\x00\x01";
/// Files inside the archive start at multiples of this (nds-formats 2.4).
const FILE_ALIGNMENT: usize = 0x20;

/// Where a file lies in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// From the first byte of the archive.
    pub offset: u32,
    /// In bytes.
    pub size: u32,
}

/// A sound archive: its bytes, shared, and what its blocks say.
///
/// Files are checked when they are used, so an archive with one broken file plays everything else.
#[derive(Clone, Debug)]
pub struct Sdat {
    name: Arc<str>,
    bytes: Arc<[u8]>,
    /// Names of the items, where the archive has any.
    pub symbols: Option<Symbols>,
    /// The records of all items.
    pub info: Info,
    files: Vec<FileEntry>,
    diagnostics: DiagnosticLog,
}

impl Sdat {
    /// Reads an archive; `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// If the header, the INFO block or the file table is unusable. A broken SYMB block only costs the names.
    ///
    /// ```
    /// use tatum_nds::format::sdat::{Sdat, SdatContents};
    ///
    /// let bytes = SdatContents::default().to_bytes();
    /// let archive = Sdat::parse("empty.sdat", bytes)?;
    /// assert!(archive.info.sequences.is_empty());
    /// # Ok::<(), tatum_core::FormatError>(())
    /// ```
    pub fn parse(name: &str, bytes: impl Into<Arc<[u8]>>) -> Result<Self, FormatError> {
        let bytes = bytes.into();
        let mut reader = ByteReader::new(name, &bytes);
        read_file_header(&mut reader, "SDAT")?;
        let symb = read_block_position(&mut reader, "SYMB position")?;
        let info = read_block_position(&mut reader, "INFO position")?;
        let fat = read_block_position(&mut reader, "FAT position")?;

        let info_at = info.0;
        let info = Info::parse(name, block_bytes(&reader, &bytes, info, b"INFO", "INFO block")?)
            .map_err(|error| moved(error, info_at))?;
        let files = read_file_table(&reader, fat)?;
        let mut diagnostics = DiagnosticLog::default();
        let symbols = match symb {
            (0, _) => None,
            position => {
                let symbols = block_bytes(&reader, &bytes, position, b"SYMB", "SYMB block")
                    .and_then(|block| Symbols::parse(name, block).map_err(|error| moved(error, position.0)));
                match symbols {
                    Ok(symbols) => Some(symbols),
                    Err(error) => {
                        diagnostics.warn(error.offset, format!("the names are unusable: {error}"));
                        None
                    }
                }
            }
        };
        Ok(Self { name: name.into(), bytes, symbols, info, files, diagnostics })
    }

    /// What errors call the archive.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole archive.
    #[must_use]
    pub const fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The file table.
    #[must_use]
    pub fn files(&self) -> &[FileEntry] {
        &self.files
    }

    /// What was wrong but does not prevent playing.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        self.diagnostics.entries()
    }

    /// Position and length of file `id`, checked against the archive.
    ///
    /// # Errors
    ///
    /// If there is no such file or it does not lie inside the archive.
    pub fn file_range(&self, id: u32) -> Result<std::ops::Range<usize>, FormatError> {
        let entry = self.files.get(id as usize).ok_or_else(|| {
            let expected = match self.files.len() {
                0 => "an archive with files".to_owned(),
                count => format!("0 to {}", count - 1),
            };
            FormatError::invalid(self.name.to_string(), 0, "file id", expected, id.to_string())
        })?;
        let start = entry.offset as usize;
        let end = start.saturating_add(entry.size as usize);
        if end > self.bytes.len() {
            return Err(FormatError::invalid(
                self.name.to_string(),
                u64::from(entry.offset),
                format!("file {id}"),
                format!("a file inside the archive of {} bytes", self.bytes.len()),
                format!("{} bytes at {:#x}", entry.size, entry.offset),
            )
            .of_kind(tatum_core::FormatErrorKind::Truncated)
            .with_help("the archive was cut short or its file table is damaged"));
        }
        Ok(start..end)
    }

    /// The bytes of file `id`.
    ///
    /// # Errors
    ///
    /// As for [`Sdat::file_range`].
    pub fn file(&self, id: u32) -> Result<&[u8], FormatError> {
        let range = self.file_range(id)?;
        Ok(self.bytes.get(range).unwrap_or_default())
    }

    /// The archive taken apart, to be changed and written again.
    ///
    /// # Errors
    ///
    /// If a file does not lie inside the archive, or if files overlap so much that copies of them would be much
    /// larger than the archive.
    pub fn contents(&self) -> Result<SdatContents, FormatError> {
        let total: u64 = self.files.iter().map(|entry| u64::from(entry.size)).sum();
        if total > 4 * self.bytes.len() as u64 {
            return Err(FormatError::invalid(
                self.name.to_string(),
                0,
                "file sizes",
                "files that do not overlap",
                format!("{total} bytes in an archive of {}", self.bytes.len()),
            ));
        }
        let mut files = Vec::with_capacity(self.files.len());
        for id in 0..self.files.len() {
            files.push(self.file(super::bytes::offset_of(id))?.to_vec());
        }
        Ok(SdatContents { symbols: self.symbols.clone(), info: self.info.clone(), files })
    }
}

/// What an archive is made of, to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SdatContents {
    /// Names, or no SYMB block.
    pub symbols: Option<Symbols>,
    /// The records.
    pub info: Info,
    /// The files by id.
    pub files: Vec<Vec<u8>>,
}

impl SdatContents {
    /// The archive in its canonical layout: SYMB, INFO, FAT, FILE, files in the order of their ids.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let symb = self.symbols.as_ref().map(Symbols::to_bytes).unwrap_or_default();
        let info = self.info.to_bytes();
        let fat_size = 12 + 16 * self.files.len();
        let info_at = 0x40 + symb.len();
        let fat_at = info_at + info.len();
        let file_at = fat_at + fat_size;

        let mut positions = Vec::with_capacity(self.files.len());
        let mut end = (file_at + 0x10).next_multiple_of(FILE_ALIGNMENT);
        for file in &self.files {
            positions.push(end);
            end = (end + file.len()).next_multiple_of(FILE_ALIGNMENT);
        }

        let number = super::bytes::offset_of;
        let mut out = ByteWriter::default();
        write_file_header(&mut out, "SDAT", number(end), 0x40, if symb.is_empty() { 3 } else { 4 });
        out.u32(if symb.is_empty() { 0 } else { 0x40 });
        out.u32(number(symb.len()));
        for (position, size) in [(info_at, info.len()), (fat_at, fat_size), (file_at, end - file_at)] {
            out.u32(number(position));
            out.u32(number(size));
        }
        out.zeros(0x10);
        out.bytes(&symb);
        out.bytes(&info);
        out.bytes(b"FAT ");
        out.u32(number(fat_size));
        out.u32(number(self.files.len()));
        for (position, file) in positions.iter().zip(&self.files) {
            out.u32(number(*position));
            out.u32(number(file.len()));
            out.zeros(8);
        }
        out.bytes(b"FILE");
        out.u32(number(end - file_at));
        out.u32(number(self.files.len()));
        out.u32(0);
        out.align(FILE_ALIGNMENT);
        for file in &self.files {
            out.bytes(file);
            out.align(FILE_ALIGNMENT);
        }
        out.into_bytes()
    }
}

/// An error about a part of the file, with the offset from the start of the whole.
pub(crate) fn moved(error: FormatError, start: usize) -> FormatError {
    let offset = error.offset.saturating_add(start as u64);
    let at_whole = FormatError::invalid(
        error.file.clone(),
        offset,
        error.field.clone(),
        error.expected.clone(),
        error.found.clone(),
    )
    .of_kind(error.kind);
    match error.help.clone() {
        Some(help) => at_whole.with_help(help),
        None => at_whole,
    }
}

fn read_block_position(
    reader: &mut ByteReader<'_>,
    field: &'static str,
) -> Result<(usize, usize), FormatError> {
    Ok((reader.u32_le(field)? as usize, reader.u32_le(field)? as usize))
}

fn block_bytes<'a>(
    reader: &ByteReader<'a>,
    bytes: &'a [u8],
    (offset, size): (usize, usize),
    id: &[u8; 4],
    field: &'static str,
) -> Result<&'a [u8], FormatError> {
    let block = bytes.get(offset..offset.saturating_add(size)).ok_or_else(|| {
        reader
            .invalid(
                offset,
                field,
                format!("a block inside the file of {} bytes", bytes.len()),
                format!("{size} bytes at {offset:#x}"),
            )
            .of_kind(tatum_core::FormatErrorKind::Truncated)
    })?;
    match block.first_chunk() {
        Some(found) if found == id => Ok(block),
        _ => Err(reader.invalid(offset, field, format!("'{}'", id.escape_ascii()), "something else")),
    }
}

fn read_file_table(
    reader: &ByteReader<'_>,
    (offset, _): (usize, usize),
) -> Result<Vec<FileEntry>, FormatError> {
    let mut table = reader.at(offset);
    let id = table.bytes(4, "FAT block")?;
    if id != b"FAT " {
        return Err(reader.invalid(offset, "FAT block", "'FAT '", format!("'{}'", id.escape_ascii())));
    }
    table.skip(4, "FAT size")?;
    let count = table.u32_le("FAT file count")? as usize;
    if count > table.remaining() / 16 {
        return Err(reader.invalid(
            offset + 8,
            "FAT file count",
            format!("at most {} (what the file can hold)", table.remaining() / 16),
            count.to_string(),
        ));
    }
    let mut files = Vec::with_capacity(count);
    for _ in 0..count {
        files.push(FileEntry { offset: table.u32_le("file offset")?, size: table.u32_le("file size")? });
        table.skip(8, "file table padding")?;
    }
    Ok(files)
}

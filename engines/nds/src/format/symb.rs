//! The SYMB block of a sound archive: optional names (nds-formats 2.1).

use tatum_core::{ByteReader, FormatError};

use super::ByteWriter;
use super::info::LISTS;

/// Names by kind and index; an unnamed item is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    /// SEQ.
    pub sequences: Vec<Option<String>>,
    /// SEQARC, each with the names of its entries.
    pub sequence_archives: Vec<ArchiveSymbols>,
    /// BANK.
    pub banks: Vec<Option<String>>,
    /// WAVEARC.
    pub wave_archives: Vec<Option<String>>,
    /// PLAYER.
    pub players: Vec<Option<String>>,
    /// GROUP.
    pub groups: Vec<Option<String>>,
    /// STRMPLAYER.
    pub stream_players: Vec<Option<String>>,
    /// STRM.
    pub streams: Vec<Option<String>>,
}

/// The name of a sequence archive and of its entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArchiveSymbols {
    /// The archive itself.
    pub name: Option<String>,
    /// Its entries; `None` when the archive has no list at all.
    pub entries: Option<Vec<Option<String>>>,
}

impl Symbols {
    /// Reads the block; offsets count from its first byte.
    pub(crate) fn parse(file: &str, block: &[u8]) -> Result<Self, FormatError> {
        let mut names = NameReader { block: ByteReader::new(file, block), budget: 4 * block.len() };
        let list = |names: &NameReader<'_>, index: usize| {
            names.block.at(8 + 4 * index).u32_le("SYMB list offset").map(|offset| offset as usize)
        };
        let archives_at = list(&names, 1)?;
        let mut plain = |index| {
            let offset = list(&names, index)?;
            names.list(offset)
        };
        Ok(Self {
            sequences: plain(0)?,
            banks: plain(2)?,
            wave_archives: plain(3)?,
            players: plain(4)?,
            groups: plain(5)?,
            stream_players: plain(6)?,
            streams: plain(7)?,
            sequence_archives: names.archive_list(archives_at)?,
        })
    }

    /// The block in its canonical layout: all lists, then all sub-lists, then all names, padded to whole words.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = ByteWriter::default();
        out.bytes(b"SYMB");
        out.u32(0);
        out.zeros(4 * LISTS + 24);
        let mut fixups: Vec<(usize, &str)> = Vec::new();
        let mut archive_fields = Vec::new();
        for list in 0..LISTS {
            let start = out.offset();
            out.patch_u32(8 + 4 * list, start);
            if list == 1 {
                out.u32(super::bytes::offset_of(self.sequence_archives.len()));
                for archive in &self.sequence_archives {
                    fixups.extend(archive.name.as_deref().map(|name| (out.len(), name)));
                    archive_fields.push(out.len() + 4);
                    out.zeros(8);
                }
            } else {
                write_name_list(&mut out, self.plain_list(list), &mut fixups);
            }
        }
        for (archive, field) in self.sequence_archives.iter().zip(archive_fields) {
            if let Some(entries) = &archive.entries {
                let start = out.offset();
                out.patch_u32(field, start);
                write_name_list(&mut out, entries, &mut fixups);
            }
        }
        for (field, name) in fixups {
            let start = out.offset();
            out.patch_u32(field, start);
            // One byte per character: names are ASCII, and what is not was read byte by byte as well.
            out.bytes(&name.chars().map(|c| u8::try_from(c).unwrap_or(b'?')).collect::<Vec<u8>>());
            out.u8(0);
        }
        out.align(4);
        let size = out.offset();
        out.patch_u32(4, size);
        out.into_bytes()
    }

    fn plain_list(&self, list: usize) -> &[Option<String>] {
        match list {
            0 => &self.sequences,
            2 => &self.banks,
            3 => &self.wave_archives,
            4 => &self.players,
            5 => &self.groups,
            6 => &self.stream_players,
            7 => &self.streams,
            _ => &[],
        }
    }
}

fn write_name_list<'a>(
    out: &mut ByteWriter,
    names: &'a [Option<String>],
    fixups: &mut Vec<(usize, &'a str)>,
) {
    out.u32(super::bytes::offset_of(names.len()));
    for name in names {
        fixups.extend(name.as_deref().map(|name| (out.len(), name)));
        out.u32(0);
    }
}

/// Reads name lists within a budget of characters and entries, so that lists that share bytes stay small.
struct NameReader<'a> {
    block: ByteReader<'a>,
    budget: usize,
}

impl NameReader<'_> {
    fn list(&mut self, offset: usize) -> Result<Vec<Option<String>>, FormatError> {
        if offset == 0 {
            return Ok(Vec::new());
        }
        let mut offsets = self.block.at(offset);
        let count = self.count(&mut offsets, 4)?;
        let mut names = Vec::with_capacity(count);
        for _ in 0..count {
            names.push(self.name(offsets.u32_le("name offset")? as usize)?);
        }
        Ok(names)
    }

    fn archive_list(&mut self, offset: usize) -> Result<Vec<ArchiveSymbols>, FormatError> {
        if offset == 0 {
            return Ok(Vec::new());
        }
        let mut fields = self.block.at(offset);
        let count = self.count(&mut fields, 8)?;
        let mut archives = Vec::with_capacity(count);
        for _ in 0..count {
            let name = self.name(fields.u32_le("archive name offset")? as usize)?;
            let entries = match fields.u32_le("entry name list offset")? as usize {
                0 => None,
                offset => Some(self.list(offset)?),
            };
            archives.push(ArchiveSymbols { name, entries });
        }
        Ok(archives)
    }

    fn count(&mut self, reader: &mut ByteReader<'_>, entry_size: usize) -> Result<usize, FormatError> {
        let position = reader.position();
        let count = reader.u32_le("SYMB list count")? as usize;
        if count > reader.remaining() / entry_size {
            return Err(reader.invalid(
                position,
                "SYMB list count",
                format!("at most {}", reader.remaining() / entry_size),
                count.to_string(),
            ));
        }
        self.spend(count, position)?;
        Ok(count)
    }

    fn name(&mut self, offset: usize) -> Result<Option<String>, FormatError> {
        if offset == 0 {
            return Ok(None);
        }
        let mut text = self.block.at(offset);
        let mut name = String::new();
        loop {
            match text.u8("name")? {
                0 => break,
                character => name.push(char::from(character)),
            }
        }
        self.spend(name.len(), offset)?;
        Ok(Some(name))
    }

    fn spend(&mut self, amount: usize, position: usize) -> Result<(), FormatError> {
        match self.budget.checked_sub(amount) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => {
                Err(self.block.invalid(position, "names", "names that do not overlap", "more than the block"))
            }
        }
    }
}

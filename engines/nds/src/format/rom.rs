//! Sound archives inside a `.nds` image (nds-formats 1).

use std::ops::Range;

use tatum_core::{ByteReader, FormatError};

use super::sdat::MAGIC;
use super::{ByteWriter, le_u16, le_u32, u8_at};

/// Deepest directory that is walked into.
const MAX_DEPTH: usize = 32;
/// Directory ids count from here.
const ROOT: u16 = 0xF000;

/// A sound archive found in an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundArchive {
    /// Path in the image's file system, or the offset as `@0x1234` when it was found by searching.
    pub path: String,
    /// Its bytes in the image.
    pub range: Range<usize>,
}

/// Finds all sound archives of an image: first by its file system, then, if there is none, by searching every fourth
/// byte for a header.
///
/// # Errors
///
/// If there is no sound archive at all.
pub fn sound_archives(file: &str, image: &[u8]) -> Result<Vec<FoundArchive>, FormatError> {
    let mut found = Walk::new(image).map(Walk::archives).unwrap_or_default();
    if found.is_empty() {
        found = search(image);
    }
    if found.is_empty() {
        let reader = ByteReader::new(file, image);
        return Err(reader
            .invalid(0, "sound archive", "an SDAT in the file system or anywhere in the image", "none")
            .with_help("the game's sound may be compressed or in a format of its own"));
    }
    Ok(found)
}

/// The whole image is searched for plausible archive headers.
fn search(image: &[u8]) -> Vec<FoundArchive> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + MAGIC.len() <= image.len() {
        match archive_at(image, at) {
            Some(range) => {
                at = range.end.next_multiple_of(4);
                found.push(FoundArchive { path: format!("@{:#x}", range.start), range });
            }
            None => at += 4,
        }
    }
    found
}

/// Accepts a header whose size is 0x40, whose INFO block is where it says and whose total size fits.
fn archive_at(image: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = image.get(at..)?;
    let size = le_u32(rest, 8)? as usize;
    let info = le_u32(rest, 0x18)? as usize;
    let is_archive = rest.starts_with(&MAGIC)
        && le_u16(rest, 12)? == 0x40
        && size <= rest.len()
        && rest.get(info..)?.starts_with(b"INFO");
    (is_archive && size >= 0x40).then_some(at..at + size)
}

/// The file system of an image, while it is walked.
struct Walk<'a> {
    image: &'a [u8],
    names: &'a [u8],
    files: &'a [u8],
    visited: Vec<bool>,
    /// Entries that may still be read: tables that share bytes cannot make the walk long.
    budget: usize,
    found: Vec<FoundArchive>,
}

impl<'a> Walk<'a> {
    fn new(image: &'a [u8]) -> Option<Self> {
        let part = |at: usize| {
            let (offset, size) = (le_u32(image, at)? as usize, le_u32(image, at + 4)? as usize);
            image.get(offset..offset.checked_add(size)?)
        };
        let (names, files) = (part(0x40)?, part(0x48)?);
        let directories = usize::from(le_u16(names, 6)?).min(names.len() / 8);
        Some(Self {
            image,
            names,
            files,
            visited: vec![false; directories],
            budget: names.len(),
            found: Vec::new(),
        })
    }

    fn archives(mut self) -> Vec<FoundArchive> {
        self.directory(ROOT, &mut Vec::new());
        self.found
    }

    /// Reads a directory's entries; a broken one just ends.
    fn directory(&mut self, id: u16, path: &mut Vec<&'a [u8]>) -> Option<()> {
        let number = usize::from(id.checked_sub(ROOT)?);
        let visited = self.visited.get_mut(number)?;
        if std::mem::replace(visited, true) || path.len() > MAX_DEPTH {
            return None;
        }
        let names = self.names;
        let mut at = le_u32(names, 8 * number)? as usize;
        let mut file = le_u16(names, 8 * number + 4)?;
        loop {
            self.budget = self.budget.checked_sub(1)?;
            let kind = u8_at(names, at)?;
            let length = usize::from(kind & 0x7F);
            let name = names.get(at + 1..at + 1 + length)?;
            at += 1 + length;
            match kind {
                0 | 0x80 => return None,
                0x01..=0x7F => {
                    path.push(name);
                    self.file(file, path);
                    path.pop();
                    file = file.wrapping_add(1);
                }
                0x81..=0xFF => {
                    let sub = le_u16(names, at)?;
                    at += 2;
                    path.push(name);
                    self.directory(sub, path);
                    path.pop();
                }
            }
        }
    }

    fn file(&mut self, id: u16, path: &[&[u8]]) -> Option<()> {
        let at = 8 * usize::from(id);
        let range = le_u32(self.files, at)? as usize..le_u32(self.files, at + 4)? as usize;
        if self.image.get(range.clone())?.starts_with(&MAGIC) {
            let names: Vec<_> = path.iter().map(|name| String::from_utf8_lossy(name)).collect();
            self.found.push(FoundArchive { path: names.join("/"), range });
        }
        Some(())
    }
}

/// A directory's name and its files.
type Directory<'a> = (&'a str, Vec<(&'a str, &'a [u8])>);

/// A minimal image with one directory level, for tests and for packing songs: header, name table, file table, files.
///
/// `files` are paths of the form `name` or `directory/name` with names of at most 127 bytes, grouped by directory.
#[must_use]
pub fn write_image(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut directories: Vec<Directory<'_>> = vec![("", Vec::new())];
    for (path, data) in files {
        let (directory, name) = path.split_once('/').unwrap_or(("", path));
        match directories.iter_mut().find(|(other, _)| *other == directory) {
            Some((_, list)) => list.push((name, data)),
            None => directories.push((directory, vec![(name, data)])),
        }
    }
    let mut names = ByteWriter::default();
    names.zeros(8 * directories.len());
    let mut next_file = 0u16;
    let mut table = Vec::new();
    for (number, (_, list)) in directories.iter().enumerate() {
        let parent = if number == 0 { directories.len() as u16 } else { ROOT };
        table.push((names.offset(), next_file, parent));
        let push_name = |names: &mut ByteWriter, name: &str, flag: u8| {
            let bytes = name.as_bytes();
            let bytes = bytes.get(..bytes.len().min(127)).unwrap_or_default();
            names.u8(bytes.len() as u8 | flag);
            names.bytes(bytes);
        };
        for (name, _) in list {
            push_name(&mut names, name, 0);
            next_file += 1;
        }
        if number == 0 {
            for (index, (name, _)) in directories.iter().enumerate().skip(1) {
                push_name(&mut names, name, 0x80);
                names.u16(ROOT + index as u16);
            }
        }
        names.u8(0);
    }
    let mut names = names.into_bytes();
    for (entry, (offset, first, parent)) in names.chunks_exact_mut(8).zip(&table) {
        let mut bytes = ByteWriter::default();
        bytes.u32(*offset);
        bytes.u16(*first);
        bytes.u16(*parent);
        entry.copy_from_slice(&bytes.into_bytes());
    }

    const HEADER_SIZE: usize = 0x4000;
    let all: Vec<&[u8]> =
        directories.iter().flat_map(|(_, list)| list.iter().map(|(_, data)| *data)).collect();
    let fat_at = (HEADER_SIZE + names.len()).next_multiple_of(0x200);
    let mut position = (fat_at + 8 * all.len()).next_multiple_of(0x200);
    let mut fat = ByteWriter::default();
    let mut contents = ByteWriter::default();
    for data in all {
        fat.u32(super::bytes::offset_of(position));
        fat.u32(super::bytes::offset_of(position + data.len()));
        contents.bytes(data);
        contents.align(0x200);
        position += data.len().next_multiple_of(0x200);
    }
    let mut image = ByteWriter::default();
    image.zeros(HEADER_SIZE);
    image.patch_u32(0x40, HEADER_SIZE as u32);
    image.patch_u32(0x44, super::bytes::offset_of(names.len()));
    image.patch_u32(0x48, super::bytes::offset_of(fat_at));
    image.patch_u32(0x4C, fat.offset());
    image.patch_u32(0x84, HEADER_SIZE as u32);
    image.bytes(&names);
    image.align(0x200);
    image.bytes(&fat.into_bytes());
    image.align(0x200);
    image.bytes(&contents.into_bytes());
    image.into_bytes()
}

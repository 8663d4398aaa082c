//! The extended tags behind the data of a `.spc` file (`snes-authoring.md` section 7).

use tatum_core::{ByteReader, DiagnosticLog, FormatError};

use super::text;

/// What a tag is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagId(
    /// The number in the file.
    pub u8,
);

impl TagId {
    /// Title of the song.
    pub const SONG: Self = Self(0x01);
    /// The game.
    pub const GAME: Self = Self(0x02);
    /// Composer.
    pub const ARTIST: Self = Self(0x03);
    /// Who made the file.
    pub const DUMPER: Self = Self(0x04);
    /// When: an integer that reads YYYYMMDD.
    pub const DATE: Self = Self(0x05);
    /// The emulator that made the file.
    pub const EMULATOR: Self = Self(0x06);
    /// Comments.
    pub const COMMENTS: Self = Self(0x07);
    /// Title of the soundtrack album.
    pub const ALBUM: Self = Self(0x10);
    /// Disc of the album.
    pub const DISC: Self = Self(0x11);
    /// Track of the album.
    pub const TRACK: Self = Self(0x12);
    /// Publisher.
    pub const PUBLISHER: Self = Self(0x13);
    /// Year of the copyright.
    pub const YEAR: Self = Self(0x14);
    /// Length of the introduction in 1/64000 s.
    pub const INTRO_LENGTH: Self = Self(0x30);
    /// Length of the loop in 1/64000 s.
    pub const LOOP_LENGTH: Self = Self(0x31);
    /// Length of what follows the loop in 1/64000 s.
    pub const END_LENGTH: Self = Self(0x32);
    /// Length of the fade in 1/64000 s.
    pub const FADE_LENGTH: Self = Self(0x33);
    /// Voices that the file wants silenced, one bit each.
    pub const MUTED_VOICES: Self = Self(0x34);
    /// How often the loop is to be played.
    pub const LOOP_COUNT: Self = Self(0x35);
    /// Amplification.
    pub const MIXING_LEVEL: Self = Self(0x36);
}

/// What a tag says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagValue {
    /// Type 0: a number in the tag's own header.
    Short(u16),
    /// Type 1: a text.
    Text(String),
    /// Type 4: a 32-bit number.
    Integer(u32),
}

/// One tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedTag {
    /// What it is about.
    pub id: TagId,
    /// What it says.
    pub value: TagValue,
}

/// All extended tags, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtendedTags {
    /// The tags.
    pub tags: Vec<ExtendedTag>,
}

const MAGIC: &[u8; 4] = b"xid6";
const SHORT: u8 = 0;
const TEXT: u8 = 1;
const INTEGER: u8 = 4;

impl ExtendedTags {
    /// The first text with this id.
    #[must_use]
    pub fn text(&self, id: TagId) -> Option<&str> {
        self.values(id).find_map(|value| match value {
            TagValue::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The first number with this id.
    #[must_use]
    pub fn number(&self, id: TagId) -> Option<u32> {
        self.values(id).find_map(|value| match value {
            TagValue::Short(number) => Some(u32::from(*number)),
            TagValue::Integer(number) => Some(*number),
            TagValue::Text(_) => None,
        })
    }

    fn values(&self, id: TagId) -> impl Iterator<Item = &TagValue> {
        self.tags.iter().filter(move |tag| tag.id == id).map(|tag| &tag.value)
    }

    /// Reads what follows the fixed part of a file. Damage ends the list with a warning.
    pub(super) fn read(mut reader: ByteReader<'_>, log: &mut DiagnosticLog) -> Self {
        let mut tags = Self::default();
        if reader.remaining() == 0 {
            return tags;
        }
        let start = reader.position() as u64;
        if !reader.bytes(MAGIC.len(), "extended tags").is_ok_and(|magic| magic == MAGIC) {
            log.warn(start, "what follows the data is no extended tag and is left out");
            return tags;
        }
        match reader.u32_le("size of the extended tags") {
            Ok(size) => {
                if size as usize > reader.remaining() {
                    log.warn(
                        start + 4,
                        format!("the extended tags announce {size} bytes, {} are left", reader.remaining()),
                    );
                }
                let end = reader.position().saturating_add(size as usize);
                tags.read_list(&mut reader, end, log);
            }
            Err(error) => log.warn(error.offset, error.to_string()),
        }
        tags
    }

    fn read_list(&mut self, reader: &mut ByteReader<'_>, end: usize, log: &mut DiagnosticLog) {
        while reader.position() < end && reader.remaining() > 0 {
            let start = reader.position() as u64;
            match read_tag(reader) {
                Ok(Ok(tag)) => self.tags.push(tag),
                Ok(Err(what)) => log.warn(start, format!("an extended tag is left out: {what}")),
                Err(error) => {
                    log.warn(error.offset, format!("the extended tags break off: {error}"));
                    return;
                }
            }
        }
    }

    /// The tags as a file carries them.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut list = Vec::new();
        for ExtendedTag { id, value } in &self.tags {
            match value {
                TagValue::Short(number) => {
                    list.extend([id.0, SHORT]);
                    list.extend(number.to_le_bytes());
                }
                TagValue::Integer(number) => {
                    list.extend([id.0, INTEGER, 4, 0]);
                    list.extend(number.to_le_bytes());
                }
                TagValue::Text(text) => {
                    // The length has 16 bits and counts the zero byte that ends the text.
                    let field = text::write(Some(text), text.len().min(0xFFF0) + 1);
                    list.extend([id.0, TEXT]);
                    list.extend((field.len() as u16).to_le_bytes());
                    list.extend(&field);
                    list.resize(list.len().next_multiple_of(4), 0);
                }
            }
        }
        let mut bytes = MAGIC.to_vec();
        bytes.extend((list.len() as u32).to_le_bytes());
        bytes.extend(list);
        bytes
    }
}

/// Reads one tag; the inner error is a tag that was read but makes no sense.
fn read_tag(reader: &mut ByteReader<'_>) -> Result<Result<ExtendedTag, &'static str>, FormatError> {
    let id = TagId(reader.u8("extended tag")?);
    let kind = reader.u8("type of the extended tag")?;
    let short = reader.u16_le("length of the extended tag")?;
    if kind == SHORT {
        return Ok(Ok(ExtendedTag { id, value: TagValue::Short(short) }));
    }
    let data = reader.bytes(usize::from(short), "data of the extended tag")?;
    skip_padding(reader, data.len());
    let value = match kind {
        TEXT => match text::read(data) {
            Ok(text) => TagValue::Text(text.unwrap_or_default()),
            Err(text::NotText) => return Ok(Err("its bytes are not text")),
        },
        INTEGER => match *data {
            [a, b, c, d] => TagValue::Integer(u32::from_le_bytes([a, b, c, d])),
            _ => return Ok(Err("its number has not four bytes")),
        },
        _ => return Ok(Err("its type is unknown")),
    };
    Ok(Ok(ExtendedTag { id, value }))
}

/// Data is padded to four bytes, but not by every program: only zeros are taken for padding.
fn skip_padding(reader: &mut ByteReader<'_>, length: usize) {
    for _ in length..length.next_multiple_of(4) {
        let mut ahead = reader.clone();
        if ahead.u8("padding").is_ok_and(|byte| byte == 0) {
            *reader = ahead;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (ExtendedTags, DiagnosticLog) {
        let mut log = DiagnosticLog::default();
        let tags = ExtendedTags::read(ByteReader::new("x.spc", bytes), &mut log);
        (tags, log)
    }

    #[test]
    fn writing_and_reading_are_inverse() {
        let tags = ExtendedTags {
            tags: vec![
                ExtendedTag { id: TagId::SONG, value: TagValue::Text("A long title".to_owned()) },
                ExtendedTag { id: TagId::YEAR, value: TagValue::Short(1991) },
                ExtendedTag { id: TagId::INTRO_LENGTH, value: TagValue::Integer(64_000) },
            ],
        };
        let (again, log) = read(&tags.write());
        assert_eq!(again, tags);
        assert!(log.entries().is_empty());
        assert_eq!(again.number(TagId::YEAR), Some(1991));
        assert_eq!(again.text(TagId::SONG), Some("A long title"));
    }

    #[test]
    fn missing_padding_is_forgiven() {
        let (tags, log) = read(b"xid6\x0C\0\0\0\x01\x01\x01\0A\x14\0\xC7\x07");
        assert_eq!(tags.text(TagId::SONG), Some("A"));
        assert_eq!(tags.number(TagId::YEAR), Some(1991));
        assert_eq!(log.entries().len(), 1, "the size is wrong");
    }

    #[test]
    fn arbitrary_bytes_do_no_harm() {
        arbtest::arbtest(|u| {
            let mut bytes = MAGIC.to_vec();
            bytes.extend(u.arbitrary::<Vec<u8>>()?);
            read(&bytes);
            Ok(())
        });
    }
}

use crate::{FormatError, FormatErrorKind};

/// Reads integers from a byte slice; every read is checked and every failure names file, offset and field.
///
/// The one byte reader of all parsers: `_be` methods for the N64, `_le` for the DS and the SNES.
#[derive(Clone, Debug)]
pub struct ByteReader<'a> {
    file: &'a str,
    bytes: &'a [u8],
    position: usize,
}

macro_rules! integer_readers {
    ($($name:ident $type:ty, $from:ident, $doc:literal;)*) => {
        $(
            #[doc = concat!("Reads ", $doc, " and moves past it.")]
            ///
            /// # Errors
            ///
            /// [`FormatErrorKind::Truncated`] if the data ends before it.
            pub fn $name(&mut self, field: &'static str) -> Result<$type, FormatError> {
                const SIZE: usize = size_of::<$type>();
                match self.bytes.get(self.position..).and_then(|rest| rest.first_chunk::<SIZE>()) {
                    Some(bytes) => {
                        self.position += SIZE;
                        Ok(<$type>::$from(*bytes))
                    }
                    None => Err(self.truncated(SIZE, field)),
                }
            }
        )*
    };
}

impl<'a> ByteReader<'a> {
    /// A reader at the start of `bytes`; `file` is the name used in errors.
    #[must_use]
    pub const fn new(file: &'a str, bytes: &'a [u8]) -> Self {
        Self { file, bytes, position: 0 }
    }

    /// The same data, read from `position` (which may lie behind the end: the next read then fails).
    #[must_use]
    pub fn at(&self, position: usize) -> Self {
        Self { position, ..self.clone() }
    }

    /// Offset of the next byte to be read.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Bytes left.
    #[must_use]
    pub const fn remaining(&self) -> usize {
        self.bytes.len().saturating_sub(self.position)
    }

    /// The name used in errors.
    #[must_use]
    pub const fn file(&self) -> &'a str {
        self.file
    }

    integer_readers! {
        u8 u8, from_be_bytes, "a byte";
        i8 i8, from_be_bytes, "a signed byte";
        u16_be u16, from_be_bytes, "a big-endian 16-bit integer";
        i16_be i16, from_be_bytes, "a signed big-endian 16-bit integer";
        u32_be u32, from_be_bytes, "a big-endian 32-bit integer";
        i32_be i32, from_be_bytes, "a signed big-endian 32-bit integer";
        f32_be f32, from_be_bytes, "a big-endian single-precision float";
        u16_le u16, from_le_bytes, "a little-endian 16-bit integer";
        i16_le i16, from_le_bytes, "a signed little-endian 16-bit integer";
        u32_le u32, from_le_bytes, "a little-endian 32-bit integer";
        i32_le i32, from_le_bytes, "a signed little-endian 32-bit integer";
    }

    /// Reads `count` bytes and moves past them.
    ///
    /// # Errors
    ///
    /// [`FormatErrorKind::Truncated`] if fewer are left.
    pub fn bytes(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], FormatError> {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        match rest.get(..count) {
            Some(taken) => {
                self.position += count;
                Ok(taken)
            }
            None => Err(self.truncated(count, field)),
        }
    }

    /// Moves past `count` bytes.
    ///
    /// # Errors
    ///
    /// [`FormatErrorKind::Truncated`] if fewer are left.
    pub fn skip(&mut self, count: usize, field: &'static str) -> Result<(), FormatError> {
        self.bytes(count, field).map(|_| ())
    }

    /// An error about a value that was read at `offset`.
    #[must_use]
    pub fn invalid(
        &self,
        offset: usize,
        field: &'static str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> FormatError {
        FormatError::invalid(self.file.to_owned(), offset as u64, field, expected.into(), found.into())
    }

    fn truncated(&self, wanted: usize, field: &'static str) -> FormatError {
        FormatError::invalid(
            self.file.to_owned(),
            self.position as u64,
            field,
            format!("{wanted} bytes"),
            format!("{} before the end of the file", self.remaining()),
        )
        .of_kind(FormatErrorKind::Truncated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_name_file_offset_and_field() {
        let mut reader = ByteReader::new("bank.ctl", &[0, 1, 2]);
        reader.u16_be("type").unwrap();
        let error = reader.u32_be("entry count").unwrap_err();
        assert_eq!(error.kind, FormatErrorKind::Truncated);
        assert_eq!(
            error.to_string(),
            "bank.ctl: offset 0x2: entry count: expected 4 bytes, found 1 before the end of the file"
        );
    }

    #[test]
    fn a_position_behind_the_end_fails_instead_of_panicking() {
        let reader = ByteReader::new("x", &[1]);
        assert!(reader.at(usize::MAX).u8("a").is_err());
        assert!(reader.at(usize::MAX).bytes(usize::MAX, "a").is_err());
        assert_eq!(reader.at(9).remaining(), 0);
    }

    #[test]
    fn both_byte_orders() {
        let reader = ByteReader::new("x", &[0x12, 0x34, 0x56, 0xF8]);
        assert_eq!(reader.clone().u32_be("a").unwrap(), 0x1234_56F8);
        assert_eq!(reader.clone().u32_le("a").unwrap(), 0xF856_3412);
        assert_eq!(reader.at(2).i16_le("a").unwrap(), -0x7AA);
    }
}

//! The PSF container: a zlib-compressed program, a reserved area and tags (nds-formats 8).

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use tatum_core::{ByteReader, FormatError, FormatErrorKind};

use super::ByteWriter;

/// Largest program that is unpacked: more than any sound archive of the console.
const MAX_PROGRAM: u64 = 128 << 20;
/// What stands before the tags.
const TAG_MARK: &[u8] = b"[TAG]";

/// A PSF file, unpacked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Psf {
    /// Which console: 0x24 for 2SF, 0x25 for NCSF.
    pub version: u8,
    /// The reserved area.
    pub reserved: Vec<u8>,
    /// The program, unpacked.
    pub program: Vec<u8>,
    /// The tags.
    pub tags: Tags,
}

/// Tags in the order of the file; names are compared without regard to case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags(Vec<(String, String)>);

impl Psf {
    /// Reads and unpacks a file.
    ///
    /// # Errors
    ///
    /// If it is no PSF, is cut short, or its program does not unpack, is too large or has the wrong checksum.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(file, bytes);
        let signature = reader.bytes(3, "signature")?;
        if signature != b"PSF" {
            return Err(reader.invalid(0, "signature", "'PSF'", format!("'{}'", signature.escape_ascii())));
        }
        let version = reader.u8("version")?;
        let reserved_size = reader.u32_le("reserved size")? as usize;
        let program_size = reader.u32_le("program size")? as usize;
        let checksum = reader.u32_le("program checksum")?;
        let reserved = reader.bytes(reserved_size, "reserved area")?.to_vec();
        let program_at = reader.position();
        let packed = reader.bytes(program_size, "program")?;
        let mut crc = flate2::Crc::new();
        crc.update(packed);
        if crc.sum() != checksum {
            return Err(reader
                .invalid(12, "program checksum", format!("{:#010x}", crc.sum()), format!("{checksum:#010x}"))
                .with_help("the file is damaged"));
        }
        let program = unpack(&reader, program_at, packed)?;
        let tags = bytes
            .get(reader.position()..)
            .and_then(|rest| rest.strip_prefix(TAG_MARK))
            .map(Tags::parse)
            .unwrap_or_default();
        Ok(Self { version, reserved, program, tags })
    }

    /// The file's bytes, the program packed.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        // Writing into memory cannot fail.
        let packed = match encoder.write_all(&self.program).and_then(|()| encoder.finish()) {
            Ok(packed) if !self.program.is_empty() => packed,
            _ => Vec::new(),
        };
        let mut crc = flate2::Crc::new();
        crc.update(&packed);
        let mut out = ByteWriter::default();
        out.bytes(b"PSF");
        out.u8(self.version);
        out.u32(super::bytes::offset_of(self.reserved.len()));
        out.u32(super::bytes::offset_of(packed.len()));
        out.u32(crc.sum());
        out.bytes(&self.reserved);
        out.bytes(&packed);
        if !self.tags.0.is_empty() {
            out.bytes(TAG_MARK);
            for (name, value) in &self.tags.0 {
                for line in value.split('\n') {
                    out.bytes(format!("{name}={line}\n").as_bytes());
                }
            }
        }
        out.into_bytes()
    }
}

fn unpack(reader: &ByteReader<'_>, position: usize, packed: &[u8]) -> Result<Vec<u8>, FormatError> {
    let mut program = Vec::new();
    if packed.is_empty() {
        return Ok(program);
    }
    match ZlibDecoder::new(packed).take(MAX_PROGRAM + 1).read_to_end(&mut program) {
        Ok(size) if size as u64 > MAX_PROGRAM => Err(reader
            .invalid(position, "program", format!("at most {MAX_PROGRAM} bytes"), "more")
            .of_kind(FormatErrorKind::Unsupported)),
        Ok(_) => Ok(program),
        Err(error) => Err(reader.invalid(position, "program", "a zlib stream", error.to_string())),
    }
}

impl Tags {
    /// Tags from pairs of names and values.
    #[must_use]
    pub fn new(tags: &[(&str, &str)]) -> Self {
        Self(tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    /// Reads `name=value` lines. The same name on consecutive lines appends a line to the value.
    #[must_use]
    pub fn parse(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text);
        let mut tags: Vec<(String, String)> = Vec::new();
        for line in text.split('\n') {
            let Some((name, value)) = line.split_once('=') else { continue };
            let trim = |text: &str| text.trim_matches(|c: char| ('\x01'..='\x20').contains(&c)).to_owned();
            let (name, value) = (trim(name), trim(value));
            if name.is_empty() {
                continue;
            }
            match tags.last_mut() {
                Some((last, values)) if last.eq_ignore_ascii_case(&name) => {
                    values.push('\n');
                    values.push_str(&value);
                }
                _ => tags.push((name, value)),
            }
        }
        Self(tags)
    }

    /// The value of a tag.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All tags in file order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The `length` tag in nanoseconds.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        parse_time(self.get("length")?)
    }

    /// The `fade` tag in nanoseconds.
    #[must_use]
    pub fn fade(&self) -> Option<u64> {
        parse_time(self.get("fade")?)
    }
}

/// Reads `[[hours:]minutes:]seconds[.fraction]` as nanoseconds. A comma may stand for the point.
fn parse_time(text: &str) -> Option<u64> {
    let text = text.trim();
    let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let mut seconds: u64 = 0;
    let mut parts = 0;
    for part in whole.split(':') {
        parts += 1;
        let number: u64 = if part.is_empty() { 0 } else { part.parse().ok()? };
        seconds = seconds.checked_mul(60)?.checked_add(number)?;
    }
    if parts > 3 || text.is_empty() || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits: u64 = format!("{fraction:0<9.9}").parse().ok()?;
    seconds.checked_mul(1_000_000_000)?.checked_add(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_all_their_forms() {
        assert_eq!(parse_time("90"), Some(90_000_000_000));
        assert_eq!(parse_time("1:30.5"), Some(90_500_000_000));
        assert_eq!(parse_time("1:00:00,25"), Some(3_600_250_000_000));
        for wrong in ["", "x", "1:2:3:4", "1.x", "99999999999999999999"] {
            assert_eq!(parse_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_tag_on_consecutive_lines_has_several_lines() {
        let tags = Tags::parse(b" Title = A song \ncomment=one\nComment=two\n=x\nnonsense\n");
        assert_eq!(tags.get("TITLE"), Some("A song"));
        assert_eq!(tags.get("comment"), Some("one\ntwo"));
        assert_eq!(tags.iter().count(), 2);
    }

    #[test]
    fn a_file_survives_a_round_trip() {
        let psf = Psf {
            version: 0x25,
            reserved: vec![1, 2, 3, 4],
            program: vec![7; 1000],
            tags: Tags::new(&[("title", "A"), ("comment", "one\ntwo")]),
        };
        assert_eq!(Psf::parse("x", &psf.to_bytes()).unwrap(), psf);
    }

    #[test]
    fn a_damaged_program_is_refused() {
        let psf = Psf { version: 0x25, program: vec![7; 1000], ..Psf::default() };
        let mut bytes = psf.to_bytes();
        bytes[20] ^= 1;
        assert!(Psf::parse("x", &bytes).unwrap_err().to_string().contains("checksum"));
    }
}

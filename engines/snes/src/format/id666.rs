//! The ID666 tags in the header of a `.spc` file (`snes-authoring.md` section 7).

use tatum_core::DiagnosticLog;

use super::text;

/// What the header says about the song.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Id666 {
    /// Title of the song; 32 bytes.
    pub title: Option<String>,
    /// The game; 32 bytes.
    pub game: Option<String>,
    /// Who made the file; 16 bytes.
    pub dumper: Option<String>,
    /// Comments; 32 bytes.
    pub comments: Option<String>,
    /// When the file was made: MM/DD/YYYY, or as the file writes it; 11 bytes.
    pub date: Option<String>,
    /// Composer; 32 bytes.
    pub artist: Option<String>,
    /// Seconds before the fade, 1 to 8191.
    pub seconds: Option<u16>,
    /// Milliseconds of the fade, at most 99999.
    pub fade_milliseconds: Option<u32>,
    /// Voices that the file wants silenced, one bit each.
    pub disabled_voices: u8,
    /// The emulator that made the file: 0 unknown, 1 ZSNES, 2 Snes9x.
    pub emulator: u8,
}

/// Bytes of the header.
pub(super) const HEADER_SIZE: usize = 0x100;

const TITLE: usize = 0x2E;
const GAME: usize = 0x4E;
const DUMPER: usize = 0x6E;
const COMMENTS: usize = 0x7E;
const DATE: usize = 0x9E;
const SECONDS: usize = 0xA9;
const FADE: usize = 0xAC;

/// Where the artist is in binary tags; one byte later in text tags, whose fade has five digits.
const BINARY_ARTIST: usize = 0xB0;

/// More seconds than this are taken for a misread field.
const MAX_SECONDS: u32 = 8191;

/// What five digits can say.
const MAX_FADE: u32 = 99_999;

impl Id666 {
    /// Reads the tags. What cannot be text or a number is left out, with a warning.
    pub(super) fn read(header: &[u8; HEADER_SIZE], log: &mut DiagnosticLog) -> Self {
        let field = |offset: usize, size: usize| header.get(offset..offset + size).unwrap_or_default();
        let mut string = |offset: usize, size: usize, name: &str| {
            text::read(field(offset, size)).unwrap_or_else(|text::NotText| {
                log.warn(offset as u64, format!("the tag '{name}' is not text and is left out"));
                None
            })
        };
        let is_text = matches!(header[BINARY_ARTIST], 0..0x20 | b'0'..=b'9');
        let artist = BINARY_ARTIST + usize::from(is_text);
        let tags = Self {
            title: string(TITLE, 32, "title"),
            game: string(GAME, 32, "game"),
            dumper: string(DUMPER, 16, "dumper"),
            comments: string(COMMENTS, 32, "comments"),
            date: binary_date(field(DATE, 4)).or_else(|| string(DATE, 11, "date")),
            artist: string(artist, 32, "artist"),
            seconds: None,
            fade_milliseconds: None,
            disabled_voices: header[artist + 32],
            emulator: header[artist + 33],
        };
        let seconds =
            length(field(SECONDS, 3), field(SECONDS, 2), MAX_SECONDS).filter(|&seconds| seconds > 0);
        if seconds.is_none() && field(SECONDS, 3).iter().any(|&byte| byte != 0 && byte != b'0') {
            log.warn(SECONDS as u64, "the tag 'seconds before fade' is no number and is left out");
        }
        let binary_fade = if is_text { &[] } else { field(FADE, 4) };
        let fade = length(field(FADE, if is_text { 5 } else { 4 }), binary_fade, MAX_FADE);
        Self { seconds: seconds.and_then(|s| s.try_into().ok()), fade_milliseconds: fade, ..tags }
    }

    /// Writes the tags into a header, as text.
    pub(super) fn write(&self, header: &mut [u8; HEADER_SIZE]) {
        let mut put = |offset: usize, field: &[u8]| {
            if let Some(target) = header.get_mut(offset..offset + field.len()) {
                target.copy_from_slice(field);
            }
        };
        put(TITLE, &text::write(self.title.as_deref(), 32));
        put(GAME, &text::write(self.game.as_deref(), 32));
        put(DUMPER, &text::write(self.dumper.as_deref(), 16));
        put(COMMENTS, &text::write(self.comments.as_deref(), 32));
        put(DATE, &text::write(self.date.as_deref(), 11));
        let seconds = self.seconds.map(|seconds| seconds.min(999).to_string());
        put(SECONDS, &text::write(seconds.as_deref(), 3));
        let fade = self.fade_milliseconds.map(|fade| fade.min(MAX_FADE).to_string());
        put(FADE, &text::write(fade.as_deref(), 5));
        put(BINARY_ARTIST + 1, &text::write(self.artist.as_deref(), 32));
        put(BINARY_ARTIST + 33, &[self.disabled_voices, self.emulator]);
    }
}

/// A length as digits, or else as a little-endian number.
fn length(digits: &[u8], binary: &[u8], maximum: u32) -> Option<u32> {
    let in_range = |value: &u32| (1..=maximum).contains(value);
    let as_number = || binary.iter().rev().fold(0_u32, |value, &byte| value << 8 | u32::from(byte));
    match text::number(digits) {
        Some(value) if in_range(&value) => Some(value),
        // "0" is an answer for a fade, though not for a length.
        Some(0) => Some(0),
        _ => Some(as_number()).filter(in_range),
    }
}

/// Day, month, year: the binary form of the date.
fn binary_date(field: &[u8]) -> Option<String> {
    match *field {
        [day @ 1..=31, month @ 1..=12, low, high] => {
            let year = u16::from_le_bytes([low, high]);
            (1990..=2100).contains(&year).then(|| format!("{month:02}/{day:02}/{year}"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(fields: &[(usize, &[u8])]) -> [u8; HEADER_SIZE] {
        let mut header = [0; HEADER_SIZE];
        for (offset, bytes) in fields {
            header[*offset..offset + bytes.len()].copy_from_slice(bytes);
        }
        header
    }

    fn read(fields: &[(usize, &[u8])]) -> Id666 {
        Id666::read(&header(fields), &mut DiagnosticLog::default())
    }

    #[test]
    fn text_tags() {
        let tags = read(&[
            (0x2E, b"Song"),
            (0x9E, b"12/31/1999"),
            (0xA9, b"120"),
            (0xAC, b"10000"),
            (0xB1, b"Composer"),
            (0xD1, &[0x81, 1]),
        ]);
        assert_eq!(tags.title.as_deref(), Some("Song"));
        assert_eq!(tags.date.as_deref(), Some("12/31/1999"));
        assert_eq!((tags.seconds, tags.fade_milliseconds), (Some(120), Some(10_000)));
        assert_eq!(tags.artist.as_deref(), Some("Composer"));
        assert_eq!((tags.disabled_voices, tags.emulator), (0x81, 1));
    }

    #[test]
    fn binary_tags() {
        let tags = read(&[
            (0x9E, &[31, 12, 0xCF, 0x07]),
            (0xA9, &[120, 0, 0]),
            (0xAC, &[0x10, 0x27, 0, 0]),
            (0xB0, b"Composer"),
            (0xD0, &[0, 2]),
        ]);
        assert_eq!(tags.date.as_deref(), Some("12/31/1999"));
        assert_eq!((tags.seconds, tags.fade_milliseconds), (Some(120), Some(10_000)));
        assert_eq!(tags.artist.as_deref(), Some("Composer"));
        assert_eq!(tags.emulator, 2);
    }

    #[test]
    fn an_empty_header_says_nothing_and_warns_of_nothing() {
        let mut log = DiagnosticLog::default();
        assert_eq!(Id666::read(&[0; HEADER_SIZE], &mut log), Id666::default());
        assert!(log.entries().is_empty());
    }

    #[test]
    fn writing_and_reading_are_inverse() {
        let tags = Id666 {
            title: Some("Well".to_owned()),
            seconds: Some(90),
            fade_milliseconds: Some(5000),
            artist: Some("Somebody".to_owned()),
            disabled_voices: 3,
            ..Id666::default()
        };
        let mut header = [0; HEADER_SIZE];
        tags.write(&mut header);
        assert_eq!(Id666::read(&header, &mut DiagnosticLog::default()), tags);
    }
}

//! A song without any header, as the song authors' script compiles it (`snes-authoring.md` section 2, *compile*).

use tatum_core::{DiagnosticLog, FormatError, FormatErrorKind};

use super::song_bank::check_song;
use super::transfer::{TransferBlock, TransferImage};
use crate::hardware::Ram;
use crate::sequencer::memory_map::ENTRY;

/// Reads what a `.bin` file can be: a transfer image, or a song alone ([`read_raw_song`]).
///
/// # Errors
///
/// If it is neither; the error is that of an image.
pub fn read_image_or_song(name: &str, bytes: &[u8]) -> Result<TransferImage, FormatError> {
    TransferImage::parse(name, bytes).or_else(|error| read_raw_song(name, bytes, None).map_err(|_| error))
}

/// Reads a song that begins with its list of segments; it is song 1 of the image.
///
/// Such a file does not say for which address it was made. Without `address` it follows from the first pointer: the
/// list is followed by the first segment.
///
/// # Errors
///
/// If the bytes are no song at that address.
///
/// ```
/// use tatum_snes::format::read_raw_song;
///
/// let song = [
///     0x4A, 0xD0, 0x00, 0x00, // one segment, then the end
///     0x5A, 0xD0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // one track
///     0xE0, 0x18, 0x48, 0x7F, 0xA4, 0x00, // piano, a quarter note C4
/// ];
/// let image = read_raw_song("song.bin", &song, None)?;
/// assert_eq!(image.lone_song, Some(0xD046));
/// # Ok::<(), tatum_core::FormatError>(())
/// ```
pub fn read_raw_song(name: &str, bytes: &[u8], address: Option<u16>) -> Result<TransferImage, FormatError> {
    let problem = |offset: u64, expected: &str, found: &str| {
        FormatError::invalid(name.to_owned(), offset, "song", expected.to_owned(), found.to_owned())
    };
    let candidates = match address {
        Some(address) => vec![address],
        None => addresses(bytes),
    };
    let mut error = problem(0, "a list of segments", "something else");
    for address in candidates {
        if bytes.len() > Ram::SIZE - usize::from(address) {
            error = problem(0, "a song that fits into the RAM", "more").of_kind(FormatErrorKind::Unsupported);
            continue;
        }
        let image = image_of(bytes, address);
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        image.apply(&mut ram);
        match check_song(&ram, address) {
            Ok(lowest) if lowest < address => {
                error = problem(0, &format!("a song for ${address:04X}"), &format!("data at ${lowest:04X}"));
            }
            Ok(_) => return Ok(image),
            Err(found) => {
                let offset = u64::from(found.address.wrapping_sub(address));
                error = problem(offset, &format!("a song for ${address:04X}"), &found.message);
            }
        }
    }
    Err(error.with_help("give the address for which the song was made, or a transfer image"))
}

fn image_of(bytes: &[u8], address: u16) -> TransferImage {
    TransferImage {
        blocks: vec![TransferBlock { address, data: bytes.to_vec() }],
        entry: ENTRY,
        lone_song: Some(address),
        diagnostics: DiagnosticLog::default(),
    }
}

/// The addresses for which a song may have been made, if it begins with a list that its first segment follows. The
/// list of a song that does not loop ends with one word or, as the authors' macros have it, with two.
fn addresses(bytes: &[u8]) -> Vec<u16> {
    let mut words = bytes.as_chunks().0.iter().map(|word| u16::from_le_bytes(*word));
    let mut first = None;
    let mut length = 0_u16;
    while let Some(word) = words.next() {
        length = length.saturating_add(2);
        match word {
            0 => return behind(first, &[length.saturating_add(2), length]),
            0x80 | 0x81 => {}
            count if count < 0x100 => {
                words.next();
                length = length.saturating_add(2);
                if count >= 0x82 {
                    return behind(first, &[length]);
                }
            }
            segment => first = first.or(Some(segment)),
        }
    }
    Vec::new()
}

fn behind(first: Option<u16>, lengths: &[u16]) -> Vec<u16> {
    lengths.iter().filter_map(|&length| first?.checked_sub(length)).collect()
}

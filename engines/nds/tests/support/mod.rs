//! What the golden tests share: cases, traces and WAV files.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod case;
pub mod compose;

use std::io::Read;
use std::path::{Path, PathBuf};

use tatum_core::Frame;

/// The golden set beside the repository, or `None` with a line that says so.
pub fn shared_golden() -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden/nds");
    if directory.is_dir() {
        return Some(directory);
    }
    println!("the shared golden set is not here; only the cases in golden-audio/nds are checked");
    None
}

/// The cases that the repository carries itself.
pub fn carried_golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/nds")
}

/// All directories with a case.toml, by name.
pub fn cases_in(directory: &Path) -> Vec<PathBuf> {
    let mut cases: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("case.toml").is_file())
        .collect();
    cases.sort();
    cases
}

/// A gzipped text.
pub fn gunzip(path: &Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

/// The samples of a 16-bit WAV file with a 44-byte header, interleaved.
pub fn wav_samples(path: &Path) -> Vec<i16> {
    let bytes = std::fs::read(path).unwrap();
    assert_eq!(&bytes[36..40], b"data", "{}", path.display());
    bytes[44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
}

/// The frames of a stereo WAV file.
pub fn wav_frames(path: &Path) -> Vec<Frame> {
    wav_samples(path).chunks_exact(2).map(|pair| Frame::new(pair[0], pair[1])).collect()
}

/// The first row in which two traces differ, for the failure message.
pub fn first_difference(expected: &str, found: &str) -> String {
    let (mut expected, mut found) = (expected.lines(), found.lines());
    for row in 1.. {
        match (expected.next(), found.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => return format!("row {row}: expected {a:?}, found {b:?}"),
        }
    }
    "equal".to_owned()
}

/// The first frame in which two renderings differ.
pub fn first_different_frame(expected: &[Frame], found: &[Frame]) -> Option<String> {
    if expected.len() != found.len() {
        return Some(format!("{} frames expected, {} found", expected.len(), found.len()));
    }
    let at = expected.iter().zip(found).position(|(a, b)| a != b)?;
    Some(format!("frame {at}: expected {:?}, found {:?}", expected[at], found[at]))
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Frames as a WAV file laid out like the references: 44-byte header, nominal rate 32728 Hz.
pub fn wav_bytes(frames: &[Frame]) -> Vec<u8> {
    let size = frames.len() as u32 * 4;
    let mut wav = b"RIFF".to_vec();
    wav.extend((size + 36).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    wav.extend(32_728u32.to_le_bytes());
    wav.extend((32_728u32 * 4).to_le_bytes());
    wav.extend(b"\x04\0\x10\0data");
    wav.extend(size.to_le_bytes());
    for frame in frames {
        wav.extend(frame.left.to_le_bytes());
        wav.extend(frame.right.to_le_bytes());
    }
    wav
}

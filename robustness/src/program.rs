//! What only the program reads: manifests and lists, packs in zip files, WAV files.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tatum::input::wav;
use tatum::sample_file::SampleFile;
use tatum::song::{OpenOptions, Song};
use tatum_core::Frame;

use crate::{choose, seeds, split};

/// A twentieth of a second.
const FRAMES: usize = 1600;

/// A folder of this process for the files to open.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a temporary folder").keep())
}

/// Writes a file, opens it as a song, asks what is in it and plays the start.
fn open(name: &str, bytes: &[u8]) {
    // Every thread has its own name: checks run at once in the tests.
    let thread = format!("{:?}", std::thread::current().id());
    let folder = folder().join(thread.replace(|letter: char| !letter.is_ascii_alphanumeric(), ""));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("a temporary file");
    match Song::open(&path, &OpenOptions::default()) {
        Ok(song) => {
            if let Ok(mut player) = song.start() {
                player.render(&mut [Frame::SILENCE; FRAMES]);
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let _ = std::fs::remove_file(&path);
}

const ENDINGS: [&str; 24] = [
    "toml", "z64", "n64", "v64", "m64", "zseq", "aseq", "com", "mus", "mml", "mid", "sdat", "sseq", "nds",
    "ncsf", "minincsf", "strm", "smft", "spc", "sfc", "asm", "bin", "ootrs", "mmrs",
];

pub(crate) fn file_seeds() -> Vec<Vec<u8>> {
    let tomls = seeds::files("golden-audio", &["toml"]).into_iter().map(|bytes| (bytes, 0));
    let others = [
        ("m64", "n64-sm64/tune8/sequence.m64"),
        ("sdat", "nds/calls-loops/sound.sdat"),
        ("spc", "snes/timers/song.spc"),
    ];
    let others = others.map(|(ending, path)| {
        let place = ENDINGS.iter().position(|own| *own == ending).expect("in the list");
        (seeds::file(&format!("golden-audio/{path}")), place as u8)
    });
    let with_choice = |(bytes, choice): (Vec<u8>, u8)| [&bytes[..], &[choice, 0, 0, 0, 0, 0, 0, 0]].concat();
    tomls.chain(others).map(with_choice).collect()
}

/// A file of any ending.
pub(crate) fn check_file(input: &[u8]) {
    let (bytes, choices) = split(input);
    open(&format!("x.{}", choose(&ENDINGS, choices[0])), bytes);
}

pub(crate) fn pack_seeds() -> Vec<Vec<u8>> {
    let file = |name: &str| seeds::file(&format!("golden-audio/n64-oot/basic-adpcm/{name}"));
    let meta = b"A song\n-\nbgm\n\n".to_vec();
    let ocarina = [
        ("a.meta", meta),
        ("a.seq", file("sequence.zseq")),
        ("a.zbank", file("soundfont.zbank")),
        ("a.bankmeta", file("soundfont.bankmeta")),
    ];
    let majora = [("3.zseq", file("sequence.zseq")), ("categories.txt", b"0".to_vec())];
    [zip(&ocarina), zip(&majora)].into()
}

fn zip(members: &[(&str, Vec<u8>)]) -> Vec<u8> {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a zip file in memory");
        writer.write_all(bytes).expect("a zip file in memory");
    }
    writer.finish().expect("a zip file in memory").into_inner()
}

/// A music pack of both games.
pub(crate) fn check_pack(bytes: &[u8]) {
    open("x.ootrs", bytes);
    open("x.mmrs", bytes);
}

pub(crate) fn wav_seeds() -> Vec<Vec<u8>> {
    let header = |channels: u16, bits: u16| {
        let data: Vec<u8> = (0..400_u16).map(|value| value as u8).collect();
        let frame = channels * bits / 8;
        let mut bytes = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0".to_vec();
        bytes.extend(channels.to_le_bytes());
        bytes.extend(32_000_u32.to_le_bytes());
        bytes.extend((32_000 * u32::from(frame)).to_le_bytes());
        bytes.extend(frame.to_le_bytes());
        bytes.extend(bits.to_le_bytes());
        bytes.extend(b"data");
        bytes.extend((data.len() as u32).to_le_bytes());
        bytes.extend(data);
        let size = bytes.len() as u32 - 8;
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
        bytes
    };
    vec![header(1, 16), header(2, 16), header(2, 8), header(1, 24), header(2, 32)]
}

/// Recordings and samples.
pub(crate) fn check_wav(bytes: &[u8]) {
    if let Ok(recording) = wav::parse("x.wav", bytes) {
        let _ = (recording.exact_frames(), recording.seconds());
    }
    let path = Path::new("x.wav");
    if let Ok(sample) = SampleFile::parse(path, bytes)
        && let Ok(written) = sample.to_bytes(path)
    {
        let again = SampleFile::parse(path, &written).expect("what was written can be read");
        assert_eq!(again.mono(), sample.mono());
    }
}

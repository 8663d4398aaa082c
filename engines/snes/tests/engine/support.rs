//! Golden cases from the disk.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Deserialize;
use tatum_core::Frame;
use tatum_snes::format::SpcFile;
use tatum_snes::hardware::PortWrite;
use tatum_snes::{Port, SpcPlayer};

/// The block sizes that must all give the same samples.
pub const BLOCK_SIZES: [usize; 4] = [1, 7, 184, 4096];

/// The keys of `case.toml` that say what to render.
#[derive(Deserialize)]
struct Manifest {
    name: String,
    engine: String,
    sample_rate: u32,
    channels: u16,
    samples: usize,
    cycles: u64,
    port_writes: Vec<(u64, u8, u8)>,
}

impl Manifest {
    fn port_writes(&self) -> Vec<PortWrite> {
        self.port_writes
            .iter()
            .map(|&(cycle, port, value)| PortWrite {
                cycle,
                port: Port::new(port).expect("port 0 to 3"),
                value,
            })
            .collect()
    }
}

/// One case: what to play, and what must come out.
pub struct Case {
    pub name: String,
    pub file: SpcFile,
    pub port_writes: Vec<PortWrite>,
    pub samples: usize,
    pub cycles: u64,
    pub reference: Vec<Frame>,
    pub dsp_writes: String,
}

impl Case {
    pub fn load(folder: &Path) -> Self {
        let manifest: Manifest =
            toml::from_str(&fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap();
        assert_eq!((manifest.engine.as_str(), manifest.sample_rate, manifest.channels), ("spc", 32_000, 2));
        let mut dsp_writes = String::new();
        let packed = fs::File::open(folder.join("dsp_writes.tsv.gz")).unwrap();
        GzDecoder::new(packed).read_to_string(&mut dsp_writes).unwrap();
        Self {
            port_writes: manifest.port_writes(),
            file: SpcFile::parse("song.spc", &fs::read(folder.join("song.spc")).unwrap()).unwrap(),
            samples: manifest.samples,
            cycles: manifest.cycles,
            reference: frames(&fs::read(folder.join("reference.wav")).unwrap()[44..]),
            dsp_writes,
            name: manifest.name,
        }
    }

    /// A player at the start, with the port writes planned.
    pub fn player(&self) -> SpcPlayer {
        let mut player = SpcPlayer::new(&self.file);
        for &write in &self.port_writes {
            player.schedule_port_write(write);
        }
        player
    }
}

/// All cases in a folder.
pub fn cases(folder: &Path) -> Vec<Case> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("case.toml").exists())
        .collect();
    folders.sort();
    folders.iter().map(|folder| Case::load(folder)).collect()
}

/// The golden set, if it lies beside the repository.
pub fn golden() -> Option<PathBuf> {
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden/snes-spc"))
        .filter(|path| path.exists())
}

/// The cases that the repository carries itself.
pub fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/snes")
}

/// 16-bit little-endian stereo.
pub fn frames(bytes: &[u8]) -> Vec<Frame> {
    bytes
        .chunks_exact(4)
        .map(|b| Frame::new(i16::from_le_bytes([b[0], b[1]]), i16::from_le_bytes([b[2], b[3]])))
        .collect()
}

/// The same, the other way.
pub fn pcm(frames: &[Frame]) -> Vec<u8> {
    frames.iter().flat_map(|frame| [frame.left, frame.right]).flat_map(i16::to_le_bytes).collect()
}

//! Sounds of the golden cases, for every version.

use std::sync::OnceLock;

use tatum_n64::format::index_table::FontEntry;
use tatum_n64::{EngineVersion, FontFile, FontFiles, ShindouFiles, SoundFiles, SoundMemory};

use crate::seeds;

/// Parts of a bank as files.
pub(super) struct BankParts {
    pub banks: Vec<u8>,
    pub samples: Vec<u8>,
    pub sets: Vec<u8>,
}

impl BankParts {
    pub(super) fn read(set: &str) -> Self {
        let file = |name: &str| seeds::file(&format!("golden-audio/{set}/bank/{name}"));
        Self { banks: file("sound_data.ctl"), samples: file("sound_data.tbl"), sets: file("bank_sets") }
    }

    pub(super) fn files(&self) -> SoundFiles<'_> {
        SoundFiles {
            banks: ("banks", &self.banks),
            samples: ("samples", &self.samples),
            bank_sets: ("sets", &self.sets),
        }
    }
}

/// The sounds for a version, read once.
pub(super) fn sounds(version: EngineVersion) -> SoundMemory {
    static EUROPEAN: OnceLock<SoundMemory> = OnceLock::new();
    static SHINDOU: OnceLock<SoundMemory> = OnceLock::new();
    static ZELDA: OnceLock<SoundMemory> = OnceLock::new();
    match version {
        EngineVersion::Sm64Us
        | EngineVersion::Sm64Jp
        | EngineVersion::Sm64Eu
        | EngineVersion::MarioKart64
        | EngineVersion::WaveRace64 => EUROPEAN.get_or_init(|| {
            SoundMemory::load(&BankParts::read("n64-sm64-eu").files(), 0).expect("a good bank")
        }),
        EngineVersion::Sm64Sh | EngineVersion::StarFox64 => SHINDOU.get_or_init(shindou),
        EngineVersion::Ocarina | EngineVersion::Majora => ZELDA.get_or_init(zelda),
    }
    .clone()
}

fn shindou() -> SoundMemory {
    let parts = BankParts::read("n64-sm64-sh");
    let [banks, samples] = ["banks_header", "samples_header"]
        .map(|name| seeds::file(&format!("golden-audio/n64-sm64-sh/bank/{name}")));
    let files = ShindouFiles {
        banks: ("b", &parts.banks),
        samples: ("s", &parts.samples),
        bank_sets: ("l", &parts.sets),
        banks_header: ("bh", &banks),
        samples_header: ("sh", &samples),
    };
    SoundMemory::load_shindou(&files, 0).expect("a good bank")
}

fn zelda() -> SoundMemory {
    let file = |name: &str| seeds::file(&format!("golden-audio/n64-oot/basic-adpcm/{name}"));
    let entry = FontEntry::parse("m", &file("soundfont.bankmeta")).expect("a good entry");
    let (font, samples) = (file("soundfont.zbank"), file("audiotable.bin"));
    let files = FontFiles {
        fonts: vec![Some(FontFile::new("f", &font, entry))],
        sample_banks: vec![("t", &samples)],
        lists: vec![vec![0]],
    };
    SoundMemory::load_fonts(&files).expect("a good font")
}

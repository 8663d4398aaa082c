//! Cases of the golden sets, and games made of them.

use std::path::{Path, PathBuf};

use tatum_n64::format::file_table::{FileEntry, FileTable};
use tatum_n64::format::font_list::FontLists;
use tatum_n64::format::index_table::{IndexEntry, IndexTable};
use tatum_n64::format::yaz0;

use crate::support::{N64_MM, N64_OOT, pcm};

/// 59 frames of at least 528 sample pairs: the second case's first event is in frame 60.
const BEFORE_FRAME_60: usize = 59 * 528 * 4;

/// A case of a golden set: what a game would be made of, and how it sounds.
pub(super) struct Case {
    pub(super) folder: PathBuf,
    /// Bytes of the reference until the game does something that only the case's manifest says.
    undisturbed: usize,
}

impl Case {
    pub(super) fn oot(name: &str) -> Self {
        let undisturbed = if name == "script-control" { BEFORE_FRAME_60 } else { usize::MAX };
        Self { folder: N64_OOT.carried(name), undisturbed }
    }

    pub(super) fn mm(name: &str) -> Self {
        Self { folder: N64_MM.carried(name), undisturbed: usize::MAX }
    }

    pub(super) fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap()
    }

    pub(super) fn sequence(&self) -> Vec<u8> {
        self.file("sequence.zseq")
    }

    /// That what was rendered is how the reference begins.
    pub(super) fn assert_plays(&self, samples: &[u8]) {
        let reference = pcm(&self.folder.join("reference.wav"));
        let length = samples.len().min(self.undisturbed);
        assert!(samples[..length] == reference[..length], "{} differs", self.folder.display());
    }
}

/// The parts of a game: two sequences and an alias of the first; two fonts, of which the second is damaged.
pub(super) struct Parts {
    pub(super) files: [Vec<u8>; 3],
    pub(super) tables: [Vec<u8>; 4],
}

impl Parts {
    pub(super) fn new(case: &Case, other: &Case) -> Self {
        const MUSIC: [u8; 8] = [2, 2, 0, 0, 0, 0, 0, 0];
        let entry: [u8; 8] = case.file("soundfont.bankmeta").try_into().unwrap();
        let font = case.file("soundfont.zbank");
        assert!(font == other.file("soundfont.zbank"), "the cases share a font");
        let (fonts, font_table) = index(&[(&font, entry), (&[0xFF; 32], entry)], None);
        let (first, second) = (case.sequence(), other.sequence());
        let (sequences, sequence_table) = index(&[(&first, MUSIC), (&second, MUSIC)], Some(0));
        let (samples, sample_table) = index(&[(&case.file("audiotable.bin"), MUSIC)], Some(0));
        let lists = FontLists { lists: vec![vec![0], vec![0], vec![1]] };
        Self {
            files: [fonts, sequences, samples],
            tables: [font_table.write(), lists.write(), sequence_table.write(), sample_table.write()],
        }
    }

    /// An extracted game.
    pub(super) fn write_folder(&self, folder: &Path) {
        for (name, bytes) in ["Audiobank", "Audioseq", "Audiotable"].iter().zip(&self.files) {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        let names = ["Audiobank_index", "sequence_fonts", "Audioseq_index", "Audiotable_index"];
        for (name, bytes) in names.iter().zip(&self.tables) {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
}

fn index(parts: &[(&[u8], [u8; 8])], alias: Option<u32>) -> (Vec<u8>, IndexTable) {
    let mut bytes = Vec::new();
    let mut entries = Vec::new();
    for (part, details) in parts {
        entries.push(IndexEntry { offset: bytes.len() as u32, size: part.len() as u32, details: *details });
        bytes.extend(*part);
        bytes.resize(bytes.len().next_multiple_of(16), 0);
    }
    entries.extend(alias.map(|offset| IndexEntry { offset, size: 0, details: [2, 2, 0, 0, 0, 0, 0, 0] }));
    (bytes, IndexTable { entries })
}

/// Where an image has its file table, and the main program its tables.
pub(super) struct Layout {
    pub(super) file_table: usize,
    program: usize,
    places: [usize; 4],
    is_compressed: bool,
}

/// `n64-oot.md` 1.1.
pub(super) const DEBUG: Layout = Layout {
    file_table: 0x1_2F70,
    program: 28,
    places: [0x13_8270, 0x13_84E0, 0x13_86A0, 0x13_8D90],
    is_compressed: false,
};

pub(super) const RETAIL: Layout = Layout {
    file_table: 0x7960,
    program: 27,
    places: [0x10_2710, 0x10_2980, 0x10_2B40, 0x10_3230],
    is_compressed: true,
};

pub(super) const MAJORA: Layout = Layout {
    file_table: 0x1_A500,
    program: 31,
    places: [0x13_B6C0, 0x13_B960, 0x13_BB70, 0x13_C380],
    is_compressed: true,
};

/// A version that nobody has listed.
pub(super) const UNKNOWN: Layout =
    Layout { file_table: 0x9120, program: 9, places: [0x5008, 0x5100, 0x5140, 0x5200], is_compressed: true };

impl Layout {
    pub(super) fn image(&self, parts: &Parts) -> Vec<u8> {
        let mut program: Vec<u8> =
            (0..self.places[3] as u32 + 0x1000).map(|at| (at / 64 * 7) as u8 | 1).collect();
        for (place, table) in self.places.iter().zip(&parts.tables) {
            program[*place..place + table.len()].copy_from_slice(table);
        }
        let program = if self.is_compressed { yaz0::encode(&program) } else { program };
        let mut image = vec![0; 0x2_0000];
        image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
        let plain = |start: usize, end: usize| FileEntry {
            virtual_start: start as u32,
            virtual_end: end as u32,
            physical_start: start as u32,
            physical_end: 0,
        };
        let mut entries =
            vec![plain(0, 0x1060), plain(0x1060, self.file_table), plain(self.file_table, 0x2_0000)];
        for number in 3..=self.program {
            let start = image.len();
            match number {
                3..=5 => image.extend(&parts.files[number - 3]),
                _ if number == self.program => image.extend(&program),
                _ => image.extend([number as u8; 32]),
            }
            entries.push(plain(start, image.len()));
            image.resize(image.len().next_multiple_of(16), 0);
        }
        if self.is_compressed {
            let entry = entries.last_mut().unwrap();
            entry.physical_end = entry.virtual_end;
        }
        let table = FileTable::write(&entries);
        image[self.file_table..self.file_table + table.len()].copy_from_slice(&table);
        image
    }
}

pub(super) fn ocarina_parts() -> (Case, Case, Parts) {
    let (first, second) = (Case::oot("basic-adpcm"), Case::oot("script-control"));
    let parts = Parts::new(&first, &second);
    (first, second, parts)
}

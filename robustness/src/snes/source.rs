//! The song language, both ways.

use tatum_snes::author::assembler::{AssemblerOptions, Assembly, NoFiles, assemble};
use tatum_snes::author::disassembler::{disassemble, disassemble_song};
use tatum_snes::format::TransferImage;

use crate::{seeds, split};

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let as_source = seeds::files("golden-audio/snes-asm", &["asm"]);
    let as_bytes = seeds::files("golden-audio/snes-nspc", &["bin"]);
    let inputs = as_source.into_iter().map(|bytes| [&bytes[..], &[0; 8]].concat());
    inputs.chain(as_bytes.into_iter().map(|bytes| [&bytes[..], &[1; 8]].concat())).collect()
}

pub(crate) fn check(input: &[u8]) {
    let (bytes, choices) = split(input);
    match choices[0] % 3 {
        0 => {
            let assembly = assembled(bytes);
            let _ = assembly.label_list();
            for problem in assembly.problems.entries() {
                let _ = problem.display(&assembly.sources).to_string();
            }
        }
        1 => check_image(bytes),
        _ => {
            let bytes = &bytes[..bytes.len().min(0x1000)];
            assert!(bytes_of(&disassemble_song(0xD046, bytes, 0xD046)) == bytes, "other bytes come back");
        }
    }
}

/// An image that is written as source comes back, if it is written as this program writes images.
fn check_image(bytes: &[u8]) {
    let Ok(image) = TransferImage::parse("x", bytes) else { return };
    let bytes = image.to_bytes();
    let Ok(source) = disassemble("x", &bytes) else { return };
    assert!(bytes_of(&source) == bytes, "other bytes come back from the source:\n{source}");
}

fn assembled(source: &[u8]) -> Assembly {
    assemble("x.asm", source, &mut NoFiles, &AssemblerOptions::default())
}

fn bytes_of(source: &str) -> Vec<u8> {
    let assembly = assembled(source.as_bytes());
    assert!(!assembly.problems.has_errors(), "own source is refused: {:?}\n{source}", assembly.problems);
    match assembly.regions.as_slice() {
        [] => Vec::new(),
        [region] => region.bytes.clone(),
        regions => panic!("{} regions", regions.len()),
    }
}

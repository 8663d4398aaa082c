//! Sequences as text, both ways.

use tatum_core::source::Sources;
use tatum_nds::author::text::{assemble, disassemble, no_includes};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::sseq::Sseq;

use crate::{seeds, split};

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut inputs = seeds::with_choices(seeds::files("examples", &["smft", "sseq"]));
    for bytes in seeds::files("golden-audio/nds", &["sdat"]) {
        let Ok(contents) = Sdat::parse("x", bytes).and_then(|archive| archive.contents()) else { continue };
        for file in
            contents.files.iter().filter(|file| file.starts_with(b"SSEQ") || file.starts_with(b"SSAR"))
        {
            inputs.push([&file[..], &[1; 8]].concat());
            if let Ok(text) = disassemble("x", file, &[]) {
                inputs.push([text.as_bytes(), &[0; 8]].concat());
            }
        }
    }
    inputs.sort();
    inputs.dedup();
    inputs
}

pub(crate) fn check(input: &[u8]) {
    let (bytes, choices) = split(input);
    match choices[0] % 3 {
        0 => check_text(&String::from_utf8_lossy(bytes)),
        1 => check_file(bytes),
        _ => check_file(&Sseq::write(bytes)),
    }
}

/// A text is refused with a problem, or gives a file that comes back from its text.
fn check_text(text: &str) {
    if let Some(bytes) = bytes_of(text)
        && bytes.len() <= 0x4000
    {
        check_file(&bytes);
    }
}

fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut sources = Sources::default();
    let file = sources.add("x.smft", text);
    let assembled = assemble(&mut sources, file, &mut no_includes);
    for problem in assembled.problems.entries() {
        let _ = problem.display(&sources).to_string();
    }
    assert_eq!(assembled.bytes.is_none(), assembled.problems.has_errors());
    assembled.bytes
}

fn check_file(bytes: &[u8]) {
    let Ok(text) = disassemble("x", bytes, &[]) else { return };
    assert!(bytes_of(&text).as_deref() == Some(bytes), "other bytes come back from the text:\n{text}");
}

//! Sequences and whole archives.

use std::sync::OnceLock;

use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::sseq::Sseq;
use tatum_nds::{BankFiles, NdsPlayer, Options, Timeline};

use crate::{players, seeds, split};

/// A tenth of a second.
const FRAMES: usize = 3270;

/// Loops that take no time end here. What users get is 500 times as many, and says no more than these.
const MOST_COMMANDS: u32 = 1 << 16;

pub(crate) fn archive_seeds() -> Vec<Vec<u8>> {
    seeds::with_choices(seeds::files("golden-audio/nds", &["sdat"]))
}

pub(crate) fn check_archive(input: &[u8]) {
    let (bytes, choices) = split(input);
    let Ok(archive) = Sdat::parse("x", bytes.to_vec()) else { return };
    play(&archive, choices);
}

fn play(archive: &Sdat, choices: [u8; 8]) {
    let sequences = archive.sequences();
    if sequences.is_empty() {
        return;
    }
    let sequence = crate::choose(&sequences, choices[0]);
    let options = Options { most_commands: MOST_COMMANDS, ..Options::default() };
    let Ok(player) = NdsPlayer::new(archive, sequence.id, options) else { return };
    players::check(&player, FRAMES, choices);
    if choices[7] % 16 == 15 {
        let _ = Timeline::of(&player, 2 * 32_728);
    }
}

pub(crate) fn sequence_seeds() -> Vec<Vec<u8>> {
    let mut events = Vec::new();
    for bytes in seeds::files("golden-audio/nds", &["sdat"]) {
        let Ok(contents) = Sdat::parse("x", bytes).and_then(|archive| archive.contents()) else { continue };
        let sequences = contents.files.iter().filter_map(|file| Sseq::parse("x", file).ok());
        events.extend(sequences.map(|sequence| sequence.data.to_vec()));
    }
    events.sort();
    events.dedup();
    seeds::with_choices(events)
}

/// Event bytes with a small bank that has all kinds of instruments.
pub(crate) fn check_sequence(input: &[u8]) {
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let files = FILES.get_or_init(|| {
        let bytes = seeds::file("golden-audio/nds/seqarc/sound.sdat");
        Sdat::parse("x", bytes).and_then(|archive| archive.contents()).expect("good").files
    });
    let (events, choices) = split(input);
    let bank = BankFiles { bank: &files[1], waves: [Some(&files[0]), None, None, None] };
    let archive = Sdat::stand_alone("x", &Sseq::write(events), &bank).expect("a good bank");
    play(&archive, choices);
}

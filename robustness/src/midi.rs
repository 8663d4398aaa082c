//! MIDI files: what is read comes back from what is written, and every console's import takes it or refuses it.

use tatum_core::midi::MidiFile;
use tatum_n64::author::abi::BuiltInAbi;
use tatum_n64::author::assemble::assemble;
use tatum_n64::author::disassemble::disassemble;
use tatum_n64::author::midi::events::sequence_events;
use tatum_n64::author::midi::import::{self as n64, ImportOptions};
use tatum_nds::author::midi::{self as nds};
use tatum_nds::{BankFiles, SequenceId};
use tatum_snes::NspcPlayer;
use tatum_snes::author::{built_in, midi as snes};

use crate::{choose, seeds, split};

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    seeds::with_choices(seeds::files("golden-audio/n64-convert", &["mid"]))
}

pub(crate) fn check(input: &[u8]) {
    let (bytes, choices) = split(input);
    let Ok(file) = MidiFile::read("any.mid", bytes) else { return };
    if let Ok(written) = file.write("again.mid") {
        let again = MidiFile::read("again.mid", &written).expect("what was written can be read");
        assert_eq!(again.tracks, file.tracks, "what was written is what was read");
    }
    match choices[0] % 3 {
        0 => to_n64(&file, choices[1], choices[2]),
        1 => to_nds(&file),
        _ => to_snes(&file),
    }
}

/// The optimised import plays what the plain one plays.
fn to_n64(file: &MidiFile, abi: u8, switches: u8) {
    let abi = choose(&[BuiltInAbi::Sm64, BuiltInAbi::Zelda, BuiltInAbi::Rtyi], abi).definition();
    let options = ImportOptions {
        smart_loop: switches & 1 != 0,
        relative_addresses: switches & 2 != 0,
        fl_studio: switches & 4 != 0,
        exact_lengths: switches & 8 != 0,
        call_only_layers: switches & 16 != 0,
        velocity_delta: 0,
        gate_delta: 0,
        controller_delta: 0,
        ..ImportOptions::default()
    };
    let plain = ImportOptions { use_calls: false, use_loops: false, ..options.clone() };
    let make = |options| {
        let sequence = n64::import(file, &abi, options).sequence?;
        Some(assemble(&sequence, &abi).ok()?.bytes)
    };
    let (Some(small), Some(plain)) = (make(&options), make(&plain)) else { return };
    assert!(small.len() <= plain.len(), "the optimiser made it larger");
    let events =
        |bytes: &[u8]| sequence_events(&disassemble("song", bytes, &abi).expect("own bytes").sequence, &abi);
    assert_eq!(events(&small), events(&plain), "the optimiser changed the song");
}

fn to_nds(file: &MidiFile) {
    let Some(bytes) = nds::import(file, nds::ImportOptions::default()).bytes else { return };
    let archive = tatum_nds::format::sdat::Sdat::stand_alone("song", &bytes, &BankFiles::built_in())
        .expect("own bytes");
    let _ = nds::export(&archive, SequenceId::Sequence(0), nds::ExportOptions::default());
}

fn to_snes(file: &MidiFile) {
    let Some(mut image) = snes::import(file).image else { return };
    built_in::complete(&mut image, 1);
    let mut player = NspcPlayer::new(&image);
    player.start_song(1);
    let _ = snes::export("song", &player, 1);
}

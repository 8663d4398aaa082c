//! Drivers that other companies made from it.

use super::standard::{COMMANDS, STANDARD, with_own};
use super::{Evidence, InstrumentForm, Meaning, Multiplier, PAN_POSITIONS, SegmentLoops, Variant};
use crate::sequencer::commands::OwnCommand;

/// Konami's commands: the standard ones, of which some are replaced, and `$FB`.
const KONAMI_COMMANDS: [Meaning; 28] = {
    let mut commands = with_own::<28>(&[Meaning::Own(OwnCommand::Envelope)]);
    commands[0xE4 - 0xE0] = Meaning::Ignored(2);
    commands[0xE5 - 0xE0] = Meaning::Own(OwnCommand::RepeatStart);
    commands[0xE6 - 0xE0] = Meaning::Own(OwnCommand::RepeatEnd);
    // Without effect; as many arguments as the commands in whose place they are.
    commands[0xE8 - 0xE0] = Meaning::Ignored(COMMANDS[0xE8 - 0xE0].argument_count());
    commands[0xE9 - 0xE0] = Meaning::Ignored(COMMANDS[0xE9 - 0xE0].argument_count());
    let mut byte = 0xF5;
    while byte <= 0xF8 {
        commands[byte - 0xE0] = Meaning::Ignored(0);
        byte += 1;
    }
    commands
};

/// Pointers are relative to a base, and a table of its own tunes the instruments; where both are is not known.
pub(super) static KONAMI: Variant = Variant {
    id: "n-spc-konami",
    games: "games of Konami",
    evidence: Evidence::Described,
    commands: &KONAMI_COMMANDS,
    instrument: InstrumentForm { size: 6, multiplier: Multiplier::Elsewhere },
    ..STANDARD
};

/// The side that is farther away loses 25 of 256 with each position; half of that, so that it fits the register.
const fn linear_pan() -> [u8; PAN_POSITIONS] {
    const CENTRE: usize = PAN_POSITIONS / 2;
    let mut table = [127; PAN_POSITIONS];
    let mut distance = 0;
    while distance <= CENTRE {
        table[CENTRE - distance] = ((255 - 25 * distance) / 2) as u8;
        distance += 1;
    }
    table
}

pub(super) static TOSE: Variant = Variant {
    id: "n-spc-tose",
    games: "games of TOSE",
    evidence: Evidence::Described,
    pan: linear_pan(),
    segment_loops: SegmentLoops::SetAtZero,
    ..STANDARD
};

//! A Link to the Past, and the drivers whose tracks are numbered like its own.

use super::{
    Articulation, Codes, Evidence, InstrumentForm, Meaning, Multiplier, PAN_POSITIONS, SegmentLoops, Variant,
};
use crate::sequencer::commands::{Command, OwnCommand};

/// The commands of the standard numbering.
pub(super) const COMMANDS: [Meaning; 27] = [
    Meaning::Command(Command::Instrument),
    Meaning::Command(Command::Pan),
    Meaning::Command(Command::PanSlide),
    Meaning::Command(Command::Vibrato),
    Meaning::Command(Command::VibratoOff),
    Meaning::Command(Command::MasterVolume),
    Meaning::Command(Command::MasterVolumeSlide),
    Meaning::Command(Command::Tempo),
    Meaning::Command(Command::TempoSlide),
    Meaning::Command(Command::GlobalTranspose),
    Meaning::Command(Command::Transpose),
    Meaning::Command(Command::Tremolo),
    Meaning::Command(Command::TremoloOff),
    Meaning::Command(Command::Volume),
    Meaning::Command(Command::VolumeSlide),
    Meaning::Command(Command::Call),
    Meaning::Command(Command::VibratoFade),
    Meaning::Command(Command::SlideTo),
    Meaning::Command(Command::SlideFrom),
    Meaning::Command(Command::SlideOff),
    Meaning::Command(Command::FineTune),
    Meaning::Command(Command::EchoOn),
    Meaning::Command(Command::EchoOff),
    Meaning::Command(Command::EchoParameters),
    Meaning::Command(Command::EchoSlide),
    Meaning::Command(Command::PitchSlide),
    Meaning::Command(Command::PercussionBase),
];

/// The standard commands, with some of a variant's own from $FB on.
pub(super) const fn with_own<const N: usize>(own: &[Meaning]) -> [Meaning; N] {
    assert!(N == COMMANDS.len() + own.len(), "the table has one place for each command");
    let mut commands = [Meaning::Undocumented; N];
    let mut index = 0;
    while index < N {
        commands[index] = if index < COMMANDS.len() { COMMANDS[index] } else { own[index - COMMANDS.len()] };
        index += 1;
    }
    commands
}

/// The pan table (section 4).
pub(super) const PAN: [u8; PAN_POSITIONS] =
    [0, 1, 3, 7, 13, 21, 30, 41, 52, 66, 81, 94, 103, 110, 115, 119, 122, 124, 125, 126, 127];

/// The pan table from its other end.
const fn mirrored(mut table: [u8; PAN_POSITIONS]) -> [u8; PAN_POSITIONS] {
    let mut index = 0;
    while index < PAN_POSITIONS / 2 {
        (table[index], table[PAN_POSITIONS - 1 - index]) = (table[PAN_POSITIONS - 1 - index], table[index]);
        index += 1;
    }
    table
}

/// The standard numbering, with the tables that count where a file has none (section 10).
pub(super) const STANDARD: Variant = Variant {
    id: "",
    games: "",
    evidence: Evidence::Assumed,
    codes: Codes {
        tie: 0xC8,
        rest: 0xC9,
        first_percussion: 0xCA,
        first_command: 0xE0,
        call: 0xEF,
        pitch_slide: 0xF9,
    },
    commands: &COMMANDS,
    lengths_behind_commands: &[],
    articulation: Articulation::Tables,
    instrument: InstrumentForm { size: 6, multiplier: Multiplier::Word },
    pan: PAN,
    segment_loops: SegmentLoops::SetBelowZero,
    gates: [0x33, 0x66, 0x7F, 0x99, 0xB2, 0xCC, 0xE5, 0xFC],
    velocities: [
        0x19, 0x33, 0x4C, 0x66, 0x72, 0x7F, 0x8C, 0x99, 0xA5, 0xB2, 0xBF, 0xCC, 0xD8, 0xE5, 0xF2, 0xFC,
    ],
    is_mapped: false,
};

/// The driver that everything else is compared with. Behind its commands its table of lengths goes on; what follows
/// `$FE` in it is not known.
pub static A_LINK_TO_THE_PAST: Variant = Variant {
    id: "n-spc-alttp",
    games: "A Link to the Past",
    evidence: Evidence::Verified,
    lengths_behind_commands: &[2, 0, 0, 0],
    gates: [0x32, 0x65, 0x7F, 0x98, 0xB2, 0xCB, 0xE5, 0xFC],
    velocities: [
        0x19, 0x32, 0x4C, 0x65, 0x72, 0x7F, 0x8C, 0x98, 0xA5, 0xB2, 0xBF, 0xCB, 0xD8, 0xE5, 0xF2, 0xFC,
    ],
    is_mapped: true,
    ..STANDARD
};

pub(super) static YOSHIS_ISLAND: Variant =
    Variant { id: "n-spc-yi", games: "Yoshi's Island", evidence: Evidence::Described, ..STANDARD };

/// "RD1": four commands more.
pub(super) static SUPER_METROID: Variant = Variant {
    id: "n-spc-sm",
    games: "Super Metroid",
    evidence: Evidence::Described,
    commands: &with_own::<31>(&[
        Meaning::Ignored(2),
        Meaning::Own(OwnCommand::Silence),
        Meaning::Own(OwnCommand::FastForward),
        Meaning::Own(OwnCommand::NormalSpeed),
    ]),
    ..STANDARD
};

pub(super) static STAR_FOX: Variant = Variant { id: "n-spc-starfox", games: "Star Fox", ..STANDARD };

pub(super) static SUPER_MARIO_KART: Variant =
    Variant { id: "n-spc-smk", games: "Super Mario Kart", ..STANDARD };

pub(super) static F_ZERO: Variant = Variant { id: "n-spc-fzero", games: "F-Zero", ..STANDARD };

pub(super) static PILOTWINGS: Variant = Variant { id: "n-spc-pilotwings", games: "Pilotwings", ..STANDARD };

/// "RD2": `$FB` and `$FD`; `$FC` is not described.
pub(super) static MARVELOUS: Variant = Variant {
    id: "n-spc-marvelous",
    games: "Marvelous",
    evidence: Evidence::Described,
    commands: &with_own::<30>(&[
        Meaning::Own(OwnCommand::InstrumentAndEnvelope),
        Meaning::Undocumented,
        Meaning::Command(Command::Instrument),
    ]),
    ..STANDARD
};

/// HAL: left and right are exchanged.
pub(super) static KIRBY_SUPER_STAR: Variant = Variant {
    id: "n-spc-hal",
    games: "Kirby Super Star",
    evidence: Evidence::Described,
    pan: mirrored(PAN),
    ..STANDARD
};

pub(super) static LEMMINGS: Variant = Variant {
    id: "n-spc-lemmings",
    games: "Lemmings",
    evidence: Evidence::Described,
    articulation: Articulation::Formulas,
    ..STANDARD
};

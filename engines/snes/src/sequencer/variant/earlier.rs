//! The earlier driver: Super Mario World.

use super::standard::STANDARD;
use super::{Codes, Evidence, InstrumentForm, Meaning, Multiplier, Variant};
use crate::sequencer::commands::Command;

/// The commands, `$DA` first. There is none that transposes a channel, and none that sets a percussion base.
const COMMANDS: [Meaning; 25] = [
    Meaning::Command(Command::Instrument),        // DA
    Meaning::Command(Command::Pan),               // DB
    Meaning::Command(Command::PanSlide),          // DC
    Meaning::Command(Command::PitchSlide),        // DD
    Meaning::Command(Command::Vibrato),           // DE
    Meaning::Command(Command::VibratoOff),        // DF
    Meaning::Command(Command::MasterVolume),      // E0
    Meaning::Command(Command::MasterVolumeSlide), // E1
    Meaning::Command(Command::Tempo),             // E2
    Meaning::Command(Command::TempoSlide),        // E3
    Meaning::Command(Command::GlobalTranspose),   // E4
    Meaning::Command(Command::Tremolo),           // E5
    Meaning::Command(Command::TremoloOff),        // E6
    Meaning::Command(Command::Volume),            // E7
    Meaning::Command(Command::VolumeSlide),       // E8
    Meaning::Command(Command::Call),              // E9
    Meaning::Command(Command::VibratoFade),       // EA
    Meaning::Command(Command::SlideTo),           // EB
    Meaning::Command(Command::SlideFrom),         // EC
    Meaning::Undocumented,                        // ED
    Meaning::Command(Command::FineTune),          // EE
    Meaning::Command(Command::EchoOn),            // EF
    Meaning::Command(Command::EchoOff),           // F0
    Meaning::Command(Command::EchoParameters),    // F1
    Meaning::Command(Command::EchoSlide),         // F2
];

pub(super) static SUPER_MARIO_WORLD: Variant = Variant {
    id: "n-spc-smw",
    games: "Super Mario World",
    evidence: Evidence::Described,
    codes: Codes {
        tie: 0xC6,
        rest: 0xC7,
        first_percussion: 0xD0,
        first_command: 0xDA,
        call: 0xE9,
        pitch_slide: 0xDD,
    },
    commands: &COMMANDS,
    instrument: InstrumentForm { size: 5, multiplier: Multiplier::SignedHigh },
    gates: [0x33, 0x66, 0x80, 0x99, 0xB3, 0xCC, 0xE6, 0xFF],
    velocities: [
        0x08, 0x12, 0x1B, 0x24, 0x2C, 0x35, 0x3E, 0x47, 0x51, 0x5A, 0x62, 0x6B, 0x7D, 0x8F, 0xA1, 0xB3,
    ],
    ..STANDARD
};

//! Intelligent Systems: the standard commands begin at a lower byte, and others of which nothing is known follow.

use super::standard::{STANDARD, with_own};
use super::{Articulation, Codes, Evidence, Meaning, Variant};

/// `$D6` to `$F0`, then `$F1` to `$FD`. A byte behind a length selects from 64 entries that are not known.
pub(super) static FIRE_EMBLEM_3: Variant = Variant {
    id: "n-spc-fe3",
    games: "Fire Emblem 3",
    evidence: Evidence::Described,
    codes: Codes { first_command: 0xD6, call: 0xE5, pitch_slide: 0xEF, ..STANDARD.codes },
    commands: &with_own::<40>(&[Meaning::Undocumented; 13]),
    articulation: Articulation::UnknownTable,
    ..STANDARD
};

/// `$DA` to `$F4`, then `$F5` to `$FD`.
pub(super) static TETRIS_ATTACK: Variant = Variant {
    id: "n-spc-ta",
    games: "Tetris Attack, Fire Emblem 4",
    evidence: Evidence::Described,
    codes: Codes { first_command: 0xDA, call: 0xE9, pitch_slide: 0xF3, ..STANDARD.codes },
    commands: &with_own::<36>(&[Meaning::Undocumented; 9]),
    ..STANDARD
};

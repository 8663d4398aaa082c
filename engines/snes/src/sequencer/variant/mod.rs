//! The drivers of the N-SPC family as data: what the bytes of a track mean, how notes, instruments and pan are written
//! down, and which tables count (`snes-nspc.md` sections 4, 5 and 10).
//!
//! | file | games |
//! |:--|:--|
//! | `standard` | A Link to the Past and what is numbered like it |
//! | `earlier` | Super Mario World |
//! | `shifted` | Intelligent Systems: the standard commands, at other bytes |
//! | `licensed` | drivers that other companies changed |
//!
//! The interpreter itself, with its cycles, is that of A Link to the Past; of the others nothing has been compared with
//! a reference.

mod earlier;
mod licensed;
mod shifted;
mod standard;

use super::commands::{Command, OwnCommand};
use super::memory_map::{
    self, ECHO_END_PAGE, GATE_TABLE, INSTRUMENTS, SAMPLE_DIRECTORY, SONG_TABLE, VELOCITY_TABLE,
};

pub use standard::A_LINK_TO_THE_PAST;

/// All variants, A Link to the Past first.
pub static VARIANTS: [&Variant; 15] = [
    &standard::A_LINK_TO_THE_PAST,
    &standard::YOSHIS_ISLAND,
    &earlier::SUPER_MARIO_WORLD,
    &standard::SUPER_METROID,
    &standard::STAR_FOX,
    &standard::SUPER_MARIO_KART,
    &standard::F_ZERO,
    &standard::PILOTWINGS,
    &standard::MARVELOUS,
    &standard::KIRBY_SUPER_STAR,
    &standard::LEMMINGS,
    &shifted::FIRE_EMBLEM_3,
    &shifted::TETRIS_ATTACK,
    &licensed::KONAMI,
    &licensed::TOSE,
];

/// A driver of the family.
#[derive(Debug)]
pub struct Variant {
    /// Engine id.
    pub id: &'static str,
    /// Games that use it.
    pub games: &'static str,
    /// How well it is known.
    pub evidence: Evidence,
    /// What the bytes of tracks mean.
    pub codes: Codes,
    /// The commands, from [`Codes::first_command`] on; bytes behind them have none.
    pub commands: &'static [Meaning],
    /// Arguments that a look ahead passes over for the bytes behind the commands: the driver's table of lengths can be
    /// longer than that of its commands. Bytes without an entry count as none.
    pub lengths_behind_commands: &'static [u8],
    /// What follows a length.
    pub articulation: Articulation,
    /// An entry of the instrument table.
    pub instrument: InstrumentForm,
    /// Gain of a side, from one edge (0) to the other (20).
    pub pan: [u8; PAN_POSITIONS],
    /// How loops of segments are counted.
    pub segment_loops: SegmentLoops,
    /// How much of a note sounds, in 256ths, where the file does not bring the table.
    pub gates: [u8; 8],
    /// How loud a note is, in 256ths, where the file does not bring the table.
    pub velocities: [u8; 16],
    /// Whether the addresses of the driver's variables, code and tables are known. Its tables are then in RAM, and
    /// song data in its memory are an error.
    pub is_mapped: bool,
}

/// Positions of the pan table.
pub const PAN_POSITIONS: usize = 21;

/// How well a variant is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Compared with references, write for write and sample for sample.
    Verified,
    /// The specification tells how it differs; nothing has been compared.
    Described,
    /// The game uses a driver of the family; the standard numbering is assumed.
    Assumed,
}

/// What the bytes of a track mean. Below $80 they are lengths, from $80 on notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Codes {
    /// The note goes on.
    pub tie: u8,
    /// Silence.
    pub rest: u8,
    /// From here on: notes with an instrument of their own.
    pub first_percussion: u8,
    /// From here on: commands.
    pub first_command: u8,
    /// The command [`Command::Call`], which a look ahead follows.
    pub call: u8,
    /// The command [`Command::PitchSlide`], which belongs to the note before it.
    pub pitch_slide: u8,
}

/// What a command byte means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A command that A Link to the Past has too.
    Command(Command),
    /// A command of this variant.
    Own(OwnCommand),
    /// So many arguments, and nothing that is known to happen.
    Ignored(u8),
    /// The driver has a command here of which not even the arguments are known.
    Undocumented,
}

impl Meaning {
    /// Bytes after the command's own, as far as they are known.
    #[must_use]
    pub const fn argument_count(self) -> u8 {
        match self {
            Self::Command(command) => command.argument_count(),
            Self::Own(command) => command.argument_count(),
            Self::Ignored(count) => count,
            Self::Undocumented => 0,
        }
    }
}

/// What may follow the length of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Articulation {
    /// A byte: the upper digit selects the gate, the lower one the velocity.
    Tables,
    /// Up to two bytes: gate, then velocity, by a formula each (Lemmings).
    Formulas,
    /// A byte that selects from a table which is not known: notes sound as long and as loud as they can.
    UnknownTable,
}

/// An entry of the instrument table. It begins with sample, ADSR 1, ADSR 2 and GAIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentForm {
    /// Bytes of an entry.
    pub size: u16,
    /// The tuning behind these four.
    pub multiplier: Multiplier,
}

/// How an instrument is tuned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplier {
    /// Two bytes, the upper one first.
    Word,
    /// The upper byte alone, signed.
    SignedHigh,
    /// In a table of its own whose place is not known: every instrument plays untuned.
    Elsewhere,
}

/// How loops of segments are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentLoops {
    /// The counter is set when it falls below 0; counts from $82 on never end.
    SetBelowZero,
    /// The counter is set when it is 0; $FF never ends (TOSE).
    SetAtZero,
}

impl Variant {
    /// The variant with this engine id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<&'static Self> {
        VARIANTS.into_iter().find(|variant| variant.id == id)
    }

    /// What a command byte means; none if the driver has no command there.
    #[must_use]
    pub fn meaning(&self, byte: u8) -> Option<Meaning> {
        self.commands.get(usize::from(byte.checked_sub(self.codes.first_command)?)).copied()
    }

    /// Arguments of a command byte that a look ahead passes over.
    pub(super) fn arguments_to_skip(&self, byte: u8) -> u8 {
        let behind = || {
            let index = usize::from(byte.checked_sub(self.codes.first_command)?);
            self.lengths_behind_commands.get(index.checked_sub(self.commands.len())?).copied()
        };
        self.meaning(byte).map(Meaning::argument_count).or_else(behind).unwrap_or(0)
    }

    /// Whether a byte of a track starts a note, percussion included.
    #[must_use]
    pub const fn is_note(&self, byte: u8) -> bool {
        let Codes { tie, first_percussion, first_command, .. } = self.codes;
        byte < tie || byte >= first_percussion && byte < first_command
    }
}

/// A variant with the places of its data in one game's RAM.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The driver.
    pub variant: &'static Variant,
    /// Where things lie.
    pub layout: Layout,
}

impl Dialect {
    /// A Link to the Past.
    pub const A_LINK_TO_THE_PAST: Self =
        Self { variant: &A_LINK_TO_THE_PAST, layout: Layout::A_LINK_TO_THE_PAST };

    /// Whether the address is in the driver's own memory: what is there is not song data.
    #[must_use]
    pub const fn belongs_to_driver(&self, address: u16) -> bool {
        if self.variant.is_mapped {
            memory_map::belongs_to_driver(address)
        } else {
            address < memory_map::STACK_END
        }
    }
}

/// Where a game keeps its data in the audio RAM. Only A Link to the Past's places are documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Pointers to the songs.
    pub song_table: u16,
    /// The instrument table.
    pub instruments: u16,
    /// The table of gates; without it, the variant's own counts.
    pub gates: Option<u16>,
    /// The table of velocities; without it, the variant's own counts.
    pub velocities: Option<u16>,
    /// Page of the sample directory.
    pub directory_page: u8,
    /// The page after the echo buffer.
    pub echo_end_page: u8,
    /// What is added to every pointer of a song (Konami).
    pub pointer_base: u16,
}

impl Layout {
    /// The places of A Link to the Past (section 2).
    pub const A_LINK_TO_THE_PAST: Self = Self {
        song_table: SONG_TABLE,
        instruments: INSTRUMENTS,
        gates: Some(GATE_TABLE),
        velocities: Some(VELOCITY_TABLE),
        directory_page: (SAMPLE_DIRECTORY >> 8) as u8,
        echo_end_page: ECHO_END_PAGE,
        pointer_base: 0,
    };

    /// The address that a pointer of a song means.
    #[must_use]
    pub const fn resolve(&self, pointer: u16) -> u16 {
        pointer.wrapping_add(self.pointer_base)
    }
}

#[cfg(test)]
mod tests;

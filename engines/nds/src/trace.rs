//! What the engine does as text, one row each, columns separated by tabs.
//!
//! [`RegisterTrace`] writes exactly the rows of the reference traces: wake (-1 for the driver's start), bus cycle,
//! register (three hexadecimal digits), bytes written, value (two hexadecimal digits per byte).
//!
//! ```
//! use tatum_nds::trace::RegisterTrace;
//!
//! let mut trace = RegisterTrace::default();
//! assert_eq!(trace.take(), "tick\tcycle\treg\tsize\tvalue\n");
//! assert_eq!(trace.take(), "", "nothing has happened since");
//! ```

use std::fmt::{self, Write};

use tatum_core::Probe;

use crate::event::{CommandEvent, Event, NoteStart, RegisterEvent, VoiceChange, VoiceEvent};
use crate::format::event::{Arguments, Operand, arguments_of, name_of};

/// First line of a register trace.
pub const REGISTER_HEADER: &str = "tick\tcycle\treg\tsize\tvalue\n";
/// First line of an event trace.
pub const EVENT_HEADER: &str = "wake\ttick\tplace\toffset\tevent\targuments\n";

impl fmt::Display for RegisterEvent {
    /// One row, without the line end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.write.width.bytes();
        write!(
            f,
            "{}\t{}\t{:03x}\t{}\t{:0digits$x}",
            self.wake,
            self.cycle,
            self.write.register,
            size,
            self.write.value,
            digits = 2 * size
        )
    }
}

impl fmt::Display for CommandEvent {
    /// Place, offset, name and arguments, without the line end. A skipped command says so.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "player {} track {}\t{:#06x}\t", self.player, self.track, self.offset)?;
        match name_of(self.event.opcode) {
            Some("note") => write!(f, "note {}", self.event.opcode)?,
            Some(name) => f.write_str(name)?,
            None => write!(f, "{:02x}", self.event.opcode)?,
        }
        f.write_char('\t')?;
        match arguments_of(self.event.opcode) {
            Arguments::None => {}
            Arguments::VelocityLength | Arguments::VariableValue => {
                write!(f, "{}, {}", self.event.first, self.value)?;
            }
            Arguments::TrackAddress => write!(f, "{}, {:#x}", self.event.first, self.value)?,
            Arguments::Address => write!(f, "{:#x}", self.value)?,
            Arguments::Length | Arguments::Byte | Arguments::Half => write!(f, "{}", self.value)?,
        }
        match self.event.operand {
            Operand::Random { min, max } => write!(f, " (random {min} to {max})")?,
            Operand::Variable(number) => write!(f, " (variable {number})")?,
            Operand::None | Operand::Value(_) => {}
        }
        f.write_str(if self.executed { "" } else { " (skipped)" })
    }
}

impl fmt::Display for VoiceEvent {
    /// Place and what happened, without the line end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "voice {}\t\t", self.voice)?;
        let note = |f: &mut fmt::Formatter<'_>, name: &str, note: &NoteStart| {
            let NoteStart { player, track, program, key, velocity, length } = note;
            write!(
                f,
                "{name}\tplayer {player} track {track}, program {program}, key {key}, velocity {velocity}, \
                 length {length}"
            )
        };
        match &self.change {
            VoiceChange::Start(start) => note(f, "start", start),
            VoiceChange::Tie(start) => note(f, "tie", start),
            VoiceChange::End => f.write_str("end\t"),
        }
    }
}

/// A probe that writes every register write.
#[derive(Clone, Debug)]
pub struct RegisterTrace {
    text: String,
    rows: u64,
}

impl Default for RegisterTrace {
    /// A trace that holds the header line.
    fn default() -> Self {
        Self { text: REGISTER_HEADER.to_owned(), rows: 0 }
    }
}

impl RegisterTrace {
    /// Rows so far, the header aside.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The rows written since the last call, each ended by a line feed; at first with the header line.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

impl Probe<Event> for RegisterTrace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Event::Register(write) = event() {
            self.rows += 1;
            // Writing to a string cannot fail.
            let _ = writeln!(self.text, "{write}");
        }
    }
}

/// Which events an [`EventTrace`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventSelection {
    /// Commands and voices.
    All,
    /// Voices alone.
    Voices,
}

/// A probe that writes commands and what they make of the voices.
#[derive(Clone, Debug)]
pub struct EventTrace {
    selection: EventSelection,
    text: String,
    /// Next tick of each driver player.
    ticks: [u32; 16],
}

impl EventTrace {
    /// A trace that holds the header line.
    #[must_use]
    pub fn new(selection: EventSelection) -> Self {
        Self { selection, text: EVENT_HEADER.to_owned(), ticks: [0; 16] }
    }

    /// The rows written since the last call, each ended by a line feed; at first with the header line.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    fn tick_of(&self, player: u8) -> u32 {
        self.ticks.get(usize::from(player)).copied().unwrap_or(0)
    }
}

impl Probe<Event> for EventTrace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Tick(tick) => {
                if let Some(next) = self.ticks.get_mut(usize::from(tick.player)) {
                    *next = tick.tick.wrapping_add(1);
                }
            }
            Event::Command(command) if self.selection == EventSelection::All => {
                let tick = self.tick_of(command.player);
                let _ = writeln!(self.text, "{}\t{tick}\t{command}", command.wake);
            }
            Event::Voice(voice) => {
                let tick = match &voice.change {
                    VoiceChange::Start(note) | VoiceChange::Tie(note) => {
                        self.tick_of(note.player).to_string()
                    }
                    VoiceChange::End => String::new(),
                };
                let _ = writeln!(self.text, "{}\t{tick}\t{voice}", voice.wake);
            }
            Event::Command(_) | Event::Register(_) => {}
        }
    }
}

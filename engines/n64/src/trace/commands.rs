//! The command lists of the signal processor.

use std::fmt::Write;

use tatum_core::Probe;

use crate::event::Event;

/// First line of a trace of command lists.
pub const COMMAND_HEADER: &str = "frame\tindex\tcommand\n";

/// A probe that writes the command lists of the signal processor, one command a row.
#[derive(Clone, Debug)]
pub struct CommandListTrace {
    text: String,
}

impl Default for CommandListTrace {
    /// A trace that holds the header line.
    fn default() -> Self {
        Self { text: COMMAND_HEADER.to_owned() }
    }
}

impl CommandListTrace {
    /// The rows written since the last call, each ended by a line feed; at first with the header line.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

impl<'a> Probe<Event<'a>> for CommandListTrace {
    fn record(&mut self, event: impl FnOnce() -> Event<'a>) {
        // Writing to a string cannot fail.
        match event() {
            Event::CommandList { frame: frame @ 0.., commands } => {
                for (index, command) in commands.iter().enumerate() {
                    let _ = writeln!(self.text, "{frame}\t{index}\t{command:x?}");
                }
            }
            Event::NeadCommandList { frame: frame @ 0.., commands } => {
                for (index, command) in commands.iter().enumerate() {
                    let _ = writeln!(self.text, "{frame}\t{index}\t{command:x?}");
                }
            }
            _ => {}
        }
    }
}

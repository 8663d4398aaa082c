//! A command list under construction.

use crate::hardware::abi1::command::AudioCommand;

/// The commands of a frame so far.
#[derive(Clone, Debug, Default)]
pub(super) struct CommandList {
    commands: Vec<AudioCommand>,
}

impl CommandList {
    /// An empty list with room for the commands of a busy frame.
    pub fn new() -> Self {
        Self { commands: Vec::with_capacity(1600) }
    }

    /// Appends a command.
    #[inline]
    pub fn push(&mut self, command: AudioCommand) {
        self.commands.push(command);
    }

    /// The commands.
    pub fn commands(&self) -> &[AudioCommand] {
        &self.commands
    }

    /// Empties the list for the next frame.
    pub fn clear(&mut self) {
        self.commands.clear();
    }
}

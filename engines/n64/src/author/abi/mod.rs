//! ABI definitions: which commands a generation of the engine has, what people call them, and what converters do
//! with them (`n64-authoring.md` 2).
//!
//! [`crate::sequencer::abi`] says what the interpreter does with every byte; these tables say how texts and MIDI
//! files express it. Seven are built in ([`BuiltInAbi`]), others come from SEQ64's XML files ([`read_xml`]).

mod action;
mod names;
mod tables;
mod xml;

use std::collections::HashMap;

pub use action::{Action, Meaning};
pub use names::{Dialect, NameMatch, Naming, Style};
pub use tables::{AbiNameError, BuiltInAbi};
pub use xml::read_xml;

/// The level of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// The sequence's own script.
    Sequence,
    /// A channel's.
    Channel,
    /// A layer's.
    Layer,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sequence, Self::Channel, Self::Layer];

    /// What texts and messages call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sequence => "sequence",
            Self::Channel => "channel",
            Self::Layer => "layer",
        }
    }
}

/// A set of [`Scope`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes(u8);

impl Scopes {
    /// A set of these.
    #[must_use]
    pub const fn of(scopes: &[Scope]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < scopes.len() {
            bits |= 1 << scopes[index] as u8;
            index += 1;
        }
        Self(bits)
    }

    /// Whether one is in it.
    #[must_use]
    pub const fn contains(self, scope: Scope) -> bool {
        self.0 & 1 << scope as u8 != 0
    }

    /// Adds one.
    pub const fn insert(&mut self, scope: Scope) {
        self.0 |= 1 << scope as u8;
    }
}

/// Which of the two encodings of notes a channel uses, where that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoteState {
    /// Nothing says; notes are read as long ones.
    #[default]
    Unspecified,
    /// Notes with delay, velocity and gate.
    Long,
    /// Notes that take them from the layer's state.
    Short,
}

/// Where a parameter's value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterSource {
    /// In the opcode: its distance from the first opcode.
    Offset,
    /// In 1 to 3 bytes, high first.
    Fixed {
        /// How many.
        bytes: u8,
    },
    /// In one byte, or two with 15 bits, of which the first has bit 7 set.
    Variable,
    /// In one byte if the command's first byte has bit 7 set, else as [`ParameterSource::Variable`]: the time of a
    /// portamento. No file says this; the engine reads so.
    PortamentoTime,
    /// Nowhere: it is always this.
    Constant(u32),
}

/// What a command takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// For messages.
    pub name: String,
    /// What it is to converters.
    pub meaning: Meaning,
    /// Where its value lies.
    pub source: ParameterSource,
}

impl Parameter {
    /// Whether its value is written in texts: all but constants are.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        !matches!(self.source, ParameterSource::Constant(_))
    }

    /// Whether it is an address counted from the end of the command.
    #[must_use]
    pub fn is_relative(&self) -> bool {
        self.meaning == Meaning::RelativeAddress
    }

    /// Whether its value takes one or two bytes, by its size or as the writer chooses.
    #[must_use]
    pub const fn has_two_lengths(&self) -> bool {
        matches!(self.source, ParameterSource::Variable | ParameterSource::PortamentoTime)
    }
}

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandDefinition {
    /// The first opcode.
    pub first: u8,
    /// The last opcode.
    pub last: u8,
    /// Where it exists.
    pub scopes: Scopes,
    /// The community's name.
    pub name: String,
    /// The name in Nintendo's own dialect.
    pub canon_name: Option<String>,
    /// The name in the older form of that dialect.
    pub old_name: Option<String>,
    /// What converters do with it.
    pub action: Action,
    /// What follows, in this order.
    pub parameters: Vec<Parameter>,
    /// Where the table is known to disagree with the engine.
    pub caution: Option<&'static str>,
}

impl CommandDefinition {
    /// The index of the parameter that points somewhere, if the action makes it a pointer.
    #[must_use]
    pub fn pointer(&self) -> Option<usize> {
        if !self.action.points() {
            return None;
        }
        self.parameters.iter().position(|parameter| {
            matches!(parameter.meaning, Meaning::AbsoluteAddress | Meaning::RelativeAddress)
                && matches!(parameter.source, ParameterSource::Fixed { .. })
        })
    }

    /// The number of the parameter with a meaning.
    #[must_use]
    pub fn parameter_for(&self, meaning: Meaning) -> Option<usize> {
        self.parameters.iter().position(|parameter| parameter.meaning == meaning)
    }

    /// The bytes of a table it points to, if it says so.
    #[must_use]
    pub fn table_size(&self) -> Option<usize> {
        self.parameters.iter().find_map(|parameter| match (parameter.meaning, parameter.source) {
            (Meaning::Size, ParameterSource::Constant(size)) => Some(size as usize),
            _ => None,
        })
    }
}

/// A command of an [`AbiDefinition`], by its place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(u16);

impl CommandId {
    const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The commands found for every opcode.
type OpcodeTable = [Option<CommandId>; 256];

/// A command table.
#[derive(Clone, Debug)]
pub struct AbiDefinition {
    id: String,
    commands: Vec<CommandDefinition>,
    /// By scope: long notes, short notes.
    opcodes: Box<[[OpcodeTable; 2]; 3]>,
    /// By scope: what exists there.
    reachable: [Vec<CommandId>; 3],
    /// By scope: names in lower case.
    names: [HashMap<String, Vec<NameMatch>>; 3],
}

impl AbiDefinition {
    /// A table of commands in file order: among definitions of an opcode the first wins. A definition that no
    /// opcode leads to in a scope does not exist there. At most 65,536 commands are kept.
    #[must_use]
    pub fn new(id: impl Into<String>, mut commands: Vec<CommandDefinition>) -> Self {
        commands.truncate(usize::from(u16::MAX) + 1);
        let mut abi = Self {
            id: id.into(),
            commands,
            opcodes: Box::new([[[None; 256]; 2]; 3]),
            reachable: Default::default(),
            names: Default::default(),
        };
        for scope in Scope::ALL {
            abi.index_opcodes(scope);
            abi.names[scope as usize] = names::index_names(&abi, scope);
        }
        abi
    }

    fn index_opcodes(&mut self, scope: Scope) {
        let mut is_reached = vec![false; self.commands.len()];
        for (index, command) in self.commands.iter().enumerate() {
            if !command.scopes.contains(scope) {
                continue;
            }
            let [long, short] = &mut self.opcodes[scope as usize];
            for opcode in command.first..=command.last {
                for (table, skipped) in [(&mut *long, Action::ShortNote), (&mut *short, Action::Note)] {
                    let entry = &mut table[usize::from(opcode)];
                    if entry.is_none() && command.action != skipped {
                        *entry = Some(CommandId(index as u16));
                        is_reached[index] = true;
                    }
                }
            }
        }
        self.reachable[scope as usize] = is_reached
            .iter()
            .enumerate()
            .filter(|(_, is)| **is)
            .map(|(index, _)| CommandId(index as u16))
            .collect();
    }

    /// The id of a built-in table, or the name of a file.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A command.
    ///
    /// # Panics
    ///
    /// If the id is not one of this table.
    #[must_use]
    pub fn command(&self, id: CommandId) -> &CommandDefinition {
        &self.commands[id.index()]
    }

    /// The commands in file order.
    #[must_use]
    pub fn commands(&self) -> &[CommandDefinition] {
        &self.commands
    }

    /// The commands that exist in a scope, in file order.
    pub fn commands_in(&self, scope: Scope) -> impl Iterator<Item = (CommandId, &CommandDefinition)> {
        self.reachable[scope as usize].iter().map(|&id| (id, self.command(id)))
    }

    /// The command that an opcode is.
    #[must_use]
    pub fn find(&self, scope: Scope, notes: NoteState, opcode: u8) -> Option<CommandId> {
        let is_short = notes == NoteState::Short;
        self.opcodes[scope as usize][usize::from(is_short)][usize::from(opcode)]
    }

    /// The state of notes that nothing says anything about.
    #[must_use]
    pub fn initial_notes(&self) -> NoteState {
        let has_short =
            |command: &CommandDefinition| matches!(command.action, Action::ShortNote | Action::SetShortNotes);
        if self.commands.iter().any(has_short) { NoteState::Unspecified } else { NoteState::Long }
    }
}

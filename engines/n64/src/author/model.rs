//! Sequences as texts and MIDI files see them: sections of commands that point at each other
//! (`n64-authoring.md` 1).
//!
//! All conversions go through this: [`disassemble`](super::disassemble::disassemble()) makes it from bytes,
//! [`assemble`](super::assemble::assemble()) makes bytes of it, texts are read into it and written from it.

use crate::author::abi::{AbiDefinition, CommandId, NoteState, ParameterSource, Scope};

/// A sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sequence {
    /// Its sections, in the order in which they lie in the file. The first is the sequence's own script.
    pub sections: Vec<Section>,
    /// Names of the parts of the song (a part begins with the first channel started after a delay), as far as they
    /// have names; texts number them otherwise.
    pub part_names: Vec<String>,
}

/// What a section holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectionKind {
    /// Commands of a scope.
    Script(Scope),
    /// Pointers.
    Dyntable,
    /// Points of an envelope.
    Envelope,
    /// Text with a zero behind it.
    Message,
    /// Bytes.
    Table,
    /// Zeros up to a multiple of 2 or 16.
    Alignment,
}

impl SectionKind {
    /// What texts and messages call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Script(Scope::Sequence) => "sequence script",
            Self::Script(scope) => scope.name(),
            Self::Dyntable => "dyntable",
            Self::Envelope => "envelope",
            Self::Message => "message",
            Self::Table => "table",
            Self::Alignment => "alignment",
        }
    }
}

/// Items that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it holds.
    pub kind: SectionKind,
    /// Its name, if it has one; a text gives it one otherwise.
    pub label: Option<String>,
    /// The channel it is for.
    pub channel: Option<u8>,
    /// The layer it is for.
    pub layer: Option<u8>,
    /// How notes are written in it.
    pub notes: NoteState,
    /// If it is called: the number of the calling item in its section.
    pub called_from: Option<usize>,
    /// Where it lies, if it comes from a file.
    pub address: Option<usize>,
    /// What is in it.
    pub items: Vec<Item>,
}

impl Section {
    /// An empty section.
    #[must_use]
    pub const fn new(kind: SectionKind) -> Self {
        Self {
            kind,
            label: None,
            channel: None,
            layer: None,
            notes: NoteState::Unspecified,
            called_from: None,
            address: None,
            items: Vec::new(),
        }
    }

    /// An empty script.
    #[must_use]
    pub const fn script(scope: Scope) -> Self {
        Self::new(SectionKind::Script(scope))
    }
}

/// Something in a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name, if it has one; a text gives it one otherwise if something points there.
    pub label: Option<String>,
    /// What it is.
    pub content: Content,
}

impl From<Content> for Item {
    fn from(content: Content) -> Self {
        Self { label: None, content }
    }
}

impl From<Command> for Item {
    fn from(command: Command) -> Self {
        Content::Command(command).into()
    }
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A command.
    Command(Command),
    /// An entry of a dyntable: two bytes.
    Entry(Value),
    /// A point of an envelope: four bytes.
    Point {
        /// Updates until the level is reached, or what to do instead.
        rate: i16,
        /// The level.
        level: u16,
    },
    /// The text of a message, without the zero that follows it in the file.
    Message(Vec<u8>),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Numbers of two bytes each.
    Words(Vec<u16>),
    /// Numbers of one or two bytes each.
    Variables(Vec<Variable>),
    /// Zeros.
    Zeros(usize),
    /// Zeros up to a multiple of this address.
    Align(usize),
}

/// A number of one or two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// 0 to 32767.
    pub value: u16,
    /// Whether it takes two bytes though one would do.
    pub is_wide: bool,
}

impl Variable {
    /// Whether it takes two bytes.
    #[must_use]
    pub const fn is_long(self) -> bool {
        self.is_wide || self.value >= 0x80
    }
}

/// A command with its operands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Which one.
    pub definition: CommandId,
    /// A value for every parameter; those of constants are not looked at.
    pub values: Vec<Value>,
    /// Whether its variable operands take two bytes though one would do.
    pub is_wide: bool,
}

impl Command {
    /// A command with these values, in the order of its parameters.
    #[must_use]
    pub fn new(definition: CommandId, values: impl Into<Vec<Value>>) -> Self {
        Self { definition, values: values.into(), is_wide: false }
    }

    /// The value of a parameter; 0 where there is none, or a pointer.
    #[must_use]
    pub fn number(&self, parameter: usize) -> i32 {
        match self.values.get(parameter) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        }
    }

    /// Where it points, if it does.
    #[must_use]
    pub fn pointer(&self) -> Option<Pointer> {
        self.values.iter().find_map(|value| match value {
            Value::Pointer(pointer) => Some(*pointer),
            Value::Number(_) => None,
        })
    }

    /// The bytes it takes.
    #[must_use]
    pub fn length(&self, abi: &AbiDefinition) -> usize {
        let parameters = &abi.command(self.definition).parameters;
        let lengths = parameters.iter().enumerate().map(|(index, parameter)| match parameter.source {
            ParameterSource::Offset | ParameterSource::Constant(_) => 0,
            ParameterSource::Fixed { bytes } => usize::from(bytes),
            ParameterSource::PortamentoTime if self.has_byte_time() => 1,
            ParameterSource::Variable | ParameterSource::PortamentoTime => {
                1 + usize::from(self.variable(index).is_long())
            }
        });
        1 + lengths.sum::<usize>()
    }

    /// The value of a variable parameter.
    pub(crate) fn variable(&self, parameter: usize) -> Variable {
        Variable { value: self.number(parameter) as u16 & 0x7FFF, is_wide: self.is_wide }
    }

    /// Whether its first byte, the mode, says that the time of this portamento is one byte.
    pub(crate) fn has_byte_time(&self) -> bool {
        self.number(0) & 0x80 != 0
    }
}

/// A number, or a place in the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number. As an address it is one outside of the sequence, or one that nobody wants to name; a relative one
    /// is the address it leads to, of which 16 bits count.
    Number(i32),
    /// A place in the sequence.
    Pointer(Pointer),
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Number(number)
    }
}

impl From<Pointer> for Value {
    fn from(pointer: Pointer) -> Self {
        Self::Pointer(pointer)
    }
}

/// A place in a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pointer {
    /// The number of the section.
    pub section: usize,
    /// The number of the item in it; one behind the last means the section's end.
    pub item: usize,
    /// Bytes from the item's start.
    pub offset: i32,
    /// Whether it says what is there: a script of the scope that the command is about. A pointer that does not is
    /// written with an offset, even if it is 0.
    pub is_typed: bool,
}

impl Pointer {
    /// A pointer to the start of a section.
    #[must_use]
    pub const fn to_section(section: usize) -> Self {
        Self::to_item(section, 0)
    }

    /// A pointer to an item.
    #[must_use]
    pub const fn to_item(section: usize, item: usize) -> Self {
        Self { section, item, offset: 0, is_typed: true }
    }
}

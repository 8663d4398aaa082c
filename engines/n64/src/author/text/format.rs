//! How statements are written in a dialect (`n64-authoring.md` 4.5).

use super::labels::Labels;
use super::note_names;
use crate::author::abi::{
    AbiDefinition, Action, CommandDefinition, Dialect, Meaning, Naming, Parameter, ParameterSource, Scope,
    Style,
};
use crate::author::model::{Command, Pointer, Sequence, Value, Variable};

/// What a line of commands begins with.
const INDENT: &str = "    ";
/// The comment that keeps two bytes where one would do.
const FORCE_WIDE: &str = " ; FORCE LEN 2";

/// Writes statements.
#[derive(Clone, Copy)]
pub(super) struct Format<'a> {
    pub(super) abi: &'a AbiDefinition,
    pub(super) dialect: Dialect,
    pub(super) sequence: &'a Sequence,
    pub(super) labels: &'a Labels,
}

/// How a command's name is written.
struct WrittenName<'a> {
    text: String,
    /// The parameter that is part of the name.
    inside: Option<&'a Parameter>,
    /// Whether a comment has to keep two bytes.
    needs_comment: bool,
}

impl Format<'_> {
    fn is_community(self) -> bool {
        self.dialect.naming == Naming::Community
    }

    /// A command; none if no name means it in the scope.
    pub(super) fn command(self, command: &Command, scope: Scope) -> Option<String> {
        let definition = self.abi.command(command.definition);
        let name = self.name(command, definition, scope)?;
        let mut text = format!("{INDENT}{}", name.text);
        let mut is_first = true;
        for (index, parameter) in definition.parameters.iter().enumerate() {
            if !parameter.is_written() || name.inside == Some(parameter) {
                continue;
            }
            text.push_str(self.separator(is_first));
            is_first = false;
            let value = command.values.get(index).copied().unwrap_or(Value::Number(0));
            text.push_str(&match value {
                Value::Pointer(pointer) => self.pointer(pointer)?,
                Value::Number(number) if definition.pointer() == Some(index) => self.hexadecimal(number, 2),
                Value::Number(number) => self.number(number, parameter, definition),
            });
        }
        if name.needs_comment {
            text.push_str(FORCE_WIDE);
        }
        Some(text)
    }

    const fn separator(self, is_first: bool) -> &'static str {
        match (self.dialect.naming, self.dialect.style, is_first) {
            (Naming::Community, _, true) => " ",
            (Naming::Community, _, false) => ", ",
            (_, Style::SoundEffects, _) => ",",
            (_, Style::Music, true) => "\t, ",
            (_, Style::Music, false) => ", ",
        }
    }

    fn name<'a>(
        self,
        command: &Command,
        definition: &'a CommandDefinition,
        scope: Scope,
    ) -> Option<WrittenName<'a>> {
        let has_choice = |parameter: &Parameter| match parameter.source {
            ParameterSource::PortamentoTime => !command.has_byte_time(),
            _ => parameter.has_two_lengths(),
        };
        let variables =
            definition.parameters.iter().enumerate().filter(|(_, parameter)| has_choice(parameter));
        let mut is_long = false;
        let mut is_forced = false;
        for (index, _) in variables {
            is_long |= command.variable(index).is_long();
            is_forced |= command.is_wide && command.variable(index).value < 0x80;
        }
        if let Some((text, note)) = self.note_name(command, definition, scope, is_long) {
            return Some(WrittenName { text, inside: Some(note), needs_comment: false });
        }
        let name = self.abi.written_name(scope, command.definition, self.dialect.naming)?;
        let wide_name = format!("{name}w");
        let may_say_wide = !name.eq_ignore_ascii_case(&definition.name);
        let (text, needs_comment) = if is_long && may_say_wide {
            // Where the name with `w` is that of another command, only a comment is left; that serves long values too.
            match self.abi.named(scope, &wide_name) {
                [] => (wide_name, false),
                _ => (name.to_owned(), true),
            }
        } else {
            (name.to_owned(), is_forced)
        };
        Some(WrittenName { text, inside: None, needs_comment })
    }

    /// The name of a note command in the canon dialects, and the parameter that is in it.
    fn note_name<'a>(
        self,
        command: &Command,
        definition: &'a CommandDefinition,
        scope: Scope,
        is_long: bool,
    ) -> Option<(String, &'a Parameter)> {
        const MODES: [&[Meaning]; 3] = [
            &[Meaning::Note, Meaning::Delay, Meaning::Velocity, Meaning::GateTime],
            &[Meaning::Note, Meaning::Delay, Meaning::Velocity],
            &[Meaning::Note, Meaning::Velocity, Meaning::GateTime],
        ];
        if self.is_community() || definition.action != Action::Note {
            return None;
        }
        let mode = MODES.iter().position(|mode| definition.is_note_of(mode))?;
        let (first, _) = self.abi.commands_in(scope).find(|(_, other)| other.is_note_of(MODES[mode]))?;
        let index = definition.parameter_for(Meaning::Note)?;
        let note = u8::try_from(command.number(index)).ok().filter(|note| *note <= note_names::HIGHEST)?;
        if first != command.definition || definition.parameters[index].source != ParameterSource::Offset {
            return None;
        }
        let wide = if is_long { "W" } else { "" };
        let name = format!("{}B{mode}{wide}", note_names::name(note));
        if !self.abi.named(scope, &name).is_empty() {
            return None;
        }
        let text = match self.dialect.style {
            Style::Music => name,
            Style::SoundEffects => name.to_ascii_lowercase(),
        };
        Some((text, &definition.parameters[index]))
    }

    fn number(self, number: i32, parameter: &Parameter, definition: &CommandDefinition) -> String {
        match parameter.source {
            ParameterSource::Fixed { bytes: 1 } => {
                let is_signed =
                    matches!(definition.action, Action::Controllers | Action::ChannelTransposition);
                if is_signed { (number as i8).to_string() } else { (number as u8).to_string() }
            }
            ParameterSource::Fixed { bytes } => self.hexadecimal(number, bytes),
            _ => number.to_string(),
        }
    }

    fn hexadecimal(self, number: i32, bytes: u8) -> String {
        let digits = 2 * usize::from(bytes);
        let number = number as u32 & u32::MAX >> (32 - 8 * u32::from(bytes));
        let prefix = if self.is_community() { "0x" } else { "$" };
        format!("{prefix}{number:0digits$X}")
    }

    /// A label, with an offset if there is one or if the label alone would say too much.
    pub(super) fn pointer(self, pointer: Pointer) -> Option<String> {
        let label = self.labels.of(self.sequence, pointer)?;
        Some(match (pointer.offset == 0 && pointer.is_typed, self.is_community()) {
            (true, _) => label.to_owned(),
            (false, true) => format!("{label} + {}", pointer.offset),
            (false, false) => format!("{label}({})", pointer.offset),
        })
    }

    /// Entries of a dyntable.
    pub(super) fn entries(self, entries: impl Iterator<Item = Value>) -> String {
        let entries: Vec<_> = entries
            .map(|entry| match entry {
                Value::Pointer(pointer) => self.pointer(pointer).unwrap_or_else(|| self.hexadecimal(0, 2)),
                Value::Number(number) => self.hexadecimal(number, 2),
            })
            .collect();
        let directive = if self.is_community() { "#address " } else { "#label   " };
        format!("{directive}{}", entries.join(", "))
    }

    /// Bytes.
    pub(super) fn bytes(self, bytes: &[u8]) -> String {
        let bytes: Vec<_> = bytes.iter().map(|&byte| self.hexadecimal(byte.into(), 1)).collect();
        let directive = if self.is_community() { "#u8 " } else { "#byte    " };
        format!("{directive}{}", bytes.join(","))
    }

    /// A point of an envelope.
    pub(super) fn point(self, rate: i16, level: u16) -> String {
        let directive = if self.is_community() { "#u16 " } else { "#word\t" };
        format!("{directive}{rate},{level}")
    }

    /// Numbers of two bytes.
    pub(super) fn words(self, words: &[u16]) -> String {
        let words: Vec<_> = words.iter().map(|&word| self.hexadecimal(word.into(), 2)).collect();
        let directive = if self.is_community() { "#u16 " } else { "#word\t" };
        format!("{directive}{}", words.join(","))
    }

    /// A number of one or two bytes.
    pub(super) fn variable(self, number: Variable) -> String {
        let directive = if self.is_community() { "#variable" } else { "#wlen" };
        let comment = if number.is_wide && number.value < 0x80 { FORCE_WIDE } else { "" };
        format!("{directive} {}{comment}", number.value)
    }

    /// A message: what is no printable ASCII is written as its number.
    pub(super) fn message(self, text: &[u8]) -> String {
        let mut quoted = String::with_capacity(text.len() + 10);
        quoted.push_str(if self.is_community() { "#string \"" } else { "#msg \"" });
        for &byte in text {
            match byte {
                b'"' => quoted.push_str("\\\""),
                b'\\' => quoted.push_str("\\\\"),
                0x20..=0x7E => quoted.push(byte.into()),
                byte => quoted.push_str(&format!("\\x{byte:02X}")),
            }
        }
        quoted.push('"');
        quoted
    }

    /// Zeros up to a multiple of 2 or 16.
    pub(super) const fn alignment(self, multiple: usize) -> &'static str {
        match (multiple, self.dialect.naming) {
            (2, Naming::Community) => "#align2",
            (2, _) => "#evenw",
            // SEQ64 does not accept its own other name for it, `#evenl`.
            _ => "#align16",
        }
    }
}

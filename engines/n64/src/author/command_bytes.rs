//! Commands as bytes.

use crate::author::abi::{AbiDefinition, CommandDefinition, CommandId, NoteState, ParameterSource, Scope};

/// A command read from bytes, with addresses still numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawCommand {
    pub(super) id: CommandId,
    /// A number for every parameter, as it lies in the bytes.
    pub(super) numbers: Vec<i32>,
    /// Whether its variable operands take two bytes though one would do.
    pub(super) is_wide: bool,
    /// Bytes of the whole command.
    pub(super) length: usize,
}

/// What reading a command gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Decoded {
    /// A command.
    Command(RawCommand),
    /// A command of this many bytes that no text can write: its variable operands are of mixed forms, or nothing in it
    /// says which of its opcodes it has.
    Unwritable(usize),
    /// No command has this opcode.
    Unknown,
    /// The bytes end before the command does.
    Truncated,
}

/// Reads the command at an address, which must lie in `bytes`.
pub(super) fn decode(
    bytes: &[u8],
    address: usize,
    abi: &AbiDefinition,
    scope: Scope,
    notes: NoteState,
) -> Decoded {
    let opcode = bytes[address];
    let Some(id) = abi.find(scope, notes, opcode) else { return Decoded::Unknown };
    let definition = abi.command(id);
    let mut reader = OperandReader { bytes, position: address + 1, has_narrow: false, has_wide: false };
    let mut numbers = Vec::with_capacity(definition.parameters.len());
    for parameter in &definition.parameters {
        let number = match parameter.source {
            ParameterSource::Offset => Some(i32::from(opcode - definition.first)),
            ParameterSource::Constant(_) => Some(0),
            ParameterSource::Fixed { bytes } => reader.fixed(bytes),
            ParameterSource::PortamentoTime
                if bytes.get(address + 1).is_some_and(|mode| mode & 0x80 != 0) =>
            {
                reader.fixed(1)
            }
            ParameterSource::Variable | ParameterSource::PortamentoTime => reader.variable(),
        };
        match number {
            Some(number) => numbers.push(number),
            None => return Decoded::Truncated,
        }
    }
    let length = reader.position - address;
    let says_opcode = definition.parameters.iter().any(|p| p.source == ParameterSource::Offset);
    if (reader.has_narrow && reader.has_wide) || (opcode != definition.first && !says_opcode) {
        return Decoded::Unwritable(length);
    }
    Decoded::Command(RawCommand { id, numbers, is_wide: reader.has_wide, length })
}

struct OperandReader<'a> {
    bytes: &'a [u8],
    position: usize,
    /// Whether a variable operand took one byte.
    has_narrow: bool,
    /// Whether a variable operand took two bytes though one would have done.
    has_wide: bool,
}

impl OperandReader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.position).copied()?;
        self.position += 1;
        Some(byte)
    }

    fn fixed(&mut self, count: u8) -> Option<i32> {
        (0..count).try_fold(0, |number, _| Some(number << 8 | i32::from(self.byte()?)))
    }

    fn variable(&mut self) -> Option<i32> {
        let first = self.byte()?;
        if first < 0x80 {
            self.has_narrow = true;
            return Some(first.into());
        }
        let number = i32::from(first & 0x7F) << 8 | i32::from(self.byte()?);
        self.has_wide |= number < 0x80;
        Some(number)
    }
}

/// Where the pointer of a command leads: an address, which need not lie in the sequence.
pub(super) fn pointer_target(
    definition: &CommandDefinition,
    command: &RawCommand,
    address: usize,
) -> Option<i64> {
    let parameter = definition.pointer()?;
    let number = i64::from(command.numbers[parameter]);
    let ParameterSource::Fixed { bytes } = definition.parameters[parameter].source else { return None };
    Some(match definition.parameters[parameter].is_relative() {
        false => number,
        true => {
            let sign = 1_i64 << (8 * u32::from(bytes) - 1);
            (address + command.length) as i64 + ((number ^ sign) - sign)
        }
    })
}

//! Model -> bytes (`n64-authoring.md` 4.4).

use std::fmt;

use crate::author::abi::{AbiDefinition, ParameterSource};
use crate::author::model::{Command, Content, Pointer, Sequence, Value, Variable};

/// The longest sequence that is assembled or taken apart, in bytes.
pub const LARGEST_SEQUENCE: usize = 1_000_000;

/// An assembled sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembly {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// By section: the address of every item, and that behind the last.
    pub addresses: Vec<Vec<usize>>,
}

/// Something that cannot be put into bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssembleError {
    /// The section.
    pub section: usize,
    /// The item in it.
    pub item: usize,
    /// What is wrong.
    pub fault: AssembleFault,
}

/// What is wrong with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssembleFault {
    /// A relative pointer leads too far.
    TooFar {
        /// Bytes from the end of the command to its target.
        distance: i64,
        /// Bytes that its operand has.
        bytes: u8,
    },
    /// A pointer leads behind the bytes that its operand can name.
    TooHigh {
        /// The address.
        address: i64,
        /// Bytes that its operand has.
        bytes: u8,
    },
    /// A pointer leads to an item that is not there.
    Dangling,
    /// The sequence is longer than [`LARGEST_SEQUENCE`].
    TooLong,
}

impl fmt::Display for AssembleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFar { distance, bytes } => {
                let (from, to) = reach(*bytes);
                write!(f, "the target is {distance} bytes away; a relative pointer reaches {from} to {to}")
            }
            Self::TooHigh { address, bytes: 1 } => write!(f, "address {address:#x} does not fit one byte"),
            Self::TooHigh { address, .. } => write!(f, "address {address:#x} does not fit two bytes"),
            Self::Dangling => f.write_str("the target is not there"),
            Self::TooLong => write!(f, "a sequence has at most {LARGEST_SEQUENCE} bytes"),
        }
    }
}

impl fmt::Display for AssembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "section {}, item {}: {}", self.section, self.item, self.fault)
    }
}

impl std::error::Error for AssembleError {}

/// The distances that a signed operand of so many bytes holds.
fn reach(bytes: u8) -> (i64, i64) {
    let sign = 1_i64 << (8 * u32::from(bytes) - 1);
    (-sign, sign - 1)
}

/// Makes the bytes of a sequence.
///
/// # Errors
///
/// All pointers that do not fit.
pub fn assemble(sequence: &Sequence, abi: &AbiDefinition) -> Result<Assembly, Vec<AssembleError>> {
    let addresses = lay_out(sequence, abi).map_err(|error| vec![error])?;
    let mut writer =
        Writer { sequence, abi, addresses, bytes: Vec::new(), errors: Vec::new(), section: 0, item: 0 };
    for (section, content) in sequence.sections.iter().enumerate() {
        for (item, content) in content.items.iter().enumerate() {
            (writer.section, writer.item) = (section, item);
            writer.content(&content.content);
        }
    }
    match writer.errors.is_empty() {
        true => Ok(Assembly { bytes: writer.bytes, addresses: writer.addresses }),
        false => Err(writer.errors),
    }
}

/// The addresses of all items: lengths do not depend on where pointers lead.
fn lay_out(sequence: &Sequence, abi: &AbiDefinition) -> Result<Vec<Vec<usize>>, AssembleError> {
    let mut address = 0_usize;
    let mut all = Vec::with_capacity(sequence.sections.len());
    for (number, section) in sequence.sections.iter().enumerate() {
        let mut addresses = Vec::with_capacity(section.items.len() + 1);
        for (item, content) in section.items.iter().enumerate() {
            addresses.push(address);
            address = address.saturating_add(content.content.length(abi, address));
            if address > LARGEST_SEQUENCE {
                return Err(AssembleError { section: number, item, fault: AssembleFault::TooLong });
            }
        }
        addresses.push(address);
        all.push(addresses);
    }
    Ok(all)
}

impl Content {
    /// The bytes it takes at an address.
    #[must_use]
    pub fn length(&self, abi: &AbiDefinition, address: usize) -> usize {
        match self {
            Self::Command(command) => command.length(abi),
            Self::Entry(_) => 2,
            Self::Point { .. } => 4,
            Self::Message(text) => text.len() + 1,
            Self::Bytes(bytes) => bytes.len(),
            Self::Words(words) => 2 * words.len(),
            Self::Variables(numbers) => numbers.iter().map(|number| 1 + usize::from(number.is_long())).sum(),
            Self::Zeros(count) => *count,
            Self::Align(multiple) => address.next_multiple_of((*multiple).max(1)) - address,
        }
    }
}

struct Writer<'a> {
    sequence: &'a Sequence,
    abi: &'a AbiDefinition,
    addresses: Vec<Vec<usize>>,
    bytes: Vec<u8>,
    errors: Vec<AssembleError>,
    section: usize,
    item: usize,
}

impl Writer<'_> {
    fn content(&mut self, content: &Content) {
        match content {
            Content::Command(command) => self.command(command),
            Content::Entry(value) => {
                let address = self.address(*value);
                self.absolute(address, 2, matches!(value, Value::Pointer(_)));
            }
            Content::Point { rate, level } => {
                self.bytes.extend(rate.to_be_bytes());
                self.bytes.extend(level.to_be_bytes());
            }
            Content::Message(text) => {
                self.bytes.extend(text);
                self.bytes.push(0);
            }
            Content::Bytes(bytes) => self.bytes.extend(bytes),
            Content::Words(words) => self.bytes.extend(words.iter().flat_map(|word| word.to_be_bytes())),
            Content::Variables(numbers) => numbers.iter().for_each(|number| self.variable(*number)),
            Content::Zeros(_) | Content::Align(_) => {
                let count = content.length(self.abi, self.bytes.len());
                self.bytes.resize(self.bytes.len() + count, 0);
            }
        }
    }

    fn command(&mut self, command: &Command) {
        let definition = self.abi.command(command.definition);
        let end = self.bytes.len() + command.length(self.abi);
        let offset = definition.parameters.iter().position(|p| p.source == ParameterSource::Offset);
        let offset = offset.map_or(0, |parameter| command.number(parameter));
        self.bytes.push(definition.first.wrapping_add(offset as u8));
        for (index, parameter) in definition.parameters.iter().enumerate() {
            let value = command.values.get(index).copied().unwrap_or(Value::Number(0));
            match parameter.source {
                ParameterSource::Offset | ParameterSource::Constant(_) => {}
                ParameterSource::Fixed { bytes } if parameter.is_relative() => {
                    self.relative(value, end, bytes)
                }
                ParameterSource::Fixed { bytes } => {
                    let number = self.address(value);
                    self.absolute(number, bytes, matches!(value, Value::Pointer(_)));
                }
                ParameterSource::PortamentoTime if command.has_byte_time() => {
                    self.bytes.push(command.number(index) as u8);
                }
                ParameterSource::Variable | ParameterSource::PortamentoTime => {
                    self.variable(command.variable(index));
                }
            }
        }
    }

    fn variable(&mut self, number: Variable) {
        if number.is_long() {
            self.bytes.extend((number.value | 0x8000).to_be_bytes());
        } else {
            self.bytes.push(number.value as u8);
        }
    }

    /// The address that a value means.
    fn address(&mut self, value: Value) -> i64 {
        match value {
            Value::Number(number) => number.into(),
            Value::Pointer(pointer) => match self.address_of(pointer) {
                Some(address) => address,
                None => {
                    self.fail(AssembleFault::Dangling);
                    0
                }
            },
        }
    }

    fn address_of(&self, pointer: Pointer) -> Option<i64> {
        let address = *self.addresses.get(pointer.section)?.get(pointer.item)?;
        Some(address as i64 + i64::from(pointer.offset))
    }

    fn absolute(&mut self, address: i64, bytes: u8, is_pointer: bool) {
        if is_pointer && !(0..1 << (8 * u32::from(bytes))).contains(&address) {
            self.fail(AssembleFault::TooHigh { address, bytes });
        }
        self.low_bytes(address, bytes);
    }

    fn relative(&mut self, value: Value, end: usize, bytes: u8) {
        let mut distance = self.address(value) - end as i64;
        if matches!(value, Value::Number(_)) {
            // Of a number 16 bits count: it may mean an address before the sequence.
            distance = i64::from(distance as i16);
        }
        let (from, to) = reach(bytes);
        if !(from..=to).contains(&distance) {
            self.fail(AssembleFault::TooFar { distance, bytes });
        }
        self.low_bytes(distance, bytes);
    }

    fn low_bytes(&mut self, number: i64, count: u8) {
        let all = number.to_be_bytes();
        self.bytes.extend(&all[all.len() - usize::from(count).min(all.len())..]);
    }

    fn fail(&mut self, fault: AssembleFault) {
        debug_assert!(self.section < self.sequence.sections.len());
        self.errors.push(AssembleError { section: self.section, item: self.item, fault });
    }
}

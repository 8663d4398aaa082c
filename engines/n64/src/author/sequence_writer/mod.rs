//! Writing sequences command by command.
//!
//! ```
//! use tatum_n64::author::sequence_writer::SequenceWriter;
//! use tatum_n64::sequencer::abi::Abi;
//!
//! let mut writer = SequenceWriter::new(Abi::Sm64);
//! let (channel, layer) = (writer.label(), writer.label());
//! let mut song = writer.sequence();
//! song.initialize_channels(0b1).start_channel(0, channel).volume(127).tempo(120).delay(96).end();
//! writer.channel_at(channel).large_notes().instrument(73).start_layer(0, layer).delay(96).end();
//! writer.layer_at(layer).note(39, 96, 100, 16).end();
//! let bytes = writer.finish()?;
//! assert_eq!(bytes[..7], [0xD7, 0, 1, 0x90, 0, 13, 0xDB]);
//! # Ok::<(), tatum_core::FormatError>(())
//! ```
//!
//! Commands are looked up by what they do in the table the interpreter uses, so a writer serves every [`Abi`]; a
//! command that the ABI doesn't have is an error. Addresses are [`Label`]s, which may be used before they are
//! placed. All errors surface in [`SequenceWriter::finish`].

mod commands;

use tatum_core::FormatError;

pub use commands::ChannelParameters;

use crate::format::bank::EnvelopePoint;
use crate::sequencer::abi::{
    Abi, ChannelOperation, Command, CommandSet, Flow, LayerOperation, NoteForm, Operand, SequenceOperation,
};

/// The longest delay of a note, rest or pause.
pub const MAX_DELAY: u16 = 0x7FFF;

/// A place in the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(usize);

/// A sequence in the making.
#[derive(Clone, Debug)]
pub struct SequenceWriter {
    set: &'static CommandSet,
    bytes: Vec<u8>,
    labels: Vec<Option<usize>>,
    /// Where the address of a label has to be filled in.
    references: Vec<(usize, Label)>,
    error: Option<FormatError>,
}

/// A value for an operand.
#[derive(Clone, Copy, Debug)]
enum Value {
    Number(i32),
    Address(Label),
}

macro_rules! values {
    ($($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

values!(bool, u8, i8, u16, i16);

impl From<Label> for Value {
    fn from(label: Label) -> Self {
        Self::Address(label)
    }
}

impl SequenceWriter {
    /// An empty sequence for an ABI. The first script written is the sequence's own: write it first.
    #[must_use]
    pub fn new(abi: Abi) -> Self {
        Self {
            set: CommandSet::of(abi),
            bytes: Vec::new(),
            labels: Vec::new(),
            references: Vec::new(),
            error: None,
        }
    }

    /// A label that has yet to be placed.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    /// Places a label at the next byte.
    pub fn place(&mut self, label: Label) {
        match self.labels.get(label.0) {
            Some(None) => self.labels[label.0] = Some(self.bytes.len()),
            Some(Some(at)) => self.fail("label", "a label placed once", format!("placed at {at:#x} before")),
            None => self.fail("label", "a label of this writer", format!("label {}", label.0)),
        }
    }

    /// Goes on with sequence commands.
    pub fn sequence(&mut self) -> SequenceScript<'_> {
        SequenceScript { writer: self }
    }

    /// Starts a channel script.
    pub fn channel_at(&mut self, label: Label) -> ChannelScript<'_> {
        self.place(label);
        ChannelScript { writer: self }
    }

    /// Starts a layer script whose channel uses large notes.
    pub fn layer_at(&mut self, label: Label) -> LayerScript<'_> {
        self.place(label);
        LayerScript { writer: self, last_delay: None, large: true }
    }

    /// Starts a layer script whose channel uses short notes.
    pub fn short_layer_at(&mut self, label: Label) -> LayerScript<'_> {
        self.place(label);
        LayerScript { writer: self, last_delay: None, large: false }
    }

    /// Writes an envelope. Its values lie at even addresses, as the engine's do.
    pub fn envelope_at(&mut self, label: Label, points: &[EnvelopePoint]) {
        if !self.bytes.len().is_multiple_of(2) {
            self.bytes.push(0);
        }
        self.place(label);
        for point in points {
            self.bytes.extend(point.delay.to_be_bytes());
            self.bytes.extend(point.argument.to_be_bytes());
        }
    }

    /// Writes a table of addresses, for the commands that use a dynamic table.
    pub fn table_at(&mut self, label: Label, entries: &[Label]) {
        self.place(label);
        for &entry in entries {
            self.address(entry);
        }
    }

    /// Writes bytes as they are: tables of values, velocities, gates.
    pub fn bytes_at(&mut self, label: Label, bytes: &[u8]) {
        self.place(label);
        self.bytes.extend(bytes);
    }

    /// The finished sequence.
    ///
    /// # Errors
    ///
    /// The first thing that went wrong: a command the ABI doesn't have, a value outside its operand's range, a
    /// label never placed or placed twice, or a sequence of more than 64 KiB.
    pub fn finish(mut self) -> Result<Vec<u8>, FormatError> {
        for (at, label) in std::mem::take(&mut self.references) {
            match self.labels.get(label.0).copied().flatten().map(u16::try_from) {
                Some(Ok(address)) => self.bytes[at..at + 2].copy_from_slice(&address.to_be_bytes()),
                Some(Err(_)) => self.fail("label", "an address below 0x10000", "one behind it"),
                None => self.fail("label", "a placed label", format!("label {} has no place", label.0)),
            }
        }
        self.error.map_or(Ok(self.bytes), Err)
    }

    /// Keeps the first error.
    fn fail(&mut self, field: &'static str, expected: impl Into<String>, found: impl Into<String>) {
        let at = self.bytes.len() as u64;
        self.error.get_or_insert_with(|| {
            FormatError::invalid("sequence", at, field, expected.into(), found.into())
        });
    }

    fn address(&mut self, label: Label) {
        self.references.push((self.bytes.len(), label));
        self.bytes.extend([0, 0]);
    }

    /// Writes the command with an operation, from one of the ABI's tables.
    fn command<Operation: PartialEq + std::fmt::Debug>(
        &mut self,
        table: &'static [Command<Operation>; 256],
        operation: Operation,
        values: &[Value],
    ) {
        let Some((byte, command)) = (0..=0xFF).zip(table).find(|(_, command)| command.operation == operation)
        else {
            return self.fail("command", "one that the ABI has", format!("{operation:?}"));
        };
        self.bytes.push(byte);
        if command.operands.len() != values.len() {
            let expected = format!("{} operands of {operation:?} in this ABI", command.operands.len());
            return self.fail("operands", expected, values.len().to_string());
        }
        // The first operand of a portamento decides how its last one is written.
        let whole_byte = matches!(values.first(), Some(Value::Number(mode)) if mode & 0x80 != 0);
        for (&operand, &value) in command.operands.iter().zip(values) {
            match (operand, value) {
                (Operand::Address, Value::Address(label)) => self.address(label),
                (Operand::PortamentoTime, Value::Number(time)) => {
                    self.number(if whole_byte { Operand::U8 } else { Operand::Variable }, time);
                }
                (_, Value::Number(number)) => self.number(operand, number),
                (_, Value::Address(_)) => self.fail("operand", format!("{operand:?}"), "a label"),
            }
        }
    }

    fn number(&mut self, operand: Operand, number: i32) {
        let range = match operand {
            Operand::U8 => 0..=0xFF,
            Operand::I8 => -0x80..=0x7F,
            Operand::I16 => -0x8000..=0x7FFF,
            Operand::U16 | Operand::Address => 0..=0xFFFF,
            Operand::Variable | Operand::PortamentoTime => 0..=i32::from(MAX_DELAY),
        };
        if !range.contains(&number) {
            let expected = format!("{} to {}", range.start(), range.end());
            return self.fail("operand", expected, number.to_string());
        }
        let [.., high, low] = number.to_be_bytes();
        match operand {
            Operand::U8 | Operand::I8 => self.bytes.push(low),
            Operand::U16 | Operand::I16 | Operand::Address => self.bytes.extend([high, low]),
            Operand::Variable | Operand::PortamentoTime if number < 0x80 => self.bytes.push(low),
            Operand::Variable | Operand::PortamentoTime => self.bytes.extend([0x80 | high, low]),
        }
    }
}

/// Commands of the sequence level.
#[derive(Debug)]
pub struct SequenceScript<'a> {
    writer: &'a mut SequenceWriter,
}

/// Commands of the channel level.
#[derive(Debug)]
pub struct ChannelScript<'a> {
    writer: &'a mut SequenceWriter,
}

/// Commands of the layer level.
#[derive(Debug)]
pub struct LayerScript<'a> {
    writer: &'a mut SequenceWriter,
    /// The delay a note can share with the one before it; `None` where scripts meet.
    last_delay: Option<u16>,
    large: bool,
}

impl SequenceScript<'_> {
    fn command(&mut self, operation: SequenceOperation, values: &[Value]) -> &mut Self {
        self.writer.command(&self.writer.set.sequence, operation, values);
        self
    }

    /// Places a label at the next command.
    pub fn place(&mut self, label: Label) -> &mut Self {
        self.writer.place(label);
        self
    }
}

impl ChannelScript<'_> {
    fn command(&mut self, operation: ChannelOperation, values: &[Value]) -> &mut Self {
        self.writer.command(&self.writer.set.channel, operation, values);
        self
    }

    /// Places a label at the next command.
    pub fn place(&mut self, label: Label) -> &mut Self {
        self.writer.place(label);
        self
    }
}

impl LayerScript<'_> {
    fn command(&mut self, operation: LayerOperation, values: &[Value]) -> &mut Self {
        let set = self.writer.set;
        let table = if self.large { &set.layer_large } else { &set.layer_short };
        self.writer.command(table, operation, values);
        // Elsewhere the script may come from, or have been to, other notes. A loop's end is not elsewhere: what comes
        // before it is the body.
        if matches!(operation, LayerOperation::Flow(flow) if flow != Flow::LoopEnd) {
            self.last_delay = None;
        }
        self
    }

    /// Places a label at the next command.
    pub fn place(&mut self, label: Label) -> &mut Self {
        self.writer.place(label);
        self.last_delay = None;
        self
    }

    /// A large note (the channel has said [`ChannelScript::large_notes`]) in its shortest form: semitone 0 to 63
    /// (39 = middle C), ticks to the next event, velocity, and the part of the delay (of 256) that is silent.
    pub fn note(&mut self, semitone: u8, delay: u16, velocity: u8, gate: u8) -> &mut Self {
        let (form, values): (_, &[Value]) = if self.last_delay == Some(delay) {
            (NoteForm::LastDelay, &[velocity.into(), gate.into()])
        } else if gate == 0 {
            (NoteForm::WithoutGate, &[delay.into(), velocity.into()])
        } else {
            (NoteForm::Full, &[delay.into(), velocity.into(), gate.into()])
        };
        self.command(LayerOperation::Note(form, semitone), values);
        self.last_delay = Some(delay);
        self
    }

    /// A short note (the channel is in short-note mode) with its own delay; velocity and gate are the layer's.
    pub fn short_note(&mut self, semitone: u8, delay: u16) -> &mut Self {
        self.command(LayerOperation::Note(NoteForm::Full, semitone), &[delay.into()])
    }

    /// A short note with the default delay.
    pub fn short_note_default(&mut self, semitone: u8) -> &mut Self {
        self.command(LayerOperation::Note(NoteForm::WithoutGate, semitone), &[])
    }

    /// A short note with the delay of the last note that had its own.
    pub fn short_note_again(&mut self, semitone: u8) -> &mut Self {
        self.command(LayerOperation::Note(NoteForm::LastDelay, semitone), &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A layer script with some commands in it.
    fn layer(write: impl FnOnce(&mut LayerScript<'_>)) -> Result<Vec<u8>, FormatError> {
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let start = writer.label();
        write(&mut writer.layer_at(start));
        writer.finish()
    }

    #[test]
    fn notes_take_their_shortest_form() {
        let bytes = layer(|layer| {
            layer
                .note(39, 48, 100, 20)
                .note(41, 48, 90, 10)
                .note(39, 300, 80, 0)
                .rest(0x7F)
                .note(38, 300, 1, 2);
        });
        let expected =
            [39, 48, 100, 20, 0x80 + 41, 90, 10, 0x40 + 39, 0x81, 0x2C, 80, 0xC0, 0x7F, 0x80 + 38, 1, 2];
        assert_eq!(bytes.unwrap(), expected);
    }

    #[test]
    fn a_delay_is_not_shared_across_a_place_that_others_jump_to() {
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let (start, middle) = (writer.label(), writer.label());
        writer.layer_at(start).note(1, 24, 9, 0).place(middle).note(2, 24, 9, 0).jump(middle);
        assert_eq!(writer.finish().unwrap(), [0x41, 24, 9, 0x42, 24, 9, 0xFB, 0, 3]);
        let looped = layer(|layer| {
            layer.note(1, 24, 9, 0).loop_start(2).note(2, 24, 9, 0).loop_end().note(3, 24, 9, 0);
        });
        assert_eq!(looped.unwrap(), [0x41, 24, 9, 0xF8, 2, 0x42, 24, 9, 0xF7, 0x83, 9, 0]);
    }

    #[test]
    fn commands_follow_the_abi() {
        let priority = |abi| {
            let mut writer = SequenceWriter::new(abi);
            let start = writer.label();
            writer.channel_at(start).start_layer(1, start).hang();
            writer.finish().unwrap()
        };
        assert_eq!(priority(Abi::Sm64), [0x91, 0, 0, 0xF3]);
        assert_eq!(priority(Abi::Shindou), [0x89, 0, 0, 0xEA]);
    }

    #[test]
    fn portamento_times_have_two_forms() {
        let bytes = layer(|layer| {
            layer.portamento(1, 40, 200).portamento(0x81, 40, 200);
        });
        assert_eq!(bytes.unwrap(), [0xC7, 1, 40, 0x80, 200, 0xC7, 0x81, 40, 200]);
        assert!(layer(|layer| _ = layer.portamento(0x81, 40, 256)).is_err());
    }

    #[test]
    fn mistakes_are_told_at_the_end() {
        let error = layer(|layer| _ = layer.rest(3).rest(0x8000).note(64, 1, 1, 1)).unwrap_err();
        assert_eq!((error.offset, error.field.as_ref()), (3, "operand"), "{error}");
        let error = layer(|layer| _ = layer.note(64, 1, 1, 1)).unwrap_err();
        assert_eq!(error.expected, "one that the ABI has", "{error}");
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let nowhere = writer.label();
        writer.sequence().jump(nowhere);
        assert!(writer.finish().is_err());
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let twice = writer.label();
        writer.sequence().place(twice).delay(1).place(twice);
        assert!(writer.finish().is_err());
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let far = writer.label();
        writer.sequence().jump(far);
        let filler = writer.label();
        writer.bytes_at(filler, &[0; 0x10000]);
        writer.place(far);
        assert!(writer.finish().is_err());
    }

    #[test]
    fn envelopes_lie_at_even_addresses() {
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let (start, envelope) = (writer.label(), writer.label());
        writer.channel_at(start).envelope(envelope).end();
        writer.envelope_at(envelope, &[EnvelopePoint { delay: -1, argument: 0 }]);
        assert_eq!(writer.finish().unwrap(), [0xDA, 0, 4, 0xFF, 0xFF, 0xFF, 0, 0]);
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let (table, entry) = (writer.label(), writer.label());
        writer.table_at(table, &[entry, table]);
        writer.place(entry);
        assert_eq!(writer.finish().unwrap(), [0, 4, 0, 0]);
    }
}

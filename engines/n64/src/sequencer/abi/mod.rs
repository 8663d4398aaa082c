//! The command sets: for every ABI and script level, what each of the 256 bytes does and which operands follow.
//!
//! `n64-formats.md` 4. The interpreter and whatever else reads scripts look commands up here.

mod channel;
mod layer;
mod sequence;
mod zelda;

pub use channel::ChannelOperation;
pub use layer::{LayerOperation, NoteForm};
pub use sequence::SequenceOperation;

/// A generation of the command set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Abi {
    /// Super Mario 64, Japanese and American.
    Sm64,
    /// Super Mario 64 European; Wave Race 64 and Mario Kart 64 too.
    Sm64Eu,
    /// Star Fox 64.
    StarFox64,
    /// Super Mario 64 Shindou.
    Shindou,
    /// Ocarina of Time.
    Ocarina,
    /// Majora's Mask.
    Majora,
}

/// How an operand is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A byte.
    U8,
    /// A signed byte.
    I8,
    /// Two bytes, high first.
    U16,
    /// Two bytes, high first, signed.
    I16,
    /// Two bytes: an offset from the start of the sequence.
    Address,
    /// One byte below 0x80, else two bytes with 15 bits.
    Variable,
    /// A byte if the first operand of the command has bit 7, else [`Operand::Variable`] (portamento time).
    PortamentoTime,
}

/// What a command byte means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command<Operation: 'static> {
    /// What it does.
    pub operation: Operation,
    /// What follows it.
    pub operands: &'static [Operand],
}

impl<Operation> Command<Operation> {
    const fn new(operation: Operation, operands: &'static [Operand]) -> Self {
        Self { operation, operands }
    }
}

/// Control flow, common to all levels (`n64-formats.md` 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Returns from a call, or ends the script.
    End,
    /// Stops reading for one tick.
    DelayOne,
    /// Stops reading for some ticks.
    Delay,
    /// Calls a subroutine.
    Call,
    /// Jumps.
    Jump,
    /// Jumps if the value is zero.
    JumpIfZero,
    /// Jumps if the value is negative.
    JumpIfNegative,
    /// Jumps if the value is not negative.
    JumpIfNotNegative,
    /// Starts a loop.
    LoopStart,
    /// Ends a loop.
    LoopEnd,
    /// Leaves a loop's level without moving.
    Break,
    /// Jumps by a signed byte.
    RelativeJump,
    /// Jumps by a signed byte if the value is zero.
    RelativeJumpIfZero,
    /// Jumps by a signed byte if the value is negative.
    RelativeJumpIfNegative,
}

impl Flow {
    /// The flow command of a byte on sequence and channel level, if it is one.
    const fn of(abi: Abi, byte: u8) -> Option<(Self, &'static [Operand])> {
        let has_relative = !matches!(abi, Abi::Sm64);
        Some(match byte {
            0xF2 if has_relative => (Self::RelativeJumpIfNegative, &[Operand::I8]),
            0xF3 if has_relative => (Self::RelativeJumpIfZero, &[Operand::I8]),
            0xF4 if has_relative => (Self::RelativeJump, &[Operand::I8]),
            0xF5 => (Self::JumpIfNotNegative, &[Operand::Address]),
            0xF7 => (Self::LoopEnd, &[]),
            0xF8 => (Self::LoopStart, &[Operand::U8]),
            0xF9 => (Self::JumpIfNegative, &[Operand::Address]),
            0xFA => (Self::JumpIfZero, &[Operand::Address]),
            0xFB => (Self::Jump, &[Operand::Address]),
            0xFC => (Self::Call, &[Operand::Address]),
            0xFD => (Self::Delay, &[Operand::Variable]),
            0xFE => (Self::DelayOne, &[]),
            0xFF => (Self::End, &[]),
            _ => return None,
        })
    }
}

/// The three tables of an ABI.
#[derive(Debug)]
pub struct CommandSet {
    /// Commands of the sequence level.
    pub sequence: [Command<SequenceOperation>; 256],
    /// Commands of the channel level.
    pub channel: [Command<ChannelOperation>; 256],
    /// Commands of the layer level, with the channel in short-note mode.
    pub layer_short: [Command<LayerOperation>; 256],
    /// Commands of the layer level, with the channel in large-note mode.
    pub layer_large: [Command<LayerOperation>; 256],
}

static SM64: CommandSet = CommandSet::build(Abi::Sm64);
static SM64_EU: CommandSet = CommandSet::build(Abi::Sm64Eu);
static STAR_FOX_64: CommandSet = CommandSet::build(Abi::StarFox64);
static SHINDOU: CommandSet = CommandSet::build(Abi::Shindou);
static OCARINA: CommandSet = CommandSet::build(Abi::Ocarina);
static MAJORA: CommandSet = CommandSet::build(Abi::Majora);

impl CommandSet {
    /// The tables of an ABI.
    #[must_use]
    pub fn of(abi: Abi) -> &'static Self {
        match abi {
            Abi::Sm64 => &SM64,
            Abi::Sm64Eu => &SM64_EU,
            Abi::StarFox64 => &STAR_FOX_64,
            Abi::Shindou => &SHINDOU,
            Abi::Ocarina => &OCARINA,
            Abi::Majora => &MAJORA,
        }
    }

    const fn build(abi: Abi) -> Self {
        let mut set = Self {
            sequence: [Command::new(SequenceOperation::None, &[]); 256],
            channel: [Command::new(ChannelOperation::None, &[]); 256],
            layer_short: [Command::new(LayerOperation::None, &[]); 256],
            layer_large: [Command::new(LayerOperation::None, &[]); 256],
        };
        let mut byte = 0;
        while byte < 256 {
            let code = byte as u8;
            if matches!(abi, Abi::Ocarina | Abi::Majora) {
                let is_majora = matches!(abi, Abi::Majora);
                set.sequence[byte] = zelda::sequence(is_majora, code);
                set.channel[byte] = zelda::channel(is_majora, code);
                set.layer_short[byte] = zelda::layer(is_majora, code, false);
                set.layer_large[byte] = zelda::layer(is_majora, code, true);
            } else {
                set.sequence[byte] = sequence::command(abi, code);
                set.channel[byte] = channel::command(abi, code);
                set.layer_short[byte] = layer::command(abi, code, false);
                set.layer_large[byte] = layer::command(abi, code, true);
            }
            byte += 1;
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generations_differ_where_the_specification_says() {
        use ChannelOperation as C;
        use SequenceOperation as S;
        let us = CommandSet::of(Abi::Sm64);
        let eu = CommandSet::of(Abi::Sm64Eu);
        let sf = CommandSet::of(Abi::StarFox64);
        let sh = CommandSet::of(Abi::Shindou);
        assert_eq!(us.sequence[0xDA].operands, [Operand::I8]);
        assert_eq!(eu.sequence[0xDA].operands, [Operand::U8, Operand::U16]);
        assert_eq!(us.sequence[0xD9].operation, S::None);
        assert_eq!(us.channel[0xF3].operation, C::Hang);
        assert_eq!(eu.channel[0xEA].operation, C::Hang);
        assert_eq!(us.channel[0x64].operation, C::Priority(4));
        assert_eq!(eu.channel[0x64].operation, C::ShortDelay(4));
        assert_eq!(sf.channel[0x14].operation, C::LoadSample(4));
        assert_eq!(sh.channel[0x84].operation, C::ReadLayerFinished(4));
        assert_eq!(sh.channel[0x9A].operation, C::StartLayerFromTable(2));
        assert_eq!(us.channel[0xC0].operation, C::None);
        assert_eq!(us.layer_large[0x40].operands, [Operand::Variable, Operand::U8]);
        assert_eq!(us.layer_short[0x40].operands, []);
        assert_eq!(us.layer_short[0xF9].operation, LayerOperation::None);
        let oot = CommandSet::of(Abi::Ocarina);
        let mm = CommandSet::of(Abi::Majora);
        assert_eq!(oot.sequence[0xF6].operation, S::Flow(Flow::Break));
        assert_eq!(oot.channel[0xBD].operands, [Operand::I16, Operand::I16]);
        assert_eq!(mm.channel[0xBD].operands, [Operand::I16]);
        assert_eq!(oot.channel[0xC5].operation, C::DynamicTableIndirect);
        assert_eq!(mm.channel[0xC5].operation, C::JumpFromTable);
        assert_eq!((oot.channel[0xA4].operation, mm.channel[0xA4].operation), (C::None, C::Surround));
    }
}

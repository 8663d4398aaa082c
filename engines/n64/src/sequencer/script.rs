//! A script's program counter, its stack and its reading primitives, `n64-formats.md` 2.

use std::hash::{Hash, Hasher};

use super::abi::{Command, Flow, Operand};
use crate::format::sequence::SequenceData;

/// Calls and loops that can be nested; the console would overwrite memory behind that.
pub(super) const MAX_DEPTH: u8 = 4;
/// Operands of the longest command.
const MAX_OPERANDS: usize = 8;

/// The state of a script that is running or waiting. Calls and loops share one stack.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// Offset of the next byte.
    pub pc: usize,
    depth: u8,
    stack: [usize; MAX_DEPTH as usize],
    iterations: [u8; MAX_DEPTH as usize],
}

/// Two scripts are in the same state if they will read the same: what was popped from the stack does not count.
impl Hash for Script {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let depth = usize::from(self.depth);
        self.pc.hash(state);
        self.stack[..depth].hash(state);
        self.iterations[..depth].hash(state);
    }
}

/// What a flow command means for the loop that reads commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowResult {
    /// Read on.
    Continue,
    /// Stop reading for this many ticks (0 and 1 both resume at the next tick).
    Delay(u16),
    /// Stop reading until the next tick.
    DelayOne,
    /// The outermost script has ended.
    End,
}

/// The operands of one command, in the order they are written; signed ones are sign-extended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operands([i32; MAX_OPERANDS]);

impl Operands {
    /// Operand `index` as it was read.
    pub const fn value(&self, index: usize) -> i32 {
        self.0[index]
    }

    /// Operand `index` as an unsigned byte.
    pub const fn u8(&self, index: usize) -> u8 {
        self.0[index] as u8
    }

    /// Operand `index` as a signed byte.
    pub const fn i8(&self, index: usize) -> i8 {
        self.0[index] as i8
    }

    /// Operand `index` as 16 bits.
    pub const fn u16(&self, index: usize) -> u16 {
        self.0[index] as u16
    }
}

impl Script {
    /// Starts at `address` with an empty stack; what the stack held stays readable to nobody.
    pub fn start(&mut self, address: u16) {
        self.pc = usize::from(address);
        self.depth = 0;
    }

    /// The nesting of calls and loops.
    pub const fn depth(&self) -> u8 {
        self.depth
    }

    /// Reads a byte.
    #[inline]
    pub fn u8(&mut self, data: &SequenceData) -> u8 {
        let byte = data.byte(self.pc);
        self.pc = self.pc.saturating_add(1);
        byte
    }

    fn u16(&mut self, data: &SequenceData) -> u16 {
        u16::from_be_bytes([self.u8(data), self.u8(data)])
    }

    fn variable(&mut self, data: &SequenceData) -> u16 {
        let first = self.u8(data);
        if first < 0x80 { u16::from(first) } else { u16::from_be_bytes([first & 0x7F, self.u8(data)]) }
    }

    /// Reads the operands of a command.
    #[inline]
    pub fn operands<O>(&mut self, data: &SequenceData, command: &Command<O>) -> Operands {
        let mut operands = Operands::default();
        for (index, kind) in command.operands.iter().enumerate().take(MAX_OPERANDS) {
            operands.0[index] = match kind {
                Operand::U8 => i32::from(self.u8(data)),
                Operand::I8 => i32::from(self.u8(data) as i8),
                Operand::U16 | Operand::Address => i32::from(self.u16(data)),
                Operand::I16 => i32::from(self.u16(data) as i16),
                Operand::Variable => i32::from(self.variable(data)),
                Operand::PortamentoTime if operands.0[0] & 0x80 != 0 => i32::from(self.u8(data)),
                Operand::PortamentoTime => i32::from(self.variable(data)),
            };
        }
        operands
    }

    /// Executes a flow command; `value` is the level's value register.
    ///
    /// A call or loop that finds the stack full, and a loop end or break that finds it empty, do nothing
    /// (`n64-formats.md` 8).
    pub fn flow(&mut self, flow: Flow, operands: Operands, value: i32) -> FlowResult {
        match flow {
            Flow::End => match self.depth.checked_sub(1) {
                Some(depth) => {
                    self.depth = depth;
                    self.pc = self.stack[usize::from(depth)];
                }
                None => return FlowResult::End,
            },
            Flow::DelayOne => return FlowResult::DelayOne,
            Flow::Delay => return FlowResult::Delay(operands.u16(0)),
            Flow::Call => self.call(operands.u16(0)),
            Flow::Jump => self.jump_if(true, operands),
            Flow::JumpIfZero => self.jump_if(value == 0, operands),
            Flow::JumpIfNegative => self.jump_if(value < 0, operands),
            Flow::JumpIfNotNegative => self.jump_if(value >= 0, operands),
            Flow::LoopStart => {
                if self.push(self.pc) {
                    self.iterations[usize::from(self.depth - 1)] = operands.u8(0);
                }
            }
            Flow::LoopEnd => self.loop_end(),
            Flow::Break => self.depth = self.depth.saturating_sub(1),
            Flow::RelativeJump => self.relative_jump_if(true, operands),
            Flow::RelativeJumpIfZero => self.relative_jump_if(value == 0, operands),
            Flow::RelativeJumpIfNegative => self.relative_jump_if(value < 0, operands),
        }
        FlowResult::Continue
    }

    /// Calls a subroutine.
    pub fn call(&mut self, address: u16) {
        if self.push(self.pc) {
            self.pc = usize::from(address);
        }
    }

    /// The address at a signed distance from the next byte.
    pub fn relative(&self, distance: i32) -> u16 {
        self.pc.saturating_add_signed(distance as isize) as u16
    }

    fn push(&mut self, pc: usize) -> bool {
        let has_room = self.depth < MAX_DEPTH;
        if has_room {
            self.stack[usize::from(self.depth)] = pc;
            self.depth += 1;
        }
        has_room
    }

    fn loop_end(&mut self) {
        let Some(top) = self.depth.checked_sub(1) else { return };
        let iterations = &mut self.iterations[usize::from(top)];
        // A count of 0 therefore means 256 passes.
        *iterations = iterations.wrapping_sub(1);
        if *iterations != 0 {
            self.pc = self.stack[usize::from(top)];
        } else {
            self.depth = top;
        }
    }

    fn jump_if(&mut self, condition: bool, operands: Operands) {
        if condition {
            self.pc = usize::from(operands.u16(0));
        }
    }

    fn relative_jump_if(&mut self, condition: bool, operands: Operands) {
        if condition {
            self.pc = self.pc.saturating_add_signed(operands.value(0) as isize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(script: &mut Script, flow: Flow, operand: i32) -> FlowResult {
        let mut operands = Operands::default();
        operands.0[0] = operand;
        script.flow(flow, operands, 0)
    }

    #[test]
    fn variable_lengths_have_seven_or_fifteen_bits() {
        let data = SequenceData::new("s", &[0x7F, 0x80, 0x05, 0xFF, 0xFF]).unwrap();
        let mut script = Script::default();
        assert_eq!(script.variable(&data), 0x7F);
        assert_eq!(script.variable(&data), 5);
        assert_eq!(script.variable(&data), 0x7FFF);
    }

    #[test]
    fn a_loop_count_of_zero_means_256_passes() {
        let mut script = Script { pc: 7, ..Script::default() };
        flow(&mut script, Flow::LoopStart, 0);
        let mut passes = 1;
        script.pc = 100;
        loop {
            flow(&mut script, Flow::LoopEnd, 0);
            if script.pc != 7 {
                break;
            }
            passes += 1;
            script.pc = 100;
        }
        assert_eq!(passes, 256);
        assert_eq!(script.depth(), 0);
    }

    #[test]
    fn the_fifth_nested_call_and_a_loop_end_without_loop_do_nothing() {
        let mut script = Script::default();
        flow(&mut script, Flow::LoopEnd, 0);
        flow(&mut script, Flow::Break, 0);
        for address in [10, 20, 30, 40, 50] {
            flow(&mut script, Flow::Call, address);
        }
        assert_eq!((script.pc, script.depth()), (40, 4));
        for expected in [30, 20, 10, 0] {
            assert_eq!(flow(&mut script, Flow::End, 0), FlowResult::Continue);
            assert_eq!(script.pc, expected);
        }
        assert_eq!(flow(&mut script, Flow::End, 0), FlowResult::End);
    }
}

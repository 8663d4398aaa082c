//! Commands B0 to BD: variables and conditions (nds-formats 3.3 and 3.6).

use super::random::RandomGenerator;
use crate::format::event::opcode;

/// Variables of each kind.
const COUNT: usize = 16;

/// A set of sixteen variables; all start at -1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VariableSet([i16; COUNT]);

impl Default for VariableSet {
    fn default() -> Self {
        Self([-1; COUNT])
    }
}

/// What a script can reach: numbers 0 to 15 belong to its player, 16 to 31 to all players.
pub(crate) struct Variables<'a> {
    pub local: &'a mut VariableSet,
    pub global: &'a mut VariableSet,
}

impl VariableSet {
    /// Variable 0 to 15 of the set.
    pub(crate) fn slot(&mut self, number: usize) -> Option<&mut i16> {
        self.0.get_mut(number)
    }
}

impl Variables<'_> {
    fn slot(&mut self, number: u8) -> Option<&mut i16> {
        let number = usize::from(number);
        match number.checked_sub(COUNT) {
            None => self.local.slot(number),
            Some(number) => self.global.slot(number),
        }
    }

    /// A variable's value; numbers without a variable read as 0 (the console reads foreign memory).
    pub(crate) fn get(&mut self, number: u8) -> i16 {
        self.slot(number).map_or(0, |variable| *variable)
    }

    /// Whether there is a variable of that number.
    pub(crate) fn exists(number: u8) -> bool {
        usize::from(number) < 2 * COUNT
    }

    /// Commands B0 to B6.
    pub(crate) fn calculate(&mut self, opcode: u8, number: u8, operand: i16, random: &mut RandomGenerator) {
        let drawn = if opcode == opcode::RANDOM_VARIABLE { random_up_to(operand, random) } else { 0 };
        let Some(variable) = self.slot(number) else { return };
        *variable = match opcode {
            opcode::SET_VARIABLE => operand,
            opcode::ADD_VARIABLE => variable.wrapping_add(operand),
            opcode::SUBTRACT_VARIABLE => variable.wrapping_sub(operand),
            opcode::MULTIPLY_VARIABLE => variable.wrapping_mul(operand),
            opcode::DIVIDE_VARIABLE if operand == 0 => *variable,
            opcode::DIVIDE_VARIABLE => variable.wrapping_div(operand),
            opcode::SHIFT_VARIABLE => shift(*variable, operand),
            opcode::RANDOM_VARIABLE => drawn,
            _ => *variable,
        };
    }

    /// Commands B8 to BD: the new condition, or `None` if the opcode compares nothing.
    pub(crate) fn compare(&mut self, opcode: u8, number: u8, operand: i16) -> Option<bool> {
        let variable = self.get(number);
        Some(match opcode {
            opcode::COMPARE_EQUAL => variable == operand,
            opcode::COMPARE_GREATER_EQUAL => variable >= operand,
            opcode::COMPARE_GREATER => variable > operand,
            opcode::COMPARE_LESS_EQUAL => variable <= operand,
            opcode::COMPARE_LESS => variable < operand,
            opcode::COMPARE_NOT_EQUAL => variable != operand,
            _ => return None,
        })
    }
}

/// Left for positive, arithmetic right for negative amounts; as on the ARM only the low eight bits of the amount count
/// (nds-driver 13).
fn shift(variable: i16, amount: i16) -> i16 {
    let bits = u32::from(amount.unsigned_abs() & 0xFF);
    let value = i32::from(variable);
    let shifted = if amount >= 0 { value.checked_shl(bits).unwrap_or(0) } else { value >> bits.min(31) };
    shifted as i16
}

/// From 0 to `limit`, in wrapping 32-bit arithmetic.
fn random_up_to(limit: i16, random: &mut RandomGenerator) -> i16 {
    let drawn = i32::from(random.next());
    let span = i32::from(limit).abs() + 1;
    let value = drawn.wrapping_mul(span) >> 16;
    (if limit >= 0 { value } else { -value }) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifts_count_their_amount_as_the_processor_does() {
        assert_eq!(shift(1, 3), 8);
        assert_eq!(shift(1, 256), 1);
        assert_eq!(shift(1, 40), 0);
        assert_eq!(shift(-5, -1), -3);
        assert_eq!(shift(-5, -200), -1);
        assert_eq!(shift(-5, i16::MIN), -5);
    }

    #[test]
    fn division_truncates_and_survives_its_edges() {
        let (mut local, mut global) = (VariableSet::default(), VariableSet::default());
        let mut variables = Variables { local: &mut local, global: &mut global };
        let mut random = RandomGenerator::new(RandomGenerator::START);
        let mut run = |opcode, operand| {
            variables.calculate(opcode, 17, operand, &mut random);
            variables.get(17)
        };
        run(opcode::SET_VARIABLE, -7);
        assert_eq!(run(opcode::DIVIDE_VARIABLE, 2), -3);
        assert_eq!(run(opcode::DIVIDE_VARIABLE, 0), -3);
        run(opcode::SET_VARIABLE, i16::MIN);
        assert_eq!(run(opcode::DIVIDE_VARIABLE, -1), i16::MIN);
    }
}

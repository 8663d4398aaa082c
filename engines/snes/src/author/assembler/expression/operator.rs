//! Operators between two operands.

use super::number::Number;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Power,
    Times,
    Divide,
    Remainder,
    Plus,
    Minus,
    Left,
    Right,
    And,
    Or,
    Xor,
}

impl Operator {
    /// The operator that begins with these two characters, and how many of them it takes.
    pub(super) const fn at(first: char, second: Option<char>) -> Option<(Self, usize)> {
        Some(match (first, second) {
            ('*', Some('*')) => (Self::Power, 2),
            ('<', Some('<')) => (Self::Left, 2),
            ('>', Some('>')) => (Self::Right, 2),
            ('*', _) => (Self::Times, 1),
            ('/', _) => (Self::Divide, 1),
            ('%', _) => (Self::Remainder, 1),
            ('+', _) => (Self::Plus, 1),
            ('-', _) => (Self::Minus, 1),
            ('&', _) => (Self::And, 1),
            ('|', _) => (Self::Or, 1),
            ('^', _) => (Self::Xor, 1),
            _ => return None,
        })
    }

    /// What binds more strongly has the larger number.
    pub(super) const fn strength(self) -> u8 {
        match self {
            Self::Power => 4,
            Self::Times | Self::Divide | Self::Remainder => 3,
            Self::Plus | Self::Minus => 2,
            Self::Left | Self::Right => 1,
            Self::And | Self::Or | Self::Xor => 0,
        }
    }
}

/// The result of an operation, or what is wrong with it.
pub(super) fn apply(
    operator: Operator,
    left: Number,
    right: Number,
    is_rounding: bool,
) -> Result<Number, String> {
    let is_bitwise = operator.strength() <= 1;
    match (left, right) {
        (Number::Whole(left), Number::Whole(right)) if is_rounding || operator != Operator::Divide => {
            whole(operator, left, right).map(Number::Whole)
        }
        _ if is_bitwise => whole(operator, left.whole(), right.whole()).map(Number::Whole),
        _ => fraction(operator, left.fraction(), right.fraction()),
    }
}

fn whole(operator: Operator, left: i64, right: i64) -> Result<i64, String> {
    let result = match operator {
        Operator::Power => power(left, right),
        Operator::Times => left.checked_mul(right),
        Operator::Divide | Operator::Remainder if right == 0 => return Err("division by zero".into()),
        Operator::Divide => left.checked_div(right),
        Operator::Remainder => left.checked_rem(right),
        Operator::Plus => left.checked_add(right),
        Operator::Minus => left.checked_sub(right),
        Operator::Left | Operator::Right if right < 0 => {
            return Err(format!("a shift by {right}: only 0 and more are possible"));
        }
        Operator::Left => Some(u32::try_from(right).ok().and_then(|by| left.checked_shl(by)).unwrap_or(0)),
        Operator::Right => Some(left >> right.min(63)),
        Operator::And => Some(left & right),
        Operator::Or => Some(left | right),
        Operator::Xor => Some(left ^ right),
    };
    result.ok_or_else(|| "the value does not fit 64 bits".into())
}

/// A power, cut toward zero.
fn power(base: i64, exponent: i64) -> Option<i64> {
    match base {
        1 => Some(1),
        -1 => Some(if exponent % 2 == 0 { 1 } else { -1 }),
        0 if exponent < 0 => None,
        0 => Some(i64::from(exponent == 0)),
        _ if exponent < 0 => Some(0),
        _ => base.checked_pow(u32::try_from(exponent).ok()?),
    }
}

fn fraction(operator: Operator, left: f64, right: f64) -> Result<Number, String> {
    let result = match operator {
        Operator::Power => left.powf(right),
        Operator::Times => left * right,
        Operator::Divide | Operator::Remainder if right == 0.0 => return Err("division by zero".into()),
        Operator::Divide => left / right,
        Operator::Remainder => left % right,
        Operator::Plus => left + right,
        _ => left - right,
    };
    if result.is_finite() { Ok(Number::Fraction(result)) } else { Err("the value is too large".into()) }
}

//! Operands: commas, numbers, addresses.

use tatum_core::source::Problem;

use super::lexer::{Token, TokenKind};
use super::statement::Statement;

/// The operands of a statement without the commas between them. A comma may come before the first, if that is
/// allowed.
pub(super) fn operands(statement: &Statement, may_begin_with_comma: bool) -> Result<Vec<&Token>, Problem> {
    let mut tokens = statement.operands.iter();
    let mut given = Vec::with_capacity(tokens.len().div_ceil(2));
    let mut comma: Option<&Token> = None;
    if let Some(first) = tokens.as_slice().first().filter(|token| token.kind == TokenKind::Comma) {
        if !may_begin_with_comma {
            let message = "no comma between a directive and its first operand";
            return Err(Problem::error("MUS-COMMA", first.span, message));
        }
        comma = tokens.next();
    }
    loop {
        match (tokens.next(), comma) {
            (None, None) => return Ok(given),
            (None, Some(comma)) => {
                let problem = Problem::error("MUS-COMMA", comma.span, "nothing after the last `,`");
                return Err(problem.with_hint("remove the comma or add an operand"));
            }
            (Some(token), _) if matches!(token.kind, TokenKind::Comma | TokenKind::Colon) => {
                let message = format!("expected an operand, found `{}`", token.text);
                return Err(Problem::error("MUS-COMMA", token.span, message));
            }
            (Some(token), _) => given.push(token),
        }
        comma = match tokens.next() {
            None => return Ok(given),
            Some(token) if token.kind == TokenKind::Comma => Some(token),
            Some(token) => {
                let message = format!("expected `,`, found `{}`", token.text);
                let problem = Problem::error("MUS-COMMA", token.span, message);
                return Err(problem.with_hint("operands are separated by commas"));
            }
        };
    }
}

/// A number: decimal with or without `-`, or hexadecimal after `$` or `0x`.
pub(super) fn parse_number(text: &str) -> Option<i64> {
    let hexadecimal =
        text.strip_prefix('$').or_else(|| text.strip_prefix("0x")).or_else(|| text.strip_prefix("0X"));
    let (digits, radix, is_negative) = match hexadecimal {
        Some(digits) => (digits, 16, false),
        None => (text.strip_prefix('-').unwrap_or(text), 10, text.starts_with('-')),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    // What does not fit 64 bits is out of any range, as is the largest number that does.
    let value = i64::from_str_radix(digits, radix).unwrap_or(i64::MAX);
    Some(if is_negative { -value } else { value })
}

/// The parts of `label`, `label+1` and `label(1)`; none if it is none of them.
pub(super) fn address_parts(text: &str) -> Option<(&str, Option<i32>)> {
    let offset = |text| parse_number(text).and_then(|number| i32::try_from(number).ok());
    if let Some((name, number)) = text.split_once('+') {
        return Some((name, Some(offset(number)?)));
    }
    match text.split_once('(') {
        Some((name, number)) => Some((name, Some(offset(number.strip_suffix(')')?)?))),
        None => Some((text, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_all_forms() {
        let value = parse_number;
        assert_eq!(
            [value("100"), value("-5"), value("$1f"), value("0x1F")],
            [Some(100), Some(-5), Some(31), Some(31)]
        );
        for wrong in ["", "-", "$", "0x", "-$20", "1o0", "+1", "0x-1", "١"] {
            assert_eq!(value(wrong), None, "{wrong}");
        }
        assert_eq!(value("99999999999999999999"), Some(i64::MAX));
    }

    #[test]
    fn addresses_in_all_forms() {
        assert_eq!(address_parts("a"), Some(("a", None)));
        assert_eq!(address_parts("a+0"), Some(("a", Some(0))));
        assert_eq!(address_parts("a(-2)"), Some(("a", Some(-2))));
        assert_eq!(address_parts("a(2"), None);
        assert_eq!(address_parts("a+b"), None);
    }
}

//! A line as tokens.

use std::ops::Range;

use tatum_core::source::{FileNumber, Problem, Problems, Sources};

/// A token with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name: letters, digits, underscores; also behind `.` or `#`, which are part of it.
    Word(String),
    Number(i64),
    /// Text in quotes.
    Text(String),
    Comma,
    Colon,
    Plus,
}

/// The tokens of one line, `range` of the file. A comment begins with `;`.
///
/// What cannot be read is reported, and the rest of the line is left out: `None`.
pub(super) fn tokens(
    sources: &Sources,
    file: FileNumber,
    range: Range<usize>,
    problems: &mut Problems,
) -> Option<Vec<Token>> {
    let text = sources.file(file).text.get(range.clone()).unwrap_or_default();
    let mut cursor = Cursor { text, at: 0 };
    let mut tokens = Vec::new();
    while let Some(character) = cursor.peek() {
        let start = cursor.at;
        let kind = match character {
            ';' => break,
            character if character.is_whitespace() => {
                cursor.skip();
                continue;
            }
            ',' => cursor.single(TokenKind::Comma),
            ':' => cursor.single(TokenKind::Colon),
            '+' => cursor.single(TokenKind::Plus),
            '"' => cursor.quoted(),
            '-' | '0'..='9' => cursor.number(),
            '.' | '#' | '_' | 'a'..='z' | 'A'..='Z' => Ok(TokenKind::Word(cursor.word())),
            '\u{FEFF}' => {
                cursor.skip();
                continue;
            }
            _ => {
                cursor.skip();
                Err(unexpected(character))
            }
        };
        let place = range.start + start..range.start + cursor.at;
        match kind {
            Ok(kind) => tokens.push(Token { kind, range: place }),
            Err(fault) => {
                let mut problem = Problem::error(fault.code, sources.span(file, place), fault.message);
                problem.hint = fault.hint.map(str::to_owned);
                problems.push(problem);
                return None;
            }
        }
    }
    Some(tokens)
}

struct Fault {
    code: &'static str,
    message: String,
    hint: Option<&'static str>,
}

fn unexpected(character: char) -> Fault {
    let hint = match character {
        '/' | '*' => Some("a comment begins with `;`"),
        '=' => Some("a constant is `#define NAME number`"),
        '$' | '&' => Some("hexadecimal numbers begin with 0x"),
        '(' | ')' | '[' | ']' | '{' | '}' => Some("arguments need no brackets"),
        _ => None,
    };
    Fault { code: "SMFT-CHARACTER", message: format!("unexpected character `{character}`"), hint }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn skip(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn single(&mut self, kind: TokenKind) -> Result<TokenKind, Fault> {
        self.skip();
        Ok(kind)
    }

    /// What follows as long as the characters belong to a name or a number; the first character always does.
    fn run(&mut self) -> &'a str {
        let start = self.at;
        self.skip();
        while self.peek().is_some_and(|next| next.is_ascii_alphanumeric() || next == '_') {
            self.skip();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn word(&mut self) -> String {
        self.run().to_owned()
    }

    /// Decimal, `0x` hexadecimal or `0b` binary, with a sign.
    fn number(&mut self) -> Result<TokenKind, Fault> {
        let text = self.run();
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let lower = digits.to_ascii_lowercase();
        let value = match (lower.strip_prefix("0x"), lower.strip_prefix("0b")) {
            (Some(hexadecimal), _) => i64::from_str_radix(hexadecimal, 16),
            (_, Some(binary)) => i64::from_str_radix(binary, 2),
            _ => lower.parse(),
        };
        match value {
            // A second sign is one that `from_str_radix` would take.
            Ok(value) if !digits.starts_with(['-', '+']) => Ok(TokenKind::Number(sign * value)),
            _ => Err(Fault {
                code: "SMFT-NUMBER",
                message: format!("`{text}` is no number"),
                hint: Some("numbers are decimal, hexadecimal (0x1F) or binary (0b101)"),
            }),
        }
    }

    fn quoted(&mut self) -> Result<TokenKind, Fault> {
        self.skip();
        let rest = self.text.get(self.at..).unwrap_or_default();
        match rest.find('"') {
            Some(length) => {
                self.at += length + 1;
                Ok(TokenKind::Text(rest.get(..length).unwrap_or_default().to_owned()))
            }
            None => {
                self.at = self.text.len();
                Err(Fault {
                    code: "SMFT-QUOTE",
                    message: "the text in quotes does not end on this line".to_owned(),
                    hint: None,
                })
            }
        }
    }
}

//! Characters, numbers and blanks.

use std::ops::Range;

/// A number of the text.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// Its value; one too large for 32 bits is pinned.
    pub(super) value: u32,
    /// Its bytes in the text.
    pub(super) range: Range<usize>,
}

/// A place in the text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// Offset of the next character.
    pub(super) const fn position(&self) -> usize {
        self.position
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    /// The next character in lower case, without taking it.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next().map(|character| character.to_ascii_lowercase())
    }

    /// The next character in lower case.
    pub(super) fn take(&mut self) -> Option<char> {
        let character = self.rest().chars().next()?;
        self.position += character.len_utf8();
        Some(character.to_ascii_lowercase())
    }

    /// Takes the next character if it is the wanted one.
    pub(super) fn take_if(&mut self, wanted: char) -> bool {
        let is_there = self.peek() == Some(wanted);
        if is_there {
            self.take();
        }
        is_there
    }

    /// Takes characters as long as they are wanted.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.position += length;
        &rest[..length]
    }

    /// Passes over what separates commands: blanks, line ends and comments.
    pub(super) fn skip_separators(&mut self) {
        loop {
            self.take_while(char::is_whitespace);
            if self.peek() != Some(';') {
                return;
            }
            self.take_while(|character| character != '\n');
        }
    }

    /// Passes over blanks within a line.
    fn skip_blanks(&mut self) {
        self.take_while(|character| matches!(character, ' ' | '\t'));
    }

    /// A number, with blanks in front or without.
    pub(super) fn number(&mut self) -> Option<Number> {
        let before = self.position;
        self.skip_blanks();
        let start = self.position;
        let digits = self.take_while(|character| character.is_ascii_digit());
        if digits.is_empty() {
            self.position = before;
            return None;
        }
        // Only digits: the one thing that can be wrong is their number.
        Some(Number { value: digits.parse().unwrap_or(u32::MAX), range: start..self.position })
    }

    /// Takes `wanted`, with blanks in front or without.
    pub(super) fn take_behind_blanks(&mut self, wanted: char) -> bool {
        let before = self.position;
        self.skip_blanks();
        let is_there = self.take_if(wanted);
        if !is_there {
            self.position = before;
        }
        is_there
    }

    /// Passes over the operands of a command that is not known: numbers, with commas between them.
    pub(super) fn skip_operands(&mut self) {
        self.take_while(|character| character.is_ascii_digit() || matches!(character, ',' | '$' | '.' | '='));
    }

    /// Takes a text up to the quote that ends it, or to the end of the line.
    pub(super) fn quoted(&mut self) -> &'a str {
        let text = self.take_while(|character| !matches!(character, '"' | '\n'));
        self.take_if('"');
        text
    }

    /// If tinymm's heading of a channel (`{ Ch 01 ==== }`) follows, the brace already taken: passes over it and gives
    /// its number.
    pub(super) fn tinymm_heading(&mut self) -> Option<u32> {
        let before = self.position;
        self.skip_blanks();
        if self.take_if('c') && self.take_if('h') {
            self.skip_blanks();
            if let Some(number) = self.number() {
                self.take_while(|character| !matches!(character, '}' | '\n'));
                self.take_if('}');
                return Some(number.value);
            }
        }
        self.position = before;
        None
    }
}

//! Statements that begin with a word (`snes-authoring.md` section 1.1).

use tatum_core::source::{Problem, Span};

use super::lines::{expect_end, first_word};
use super::output::Mapping;
use super::run::{Assembler, not_rom};
use super::suggestions;
use super::text::{Character, plain, span_of, split_outside, trim};

/// The first byte of the ROM.
const FIRST_ROM_ADDRESS: i64 = 0x8000;
/// Positions that `pushpc` may keep.
const MOST_PUSHED: usize = 1024;

/// The words that are known.
const WORDS: [&str; 33] = [
    "db",
    "dw",
    "dl",
    "dd",
    "org",
    "incsrc",
    "incbin",
    "base",
    "pushpc",
    "pullpc",
    "fill",
    "fillbyte",
    "fillword",
    "filllong",
    "filldword",
    "pad",
    "padbyte",
    "padword",
    "padlong",
    "paddword",
    "skip",
    "warnpc",
    "print",
    "reset",
    "norom",
    "lorom",
    "arch",
    "check",
    "math",
    "function",
    "asar",
    "macro",
    "endmacro",
];

/// What `fill` and `pad` write: the bytes of a number, again and again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fill {
    value: i64,
    size: usize,
}

impl Default for Fill {
    fn default() -> Self {
        Self { value: 0, size: 1 }
    }
}

impl Assembler<'_> {
    pub(super) fn run_directive(&mut self, statement: &[Character]) -> Result<(), Problem> {
        let (word, rest) = first_word(statement);
        let whole = span_of(statement).unwrap_or_else(|| statement[0].span());
        let word_length = statement.len().min(word.chars().count());
        let span = span_of(&statement[..word_length]).unwrap_or(whole);
        match word.as_str() {
            "db" => self.data(1, rest, span),
            "dw" => self.data(2, rest, span),
            "dl" => self.data(3, rest, span),
            "dd" => self.data(4, rest, span),
            "org" => self.org(rest, span),
            "base" => self.base(rest, span),
            "pushpc" => self.push_position(rest, span),
            "pullpc" => self.pull_position(rest, span),
            "fillbyte" | "fillword" | "filllong" | "filldword" => {
                self.fill = self.filling(&word[4..], rest, span)?;
                Ok(())
            }
            "padbyte" | "padword" | "padlong" | "paddword" => {
                self.pad = self.filling(&word[3..], rest, span)?;
                Ok(())
            }
            "fill" => {
                let count = self.count(rest, "fill", span)?;
                self.write_fill(self.fill, count, span)
            }
            "pad" => {
                let target = self.operand(rest, "pad", span)?;
                let count = target.saturating_sub(self.output.address()).max(0);
                self.write_fill(self.pad, count, span)
            }
            "skip" => {
                let count = self.count(rest, "skip", span)?;
                let address = self.output.address_after(self.output.address(), count);
                self.output.set_address(address);
                Ok(())
            }
            "warnpc" => self.warn_position(rest, span),
            "incsrc" => self.include_source(rest, span),
            "incbin" => self.include_binary(rest, span),
            "function" => self.define_function(rest, span),
            "norom" | "lorom" => {
                self.output.mapping = if word == "norom" { Mapping::Raw } else { Mapping::LoRom };
                self.has_chosen_mapping = true;
                Ok(())
            }
            "math" => self.set_math(rest, span),
            "check" => self.set_check(rest, span),
            // From this version on the assembler reckons with fractions.
            "asar" => {
                self.math.is_rounding = false;
                Ok(())
            }
            // Messages for the person who assembles, and the processor's kind: nothing here depends on them.
            "print" | "reset" | "arch" => Ok(()),
            _ => Err(self.no_statement(statement, &word, whole)),
        }
    }

    /// What is wrong with something that is no statement.
    fn no_statement(&self, statement: &[Character], word: &str, span: Span) -> Problem {
        let written = self.written(statement);
        let message = "not a statement: data need db at the start of the line";
        let problem = Problem::error("ASM-STATEMENT", span, message);
        if let (Some((name, value)), true) = (written.split_once('='), written.starts_with('!')) {
            let (name, value) = (name.trim(), value.trim());
            let problem = Problem::error("ASM-STATEMENT", span, "not a statement");
            return problem.with_hint(format!("a definition needs blanks: {name} = {value}"));
        }
        if word == "..." || word.starts_with('<') {
            let message = "not a statement: something must be put in here";
            return Problem::error("ASM-STATEMENT", span, message);
        }
        let is_name =
            word.chars().all(super::text::is_name) && !word.starts_with(|first: char| first.is_ascii_digit());
        if is_name && !self.labels.contains(&plain(&statement[..word.chars().count()])) {
            let near = suggestions::nearest(word, WORDS);
            let problem =
                Problem::error("ASM-STATEMENT", span, format!("not a statement: {word} is unknown"));
            return match near {
                Some(near) => problem.with_hint(format!("did you mean {near}?")),
                None if super::definitions::is_built_in(&plain(&statement[..word.chars().count()])) => {
                    problem.with_hint(format!("a macro is called with %: %{written}"))
                }
                None => problem.with_hint(format!("write \"db {written}\" if these are data")),
            };
        }
        problem.with_hint(format!("write \"db {written}\""))
    }

    /// The value of what a word needs.
    pub(super) fn operand(&mut self, text: &[Character], what: &str, span: Span) -> Result<i64, Problem> {
        if trim(text).is_empty() {
            return Err(Problem::error("ASM-EMPTY", span, format!("{what} needs a value")));
        }
        self.value_now(text, "the value")
    }

    /// A number of bytes.
    fn count(&mut self, text: &[Character], what: &str, span: Span) -> Result<i64, Problem> {
        let count = self.operand(text, what, span)?;
        if (0..=0x40_0000).contains(&count) {
            return Ok(count);
        }
        let message = format!("{what} {count}: expected 0 to 4194304 bytes");
        Err(Problem::error("ASM-COUNT", span_of(trim(text)), message))
    }

    fn org(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        let place = span_of(rest);
        let address = self.operand(rest, "org", span)?;
        if !self.has_chosen_mapping {
            self.output.mapping = Mapping::LoRom;
        }
        if self.output.mapping.offset(address).is_none() {
            // Somewhere where the rest can be looked at.
            self.output.set_address(FIRST_ROM_ADDRESS);
            return Err(not_rom(address, place));
        }
        self.output.set_address(address);
        self.output.base = 0;
        self.moved(address, span, place.unwrap_or(span));
        Ok(())
    }

    fn base(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        self.output.base = match plain(rest).to_ascii_lowercase().as_str() {
            "off" => 0,
            _ => self.operand(rest, "base", span)?.saturating_sub(self.output.address()),
        };
        Ok(())
    }

    fn push_position(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        expect_end(rest, "pushpc", &mut self.problems);
        if self.pushed.len() == MOST_PUSHED {
            return Err(Problem::error("ASM-LIMIT", span, format!("more than {MOST_PUSHED} positions kept")));
        }
        self.pushed.push((self.output.address(), self.output.base));
        self.songs.is_elsewhere = true;
        Ok(())
    }

    fn pull_position(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        expect_end(rest, "pullpc", &mut self.problems);
        let (address, base) =
            self.pushed.pop().ok_or_else(|| Problem::error("ASM-POSITION", span, "pullpc without pushpc"))?;
        self.output.set_address(address);
        self.output.base = base;
        self.songs.is_elsewhere = !self.pushed.is_empty();
        Ok(())
    }

    fn filling(&mut self, unit: &str, rest: &[Character], span: Span) -> Result<Fill, Problem> {
        let size = match unit {
            "byte" => 1,
            "word" => 2,
            "long" => 3,
            _ => 4,
        };
        Ok(Fill { value: self.operand(rest, "this", span)?, size })
    }

    fn write_fill(&mut self, fill: Fill, count: i64, span: Span) -> Result<(), Problem> {
        let pattern = &fill.value.to_le_bytes()[..fill.size];
        let count = usize::try_from(count).unwrap_or(0);
        // What does not fit the budget is not made at all.
        self.budget.write(count as u64, Some(span))?;
        let bytes: Vec<u8> = pattern.iter().copied().cycle().take(count).collect();
        self.emit_block(&bytes, span)
    }

    /// Writes bytes that have no places of their own in the source.
    pub(super) fn emit_block(&mut self, bytes: &[u8], span: Span) -> Result<(), Problem> {
        let start = self.output.mapping.offset(self.output.address());
        self.emit(bytes, Some(span))?;
        if let (Some(offset), false) = (start, bytes.is_empty()) {
            self.note_block(offset, bytes.len(), span);
        }
        Ok(())
    }

    fn warn_position(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        let limit = self.operand(rest, "warnpc", span)?;
        let address = self.output.address();
        if address > limit {
            let message = format!("the position ${address:06X} is behind ${limit:06X}");
            return Err(Problem::error("ASM-POSITION", span, message));
        }
        Ok(())
    }

    fn set_math(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        match plain(rest).to_ascii_lowercase().as_str() {
            "pri on" => self.math.has_priorities = true,
            "pri off" => self.math.has_priorities = false,
            "round on" => self.math.is_rounding = true,
            "round off" => self.math.is_rounding = false,
            _ => {
                let problem =
                    Problem::error("ASM-MATH", span, "expected math pri on|off or math round on|off");
                return Err(problem);
            }
        }
        Ok(())
    }

    fn set_check(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        let (what, value) = first_word(rest);
        match (what.as_str(), plain(value).to_ascii_lowercase().as_str()) {
            ("bankcross", "off") => self.output.may_cross_banks = true,
            ("bankcross", "on") => self.output.may_cross_banks = false,
            // The ROM is checked where it is patched.
            ("title", _) => {}
            _ => {
                let problem =
                    Problem::error("ASM-CHECK", span, "expected check bankcross on|off or check title");
                return Err(problem);
            }
        }
        Ok(())
    }
}

/// The pieces of a range: before and behind the separator; none if there is no separator.
pub(super) fn split_range<'t>(
    text: &'t [Character],
    separator: &str,
) -> Option<(&'t [Character], &'t [Character])> {
    let first = separator.chars().next()?;
    let mut at = 0;
    for piece in split_outside(text, first) {
        at += piece.len();
        let found: String =
            text[at..].iter().take(separator.len()).map(|character| character.value).collect();
        if found == separator {
            return Some((&text[..at], &text[at + separator.len()..]));
        }
        at += 1;
    }
    None
}

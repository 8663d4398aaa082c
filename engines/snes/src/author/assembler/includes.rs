//! `incsrc` and `incbin` (`snes-authoring.md` section 1.1).

use tatum_core::source::{Problem, Span};

use super::directives::split_range;
use super::expression::closing;
use super::files::{ReadError, resolve};
use super::lines::expect_end;
use super::run::Assembler;
use super::text::{Character, plain, quoted_length, span_of, trim, unquote};
use super::vocabulary::MACRO_FILE;

/// An included source is never larger.
const LARGEST_SOURCE: usize = 4 << 20;

impl Assembler<'_> {
    pub(super) fn include_source(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        let (name, behind) = file_name(rest);
        expect_end(behind, "the file's name", &mut self.problems);
        let place = span_of(name).unwrap_or(span);
        let wanted = plain(unquote(name));
        let base_name = wanted.rsplit(['/', '\\']).next().unwrap_or_default();
        if base_name.eq_ignore_ascii_case(MACRO_FILE) {
            return Ok(());
        }
        let path = self.resolve(&wanted, place)?;
        if self.is_open(&path) || self.is_main(&path) {
            return Err(Problem::error("ASM-INCLUDE-LOOP", place, "file includes itself"));
        }
        self.check_depth(place)?;
        let bytes = self.read(&path, &wanted, place)?;
        if bytes.len() > LARGEST_SOURCE {
            return Err(Problem::error("ASM-FILE", place, "the file is larger than 4 MiB: is it a source?"));
        }
        let name = self.shown(&path);
        self.push_file(&name, &path, &bytes);
        Ok(())
    }

    /// A path as problems show it: from where the main source's path begins.
    fn shown(&self, path: &str) -> String {
        let main = self.sources.files().first().map_or("", |file| file.name.as_str());
        let folder = main.rfind(['/', '\\']).map_or("", |end| &main[..=end]);
        format!("{folder}{path}")
    }

    /// Whether a path is that of the main source.
    fn is_main(&self, path: &str) -> bool {
        let main = self.sources.files().first().map_or("", |file| file.name.as_str());
        main.rsplit(['/', '\\']).next() == Some(path)
    }

    pub(super) fn include_binary(&mut self, rest: &[Character], span: Span) -> Result<(), Problem> {
        let (name, behind) = file_name(rest);
        let place = span_of(name).unwrap_or(span);
        let wanted = plain(unquote(name));
        let path = self.resolve(&wanted, place)?;
        let bytes = self.read(&path, &wanted, place)?;
        let bytes = match behind {
            [] => bytes.as_slice(),
            [colon, range @ ..] if colon.value == ':' => self.range(&bytes, range, span)?,
            _ => {
                expect_end(behind, "the file's name", &mut self.problems);
                return Ok(());
            }
        };
        self.emit_block(bytes, span)
    }

    fn range<'b>(&mut self, bytes: &'b [u8], range: &[Character], span: Span) -> Result<&'b [u8], Problem> {
        let faulty = || {
            Problem::error("ASM-RANGE", span_of(range).unwrap_or(span), "expected a range")
                .with_hint("write :start-end with hexadecimal digits, or :start..end with values")
        };
        let (start, end) = match split_range(range, "..") {
            Some((start, end)) => {
                ((self.operand(start, "a range", span)?, start), (self.operand(end, "a range", span)?, end))
            }
            None => {
                let (start, end) = split_range(range, "-").ok_or_else(faulty)?;
                let mut value = |text: &[Character]| self.hexadecimal(text, span)?.ok_or_else(faulty);
                ((value(start)?, start), (value(end)?, end))
            }
        };
        let size = bytes.len() as i64;
        let last = if end.0 == 0 { size } else { end.0 };
        if !(0..=size).contains(&last) {
            let message = format!("range ends at {last}, the file has {size} bytes");
            let problem = Problem::error("ASM-RANGE", span_of(trim(end.1)), message);
            return Err(problem.with_hint("the numbers of :start-end are hexadecimal"));
        }
        if !(0..=last).contains(&start.0) {
            let message = format!("range begins at {} and ends at {last}", start.0);
            return Err(Problem::error("ASM-RANGE", span_of(trim(start.1)), message));
        }
        Ok(&bytes[start.0 as usize..last as usize])
    }

    /// Hexadecimal digits without anything, or a value in parentheses.
    fn hexadecimal(&mut self, text: &[Character], span: Span) -> Result<Option<i64>, Problem> {
        let text = trim(text);
        if closing(text).is_some_and(|close| close + 1 == text.len()) {
            return self.operand(text, "a range", span).map(Some);
        }
        Ok(i64::from_str_radix(&plain(text), 16).ok().filter(|value| *value >= 0))
    }

    fn resolve(&self, wanted: &str, place: Span) -> Result<String, Problem> {
        if wanted.is_empty() {
            return Err(Problem::error("ASM-FILE", place, "a file's name is missing"));
        }
        resolve(&self.path(), wanted).ok_or_else(|| {
            Problem::error("ASM-FILE", place, format!("\"{wanted}\" is not a relative path"))
                .with_hint("paths are relative to the including file")
        })
    }

    fn read(&mut self, path: &str, wanted: &str, place: Span) -> Result<Vec<u8>, Problem> {
        self.files.read(path).map_err(|error| match error {
            ReadError::NotFound => Problem::error("ASM-FILE", place, format!("file \"{wanted}\" not found"))
                .with_hint("paths are relative to the including file"),
            ReadError::Other(why) => Problem::error("ASM-FILE", place, format!("file \"{wanted}\": {why}")),
        })
    }
}

/// The name of a file, with its quotes, and what follows it.
fn file_name(rest: &[Character]) -> (&[Character], &[Character]) {
    let length = quoted_length(rest)
        .unwrap_or_else(|| rest.iter().take_while(|character| !matches!(character.value, ' ' | ':')).count());
    rest.split_at(length)
}

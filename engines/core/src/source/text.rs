use std::ops::Range;

/// The files that one text is made of: the one opened, and those it includes.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

/// A file among [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileNumber(u32);

/// A text with its name.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// The name as a person would say it.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// Byte offset at which each line begins.
    line_starts: Vec<usize>,
}

/// A part of a file, in bytes. An empty span is a place between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file.
    pub file: FileNumber,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset behind the last byte.
    pub end: u32,
}

/// Line and column, both from 1; a column is a character, whatever its width (a tab is one).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

impl SourceFile {
    fn new(name: String, text: String) -> Self {
        let starts =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset + 1);
        let line_starts = std::iter::once(0).chain(starts).collect();
        Self { name, text, line_starts }
    }

    /// The place of a byte offset; one behind the end, or inside a character, is taken back to the nearest before it.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let offset = floor_char(&self.text, offset);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        Place { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The text of a line (from 1) without its ending; empty for a line that is not there.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        self.text.lines().nth(line.saturating_sub(1)).unwrap_or_default()
    }
}

/// The largest character boundary up to `offset`.
fn floor_char(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

impl Sources {
    /// Adds a file.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileNumber {
        let number = FileNumber(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile::new(name.into(), text.into()));
        number
    }

    /// A file that was added here.
    ///
    /// # Panics
    ///
    /// If the number comes from other sources.
    #[must_use]
    pub fn file(&self, number: FileNumber) -> &SourceFile {
        &self.files[number.0 as usize]
    }

    /// The files, in the order in which they were added.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// A part of a file; it is cut to what the file holds.
    #[must_use]
    pub fn span(&self, file: FileNumber, bytes: Range<usize>) -> Span {
        let text = &self.file(file).text;
        let start = floor_char(text, bytes.start);
        let end = floor_char(text, bytes.end).max(start);
        Span { file, start: offset(start), end: offset(end) }
    }

    /// The text of a span.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// Line and column at which a span begins.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.file(span.file).place(span.start as usize)
    }
}

/// Texts are far smaller than 4 GiB; a larger offset is pinned.
fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_lines_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a", "äb\n\tc");
        let place = |offset| {
            let place = sources.file(file).place(offset);
            (place.line, place.column)
        };
        assert_eq!(
            [place(0), place(2), place(3), place(4), place(5)],
            [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]
        );
        assert_eq!(place(1), (1, 1), "inside a character");
        assert_eq!(place(99), (2, 3), "behind the end");
        assert_eq!(sources.file(file).line(2), "\tc");
        assert_eq!(sources.file(file).line(9), "");
    }

    #[test]
    fn spans_are_cut_to_their_file() {
        let mut sources = Sources::default();
        let file = sources.add("a", "abc");
        let span = sources.span(file, 2..99);
        assert_eq!(sources.text(span), "c");
        #[expect(clippy::reversed_empty_ranges, reason = "what a careless caller may hand over")]
        let reversed = sources.span(file, 3..1);
        assert_eq!(sources.text(reversed), "");
    }
}

//! Characters that remember where a person wrote them, through includes, defines and macros.

use tatum_core::source::{FileNumber, Sources, Span};

/// What a character says about the value that it helps to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nothing.
    #[default]
    None,
    /// It comes from the define of a note length.
    Length,
    /// It comes from the define of a command.
    Command,
}

/// A character with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Character {
    /// The character itself; a tab is a blank by now.
    pub(super) value: char,
    /// The file it comes from.
    file: FileNumber,
    /// Where it is there; a character out of a define is where the define is used.
    start: u32,
    end: u32,
    /// Where it comes from.
    pub(super) mark: Mark,
}

/// A piece of source text.
pub(super) type Text = Vec<Character>;

impl Character {
    /// A character as it stands in a file.
    pub(super) fn in_file(file: FileNumber, offset: usize, value: char) -> Self {
        let start = u32::try_from(offset).unwrap_or(u32::MAX);
        let end = start.saturating_add(value.len_utf8() as u32);
        let value = if value == '\t' { ' ' } else { value };
        Self { value, file, start, end, mark: Mark::None }
    }

    /// Its place.
    pub(super) const fn span(&self) -> Span {
        Span { file: self.file, start: self.start, end: self.end }
    }
}

/// Text that stands for what is written at `place`.
pub(super) fn written_at(place: Span, text: &str, mark: Mark) -> Text {
    text.chars()
        .map(|value| Character { value, file: place.file, start: place.start, end: place.end, mark })
        .collect()
}

/// The place of a piece of text; none if it is empty.
pub(super) fn span_of(text: &[Character]) -> Option<Span> {
    let (first, last) = (text.first()?, text.last()?);
    let end = if last.file == first.file { last.end.max(first.end) } else { first.end };
    Some(Span { file: first.file, start: first.start, end })
}

/// The place just behind a piece of text; none if it is empty.
pub(super) fn span_behind(text: &[Character]) -> Option<Span> {
    text.last().map(|last| Span { file: last.file, start: last.end, end: last.end })
}

/// The characters without their places.
pub(super) fn plain(text: &[Character]) -> String {
    text.iter().map(|character| character.value).collect()
}

/// Without blanks at both ends.
pub(super) fn trim(text: &[Character]) -> &[Character] {
    let start = text.iter().position(|character| character.value != ' ').unwrap_or(text.len());
    let end = text.iter().rposition(|character| character.value != ' ').map_or(start, |last| last + 1);
    &text[start..end]
}

/// Without the quotes around it.
pub(super) fn unquote(text: &[Character]) -> &[Character] {
    match text {
        [first, inner @ .., last] if first.value == '"' && last.value == '"' => inner,
        _ => text,
    }
}

/// Whether a character may be part of a name.
pub(super) const fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// How many characters at the start belong to a name.
pub(super) fn name_length(text: &[Character]) -> usize {
    text.iter().take_while(|character| is_name(character.value)).count()
}

/// The length of a quoted piece (`"..."` or `'c'`) at the start, quotes included; none if there is none.
pub(super) fn quoted_length(text: &[Character]) -> Option<usize> {
    match text {
        [first, rest @ ..] if first.value == '"' => {
            Some(rest.iter().position(|character| character.value == '"')? + 2)
        }
        [first, _, last, ..] if first.value == '\'' && last.value == '\'' => Some(3),
        _ => None,
    }
}

/// Splits at a separator that stands outside quotes and parentheses.
pub(super) fn split_outside(text: &[Character], separator: char) -> Vec<&[Character]> {
    let mut pieces = Vec::new();
    let (mut start, mut at, mut depth) = (0, 0, 0_usize);
    while at < text.len() {
        if let Some(length) = quoted_length(&text[at..]) {
            at += length;
            continue;
        }
        match text[at].value {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            value if value == separator && depth == 0 => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    pieces.push(&text[start..]);
    pieces
}

/// The whole text of a file.
pub(super) fn characters(sources: &Sources, file: FileNumber) -> Text {
    let text = &sources.file(file).text;
    text.char_indices().map(|(offset, value)| Character::in_file(file, offset, value)).collect()
}

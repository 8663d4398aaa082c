//! Files -> lines of tokens: comments, includes, definitions (`n64-authoring.md` 4.1).

use std::collections::HashMap;

use tatum_core::source::{FileNumber, Problem, Problems, Sources, Span};

use super::pragma::Pragma;

/// Files include files so deep.
const DEEPEST_INCLUDE: usize = 16;
/// A text has at most so many bytes together with what it includes.
const LARGEST_TEXT: usize = 32 << 20;
/// A word is replaced at most so often.
const MOST_REPLACEMENTS: usize = 100;
/// A word grows no longer than this by replacements.
const LONGEST_WORD: usize = 4096;
/// The comment that makes a line's variable operands two bytes long.
const FORCE_WIDE: &str = "; FORCE LEN 2";

/// Gets the text of an included file: from the name of the including file and the path it gives, the file's own
/// name and text; none if it cannot be read.
pub type Include<'a> = dyn FnMut(&str, &str) -> Option<(String, String)> + 'a;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    /// Text in double quotes; the token's text is without them, escapes still in it.
    Quoted,
    Comma,
    Colon,
}

/// A piece of a line.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// What it is after all replacements.
    pub(super) text: String,
    pub(super) span: Span,
}

/// A line that is not empty.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) tokens: Vec<Token>,
    /// The place behind the last token.
    pub(super) end: Span,
    /// Whether its variable operands take two bytes.
    pub(super) is_wide: bool,
    /// What a comment above it says about what begins here.
    pub(super) pragma: Option<Pragma>,
}

/// Reads a file with all it includes.
pub(super) fn read_lines(
    sources: &mut Sources,
    file: FileNumber,
    include: &mut Include<'_>,
    problems: &mut Problems,
) -> Vec<Line> {
    let mut lexer = Lexer {
        sources,
        include,
        problems,
        definitions: HashMap::new(),
        pragma: None,
        lines: Vec::new(),
        total: 0,
    };
    lexer.file(file, 0);
    lexer.lines
}

struct Definition {
    value: String,
    span: Span,
}

struct Lexer<'a, 'b> {
    sources: &'a mut Sources,
    include: &'a mut Include<'b>,
    problems: &'a mut Problems,
    definitions: HashMap<String, Definition>,
    pragma: Option<Pragma>,
    lines: Vec<Line>,
    /// Bytes read so far.
    total: usize,
}

impl Lexer<'_, '_> {
    fn file(&mut self, file: FileNumber, depth: usize) {
        let text = self.sources.file(file).text.clone();
        self.total += text.len();
        let mut start = 0;
        for line in text.split('\n') {
            self.line(file, start, line, depth);
            start += line.len() + 1;
        }
    }

    fn line(&mut self, file: FileNumber, start: usize, line: &str, depth: usize) {
        let (code_length, comment) = split_comment(line);
        if let Some(comment) = comment.and_then(|comment| comment.strip_prefix(";!")) {
            let span = self.sources.span(file, start + code_length..start + line.len());
            match Pragma::parse(comment) {
                Some(pragma) => self.pragma = Some(pragma.over(self.pragma)),
                None => self.problems.push(
                    Problem::warning("MUS-PRAGMA", span, format!("`;!{comment}` says nothing that is known"))
                        .with_hint(Pragma::FORMS),
                ),
            }
        }
        let mut tokens = self.tokens(file, start, &line[..code_length]);
        let Some(first) = tokens.first() else { return };
        if first.kind == TokenKind::Word && first.text.eq_ignore_ascii_case("#include") {
            return self.include(file, &tokens, depth);
        }
        if first.kind == TokenKind::Word && first.text.eq_ignore_ascii_case("#define") {
            return self.define(&tokens, &line[..code_length], start);
        }
        if !self.definitions.is_empty() {
            tokens.iter_mut().for_each(|token| self.replace(token));
        }
        join_sums(&mut tokens);
        let end = tokens.last().map_or(start, |token| token.span.end as usize);
        let end = self.sources.span(file, end..end);
        let is_wide = line.contains(FORCE_WIDE);
        self.lines.push(Line { tokens, end, is_wide, pragma: self.pragma.take() });
    }

    fn tokens(&mut self, file: FileNumber, start: usize, code: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let bytes = code.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let from = at;
            let kind = match bytes[at] {
                byte if byte.is_ascii_whitespace() => {
                    at += 1;
                    continue;
                }
                b',' => TokenKind::Comma,
                b':' => TokenKind::Colon,
                b'"' => TokenKind::Quoted,
                _ => TokenKind::Word,
            };
            at += match kind {
                TokenKind::Comma | TokenKind::Colon => 1,
                TokenKind::Quoted => quoted_length(&bytes[at..]),
                TokenKind::Word => word_length(&bytes[at..]),
            };
            let span = self.sources.span(file, start + from..start + at);
            let text = match kind {
                TokenKind::Quoted if is_closed(&bytes[from..at]) => &code[from + 1..at - 1],
                TokenKind::Quoted => {
                    self.problems.push(Problem::error("MUS-STRING", span, "the text has no closing quote"));
                    &code[from + 1..at]
                }
                _ => &code[from..at],
            };
            tokens.push(Token { kind, text: text.to_owned(), span });
        }
        tokens
    }

    fn include(&mut self, file: FileNumber, tokens: &[Token], depth: usize) {
        let Some(path) = tokens.get(1).filter(|token| token.kind == TokenKind::Quoted) else {
            let span = tokens.get(1).unwrap_or(&tokens[0]).span;
            let problem = Problem::error("MUS-INCLUDE", span, "expected a file's name in double quotes");
            self.problems.push(problem.with_hint("#include \"file\""));
            return;
        };
        let fail = |message: String| Problem::error("MUS-INCLUDE", path.span, message);
        if depth == DEEPEST_INCLUDE {
            self.problems.push(fail(format!("files include each other more than {DEEPEST_INCLUDE} deep")));
            return;
        }
        let includer = self.sources.file(file).name.clone();
        match (self.include)(&includer, &path.text) {
            Some((_, text)) if self.total + text.len() > LARGEST_TEXT => {
                self.problems.push(fail(format!("the text is longer than {} MiB", LARGEST_TEXT >> 20)));
            }
            Some((name, text)) => {
                let number = self.sources.add(name, text);
                self.file(number, depth + 1);
            }
            None => {
                let problem = fail(format!("cannot read `{}`", path.text));
                self.problems
                    .push(problem.with_hint("looked next to this file and in the current directory"));
            }
        }
    }

    fn define(&mut self, tokens: &[Token], code: &str, start: usize) {
        let mut fail = |span, message: String| {
            let problem = Problem::error("MUS-DEFINE", span, message);
            self.problems.push(problem.with_hint("#define KEY VALUE"));
        };
        let Some(key) = tokens.get(1) else {
            return fail(tokens[0].span, "expected a name and what it stands for".into());
        };
        let after_key = (key.span.end as usize - start).min(code.len());
        if key.text.contains('(') || code[after_key..].trim_start().starts_with('(') {
            return fail(key.span, "macros with parameters are not supported".into());
        }
        let is_key = |character: char| character.is_ascii_alphanumeric() || character == '_';
        if key.kind != TokenKind::Word || !key.text.chars().all(is_key) {
            return fail(key.span, format!("`{}` is no name: letters, digits and `_`", key.text));
        }
        let [value] = &tokens[2..] else {
            let span = tokens.get(3).unwrap_or(key).span;
            return fail(span, format!("`{}` must stand for exactly one word", key.text));
        };
        let is_value = |character: char| is_key(character) || matches!(character, '$' | '-' | '.' | '@');
        if value.kind != TokenKind::Word || !value.text.chars().all(is_value) {
            return fail(
                value.span,
                format!("`{}` cannot be a value: letters, digits, `_`, `$`, `-`", value.text),
            );
        }
        if let Some(known) = self.definitions.get(&key.text) {
            let line = self.sources.place(known.span).line;
            return fail(
                key.span,
                format!("`{}` is already defined as `{}` (line {line})", key.text, known.value),
            );
        }
        self.definitions.insert(key.text.clone(), Definition { value: value.text.clone(), span: key.span });
    }

    /// Puts what is defined in the place of words.
    fn replace(&mut self, token: &mut Token) {
        if token.kind != TokenKind::Word {
            return;
        }
        let original = token.text.clone();
        for _ in 0..MOST_REPLACEMENTS {
            let Some(replaced) = self.replaced(&token.text) else { return };
            token.text = replaced;
            if token.text.len() > LONGEST_WORD {
                break;
            }
        }
        let problem = Problem::error("MUS-DEFINE", token.span, format!("`{original}` expands to itself"));
        self.problems.push(problem);
        token.text = original;
    }

    /// A text with its words replaced once; none if there is nothing to replace.
    fn replaced(&self, text: &str) -> Option<String> {
        let mut result = String::with_capacity(text.len());
        let mut has_changed = false;
        let mut rest = text;
        while !rest.is_empty() {
            let length = rest.find(|character| !is_word_character(character)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(length);
            match self.definitions.get(word) {
                Some(definition) => {
                    result.push_str(&definition.value);
                    has_changed = true;
                }
                None => result.push_str(word),
            }
            let other = after.find(is_word_character).unwrap_or(after.len());
            result.push_str(&after[..other]);
            rest = &after[other..];
        }
        has_changed.then_some(result)
    }
}

/// What words consist of, as far as definitions care.
fn is_word_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '@' | '$')
}

/// The length of a line's code, and the comment behind it.
fn split_comment(line: &str) -> (usize, Option<&str>) {
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b';' => return (at, Some(&line[at..])),
            b'/' if bytes.get(at + 1) == Some(&b'/') => return (at, Some(&line[at..])),
            b'"' => at += quoted_length(&bytes[at..]),
            _ => at += 1,
        }
    }
    (line.len(), None)
}

/// The length of a quoted text with its quotes; without an end it goes up to the line's.
fn quoted_length(bytes: &[u8]) -> usize {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether a quoted text ends with its quote.
fn is_closed(bytes: &[u8]) -> bool {
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1 == bytes.len(),
            b'\\' if matches!(bytes.get(at + 1), Some(b'"' | b'\\')) => at += 2,
            _ => at += 1,
        }
    }
    false
}

fn word_length(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'"'))
        .unwrap_or(bytes.len())
}

/// Blanks around `+` do not count.
fn join_sums(tokens: &mut Vec<Token>) {
    if !tokens.iter().any(|token| token.kind == TokenKind::Word && token.text.contains('+')) {
        return;
    }
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens.drain(..) {
        match joined.last_mut() {
            Some(last)
                if last.kind == TokenKind::Word
                    && token.kind == TokenKind::Word
                    && (last.text.ends_with('+') || token.text.starts_with('+')) =>
            {
                last.text.push_str(&token.text);
                last.span.end = token.span.end;
            }
            _ => joined.push(token),
        }
    }
    *tokens = joined;
}

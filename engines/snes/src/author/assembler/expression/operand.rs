//! Operands: numbers, characters, names, functions, parentheses, and the signs before them.

use tatum_core::source::{Problem, Span};

use super::super::files::{ReadError, resolve};
use super::super::suggestions;
use super::super::text::{
    Character, is_name, name_length, plain, quoted_length, span_of, split_outside, trim, unquote,
};
use super::super::vocabulary::tempo_of;
use super::number::Number;
use super::{Function, Reader};

/// Functions of the language.
const TEMPO: &str = "bpm";
const DEFINED: &str = "defined";
const FILE_SIZE: &str = "filesize";

impl Reader<'_, '_> {
    /// An operand with the signs before it, which bind more strongly than any operator.
    pub(super) fn signed(&mut self) -> Result<Number, Problem> {
        let mut signs = Vec::new();
        loop {
            match self.peek() {
                Some(sign @ ('-' | '+' | '~')) => signs.push((sign, self.here())),
                Some('<') if self.text.get(self.at + 1).is_some_and(|next| next.value == ':') => {
                    signs.push(('<', self.here()));
                    self.at += 1;
                }
                _ => break,
            }
            self.at += 1;
            self.context.budget.step(Some(self.here()))?;
        }
        let mut value = self.operand()?.rounded(self.context.math.is_rounding);
        for (sign, span) in signs.into_iter().rev() {
            value =
                match (sign, value) {
                    ('-', Number::Whole(value)) => Number::Whole(value.checked_neg().ok_or_else(|| {
                        Problem::error("ASM-VALUE", span, "the value does not fit 64 bits")
                    })?),
                    ('-', Number::Fraction(value)) => Number::Fraction(-value),
                    ('~', value) => Number::Whole(!value.whole()),
                    ('<', value) => Number::Whole(value.whole() >> 16),
                    (_, value) => value,
                };
        }
        Ok(value)
    }

    fn operand(&mut self) -> Result<Number, Problem> {
        match self.peek() {
            Some('(') => self.parentheses(),
            Some('$') => self.digits(16, "ASM-HEX", "$ without hexadecimal digits"),
            Some('%') => self.binary(),
            Some('0'..='9') => self.decimal(),
            Some('\'') if quoted_length(&self.text[self.at..]) == Some(3) => {
                self.at += 3;
                Ok(Number::Whole(i64::from(u32::from(self.text[self.at - 2].value))))
            }
            Some('"') => Err(Problem::error("ASM-STRING", self.here(), "a text cannot be reckoned with")
                .with_hint("one character is written 'c'")),
            Some('.') => self.label(),
            Some(first) if first.is_ascii_alphabetic() || first == '_' => self.name(),
            _ => Err(self.unexpected()),
        }
    }

    fn parentheses(&mut self) -> Result<Number, Problem> {
        let open = self.here();
        self.enter()?;
        self.at += 1;
        let value = self.operation(0)?;
        if !self.take(')') {
            return Err(match self.peek() {
                None => {
                    Problem::error("ASM-PARENTHESIS", open, "parenthesis is not closed").with_hint("add )")
                }
                Some(_) => self.unexpected(),
            });
        }
        self.leave();
        Ok(value)
    }

    /// `$` or `%`, with the digits behind it.
    fn digits(&mut self, radix: u32, code: &'static str, missing: &str) -> Result<Number, Problem> {
        let start = self.at;
        self.at += 1;
        let length = name_length(&self.text[self.at..]);
        let digits = plain(&self.text[self.at..self.at + length]);
        let span = span_of(&self.text[start..=start + length]).unwrap_or(self.span);
        self.at += length;
        if !digits.starts_with(|first: char| first.is_digit(radix)) {
            return Err(Problem::error(code, span, missing));
        }
        if let Some(wrong) = digits.chars().find(|digit| !digit.is_digit(radix)) {
            return Err(Problem::error(code, span, format!("{wrong} is no digit of this number")));
        }
        let value = u64::from_str_radix(&digits, radix).ok().and_then(|value| i64::try_from(value).ok());
        value.map(Number::Whole).ok_or_else(|| too_large(span))
    }

    fn binary(&mut self) -> Result<Number, Problem> {
        let name = &self.text[self.at + 1..];
        let length = name_length(name);
        let (name, is_call) =
            (plain(&name[..length]), name.get(length).is_some_and(|next| next.value == '('));
        if is_call && (name == TEMPO || self.context.functions.contains_key(&name)) {
            let message = format!("{name} is a function, not a macro");
            let argument = plain(&self.text[self.at + 1 + length..]);
            let problem = Problem::error("ASM-MACRO-VALUE", self.here(), message);
            return Err(problem.with_hint(format!("write {name}{argument} without %")));
        }
        if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return Err(self.unexpected());
        }
        self.digits(2, "ASM-BINARY", "% without binary digits").map_err(|problem| {
            Problem::error(problem.code, problem.span, "invalid binary number")
                .with_hint("% starts a binary number (digits 0 and 1)")
        })
    }

    fn decimal(&mut self) -> Result<Number, Problem> {
        let start = self.at;
        let length = name_length(&self.text[start..]);
        let digits = plain(&self.text[start..start + length]);
        self.at += length;
        let span = span_of(&self.text[start..self.at]).unwrap_or(self.span);
        if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            let problem = Problem::error("ASM-NUMBER", span, format!("unknown number {digits}"));
            let digits =
                digits.trim_start_matches("0x").trim_start_matches("0X").trim_end_matches(['h', 'H']);
            return Err(match i64::from_str_radix(digits, 16) {
                Ok(_) => problem.with_hint(format!("hexadecimal numbers start with $: ${digits}")),
                Err(_) => problem,
            });
        }
        let is_digit = |index: usize| self.text.get(index).is_some_and(|next| next.value.is_ascii_digit());
        if self.text.get(self.at).is_some_and(|next| next.value == '.') && is_digit(self.at + 1) {
            let end = (self.at + 1..).find(|&index| !is_digit(index)).unwrap_or(self.at);
            let value: f64 = plain(&self.text[start..end]).parse().map_err(|_| too_large(span))?;
            self.at = end;
            return Ok(Number::Fraction(value));
        }
        digits.parse().map(Number::Whole).map_err(|_| too_large(span))
    }

    /// `.name`, with as many points as its level says.
    fn label(&mut self) -> Result<Number, Problem> {
        let start = self.at;
        let level = self.text[start..].iter().take_while(|character| character.value == '.').count();
        let length = name_length(&self.text[start + level..]);
        self.at += level + length;
        let span = span_of(&self.text[start..self.at]).unwrap_or(self.span);
        let name = plain(&self.text[start + level..self.at]);
        if length == 0 {
            return Err(Problem::error("ASM-LABEL", span, "a name is missing behind the point"));
        }
        let full = self.context.scope.full_name(level, &name);
        let value = full.as_ref().and_then(|full| self.context.labels.value(full));
        Ok(Number::Whole(value.unwrap_or_else(|| {
            let text = plain(&self.text[start..self.at]);
            self.set_unknown(Problem::error("ASM-NAME", span, format!("label {text} is unknown")));
            0
        })))
    }

    fn name(&mut self) -> Result<Number, Problem> {
        let start = self.at;
        self.at += name_length(&self.text[start..]);
        let name = plain(&self.text[start..self.at]);
        let span = span_of(&self.text[start..self.at]).unwrap_or(self.span);
        if self.text.get(self.at).is_some_and(|next| next.value == '(') {
            return self.call(&name, span);
        }
        if let Some((_, value)) = self.parameters.iter().find(|(parameter, _)| *parameter == name) {
            return Ok(*value);
        }
        Ok(Number::Whole(self.context.labels.value(&name).unwrap_or_else(|| {
            let problem = Problem::error("ASM-NAME", span, format!("name {name} is unknown"));
            self.set_unknown(match hint(&name, self.context.labels.names()) {
                Some(hint) => problem.with_hint(hint),
                None => problem,
            });
            0
        })))
    }

    fn set_unknown(&mut self, problem: Problem) {
        self.unknown.get_or_insert(problem);
    }

    /// A function's name and its arguments.
    fn call(&mut self, name: &str, span: Span) -> Result<Number, Problem> {
        let open = self.at;
        let close = closing(&self.text[open..]).ok_or_else(|| {
            Problem::error("ASM-PARENTHESIS", self.text[open].span(), "parenthesis is not closed")
                .with_hint("add )")
        })?;
        let inner = &self.text[open + 1..open + close];
        self.at = open + close + 1;
        match name {
            DEFINED => return Ok(Number::Whole(i64::from(self.is_defined(inner)))),
            FILE_SIZE => return self.file_size(inner, span),
            _ => {}
        }
        let mut arguments = Vec::new();
        for argument in split_outside(inner, ',').into_iter().filter(|_| !trim(inner).is_empty()) {
            arguments.push(self.argument(argument, span)?);
        }
        if name == TEMPO {
            let [beats] = self.arguments::<1>(name, &arguments, span)?;
            return Ok(Number::Whole(tempo_of(beats.whole())));
        }
        let Some(function) = self.context.functions.get(name).cloned() else {
            let problem = Problem::error("ASM-FUNCTION", span, format!("function {name} is unknown"));
            let names = self.context.functions.keys().map(String::as_str).chain([TEMPO]);
            return Err(match suggestions::nearest(name, names) {
                Some(nearest) => problem.with_hint(format!("did you mean {nearest}?")),
                None => problem.with_hint("a function is defined before it is used: function name(x) = x+1"),
            });
        };
        self.apply(name, &function, arguments, span)
    }

    fn argument(&mut self, text: &[Character], span: Span) -> Result<Number, Problem> {
        self.enter()?;
        let mut reader = Reader {
            context: self.context,
            text,
            at: 0,
            parameters: self.parameters,
            span: span_of(text).unwrap_or(span),
            unknown: self.unknown,
        };
        let value = reader.whole()?;
        self.leave();
        Ok(value.rounded(self.context.math.is_rounding))
    }

    /// The values of the arguments, if there are as many as a function of the language takes.
    fn arguments<const COUNT: usize>(
        &self,
        name: &str,
        arguments: &[Number],
        span: Span,
    ) -> Result<[Number; COUNT], Problem> {
        arguments.try_into().map_err(|_| wrong_count(name, COUNT, arguments.len(), span))
    }

    fn apply(
        &mut self,
        name: &str,
        function: &Function,
        arguments: Vec<Number>,
        span: Span,
    ) -> Result<Number, Problem> {
        if arguments.len() != function.parameters.len() {
            return Err(wrong_count(name, function.parameters.len(), arguments.len(), span));
        }
        self.enter()?;
        let parameters: Vec<_> = function.parameters.iter().cloned().zip(arguments).collect();
        let mut reader = Reader {
            context: self.context,
            text: &function.body,
            at: 0,
            parameters: &parameters,
            span,
            unknown: self.unknown,
        };
        let value = reader.whole()?;
        self.leave();
        Ok(value)
    }

    fn is_defined(&self, argument: &[Character]) -> bool {
        let name = plain(unquote(trim(argument)));
        self.context.defines.get(name.trim_start_matches('!')).is_some()
    }

    fn file_size(&mut self, argument: &[Character], span: Span) -> Result<Number, Problem> {
        let wanted = plain(unquote(trim(argument)));
        let path = resolve(self.context.path, &wanted)
            .ok_or_else(|| Problem::error("ASM-FILE", span, "the path must be a relative one"))?;
        match self.context.files.read(&path) {
            Ok(bytes) => Ok(Number::Whole(i64::try_from(bytes.len()).unwrap_or(i64::MAX))),
            Err(ReadError::NotFound) => {
                Err(Problem::error("ASM-FILE", span, format!("file \"{wanted}\" not found")))
            }
            Err(ReadError::Other(why)) => {
                Err(Problem::error("ASM-FILE", span, format!("\"{wanted}\": {why}")))
            }
        }
    }
}

/// Where the parenthesis that begins the text is closed.
pub(in super::super) fn closing(text: &[Character]) -> Option<usize> {
    if text.first()?.value != '(' {
        return None;
    }
    let (mut at, mut depth) = (0, 0_usize);
    while at < text.len() {
        if let Some(length) = quoted_length(&text[at..]) {
            at += length;
            continue;
        }
        match text[at].value {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        at += 1;
    }
    None
}

fn too_large(span: Span) -> Problem {
    Problem::error("ASM-NUMBER", span, "the number does not fit 64 bits")
}

fn wrong_count(name: &str, expected: usize, found: usize, span: Span) -> Problem {
    let word = if expected == 1 { "argument" } else { "arguments" };
    Problem::error("ASM-ARGUMENTS", span, format!("{name} takes {expected} {word}, {found} given"))
}

/// What a person may have meant by a name that does not exist.
fn hint<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut characters = name.chars();
    let letter = characters.next()?;
    let rest: String = characters.collect();
    let (sign, octave) = match rest.strip_prefix(['s', 'f', 'b']) {
        Some(octave) => (rest.chars().next(), octave),
        None => (None, rest.as_str()),
    };
    let is_octave = octave.len() == 1 && octave.bytes().all(|digit| digit.is_ascii_digit());
    match letter {
        _ if !is_octave => {}
        'A'..='G' if sign == Some('b') => {
            return Some(format!("flats are written with f: {letter}f{octave}"));
        }
        'A'..='G' => return Some("notes run from C1 to B6".into()),
        'a'..='g' => return Some(format!("names are case-sensitive: {}", capitalized(name))),
        'H' => return Some(format!("notes are C D E F G A B; B{octave} or Bf{octave}?")),
        _ => {}
    }
    if name == "r" {
        return Some("names are case-sensitive: R is the rest".into());
    }
    suggestions::nearest(name, names.filter(|known| known.len() > 3))
        .map(|known| format!("did you mean {known}?"))
}

fn capitalized(name: &str) -> String {
    let mut characters = name.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + characters.as_str())
}

/// Whether a text is one call of `bpm` and nothing else; its argument.
pub(in super::super) fn lone_tempo(text: &[Character]) -> Option<String> {
    let text = trim(text);
    let name = text.iter().take_while(|character| is_name(character.value)).count();
    let close = closing(&text[name..])?;
    let is_tempo = plain(&text[..name]) == TEMPO && name + close + 1 == text.len();
    is_tempo.then(|| plain(trim(&text[name + 1..name + close])))
}

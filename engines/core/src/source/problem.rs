use std::fmt;

use super::{Sources, Span};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProblemSeverity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// The text works, but perhaps not as meant.
    Warning,
    /// Nothing can be made of the text.
    Error,
}

/// Something wrong in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub severity: ProblemSeverity,
    /// A short name of the kind of problem, as in `MUS-RANGE`.
    pub code: &'static str,
    /// Where it is; none if it concerns the whole.
    pub span: Option<Span>,
    /// What was expected and found.
    pub message: String,
    /// What the person can do about it.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem that stops.
    #[must_use]
    pub fn error(code: &'static str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(ProblemSeverity::Error, code, span.into(), message.into())
    }

    /// A problem that does not stop.
    #[must_use]
    pub fn warning(code: &'static str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(ProblemSeverity::Warning, code, span.into(), message.into())
    }

    /// Something worth knowing.
    #[must_use]
    pub fn info(code: &'static str, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(ProblemSeverity::Info, code, span.into(), message.into())
    }

    fn new(severity: ProblemSeverity, code: &'static str, span: Option<Span>, message: String) -> Self {
        Self { severity, code, span, message, hint: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// One line: `file:line:column: error[CODE]: message; hint`.
    #[must_use]
    pub const fn display<'a>(&'a self, sources: &'a Sources) -> ProblemLine<'a> {
        ProblemLine { problem: self, sources }
    }
}

/// A [`Problem`] as one line of text.
#[derive(Clone, Copy, Debug)]
pub struct ProblemLine<'a> {
    problem: &'a Problem,
    sources: &'a Sources,
}

impl fmt::Display for ProblemLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { problem, sources } = self;
        if let Some(span) = problem.span {
            let place = sources.place(span);
            write!(f, "{}:{}:{}: ", sources.file(span.file).name, place.line, place.column)?;
        }
        let severity = match problem.severity {
            ProblemSeverity::Info => "info",
            ProblemSeverity::Warning => "warning",
            ProblemSeverity::Error => "error",
        };
        write!(f, "{severity}[{}]: {}", problem.code, problem.message)?;
        match &problem.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

/// A bounded list of problems, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    entries: Vec<Problem>,
    dropped: usize,
    has_errors: bool,
}

impl Problems {
    /// Entries kept; later ones are only counted.
    pub const CAPACITY: usize = 100;

    /// Adds a problem, unless the same one is there already.
    pub fn push(&mut self, problem: Problem) {
        self.has_errors |= problem.severity == ProblemSeverity::Error;
        if self.entries.contains(&problem) {
            return;
        }
        if self.entries.len() < Self::CAPACITY {
            self.entries.push(problem);
        } else {
            self.dropped += 1;
        }
    }

    /// Adds all problems of another list.
    pub fn append(&mut self, other: Self) {
        self.has_errors |= other.has_errors;
        self.dropped += other.dropped;
        other.entries.into_iter().for_each(|problem| self.push(problem));
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Problem] {
        &self.entries
    }

    /// How many more there were.
    #[must_use]
    pub const fn dropped(&self) -> usize {
        self.dropped
    }

    /// Whether one of them, kept or not, is an error.
    #[must_use]
    pub const fn has_errors(&self) -> bool {
        self.has_errors
    }

    /// Puts the entries in the order of their places; those without a place come first.
    pub fn sort_by_place(&mut self) {
        self.entries.sort_by_key(|problem| problem.span.map(|span| (span.file, span.start)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_bounded_and_remembers_errors_it_dropped() {
        let mut problems = Problems::default();
        for number in 0..Problems::CAPACITY {
            problems.push(Problem::warning("X", None, number.to_string()));
            problems.push(Problem::warning("X", None, number.to_string()));
        }
        assert!(!problems.has_errors());
        problems.push(Problem::error("Y", None, "late"));
        assert!(problems.has_errors());
        assert_eq!((problems.entries().len(), problems.dropped()), (Problems::CAPACITY, 1));
    }
}

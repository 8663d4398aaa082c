use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

/// What is wrong with a file, in the kinds a caller can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatErrorKind {
    /// The data ends before what it announces.
    Truncated,
    /// A value that the format does not allow.
    Invalid,
    /// A valid file that this program cannot use.
    Unsupported,
}

/// A file that cannot be used: where, what was expected, what was found and what to do.
///
/// The parts are those of [`FormatProblem`]; they lie on the heap, so that results stay small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError(Box<FormatProblem>);

impl Deref for FormatError {
    type Target = FormatProblem;

    fn deref(&self) -> &FormatProblem {
        &self.0
    }
}

/// The parts of a [`FormatError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatProblem {
    /// What kind of fault it is.
    pub kind: FormatErrorKind,
    /// The file (or part of one) as a person would name it.
    pub file: Cow<'static, str>,
    /// Byte offset in that file.
    pub offset: u64,
    /// The field being read.
    pub field: Cow<'static, str>,
    /// What should have been there.
    pub expected: Cow<'static, str>,
    /// What was there.
    pub found: Cow<'static, str>,
    /// What the person can do about it.
    pub help: Option<Cow<'static, str>>,
}

impl FormatError {
    /// A value that the format does not allow.
    #[must_use]
    pub fn invalid(
        file: impl Into<Cow<'static, str>>,
        offset: u64,
        field: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(FormatProblem {
            kind: FormatErrorKind::Invalid,
            file: file.into(),
            offset,
            field: field.into(),
            expected: expected.into(),
            found: found.into(),
            help: None,
        }))
    }

    /// The same error, of another kind.
    #[must_use]
    pub fn of_kind(mut self, kind: FormatErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same error with advice.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.0.help = Some(help.into());
        self
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: offset {:#x}: {}: expected {}, found {}",
            self.file, self.offset, self.field, self.expected, self.found
        )?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FormatError {}

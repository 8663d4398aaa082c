//! Bounds: no source may take more time or memory than its author can want.

use tatum_core::source::{Problem, Span};

/// Statements of a source, with all includes and macros.
const STATEMENTS: u64 = 1_000_000;
/// Characters that defines and macros may make.
const CHARACTERS: u64 = 8 << 20;
/// Steps of expressions.
const STEPS: u64 = 20_000_000;
/// Bytes written, counting those written twice.
const BYTES: u64 = 16 << 20;

/// What is left to use. Once something is used up, assembling stops.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    statements: u64,
    characters: u64,
    steps: u64,
    bytes: u64,
    depth: usize,
    is_exhausted: bool,
}

impl Budget {
    pub(super) const fn new() -> Self {
        Self {
            statements: STATEMENTS,
            characters: CHARACTERS,
            steps: STEPS,
            bytes: BYTES,
            depth: 0,
            is_exhausted: false,
        }
    }

    /// Whether something was used up.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.is_exhausted
    }

    /// Gives up: what comes cannot make sense any more.
    pub(super) const fn exhaust(&mut self) {
        self.is_exhausted = true;
    }

    pub(super) fn statement(&mut self, span: Option<Span>) -> Result<(), Problem> {
        let left = self.statements.checked_sub(1);
        self.statements = self.take(left, span, "1000000 statements")?;
        Ok(())
    }

    pub(super) fn expand(&mut self, characters: usize, span: Span) -> Result<(), Problem> {
        let left = self.characters.checked_sub(characters as u64);
        self.characters = self.take(left, Some(span), "8 MiB of expanded text")?;
        Ok(())
    }

    pub(super) fn step(&mut self, span: Option<Span>) -> Result<(), Problem> {
        let left = self.steps.checked_sub(1);
        self.steps = self.take(left, span, "20000000 steps of expressions")?;
        Ok(())
    }

    pub(super) fn write(&mut self, bytes: u64, span: Option<Span>) -> Result<(), Problem> {
        let left = self.bytes.checked_sub(bytes);
        self.bytes = self.take(left, span, "16 MiB of data")?;
        Ok(())
    }

    fn take(&mut self, left: Option<u64>, span: Option<Span>, limit: &str) -> Result<u64, Problem> {
        left.ok_or_else(|| {
            self.is_exhausted = true;
            Problem::error("ASM-LIMIT", span, format!("the source takes more than {limit}"))
                .with_hint("is there a macro or define that makes more and more of itself?")
        })
    }

    /// Enters parentheses, a define or a function.
    pub(super) fn nest(&mut self, span: Span, deepest: usize) -> Result<(), Problem> {
        self.depth += 1;
        if self.depth > deepest {
            self.depth = 0;
            let message = format!("more than {deepest} defines, functions or parentheses inside one another");
            return Err(Problem::error("ASM-DEPTH", span, message));
        }
        Ok(())
    }

    /// Leaves what was entered last.
    pub(super) const fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Forgets what was entered: after an error, nothing is open any more.
    pub(super) const fn reset_depth(&mut self) {
        self.depth = 0;
    }
}

use std::fmt;

/// How much a person should care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The console would misbehave here, or a guess was made.
    Warning,
}

/// Something a person should know about a song that plays nevertheless.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// Byte offset in the song data, where there is one.
    pub offset: Option<u64>,
    /// What was found, and what the engine made of it.
    pub message: String,
    /// How often it happened; the offset is that of the first time.
    pub count: u64,
}

impl Diagnostic {
    /// Something that is said once.
    #[must_use]
    pub fn new(severity: Severity, offset: Option<u64>, message: impl Into<String>) -> Self {
        Self { severity, offset, message: message.into(), count: 1 }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.severity {
            Severity::Note => "note: ",
            Severity::Warning => "warning: ",
        })?;
        if let Some(offset) = self.offset {
            write!(f, "offset {offset:#x}: ")?;
        }
        f.write_str(&self.message)?;
        match self.count {
            1 => Ok(()),
            count => write!(f, " ({count} times, first here)"),
        }
    }
}

/// A bounded list of diagnostics: each place speaks once, and a hostile file cannot fill the memory.
#[derive(Clone, Debug, Default)]
pub struct DiagnosticLog {
    entries: Vec<Diagnostic>,
    dropped: u64,
}

impl DiagnosticLog {
    /// Entries kept; later ones are only counted.
    pub const CAPACITY: usize = 100;

    /// Adds a warning about `offset`, unless the same one is there already.
    pub fn warn(&mut self, offset: u64, message: impl Into<String>) {
        self.push(Diagnostic::new(Severity::Warning, Some(offset), message));
    }

    /// Counts something that can happen often; the first offset is kept.
    pub fn count(&mut self, severity: Severity, offset: u64, message: &'static str) {
        match self.entries.iter_mut().find(|entry| entry.message == message) {
            Some(entry) => entry.count = entry.count.saturating_add(1),
            None => self.push(Diagnostic::new(severity, Some(offset), message)),
        }
    }

    /// Adds an entry, unless the same one is there already.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.entries.contains(&diagnostic) {
            return;
        }
        if self.entries.len() < Self::CAPACITY {
            self.entries.push(diagnostic);
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// The entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[Diagnostic] {
        &self.entries
    }

    /// How many more there were.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_bounded_and_says_each_thing_once() {
        let mut log = DiagnosticLog::default();
        for _ in 0..2 {
            log.warn(3, "unknown command");
        }
        assert_eq!(log.entries().len(), 1);
        for offset in 0..1000 {
            log.warn(offset, "x");
        }
        assert_eq!(log.entries().len(), DiagnosticLog::CAPACITY);
        assert_eq!(log.dropped(), 1001 - DiagnosticLog::CAPACITY as u64);
    }

    #[test]
    fn what_happens_often_is_one_entry_with_a_count() {
        let mut log = DiagnosticLog::default();
        for offset in 7..10 {
            log.count(Severity::Warning, offset, "a note is not heard");
        }
        assert_eq!(log.entries().len(), 1);
        assert_eq!(
            log.entries()[0].to_string(),
            "warning: offset 0x7: a note is not heard (3 times, first here)"
        );
    }
}

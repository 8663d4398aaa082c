//! Register writes as text: the rows of the reference traces.
//!
//! Columns, separated by tabs: wake (-1 for the driver's start), bus cycle, register (three hexadecimal digits), bytes
//! written, value (two hexadecimal digits per byte).
//!
//! ```
//! use tatum_core::Probe;
//! use tatum_nds::trace::RegisterTrace;
//!
//! let mut text = Vec::new();
//! let trace = RegisterTrace::new(&mut text)?;
//! trace.finish()?;
//! assert_eq!(text, b"tick\tcycle\treg\tsize\tvalue\n");
//! # Ok::<(), std::io::Error>(())
//! ```

use std::fmt;
use std::io::{self, Write};

use tatum_core::Probe;

use crate::event::{Event, RegisterEvent};

/// First line of a trace.
pub const HEADER: &str = "tick\tcycle\treg\tsize\tvalue";

impl fmt::Display for RegisterEvent {
    /// One row, without the line end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.write.width.bytes();
        write!(
            f,
            "{}\t{}\t{:03x}\t{}\t{:0digits$x}",
            self.wake,
            self.cycle,
            self.write.register,
            size,
            self.write.value,
            digits = 2 * size
        )
    }
}

/// A probe that writes every register write as a row. Keeps the first error of the writer for the end.
#[derive(Debug)]
pub struct RegisterTrace<W> {
    out: W,
    rows: u64,
    error: Option<io::Error>,
}

impl<W: Write> RegisterTrace<W> {
    /// Writes the header line.
    ///
    /// # Errors
    ///
    /// If `out` cannot be written.
    pub fn new(mut out: W) -> io::Result<Self> {
        writeln!(out, "{HEADER}")?;
        Ok(Self { out, rows: 0, error: None })
    }

    /// Rows so far.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The writer, unless it failed.
    ///
    /// # Errors
    ///
    /// The first error of the writer.
    pub fn finish(self) -> io::Result<W> {
        match self.error {
            Some(error) => Err(error),
            None => Ok(self.out),
        }
    }
}

impl<W: Write> Probe<Event> for RegisterTrace<W> {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Event::Register(write) = event()
            && self.error.is_none()
        {
            self.rows += 1;
            self.error = writeln!(self.out, "{write}").err();
        }
    }
}

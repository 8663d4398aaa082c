//! The register trace: one line per DSP write, as golden cases hold it.
//!
//! ```
//! use tatum_snes::trace::{DspWrite, HEADER};
//!
//! let write = DspWrite { cycle: 14, register: 0x4C, value: 3 };
//! assert_eq!(HEADER, "cycle\treg\tvalue");
//! assert_eq!(write.to_string(), "14\t4C\t03");
//! assert_eq!("14\t4C\t03".parse(), Ok(write));
//! ```

mod events;

use std::fmt;
use std::str::FromStr;

use tatum_core::Probe;

use crate::event::Event;

pub use events::{EVENT_HEADER, EventSelection, EventTrace};

/// The first line of a trace.
pub const HEADER: &str = "cycle\treg\tvalue";

/// One line of a trace: a write into a DSP register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DspWrite {
    /// Processor cycles completed when the write has taken place.
    pub cycle: u64,
    /// The register's index, 0 to $7F.
    pub register: u8,
    /// The value.
    pub value: u8,
}

impl DspWrite {
    /// The write that an event tells of, if it does.
    #[must_use]
    pub const fn from_event(event: &Event) -> Option<Self> {
        match *event {
            Event::DspWrite { cycle, register, value } => {
                Some(Self { cycle, register: register.index(), value })
            }
            _ => None,
        }
    }
}

impl fmt::Display for DspWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\t{:02X}\t{:02X}", self.cycle, self.register, self.value)
    }
}

/// A line that is no DSP write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DspWriteError {
    /// The line.
    pub line: String,
}

impl fmt::Display for DspWriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "'{}' is no DSP write: expected cycle, register and value (hex) with tabs between",
            self.line
        )
    }
}

impl std::error::Error for DspWriteError {}

impl FromStr for DspWrite {
    type Err = DspWriteError;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let mut fields = line.split('\t');
        let parsed = (|| {
            let cycle = fields.next()?.parse().ok()?;
            let register = u8::from_str_radix(fields.next()?, 16).ok().filter(|register| *register < 0x80)?;
            let value = u8::from_str_radix(fields.next()?, 16).ok()?;
            Some(Self { cycle, register, value })
        })();
        match (parsed, fields.next()) {
            (Some(write), None) => Ok(write),
            _ => Err(DspWriteError { line: line.to_owned() }),
        }
    }
}

/// A probe that hands every DSP write to a function.
#[derive(Clone, Debug)]
pub struct DspWriteProbe<F>(
    /// Called for every write, in order.
    pub F,
);

impl<F: FnMut(DspWrite)> Probe<Event> for DspWriteProbe<F> {
    #[inline]
    fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Some(write) = DspWrite::from_event(&event()) {
            (self.0)(write);
        }
    }
}

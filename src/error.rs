//! What can go wrong, in the kinds that exit codes tell apart.

use std::io;
use std::path::{Path, PathBuf};

use tatum_core::source::{Problems, Sources};
use tatum_core::{Fault, FormatError};

/// An error of the program.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for something that makes no sense.
    #[error("{0}")]
    Usage(String),
    /// A file is not what it should be.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// A manifest is not what it should be.
    #[error("{}: {message}", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong, with its place.
        message: String,
    },
    /// A text is not what it should be.
    #[error("{}", first_problem(_0))]
    Text(Box<FaultyText>),
    /// A song does what would hang the console.
    #[error("{}: {fault}", path.display())]
    Fault {
        /// The song's file.
        path: PathBuf,
        /// What it does.
        fault: Fault,
    },
    /// There is no sound device, or it has gone.
    #[error("{device}: {message}")]
    Device {
        /// The device, as people name it.
        device: String,
        /// What is wrong.
        message: String,
    },
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A text with its problems.
#[derive(Debug)]
pub struct FaultyText {
    /// The text and what it includes.
    pub sources: Sources,
    /// What is wrong; at least one entry is an error.
    pub problems: Problems,
}

/// The first problem in a line of its own, and how many there are.
fn first_problem(text: &FaultyText) -> String {
    let entries = text.problems.entries();
    let first = entries.first().map(|problem| problem.display(&text.sources).to_string()).unwrap_or_default();
    match entries.len().saturating_sub(1) + text.problems.dropped() {
        0 => first,
        more => format!("{first} (and {more} more)"),
    }
}

impl Error {
    /// An error about a text.
    #[must_use]
    pub fn text(sources: Sources, problems: Problems) -> Self {
        Self::Text(Box::new(FaultyText { sources, problems }))
    }

    /// An I/O error about a file.
    pub fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    /// The process exit code: 2 usage, 3 invalid input, 4 I/O, 5 no audio device.
    #[must_use]
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Format(_) | Self::Manifest { .. } | Self::Text(_) | Self::Fault { .. } => 3,
            Self::Io { .. } => 4,
            Self::Device { .. } => 5,
        }
    }

    /// Whether the reader of our output has gone away, which is not an error.
    #[must_use]
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

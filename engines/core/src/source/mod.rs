//! Text that people write (song languages, scripts, instrument tables): places in it, and what is wrong there.
//!
//! Every text format of every console reports through [`Problems`], so that all of them speak alike: several
//! problems per run, each with a code, a place, what was expected and a hint. The program draws them with the line
//! and a caret; here they are plain values that tests can compare.
//!
//! ```
//! use tatum_core::source::{Problem, Problems, Sources};
//!
//! let mut sources = Sources::default();
//! let file = sources.add("song.mml", "cdefx\n");
//! let mut problems = Problems::default();
//! problems.push(Problem::error("MML-UNKNOWN", sources.span(file, 4..5), "unknown command `x`").with_hint("notes are a to g"));
//! assert!(problems.has_errors());
//! assert_eq!(
//!     problems.entries()[0].display(&sources).to_string(),
//!     "song.mml:1:5: error[MML-UNKNOWN]: unknown command `x`; notes are a to g"
//! );
//! ```

mod problem;
mod text;

pub use problem::{Problem, ProblemLine, ProblemSeverity, Problems};
pub use text::{FileNumber, Place, SourceFile, Sources, Span};

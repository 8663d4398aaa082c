//! Traces as text: rows with named columns, filtered, as TSV or JSON lines, and compared.

mod compare;
mod filter;
mod read;
mod shape;

pub use compare::{RowDifference, compare_traces};
pub use filter::RowFilter;
pub use read::read_trace;
pub use shape::{Row, Shapes};

/// How rows are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum TraceFormat {
    /// Columns separated by tabs, as in the golden sets.
    #[default]
    Tsv,
    /// One JSON object a row, with the columns' names.
    Jsonl,
}

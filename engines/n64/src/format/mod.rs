//! File layouts and the typed structures they become.

pub mod archive;
pub mod bank;
pub mod bank_set;
mod bank_writer;
pub mod index_table;
pub mod rom;
pub mod sequence;

//! File layouts and the typed structures they become.

pub mod archive;
pub mod bank;
pub mod bank_set;
pub mod index_table;
mod bank_writer;
pub mod rom;
pub mod sequence;

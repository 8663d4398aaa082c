//! The sound module, one file or room per unit.

pub mod spc700;

//! What comes in besides songs: recordings.

pub mod wav;

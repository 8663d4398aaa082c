//! Nintendo 64.

pub(crate) mod files;
pub(crate) mod game;
pub(crate) mod playing;
mod sounds;
pub(crate) mod texts;

//! Super NES.

pub(crate) mod files;
pub(crate) mod playing;
pub(crate) mod source;

//! What is heard while voices are muted.

use super::echo::OutputPath;
use super::voice::bit;
use crate::hardware::Ram;

/// A second output path without the muted voices.
///
/// The chip itself goes on with all voices: their echo is written into RAM, where the program and other voices
/// can read it, so leaving a voice out there could change anything. The monitor has its own copy of the RAM for
/// its echo. Muting thus changes what is heard and nothing else.
#[derive(Clone, Debug)]
pub struct Monitor {
    muted: u8,
    pub(super) path: OutputPath,
    /// The RAM as it would be with the echo of the voices that are heard.
    pub(super) ram: Ram,
}

impl Monitor {
    pub(super) const fn new(path: OutputPath, ram: Ram) -> Self {
        Self { muted: 0, path, ram }
    }

    #[inline]
    pub(super) const fn mutes(&self, voice: usize) -> bool {
        self.muted & bit(voice) != 0
    }

    /// Leaves out the voices whose bits are set, and the echo of all voices if `drops_echo`.
    pub(super) const fn set_muted(&mut self, muted: u8, drops_echo: bool) {
        self.muted = muted;
        self.path.drops_echo = drops_echo;
    }
}

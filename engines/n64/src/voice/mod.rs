//! Voices: how they are found, and what happens to them every update.
//!
//! Lists and the voice itself are common to all generations; allocation, release, envelope, vibrato, volumes and
//! waves are in a room for the first generation and one for the later ones.

mod display;
pub mod envelope_source;
pub mod first;
pub mod later;
pub mod lists;
pub mod tables;
#[expect(clippy::module_inception, reason = "the file of the voice itself")]
pub mod voice;
pub mod wave_tables;

use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::ids::LayerId;
use crate::profile::Generation;

/// How a note ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// At the speed of its release rate, maybe held at the sustain level first.
    Decay,
    /// Within a few updates, because the voice is needed or the owner is gone.
    Release,
}

impl Engine {
    /// Ends the note of a layer, if the layer still points at a voice.
    pub(crate) fn release_note(&mut self, id: LayerId, release: Release) {
        match self.generation() {
            Generation::First => self.release_first_note(id, release),
            _ => self.release_later_note(id, release),
        }
    }

    /// One update of all voices.
    pub(crate) fn update_voices<P: EngineProbe>(&mut self, probe: &mut P) {
        match self.generation() {
            Generation::First => {
                self.reclaim_voices();
                self.update_first_voices(probe);
            }
            _ => self.update_later_voices(probe),
        }
    }
}

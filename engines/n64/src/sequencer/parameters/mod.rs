//! From channel and layer parameters to those of the voices, every update.

mod first;
mod later;

use crate::engine::Engine;
use crate::ids::PlayerId;
use crate::profile::Generation;

impl Engine {
    /// The player's fade, then the parameters of all its sounding notes.
    pub(super) fn update_note_parameters(&mut self, id: PlayerId) {
        if !self.players[id.index()].enabled {
            return;
        }
        match self.generation() {
            Generation::First => self.update_first_parameters(id),
            _ => self.update_later_parameters(id),
        }
    }
}

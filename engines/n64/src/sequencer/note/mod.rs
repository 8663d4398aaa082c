//! Notes: their timing, their semitone, and what they play.

mod first;
mod later;

use super::abi::NoteForm;
use super::layer::Layer;
use super::script::Operands;
use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::ids::{LayerId, PlayerId};
use crate::profile::Generation;
use crate::profile::rules::NoteRules;

/// Semitones from this one on are no notes.
const FIRST_INVALID_SEMITONE: u8 = 0x80;
/// The highest velocity of the generations that limit it.
const MAX_VELOCITY: u8 = 0x7F;

/// What a layer read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoteEvent {
    /// A note of a semitone before transposition.
    Note(u8),
    /// A rest.
    Rest,
}

impl Layer {
    /// Takes a note's delay, velocity and gate from its operands (`n64-formats.md` 3).
    pub(super) fn time_note(&mut self, form: NoteForm, large: bool, operands: Operands, rules: &NoteRules) {
        self.stopped = false;
        let (delay, inline) = match form {
            NoteForm::Full | NoteForm::WithoutGate if large => (operands.u16(0) as i16, 1),
            NoteForm::Full => (operands.u16(0) as i16, 0),
            NoteForm::WithoutGate => (self.default_delay, 0),
            NoteForm::LastDelay => (self.last_delay, 0),
        };
        if large || form == NoteForm::Full {
            self.last_delay = delay;
        }
        if large {
            let velocity = operands.u8(inline);
            let velocity = if rules.limits_velocity { velocity.min(MAX_VELOCITY) } else { velocity };
            self.set_velocity(velocity, rules);
            self.gate = if form == NoteForm::WithoutGate { 0 } else { operands.u8(inline + 1) };
        }
        self.delay = delay;
        self.gap = ((i32::from(self.gate) * i32::from(delay)) >> 8) as i16;
    }
}

impl Engine {
    /// Plays what a layer has read: stops the last note, or finds a sound and a voice.
    pub(super) fn play_event<P: EngineProbe>(
        &mut self,
        player: PlayerId,
        id: LayerId,
        event: NoteEvent,
        probe: &mut P,
    ) {
        match self.generation() {
            Generation::First => self.play_first_event(player, id, event, probe),
            _ => self.play_later_event(player, id, event, probe),
        }
    }

    /// Sets up a slide: where it goes to is fixed now, with the transpositions of this moment.
    pub(super) fn set_portamento(&mut self, player: PlayerId, id: LayerId, operands: Operands) {
        let target = self.transposed(player, id, operands.u8(1));
        let layer = &mut self.layers[id.index()];
        layer.portamento.mode = operands.u8(0);
        layer.portamento_target = if target >= FIRST_INVALID_SEMITONE { 0 } else { target };
        layer.portamento_time = operands.u16(2);
    }

    /// A semitone with the transpositions of player, channel and layer, cut to 8 bits.
    fn transposed(&self, player: PlayerId, id: LayerId, semitone: u8) -> u8 {
        let player = self.players[player.index()].transposition;
        (i16::from(self.transposed_in_channel(id, semitone)).wrapping_add(player)) as u8
    }

    fn transposed_in_channel(&self, id: LayerId, semitone: u8) -> u8 {
        let layer = &self.layers[id.index()];
        let channel = layer.channel.map_or(0, |channel| self.channels[channel.index()].transposition);
        i16::from(semitone).wrapping_add(channel).wrapping_add(layer.transposition) as u8
    }
}

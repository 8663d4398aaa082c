//! What the engine silently drops or cuts when a song passes its limits: counted, with the first place.

use tatum_core::Severity;

use super::abi::{Flow, SequenceOperation};
use super::script::{MAX_DEPTH, Operands};
use crate::engine::Engine;
use crate::ids::{LayerId, PlayerId};

impl Engine {
    /// A note takes the voice of another one that still sounds (`n64-engine.md` 5.2).
    pub(crate) fn count_stolen_voice(&mut self, layer: LayerId) {
        self.count_for_layer(
            Severity::Note,
            layer,
            "all voices are busy: a note takes the voice of one that still sounds",
        );
    }

    /// A note finds no voice (`n64-engine.md` 5.2).
    pub(crate) fn count_dropped_note(&mut self, layer: LayerId) {
        self.count_for_layer(
            Severity::Warning,
            layer,
            "all voices are busy with notes of higher priority: a note is not heard",
        );
    }

    fn count_for_layer(&mut self, severity: Severity, layer: LayerId, message: &'static str) {
        let offset = self.layers[layer.index()].script.pc;
        self.diagnostics.count(severity, offset as u64, message);
    }

    /// A layer or a channel finds its pool empty.
    pub(crate) fn count_empty_pool(&mut self, player: PlayerId, message: &'static str) {
        let offset = self.players[player.index()].script.pc;
        self.diagnostics.count(Severity::Warning, offset as u64, message);
    }

    /// A call or loop at `depth` finds the stack full and does nothing (`n64-formats.md` 8).
    pub(crate) fn diagnose_flow(&mut self, offset: usize, flow: Flow, depth: u8) {
        if depth == MAX_DEPTH && matches!(flow, Flow::Call | Flow::LoopStart) {
            let message = "calls and loops are nested deeper than four: this one is ignored";
            self.diagnostics.count(Severity::Warning, offset as u64, message);
        }
    }

    /// A tempo above one tick in each update, and one that is not positive, are limited (`n64-engine.md` 2.4).
    pub(crate) fn diagnose_tempo(
        &mut self,
        id: PlayerId,
        offset: usize,
        operation: SequenceOperation,
        operands: Operands,
    ) {
        let unit = i32::from(self.profile.tempo_unit);
        let wanted = match operation {
            SequenceOperation::SetTempo => operands.value(0) * unit,
            SequenceOperation::AddTempo => {
                i32::from(self.players[id.index()].tempo) + operands.value(0) * unit
            }
            _ => return,
        };
        if wanted <= 0 || wanted > i32::from(self.timing.tick_threshold) {
            let message =
                "the tempo is outside what the engine can count (one tick an update): it is limited";
            self.diagnostics.count(Severity::Warning, offset as u64, message);
        }
    }
}

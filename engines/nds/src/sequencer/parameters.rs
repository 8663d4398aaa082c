//! Commands C0 to EF: what a track's notes and voices are played with (nds-formats 3.3).

use tatum_core::Probe;

use super::MuteMode;
use super::interpreter::Execution;
use crate::event::Event;
use crate::format::event::opcode;

impl<P: Probe<Event>> Execution<'_, '_, P> {
    /// Commands C0 to DF.
    pub(super) fn byte_parameter(&mut self, position: u32, opcode: u8, value: u8) {
        self.check_range(position, opcode, value);
        let signed = value.cast_signed();
        let is_set = value & 1 != 0;
        let (voices, player) = (&mut *self.context.voices, self.player);
        match opcode {
            opcode::MAIN_VOLUME => self.sequencer.player_mut(player).volume = value,
            opcode::LOOP_START => return self.loop_start(value),
            opcode::MUTE => {
                if let Some(mode) = MuteMode::from_number(value) {
                    self.sequencer.mute_track(player, self.track, mode, voices);
                }
                return;
            }
            opcode::TIE => {
                self.track().notes.tie = is_set;
                // On and off alike end what sounds.
                self.sequencer.release_voices(player, self.track, None, self.context.voices);
                self.context.voices.detach(self.track);
                return;
            }
            _ => {}
        }
        let track = self.track();
        let (parameters, notes) = (&mut track.parameters, &mut track.notes);
        let overriding = (value != 255).then_some(value);
        match opcode {
            opcode::PAN => parameters.pan = value.wrapping_sub(64).cast_signed(),
            opcode::VOLUME => parameters.volume = value,
            opcode::TRANSPOSE => notes.transpose = signed,
            opcode::PITCH_BEND => parameters.pitch_bend = signed,
            opcode::BEND_RANGE => parameters.bend_range = value,
            opcode::PRIORITY => notes.priority = value,
            opcode::NOTE_WAIT => notes.note_wait = is_set,
            opcode::PORTAMENTO => {
                notes.portamento_key = value.wrapping_add_signed(notes.transpose);
                notes.portamento = true;
            }
            opcode::MOD_DEPTH => parameters.lfo.depth = value,
            opcode::MOD_SPEED => parameters.lfo.speed = value,
            opcode::MOD_TYPE => parameters.lfo.target = value,
            opcode::MOD_RANGE => parameters.lfo.range = value,
            opcode::PORTAMENTO_SWITCH => notes.portamento = is_set,
            opcode::PORTAMENTO_TIME => notes.portamento_time = value,
            opcode::ATTACK => notes.envelope.attack = overriding,
            opcode::DECAY => notes.envelope.decay = overriding,
            opcode::SUSTAIN => notes.envelope.sustain = overriding,
            opcode::RELEASE => notes.envelope.release = overriding,
            opcode::EXPRESSION => parameters.expression = value,
            _ => {}
        }
    }

    /// Commands E0 to EF.
    pub(super) fn half_parameter(&mut self, opcode: u8, value: u16) {
        match opcode {
            opcode::MOD_DELAY => self.track().parameters.lfo.delay = value,
            opcode::TEMPO => self.sequencer.player_mut(self.player).tempo.beats = value,
            opcode::SWEEP_PITCH => self.track().notes.sweep_pitch = value.cast_signed(),
            _ => {}
        }
    }

    /// Warns where the console would read behind one of its tables (nds-formats 12).
    fn check_range(&mut self, position: u32, opcode: u8, value: u8) {
        let is_table_index = matches!(
            opcode,
            opcode::VOLUME | opcode::MAIN_VOLUME | opcode::EXPRESSION | opcode::ATTACK | opcode::SUSTAIN
        );
        let keeps_instrument = matches!(opcode, opcode::ATTACK | opcode::SUSTAIN) && value == 255;
        if is_table_index && value > 127 && !keeps_instrument {
            self.warn(position, "a value above 127 is taken as 127");
        }
    }
}

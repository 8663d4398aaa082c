//! Commands 00 to 81: notes, waits and programs (nds-driver 5.1).

use tatum_core::{Probe, Severity};

use super::interpreter::Execution;
use crate::event::{Event, NoteStart, VoiceChange, VoiceEvent};
use crate::format::event::opcode;
use crate::voice::{ChannelMask, NoteOutcome, NoteRequest, VoiceLabel};

impl<P: Probe<Event>> Execution<'_, '_, P> {
    /// A note.
    pub(super) fn note(&mut self, position: u32, event_key: u8, velocity: u8, length: i32) {
        if velocity > 127 {
            self.warn(position, "velocity above 127 is taken as 127");
        }
        let settings = self.track().notes;
        let key = (i32::from(event_key) + i32::from(settings.transpose)).clamp(0, 127) as u8;
        if !settings.muted {
            self.note_on(position, key, velocity, if length > 0 { length } else { -1 });
        }
        let track = self.track();
        track.notes.portamento_key = key;
        if settings.note_wait {
            track.script.wait = length;
            track.script.wait_for_voices = length == 0;
        }
    }

    fn note_on(&mut self, position: u32, key: u8, velocity: u8, length: i32) {
        let settings = self.track().notes;
        let (player, track) = (self.player.index() as u8, self.slot as u8);
        let request = NoteRequest {
            track: self.track,
            label: VoiceLabel { channel: Some(player * 16 + track), program: settings.program },
            key,
            velocity,
            length,
            priority: u16::from(self.sequencer.player(self.player).priority) + u16::from(settings.priority),
            channels: ChannelMask(settings.channels),
            has_own_channels: settings.has_own_channels,
            tie: settings.tie,
            overrides: settings.envelope,
            sweep_pitch: settings.sweep_pitch,
            portamento_from: settings.portamento.then_some(settings.portamento_key),
            portamento_time: settings.portamento_time,
        };
        let song = self.song;
        let mut has_sound = true;
        let outcome = self.context.voices.note_on(&request, || {
            let instrument = song.instrument(settings.program, key);
            has_sound = instrument.is_some_and(|instrument| instrument.source.is_some());
            instrument
        });
        if !has_sound {
            self.warn(position, "the bank has no sound for this note's program and key; it is silent");
        }
        let (voice, tied) = match outcome {
            NoteOutcome::Started { voice, is_stolen } => {
                if is_stolen {
                    let message = "no channel that the sound can have is free: a note cuts another one off";
                    self.count(Severity::Note, position, message);
                }
                (voice, false)
            }
            NoteOutcome::Tied(voice) => (voice, true),
            NoteOutcome::NoChannel => {
                let message = "every channel plays something of higher priority: a note is not heard";
                self.count(Severity::Warning, position, message);
                return;
            }
            NoteOutcome::NoSound => return,
        };
        let wake = self.context.wake;
        self.context.probe.record(|| {
            let note = NoteStart { player, track, program: settings.program, key, velocity, length };
            let change = if tied { VoiceChange::Tie(note) } else { VoiceChange::Start(note) };
            Event::Voice(VoiceEvent { wake, voice: voice as u8, change })
        });
    }

    /// Commands 80 to 8F.
    pub(super) fn wait_or_program(&mut self, opcode: u8, value: i32) {
        match opcode {
            opcode::WAIT => self.track().script.wait = value,
            // A signed comparison: a negative number passes and keeps its low 16 bits.
            opcode::PROGRAM if value < 0x1_0000 => self.track().notes.program = value as u16,
            _ => {}
        }
    }
}

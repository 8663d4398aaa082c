//! From a note's semitone to its sound, frequency and slide, `n64-engine.md` 4.3 and 4.4.

use super::{FIRST_INVALID_SEMITONE, NoteEvent};
use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::ids::{LayerId, PlayerId};
use crate::sequencer::channel::ChannelInstrument;
use crate::sequencer::layer::NoteStatus;
use crate::sequencer::sequence_player::mute;
use crate::sound_memory::{InstrumentEntry, SoundEntry};
use crate::voice::Release;
use crate::voice::envelope_source::EnvelopeSource;
use crate::voice::tables::NOTE_FREQUENCY;

/// What a note plays.
#[derive(Clone, Copy, Debug, PartialEq)]
struct NoteSound {
    /// The sound; none for waves.
    sound: Option<SoundEntry>,
    /// Whether a legato note may go on in the voice of the last one.
    is_same: bool,
}

impl Engine {
    /// Plays what a layer has read: stops the last note, or finds a sound and a voice.
    pub(in crate::sequencer) fn play_first_event<P: EngineProbe>(
        &mut self,
        player: PlayerId,
        id: LayerId,
        event: NoteEvent,
        probe: &mut P,
    ) {
        let sound = match event {
            NoteEvent::Rest => None,
            NoteEvent::Note(semitone) => self.prepare_note(player, id, semitone),
        };
        let Some(note) = sound else {
            let layer = &mut self.layers[id.index()];
            layer.stopped = true;
            if layer.voice.is_some() || layer.continuous {
                self.release_note(id, Release::Decay);
            }
            return;
        };
        let layer = &self.layers[id.index()];
        let keeps_voice = layer.continuous && layer.voice.is_some() && layer.status != NoteStatus::Silent;
        if keeps_voice && note.is_same {
            if note.sound.is_none() {
                self.continue_wave(id);
            }
        } else {
            if keeps_voice {
                self.release_note(id, Release::Decay);
            }
            let voice = self.allocate_first_voice(id, probe);
            self.layers[id.index()].voice = voice;
        }
        if let Some(voice) = self.layers[id.index()].voice
            && self.voices[voice.index()].parent == Some(id)
        {
            self.start_vibrato(voice);
        }
    }

    /// Sets the layer's sound and frequency for a note; none if the note is dropped.
    fn prepare_note(&mut self, player: PlayerId, id: LayerId, semitone: u8) -> Option<NoteSound> {
        let channel = &self.channels[self.layers[id.index()].channel?.index()];
        let muted = self.players[player.index()].muted && channel.mute_behavior & mute::STOP_NOTES != 0;
        if muted || !channel.has_instrument {
            return None;
        }
        if channel.instrument == ChannelInstrument::Drums {
            let drum = self.transposed_in_channel(id, semitone);
            self.layers[id.index()].semitone = drum;
            return self.prepare_drum(id, drum);
        }
        let semitone = self.transposed(player, id, semitone);
        self.layers[id.index()].semitone = semitone;
        if semitone >= FIRST_INVALID_SEMITONE {
            return None;
        }
        let own = self.layers[id.index()].instrument;
        let instrument = instrument_of(own.unwrap_or(channel.instrument));
        if self.layers[id.index()].portamento.mode != 0 {
            return self.prepare_slide(player, id, instrument, semitone);
        }
        let (note, tuning) = self.choose_sound(id, instrument, semitone)?;
        self.layers[id.index()].frequency_scale = note_frequency(semitone, tuning);
        Some(note)
    }

    /// Drums are looked up at every note; numbers past the end mean the last one.
    fn prepare_drum(&mut self, id: LayerId, number: u8) -> Option<NoteSound> {
        let bank_number = self.channels[self.layers[id.index()].channel?.index()].bank;
        let bank = self.sounds.bank(bank_number)?;
        let last = bank.drums.len().checked_sub(1)?;
        let number = last.min(usize::from(number));
        let drum = bank.drums[number].as_ref()?;
        let layer = &mut self.layers[id.index()];
        let entry = SoundEntry::Drum { bank: bank_number, drum: number as u8 };
        layer.envelope = EnvelopeSource::Drum { bank: bank_number, drum: number as u8 };
        layer.release_rate = drum.release_rate;
        layer.pan = drum.pan;
        layer.sound = Some(entry);
        layer.frequency_scale = drum.sound.tuning;
        Some(NoteSound { sound: Some(entry), is_same: true })
    }

    /// The sound of an instrument for a semitone, with its tuning; waves have none and the tuning 1.
    fn choose_sound(
        &mut self,
        id: LayerId,
        instrument: Option<InstrumentEntry>,
        semitone: u8,
    ) -> Option<(NoteSound, f32)> {
        let layer = &mut self.layers[id.index()];
        let Some(entry) = instrument else {
            layer.sound = None;
            return Some((NoteSound { sound: None, is_same: true }, 1.0));
        };
        let bank = self.sounds.bank(entry.bank)?;
        let instrument = bank.instruments.get(usize::from(entry.instrument))?.as_ref()?;
        let range = instrument.range_of(semitone);
        let sound = SoundEntry::Instrument { bank: entry.bank, instrument: entry.instrument, range };
        // A range without a sample (the console would follow a null pointer): the note is dropped.
        let tuning = self.sounds.sound(sound)?.tuning;
        let is_same = layer.sound == Some(sound);
        layer.sound = Some(sound);
        Some((NoteSound { sound: Some(sound), is_same }, tuning))
    }

    /// A note with a slide (4.4). The sound is chosen by the higher of the two semitones.
    fn prepare_slide(
        &mut self,
        player: PlayerId,
        id: LayerId,
        instrument: Option<InstrumentEntry>,
        semitone: u8,
    ) -> Option<NoteSound> {
        let target = self.layers[id.index()].portamento_target;
        let (note, tuning) = self.choose_sound(id, instrument, semitone.max(target))?;
        let tempo = self.players[player.index()].tempo;
        let threshold = self.timing.tick_threshold;
        let layer = &mut self.layers[id.index()];
        let at_note = note_frequency(semitone, tuning);
        let at_target = note_frequency(target, tuning);
        let (start, end) = match layer.portamento.curve() {
            1 | 3 | 5 => (at_target, at_note),
            2 | 4 => (at_note, at_target),
            // Undefined on the console; later generations play the note as it is.
            _ => (at_note, at_note),
        };
        layer.portamento.extent = end / start - 1.0;
        layer.portamento.speed = if layer.portamento.mode & 0x80 != 0 {
            let duration = f32::from(layer.delay) * f32::from(threshold) * f32::from(layer.portamento_time);
            32512.0 * f32::from(tempo) / duration
        } else {
            127.0 / f32::from(layer.portamento_time)
        };
        layer.portamento.position = 0.0;
        layer.frequency_scale = start;
        if layer.portamento.curve() == 5 {
            layer.portamento_target = semitone;
        }
        Some(note)
    }
}

/// The instrument, if it is one.
const fn instrument_of(instrument: ChannelInstrument) -> Option<InstrumentEntry> {
    match instrument {
        ChannelInstrument::Instrument(entry) => Some(entry),
        _ => None,
    }
}

/// The frequency of a semitone (0 to 127).
fn note_frequency(semitone: u8, tuning: f32) -> f32 {
    NOTE_FREQUENCY[usize::from(semitone & 0x7F)] * tuning
}

//! Notes of the later generations, `n64-engine.md` 8.2 and 8.3, `n64-oot.md` 7.7 to 7.9.

use super::{FIRST_INVALID_SEMITONE, NoteEvent};
use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::ids::{LayerId, PlayerId};
use crate::sequencer::channel::{Channel, ChannelInstrument};
use crate::sequencer::layer::NoteStatus;
use crate::sequencer::sequence_player::{SequencePlayer, mute};
use crate::sound_memory::{InstrumentEntry, SoundEntry};
use crate::voice::Release;
use crate::voice::later::slide::{SlidePlan, SlideTiming};
use crate::voice::tables::{NOTE_FREQUENCY, zelda_note_frequency};

/// Sound effects of a page of the effects instrument.
const EFFECTS_OF_A_PAGE_BITS: u32 = 6;
/// The longest note that plays to its sample's end, in ticks.
const LONGEST_SAMPLE_NOTE: f32 = 32766.0;

/// What a note plays.
#[derive(Clone, Copy, Debug, PartialEq)]
struct NoteSound {
    sound: Option<SoundEntry>,
    /// Whether a legato note may go on in the voice of the last one.
    is_same: bool,
}

impl SequencePlayer {
    /// Whether new notes of a channel are muted.
    const fn mutes_notes_of(&self, channel: &Channel) -> bool {
        let bits = mute::STOP_NOTES | mute::MUTE_NEW_NOTES;
        self.muted && channel.mute_behavior & bits != 0 || channel.muted || self.skips
    }
}

impl Engine {
    /// Plays what a layer has read: stops the last note, or finds a sound and a voice.
    pub(in crate::sequencer) fn play_later_event<P: EngineProbe>(
        &mut self,
        player: PlayerId,
        id: LayerId,
        event: NoteEvent,
        probe: &mut P,
    ) {
        let has_random_parts = self.rules().note.has_random_parts;
        match event {
            NoteEvent::Rest => {
                let layer = &mut self.layers[id.index()];
                layer.stopped = true;
                layer.has_died = false;
            }
            NoteEvent::Note(semitone) => {
                if has_random_parts {
                    self.vary_note(id);
                }
                if let Some(note) = self.prepare_later_note(player, id, semitone) {
                    self.request_voice(id, note, probe);
                }
            }
        }
        let layer = &self.layers[id.index()];
        if layer.stopped && (layer.voice.is_some() || layer.continuous) {
            self.release_note(id, Release::Decay);
        }
    }

    /// The random parts of a note's velocity and gate (7.7).
    fn vary_note(&mut self, id: LayerId) {
        let random = self.random.value();
        let layer = &mut self.layers[id.index()];
        let Some(channel) = layer.channel.map(|channel| &self.channels[channel.index()]) else { return };
        layer.velocity_square = layer.velocity_base;
        let variance = u32::from(channel.velocity_variance);
        if variance != 0 {
            let part = layer.velocity_base * (random % variance) as f32 / 100.0;
            let part = if random & 0x8000 != 0 { -part } else { part };
            layer.velocity_square = (layer.velocity_base + part).clamp(0.0, 1.0);
        }
        // The engine takes the variance of the velocity here too; with 0 it would trap.
        if channel.gate_variance != 0 && variance != 0 {
            let part = i32::from(layer.gap) * (random % variance) as i32 / 100;
            let part = if random & 0x4000 != 0 { -part } else { part };
            layer.gap = (i32::from(layer.gap) + part).clamp(0, i32::from(layer.delay.max(0))) as i16;
        }
    }

    /// Sets the layer's sound and frequency for a note; none if the note is dropped.
    fn prepare_later_note(&mut self, player: PlayerId, id: LayerId, semitone: u8) -> Option<NoteSound> {
        let rules = &self.rules().note;
        let channel = &self.channels[self.layers[id.index()].channel?.index()];
        if self.players[player.index()].mutes_notes_of(channel) {
            self.layers[id.index()].stopped = true;
            return None;
        }
        let own = self.layers[id.index()].instrument;
        // The note is passed over and does not even count as stopped.
        if own.is_none() && !channel.has_instrument && !rules.missing_instrument_is_drums {
            return None;
        }
        let note = match own.unwrap_or(channel.instrument) {
            ChannelInstrument::Drums => self.prepare_later_drum(id, semitone),
            ChannelInstrument::Effects => self.prepare_effect(id, semitone),
            ChannelInstrument::Instrument(entry) => self.prepare_pitched(player, id, Some(entry), semitone),
            ChannelInstrument::Wave(_) => self.prepare_pitched(player, id, None, semitone),
        };
        let Some(note) = note else {
            self.layers[id.index()].stopped = true;
            return None;
        };
        let layer = &mut self.layers[id.index()];
        layer.frequency_scale *= layer.bend;
        if rules.plays_to_sample_end && self.layers[id.index()].delay == 0 {
            self.play_to_sample_end(player, id, note.sound);
        }
        Some(note)
    }

    fn prepare_later_drum(&mut self, id: LayerId, semitone: u8) -> Option<NoteSound> {
        let number = self.transposed_in_channel(id, semitone);
        self.layers[id.index()].semitone = number;
        let bank = self.channels[self.layers[id.index()].channel?.index()].bank;
        let drum = self.sounds.drum(bank, number)?;
        let entry = SoundEntry::Drum { bank, drum: number };
        let layer = &mut self.layers[id.index()];
        layer.envelope = crate::voice::envelope_source::EnvelopeSource::Drum { bank, drum: number };
        layer.release_rate = drum.release_rate;
        if !layer.ignores_drum_pan {
            layer.pan = drum.pan;
        }
        layer.sound = Some(entry);
        layer.frequency_scale = drum.sound.tuning;
        Some(NoteSound { sound: Some(entry), is_same: true })
    }

    fn prepare_effect(&mut self, id: LayerId, semitone: u8) -> Option<NoteSound> {
        let layer = &self.layers[id.index()];
        let bank = self.channels[layer.channel?.index()].bank;
        let number = (layer.transposition as u16) << EFFECTS_OF_A_PAGE_BITS | u16::from(semitone);
        let entry = SoundEntry::Effect { bank, effect: number };
        self.layers[id.index()].semitone = semitone;
        let tuning = self.sounds.sound(entry)?.tuning;
        let layer = &mut self.layers[id.index()];
        layer.sound = Some(entry);
        layer.frequency_scale = tuning;
        Some(NoteSound { sound: Some(entry), is_same: true })
    }

    /// A note of an instrument or (without one) of a wave.
    fn prepare_pitched(
        &mut self,
        player: PlayerId,
        id: LayerId,
        instrument: Option<InstrumentEntry>,
        semitone: u8,
    ) -> Option<NoteSound> {
        let semitone = self.transposed(player, id, semitone);
        self.layers[id.index()].semitone = semitone;
        if semitone >= FIRST_INVALID_SEMITONE {
            return None;
        }
        let layer = &self.layers[id.index()];
        let (mode, target) = (layer.portamento.curve(), layer.portamento_target);
        let has_slide = layer.portamento.mode != 0;
        let choosing = if has_slide { semitone.max(target) } else { semitone };
        let (note, tuning) = self.choose_later_sound(id, instrument, choosing)?;
        let at_note = self.later_note_frequency(semitone, tuning);
        if !has_slide {
            self.layers[id.index()].frequency_scale = at_note;
            return Some(note);
        }
        let at_target = self.later_note_frequency(target, tuning);
        let (start, end) = match mode {
            1 | 3 | 5 => (at_target, at_note),
            2 | 4 if self.rules().note.has_slides_away => (at_note, at_target),
            _ => (at_note, at_note),
        };
        let timing = self.slide_timing(player, id);
        let layer = &mut self.layers[id.index()];
        layer.slide.start(SlidePlan { extent: end / start - 1.0, timing });
        layer.frequency_scale = start;
        if mode == 5 {
            layer.portamento_target = semitone;
        }
        Some(note)
    }

    fn slide_timing(&self, player: PlayerId, id: LayerId) -> SlideTiming {
        let layer = &self.layers[id.index()];
        SlideTiming {
            is_fixed: self.rules().note.has_fixed_slides,
            in_parts_of_note: layer.portamento.mode & 0x80 != 0,
            tempo: self.players[player.index()].tempo,
            threshold: self.timing.tick_threshold,
            delay: layer.delay,
            time: layer.portamento_time,
            updates_per_frame: self.timing.updates_per_frame,
        }
    }

    fn later_note_frequency(&self, semitone: u8, tuning: f32) -> f32 {
        let frequency = if self.rules().note.wraps_frequencies {
            zelda_note_frequency(semitone)
        } else {
            NOTE_FREQUENCY[usize::from(semitone & 0x7F)]
        };
        frequency * tuning
    }

    /// The sound of an instrument for a semitone, with its tuning; waves have none and the tuning 1.
    fn choose_later_sound(
        &mut self,
        id: LayerId,
        instrument: Option<InstrumentEntry>,
        semitone: u8,
    ) -> Option<(NoteSound, f32)> {
        let compares_samples = self.rules().note.compares_samples;
        let Some(entry) = instrument else {
            self.layers[id.index()].sound = None;
            return Some((NoteSound { sound: None, is_same: true }, 1.0));
        };
        let range = self.sounds.instrument(entry)?.range_of(semitone);
        let sound = SoundEntry::Instrument { bank: entry.bank, instrument: entry.instrument, range };
        // A range without a sample (the console would follow a null pointer): the note is dropped.
        let loaded = self.sounds.sound(sound)?;
        let last = self.layers[id.index()].sound;
        let is_same = last == Some(sound)
            || compares_samples
                && last
                    .and_then(|last| self.sounds.sound(last))
                    .is_some_and(|last| last.sample == loaded.sample);
        let tuning = loaded.tuning;
        self.layers[id.index()].sound = Some(sound);
        Some((NoteSound { sound: Some(sound), is_same }, tuning))
    }

    /// A note without a length plays to the end of its sample.
    fn play_to_sample_end(&mut self, player: PlayerId, id: LayerId, sound: Option<SoundEntry>) {
        let timing = &self.timing;
        let updates = (timing.frames_per_second * timing.updates_per_frame) as f32;
        let per_sample = updates / timing.integer_rate as f32 / f32::from(timing.tick_threshold);
        let tempo = f32::from(self.players[player.index()].tempo);
        let end = sound.and_then(|sound| self.sounds.sound(sound)).map_or(0, |sound| sound.sample.end);
        let layer = &mut self.layers[id.index()];
        let ticks = end as f32 * tempo * per_sample / layer.frequency_scale;
        let ticks = if sound.is_none() { 0.0 } else { ticks.min(LONGEST_SAMPLE_NOTE) };
        layer.gap = 0;
        layer.delay = (ticks as i16).saturating_add(1);
        if layer.portamento.mode & 0x80 != 0 {
            let timing = self.slide_timing(player, id);
            self.layers[id.index()].slide.time(timing);
        }
    }

    /// Finds a voice for a note, or goes on in the last one's.
    fn request_voice<P: EngineProbe>(&mut self, id: LayerId, note: NoteSound, probe: &mut P) {
        let rules = &self.rules().note;
        if let Some(sound) = note.sound.and_then(|sound| self.sounds.sound(sound))
            && sound.sample.is_unavailable()
        {
            self.layers[id.index()].stopped = true;
            return;
        }
        let layer = &self.layers[id.index()];
        if rules.dead_legato_stays_silent && layer.continuous && layer.has_died {
            return;
        }
        let is_parent = layer.voice.is_some_and(|voice| self.voices[voice.index()].parent == Some(id));
        let keeps_voice = layer.continuous && layer.voice.is_some() && layer.status != NoteStatus::Silent;
        if keeps_voice && is_parent && note.is_same {
            if note.sound.is_none() {
                self.continue_later_wave(id);
            }
        } else {
            let changes_sound = !note.is_same && (keeps_voice || rules.another_sound_ends_note);
            if changes_sound {
                self.release_note(id, Release::Decay);
            }
            let voice = self.allocate_later_voice(id, probe);
            self.layers[id.index()].voice = voice;
            if let Some(voice) = voice
                && self.voices[voice.index()].parent == Some(id)
            {
                self.start_later_vibrato(voice);
            }
        }
        if let Some(voice) = self.layers[id.index()].voice
            && self.voices[voice.index()].parent == Some(id)
        {
            if rules.legato_restarts_vibrato {
                self.start_later_vibrato(voice);
            }
            self.start_slide(voice);
        }
    }
}

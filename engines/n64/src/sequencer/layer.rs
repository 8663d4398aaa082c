//! A layer: one melodic line of a channel, and its life, `n64-engine.md` 4.2.

use super::script::Script;
use crate::engine::Engine;
use crate::ids::{ChannelId, LayerId, VoiceId};
use crate::sound_memory::{InstrumentEntry, SoundEntry};
use crate::voice::envelope::EnvelopeSource;
use crate::voice::release::Release;
use crate::voice::vibrato::Portamento;

/// Whether a layer's note has a voice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoteStatus {
    /// No voice was found, or the note is over.
    #[default]
    Silent,
    /// A voice plays it.
    Playing,
}

/// A layer of the pool.
#[derive(Clone, Debug)]
pub struct Layer {
    /// The channel it belongs (or last belonged) to.
    pub channel: Option<ChannelId>,
    /// Whether it is processed.
    pub enabled: bool,
    /// Whether its script has ended.
    pub finished: bool,
    /// Whether its note has been ended or suppressed.
    pub stopped: bool,
    /// Legato.
    pub continuous: bool,
    /// Whether its note has a voice.
    pub status: NoteStatus,
    /// Ticks until the next event.
    pub delay: i16,
    /// Ticks before the end of the delay at which the note is released.
    pub gap: i16,
    /// Delay of short notes that say none.
    pub default_delay: i16,
    /// Delay of the last note that said one.
    pub last_delay: i16,
    /// Gate of the notes, in 256ths of the delay.
    pub gate: u8,
    /// Semitones.
    pub transposition: i16,
    /// Velocity, squared.
    pub velocity_square: f32,
    /// Pan, 0 left to 1 right.
    pub pan: f32,
    /// Frequency of the note without the channel's part.
    pub frequency_scale: f32,
    /// Frequency for the voice.
    pub note_frequency_scale: f32,
    /// Velocity for the voice.
    pub note_velocity: f32,
    /// Pan for the voice.
    pub note_pan: f32,
    /// The slide.
    pub portamento: Portamento,
    /// Semitone the slide goes to (or comes from).
    pub portamento_target: u8,
    /// Duration of the slide.
    pub portamento_time: u16,
    /// Envelope of the notes.
    pub envelope: EnvelopeSource,
    /// Release rate of the notes; 0 means the channel's.
    pub release_rate: u8,
    /// The layer's own instrument.
    pub instrument: Option<InstrumentEntry>,
    /// The sound of the last note; none for waves.
    pub sound: Option<SoundEntry>,
    /// The voice of the last note.
    pub voice: Option<VoiceId>,
    /// The script.
    pub script: Script,
}

impl Layer {
    /// A layer nobody has used.
    pub fn new() -> Self {
        Self {
            channel: None,
            enabled: false,
            finished: false,
            stopped: false,
            continuous: false,
            status: NoteStatus::Silent,
            delay: 0,
            gap: 0,
            default_delay: 0,
            last_delay: 0,
            gate: 0,
            transposition: 0,
            velocity_square: 0.0,
            pan: 0.0,
            frequency_scale: 0.0,
            note_frequency_scale: 0.0,
            note_velocity: 0.0,
            note_pan: 0.0,
            portamento: Portamento::default(),
            portamento_target: 0,
            portamento_time: 0,
            envelope: EnvelopeSource::Default,
            release_rate: 0,
            instrument: None,
            sound: None,
            voice: None,
            script: Script::default(),
        }
    }
}

impl Engine {
    /// Starts a layer's script; without a free layer nothing happens.
    pub(crate) fn start_layer(&mut self, channel_id: ChannelId, slot: u8, address: u16) {
        let channel = &mut self.channels[channel_id.index()];
        let Some(entry) = channel.layers.get_mut(usize::from(slot)) else { return };
        let id = match *entry {
            Some(id) => id,
            None => {
                let Some(id) = self.free_layers.pop() else { return };
                *entry = Some(id);
                id
            }
        };
        self.release_note(id, Release::Decay);
        let channel = &self.channels[channel_id.index()];
        let layer = &mut self.layers[id.index()];
        // Not reset, so kept from the layer's last use: delays of short notes, the last sound and frequency, and
        // the slide's target and time.
        layer.channel = Some(channel_id);
        layer.envelope = channel.envelope;
        layer.release_rate = 0;
        layer.enabled = true;
        layer.finished = false;
        layer.stopped = false;
        layer.continuous = false;
        layer.portamento.mode = 0;
        layer.script.start(address);
        layer.status = NoteStatus::Silent;
        layer.gate = 0x80;
        layer.transposition = 0;
        layer.delay = 0;
        layer.gap = 0;
        layer.voice = None;
        layer.instrument = None;
        layer.velocity_square = 0.0;
        layer.pan = 0.5;
    }

    /// Frees the layer in a slot, if there is one.
    pub(crate) fn free_layer(&mut self, channel: ChannelId, slot: usize) {
        let Some(id) = self.channels[channel.index()].layers.get_mut(slot).and_then(Option::take) else {
            return;
        };
        self.disable_layer(id);
        self.free_layers.push(id);
    }

    /// Ends a layer: its note decays. It stays where it is.
    pub(crate) fn disable_layer(&mut self, id: LayerId) {
        self.release_note(id, Release::Decay);
        let layer = &mut self.layers[id.index()];
        layer.enabled = false;
        layer.finished = true;
    }
}

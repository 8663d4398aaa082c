//! A layer: one melodic line of a channel, and its life, `n64-engine.md` 4.2.

use super::channel::{CENTER_PAN, ChannelInstrument, VibratoSettings};
use super::script::Script;
use crate::engine::Engine;
use crate::ids::{ChannelId, LayerId, VoiceId};
use crate::profile::Generation;
use crate::sound_memory::SoundEntry;
use crate::voice::Release;
use crate::voice::envelope_source::EnvelopeSource;
use crate::voice::first::vibrato::Portamento;
use crate::voice::later::slide::Slide;

/// Whether a layer's note has a voice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoteStatus {
    /// No voice was found, or the note is over.
    #[default]
    Silent,
    /// A voice plays it.
    Playing,
}

/// The surround index of a layer that uses the channel's.
pub const USE_CHANNEL_SURROUND: u8 = 0x80;

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
    /// The same without the random part (Zelda generation).
    pub velocity_base: f32,
    /// Pan, 0 left to 127 right; it can be set higher.
    pub pan: u8,
    /// Frequency of the note without the channel's part.
    pub frequency_scale: f32,
    /// Frequency for the voice.
    pub note_frequency_scale: f32,
    /// Velocity for the voice.
    pub note_velocity: f32,
    /// Pan for the voice, 0 to 1 (first generation).
    pub note_pan: f32,
    /// Pan for the voice, 0 to 127 (later generations).
    pub note_position: u8,
    /// Whether a new note has not got its parameters yet (later generations).
    pub needs_init: bool,
    /// Whether its legato note has died (Zelda generation).
    pub has_died: bool,
    /// Frequency factor of the layer (from Shindou on).
    pub bend: f32,
    /// Whether drums leave the pan alone (later generations).
    pub ignores_drum_pan: bool,
    /// Stereo bits (from Shindou on).
    pub stereo_bits: u8,
    /// Surround index; 0x80 means the channel's (Majora's Mask).
    pub surround: u8,
    /// Which of the channel's parameters are used (Majora's Mask).
    pub flags: u16,
    /// Reverb send when the layer started (Majora's Mask).
    pub own_reverb: u8,
    /// The layer's own vibrato (Majora's Mask).
    pub own_vibrato: VibratoSettings,
    /// The slide of the later generations.
    pub slide: Slide,
    /// Semitone of the last note with its transpositions (for traces and displays).
    pub semitone: u8,
    /// The slide of the first generation.
    pub portamento: Portamento,
    /// Semitone the slide goes to (or comes from).
    pub portamento_target: u8,
    /// Duration of the slide.
    pub portamento_time: u16,
    /// Envelope of the notes.
    pub envelope: EnvelopeSource,
    /// Release rate of the notes; 0 means the channel's.
    pub release_rate: u8,
    /// The layer's own instrument; none means the channel's. The first generation knows only instruments here.
    pub instrument: Option<ChannelInstrument>,
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
            velocity_base: 0.0,
            pan: 0,
            frequency_scale: 0.0,
            note_frequency_scale: 0.0,
            note_velocity: 0.0,
            note_pan: 0.0,
            note_position: 0,
            needs_init: false,
            has_died: false,
            bend: 1.0,
            ignores_drum_pan: false,
            stereo_bits: 0,
            surround: USE_CHANNEL_SURROUND,
            flags: u16::MAX,
            own_reverb: 0,
            own_vibrato: VibratoSettings::DEFAULT,
            slide: Slide::default(),
            semitone: 0,
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

impl Layer {
    /// Resets what only the later generations have.
    const fn start_later(&mut self, stereo_bits: u8, reverb: u8) {
        self.bend = 1.0;
        self.ignores_drum_pan = false;
        self.stereo_bits = stereo_bits;
        self.needs_init = false;
        self.has_died = false;
        self.surround = USE_CHANNEL_SURROUND;
        self.flags = u16::MAX;
        self.own_reverb = reverb;
        self.own_vibrato = VibratoSettings::DEFAULT;
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
                let Some(id) = self.free_layers.pop() else {
                    if let Some(player) = channel.player {
                        self.count_empty_pool(player, "all layers are taken: a layer does not start");
                    }
                    return;
                };
                *entry = Some(id);
                id
            }
        };
        self.release_note(id, Release::Decay);
        let (generation, stereo_bits) = (self.generation(), self.rules().script.layer_stereo_bits);
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
        layer.velocity_base = 0.0;
        layer.pan = CENTER_PAN;
        if generation != Generation::First {
            layer.frequency_scale = 1.0;
            layer.start_later(stereo_bits, channel.reverb);
        }
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

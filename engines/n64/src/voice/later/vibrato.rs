//! Vibrato of the later generations: `n64-engine.md` 5.4 and 8.2, `n64-oot.md` 8.6.

use crate::engine::Engine;
use crate::ids::{ChannelId, LayerId, VoiceId};
use crate::sequencer::channel::VibratoSettings;
use crate::voice::tables::bend_octave;
use crate::voice::wave_tables::SINE;

/// The flag of a layer that uses the channel's vibrato (Majora's Mask).
const USES_CHANNEL_VIBRATO: u16 = 0x1000;
/// Index of "no bend" in the pitch table.
const CENTER: i16 = 128;

/// A parameter on its way from start to target.
#[derive(Clone, Copy, Debug, Default)]
struct Ramp {
    value: f32,
    timer: u16,
}

impl Ramp {
    fn start(start: u16, target: u16, change_delay: u16) -> Self {
        Self { value: f32::from(if change_delay == 0 { target } else { start }), timer: change_delay }
    }

    fn step(&mut self, target: u16, change_delay: u16) {
        if self.timer != 0 {
            if self.timer == 1 {
                self.value = f32::from(target);
            } else {
                self.value += (f32::from(target) - self.value) / f32::from(self.timer);
            }
            self.timer -= 1;
        } else if i32::from(target) != self.value as i32 {
            self.timer = change_delay;
            if self.timer == 0 {
                self.value = f32::from(target);
            }
        }
    }
}

/// Whose settings a vibrato follows.
#[derive(Clone, Copy, Debug)]
enum Settings {
    Channel(ChannelId),
    Layer(LayerId),
}

/// The vibrato of a voice.
#[derive(Clone, Copy, Debug)]
pub struct Vibrato {
    settings: Option<Settings>,
    time: u32,
    rate: Ramp,
    extent: Ramp,
    delay: u16,
    /// The factor of the last update.
    pub factor: f32,
}

impl Default for Vibrato {
    fn default() -> Self {
        Self {
            settings: None,
            time: 0,
            rate: Ramp::default(),
            extent: Ramp::default(),
            delay: 0,
            factor: 1.0,
        }
    }
}

impl Vibrato {
    /// One update: the factor for the frequency.
    fn step(&mut self, settings: &VibratoSettings, is_even: bool) -> f32 {
        if self.delay != 0 {
            self.delay -= 1;
            return 1.0;
        }
        self.extent.step(settings.extent_target, settings.extent_change_delay);
        self.rate.step(settings.rate_target, settings.rate_change_delay);
        if self.extent.value == 0.0 {
            return 1.0;
        }
        self.time = self.time.wrapping_add(self.rate.value as i32 as u32);
        let wave = SINE[(self.time >> 10 & 63) as usize];
        if is_even {
            let depth = self.extent.value / 4096.0 + 1.0;
            let inverse = 1.0 / depth;
            return 1.0 / ((depth - inverse) * (f32::from(wave) + 32768.0) / 65536.0 + inverse);
        }
        let bend = bend_octave((CENTER + (wave >> 8)) as u8);
        1.0 + self.extent.value / 4096.0 * (bend - 1.0)
    }
}

impl Engine {
    /// Starts the vibrato of a voice's note.
    pub(crate) fn start_later_vibrato(&mut self, id: VoiceId) {
        let has_layer_flags = self.rules().voice.has_layer_flags;
        let voice = &mut self.voices[id.index()];
        let Some(layer_id) = voice.parent else { return };
        let layer = &self.layers[layer_id.index()];
        let Some(channel) = layer.channel else { return };
        let uses_own = has_layer_flags && layer.flags & USES_CHANNEL_VIBRATO == 0;
        let (source, settings) = if uses_own {
            (Settings::Layer(layer_id), &layer.own_vibrato)
        } else {
            (Settings::Channel(channel), &self.channels[channel.index()].vibrato)
        };
        voice.later.vibrato = Vibrato {
            settings: Some(source),
            time: 0,
            rate: Ramp::start(settings.rate_start, settings.rate_target, settings.rate_change_delay),
            extent: Ramp::start(settings.extent_start, settings.extent_target, settings.extent_change_delay),
            delay: settings.delay,
            factor: 1.0,
        };
    }

    /// Copies the layer's slide into the voice.
    pub(crate) fn start_slide(&mut self, id: VoiceId) {
        let voice = &mut self.voices[id.index()];
        if let Some(layer) = voice.parent.map(|layer| &self.layers[layer.index()]) {
            voice.later.slide = layer.slide.for_voice(layer.portamento.mode);
        }
    }

    /// One update of a voice's slide and vibrato.
    pub(super) fn step_later_vibrato(&mut self, id: VoiceId) {
        let rules = &self.rules().voice;
        let voice = &mut self.voices[id.index()];
        voice.later.slide.step();
        let settings = match voice.later.vibrato.settings {
            Some(Settings::Channel(channel)) => &self.channels[channel.index()].vibrato,
            Some(Settings::Layer(layer)) => &self.layers[layer.index()].own_vibrato,
            None => return,
        };
        // Otherwise the last factor stays when the layer has gone on.
        if rules.vibrato_outlives_note || voice.parent.is_some() {
            voice.later.vibrato.factor = voice.later.vibrato.step(settings, rules.has_even_vibrato);
        }
    }
}

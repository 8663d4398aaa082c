//! Built-in waves of the later generations, `n64-engine.md` 8.2 and `n64-oot.md` 8.6.

use super::state::WaveTable;
use crate::engine::Engine;
use crate::ids::{LayerId, VoiceId};
use crate::sequencer::channel::{ChannelInstrument, FIRST_WAVE};

/// Below each limit: the table's factor.
type Tables = [(f32, f32); 4];

const TABLES: Tables = [(1.0, 1.0465), (2.0, 0.52325), (4.0, 0.26263), (f32::INFINITY, 0.13081)];

/// The Zelda generation's; its last two factors are sums of doubles.
const ZELDA_TABLES: Tables = [
    (0.999_99, 1.0465),
    (1.999_99, 1.0465_f32 / 2.0),
    (3.999_99, (1.0465_f32 as f64 / 4.0 + 1.005e-3) as f32),
    (f32::INFINITY, (1.0465_f32 as f64 / 8.0 - 2.5e-6) as f32),
];

impl Engine {
    /// Gives a voice the wave of its layer or channel, in the table that suits the layer's frequency. The frequency
    /// is adapted in place. Numbers without a wave (the console reads foreign memory) leave the voice's.
    pub(super) fn select_later_wave(&mut self, id: VoiceId, layer_id: LayerId) {
        let rules = &self.rules().voice;
        let layer = &mut self.layers[layer_id.index()];
        let Some(channel) = layer.channel else { return };
        let instrument = layer.instrument.unwrap_or(self.channels[channel.index()].instrument);
        let mut highest = layer.frequency_scale;
        if layer.portamento.mode != 0 && layer.slide.extent > 0.0 {
            highest *= layer.slide.extent + 1.0;
        }
        let tables = if rules.has_zelda_wave_tables { &ZELDA_TABLES } else { &TABLES };
        let table = tables.iter().position(|(limit, _)| highest < *limit).unwrap_or(3);
        layer.frequency_scale *= tables[table].1;
        let wave = &mut self.voices[id.index()].later.wave;
        wave.table = table as u8;
        if let ChannelInstrument::Wave(number) = instrument
            && number.wrapping_sub(FIRST_WAVE) < rules.waves
        {
            wave.wave = number - FIRST_WAVE;
        }
    }

    /// A legato note on a wave: the table may change, and the position is moved with it.
    pub(crate) fn continue_later_wave(&mut self, layer_id: LayerId) {
        let defers = self.rules().voice.defers_wave_change;
        let Some(id) = self.layers[layer_id.index()].voice else { return };
        let old = self.voices[id.index()].later.wave;
        self.select_later_wave(id, layer_id);
        let voice = &mut self.voices[id.index()];
        let new: WaveTable = voice.later.wave;
        if !defers {
            let position = &mut voice.playback.position.integer;
            *position = position.wrapping_mul(new.cycle()) / old.cycle();
        } else if new.table != old.table {
            voice.later.wave_change = new.table << 2 | old.table;
        }
    }
}

//! Synthetic waves, `n64-engine.md` 5.7.

use crate::engine::Engine;
use crate::ids::{LayerId, VoiceId};
use crate::sequencer::channel::{ChannelInstrument, FIRST_WAVE};
use crate::synthesis::abi1::memory_map;
use crate::voice::voice::WaveBuffer;
use crate::voice::wave_tables::{SAWTOOTH, SINE, SQUARE, TRIANGLE};

/// Samples of a wave buffer; the cycle is repeated to fill it.
pub const BUFFER_SAMPLES: usize = 64;

/// Cycle lengths by frequency: below each limit, the samples of a cycle and the frequency's factor.
const CYCLES: [(f32, u16, f64); 4] =
    [(1.0, 64, 1.0465), (2.0, 32, 0.52325), (4.0, 16, 0.26263), (f32::INFINITY, 8, 0.13081)];

/// The wave of an instrument number; numbers behind the four waves have none (the console reads foreign
/// memory there).
const fn wave_table(wave: u8) -> Option<&'static [i16; BUFFER_SAMPLES]> {
    match wave.wrapping_sub(FIRST_WAVE) {
        0 => Some(&SAWTOOTH),
        1 => Some(&TRIANGLE),
        2 => Some(&SINE),
        3 => Some(&SQUARE),
        _ => None,
    }
}

impl Engine {
    /// Gives a voice the wave of its channel, in the cycle length that suits the layer's frequency. The
    /// frequency is adapted in place.
    pub(crate) fn select_wave(&mut self, id: VoiceId, layer_id: LayerId) {
        let literals = self.literals();
        let layer = &mut self.layers[layer_id.index()];
        let frequency = layer.frequency_scale;
        let &(_, cycle, factor) = CYCLES.iter().find(|(limit, ..)| frequency < *limit).unwrap_or(&CYCLES[3]);
        layer.frequency_scale = literals.product(frequency, factor);
        let Some(channel) = layer.channel else { return };
        let ChannelInstrument::Wave(wave) = self.channels[channel.index()].instrument else { return };
        let Some(table) = wave_table(wave) else { return };
        let voice = &mut self.voices[id.index()];
        let wanted = WaveBuffer { wave, cycle };
        if voice.wave == wanted {
            return;
        }
        voice.wave = wanted;
        let cycle = usize::from(cycle);
        let step = BUFFER_SAMPLES / cycle;
        let buffer: [i16; BUFFER_SAMPLES] = std::array::from_fn(|index| table[index % cycle * step]);
        self.ram.write(memory_map::voice(id.index()) + memory_map::WAVE_BUFFER, &buffer);
    }

    /// A legato note on a wave: the cycle may change, and the position is moved with it.
    pub(crate) fn continue_wave(&mut self, layer_id: LayerId) {
        let Some(id) = self.layers[layer_id.index()].voice else { return };
        let old = self.voices[id.index()].wave.cycle;
        self.select_wave(id, layer_id);
        let voice = &mut self.voices[id.index()];
        // An integer quotient: 0 when the cycle gets shorter, and when there never was one.
        let quotient = voice.wave.cycle.checked_div(old).unwrap_or(0);
        voice.playback.position.integer = voice.playback.position.integer.wrapping_mul(quotient.into());
    }
}

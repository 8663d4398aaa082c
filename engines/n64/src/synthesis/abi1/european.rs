//! Chunks of Super Mario 64 European: voices by reverb unit, from the parameters of their update. `n64-mixer.md` 7.

use tatum_core::{Frame, Mutes};

use super::european_ramps::RampTables;
use super::european_reverb::{Unit, unit_bytes};
use super::memory_map::{self, dmem};
use super::mixing::{VoiceChunk, VolumeStage};
use super::task::Task;
use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::hardware::abi1::command::{AudioCommand, flags};
use crate::hardware::memory::RamAddress;
use crate::ids::VoiceId;
use crate::profile::{ChunkRule, Preset};
use crate::voice::first::wave::BUFFER_SAMPLES;
use crate::voice::later::parameters::VoiceParameters;
use crate::voice::later::state::SynthesisState;
use crate::voice::voice::{PlayPosition, StereoState, Volumes};

/// Bytes of a wave's table.
const WAVE_BYTES: u32 = 128;

/// Bytes of RAM the synthesis of a preset works in.
pub fn work_bytes(preset: &Preset) -> usize {
    let units: u32 = preset.reverbs.iter().flatten().map(|unit| unit_bytes(unit.window)).sum();
    (memory_map::voice(preset.voices.into()) + units) as usize + usize::from(dmem::CHANNEL_BYTES)
}

/// Writes the command lists of Super Mario 64 European.
#[derive(Clone)]
pub struct Synthesizer {
    task: Task,
    units: Vec<Unit>,
    ramps: RampTables,
    mutes: Mutes,
}

impl Synthesizer {
    /// A synthesiser for an engine's preset.
    pub fn new(engine: &Engine) -> Self {
        let mut base = memory_map::voice(engine.voices.len());
        let mut units = Vec::new();
        for settings in engine.preset.reverbs.into_iter().map_while(|unit| unit) {
            units.push(Unit::new(settings, base));
            base += unit_bytes(settings.window);
        }
        let usual = match engine.timing.chunks {
            ChunkRule::Nominal(usual) => usual,
            ChunkRule::Even => 128,
        };
        Self { task: Task::new(), units, ramps: RampTables::new(usual), mutes: Mutes::NONE }
    }

    /// Mutes voices from the next frame on.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
    }

    /// Appends the commands of a chunk.
    pub fn sequence_chunk(&mut self, engine: &mut Engine, update: u32, chunk: u32) {
        let is_last = update + 1 == engine.timing.updates_per_frame;
        self.ramps.choose(chunk, is_last);
        let update = update as usize;
        self.task.list.push(AudioCommand::Clear { address: dmem::LEFT, bytes: 2 * dmem::CHANNEL_BYTES });
        let mut loaded_book = None;
        for unit in 0..self.units.len() {
            let is_heard = !self.mutes.silences_returns();
            self.units[unit].begin(update, chunk, is_heard, &mut engine.ram, &mut self.task.list);
            self.sequence_voices(engine, update, chunk, &mut loaded_book, |index| index == unit);
            self.units[unit].end(update, &mut self.task.list);
        }
        let count = self.units.len();
        self.sequence_voices(engine, update, chunk, &mut loaded_book, |index| index >= count);
        self.task.save_output(chunk);
    }

    fn sequence_voices(
        &mut self,
        engine: &mut Engine,
        update: usize,
        chunk: u32,
        loaded_book: &mut Option<RamAddress>,
        is_wanted: impl Fn(usize) -> bool,
    ) {
        for index in 0..engine.voices.len() {
            let parameters = engine.slots[update * engine.voices.len() + index];
            // The voice's own flag counts too: one that is disabled by the frame's last update is gone from the
            // whole frame.
            let is_enabled = parameters.enabled && engine.voices[index].enabled;
            if is_enabled && is_wanted(usize::from(parameters.reverb_unit)) {
                self.sequence_voice(engine, VoiceId(index as u8), &parameters, chunk, loaded_book);
            }
        }
    }

    fn sequence_voice(
        &mut self,
        engine: &mut Engine,
        id: VoiceId,
        parameters: &VoiceParameters,
        chunk: u32,
        loaded_book: &mut Option<RamAddress>,
    ) {
        let list = &mut self.task.list;
        let voice = &mut engine.voices[id.index()];
        let is_silent = voice.is_silenced(id.0, &self.mutes);
        let mut flags = 0;
        if parameters.needs_init {
            voice.playback.position = PlayPosition::default();
            voice.playback.restart = false;
            voice.later.synthesis =
                SynthesisState { volumes: Volumes { left: 1, right: 1 }, ..SynthesisState::default() };
            flags = flags::INIT;
        }
        let work = VoiceChunk {
            chunk,
            parts: parameters.parts.into(),
            samples: voice.playback.position.advance(parameters.pitch, chunk),
            flags,
            states: memory_map::voice(id.index()),
        };
        let source = match parameters.sound {
            None => {
                let table = u32::from(parameters.wave.wave) * 4 + u32::from(parameters.wave.table);
                let address = engine.sounds.early_waves() + WAVE_BYTES * table;
                list.sequence_wave(address, BUFFER_SAMPLES as u32, &mut voice.playback, &work)
            }
            Some(sound) => {
                let Some(sound) = engine.sounds.sound(sound) else { return };
                // The offset counts 16-bit numbers, of which the transfer ignores what is no multiple of four.
                let book = sound.sample.book + 2 * u32::from(parameters.book_offset);
                let source =
                    list.sequence_sample(&mut voice.playback, &sound.sample, book, &work, loaded_book);
                if std::mem::take(&mut voice.playback.has_ended) {
                    voice.finished = true;
                    voice.enabled = false;
                }
                source
            }
        };
        list.resample(source, parameters.pitch, &work);
        let unit = usize::from(parameters.reverb_unit).min(self.units.len().saturating_sub(1));
        let source = voice.later.synthesis.volumes;
        let target = Volumes {
            left: (parameters.target.left << 5).max(1),
            right: (parameters.target.right << 5).max(1),
        };
        voice.later.synthesis.volumes = target;
        let stage = VolumeStage {
            source,
            target,
            rates: (source != target || parameters.envelope_init).then(|| {
                [self.ramps.ratio(source.left, target.left), self.ramps.ratio(source.right, target.right)]
            }),
            gains: (engine.preset.volume, u16::from(parameters.reverb) << 8),
            has_wet: unit < self.units.len() && parameters.reverb != 0,
            is_silent,
        };
        let state = &mut voice.later.synthesis;
        let mut stereo = StereoState {
            strong_left: parameters.strong_left,
            strong_right: parameters.strong_right,
            headset: parameters.headset,
            delay_left: parameters.delay_left,
            delay_right: parameters.delay_right,
            previous_delay_left: state.previous_delay_left,
            previous_delay_right: state.previous_delay_right,
        };
        list.mix_voice(&mut stereo, &work, &stage);
        state.previous_delay_left = stereo.previous_delay_left;
        state.previous_delay_right = stereo.previous_delay_right;
    }

    /// Runs the frame's list and replaces `out` with its samples.
    pub fn run_frame<P: EngineProbe>(
        &mut self,
        engine: &mut Engine,
        frame: i64,
        out: &mut Vec<Frame>,
        probe: &mut P,
    ) {
        self.task.run(engine, frame, out, probe);
        self.units.iter_mut().for_each(Unit::end_frame);
    }
}

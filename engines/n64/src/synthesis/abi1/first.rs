//! The first generation's chunks: `n64-mixer.md` 4 and 5.

use tatum_core::{Frame, Mutes};

use super::memory_map::{self, dmem};
use super::mixing::{VoiceChunk, VolumeStage};
use super::ramp_tables as ramps;
use super::reverb::Reverb;

use super::task::Task;
use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::hardware::abi1::command::{AudioCommand, flags};
use crate::hardware::memory::RamAddress;
use crate::ids::VoiceId;
use crate::profile::Preset;
use crate::synthesis::Speed;
use crate::voice::voice::{PlayPosition, Voice};

/// Bytes of RAM the synthesis of a preset works in.
pub fn work_bytes(preset: &Preset) -> usize {
    let window = preset.reverbs[0].map_or(0, |unit| unit.window);
    memory_map::work_bytes(preset.voices.into(), window)
}

/// Writes the command lists of the first generation.
#[derive(Clone)]
pub struct Synthesizer {
    task: Task,
    reverb: Option<Reverb>,
    mutes: Mutes,
}

impl Synthesizer {
    /// A synthesiser for an engine's preset.
    pub fn new(engine: &Engine) -> Self {
        let reverb = engine.preset.reverbs[0];
        Self {
            task: Task::new(),
            reverb: reverb.and_then(|unit| Reverb::new(engine.voices.len(), unit.window, unit.decay)),
            mutes: Mutes::NONE,
        }
    }

    /// Mutes voices from the next chunk on.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
    }

    /// Appends the commands of a chunk of `chunk` samples (a multiple of 8, at most 160).
    pub fn sequence_chunk(&mut self, engine: &mut Engine, chunk: u32) {
        let list = &mut self.task.list;
        let span = self.reverb.as_mut().map(|reverb| reverb.advance(chunk));
        match (&self.reverb, span) {
            (Some(reverb), Some(span)) => {
                reverb.load(span, list);
                if self.mutes.silences_returns() {
                    list.push(AudioCommand::Clear { address: dmem::LEFT, bytes: 2 * dmem::CHANNEL_BYTES });
                }
            }
            _ => list.push(AudioCommand::Clear { address: dmem::LEFT, bytes: 2 * dmem::CHANNEL_BYTES }),
        }
        let mut loaded_book = None;
        for index in 0..engine.voices.len() {
            if engine.voices[index].enabled {
                let id = VoiceId(index as u8);
                let is_silent = engine.voices[index].is_silenced(id.0, &self.mutes);
                self.sequence_voice(engine, id, chunk, is_silent, &mut loaded_book);
            }
        }
        self.task.save_output(chunk);
        if let (Some(reverb), Some(span)) = (&self.reverb, span) {
            reverb.save(span, &mut self.task.list);
        }
    }

    /// Appends the commands of a voice: source, resampling, envelope.
    fn sequence_voice(
        &mut self,
        engine: &mut Engine,
        id: VoiceId,
        chunk: u32,
        is_silent: bool,
        loaded_book: &mut Option<RamAddress>,
    ) {
        let list = &mut self.task.list;
        let voice = &mut engine.voices[id.index()];
        let mut flags = 0;
        if voice.needs_init {
            voice.playback.position = PlayPosition::default();
            flags = flags::INIT;
        }
        let Speed { frequency, parts, pitch } = Speed::of(voice.frequency);
        voice.frequency = frequency;
        let work = VoiceChunk {
            chunk,
            parts,
            samples: voice.playback.position.advance(pitch, chunk),
            flags,
            states: memory_map::voice(id.index()),
        };
        let source = match voice.sound {
            None => {
                let buffer = work.states + memory_map::WAVE_BUFFER;
                list.sequence_wave(buffer, voice.wave.cycle.into(), &mut voice.playback, &work)
            }
            Some(sound) => match engine.sounds.sound(sound) {
                Some(sound) => {
                    let source = list.sequence_sample(
                        &mut voice.playback,
                        &sound.sample,
                        sound.sample.book,
                        &work,
                        loaded_book,
                    );
                    if std::mem::take(&mut voice.playback.has_ended) {
                        voice.playback.position.integer = 0;
                        voice.finished = true;
                        voice.enabled = false;
                    }
                    source
                }
                None => return,
            },
        };
        // The flag of the source stage is also that of the resampler; a sample that ends in its first chunk
        // does not change it.
        voice.needs_init = false;
        list.resample(source, pitch, &work);
        let stage = volume_stage(voice, chunk, engine.preset.volume, self.reverb.is_some(), is_silent);
        voice.current = voice.target;
        list.mix_voice(&mut voice.stereo, &work, &stage);
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
    }
}

fn volume_stage(voice: &Voice, chunk: u32, dry_gain: u16, has_reverb: bool, is_silent: bool) -> VolumeStage {
    let (source, target) = (voice.current, voice.target);
    VolumeStage {
        source,
        target,
        rates: (source != target || voice.envelope_init).then(|| {
            [volume_ratio(source.left, target.left, chunk), volume_ratio(source.right, target.right, chunk)]
        }),
        gains: (dry_gain, voice.wet_gain as u16),
        has_wet: has_reverb && voice.reverb != 0,
        is_silent,
    }
}

/// The envelope mixer's ratio per 8 samples, 16.16 (`n64-mixer.md` 3).
fn volume_ratio(source: u16, target: u16, chunk: u32) -> u32 {
    let (target_table, source_table) = match chunk {
        128 => (&ramps::TARGET_128, &ramps::SOURCE_128),
        144 => (&ramps::TARGET_144, &ramps::SOURCE_144),
        _ => (&ramps::TARGET_136, &ramps::SOURCE_136),
    };
    let ratio = target_table[usize::from(target >> 8 & 0x7F)] * source_table[usize::from(source >> 8 & 0x7F)];
    ratio as i32 as u32
}

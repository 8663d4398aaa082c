//! One voice in one chunk: its source, its pitch, its effects, its volumes. `n64-mixer.md` 8, `n64-oot.md` 9.1 to 9.4.

use super::layout::{self, Layout};
use super::sampled::Source;
use crate::engine::{Engine, SoundMode};
use crate::hardware::memory::RamAddress;
use crate::hardware::nead::command::{NeadCommand, Signs, flags};
use crate::ids::VoiceId;
use crate::profile::rules::SynthesisRules;
use crate::voice::later::parameters::VoiceParameters;
use crate::voice::later::state::{FilterSource, SynthesisState};
use crate::voice::voice::{PlayPosition, Voice, Volumes};

/// Samples of a wave's table.
const WAVE_SAMPLES: u32 = 64;
/// Bytes of a wave's table.
const WAVE_BYTES: u16 = 2 * WAVE_SAMPLES as u16;
/// Gains below this one count as this one.
const LEAST_GAIN: u8 = 16;
/// Book offsets with a meaning of their own (Zelda generation, `n64-oot.md` 9.2).
const OVERRIDE_BOOK: u8 = 1;
const MULTIPLY_PAIRS: u8 = 2;
/// The bits of a reverb send that are a level; the upper one exchanges the sides.
const LEVEL: u8 = 0x7F;

/// What a voice needs in a chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct VoiceChunk {
    /// Samples of output.
    pub chunk: u32,
    /// Passes: two above twice the recorded speed.
    pub parts: u32,
    /// Samples of input for each pass.
    pub samples: u32,
    /// Flags of a voice's first chunk.
    pub flags: u8,
    /// The voice's states in RAM.
    pub states: u32,
}

impl VoiceChunk {
    /// Bytes of the chunk.
    pub const fn bytes(&self) -> u16 {
        2 * self.chunk as u16
    }

    /// Whether the voice begins.
    pub const fn is_first(&self) -> bool {
        self.flags & flags::INIT != 0
    }
}

/// Appends a voice's commands.
pub(super) struct VoiceWriter<'a> {
    /// The frame's list.
    pub list: &'a mut Vec<NeadCommand>,
    /// Addresses.
    pub layout: &'static Layout,
    /// The generation's rules.
    pub rules: &'static SynthesisRules,
}

impl VoiceWriter<'_> {
    /// Appends the commands of a voice.
    pub(super) fn sequence_voice(
        &mut self,
        engine: &mut Engine,
        id: VoiceId,
        parameters: &VoiceParameters,
        chunk: u32,
        is_silent: bool,
        loaded_book: &mut Option<RamAddress>,
    ) {
        let taps = filter_taps(engine, id, parameters.filter);
        let mode = engine.sound_mode;
        let voice = &mut engine.voices[id.index()];
        let mut flags = 0;
        if parameters.needs_init {
            voice.playback.position = PlayPosition::default();
            voice.playback.position.integer = parameters.start_offset;
            voice.playback.restart = false;
            voice.finished = false;
            voice.later.synthesis = SynthesisState {
                reverb: parameters.reverb,
                parts: parameters.parts,
                ..SynthesisState::default()
            };
            flags = flags::INIT;
        }
        let mut work = VoiceChunk {
            chunk,
            parts: parameters.parts.into(),
            samples: voice.playback.position.advance(parameters.pitch, chunk),
            flags,
            states: layout::voice(id.index()),
        };
        let resample_flags = flags | self.switch_parts(voice, &mut work);
        let source = match parameters.sound {
            None => self.sequence_wave(engine.sounds.waves(), voice, parameters, &work),
            Some(sound) => {
                let Some(sound) = engine.sounds.sound(sound) else { return };
                let mut sample = sound.sample;
                // When the note has ended, such a sample plays on to its very end.
                if let (Some(end), true, true) =
                    (sample.tail_end, self.rules.has_tails, voice.parent.is_none())
                {
                    sample.end = end;
                    sample.repeats = false;
                }
                let is_override = self.rules.has_override_book && parameters.book_offset == OVERRIDE_BOOK;
                let book = if is_override { engine.sounds.override_book() } else { sample.book };
                let source = self.sequence_sample(
                    &mut voice.playback,
                    Source { sample: &sample, book },
                    &work,
                    loaded_book,
                );
                if std::mem::take(&mut voice.playback.has_ended) {
                    voice.finished = true;
                    voice.later.synthesis.ended = true;
                }
                source
            }
        };
        let voice = &mut engine.voices[id.index()];
        self.resample(source, parameters.pitch, resample_flags, &work);
        self.apply_effects(voice, parameters, taps, &work);
        if mode == SoundMode::FullSurround {
            self.delay_surround(voice, parameters, &work);
        }
        self.mix_voice(voice, parameters, mode, &work, is_silent);
    }

    /// Adapts the resampler's history when a voice begins or stops to leave out every second sample; gives the
    /// resampler's flag.
    fn switch_parts(&self, voice: &mut Voice, work: &mut VoiceChunk) -> u8 {
        let last = std::mem::replace(&mut voice.later.synthesis.parts, work.parts as u8);
        if !self.rules.adapts_history {
            return 0;
        }
        match (last, work.parts) {
            (1, 2) => {
                work.samples += 2;
                flags::LOOP
            }
            (2, 1) => {
                work.samples = work.samples.saturating_sub(4);
                flags::TWO_BITS
            }
            _ => 0,
        }
    }

    /// Appends the commands that repeat a wave's table as often as needed; gives the address of the first sample.
    fn sequence_wave(
        &mut self,
        waves: RamAddress,
        voice: &mut Voice,
        parameters: &VoiceParameters,
        work: &VoiceChunk,
    ) -> u16 {
        let position = &mut voice.playback.position.integer;
        if parameters.wave_change != 0 {
            let (new, old) = (parameters.wave_change >> 2 & 3, parameters.wave_change & 3);
            *position = position.wrapping_mul(WAVE_SAMPLES >> new) / (WAVE_SAMPLES >> old);
        }
        let table = u32::from(parameters.wave.wave) * 4 + u32::from(parameters.wave.table);
        let source = self.layout.source;
        self.list.push(NeadCommand::Load {
            bytes: WAVE_BYTES,
            address: source,
            ram: waves + u32::from(WAVE_BYTES) * table,
        });
        *position %= WAVE_SAMPLES;
        let available = WAVE_SAMPLES - *position;
        if available < work.samples {
            let count = (work.samples - available).div_ceil(WAVE_SAMPLES) as u8;
            self.list.push(NeadCommand::Duplicate { count, input: source, output: source + WAVE_BYTES });
        }
        let address = source + 2 * *position as u16;
        *position += work.samples;
        address
    }

    fn resample(&mut self, source: u16, pitch: u16, flag_bits: u8, work: &VoiceChunk) {
        let temp = self.layout.temp;
        if pitch == 0 {
            self.list.push(NeadCommand::Clear { address: temp, bytes: work.bytes() });
            return;
        }
        self.list.push(NeadCommand::SetBuffers { input: source, output: temp, count: work.bytes() });
        self.list.push(NeadCommand::Resample {
            flags: flag_bits,
            pitch,
            state: work.states + layout::RESAMPLE_STATE,
        });
    }

    /// Filter and gain, or gain, filter and comb filter.
    fn apply_effects(
        &mut self,
        voice: &mut Voice,
        parameters: &VoiceParameters,
        taps: Option<[i16; 8]>,
        work: &VoiceChunk,
    ) {
        if self.rules.has_comb {
            if parameters.book_offset == MULTIPLY_PAIRS && self.rules.multiplies_pairs {
                let (input, output) = (self.layout.temp, self.layout.temp);
                self.list.push(NeadCommand::MultiplyPairs { bytes: work.bytes(), input, output });
            }
            self.amplify(parameters.gain, work);
            self.filter(taps, work);
            self.comb(voice, parameters, work);
        } else {
            self.filter(taps, work);
            self.amplify(parameters.gain, work);
        }
    }

    fn amplify(&mut self, gain: u8, work: &VoiceChunk) {
        if gain != 0 {
            let gain = gain.max(LEAST_GAIN);
            let address = self.layout.temp;
            self.list.push(NeadCommand::Gain { gain, bytes: work.bytes() + 32, address });
        }
    }

    fn filter(&mut self, taps: Option<[i16; 8]>, work: &VoiceChunk) {
        if let Some(taps) = taps {
            self.list.push(NeadCommand::SetFilterTaps { bytes: work.bytes(), taps });
            self.list.push(NeadCommand::Filter {
                flags: work.flags & flags::INIT,
                address: self.layout.temp,
                state: work.states + layout::FILTER_STATE,
            });
        }
    }

    /// Adds the signal to itself, delayed: the engine's comb filter. Sizes that are no multiple of 16 (which hit
    /// alignment effects of the vector unit) are cut to one.
    fn comb(&mut self, voice: &mut Voice, parameters: &VoiceParameters, work: &VoiceChunk) {
        let size = u16::from(parameters.comb.size & !15);
        if size == 0 || parameters.comb.gain == 0 {
            voice.later.synthesis.comb_runs = false;
            return;
        }
        let (temp, comb) = (self.layout.temp, self.layout.comb);
        let history = work.states + layout::COMB_HISTORY;
        let delayed = comb - size;
        self.list.push(NeadCommand::Move { from: temp, to: comb, bytes: work.bytes() });
        if voice.later.synthesis.comb_runs {
            self.list.push(NeadCommand::Load { bytes: size, address: delayed, ram: history });
        } else {
            self.list.push(NeadCommand::Clear { address: delayed, bytes: size });
        }
        self.list.push(NeadCommand::Save { bytes: size, address: delayed + work.bytes(), ram: history });
        self.list.push(NeadCommand::Mix {
            bytes: work.bytes(),
            gain: parameters.comb.gain as i16,
            input: temp,
            output: delayed,
        });
        self.list.push(NeadCommand::Move { from: delayed, to: temp, bytes: work.bytes() });
        voice.later.synthesis.comb_runs = true;
    }

    /// Mixes the voice into the sums, with linear ramps.
    fn mix_voice(
        &mut self,
        voice: &mut Voice,
        parameters: &VoiceParameters,
        mode: SoundMode,
        work: &VoiceChunk,
        is_silent: bool,
    ) {
        let layout = self.layout;
        let groups = (work.chunk >> 3).max(1) as i32;
        let state = &mut voice.later.synthesis;
        let mut target = Volumes { left: parameters.target.left << 4, right: parameters.target.right << 4 };
        if mode == SoundMode::FullSurround {
            target = super::surround::reduced(parameters.target, parameters.surround);
        }
        let ramp = |target: u16, current: u16| ((i32::from(target) - i32::from(current)) / groups) as i16;
        let (left_step, right_step) =
            (ramp(target.left, state.volumes.left), ramp(target.right, state.volumes.right));
        let old = std::mem::replace(&mut state.reverb, parameters.reverb);
        let level = |reverb: u8| i32::from(reverb & LEVEL);
        let reverb_step = ((level(parameters.reverb) - level(old)) << 9) / groups;
        self.list.push(NeadCommand::SetRamps {
            reverb: (old & LEVEL) << 1,
            reverb_step: reverb_step as u16,
            left_step: left_step as u16,
            right_step: right_step as u16,
        });
        self.list.push(NeadCommand::SetVolumes { left: state.volumes.left, right: state.volumes.right });
        state.volumes.left = state.volumes.left.wrapping_add((left_step as i32 * groups) as u16);
        state.volumes.right = state.volumes.right.wrapping_add((right_step as i32 * groups) as u16);
        let side = self.delayed_side(parameters, voice);
        let mut dry = [layout.left, layout.right];
        if let Some(side) = side {
            self.list.push(NeadCommand::Clear { address: layout.pan, bytes: layout.channel_bytes });
            dry[side] = layout.pan;
        }
        self.list.push(NeadCommand::EnvelopeMix {
            input: layout.temp,
            samples: work.chunk as u8,
            signs: Signs {
                invert_left: parameters.strong_right,
                invert_right: parameters.strong_left,
                invert_wet_left: parameters.wet_left,
                invert_wet_right: parameters.wet_right,
                swaps_wet: old & !LEVEL != 0,
                is_silent,
            },
            dry,
            wet: [layout.wet_left, layout.wet_right],
        });
        if let Some(side) = side {
            self.delay_side(voice, parameters, side, work);
        }
    }
}

/// The coefficients of a voice's filter as they are when the signal processor runs: after all updates of the frame.
fn filter_taps(engine: &Engine, id: VoiceId, source: FilterSource) -> Option<[i16; 8]> {
    match source {
        FilterSource::None => None,
        FilterSource::Copy => Some(engine.voices[id.index()].later.filter),
        FilterSource::Sequence { player, address } => {
            let data = engine.players.get(usize::from(player))?.data.as_ref()?;
            Some(std::array::from_fn(|tap| data.u16(usize::from(address) + 2 * tap) as i16))
        }
    }
}

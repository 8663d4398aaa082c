//! One voice in one chunk: its source, its pitch, its volumes. `n64-mixer.md` 5.

use super::frame::Synthesizer;
use super::memory_map::{self, dmem};
use super::ramp_tables as ramps;
use crate::engine::Engine;
use crate::hardware::command::{AudioCommand, RamAddress, Side, flags};
use crate::ids::VoiceId;
use crate::voice::voice::{PlayPosition, Voice, Volumes};

/// Speeds from here on need two passes.
const TWO_PARTS_FROM: f32 = 2.0;
/// Highest speed in one pass.
const MAX_ONE_PART: f32 = 1.99996;
/// Highest speed in two passes.
const MAX_TWO_PARTS: f32 = 3.99993;

/// What a voice needs in a chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct VoiceChunk {
    /// Samples of output.
    pub chunk: u32,
    /// Passes: two above twice the recorded speed.
    pub parts: u32,
    /// Samples of input.
    pub samples: u32,
    /// Flags of a voice's first chunk.
    pub flags: u8,
    /// The voice's states in RAM.
    pub states: u32,
}

/// The side that headphones delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DelayedSide {
    /// None.
    None,
    /// Left; it goes through its own buffer.
    Left,
    /// Right.
    Right,
}

impl Synthesizer {
    /// Appends the commands of a voice: source, resampling, envelope.
    pub(super) fn sequence_voice(
        &mut self,
        engine: &mut Engine,
        id: VoiceId,
        chunk: u32,
        loaded_book: &mut Option<RamAddress>,
    ) {
        let voice = &mut engine.voices[id.index()];
        let mut flags = 0;
        if voice.needs_init {
            voice.position = PlayPosition::default();
            flags = flags::INIT;
        }
        let Speed { frequency, parts, pitch } = Speed::of(voice.frequency);
        voice.frequency = frequency;
        let total = u32::from(voice.position.fraction) + u32::from(pitch) * chunk * 2;
        voice.position.fraction = total as u16;
        let states = memory_map::voice(id.index());
        let work = VoiceChunk { chunk, parts, samples: total >> 16, flags, states };
        let source = match voice.sound {
            None => self.sequence_wave(voice, &work),
            Some(sound) => match engine.sounds.sound(sound) {
                Some(sound) => self.sequence_sample(voice, &sound.sample, &work, loaded_book),
                None => return,
            },
        };
        self.resample(voice, source, pitch, &work);
        let side = voice.stereo.delayed_side();
        let is_silent = self.mutes.silences(id.0, voice.slot);
        self.mix_envelope(voice, &work, side, engine.preset.volume, is_silent);
        if voice.stereo.headset {
            self.delay_side(voice, &work, side);
        }
    }

    fn resample(&mut self, voice: &mut Voice, source: u16, pitch: u16, work: &VoiceChunk) {
        // The flag of the source stage is also that of the resampler; a sample that ends in its first chunk
        // does not change it.
        voice.needs_init = false;
        self.list.push(AudioCommand::SetBuffers {
            input: source,
            output: dmem::TEMP,
            count: 2 * work.chunk as u16,
        });
        self.list.push(AudioCommand::Resample {
            flags: work.flags,
            pitch,
            state: work.states + memory_map::RESAMPLE_STATE,
        });
    }

    fn mix_envelope(
        &mut self,
        voice: &mut Voice,
        work: &VoiceChunk,
        side: DelayedSide,
        dry_gain: u16,
        is_silent: bool,
    ) {
        let source = voice.current;
        let target = voice.target;
        voice.current = target;
        let has_wet = self.reverb.is_some() && voice.reverb != 0;
        self.set_envelope_buffers(voice, work, side);
        let mut flag_bits = if has_wet { flags::AUXILIARY } else { 0 };
        if is_silent {
            flag_bits |= flags::SILENT;
        }
        if source != target || voice.envelope_init {
            self.set_ramps(source, target, work.chunk);
            self.list.push(AudioCommand::SetGains { dry: dry_gain, wet: voice.wet_gain as u16 });
            flag_bits |= flags::INIT;
        }
        self.list.push(AudioCommand::EnvelopeMix {
            flags: flag_bits,
            state: work.states + memory_map::ENVELOPE_STATE,
        });
        if !voice.stereo.headset {
            self.mix_strong_side(voice, work, has_wet);
        }
    }

    /// The destinations: the sums, or buffers of their own for a delayed or a strong side.
    fn set_envelope_buffers(&mut self, voice: &Voice, work: &VoiceChunk, side: DelayedSide) {
        let (mut left, mut right) = (dmem::LEFT, dmem::RIGHT);
        let (mut wet_left, mut wet_right) = (dmem::WET_LEFT, dmem::WET_RIGHT);
        if voice.stereo.headset {
            self.list.push(AudioCommand::Clear { address: dmem::PAN, bytes: dmem::CHANNEL_BYTES });
            match side {
                DelayedSide::None => {}
                DelayedSide::Left => left = dmem::PAN,
                DelayedSide::Right => right = dmem::PAN,
            }
        } else if voice.stereo.strong_right || voice.stereo.strong_left {
            self.list.push(AudioCommand::Clear { address: dmem::STRONG_DRY, bytes: 2 * dmem::CHANNEL_BYTES });
            if voice.stereo.strong_right {
                (left, wet_left) = (dmem::STRONG_DRY, dmem::STRONG_WET);
            } else {
                (right, wet_right) = (dmem::STRONG_DRY, dmem::STRONG_WET);
            }
        }
        let count = 2 * work.chunk as u16;
        self.list.push(AudioCommand::SetBuffers { input: dmem::TEMP, output: left, count });
        self.list.push(AudioCommand::SetAuxiliaryBuffers { dry_right: right, wet_left, wet_right });
    }

    fn set_ramps(&mut self, source: Volumes, target: Volumes, chunk: u32) {
        self.list.push(AudioCommand::SetVolume { side: Side::Left, volume: source.left });
        self.list.push(AudioCommand::SetVolume { side: Side::Right, volume: source.right });
        for (side, source, target) in
            [(Side::Left, source.left, target.left), (Side::Right, source.right, target.right)]
        {
            let rate = volume_ratio(source, target, chunk);
            self.list.push(AudioCommand::SetTarget { side, target, rate });
        }
    }

    /// A strong side is mixed into its sum out of phase (gain -1).
    fn mix_strong_side(&mut self, voice: &Voice, work: &VoiceChunk, has_wet: bool) {
        let (dry, wet) = if voice.stereo.strong_right {
            (dmem::LEFT, dmem::WET_LEFT)
        } else if voice.stereo.strong_left {
            (dmem::RIGHT, dmem::WET_RIGHT)
        } else {
            return;
        };
        self.list.push(AudioCommand::SetBuffers { input: 0, output: 0, count: 2 * work.chunk as u16 });
        self.list.push(AudioCommand::Mix { gain: i16::MIN, input: dmem::STRONG_DRY, output: dry });
        if has_wet {
            self.list.push(AudioCommand::Mix { gain: i16::MIN, input: dmem::STRONG_WET, output: wet });
        }
    }
}

/// How a voice's speed is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// The speed, limited to what the signal processor can do.
    pub frequency: f32,
    /// Passes: two from twice the recorded speed on.
    pub parts: u32,
    /// The resampler's pitch in the last pass, 0x8000 = 1.0.
    pub pitch: u16,
}

impl Speed {
    /// The passes and the pitch for a voice's frequency.
    #[must_use]
    pub fn of(frequency: f32) -> Self {
        let (frequency, parts, ratio) = if frequency < TWO_PARTS_FROM {
            let frequency = frequency.min(MAX_ONE_PART);
            (frequency, 1, frequency)
        } else {
            let frequency = frequency.min(MAX_TWO_PARTS);
            (frequency, 2, frequency * 0.5)
        };
        Self { frequency, parts, pitch: (ratio * 32768.0) as i32 as u16 }
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

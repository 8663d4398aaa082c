//! The second half of a voice: resampling, envelope and sides. `n64-mixer.md` 5.

use super::list::CommandList;
use super::memory_map::{self, dmem};
use crate::hardware::abi1::command::{AudioCommand, Side, flags};
use crate::voice::voice::{StereoState, Volumes};

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

/// A voice's volumes in a chunk.
#[derive(Clone, Copy, Debug)]
pub(super) struct VolumeStage {
    /// Volumes at the start.
    pub source: Volumes,
    /// Volumes to reach.
    pub target: Volumes,
    /// Ratio per 8 samples of either side, 16.16; none if the mixer need not be set up anew.
    pub rates: Option<[u32; 2]>,
    /// Gains of the dry and the wet sums.
    pub gains: (u16, u16),
    /// Whether the wet sums are mixed to.
    pub has_wet: bool,
    /// Whether the voice is muted by the listener.
    pub is_silent: bool,
}

impl CommandList {
    /// Resamples the source to the voice's pitch.
    pub(super) fn resample(&mut self, source: u16, pitch: u16, work: &VoiceChunk) {
        self.push(AudioCommand::SetBuffers {
            input: source,
            output: dmem::TEMP,
            count: 2 * work.chunk as u16,
        });
        self.push(AudioCommand::Resample {
            flags: work.flags,
            pitch,
            state: work.states + memory_map::RESAMPLE_STATE,
        });
    }

    /// Mixes the voice into the sums, with ramps if its volumes change, and takes care of strong and delayed
    /// sides.
    pub(super) fn mix_voice(&mut self, stereo: &mut StereoState, work: &VoiceChunk, stage: &VolumeStage) {
        let side = stereo.delayed_side();
        self.set_envelope_buffers(stereo, work, side);
        let mut flag_bits = if stage.has_wet { flags::AUXILIARY } else { 0 };
        if stage.is_silent {
            flag_bits |= flags::SILENT;
        }
        if let Some(rates) = stage.rates {
            self.set_ramps(stage, rates);
            self.push(AudioCommand::SetGains { dry: stage.gains.0, wet: stage.gains.1 });
            flag_bits |= flags::INIT;
        }
        self.push(AudioCommand::EnvelopeMix {
            flags: flag_bits,
            state: work.states + memory_map::ENVELOPE_STATE,
        });
        if stereo.headset {
            self.delay_side(stereo, work, side);
        } else {
            self.mix_strong_side(stereo, work, stage.has_wet);
        }
    }

    /// The destinations: the sums, or buffers of their own for a delayed or a strong side.
    fn set_envelope_buffers(&mut self, stereo: &StereoState, work: &VoiceChunk, side: DelayedSide) {
        let (mut left, mut right) = (dmem::LEFT, dmem::RIGHT);
        let (mut wet_left, mut wet_right) = (dmem::WET_LEFT, dmem::WET_RIGHT);
        if stereo.headset {
            self.push(AudioCommand::Clear { address: dmem::PAN, bytes: dmem::CHANNEL_BYTES });
            match side {
                DelayedSide::None => {}
                DelayedSide::Left => left = dmem::PAN,
                DelayedSide::Right => right = dmem::PAN,
            }
        } else if stereo.strong_right || stereo.strong_left {
            self.push(AudioCommand::Clear { address: dmem::STRONG_DRY, bytes: 2 * dmem::CHANNEL_BYTES });
            if stereo.strong_right {
                (left, wet_left) = (dmem::STRONG_DRY, dmem::STRONG_WET);
            } else {
                (right, wet_right) = (dmem::STRONG_DRY, dmem::STRONG_WET);
            }
        }
        let count = 2 * work.chunk as u16;
        self.push(AudioCommand::SetBuffers { input: dmem::TEMP, output: left, count });
        self.push(AudioCommand::SetAuxiliaryBuffers { dry_right: right, wet_left, wet_right });
    }

    fn set_ramps(&mut self, stage: &VolumeStage, [left, right]: [u32; 2]) {
        let VolumeStage { source, target, .. } = *stage;
        self.push(AudioCommand::SetVolume { side: Side::Left, volume: source.left });
        self.push(AudioCommand::SetVolume { side: Side::Right, volume: source.right });
        self.push(AudioCommand::SetTarget { side: Side::Left, target: target.left, rate: left });
        self.push(AudioCommand::SetTarget { side: Side::Right, target: target.right, rate: right });
    }

    /// A strong side is mixed into its sum out of phase (gain -1).
    fn mix_strong_side(&mut self, stereo: &StereoState, work: &VoiceChunk, has_wet: bool) {
        let (dry, wet) = if stereo.strong_right {
            (dmem::LEFT, dmem::WET_LEFT)
        } else if stereo.strong_left {
            (dmem::RIGHT, dmem::WET_RIGHT)
        } else {
            return;
        };
        self.push(AudioCommand::SetBuffers { input: 0, output: 0, count: 2 * work.chunk as u16 });
        self.push(AudioCommand::Mix { gain: i16::MIN, input: dmem::STRONG_DRY, output: dry });
        if has_wet {
            self.push(AudioCommand::Mix { gain: i16::MIN, input: dmem::STRONG_WET, output: wet });
        }
    }
}

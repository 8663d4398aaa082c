//! A voice: one sounding note.

use tatum_core::Mutes;

use super::first::envelope::Envelope;
use super::first::vibrato::Vibrato;
use super::later::state::LaterVoice;
use super::lists::{ListKind, SetId};
use crate::ids::LayerId;
use crate::sound_memory::SoundEntry;

/// Bits of the allocation policy, `n64-engine.md` 5.2.
pub(crate) mod policy {
    /// Take the voice that still fades for this layer.
    pub const OWN_VOICE: u8 = 1;
    /// Only voices reserved for the channel.
    pub const CHANNEL: u8 = 2;
    /// Voices reserved for the channel or the player.
    pub const PLAYER: u8 = 4;
    /// Only voices for everyone.
    pub const GLOBAL: u8 = 8;
}

/// Priority of a voice that does nothing.
pub const PRIORITY_DISABLED: u8 = 0;
/// Priority of a voice that is ending.
pub const PRIORITY_STOPPING: u8 = 1;

/// What a released note keeps, because its layer goes on to other things.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrozenParameters {
    /// Frequency.
    pub frequency: f32,
    /// Velocity.
    pub velocity: f32,
    /// Pan.
    pub pan: f32,
    /// Reverb send.
    pub reverb: u8,
}

/// Volumes of both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Volumes {
    /// Left.
    pub left: u16,
    /// Right.
    pub right: u16,
}

/// How a voice reaches the two ears beyond its volumes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StereoState {
    /// The side's signal is mixed out of phase into the other.
    pub strong_left: bool,
    /// As `strong_left`, for the right side.
    pub strong_right: bool,
    /// Headphone delays are in use.
    pub headset: bool,
    /// Bytes of delay of the left side.
    pub delay_left: u16,
    /// Bytes of delay of the right side.
    pub delay_right: u16,
    /// The left delay of the last chunk.
    pub previous_delay_left: u16,
    /// The right delay of the last chunk.
    pub previous_delay_right: u16,
}

/// Where a voice stands in its sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayPosition {
    /// Samples.
    pub integer: u32,
    /// Fraction of a sample, over 65536.
    pub fraction: u16,
}

impl PlayPosition {
    /// Moves the fraction by a chunk at a pitch (0x8000 is 1.0); gives the samples that this takes.
    pub fn advance(&mut self, pitch: u16, chunk: u32) -> u32 {
        let total = u32::from(self.fraction) + u32::from(pitch) * chunk * 2;
        self.fraction = total as u16;
        total >> 16
    }
}

/// How far a voice has played its sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Playback {
    /// The position.
    pub position: PlayPosition,
    /// Whether the sample goes on at its loop start.
    pub restart: bool,
    /// Whether a one-shot sample has just ended.
    pub has_ended: bool,
}

/// The wave a voice's buffer holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaveBuffer {
    /// The wave's instrument number; 0 if the voice never had one.
    pub wave: u8,
    /// Samples of one cycle: 64, 32, 16 or 8; 0 if the voice never had one.
    pub cycle: u16,
}

/// A voice.
#[derive(Clone, Debug)]
pub struct Voice {
    /// Whether it is synthesised.
    pub enabled: bool,
    /// Whether the synthesis starts anew.
    pub needs_init: bool,
    /// Whether a one-shot sample has ended.
    pub finished: bool,
    /// 0 does nothing, 1 is ending, from 2 on a note plays.
    pub priority: u8,
    /// Whether stereo and headset effects apply.
    pub stereo_effects: bool,
    /// What sounds; none is a wave.
    pub sound: Option<SoundEntry>,
    /// The wave in the voice's buffer.
    pub wave: WaveBuffer,
    /// The layer whose note sounds.
    pub parent: Option<LayerId>,
    /// The layer whose note sounds no more but fades.
    pub previous_parent: Option<LayerId>,
    /// The layer that waits for the voice.
    pub wanted: Option<LayerId>,
    /// Sequence channel of the last note, for muting and displays.
    pub slot: Option<u8>,
    /// Layer of that channel, for muting.
    pub layer_slot: Option<u8>,
    /// What the released note keeps.
    pub frozen: FrozenParameters,
    /// The volume envelope.
    pub envelope: Envelope,
    /// Vibrato and slide.
    pub vibrato: Vibrato,
    /// Speed of the sample.
    pub frequency: f32,
    /// Volumes at the end of the coming chunk.
    pub target: Volumes,
    /// Volumes at its start.
    pub current: Volumes,
    /// Reverb send.
    pub reverb: u8,
    /// Gain of the wet buffers.
    pub wet_gain: i16,
    /// Whether the envelope mixer must be set up anew.
    pub envelope_init: bool,
    /// Delays and strong sides.
    pub stereo: StereoState,
    /// Where the voice stands in its sample.
    pub playback: Playback,
    /// What only the later generations have.
    pub later: LaterVoice,
    /// The list it is in.
    pub list: Option<(SetId, ListKind)>,
    /// The set of the last list it was put in.
    pub own_set: SetId,
}

impl Voice {
    /// Whether the voice, whose number is `number`, is left out of what is heard.
    pub(crate) fn is_silenced(&self, number: u8, mutes: &Mutes) -> bool {
        if *mutes == Mutes::NONE {
            return false;
        }
        let layer = self.slot.zip(self.layer_slot);
        mutes.silences(number, self.slot)
            || layer.is_some_and(|(channel, layer)| mutes.silences_layer(channel, layer))
    }

    /// A voice at boot.
    pub fn new() -> Self {
        Self {
            enabled: false,
            needs_init: false,
            finished: false,
            priority: PRIORITY_DISABLED,
            stereo_effects: false,
            sound: None,
            wave: WaveBuffer::default(),
            parent: None,
            previous_parent: None,
            wanted: None,
            slot: None,
            layer_slot: None,
            frozen: FrozenParameters::default(),
            envelope: Envelope::default(),
            vibrato: Vibrato::default(),
            frequency: 0.0,
            target: Volumes::default(),
            current: Volumes::default(),
            reverb: 0,
            wet_gain: 0,
            envelope_init: false,
            stereo: StereoState::default(),
            playback: Playback::default(),
            later: LaterVoice::default(),
            list: None,
            own_set: SetId::Global,
        }
    }
}

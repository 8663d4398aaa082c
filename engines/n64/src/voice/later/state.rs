//! What a voice of the later generations keeps beside the common part.

use super::envelope::Envelope;
use super::parameters::VoiceParameters;
use super::slide::Slide;
use super::vibrato::Vibrato;
use crate::sequencer::channel::CombFilter;
use crate::voice::voice::Volumes;

/// How far a note's end has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// It plays.
    #[default]
    Playing = 0,
    /// It decays.
    Decaying = 1,
    /// It is being ended quickly.
    Released = 2,
}

/// Where a voice's filter coefficients come from when the signal processor runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FilterSource {
    /// No filter.
    #[default]
    None,
    /// Eight numbers in a player's sequence.
    Sequence {
        /// The player.
        player: u8,
        /// Offset in its sequence.
        address: u16,
    },
    /// The voice's copy, made when its note ended.
    Copy,
}

/// The parameters of a note: live from its layer and channel, frozen at its end.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct NoteParameters {
    /// Frequency.
    pub frequency: f32,
    /// Velocity.
    pub velocity: f32,
    /// Pan, 0 to 127.
    pub pan: u8,
    /// Reverb send.
    pub reverb: u8,
    /// Gain.
    pub gain: u8,
    /// Stereo bits.
    pub stereo_bits: u8,
    /// Surround index.
    pub surround: u8,
    /// Filter.
    pub filter: FilterSource,
    /// Comb filter.
    pub comb: CombFilter,
}

/// What the synthesis keeps between the chunks of a voice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SynthesisState {
    /// Volumes at the end of the last chunk.
    pub volumes: Volumes,
    /// Left delay of the last chunk.
    pub previous_delay_left: u16,
    /// Right delay of the last chunk.
    pub previous_delay_right: u16,
    /// Reverb send of the last chunk.
    pub reverb: u8,
    /// Passes of the last chunk.
    pub parts: u8,
    /// Whether the comb filter has a history.
    pub comb_runs: bool,
    /// Whether the sample has just ended.
    pub ended: bool,
    /// Gain of the delayed surround signal.
    pub surround_gain: u16,
}

/// A built-in wave in one of its tables of 64 samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaveTable {
    /// Wave number, 0 is instrument 0x80.
    pub wave: u8,
    /// Table: 1, 2, 4 or 8 cycles in its 64 samples.
    pub table: u8,
}

impl WaveTable {
    /// Samples of a cycle.
    pub const fn cycle(self) -> u32 {
        64 >> (self.table & 3)
    }
}

/// The later generations' part of a voice.
#[derive(Clone, Debug, Default)]
pub struct LaterVoice {
    /// How far the note's end has come.
    pub ending: Ending,
    /// Volume envelope.
    pub envelope: Envelope,
    /// Slide.
    pub slide: Slide,
    /// Vibrato.
    pub vibrato: Vibrato,
    /// What the ended note keeps.
    pub frozen: NoteParameters,
    /// The copy of an ended note's filter.
    pub filter: [i16; 8],
    /// The wave it plays, if it plays one.
    pub wave: WaveTable,
    /// New and old table of a wave in one number, while a change has not been synthesised (Zelda generation).
    pub wave_change: u8,
    /// Book offset, one update late.
    pub book_offset: u8,
    /// Reverb unit.
    pub reverb_unit: u8,
    /// Sample at which the note begins (Majora's Mask).
    pub start_offset: u32,
    /// What the synthesis was last told.
    pub parameters: VoiceParameters,
    /// The synthesis' own state.
    pub synthesis: SynthesisState,
}

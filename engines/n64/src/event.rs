//! What an engine tells its probe.

use tatum_core::Probe;

use crate::engine::Engine;
use crate::hardware::abi1::command::AudioCommand;
use crate::hardware::nead::command::NeadCommand;
use crate::ids::{PlayerId, VoiceId};
use crate::sequencer::abi::{ChannelOperation, LayerOperation, SequenceOperation};
use crate::sequencer::script::Operands;

/// Something that happened in the engine.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// An audio frame begins.
    Frame {
        /// Frame number; negative while the console settles before the song.
        frame: i64,
        /// Samples it will have.
        samples: u32,
        /// Samples left in the playing buffer when the length was chosen.
        remaining: u32,
    },
    /// A player's tick begins.
    Tick {
        /// The player.
        player: PlayerId,
        /// Ticks before this one.
        tick: u64,
    },
    /// A script command was read; it is executed next.
    Command {
        /// The player.
        player: PlayerId,
        /// Whose script it is.
        place: ScriptPlace,
        /// Offset of the command byte in the sequence.
        offset: usize,
        /// What it does.
        operation: Operation,
        /// Its operands.
        operands: &'a Operands,
        /// How many operands there are.
        operand_count: usize,
    },
    /// A voice starts a note.
    VoiceStart {
        /// The voice.
        voice: VoiceId,
        /// The player whose script asked for it.
        player: Option<PlayerId>,
        /// The slot of the channel that owns it.
        channel: Option<u8>,
        /// The slot of the layer whose note it is.
        layer: Option<u8>,
    },
    /// A voice is silent again.
    VoiceStop {
        /// The voice.
        voice: VoiceId,
    },
    /// An update is complete, and its chunk is about to be synthesised.
    Update {
        /// Frame number.
        frame: i64,
        /// Update in the frame.
        update: u32,
        /// Samples of its chunk.
        chunk: u32,
        /// The engine, to be looked at.
        engine: &'a Engine,
    },
    /// The command list of a frame, about to be executed.
    CommandList {
        /// Frame number.
        frame: i64,
        /// The commands.
        commands: &'a [AudioCommand],
    },
    /// The same for the later microcode.
    NeadCommandList {
        /// Frame number.
        frame: i64,
        /// The commands.
        commands: &'a [NeadCommand],
    },
    /// A frame is complete.
    FrameEnd {
        /// Frame number.
        frame: i64,
        /// Its samples.
        samples: u32,
    },
}

/// The script a command belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScriptPlace {
    /// The sequence itself.
    Sequence,
    /// A channel, by slot.
    Channel(u8),
    /// A layer, by channel slot and layer slot.
    Layer(u8, u8),
}

/// A command of any level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Sequence level.
    Sequence(SequenceOperation),
    /// Channel level.
    Channel(ChannelOperation),
    /// Layer level.
    Layer(LayerOperation),
}

impl Operation {
    /// Whether the command changes how a note of its script sounds, now or from the next note on; control flow,
    /// waiting, ports and values do not.
    #[must_use]
    pub const fn shapes_sound(self) -> bool {
        match self {
            Self::Sequence(operation) => {
                use SequenceOperation as S;
                matches!(
                    operation,
                    S::Mute
                        | S::MuteVolumeScale
                        | S::MuteChannelsFromTable
                        | S::DisableChannels
                        | S::DisableChannel(_)
                        | S::FadeVolumeScale
                        | S::AddVolume
                        | S::SetFade
                        | S::SetVolume
                        | S::AddTransposition
                        | S::SetTransposition
                        | S::EndUpdate
                )
            }
            Self::Channel(operation) => {
                use ChannelOperation as C;
                matches!(
                    operation,
                    C::DisableChannel(_)
                        | C::DisableChannelOf
                        | C::Priority(_)
                        | C::PriorityOf
                        | C::FreeLayer(_)
                        | C::Instrument
                        | C::BankAndInstrument
                        | C::StereoEffects
                        | C::Sustain
                        | C::PitchBend
                        | C::FinePitchBend
                        | C::Reverb
                        | C::ReverbUnit
                        | C::BookOffset
                        | C::VibratoRate
                        | C::VibratoExtent
                        | C::VibratoRateRamp
                        | C::VibratoExtentRamp
                        | C::VibratoDelay
                        | C::VibratoReset
                        | C::ReleaseRate
                        | C::Envelope
                        | C::Transposition
                        | C::PanWeight
                        | C::Pan
                        | C::FrequencyScale
                        | C::Volume
                        | C::VolumeScale
                        | C::ParametersFromSequence
                        | C::Parameters
                        | C::Gain
                        | C::Filter
                        | C::FilterOff
                        | C::FilterFromTables
                        | C::CombFilter
                        | C::StartOffset
                        | C::Surround
                        | C::VelocityVariance
                        | C::GateVariance
                )
            }
            Self::Layer(operation) => !matches!(
                operation,
                LayerOperation::None | LayerOperation::DefaultDelay | LayerOperation::Flow(_)
            ),
        }
    }
}

/// A probe of this engine.
pub trait EngineProbe: for<'a> Probe<Event<'a>> {}

impl<P: for<'a> Probe<Event<'a>>> EngineProbe for P {}

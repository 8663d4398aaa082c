//! `case.toml` of the golden set: what to play, for how long, and what the game does meanwhile.

use serde::Deserialize;
use tatum_nds::hardware::OutputBits;
use tatum_nds::host::{HostCall, HostEvent, MuteMode};
use tatum_nds::{Options, SequenceId};

/// One case.
#[derive(Debug, Deserialize)]
pub struct Case {
    pub file: String,
    pub frames: u64,
    pub ticks: u64,
    pub output_bits: u8,
    pub sequence_ticks: u64,
    pub end_tick: i64,
    pub register_writes: u64,
    #[serde(default)]
    pub event: Vec<CaseEvent>,
}

/// One outside call.
#[derive(Debug, Deserialize)]
pub struct CaseEvent {
    tick: u64,
    #[serde(flatten)]
    call: CaseCall,
}

/// The calls as the README of the golden set lists them.
#[derive(Debug, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
enum CaseCall {
    StartSeq { handle: u32, sequence: u32 },
    StartSeqarc { handle: u32, archive: u32, entry: u32 },
    Stop { handle: u32 },
    Pause { handle: u32, on: i64 },
    SeqVolume { handle: u32, volume: u8 },
    TempoRatio { handle: u32, ratio: u16 },
    ChannelPriority { handle: u32, priority: u8 },
    TrackPitch { handle: u32, track_mask: u16, value: i16 },
    TrackPan { handle: u32, track_mask: u16, value: i8 },
    TrackFader { handle: u32, track_mask: u16, value: i16 },
    TrackPanRange { handle: u32, track_mask: u16, value: u8 },
    TrackMute { handle: u32, track_mask: u16, mode: u8 },
    TrackChannels { handle: u32, track_mask: u16, channel_mask: u16 },
    LocalVar { handle: u32, variable: u8, value: i16 },
    GlobalVar { variable: u8, value: i16 },
    LockChannel { channel_mask: u16, weak: i64 },
    UnlockChannel { channel_mask: u16, weak: i64 },
    MasterVolume { volume: u8 },
    MasterPan { pan: i16 },
    Surround { decay: u16 },
}

impl Case {
    /// Reads a case.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// How the console is set up.
    pub fn options(&self) -> Options {
        let output = if self.output_bits == 10 { OutputBits::Ten } else { OutputBits::Sixteen };
        Options { output, ..Options::default() }
    }

    /// The calls as the engine takes them.
    pub fn schedule(&self) -> Vec<HostEvent> {
        self.event
            .iter()
            .map(|event| HostEvent { tick: event.tick, call: event.call.to_host_call() })
            .collect()
    }
}

impl CaseCall {
    fn to_host_call(&self) -> HostCall {
        match *self {
            Self::StartSeq { handle, sequence } => {
                HostCall::Start { handle, sequence: SequenceId::Sequence(sequence) }
            }
            Self::StartSeqarc { handle, archive, entry } => {
                HostCall::Start { handle, sequence: SequenceId::ArchiveEntry { archive, entry } }
            }
            Self::Stop { handle } => HostCall::Stop { handle },
            Self::Pause { handle, on } => HostCall::Pause { handle, on: on != 0 },
            Self::SeqVolume { handle, volume } => HostCall::SequenceVolume { handle, volume },
            Self::TempoRatio { handle, ratio } => HostCall::TempoRatio { handle, ratio },
            Self::ChannelPriority { handle, priority } => HostCall::ChannelPriority { handle, priority },
            Self::TrackPitch { handle, track_mask, value } => {
                HostCall::TrackPitch { handle, tracks: track_mask, pitch: value }
            }
            Self::TrackPan { handle, track_mask, value } => {
                HostCall::TrackPan { handle, tracks: track_mask, pan: value }
            }
            Self::TrackFader { handle, track_mask, value } => {
                HostCall::TrackFader { handle, tracks: track_mask, fader: value }
            }
            Self::TrackPanRange { handle, track_mask, value } => {
                HostCall::TrackPanRange { handle, tracks: track_mask, range: value }
            }
            Self::TrackMute { handle, track_mask, mode } => HostCall::TrackMute {
                handle,
                tracks: track_mask,
                mode: MuteMode::from_number(mode).expect("modes 0 to 3"),
            },
            Self::TrackChannels { handle, track_mask, channel_mask } => {
                HostCall::TrackChannels { handle, tracks: track_mask, channels: channel_mask }
            }
            Self::LocalVar { handle, variable, value } => HostCall::LocalVariable { handle, variable, value },
            Self::GlobalVar { variable, value } => HostCall::GlobalVariable { variable, value },
            Self::LockChannel { channel_mask, weak } => {
                HostCall::LockChannels { channels: channel_mask, weak: weak != 0 }
            }
            Self::UnlockChannel { channel_mask, weak } => {
                HostCall::UnlockChannels { channels: channel_mask, weak: weak != 0 }
            }
            Self::MasterVolume { volume } => HostCall::MasterVolume { volume },
            Self::MasterPan { pan } => HostCall::MasterPan { pan: u8::try_from(pan).ok() },
            Self::Surround { decay } => HostCall::Surround { decay },
        }
    }
}

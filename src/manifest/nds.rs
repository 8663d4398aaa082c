//! Manifests of the Nintendo DS: a sound archive, and the calls a game makes.

use std::path::PathBuf;

use serde::Deserialize;
use tatum_nds::hardware::OutputBits;
use tatum_nds::host::{HostCall, HostEvent, MuteMode};
use tatum_nds::{Options, SequenceId};

/// A sound archive and what is played from it.
#[derive(Debug, Deserialize)]
pub struct NdsManifest {
    /// The archive.
    pub file: PathBuf,
    /// The sequence that starts when no calls are listed.
    #[serde(default)]
    pub sequence: u32,
    /// Length in frames.
    #[serde(default)]
    pub frames: Option<u64>,
    /// Width of the output: 16, or 10 as the console's converter has it.
    #[serde(default = "sixteen")]
    pub output_bits: u8,
    /// The game's calls.
    #[serde(default, rename = "event")]
    pub events: Vec<EventTable>,
}

const fn sixteen() -> u8 {
    16
}

/// `[[event]]`: a call at a tick of the driver.
#[derive(Debug, Deserialize)]
pub struct EventTable {
    tick: u64,
    #[serde(flatten)]
    call: CallTable,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "call", rename_all = "snake_case")]
enum CallTable {
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

impl NdsManifest {
    /// How the console is set up.
    ///
    /// # Errors
    ///
    /// A message if the output is neither 16 nor 10 bits wide.
    pub fn options(&self) -> Result<Options, String> {
        let output = match self.output_bits {
            16 => OutputBits::Sixteen,
            10 => OutputBits::Ten,
            other => return Err(format!("output_bits: expected 16 or 10, found {other}")),
        };
        Ok(Options { output, ..Options::default() })
    }

    /// The calls as the engine takes them.
    ///
    /// # Errors
    ///
    /// A message if a mute mode does not exist.
    pub fn schedule(&self) -> Result<Vec<HostEvent>, String> {
        if self.events.is_empty() {
            let sequence = SequenceId::Sequence(self.sequence);
            return Ok(vec![HostEvent { tick: 0, call: HostCall::Start { handle: 0, sequence } }]);
        }
        self.events
            .iter()
            .map(|event| Ok(HostEvent { tick: event.tick, call: event.call.to_host_call()? }))
            .collect()
    }
}

impl CallTable {
    fn to_host_call(&self) -> Result<HostCall, String> {
        Ok(match *self {
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
                mode: MuteMode::from_number(mode)
                    .ok_or_else(|| format!("event: mode: expected 0 to 3, found {mode}"))?,
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
        })
    }
}

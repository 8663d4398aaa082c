use crate::sequencer::MuteMode;
use crate::song::SequenceId;

/// A call of the game at a wake of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostEvent {
    /// The wake in whose queue the resulting commands are.
    pub tick: u64,
    /// What is called.
    pub call: HostCall,
}

/// What a game can do to the driver. A handle is any number; it means the sequence it last started.
///
/// Calls for a handle whose sequence has ended do nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostCall {
    /// Starts a sequence.
    Start {
        /// The handle it is known by from now on.
        handle: u32,
        /// Which sequence.
        sequence: SequenceId,
    },
    /// Stops a sequence; its notes fade with their own release.
    Stop {
        /// Which sequence.
        handle: u32,
    },
    /// Pauses or resumes.
    Pause {
        /// Which sequence.
        handle: u32,
        /// True = pause.
        on: bool,
    },
    /// Sets the sequence's volume.
    SequenceVolume {
        /// Which sequence.
        handle: u32,
        /// 0 to 127 on the linear decibel scale.
        volume: u8,
    },
    /// Sets the tempo ratio.
    TempoRatio {
        /// Which sequence.
        handle: u32,
        /// 256 = 1.
        ratio: u16,
    },
    /// Sets what is added to the tracks' priorities.
    ChannelPriority {
        /// Which sequence.
        handle: u32,
        /// 0 to 255.
        priority: u8,
    },
    /// Transposes tracks.
    TrackPitch {
        /// Which sequence.
        handle: u32,
        /// Tracks by bit.
        tracks: u16,
        /// 1/64 semitones.
        pitch: i16,
    },
    /// Moves tracks to the side.
    TrackPan {
        /// Which sequence.
        handle: u32,
        /// Tracks by bit.
        tracks: u16,
        /// Added to the pan, -128 to 127.
        pan: i8,
    },
    /// Fades tracks.
    TrackFader {
        /// Which sequence.
        handle: u32,
        /// Tracks by bit.
        tracks: u16,
        /// 0.1 dB.
        fader: i16,
    },
    /// Narrows the pan of tracks.
    TrackPanRange {
        /// Which sequence.
        handle: u32,
        /// Tracks by bit.
        tracks: u16,
        /// 127 = as written.
        range: u8,
    },
    /// Mutes tracks.
    TrackMute {
        /// Which sequence.
        handle: u32,
        /// Tracks by bit.
        tracks: u16,
        /// How.
        mode: MuteMode,
    },
    /// Sets the hardware channels that tracks may use.
    TrackChannels {
        /// Which sequence.
        handle: u32,
        /// Tracks by bit.
        tracks: u16,
        /// Channels by bit.
        channels: u16,
    },
    /// Sets a variable of the sequence's player.
    LocalVariable {
        /// Which sequence.
        handle: u32,
        /// 0 to 15; others do nothing.
        variable: u8,
        /// The value.
        value: i16,
    },
    /// Sets a variable of all players.
    GlobalVariable {
        /// 0 to 15; others do nothing.
        variable: u8,
        /// The value.
        value: i16,
    },
    /// Keeps channels from notes, and stops them.
    LockChannels {
        /// Channels by bit.
        channels: u16,
        /// Tracks with channels of their own ignore weak locks.
        weak: bool,
    },
    /// Gives channels back.
    UnlockChannels {
        /// Channels by bit.
        channels: u16,
        /// Which kind of lock.
        weak: bool,
    },
    /// Sets the master volume register.
    MasterVolume {
        /// 0 to 127.
        volume: u8,
    },
    /// Gives all channels one pan.
    MasterPan {
        /// 0 to 127, or `None` to switch it off.
        pan: Option<u8>,
    },
    /// Sets the attenuation of off-centre channels.
    Surround {
        /// 0 = off, up to 0x7FFF.
        decay: u16,
    },
}

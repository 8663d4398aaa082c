/// What a sequence channel or track is doing, for displays. Its notes are those of its voices
/// ([`VoiceStatus::key`](crate::VoiceStatus::key)).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChannelStatus {
    /// The channel's number, as mute lists name it.
    pub channel: u8,
    /// Whether its script runs.
    pub is_active: bool,
    /// The instrument as the engine numbers it.
    pub instrument: Option<u16>,
    /// Volume, 0.0 to 1.0; songs can set more.
    pub volume: f32,
    /// Pan, -1.0 (left) to 1.0 (right).
    pub pan: f32,
}

/// How fast a sequence goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tempo {
    /// Beats (quarter notes) per minute.
    pub beats_per_minute: f32,
    /// Ticks of a beat, as in [`Position::ticks`](crate::Position::ticks).
    pub ticks_per_beat: u32,
}

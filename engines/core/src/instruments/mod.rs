//! Instruments made by code, for songs that come without a bank.

/// One recording: 16-bit PCM with an optional loop.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Name, unique in the bank.
    pub name: &'static str,
    /// Samples at [`Sample::RATE`].
    pub pcm: Vec<i16>,
    /// First sample of the loop and the sample after its end; both are multiples of 16, so that every
    /// console's block codec can loop there.
    pub loop_points: Option<(usize, usize)>,
    /// MIDI key (60 = middle C) at which the recording sounds as recorded.
    pub root_key: u8,
}

impl Sample {
    /// Frames per second of every built-in recording.
    pub const RATE: u32 = 32_000;
}

/// One stereo sample pair, as the console's converter receives it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Frame {
    /// Left sample, signed 16-bit.
    pub left: i16,
    /// Right sample, signed 16-bit.
    pub right: i16,
}

impl Frame {
    /// Both samples zero.
    pub const SILENCE: Self = Self { left: 0, right: 0 };

    /// A frame from its two samples.
    #[must_use]
    pub const fn new(left: i16, right: i16) -> Self {
        Self { left, right }
    }
}

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

    /// The least and the greatest sample of both sides; zero if there are none below or above.
    #[must_use]
    pub fn extremes(frames: &[Self]) -> (i16, i16) {
        frames.iter().fold((0, 0), |(least, greatest): (i16, i16), frame| {
            (least.min(frame.left).min(frame.right), greatest.max(frame.left).max(frame.right))
        })
    }

    /// The largest level of both sides.
    #[must_use]
    pub fn peak(frames: &[Self]) -> u16 {
        let (least, greatest) = Self::extremes(frames);
        least.unsigned_abs().max(greatest.unsigned_abs())
    }
}

//! The sums into which voices are mixed (`snes-hardware.md` section 4.3, V4 and V5).

use super::brr::clamp16;

/// Left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The left channel.
    Left = 0,
    /// The right channel.
    Right = 1,
}

/// A value for each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stereo {
    /// Left.
    pub left: i32,
    /// Right.
    pub right: i32,
}

impl Stereo {
    /// The value of one side.
    #[inline]
    pub const fn side(&mut self, side: Side) -> &mut i32 {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }
}

/// What the voices of the current sample have added up to; every addition saturates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mix {
    /// The sum that is heard directly.
    pub main: Stereo,
    /// The sum that goes into the echo.
    pub echo: Stereo,
}

impl Mix {
    /// Adds one voice on one side.
    #[inline]
    pub fn add(&mut self, side: Side, amplitude: i32, into_echo: bool) {
        let main = self.main.side(side);
        *main = clamp16(*main + amplitude);
        if into_echo {
            let echo = self.echo.side(side);
            *echo = clamp16(*echo + amplitude);
        }
    }
}

/// A voice's sample times a signed volume.
#[inline]
#[must_use]
pub const fn scaled(sample: i32, volume: i32) -> i32 {
    (sample * volume) >> 7
}

//! The sums of a block of samples.

use crate::hardware::dsp::mixer::{Mix, scaled};

/// The volumes of a voice.
#[derive(Clone, Copy)]
pub(super) struct Volumes {
    pub(super) left: i8,
    pub(super) right: i8,
}

/// The sums of up to `N` samples.
pub(super) struct BlockMix<const N: usize> {
    pub(super) left: [i16; N],
    pub(super) right: [i16; N],
    pub(super) echo_left: [i16; N],
    pub(super) echo_right: [i16; N],
}

impl<const N: usize> BlockMix<N> {
    pub(super) const fn new() -> Self {
        Self { left: [0; N], right: [0; N], echo_left: [0; N], echo_right: [0; N] }
    }

    /// Voice 0's first left sample has been in the sums since the end of the sample before.
    pub(super) fn add_voice_0(&mut self, outputs: &[i16], volumes: Volumes, into_echo: bool, carried: &Mix) {
        self.add(outputs, volumes, into_echo);
        self.left[0] = carried.main.left as i16;
        self.echo_left[0] = carried.echo.left as i16;
    }

    /// Adds one voice.
    pub(super) fn add(&mut self, outputs: &[i16], volumes: Volumes, into_echo: bool) {
        add_scaled(&mut self.left, outputs, volumes.left);
        add_scaled(&mut self.right, outputs, volumes.right);
        if into_echo {
            add_scaled(&mut self.echo_left, outputs, volumes.left);
            add_scaled(&mut self.echo_right, outputs, volumes.right);
        }
    }
}

/// A voice's samples have at most 2047/2048 of full scale, so that even times -128/128 they fit into 16 bits.
#[inline]
fn add_scaled(sums: &mut [i16], outputs: &[i16], volume: i8) {
    let volume = i32::from(i16::from(volume));
    for (sum, &output) in sums.iter_mut().zip(outputs) {
        *sum = sum.saturating_add(scaled(i32::from(output), volume) as i16);
    }
}

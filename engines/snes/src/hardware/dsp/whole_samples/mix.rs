//! The sums of a block of samples.

use super::product::Factor;
use super::vector::Kernels;
use crate::hardware::dsp::mixer::Mix;

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
    pub(super) fn begin_with(&mut self, carried: &Mix) {
        self.left[0] = carried.main.left as i16;
        self.echo_left[0] = carried.echo.left as i16;
    }

    /// Adds a voice's samples on both sides, from sample `start` of the block on.
    pub(super) fn add(
        &mut self,
        kernels: impl Kernels,
        start: usize,
        outputs: &[i16],
        volumes: Volumes,
        into_echo: bool,
    ) {
        self.add_left(kernels, start, outputs, volumes.left, into_echo);
        self.add_right(kernels, start, outputs, volumes.right, into_echo);
    }

    /// As [`BlockMix::add`], on the left side.
    pub(super) fn add_left(
        &mut self,
        kernels: impl Kernels,
        start: usize,
        outputs: &[i16],
        volume: i8,
        into_echo: bool,
    ) {
        add_side(kernels, &mut self.left, &mut self.echo_left, start, outputs, volume, into_echo);
    }

    /// As [`BlockMix::add`], on the right side.
    pub(super) fn add_right(
        &mut self,
        kernels: impl Kernels,
        start: usize,
        outputs: &[i16],
        volume: i8,
        into_echo: bool,
    ) {
        add_side(kernels, &mut self.right, &mut self.echo_right, start, outputs, volume, into_echo);
    }
}

#[inline]
fn add_side<const N: usize>(
    kernels: impl Kernels,
    sums: &mut [i16; N],
    echo: &mut [i16; N],
    start: usize,
    outputs: &[i16],
    volume: i8,
    into_echo: bool,
) {
    let sums = sums.get_mut(start..).unwrap_or_default();
    if into_echo {
        kernels.add_scaled_to_both(sums, echo.get_mut(start..).unwrap_or_default(), outputs, volume);
    } else {
        kernels.add_scaled(sums, outputs, volume);
    }
}

/// Adds samples at a volume.
#[inline(always)]
pub(super) fn add_scaled(sums: &mut [i16], outputs: &[i16], volume: i8) {
    let volume = Factor::volume(volume);
    for (sum, &output) in sums.iter_mut().zip(outputs) {
        *sum = sum.saturating_add(volume.times(output));
    }
}

/// Adds samples at a volume to two sums.
#[inline(always)]
pub(super) fn add_scaled_to_both(sums: &mut [i16], echo: &mut [i16], outputs: &[i16], volume: i8) {
    let volume = Factor::volume(volume);
    for ((sum, echo), &output) in sums.iter_mut().zip(echo).zip(outputs) {
        let amplitude = volume.times(output);
        *sum = sum.saturating_add(amplitude);
        *echo = echo.saturating_add(amplitude);
    }
}

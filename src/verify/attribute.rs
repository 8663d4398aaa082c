//! Which voice a difference of samples follows: each voice's own sound, found by muting it, is compared with what is
//! left when the rendering is taken from the reference.

use std::collections::BTreeMap;
use std::fmt;

use tatum_core::{Frame, Mutes};

use crate::error::Error;
use crate::song::{Song, SongPlayer};

/// Frames from the first difference on that are looked at.
const WINDOW: usize = 2048;
/// A voice is muted this long before the difference: longer than any engine computes ahead.
const LEAD: u64 = 4096;
/// A voice that explains less of the difference is not named.
const LEAST_CORRELATION: f64 = 0.5;

/// How much of a difference a voice's own sound explains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// Correlation of the difference with the voice's sound: 1 or -1 if they have the same shape.
    pub correlation: f64,
    /// How much of the voice's sound the reference has more (or less, if negative): -1 if the voice is missing there.
    pub factor: f64,
}

impl Share {
    /// How strongly a voice is suspected.
    pub(super) fn strength(share: Option<Self>) -> f64 {
        share.map_or(0.0, |share| share.correlation.abs())
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the difference follows its sound (correlation {:.2}", self.correlation.abs())?;
        match self.factor {
            factor if (factor + 1.0).abs() < 0.02 => f.write_str("; it is missing in the reference)"),
            factor => write!(f, "; the reference has {:+.1} % of it)", 100.0 * factor),
        }
    }
}

/// Measures the voices' shares of the difference that begins at `frame`.
pub(super) fn attribute(
    song: &Song,
    reference: &[Frame],
    frame: u64,
    voices: impl Iterator<Item = u8>,
) -> Result<BTreeMap<u8, Share>, Error> {
    let begin = usize::try_from(frame).unwrap_or(usize::MAX).min(reference.len());
    let reference = &reference[begin..reference.len().min(begin + WINDOW)];
    let mut player = song.start()?;
    skip(&mut player, frame.saturating_sub(LEAD));
    let full = window(player.clone(), frame.min(LEAD), reference.len());
    let difference = subtract(reference, &full);
    let mut shares = BTreeMap::new();
    for voice in voices {
        let mut muted = player.clone();
        muted.set_mutes(Mutes::NONE.with_voice(voice));
        let without = window(muted, frame.min(LEAD), reference.len());
        let own = subtract(&full, &without);
        let (product, energy) = (dot(&own, &difference), dot(&own, &own));
        let correlation = product / (energy * dot(&difference, &difference)).sqrt();
        if correlation.abs() >= LEAST_CORRELATION {
            shares.insert(voice, Share { correlation, factor: product / energy });
        }
    }
    Ok(shares)
}

fn skip(player: &mut SongPlayer, mut frames: u64) {
    let mut block = [Frame::SILENCE; 4096];
    while frames != 0 {
        let wanted = block.len().min(usize::try_from(frames).unwrap_or(block.len()));
        match player.render(&mut block[..wanted]) {
            0 => break,
            count => frames -= count as u64,
        }
    }
}

fn window(mut player: SongPlayer, lead: u64, length: usize) -> Vec<Frame> {
    skip(&mut player, lead);
    let mut frames = vec![Frame::SILENCE; length];
    player.render(&mut frames);
    frames
}

/// Both sides of the difference of two signals.
fn subtract(a: &[Frame], b: &[Frame]) -> Vec<f64> {
    let difference = |a: i16, b: i16| f64::from(i32::from(a) - i32::from(b));
    a.iter().zip(b).flat_map(|(a, b)| [difference(a.left, b.left), difference(a.right, b.right)]).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

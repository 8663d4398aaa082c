//! Rendering a song from its start: how much of it, in blocks, faded; as one mix or as stems.

mod stems;

use rayon::prelude::*;
use tatum_core::Frame;

use crate::error::Error;
use crate::song::plan::{BLOCK, Plan, SilenceWatch};
use crate::song::{Song, SongPlayer};

pub use stems::{Stem, StemDivision, StemReport, Stems};

/// Takes a block of every mix or stem, and the number of frames so far.
pub type WriteBlocks<'a> = dyn FnMut(&[Vec<Frame>], u64) -> Result<(), Error> + 'a;

/// What was rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Frames.
    pub frames: u64,
    /// Largest level of the last mix.
    pub peak: u16,
    /// Samples of the last mix at full scale: the console's mixer, or its output, has cut them off there.
    pub clipped: u64,
    /// The first frame with such a sample.
    pub first_clipped: Option<u64>,
}

impl Rendered {
    /// Takes the next frames into account.
    pub(crate) fn look_at(&mut self, frames: &[Frame]) {
        let (least, greatest) = Frame::extremes(frames);
        self.peak = self.peak.max(least.unsigned_abs()).max(greatest.unsigned_abs());
        if is_clipped(least) || is_clipped(greatest) {
            for (index, frame) in frames.iter().enumerate() {
                let clipped =
                    [frame.left, frame.right].into_iter().filter(|sample| is_clipped(*sample)).count();
                if clipped != 0 {
                    self.clipped += clipped as u64;
                    self.first_clipped.get_or_insert(self.frames + index as u64);
                }
            }
        }
        self.frames += frames.len() as u64;
    }
}

/// Whether a sample is at full scale.
const fn is_clipped(sample: i16) -> bool {
    sample == i16::MAX || sample == i16::MIN
}

/// Renders a plan with several players of one song side by side; `write` gets each block of every player, faded, and
/// the number of frames so far. The last player says when the song's tail is over.
///
/// # Errors
///
/// What `write` returns, and if the song does what would hang the console.
pub fn render_mixes(
    song: &Song,
    players: &mut [SongPlayer],
    plan: &Plan,
    write: &mut WriteBlocks<'_>,
) -> Result<Rendered, Error> {
    let mut blocks = vec![Vec::with_capacity(BLOCK); players.len()];
    let mut rendered = Rendered::default();
    let Some(rate) = players.last().map(SongPlayer::rate) else { return Ok(rendered) };
    let mut silence = SilenceWatch::new(rate);
    while rendered.frames < plan.frames {
        let wanted = (plan.frames - rendered.frames).min(BLOCK as u64) as usize;
        let position = rendered.frames;
        let render = |(player, block): (&mut SongPlayer, &mut Vec<Frame>)| {
            block.resize(wanted, Frame::SILENCE);
            let is_complete = player.render(block) == wanted;
            plan.fade_out(block, position);
            is_complete
        };
        let is_complete = match (&mut *players, &mut blocks[..]) {
            ([player], [block]) => render((player, block)),
            (players, blocks) => {
                players.par_iter_mut().zip(blocks.par_iter_mut()).map(render).reduce(|| true, |a, b| a && b)
            }
        };
        if !is_complete {
            let fault = players.iter().find_map(|player| player.fault().cloned());
            return Err(fault
                .map_or_else(|| Error::Usage("the engine stopped".into()), |fault| song.fault_error(fault)));
        }
        let Some(last) = blocks.last() else { break };
        rendered.look_at(last);
        write(&blocks, rendered.frames)?;
        if plan.stops_in_silence
            && silence.is_silent_after(last)
            && players.last().is_some_and(SongPlayer::has_ended)
        {
            break;
        }
    }
    Ok(rendered)
}

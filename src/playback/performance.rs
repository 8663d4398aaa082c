//! A player with its plan: where it fades out and ends.

use tatum_core::{Fault, Frame};

use crate::song::SongPlayer;
use crate::song::plan::{Plan, SilenceWatch};

/// A song being played up to its planned end. A clone is a snapshot.
#[derive(Clone)]
pub struct Performance {
    player: SongPlayer,
    plan: Option<Plan>,
    silence: SilenceWatch,
    has_ended: bool,
}

impl Performance {
    /// A performance of a player that stands at its start. Without a plan it never ends by itself.
    #[must_use]
    pub fn new(player: SongPlayer, plan: Option<Plan>) -> Self {
        Self { silence: SilenceWatch::new(player.rate()), player, plan, has_ended: false }
    }

    /// Renders into `out` and gives the frames written: fewer than asked, then zero, at the end. If `is_endless`, the
    /// plan's fade and end are passed over, and only the silence behind a song that has ended is an end.
    pub fn render(&mut self, out: &mut [Frame], is_endless: bool) -> usize {
        let mut written = 0;
        while written < out.len() && !self.has_ended {
            let position = self.frames();
            let plan = self.plan.filter(|_| !is_endless);
            let left = plan.map_or(u64::MAX, |plan| plan.frames.saturating_sub(position));
            let count = (out.len() - written).min(self.silence.frames_to_look());
            let count = count.min(usize::try_from(left).unwrap_or(usize::MAX));
            let frames = &mut out[written..written + count];
            let rendered = self.player.render(frames);
            let frames = &mut frames[..rendered];
            if let Some(plan) = plan {
                plan.fade_out(frames, position);
            }
            written += rendered;
            let is_silent = self.silence.is_silent_after(frames);
            let stops = self.plan.is_none_or(|plan| plan.stops_in_silence) || is_endless;
            self.has_ended =
                count == 0 || rendered < count || (stops && is_silent && self.player.has_ended());
        }
        written
    }

    /// Frames rendered; the number of the next one.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.player.position().frames
    }

    /// Why rendering stopped before the end, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.player.fault()
    }

    /// The player.
    #[must_use]
    pub const fn player(&self) -> &SongPlayer {
        &self.player
    }

    /// The player, to be muted or told its loop.
    pub const fn player_mut(&mut self) -> &mut SongPlayer {
        &mut self.player
    }

    /// The plan.
    #[must_use]
    pub const fn plan(&self) -> Option<Plan> {
        self.plan
    }

    /// Gives the performance another end.
    pub const fn set_plan(&mut self, plan: Option<Plan>) {
        self.plan = plan;
        self.has_ended = false;
    }
}

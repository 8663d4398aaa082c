//! Moving in a song: a seek is a snapshot and a replay, so that what is heard then is what a straight rendering has
//! there, in every sample.

use tatum_core::{Fault, Frame, LoopPoints, Mutes, Rate};

use super::performance::Performance;
use crate::song::SongPlayer;
use crate::song::plan::Plan;

/// Seconds of song between two snapshots, as long as they are few.
const INTERVAL_SECONDS: u64 = 2;
/// Snapshots that are kept. When there are more, every second one goes and the interval doubles.
const MOST_SNAPSHOTS: usize = 128;
/// Frames rendered at a time on the way to where a seek goes.
const REPLAY_BLOCK: usize = 1024;
/// The fade when a song that repeated for ever is to end, in seconds.
const LATE_FADE_SECONDS: u64 = 10;

/// A song being played, with the snapshots to move in it.
#[derive(Clone)]
pub struct Transport {
    performance: Performance,
    snapshots: Vec<Performance>,
    interval: u64,
    mutes: Mutes,
    loop_points: Option<LoopPoints>,
    is_endless: bool,
}

impl Transport {
    /// A transport at a song's start.
    #[must_use]
    pub fn new(player: SongPlayer, plan: Option<Plan>) -> Self {
        let interval = player.rate().frames_in_seconds(INTERVAL_SECONDS);
        let performance = Performance::new(player, plan);
        Self {
            snapshots: vec![performance.clone()],
            performance,
            interval,
            mutes: Mutes::NONE,
            loop_points: None,
            is_endless: false,
        }
    }

    /// Renders as [`Performance::render`]. A song that repeats for ever starts again where it would end.
    pub fn render(&mut self, out: &mut [Frame]) -> usize {
        let mut written = 0;
        while written < out.len() {
            let to_snapshot = self.next_snapshot().saturating_sub(self.frames());
            if to_snapshot == 0 {
                self.keep_snapshot();
                continue;
            }
            let count = usize::try_from(to_snapshot).unwrap_or(usize::MAX).min(out.len() - written);
            let rendered = self.performance.render(&mut out[written..written + count], self.is_endless);
            written += rendered;
            if rendered < count {
                let can_restart = self.is_endless && self.frames() != 0 && self.fault().is_none();
                if !can_restart {
                    break;
                }
                self.seek(0);
            }
        }
        written
    }

    /// Moves to a frame; gives the frame reached, which is an earlier one if the song ends before.
    pub fn seek(&mut self, frame: u64) -> u64 {
        let nearest = self.snapshots.iter().rfind(|snapshot| snapshot.frames() <= frame);
        let is_nearer = |snapshot: &&Performance| {
            frame < self.performance.frames() || snapshot.frames() > self.performance.frames()
        };
        if let Some(snapshot) = nearest.filter(is_nearer) {
            self.restore(snapshot.clone());
        }
        let mut block = [Frame::SILENCE; REPLAY_BLOCK];
        while self.frames() < frame {
            let count = usize::try_from(frame - self.frames()).unwrap_or(REPLAY_BLOCK).min(REPLAY_BLOCK);
            // Not through `render`: the way to a frame never starts the song again.
            if self.performance.render(&mut block[..count], self.is_endless) < count {
                break;
            }
            if self.frames() >= self.next_snapshot() {
                self.keep_snapshot();
            }
        }
        self.frames()
    }

    /// Goes back to a copy of the performance that was made earlier.
    pub fn restore(&mut self, performance: Performance) {
        let plan = self.performance.plan();
        self.performance = performance;
        self.performance.set_plan(plan);
        self.performance.player_mut().set_mutes(self.mutes);
        self.performance.player_mut().set_loop_points(self.loop_points);
    }

    fn next_snapshot(&self) -> u64 {
        self.snapshots.last().map_or(0, |last| last.frames() + self.interval)
    }

    fn keep_snapshot(&mut self) {
        self.snapshots.push(self.performance.clone());
        if self.snapshots.len() > MOST_SNAPSHOTS {
            let mut index = 0;
            self.snapshots.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            self.interval *= 2;
        }
    }

    /// Mutes from the next frame on.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
        self.performance.player_mut().set_mutes(mutes);
    }

    /// Says where the song repeats.
    pub fn set_loop_points(&mut self, points: Option<LoopPoints>) {
        self.loop_points = points;
        self.performance.player_mut().set_loop_points(points);
    }

    /// Whether the song repeats for ever. When it shall end, it does so as planned; if it is past that, it fades out
    /// from where it stands.
    pub fn set_endless(&mut self, is_endless: bool) {
        if self.is_endless == is_endless {
            return;
        }
        self.is_endless = is_endless;
        let position = self.frames();
        let fade = self.rate().frames_in_seconds(LATE_FADE_SECONDS);
        if let Some(plan) = self.performance.plan().filter(|plan| !plan.stops_in_silence)
            && !is_endless
            && position > plan.frames - plan.fade
        {
            self.performance.set_plan(Some(Plan { frames: position + fade, fade, ..plan }));
        }
    }

    /// The number of the next frame.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.performance.frames()
    }

    /// Frames per second.
    #[must_use]
    pub fn rate(&self) -> Rate {
        self.performance.player().rate()
    }

    /// Why rendering stopped before the end, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.performance.fault()
    }

    /// The song as it stands.
    #[must_use]
    pub const fn performance(&self) -> &Performance {
        &self.performance
    }
}

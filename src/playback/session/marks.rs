//! Where in which song each frame in the ring comes from, so that the session can go back to the frame that is heard.

use super::Session;
use crate::error::Error;
use crate::playback::effects::Effects;
use crate::playback::session::Report;
use crate::playback::{Performance, Transport};
use crate::song::Song;
use crate::song::plan::Plan;

/// A song that has begun and may still be heard.
pub(super) struct Stage {
    /// The number of its first frame.
    pub at: u64,
    /// Its place in the list.
    pub place: usize,
    pub song: Song,
    pub transport: Transport,
    pub plan: Option<Plan>,
    /// Whether everything of it is rendered.
    pub is_finished: bool,
}

/// A block that may still be in the ring, with the song as it stood before it.
pub(super) struct Mark {
    /// The number of its first frame.
    pub at: u64,
    /// Frames recorded before it.
    pub recorded: u64,
    pub performance: Performance,
}

impl Session {
    /// Drops what only belongs to frames that were played.
    pub(super) fn forget_what_was_played(&mut self) {
        let played = self.monitor.played();
        while self.marks.get(1).is_some_and(|second| second.at <= played) {
            self.marks.pop_front();
        }
        while self.stages.get(1).is_some_and(|second| second.at <= played) {
            self.stages.remove(0);
        }
    }

    /// Empties the ring and sets the song back to the frame that the device will be given next.
    pub(super) fn cut(&mut self) -> Result<(), Error> {
        let at = self.empty_ring()?;
        self.tell(Report::Cut { at });
        self.pending.clear();
        self.pushed = 0;
        self.is_refilling = true;
        while self.stages.len() > 1 && self.stages.last().is_some_and(|stage| stage.at > at) {
            self.stages.pop();
        }
        while self.marks.len() > 1 && self.marks.back().is_some_and(|mark| mark.at > at) {
            self.marks.pop_back();
        }
        let mark = self.marks.pop_back();
        if let (Some(stage), Some(mark), Some(effects)) = (self.stages.last_mut(), mark, &self.effects) {
            let frames = effects.song_frames(at.saturating_sub(mark.at));
            let target = mark.performance.frames() + frames;
            stage.transport.restore(mark.performance);
            stage.transport.seek(target);
            stage.is_finished = false;
            self.recent.take_back(self.recorded.saturating_sub(mark.recorded + frames));
            self.recorded = mark.recorded + frames;
        }
        self.marks.clear();
        self.next_index = at;
        self.renew_effects()?;
        self.update_level();
        Ok(())
    }

    /// The way to the device, fresh for the song and the settings.
    pub(super) fn renew_effects(&mut self) -> Result<(), Error> {
        if let (Some(stage), Some(stream)) = (self.stages.last(), &self.stream) {
            self.effects = Some(Effects::new(stage.transport.rate(), stream.shape.rate, &self.settings)?);
        }
        Ok(())
    }

    /// Lets the callback throw away what is in the ring; gives the number of the first frame thrown away.
    fn empty_ring(&mut self) -> Result<u64, Error> {
        const LONGEST_WAIT: std::time::Duration = std::time::Duration::from_secs(2);
        if !self.has_started {
            // Only a device that has begun asks for samples.
            if let Some(stream) = &mut self.stream {
                stream.keeper.start()?;
                self.has_started = true;
            }
        }
        self.monitor.want_cut();
        let begun = std::time::Instant::now();
        loop {
            if let Some(at) = self.monitor.cut() {
                return Ok(at);
            }
            if begun.elapsed() > LONGEST_WAIT {
                let message = "it has stopped asking for samples".into();
                return Err(Error::Device { device: self.outlet.name(), message });
            }
            std::thread::sleep(std::time::Duration::from_micros(100));
        }
    }
}

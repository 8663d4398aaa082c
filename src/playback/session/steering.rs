//! What commands do. All of them act at the frame that the device is given next.

use std::path::Path;

use super::{Command, Report, Session, Settings};
use crate::error::Error;

/// "Previous" means this song's start when more than this many seconds of it were heard.
const PREVIOUS_SECONDS: u64 = 3;

impl Session {
    /// Executes a command; `true` means the end.
    pub(super) fn execute(&mut self, command: Command) -> Result<bool, Error> {
        match command {
            Command::TogglePause => {
                self.is_paused = !self.is_paused;
                self.update_level();
            }
            Command::Seek(seconds) => {
                self.cut()?;
                self.seek_by(seconds);
            }
            Command::Restart => {
                self.cut()?;
                self.seek_to(0);
            }
            Command::Next => self.skip_to_next()?,
            Command::Previous => self.skip_to_previous()?,
            Command::Set(settings) => self.set(settings)?,
            Command::Save => self.save(),
            Command::Quit => {
                self.is_paused = true;
                self.update_level();
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn seek_by(&mut self, seconds: f64) {
        let Some(stage) = self.stages.last() else { return };
        let nanoseconds = (seconds.abs() * 1e9) as u128;
        let frames = stage.transport.rate().frames_in_nanoseconds(nanoseconds);
        let position = stage.transport.frames();
        self.seek_to(if seconds < 0.0 {
            position.saturating_sub(frames)
        } else {
            position.saturating_add(frames)
        });
    }

    fn seek_to(&mut self, frame: u64) {
        if let Some(stage) = self.stages.last_mut() {
            stage.transport.seek(frame);
        }
    }

    fn skip_to_next(&mut self) -> Result<(), Error> {
        self.cut()?;
        let Some(stage) = self.stages.last() else { return Ok(()) };
        let next = stage.place + 1;
        if self.playlist.get(next).is_none() {
            self.tell(Report::Message("this is the last song".into()));
            return Ok(());
        }
        self.skip_to(next)
    }

    fn skip_to_previous(&mut self) -> Result<(), Error> {
        self.cut()?;
        let Some(stage) = self.stages.last() else { return Ok(()) };
        let threshold = stage.transport.rate().frames_in_seconds(PREVIOUS_SECONDS);
        match stage.place.checked_sub(1) {
            Some(previous) if stage.transport.frames() < threshold => self.skip_to(previous),
            _ => {
                self.seek_to(0);
                Ok(())
            }
        }
    }

    /// Begins another song of the list instead of the one that plays, which goes on if that fails.
    fn skip_to(&mut self, place: usize) -> Result<(), Error> {
        match self.open_stage(place, self.next_index) {
            Ok(stage) => {
                self.stages.clear();
                self.begin(stage)
            }
            Err(error) => {
                self.tell(Report::Message(error.to_string()));
                Ok(())
            }
        }
    }

    fn set(&mut self, settings: Settings) -> Result<(), Error> {
        if settings == self.settings {
            return Ok(());
        }
        self.cut()?;
        self.settings = settings;
        if let Some(stage) = self.stages.last_mut() {
            stage.transport.set_mutes(settings.mutes);
            stage.transport.set_endless(settings.is_endless);
        }
        self.renew_effects()
    }

    fn save(&self) {
        let (Some(stage), Some(effects)) = (self.stages.last(), &self.effects) else { return };
        let unheard = effects.song_frames(self.next_index.saturating_sub(self.monitor.played()));
        let message = match self.recent.save(Path::new(""), &stage.song.title, unheard) {
            Ok(path) => format!("saved {}", path.display()),
            Err(error) => format!("not saved: {error}"),
        };
        self.tell(Report::Message(message));
    }
}

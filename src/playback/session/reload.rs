//! Songs whose file was saved: opened again while the old version plays, and continued at the same tick.

use std::path::{Path, PathBuf};

use super::{Channel, Report, Session};
use crate::error::Error;
use crate::playback::watch::Watch;
use crate::song::reading::with_files_read;
use crate::song::{OpenOptions, Song};
use crate::text_report;

/// What is watched and what is being opened.
pub(super) struct Reloads {
    watch: Watch,
    opened: Channel<Opened>,
}

/// What opening gave, and the files that were read for it.
type Opened = (Result<Song, Error>, Vec<PathBuf>);

impl Reloads {
    pub fn new() -> Self {
        Self { watch: Watch::new(), opened: crossbeam_channel::unbounded() }
    }

    /// Watches the files of the song that plays, and no others.
    pub fn watch(&mut self, files: Vec<PathBuf>) {
        self.watch = Watch::new();
        self.watch.add(files);
    }

    /// Opens a song on a thread of its own: nothing that plays waits for it.
    fn open(&self, path: &Path, options: &OpenOptions) {
        let (path, options, opened) = (path.to_owned(), options.clone(), self.opened.0.clone());
        std::thread::spawn(move || {
            // Nobody waits for it any more if the session has ended.
            let _ = opened.send(with_files_read(|| Song::open(&path, &options)));
        });
    }
}

impl Session {
    pub(super) fn reload_if_saved(&mut self) -> Result<(), Error> {
        let Some(reloads) = &mut self.reloads else { return Ok(()) };
        if reloads.watch.has_changed()
            && let Some(entry) = self.stages.last().and_then(|stage| self.playlist.get(stage.place))
        {
            reloads.open(&entry.path, &entry.options);
        }
        let Ok((opened, files)) = reloads.opened.1.try_recv() else { return Ok(()) };
        // Also those of a version that cannot be opened: the fault may lie in any of them.
        reloads.watch.add(files);
        match opened.and_then(|song| self.continue_with(song)) {
            Err(error @ Error::Device { .. }) => Err(error),
            Err(error) => {
                self.tell_problem(&error);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    /// Plays another version of the song from the tick on that is heard.
    fn continue_with(&mut self, song: Song) -> Result<(), Error> {
        let Some(place) = self.stages.last().map(|stage| stage.place) else { return Ok(()) };
        let (mut transport, plan) = self.transport_of(&song, place)?;
        self.cut()?;
        let Some(stage) = self.stages.last_mut() else { return Ok(()) };
        let tick = stage.transport.performance().player().position().ticks;
        let frame = song.frames_until_tick(tick)?.unwrap_or(0);
        transport.seek(frame);
        let (at, place) = (self.next_index, stage.place);
        self.stages.clear();
        self.tell(Report::Message("opened again, as it was saved".into()));
        self.begin(super::marks::Stage { at, place, song, transport, plan, is_finished: false })
    }

    /// Tells why the saved version cannot be played; the old one goes on.
    fn tell_problem(&self, error: &Error) {
        let text = match error {
            Error::Text(text) => text_report::draw(&text.problems, &text.sources, false),
            error => error.to_string(),
        };
        for line in text.lines() {
            self.tell(Report::Message(line.to_owned()));
        }
        self.tell(Report::Message("the version before goes on".into()));
    }
}

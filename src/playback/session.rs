//! The render thread of live playback: it owns the songs, the way to the device and the stream.

mod marks;
mod messages;
mod reload;
mod steering;

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use tatum_core::{Frame, LoopPoints};

use self::marks::{Mark, Stage};
pub use self::messages::{Command, Ending, Parts, Report, Settings, SongCard, Status};
use self::reload::Reloads;
use super::effects::Effects;
use super::playlist::Playlist;
use super::recent::Recent;
use super::transport::Transport;
use crate::error::Error;
use crate::output::live::{Level, Monitor, OpenStream, Outlet};
use crate::song::plan::{Plan, Planned, Wish};
use crate::song::reading::with_files_read;
use crate::song::{Song, SongLength};

/// Song frames rendered at a time; displays get a status for each.
const BLOCK: usize = 512;
/// How long a song of unknown length plays in a list, and its fade, in seconds.
const UNKNOWN_SECONDS: (u64, u64) = (150, 10);
/// The render thread looks for room in the ring, or for commands, at least this often.
const PATIENCE: Duration = Duration::from_millis(4);
/// Periods that the ring must hold before a device plays on after a cut.
const REFILLED_PERIODS: usize = 2;

/// Both ends of a channel.
type Channel<T> = (Sender<T>, Receiver<T>);

/// Live playback.
pub struct Session {
    outlet: Box<dyn Outlet + Send>,
    monitor: Monitor,
    /// Says that the device has gone.
    lost: Receiver<String>,
    commands: Receiver<Command>,
    reports: Sender<Report>,
    playlist: Playlist,
    wish: Wish,
    settings: Settings,
    reloads: Option<Reloads>,

    stream: Option<OpenStream>,
    /// The rate that was asked for when the stream was opened.
    asked_rate: u32,
    has_started: bool,
    is_paused: bool,
    /// The ring is being filled after a cut.
    is_refilling: bool,
    stages: Vec<Stage>,
    marks: std::collections::VecDeque<Mark>,
    effects: Option<Effects>,
    recent: Recent,
    /// Frames that `recent` was given.
    recorded: u64,
    /// Frames ready for the device that found no room in the ring yet, and how many of them have.
    pending: Vec<[f32; 2]>,
    pushed: usize,
    /// The number of the next frame that is rendered.
    next_index: u64,
    told_diagnostics: usize,
    /// What the last song did that would hang the console.
    fault: Option<Error>,
    /// Loops that were searched beside the playing, with the places of their songs.
    found_loops: Channel<(usize, LoopPoints)>,
}

impl Drop for Session {
    fn drop(&mut self) {
        // The callback must not wait any more when the stream is closed.
        self.monitor.set_level(Level::Closing);
    }
}

impl Session {
    /// A session that has not begun.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self {
            outlet: parts.outlet,
            monitor: parts.monitor,
            lost: parts.lost,
            commands: parts.commands,
            reports: parts.reports,
            playlist: parts.playlist,
            wish: parts.wish,
            settings: parts.settings,
            reloads: parts.watches.then(Reloads::new),
            stream: None,
            asked_rate: 0,
            has_started: false,
            is_paused: false,
            is_refilling: false,
            stages: Vec::new(),
            marks: std::collections::VecDeque::new(),
            effects: None,
            recent: Recent::new(tatum_core::Rate::hertz(1)),
            recorded: 0,
            pending: Vec::new(),
            pushed: 0,
            next_index: 0,
            told_diagnostics: 0,
            fault: None,
            found_loops: crossbeam_channel::unbounded(),
        }
    }

    /// Plays until the end of the list, or until a person stops it.
    ///
    /// # Errors
    ///
    /// If there is no device or it has gone, if no song can be opened, and if the only song does what would hang the
    /// console.
    pub fn run(mut self) -> Result<Ending, Error> {
        self.begin_from(0, self.monitor.played())?;
        loop {
            while let Ok(command) = self.commands.try_recv() {
                if self.execute(command)? {
                    return Ok(Ending::Stopped);
                }
            }
            if let Ok(message) = self.lost.try_recv() {
                return Err(Error::Device { device: self.outlet.name(), message });
            }
            self.reload_if_saved()?;
            self.take_found_loop();
            if self.push_pending()? {
                if self.is_over() {
                    self.close();
                    // In a list it was one song of many.
                    return match self.fault.take().filter(|_| self.playlist.len() == 1) {
                        Some(error) => Err(error),
                        None => Ok(Ending::Played),
                    };
                }
                if self.render_block()? || self.begin_next()? {
                    continue;
                }
            }
            match self.commands.recv_timeout(PATIENCE) {
                Ok(command) if self.execute(command)? => return Ok(Ending::Stopped),
                // Nobody steers any more: the session goes on by itself.
                Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PATIENCE),
                _ => {}
            }
        }
    }

    fn tell(&self, report: Report) {
        drop(self.reports.try_send(report));
    }

    /// Begins the first song from `place` on that can be opened; its first frame gets the number `at`.
    fn begin_from(&mut self, place: usize, at: u64) -> Result<(), Error> {
        let mut place = place;
        loop {
            match self.open_stage(place, at) {
                Ok(stage) => return self.begin(stage),
                Err(error) if self.playlist.get(place + 1).is_none() => return Err(error),
                Err(error) => {
                    for line in error.to_string().lines() {
                        self.tell(Report::Message(line.to_owned()));
                    }
                    place += 1;
                }
            }
        }
    }

    fn open_stage(&mut self, place: usize, at: u64) -> Result<Stage, Error> {
        let (song, mut files) = with_files_read(|| self.playlist.open_song(place));
        let song = song?;
        if let Some(reloads) = &mut self.reloads {
            files.push(song.path.clone());
            reloads.watch(files);
        }
        for note in &song.notes {
            self.tell(Report::Message(note.clone()));
        }
        let (transport, plan) = self.transport_of(&song, place)?;
        Ok(Stage { at, place, song, transport, plan, is_finished: false })
    }

    /// A transport at the start of a song, with the session's settings.
    fn transport_of(&self, song: &Song, place: usize) -> Result<(Transport, Option<Plan>), Error> {
        let player = song.start()?;
        let rate = player.rate();
        let Planned { plan, length } = song.plan(rate, &self.wish)?;
        let (seconds, fade) = UNKNOWN_SECONDS;
        let guess = || Plan {
            frames: rate.frames_in_seconds(seconds + fade),
            fade: rate.frames_in_seconds(fade),
            stops_in_silence: false,
        };
        let plan = plan.or_else(|| (self.playlist.len() > 1).then(guess));
        let mut transport = Transport::new(player, plan);
        transport.set_mutes(self.settings.mutes);
        transport.set_endless(self.settings.is_endless);
        match &length {
            Some(length) => transport.set_loop_points(loop_points(length)),
            None => self.search_loop(song, place),
        }
        Ok((transport, plan))
    }

    /// Searches the loop of a song whose plan did not need it, so that displays can count its rounds.
    fn search_loop(&self, song: &Song, place: usize) {
        let (song, found) = (song.clone(), self.found_loops.0.clone());
        std::thread::spawn(move || {
            // A song that cannot be searched plays all the same.
            if let Some(points) = song.find_length().ok().as_ref().and_then(loop_points) {
                let _ = found.send((place, points));
            }
        });
    }

    fn take_found_loop(&mut self) {
        if let Ok((place, points)) = self.found_loops.1.try_recv()
            && let Some(stage) = self.stages.last_mut().filter(|stage| stage.place == place)
        {
            stage.transport.set_loop_points(Some(points));
        }
    }

    /// Lets a song follow what was rendered so far. A device at another rate plays out and is opened anew.
    fn begin(&mut self, stage: Stage) -> Result<(), Error> {
        let rate = stage.transport.rate();
        let hertz = rate.rounded() as u32;
        if self.stream.is_none() || self.asked_rate != hertz {
            self.close();
            self.monitor.set_level(Level::Playing);
            self.stream = Some(self.outlet.open(hertz, &self.monitor)?);
            self.asked_rate = hertz;
            self.has_started = false;
        }
        let device_rate = self.stream.as_ref().map_or(hertz, |stream| stream.shape.rate);
        self.effects = Some(Effects::new(rate, device_rate, &self.settings)?);
        self.recent = Recent::new(rate);
        self.recorded = 0;
        self.told_diagnostics = 0;
        self.fault = None;
        let card = SongCard {
            song: stage.song.clone(),
            place: stage.place,
            count: self.playlist.len(),
            rate,
            device_rate,
            frames: stage.plan.map(|plan| plan.frames),
        };
        self.tell(Report::Song { at: stage.at, card: Box::new(card) });
        self.stages.push(stage);
        self.update_level();
        Ok(())
    }

    /// Begins the next song of the list; `false` if there is none, or this one is not over.
    fn begin_next(&mut self) -> Result<bool, Error> {
        let Some(stage) = self.stages.last() else { return Ok(false) };
        let next = stage.place + 1;
        if !stage.is_finished || self.playlist.get(next).is_none() {
            return Ok(false);
        }
        match self.begin_from(next, self.next_index) {
            Ok(()) => Ok(true),
            Err(error @ Error::Device { .. }) => Err(error),
            // The last songs of the list cannot be played: what was begun plays out.
            Err(error) => {
                self.tell(Report::Message(error.to_string()));
                self.playlist.truncate(next);
                Ok(false)
            }
        }
    }

    /// Renders a block; `false` if the song is over.
    fn render_block(&mut self) -> Result<bool, Error> {
        let (Some(stage), Some(effects)) = (self.stages.last_mut(), &mut self.effects) else {
            return Ok(false);
        };
        if stage.is_finished {
            return Ok(false);
        }
        let mark = Mark {
            at: self.next_index,
            recorded: self.recorded,
            performance: stage.transport.performance().clone(),
        };
        let mut block = [Frame::SILENCE; BLOCK];
        let count = stage.transport.render(&mut block);
        let frames = &block[..count];
        if count < BLOCK {
            stage.is_finished = true;
        }
        self.pending.clear();
        self.pushed = 0;
        effects.process(frames, &mut self.pending)?;
        if stage.is_finished {
            effects.finish(&mut self.pending)?;
        }
        let player = stage.transport.performance().player();
        let mut status = Status {
            at: self.next_index,
            position: player.position(),
            tempo: player.tempo(),
            channels: Vec::new(),
            voices: Vec::new(),
            frames: frames.to_vec(),
            settings: self.settings,
            is_exact: effects.is_exact(),
        };
        player.channels(&mut status.channels);
        player.voices(&mut status.voices);
        let diagnostics = player.diagnostics().entries();
        for diagnostic in diagnostics.get(self.told_diagnostics..).unwrap_or_default() {
            drop(self.reports.try_send(Report::Message(diagnostic.to_string())));
        }
        self.told_diagnostics = self.told_diagnostics.max(diagnostics.len());
        if let Some(fault) = stage.transport.fault() {
            let error = stage.song.fault_error(fault.clone());
            drop(self.reports.try_send(Report::Message(error.to_string())));
            self.fault = Some(error);
        }
        self.tell(Report::Status(Box::new(status)));
        self.recent.push(frames);
        self.recorded += count as u64;
        self.next_index += self.pending.len() as u64;
        self.marks.push_back(mark);
        self.forget_what_was_played();
        Ok(true)
    }

    /// Pushes what is ready; `true` if nothing is left.
    fn push_pending(&mut self) -> Result<bool, Error> {
        let Some(stream) = &mut self.stream else { return Ok(false) };
        self.pushed += stream.sink.push(&self.pending[self.pushed..]);
        let is_empty = self.pushed == self.pending.len();
        let is_finished = is_empty && self.stages.last().is_some_and(|stage| stage.is_finished);
        let is_filled = stream.sink.waiting() >= REFILLED_PERIODS * stream.shape.period as usize;
        // The ring is full before the device starts: nothing can then be late.
        if !self.has_started && (!is_empty || is_finished) {
            stream.keeper.start()?;
            self.has_started = true;
        }
        if self.is_refilling && (is_filled || is_finished) {
            self.is_refilling = false;
        }
        self.update_level();
        Ok(is_empty)
    }

    fn update_level(&self) {
        let is_finished = self.pushed == self.pending.len()
            && self
                .stages
                .last()
                .is_some_and(|stage| stage.is_finished && self.playlist.get(stage.place + 1).is_none());
        let level = match (self.is_paused || self.is_refilling, is_finished) {
            (true, _) => Level::Paused,
            (false, true) => Level::Ending,
            (false, false) => Level::Playing,
        };
        if self.monitor.level() != level {
            self.monitor.set_level(level);
        }
    }

    /// Whether the last frame has been heard.
    fn is_over(&self) -> bool {
        let Some(stream) = &self.stream else { return false };
        self.monitor.level() == Level::Ending && self.monitor.trailing_silence() >= stream.shape.trailing()
    }

    /// Plays out what is in the ring and closes the stream.
    fn close(&mut self) {
        let Some(stream) = self.stream.take() else { return };
        if self.has_started && self.monitor.level() != Level::Paused {
            // Silence that has been played already counts.
            if self.monitor.level() != Level::Ending {
                self.monitor.set_level(Level::Ending);
            }
            let needed = stream.shape.trailing();
            let patience = stream.sink.waiting() as u64 + 2 * needed;
            let deadline = std::time::Instant::now()
                + Duration::from_secs(1)
                + Duration::from_secs_f64(patience as f64 / f64::from(stream.shape.rate.max(1)));
            while self.monitor.trailing_silence() < needed && std::time::Instant::now() < deadline {
                std::thread::sleep(PATIENCE);
            }
            // What stands behind the device's own buffer (a sound server) gets the time of two more.
            std::thread::sleep(Duration::from_secs_f64(
                2.0 * f64::from(stream.shape.period) / f64::from(stream.shape.rate.max(1)),
            ));
        }
        self.monitor.set_level(Level::Closing);
        drop(stream);
    }
}

fn loop_points(length: &SongLength) -> Option<LoopPoints> {
    match length {
        SongLength::Loops { points, .. } => Some(*points),
        _ => None,
    }
}

//! A device that the test itself is: it takes what it wants, when it wants.

use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use tatum::error::Error;
use tatum::output::live::{Feed, Keeper, Level, Monitor, OpenStream, Outlet, Shape, ring};
use tatum::playback::{Command, Ending, Parts, Playlist, Report, Session, Settings};
use tatum::song::plan::Wish;
use tatum::song::{OpenOptions, Song};
use tatum_core::Frame;

use super::PERIOD;

/// A device that holds two periods.
pub const fn shape(rate: u32, channels: u16) -> Shape {
    Shape { rate, channels, period: PERIOD as u32, buffer: 2 * PERIOD as u32 }
}

/// A device that hands its callback over to the test.
struct Listener {
    pub feeds: mpsc::Sender<(u32, Feed<i16>)>,
}

struct NothingToKeep;

impl Keeper for NothingToKeep {
    fn start(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

impl Outlet for Listener {
    fn open(&mut self, rate: u32, monitor: &Monitor) -> Result<OpenStream, Error> {
        let (sink, feed) = ring::<i16>(8 * PERIOD, &shape(rate, 2), monitor);
        self.feeds.send((rate, feed)).unwrap();
        Ok(OpenStream { shape: shape(rate, 2), sink, keeper: Box::new(NothingToKeep) })
    }

    fn name(&self) -> String {
        "the test".into()
    }
}

/// A session with the test as its device.
pub struct Rig {
    pub monitor: Monitor,
    pub commands: Sender<Command>,
    pub reports: Receiver<Report>,
    pub feeds: mpsc::Receiver<(u32, Feed<i16>)>,
    pub feed: Feed<i16>,
    pub rate: u32,
    pub session: JoinHandle<Result<Ending, Error>>,
}

impl Rig {
    pub fn new(path: &Path, wish: Wish, watches: bool) -> Self {
        let monitor = Monitor::default();
        let (commands, command_receiver) = crossbeam_channel::unbounded();
        let (report_sender, reports) = crossbeam_channel::unbounded();
        let (feed_sender, feeds) = mpsc::channel();
        let parts = Parts {
            outlet: Box::new(Listener { feeds: feed_sender }),
            monitor: monitor.clone(),
            lost: crossbeam_channel::never(),
            commands: command_receiver,
            reports: report_sender,
            playlist: Playlist::open(path, &OpenOptions::default()).unwrap(),
            wish,
            settings: Settings::default(),
            watches,
        };
        let session = std::thread::spawn(move || Session::new(parts).run());
        let (rate, feed) = feeds.recv_timeout(Duration::from_secs(60)).unwrap();
        let rig = Self { monitor, commands, reports, feeds, feed, rate, session };
        rig.wait_for_frames();
        rig
    }

    /// Takes periods, as a device does.
    pub fn take(&mut self, periods: usize) -> Vec<Frame> {
        let mut samples = vec![0; 2 * PERIOD];
        let mut frames = Vec::new();
        for _ in 0..periods {
            self.feed.fill(&mut samples);
            frames.extend(samples.chunks_exact(2).map(|pair| Frame::new(pair[0], pair[1])));
        }
        frames
    }

    /// Sends a command that acts at the next frame; gives what was played until then.
    pub fn steer(&mut self, command: Command) -> Vec<Frame> {
        let (before, begun) = (self.monitor.cuts(), Instant::now());
        let mut frames = Vec::new();
        self.wait_for_frames();
        self.commands.send(command).unwrap();
        while self.monitor.cuts() == before {
            assert!(begun.elapsed() < Duration::from_secs(60), "the command was not executed");
            frames.extend(self.take(1));
            self.wait_for_frames();
        }
        frames
    }

    /// Waits until the ring holds what will be taken, as a device that begins does: a test must not depend on how fast
    /// the machine is.
    pub fn wait_for_frames(&self) {
        let begun = Instant::now();
        while self.feed.ready() < 2 * PERIOD
            && self.monitor.level() != Level::Ending
            && self.monitor.cut().is_some()
        {
            assert!(begun.elapsed() < Duration::from_secs(60), "the ring is not filled");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    pub fn wait_for_level(&self, level: Level) {
        let begun = Instant::now();
        while self.monitor.level() != level {
            assert!(begun.elapsed() < Duration::from_secs(60), "level {level:?} was not reached");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A straight rendering.
pub fn rendered(path: &Path, frames: usize) -> Vec<Frame> {
    let mut player = Song::open(path, &OpenOptions::default()).unwrap().start().unwrap();
    let mut out = vec![Frame::SILENCE; frames];
    player.render(&mut out);
    out
}

pub fn seconds(seconds: u64) -> Wish {
    Wish { nanoseconds: Some(u128::from(seconds) * 1_000_000_000), ..Wish::default() }
}

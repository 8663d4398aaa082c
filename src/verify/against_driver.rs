//! The song interpreter against the driver that it stands for: the game's own code, run on the emulated processor.

use std::collections::VecDeque;
use std::fmt;

use tatum_core::{FormatError, Frame, Player, Probe};
use tatum_snes::Event;
use tatum_snes::trace::DspWrite;

use crate::error::Error;
use crate::song::{DriverPair, Song};

/// Frames rendered at a time.
const BLOCK: usize = 4096;

/// What comparing the two showed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriverComparison {
    /// Frames compared.
    pub frames: u64,
    /// DSP writes compared.
    pub writes: u64,
    /// The first DSP write that differs.
    pub write: Option<WriteDifference>,
    /// The first frame that differs.
    pub frame: Option<FrameDifference>,
    /// Why the interpreter stopped before the end, if it did.
    pub stopped: Option<String>,
    /// Where the driver's processor halted, if it did.
    pub halted: Option<u16>,
}

/// The first DSP write that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteDifference {
    /// Number of the write, from 1.
    pub number: u64,
    /// The driver's write; none if it made no more.
    pub driver: Option<DspWrite>,
    /// The interpreter's write; none if it made no more.
    pub interpreter: Option<DspWrite>,
}

/// The first frame that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameDifference {
    /// Its number, from 0.
    pub number: u64,
    /// What the driver plays.
    pub driver: Frame,
    /// What the interpreter plays; none if it has stopped.
    pub interpreter: Option<Frame>,
}

impl DriverComparison {
    /// Whether every write and every frame is equal.
    #[must_use]
    pub const fn is_equal(&self) -> bool {
        self.write.is_none() && self.frame.is_none() && self.stopped.is_none()
    }
}

impl fmt::Display for WriteDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |write: Option<DspWrite>| {
            write.map_or_else(
                || "nothing".to_owned(),
                |DspWrite { cycle, register, value }| {
                    format!("${value:02X} to ${register:02X} in cycle {cycle}")
                },
            )
        };
        let Self { number, driver, interpreter } = self;
        write!(
            f,
            "write {number}: the driver writes {}, the interpreter {}",
            text(*driver),
            text(*interpreter)
        )?;
        if let (Some(driver), Some(interpreter)) = (driver, interpreter) {
            let differences = [
                ("register", driver.register != interpreter.register),
                ("value", driver.value != interpreter.value),
                ("cycle", driver.cycle != interpreter.cycle),
            ];
            let names: Vec<_> =
                differences.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
            write!(f, " (other {})", names.join(", "))?;
        }
        Ok(())
    }
}

impl fmt::Display for FrameDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, driver, interpreter } = self;
        write!(f, "frame {number}: the driver plays {} {}, the interpreter ", driver.left, driver.right)?;
        match interpreter {
            Some(frame) => write!(f, "{} {}", frame.left, frame.right),
            None => f.write_str("nothing"),
        }
    }
}

/// Plays the first `frames` frames of a song with the interpreter and with the driver, and compares every DSP write
/// and every frame.
///
/// # Errors
///
/// If the song is not one of the interpreter, or if its file does not bring the driver.
pub fn compare_with_driver(song: &Song, frames: u64) -> Result<DriverComparison, Error> {
    let name = song.path.display().to_string();
    let Some(pair) = song.driver_pair() else {
        let message =
            format!("{name}: --against driver is for songs of the engine n-spc-alttp, not {}", song.engine);
        return Err(Error::Usage(message));
    };
    let DriverPair { mut interpreter, driver } = pair;
    let mut driver = driver.ok_or_else(|| {
        FormatError::invalid(name, 0, "driver", "the game's own program", "none: this file holds only songs")
            .with_help("take the game's ROM, an .spc of the game, or a transfer image with the driver in it")
    })?;
    let mut comparison = DriverComparison::default();
    let mut writes = Writes::default();
    let mut blocks = [[Frame::SILENCE; BLOCK]; 2];
    while comparison.frames < frames && comparison.stopped.is_none() {
        let wanted = BLOCK.min(usize::try_from(frames - comparison.frames).unwrap_or(BLOCK));
        let [of_driver, of_interpreter] = blocks.each_mut().map(|block| &mut block[..wanted]);
        driver.render_with_probe(of_driver, &mut Recorder(&mut writes.driver));
        let rendered = interpreter.render_with_probe(of_interpreter, &mut Recorder(&mut writes.interpreter));
        comparison.compare_frames(of_driver, &of_interpreter[..rendered]);
        comparison.compare_writes(&mut writes);
        comparison.stopped = Player::fault(&interpreter).map(ToString::to_string);
    }
    comparison.compare_last_writes(&writes, frames);
    comparison.halted = driver.module().halted_at();
    Ok(comparison)
}

/// Writes that the other side has not made yet.
#[derive(Default)]
struct Writes {
    driver: VecDeque<DspWrite>,
    interpreter: VecDeque<DspWrite>,
}

/// Collects DSP writes.
struct Recorder<'a>(&'a mut VecDeque<DspWrite>);

impl Probe<Event> for Recorder<'_> {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        self.0.extend(DspWrite::from_event(&event()));
    }
}

impl DriverComparison {
    fn compare_frames(&mut self, driver: &[Frame], interpreter: &[Frame]) {
        for (number, &frame) in (self.frames..).zip(driver) {
            let other = interpreter.get((number - self.frames) as usize).copied();
            if self.frame.is_none() && other != Some(frame) {
                self.frame = Some(FrameDifference { number, driver: frame, interpreter: other });
            }
        }
        self.frames += driver.len() as u64;
    }

    fn compare_writes(&mut self, writes: &mut Writes) {
        let count = writes.driver.len().min(writes.interpreter.len());
        for (driver, interpreter) in writes.driver.drain(..count).zip(writes.interpreter.drain(..count)) {
            self.compare_write(Some(driver), Some(interpreter));
        }
        if self.write.is_some() {
            // Nothing is compared behind the first difference: one write more shifts all others.
            writes.driver.clear();
            writes.interpreter.clear();
        }
    }

    fn compare_write(&mut self, driver: Option<DspWrite>, interpreter: Option<DspWrite>) {
        if self.write.is_some() {
            return;
        }
        self.writes += 1;
        if driver != interpreter {
            self.write = Some(WriteDifference { number: self.writes, driver, interpreter });
        }
    }

    /// One side has made a write that the other has not. The interpreter works ahead by a pass, so only what lies
    /// within the frames counts.
    fn compare_last_writes(&mut self, writes: &Writes, frames: u64) {
        let end = frames * tatum_snes::hardware::dsp::CLOCKS_PER_SAMPLE;
        let within = |write: Option<&DspWrite>| write.filter(|write| write.cycle <= end).copied();
        let (driver, interpreter) = (within(writes.driver.front()), within(writes.interpreter.front()));
        if driver.is_some() || interpreter.is_some() {
            self.compare_write(driver, interpreter);
        }
    }
}

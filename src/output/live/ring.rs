//! The ring between the render thread and the device's callback.
//!
//! The callback ([`Feed::fill`]) copies samples that are ready for the device, and nothing else: no allocation, no
//! lock, no log. Everything else the two sides have to tell each other are the atomic numbers of the [`Monitor`].
//!
//! Frames are numbered: number `n` is the `n`-th that the device was given of what was rendered. Silence (a pause, a
//! shortage) has no number, so that a number always means the same sound.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cpal::{FromSample, SizedSample};
use rtrb::{Consumer, Producer, RingBuffer};

use super::Shape;

/// How long the callback rests while it waits for samples that are due.
const REST: Duration = Duration::from_micros(250);
/// The clock of a device that stood still (a machine that slept) is started anew when it is this much behind.
const STANDSTILL: Duration = Duration::from_secs(1);

/// What the callback does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// Plays what is in the ring.
    Playing,
    /// Plays silence and leaves the ring alone.
    Paused,
    /// Plays what is left in the ring; nothing more will come.
    Ending,
    /// Plays silence; the stream is about to be closed.
    Closing,
}

/// What both sides know. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Monitor(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    level: AtomicU8,
    played: AtomicU64,
    shortages: AtomicU64,
    dry: AtomicU64,
    trailing: AtomicU64,
    cuts_wanted: AtomicU32,
    cuts_made: AtomicU32,
    cut_at: AtomicU64,
}

impl Monitor {
    /// Frames the device has been given; the number of the next one.
    #[must_use]
    pub fn played(&self) -> u64 {
        self.0.played.load(Ordering::Acquire)
    }

    /// Times that samples were due and not there, or that the device ran dry.
    #[must_use]
    pub fn underruns(&self) -> u64 {
        self.shortages() + self.0.dry.load(Ordering::Relaxed)
    }

    /// Times that samples were due and not in the ring.
    #[must_use]
    pub fn shortages(&self) -> u64 {
        self.0.shortages.load(Ordering::Relaxed)
    }

    /// Counts an underrun that the device has noticed.
    pub fn count_dry_device(&self) {
        self.0.dry.fetch_add(1, Ordering::Relaxed);
    }

    /// Frames of silence that have followed the last frame.
    #[must_use]
    pub fn trailing_silence(&self) -> u64 {
        self.0.trailing.load(Ordering::Acquire)
    }

    /// What the callback does.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.0.level.load(Ordering::Acquire) {
            0 => Level::Playing,
            1 => Level::Paused,
            2 => Level::Ending,
            _ => Level::Closing,
        }
    }

    /// Tells the callback what to do.
    pub fn set_level(&self, level: Level) {
        if level == Level::Ending {
            self.0.trailing.store(0, Ordering::Release);
        }
        self.0.level.store(level as u8, Ordering::Release);
    }

    /// Asks the callback to throw away what is in the ring. Nothing may be pushed until it has.
    pub fn want_cut(&self) {
        self.0.cuts_wanted.fetch_add(1, Ordering::AcqRel);
    }

    /// How often the ring was emptied.
    #[must_use]
    pub fn cuts(&self) -> u32 {
        self.0.cuts_made.load(Ordering::Acquire)
    }

    /// The number of the first frame that was thrown away, once that has happened.
    #[must_use]
    pub fn cut(&self) -> Option<u64> {
        let is_made = self.0.cuts_made.load(Ordering::Acquire) == self.0.cuts_wanted.load(Ordering::Acquire);
        is_made.then(|| self.0.cut_at.load(Ordering::Acquire))
    }
}

/// The render thread's end, whatever the device's samples are.
pub trait Sink {
    /// Frames that can be pushed now.
    fn free(&self) -> usize;

    /// Frames that are waiting.
    fn waiting(&self) -> usize;

    /// Pushes frames of full-scale floats (1.0), as many as are free; gives their count.
    fn push(&mut self, frames: &[[f32; 2]]) -> usize;
}

/// A ring of `frames` frames before a device: the end that is filled, and the one that the callback empties.
#[must_use]
pub fn ring<T: SizedSample + FromSample<f32> + Send + 'static>(
    frames: usize,
    shape: &Shape,
    monitor: &Monitor,
) -> (Box<dyn Sink + Send>, Feed<T>) {
    let channels = usize::from(shape.channels.max(1));
    let (producer, consumer) = RingBuffer::new(frames * channels);
    let sink = RingSink { producer, channels, capacity: frames };
    let feed = Feed {
        consumer,
        channels,
        rate: shape.rate.max(1),
        trailing: shape.trailing(),
        monitor: monitor.clone(),
        started: None,
        handed: 0,
    };
    (Box::new(sink), feed)
}

struct RingSink<T> {
    producer: Producer<T>,
    channels: usize,
    capacity: usize,
}

impl<T: SizedSample + FromSample<f32>> RingSink<T> {
    /// A frame for the device: both sides in one on a mono device, silence on speakers behind the first two.
    fn sample(&self, frame: [f32; 2], channel: usize) -> T {
        match (self.channels, channel) {
            (1, _) => T::from_sample((frame[0] + frame[1]) / 2.0),
            (_, 0) => T::from_sample(frame[0]),
            (_, 1) => T::from_sample(frame[1]),
            _ => T::EQUILIBRIUM,
        }
    }
}

impl<T: SizedSample + FromSample<f32>> Sink for RingSink<T> {
    fn free(&self) -> usize {
        self.producer.slots() / self.channels
    }

    fn waiting(&self) -> usize {
        self.capacity - self.free()
    }

    fn push(&mut self, frames: &[[f32; 2]]) -> usize {
        let count = self.free().min(frames.len());
        for &frame in &frames[..count] {
            for channel in 0..self.channels {
                // There is room: the count was limited to it.
                let _ = self.producer.push(self.sample(frame, channel));
            }
        }
        count
    }
}

/// The callback's end.
pub struct Feed<T> {
    consumer: Consumer<T>,
    channels: usize,
    rate: u32,
    /// Frames of silence behind the last frame.
    trailing: u64,
    monitor: Monitor,
    started: Option<Instant>,
    /// Frames the device was given, silence included.
    handed: u64,
}

impl<T: SizedSample> Feed<T> {
    /// Frames in the ring.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.consumer.slots() / self.channels
    }

    /// The body of the callback: fills `out` from the ring, or with silence.
    ///
    /// When the ring does not hold enough, it waits as long as the device still has something to play: that moment
    /// is known from the frames it was given and the time that has passed. A device that takes samples faster than
    /// it could play them (one that records into a file) is so given every sample, without a gap.
    pub fn fill(&mut self, out: &mut [T]) {
        let frames = out.len() / self.channels;
        let deadline = self.deadline(frames);
        loop {
            // The level is read before the ring: what was pushed before `Ending` was said is then seen.
            let level = self.monitor.level();
            let is_enough = self.consumer.slots() >= out.len();
            if is_enough && matches!(level, Level::Playing | Level::Ending) {
                self.copy(out);
                self.answer_cut();
                break;
            }
            self.answer_cut();
            match level {
                Level::Closing => {
                    out.fill(T::EQUILIBRIUM);
                    break;
                }
                Level::Ending if self.monitor.trailing_silence() < self.trailing => {
                    let missing = frames - self.copy(out);
                    self.monitor.0.trailing.fetch_add(missing as u64, Ordering::AcqRel);
                    break;
                }
                Level::Playing if Instant::now() >= deadline => {
                    self.copy(out);
                    self.monitor.0.shortages.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                Level::Paused | Level::Ending if Instant::now() >= deadline => {
                    out.fill(T::EQUILIBRIUM);
                    break;
                }
                Level::Playing | Level::Paused | Level::Ending => std::thread::sleep(REST),
            }
        }
        self.handed += frames as u64;
    }

    /// The moment at which the device would run dry, less half of what it asks for.
    fn deadline(&mut self, frames: usize) -> Instant {
        let now = Instant::now();
        let seconds = |frames: u64| Duration::from_secs_f64(frames as f64 / f64::from(self.rate));
        let handed = seconds(self.handed);
        let started = *self.started.get_or_insert(now);
        if now.saturating_duration_since(started + handed) > STANDSTILL {
            self.started = now.checked_sub(handed);
        }
        (self.started.unwrap_or(started) + handed).checked_sub(seconds(frames as u64) / 2).unwrap_or(now)
    }

    /// Copies what there is, and fills the rest with silence; gives the frames copied.
    fn copy(&mut self, out: &mut [T]) -> usize {
        let count = self.consumer.slots().min(out.len()) / self.channels * self.channels;
        let (samples, rest) = out.split_at_mut(count);
        rest.fill(T::EQUILIBRIUM);
        if let Ok(chunk) = self.consumer.read_chunk(count) {
            let (first, second) = chunk.as_slices();
            samples[..first.len()].copy_from_slice(first);
            samples[first.len()..].copy_from_slice(second);
            chunk.commit_all();
        }
        let frames = count / self.channels;
        self.monitor.0.played.fetch_add(frames as u64, Ordering::AcqRel);
        frames
    }

    /// Throws away what is in the ring, if the render thread has asked for that.
    fn answer_cut(&mut self) {
        let shared = &self.monitor.0;
        let wanted = shared.cuts_wanted.load(Ordering::Acquire);
        if shared.cuts_made.load(Ordering::Acquire) == wanted {
            return;
        }
        if let Ok(chunk) = self.consumer.read_chunk(self.consumer.slots()) {
            chunk.commit_all();
        }
        shared.cut_at.store(shared.played.load(Ordering::Acquire), Ordering::Release);
        shared.cuts_made.store(wanted, Ordering::Release);
    }
}

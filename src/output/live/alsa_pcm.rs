//! Devices of ALSA by the names of its configuration files.
//!
//! cpal opens what ALSA lists, with two periods in the device's buffer whatever their length. Here the buffer is as long as it
//! must be, and a PCM that a person has defined (`pcm.rec { ... }`) and names with arguments (`hw:1,0`, `plug:rec`),
//! which ALSA does not list, can be opened too.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use alsa::pcm::{Access, Format, HwParams, IO, IoFormat, PCM};
use alsa::{Direction, ValueOr};
use cpal::{FromSample, SizedSample};
use crossbeam_channel::Sender;

use super::priority::on_preferred_thread;
use super::ring::{Feed, Level, Monitor, ring};
use super::stream::ring_frames;
use super::{Keeper, OpenStream, Shape};
use crate::error::Error;

/// Seconds that the device's buffer holds at least: what a machine that is busy with other things, or is itself a guest of one,
/// can stand still without being heard. (A virtual machine with all its processors busy was seen to stand for 33 ms.)
const BUFFER_SECONDS: f64 = 0.064;
/// The fewest periods in it: one is played while the next is filled.
const FEWEST_PERIODS: u32 = 2;
/// Sample formats in the order in which they are tried; all hold 16-bit samples without loss.
const FORMATS: [Format; 3] = [Format::s16(), Format::float(), Format::s32()];

/// Keeps what ALSA has to say about an error from the screen: the program says it in one line.
pub(super) fn keep_quiet() {
    // The handler stays although its buffer is given away here.
    drop(alsa::Output::local_error_handler());
}

/// What was negotiated.
struct Negotiated {
    format: Format,
    shape: Shape,
}

/// Frames of a buffer that are asked for.
fn buffer_frames(rate: u32, period: u32) -> u32 {
    let periods = (f64::from(rate) * BUFFER_SECONDS / f64::from(period.max(1))).ceil() as u32;
    period.saturating_mul(periods.max(FEWEST_PERIODS))
}

/// Whether a PCM of this name can play.
pub(super) fn exists(name: &str) -> bool {
    PCM::new(name, Direction::Playback, true).is_ok()
}

/// Opens the PCM of a name.
pub(super) fn open(
    name: &str,
    rate: u32,
    period: u32,
    monitor: &Monitor,
    lost: Sender<String>,
) -> Result<OpenStream, Error> {
    let failed =
        |error: alsa::Error| Error::Device { device: format!("'{name}'"), message: error.to_string() };
    let pcm = PCM::new(name, Direction::Playback, false).map_err(failed)?;
    let negotiated = negotiate(&pcm, rate, period).map_err(failed)?;
    let line = Line { pcm, negotiated, lost };
    Ok(match line.negotiated.format {
        format if format == Format::s16() => line.stream::<i16>(monitor),
        format if format == Format::float() => line.stream::<f32>(monitor),
        _ => line.stream::<i32>(monitor),
    })
}

fn negotiate(pcm: &PCM, rate: u32, period: u32) -> Result<Negotiated, alsa::Error> {
    let parameters = HwParams::any(pcm)?;
    parameters.set_access(Access::RWInterleaved)?;
    let format = FORMATS.into_iter().find(|&format| parameters.test_format(format).is_ok());
    let format = format.unwrap_or(FORMATS[0]);
    parameters.set_format(format)?;
    // A plug would convert the rate by means of its own; the program's converter is better.
    let _ = parameters.set_rate_resample(false);
    parameters.set_channels_near(2)?;
    parameters.set_rate(rate, ValueOr::Nearest)?;
    parameters.set_period_size_near(period.into(), ValueOr::Nearest)?;
    parameters.set_buffer_size_near(buffer_frames(rate, period).into())?;
    pcm.hw_params(&parameters)?;
    let current = pcm.hw_params_current()?;
    let (buffer, period) = (current.get_buffer_size()?, current.get_period_size()?);
    let software = pcm.sw_params_current()?;
    software.set_start_threshold(buffer)?;
    pcm.sw_params(&software)?;
    let shape = Shape {
        rate: current.get_rate()?,
        channels: current.get_channels()? as u16,
        period: period as u32,
        buffer: buffer as u32,
    };
    Ok(Negotiated { format, shape })
}

/// A PCM ready to play.
struct Line {
    pcm: PCM,
    negotiated: Negotiated,
    lost: Sender<String>,
}

impl Line {
    fn stream<T: SizedSample + FromSample<f32> + IoFormat + Send + 'static>(
        self,
        monitor: &Monitor,
    ) -> OpenStream {
        let shape = self.negotiated.shape;
        let (sink, feed) = ring::<T>(ring_frames(shape.rate, shape.period), &shape, monitor);
        let is_closing = Arc::new(AtomicBool::new(false));
        let body = {
            let (monitor, is_closing) = (monitor.clone(), is_closing.clone());
            Box::new(move || self.play(feed, &monitor, &is_closing))
        };
        let keeper = Thread { body: Some(body), running: None, is_closing };
        OpenStream { shape, sink, keeper: Box::new(keeper) }
    }

    /// Feeds the PCM until it shall be closed.
    fn play<T: SizedSample + IoFormat>(self, mut feed: Feed<T>, monitor: &Monitor, is_closing: &AtomicBool) {
        let Shape { period, channels, .. } = self.negotiated.shape;
        let samples = period as usize * usize::from(channels);
        let mut block = vec![T::EQUILIBRIUM; samples];
        let result = self.pcm.io_checked::<T>().and_then(|io| {
            // Once the stream closes, everything has been heard: a PCM that takes samples faster than it could play them would be
            // given silence until the last moment.
            while !is_closing.load(Ordering::Acquire) && monitor.level() != Level::Closing {
                feed.fill(&mut block);
                self.write(&io, &block, monitor)?;
            }
            Ok(())
        });
        if let Err(error) = result {
            let cause = std::io::Error::from_raw_os_error(error.errno());
            drop(self.lost.try_send(format!("it has been taken away, or has failed: {cause}")));
        }
    }

    /// Writes a block; a PCM that has run dry is started again.
    fn write<T: Copy>(&self, io: &IO<'_, T>, block: &[T], monitor: &Monitor) -> Result<(), alsa::Error> {
        let channels = usize::from(self.negotiated.shape.channels);
        let mut written = 0;
        while written < block.len() {
            match io.writei(&block[written..]) {
                Ok(frames) => written += frames * channels,
                Err(error) => {
                    monitor.count_dry_device();
                    self.pcm.try_recover(error, true)?;
                }
            }
        }
        Ok(())
    }
}

/// The thread that feeds a PCM.
struct Thread {
    body: Option<Box<dyn FnOnce() + Send>>,
    running: Option<JoinHandle<()>>,
    is_closing: Arc<AtomicBool>,
}

impl Keeper for Thread {
    fn start(&mut self) -> Result<(), Error> {
        if let Some(body) = self.body.take() {
            self.running = Some(on_preferred_thread(|| {
                std::thread::spawn(|| {
                    keep_quiet();
                    body();
                })
            }));
        }
        Ok(())
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.is_closing.store(true, Ordering::Release);
        if let Some(running) = self.running.take() {
            // A panic of the thread has been shown already.
            drop(running.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_holds_two_periods_and_64_milliseconds_at_least() {
        assert_eq!(buffer_frames(32_006, 256), 9 * 256);
        assert_eq!(buffer_frames(32_000, 256), 8 * 256);
        assert_eq!(buffer_frames(32_000, 1024), 2 * 1024);
        assert_eq!(buffer_frames(48_000, 4096), 2 * 4096);
        assert_eq!(buffer_frames(32_000, 0), 0);
    }
}

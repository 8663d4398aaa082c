//! Streams of sound devices.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{BufferSize, ErrorKind, FromSample, SampleFormat, SizedSample, StreamConfig};

use super::device::{Choice, Device, device_error};
use super::priority::on_preferred_thread;
use super::ring::{Monitor, ring};
use super::{Keeper, OpenStream, Outlet, Shape, SoundDevice};
use crate::error::Error;

/// Seconds of sound that wait in the ring: what other programs can delay the render thread without being heard.
/// Commands are heard at once all the same, because they empty it.
const RING_SECONDS: f64 = 0.25;
/// The least that waits: the render thread stays at least two periods ahead, and fills two more meanwhile.
const RING_PERIODS: usize = 4;

/// Periods in a device's buffer: cpal asks for two.
const PERIODS: u32 = 2;

/// Failures in a row that are borne, and the rest after each.
const MOST_FAILURES: u32 = 100;
const FAILURE_REST: Duration = Duration::from_millis(2);

/// Frames that a ring holds.
pub(super) fn ring_frames(rate: u32, period: u32) -> usize {
    ((f64::from(rate) * RING_SECONDS) as usize).max(RING_PERIODS * period as usize)
}

impl Outlet for SoundDevice {
    fn open(&mut self, rate: u32, monitor: &Monitor) -> Result<OpenStream, Error> {
        on_preferred_thread(|| self.open_stream(rate, monitor))
    }

    fn name(&self) -> String {
        self.label.clone()
    }
}

impl SoundDevice {
    fn open_stream(&self, rate: u32, monitor: &Monitor) -> Result<OpenStream, Error> {
        super::device::keep_quiet();
        let device = match &self.device {
            Device::Listed(device) => device,
            #[cfg(target_os = "linux")]
            Device::Alsa(name) => {
                return super::alsa_pcm::open(name, rate, self.period, monitor, self.lost.0.clone());
            }
        };
        let choice = self.choose(device, rate)?;
        match choice.format {
            SampleFormat::I8 => self.open_as::<i8>(device, &choice, monitor),
            SampleFormat::U8 => self.open_as::<u8>(device, &choice, monitor),
            SampleFormat::I16 => self.open_as::<i16>(device, &choice, monitor),
            SampleFormat::U16 => self.open_as::<u16>(device, &choice, monitor),
            SampleFormat::I24 => self.open_as::<cpal::I24>(device, &choice, monitor),
            SampleFormat::I32 => self.open_as::<i32>(device, &choice, monitor),
            SampleFormat::U32 => self.open_as::<u32>(device, &choice, monitor),
            SampleFormat::F64 => self.open_as::<f64>(device, &choice, monitor),
            _ => self.open_as::<f32>(device, &choice, monitor),
        }
    }

    fn open_as<T: SizedSample + FromSample<f32> + Send + 'static>(
        &self,
        device: &cpal::Device,
        choice: &Choice,
        monitor: &Monitor,
    ) -> Result<OpenStream, Error> {
        let Choice { rate, channels, .. } = *choice;
        let shape = Shape { rate, channels, period: self.period, buffer: PERIODS * self.period };
        let (sink, mut feed) = ring::<T>(ring_frames(rate, self.period), &shape, monitor);
        let config =
            StreamConfig { channels, sample_rate: rate, buffer_size: BufferSize::Fixed(self.period) };
        let (monitor, lost) = (monitor.clone(), self.lost.0.clone());
        // Sound servers fail in passing; only a row of failures without samples in between is the end.
        let failures = Arc::new(AtomicU32::new(0));
        let failures_in_row = failures.clone();
        let stream = device
            .build_output_stream(
                config,
                move |out: &mut [T], _| {
                    failures.store(0, Ordering::Relaxed);
                    feed.fill(out);
                },
                move |error: cpal::Error| match error.kind() {
                    ErrorKind::Xrun => monitor.count_dry_device(),
                    ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
                    ErrorKind::DeviceNotAvailable | ErrorKind::StreamInvalidated => {
                        drop(lost.try_send("it has been taken away".into()));
                    }
                    _ if failures_in_row.fetch_add(1, Ordering::Relaxed) < MOST_FAILURES => {
                        std::thread::sleep(FAILURE_REST);
                    }
                    _ => drop(lost.try_send(error.to_string())),
                },
                None,
            )
            .map_err(|error| device_error(&self.label, &error))?;
        let period = stream.buffer_size().unwrap_or(self.period);
        let keeper = DeviceStream { stream, label: self.label.clone() };
        let shape = Shape { period, ..shape };
        Ok(OpenStream { shape, sink, keeper: Box::new(keeper) })
    }
}

struct DeviceStream {
    stream: cpal::Stream,
    label: String,
}

impl Keeper for DeviceStream {
    fn start(&mut self) -> Result<(), Error> {
        self.stream.play().map_err(|error| device_error(&self.label, &error))
    }
}

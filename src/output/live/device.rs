//! Sound devices and their configurations.

use std::fmt;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{ErrorKind, SampleFormat, SupportedStreamConfigRange};
use crossbeam_channel::{Receiver, Sender};

use crate::error::Error;

/// Sample formats that hold 16-bit samples without loss, best first.
const EXACT_FORMATS: [SampleFormat; 5] =
    [SampleFormat::I16, SampleFormat::F32, SampleFormat::I32, SampleFormat::I24, SampleFormat::F64];
/// The rate that is asked for when a device does not take the console's own.
const USUAL_RATE: u32 = 48_000;

/// A sound device.
pub struct SoundDevice {
    pub(super) device: Device,
    pub(super) label: String,
    pub(super) period: u32,
    /// Says why a stream has broken.
    pub(super) lost: (Sender<String>, Receiver<String>),
}

/// A device as the system knows it.
pub(super) enum Device {
    /// One that the system lists.
    Listed(cpal::Device),
    /// A PCM that ALSA opens by its name.
    #[cfg(target_os = "linux")]
    Alsa(String),
}

/// How a device is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub rate: u32,
    pub channels: u16,
    pub format: SampleFormat,
}

impl SoundDevice {
    /// The device of a name as [`DeviceList`] shows it, or the system's own choice.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn find(name: Option<&str>, period: u32) -> Result<Self, Error> {
        keep_quiet();
        let label = name.map_or_else(|| "the default device".to_owned(), |name| format!("'{name}'"));
        let device =
            find_by_system_name(name).or_else(|| find_listed(name)).ok_or_else(|| Error::Device {
                device: label.clone(),
                message: "there is no such sound device (see --list-devices)".into(),
            })?;
        Ok(Self { device, label, period, lost: crossbeam_channel::bounded(1) })
    }

    /// Receives why a stream has broken, when one has.
    #[must_use]
    pub fn lost(&self) -> Receiver<String> {
        self.lost.1.clone()
    }

    pub(super) fn choose(&self, device: &cpal::Device, rate: u32) -> Result<Choice, Error> {
        let configs = device.supported_output_configs();
        let configs: Vec<_> = configs.map_err(|error| device_error(&self.label, &error))?.collect();
        choose(&configs, rate).ok_or_else(|| Error::Device {
            device: self.label.clone(),
            message: "it has no output configuration".into(),
        })
    }
}

/// A device that the system itself can open by this name: ALSA's PCMs, which are fed better so (see `alsa_pcm`).
#[cfg(target_os = "linux")]
fn find_by_system_name(name: Option<&str>) -> Option<Device> {
    let name = name.unwrap_or("default");
    super::alsa_pcm::exists(name).then(|| Device::Alsa(name.to_owned()))
}

#[cfg(not(target_os = "linux"))]
fn find_by_system_name(_name: Option<&str>) -> Option<Device> {
    None
}

/// A device that the system lists by this name or description.
fn find_listed(name: Option<&str>) -> Option<Device> {
    let host = cpal::default_host();
    let device = match name {
        None => host.default_output_device(),
        Some(name) => host.devices().ok().and_then(|mut devices| devices.find(|one| is_called(one, name))),
    };
    device.map(Device::Listed)
}

/// Keeps the sound library's own messages of this thread from the screen.
pub(super) fn keep_quiet() {
    #[cfg(target_os = "linux")]
    super::alsa_pcm::keep_quiet();
}

/// The error of a device, in one line.
pub(super) fn device_error(device: &str, error: &cpal::Error) -> Error {
    let message = match error.kind() {
        ErrorKind::DeviceNotAvailable => "there is no sound device here, or it has been taken away".into(),
        _ => error.to_string(),
    };
    let message = message.lines().next().unwrap_or_default().trim_end_matches('.').to_owned();
    Error::Device { device: device.to_owned(), message }
}

/// The best configuration: the rate itself, else the usual one, else the nearest; then two channels, else the fewest
/// above; then a format that loses nothing.
fn choose(configs: &[SupportedStreamConfigRange], rate: u32) -> Option<Choice> {
    let fitted = |config: &SupportedStreamConfigRange, rate: u32| {
        rate.clamp(config.min_sample_rate(), config.max_sample_rate())
    };
    let rank_of_rate = |config: &SupportedStreamConfigRange| match fitted(config, rate) {
        exact if exact == rate => (0, 0),
        _ => (1, fitted(config, USUAL_RATE).abs_diff(USUAL_RATE)),
    };
    let rank_of_channels = |channels: u16| match channels {
        2 => 0,
        1 => u16::MAX,
        more => more,
    };
    let rank_of_format = |format: SampleFormat| {
        EXACT_FORMATS.iter().position(|&exact| exact == format).unwrap_or(EXACT_FORMATS.len())
    };
    let is_known = |format: SampleFormat| {
        EXACT_FORMATS.contains(&format)
            || matches!(format, SampleFormat::I8 | SampleFormat::U8 | SampleFormat::U16 | SampleFormat::U32)
    };
    let best = configs.iter().filter(|config| is_known(config.sample_format())).min_by_key(|config| {
        (rank_of_rate(config), rank_of_channels(config.channels()), rank_of_format(config.sample_format()))
    })?;
    let fits = fitted(best, rate) == rate;
    let rate = if fits { rate } else { fitted(best, USUAL_RATE) };
    Some(Choice { rate, channels: best.channels(), format: best.sample_format() })
}

/// The name by which a device is chosen.
fn name_of(device: &cpal::Device) -> Option<String> {
    device.id().ok().map(|id| id.id().to_owned())
}

fn is_called(device: &cpal::Device, name: &str) -> bool {
    let description = device.description().ok();
    name_of(device).as_deref() == Some(name) || description.is_some_and(|one| one.name() == name)
}

/// The devices that can play.
pub struct DeviceList(Vec<(String, String)>);

impl DeviceList {
    /// Asks the system.
    ///
    /// # Errors
    ///
    /// If it has no devices, or does not tell.
    pub fn new() -> Result<Self, Error> {
        keep_quiet();
        let host = cpal::default_host();
        let failed = |error: cpal::Error| device_error("sound devices", &error);
        let devices: Vec<_> = host
            .devices()
            .map_err(failed)?
            .filter(cpal::Device::supports_output)
            .filter_map(|device| {
                let description = device.description().ok()?;
                Some((name_of(&device)?, description.name().to_owned()))
            })
            .collect();
        Ok(Self(devices))
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for DeviceList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, description) in &self.0 {
            let line =
                if name == description { name.clone() } else { format!("{name:width$}  {description}") };
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use cpal::SupportedBufferSize;

    use super::*;

    fn range(channels: u16, rates: (u32, u32), format: SampleFormat) -> SupportedStreamConfigRange {
        SupportedStreamConfigRange::new(channels, rates.0, rates.1, SupportedBufferSize::Unknown, format)
    }

    #[test]
    fn the_native_rate_comes_first_then_two_channels_then_an_exact_format() {
        let wide = (8_000, 192_000);
        let configs = [
            range(1, wide, SampleFormat::I16),
            range(6, wide, SampleFormat::I16),
            range(2, wide, SampleFormat::U8),
            range(2, wide, SampleFormat::F32),
            range(2, (48_000, 48_000), SampleFormat::I16),
        ];
        let found = |configs: &[SupportedStreamConfigRange], rate| {
            choose(configs, rate).map(|choice| (choice.rate, choice.channels, choice.format))
        };
        assert_eq!(found(&configs, 32_006), Some((32_006, 2, SampleFormat::F32)));
        assert_eq!(found(&configs[..2], 32_006), Some((32_006, 6, SampleFormat::I16)));
        assert_eq!(found(&configs[4..], 32_006), Some((48_000, 2, SampleFormat::I16)));
        let only_slow = [range(2, (44_100, 44_100), SampleFormat::I32)];
        assert_eq!(found(&only_slow, 32_006), Some((44_100, 2, SampleFormat::I32)));
        assert_eq!(found(&[], 32_006), None);
    }
}

//! Manifests of the Zelda generation of the Nintendo 64's engine: sequences, sound fonts and a sample bank.

use std::path::PathBuf;

use serde::Deserialize;
use tatum_n64::{
    EngineVersion, HostAction, MAX_REVERB_UNITS, ReverbUnit, ScheduledAction, ScheduledStart, Settings,
};

use super::Manifest;
use super::n64::{SoundModeName, TelevisionName};
use crate::error::Error;

/// Sequences with their sounds and what the game does.
#[derive(Debug, Deserialize)]
pub struct ZeldaManifest {
    /// The sequences, numbered in order.
    #[serde(rename = "sequence")]
    pub sequences: Vec<SequenceTable>,
    /// The fonts, numbered in order.
    #[serde(rename = "font")]
    pub fonts: Vec<FontTable>,
    /// Sample bank 0.
    #[serde(default = "default_audiotable")]
    pub audiotable: PathBuf,
    /// Length of the reference in sample pairs.
    #[serde(default)]
    pub samples: Option<u64>,
    /// The game's settings.
    #[serde(default)]
    settings: SettingsTable,
    /// Starts of sequences.
    #[serde(default, rename = "start")]
    starts: Vec<StartTable>,
    /// Commands of the game.
    #[serde(default, rename = "event")]
    events: Vec<EventTable>,
}

/// `[[sequence]]`.
#[derive(Debug, Deserialize)]
pub struct SequenceTable {
    /// The file.
    pub file: PathBuf,
    /// Its fonts; the last one is the default.
    pub fonts: Vec<u8>,
}

/// `[[font]]`.
#[derive(Debug, Deserialize)]
pub struct FontTable {
    /// The font.
    pub file: PathBuf,
    /// The last eight bytes of its index entry.
    pub meta: PathBuf,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsTable {
    session_preset: Option<usize>,
    output_mode: Option<SoundModeName>,
    tv: Option<TelevisionName>,
    /// 0 leaves the preset's.
    voices: Option<u8>,
    /// Reverb units in the place of the preset's.
    reverbs: Option<Vec<ReverbTable>>,
}

/// A reverb unit: the twelve numbers of the engine's table, or the same by name.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
enum ReverbTable {
    Fields([i32; 12]),
    Named(NamedReverb),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedReverb {
    #[serde(default = "one")]
    downsample: i32,
    #[serde(alias = "window")]
    window_div_64: i32,
    #[serde(default)]
    decay: i32,
    #[serde(default, alias = "tap2_delay")]
    tap2_delay_div_64: i32,
    #[serde(default)]
    tap2_gain: i32,
    #[serde(default = "full_volume")]
    volume: i32,
    #[serde(default, alias = "leak_rtl")]
    leak_right_to_left: i32,
    #[serde(default, alias = "leak_ltr")]
    leak_left_to_right: i32,
    #[serde(default = "no_target")]
    mix_target: i32,
    #[serde(default)]
    mix_gain: i32,
    #[serde(default, alias = "lowpass_left", alias = "low_pass_l")]
    low_pass_left: i32,
    #[serde(default, alias = "lowpass_right", alias = "low_pass_r")]
    low_pass_right: i32,
}

#[derive(Debug, Deserialize)]
struct StartTable {
    update: u32,
    #[serde(default)]
    player: u8,
    #[serde(default)]
    sequence: u8,
    #[serde(default)]
    fade_in: u16,
}

#[derive(Debug, Deserialize)]
struct EventTable {
    update: u32,
    command: u32,
    data: u32,
}

fn default_audiotable() -> PathBuf {
    PathBuf::from("audiotable.bin")
}

const fn one() -> i32 {
    1
}

const fn full_volume() -> i32 {
    0x7FFF
}

const fn no_target() -> i32 {
    0xFF
}

impl ReverbTable {
    fn unit(self) -> Result<ReverbUnit, String> {
        let fields = match self {
            Self::Fields(fields) => fields,
            Self::Named(unit) => [
                unit.downsample,
                unit.window_div_64,
                unit.decay,
                unit.tap2_delay_div_64,
                unit.tap2_gain,
                unit.volume,
                unit.leak_right_to_left,
                unit.leak_left_to_right,
                unit.mix_target,
                unit.mix_gain,
                unit.low_pass_left,
                unit.low_pass_right,
            ],
        };
        match fields.iter().find(|&&field| !(-0x8000..=0xFFFF).contains(&field)) {
            Some(field) => Err(format!("settings.reverbs: expected 16-bit numbers, found {field}")),
            None if !(1..=0x100).contains(&fields[1]) => {
                Err(format!("settings.reverbs: expected a window of 1 to 256 times 64, found {}", fields[1]))
            }
            None => Ok(ReverbUnit::from_fields(fields)),
        }
    }
}

impl ZeldaManifest {
    /// The engine's settings.
    ///
    /// # Errors
    ///
    /// If the preset does not exist, or a setting is one this engine does not have.
    pub fn settings(&self, manifest: &Manifest) -> Result<Settings, Error> {
        let invalid = |message: String| Error::Manifest { path: manifest.path.clone(), message };
        let version = EngineVersion::from_id(&manifest.common.engine)
            .ok_or_else(|| invalid(format!("engine: '{}' is unknown", manifest.common.engine)))?;
        let mut settings = Settings::new(version);
        self.settings.apply(&mut settings).map_err(invalid)?;
        settings.starts = self.starts.iter().map(StartTable::start).collect();
        settings.actions = self.events.iter().map(EventTable::action).collect();
        if !settings.starts.is_sorted_by_key(|start| start.frame)
            || !settings.actions.is_sorted_by_key(|action| action.frame)
        {
            return Err(invalid("start and event: expected ascending updates".into()));
        }
        Ok(settings)
    }
}

impl SettingsTable {
    fn apply(&self, settings: &mut Settings) -> Result<(), String> {
        let version = settings.version;
        if let Some(number) = self.session_preset {
            let presets = version.presets();
            settings.preset = *presets.get(number).ok_or_else(|| {
                format!("settings.session_preset: expected 0 to {}, found {number}", presets.len() - 1)
            })?;
        }
        if let Some(voices) = self.voices.filter(|&voices| voices != 0) {
            settings.preset.voices = voices;
        }
        if let Some(reverbs) = &self.reverbs {
            if reverbs.len() > MAX_REVERB_UNITS {
                return Err(format!(
                    "settings.reverbs: expected at most {MAX_REVERB_UNITS} units, found {}",
                    reverbs.len()
                ));
            }
            settings.preset.reverbs = [None; MAX_REVERB_UNITS];
            for (place, table) in settings.preset.reverbs.iter_mut().zip(reverbs) {
                *place = Some(table.unit()?);
            }
        }
        settings.sound_mode = self.output_mode.map_or(settings.sound_mode, |name| name.mode(version));
        settings.television = self.tv.map_or(settings.television, TelevisionName::system);
        Ok(())
    }
}

impl StartTable {
    const fn start(&self) -> ScheduledStart {
        ScheduledStart {
            frame: self.update,
            player: self.player,
            sequence: self.sequence,
            fade_in: self.fade_in,
        }
    }
}

impl EventTable {
    const fn action(&self) -> ScheduledAction {
        let action = HostAction::Command { command: self.command, data: self.data };
        ScheduledAction { frame: self.update, action }
    }
}

//! Manifests of the Nintendo 64's engines.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tatum_n64::{EngineVersion, HostAction, ScheduledAction, Settings, SoundMode, TelevisionSystem};

use super::Manifest;
use crate::error::Error;

/// A sequence with its banks and the game's settings.
#[derive(Debug, Deserialize)]
pub struct N64Manifest {
    /// Folder of `sound_data.ctl`, `sound_data.tbl` and `bank_sets`; without it the built-in instruments play.
    #[serde(default)]
    pub bank: Option<PathBuf>,
    /// The sequence.
    pub sequence: PathBuf,
    /// Length of the reference in sample pairs.
    #[serde(default)]
    pub samples: Option<u64>,
    /// The game's settings.
    #[serde(default)]
    pub settings: SettingsTable,
    /// What the game does while the song plays.
    #[serde(default, rename = "event")]
    pub events: Vec<EventTable>,
    /// The audio to equal.
    #[serde(default)]
    pub reference: ReferenceTable,
    /// The trace to equal.
    #[serde(default)]
    pub trace: Option<TraceTable>,
}

/// `[settings]`; what is missing comes from the preset.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsTable {
    preset: Option<usize>,
    max_notes: Option<u8>,
    reverb_window: Option<u32>,
    reverb_gain: Option<u16>,
    reverb_downsample: Option<u8>,
    master_volume: Option<u16>,
    warmup_frames: Option<u32>,
    player: Option<u8>,
    fade_in_updates: Option<u16>,
    variation: Option<bool>,
    #[serde(alias = "output_mode")]
    sound_mode: Option<SoundModeName>,
    #[serde(alias = "tv")]
    television: Option<TelevisionName>,
}

/// Names of sound modes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum SoundModeName {
    Stereo,
    Headset,
    Mono,
    Surround,
}

/// Names of television systems.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TelevisionName {
    Ntsc,
    Pal,
    Mpal,
}

impl TelevisionName {
    pub(super) const fn system(self) -> TelevisionSystem {
        match self {
            Self::Ntsc => TelevisionSystem::Ntsc,
            Self::Pal => TelevisionSystem::Pal,
            Self::Mpal => TelevisionSystem::Mpal,
        }
    }
}

impl SoundModeName {
    /// The mode; what "surround" means depends on the engine.
    pub(super) const fn mode(self, version: EngineVersion) -> SoundMode {
        match (self, version) {
            (Self::Stereo, _) => SoundMode::Stereo,
            (Self::Headset, _) => SoundMode::Headset,
            (Self::Mono, _) => SoundMode::Mono,
            (Self::Surround, EngineVersion::Majora) => SoundMode::FullSurround,
            (Self::Surround, _) => SoundMode::Surround,
        }
    }
}

/// `[[event]]`.
#[derive(Debug, Deserialize)]
pub struct EventTable {
    frame: u32,
    #[serde(flatten)]
    action: ActionTable,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum ActionTable {
    FadeOut { updates: u16 },
    Lower { target: u8, updates: u16 },
    Unlower { target: u8, updates: u16 },
    Mute { muted: bool },
}

/// `[reference]`.
#[derive(Debug, Default, Deserialize)]
pub struct ReferenceTable {
    file: Option<PathBuf>,
    #[serde(default)]
    trace_only: bool,
}

impl ReferenceTable {
    /// The audio file, unless the case has only a trace.
    pub(super) fn audio(&self) -> Option<&Path> {
        self.file.as_deref().filter(|_| !self.trace_only)
    }

    /// Whether the trace has only frame and sequence rows.
    #[must_use]
    pub const fn is_trace_only(&self) -> bool {
        self.trace_only
    }
}

/// `[trace]`.
#[derive(Debug, Deserialize)]
pub struct TraceTable {
    /// The rows, gzip-compressed.
    pub file: PathBuf,
}

impl N64Manifest {
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
        settings.actions = self.events.iter().map(EventTable::action).collect();
        if !settings.actions.is_sorted_by_key(|action| action.frame) {
            return Err(invalid("event: expected ascending frames".into()));
        }
        Ok(settings)
    }
}

impl SettingsTable {
    /// Sets what the table says; a message about what it must not say.
    fn apply(&self, settings: &mut Settings) -> Result<(), String> {
        if let Some(number) = self.preset {
            let presets = settings.version.presets();
            settings.preset = *presets.get(number).ok_or_else(|| {
                format!("settings.preset: expected 0 to {}, found {number}", presets.len() - 1)
            })?;
        }
        let preset = &mut settings.preset;
        preset.voices = self.max_notes.unwrap_or(preset.voices);
        if let Some(unit) = &mut preset.reverbs[0] {
            unit.window = self.reverb_window.unwrap_or(unit.window);
            unit.decay = self.reverb_gain.unwrap_or(unit.decay);
            unit.downsample = self.reverb_downsample.unwrap_or(unit.downsample);
        }
        preset.volume = self.master_volume.unwrap_or(preset.volume);
        settings.warm_up_frames = self.warmup_frames.unwrap_or(settings.warm_up_frames);
        settings.player = self.player.unwrap_or(settings.player);
        settings.fade_in_updates = self.fade_in_updates.unwrap_or(settings.fade_in_updates);
        settings.variation = self.variation.unwrap_or(settings.variation);
        let version = settings.version;
        settings.sound_mode = self.sound_mode.map_or(settings.sound_mode, |name| name.mode(version));
        settings.television = self.television.map_or(settings.television, TelevisionName::system);
        Ok(())
    }

    /// Applies `KEY=VALUE` settings of the command line, written as in a manifest.
    ///
    /// # Errors
    ///
    /// A message if a key is unknown or a value is of a wrong type or range.
    pub fn apply_pairs(pairs: &[(String, String)], settings: &mut Settings) -> Result<(), String> {
        for (key, value) in pairs {
            // Words need no quotes on the command line.
            let table = toml::from_str::<Self>(&format!("{key} = {value}"))
                .or_else(|_| toml::from_str::<Self>(&format!("{key} = {value:?}")))
                .map_err(|error| format!("--set {key}={value}: {}", error.message()))?;
            table.apply(settings)?;
        }
        Ok(())
    }
}

impl EventTable {
    fn action(&self) -> ScheduledAction {
        let action = match self.action {
            ActionTable::FadeOut { updates } => HostAction::FadeOut { updates },
            ActionTable::Lower { target, updates } => HostAction::Lower { target, updates },
            ActionTable::Unlower { target, updates } => HostAction::Unlower { target, updates },
            ActionTable::Mute { muted } => HostAction::Mute { muted },
        };
        ScheduledAction { frame: self.frame, action }
    }
}

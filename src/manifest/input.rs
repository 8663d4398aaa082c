//! Manifests that open a file as the command line does: `tatum verify --accept` writes them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::Manifest;
use crate::song::OpenOptions;

/// A file and how it is opened.
#[derive(Debug, Deserialize)]
pub struct InputManifest {
    /// The file: anything that `tatum render` takes, but no other manifest of this kind.
    pub input: PathBuf,
    /// As `--song`.
    #[serde(default)]
    pub song: Option<String>,
    /// As `--bank`.
    #[serde(default)]
    pub bank: Option<PathBuf>,
    /// Length in frames.
    #[serde(default)]
    pub frames: Option<u64>,
    /// As `--set`.
    #[serde(default)]
    pub settings: BTreeMap<String, SettingValue>,
}

/// What a setting can be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// A word.
    Text(String),
    /// A number.
    Integer(i64),
    /// A switch.
    Boolean(bool),
}

impl InputManifest {
    /// What the command line would say. Whatever it does say counts more.
    #[must_use]
    pub fn options(&self, manifest: &Manifest, asked: &OpenOptions) -> OpenOptions {
        let own = self.settings.iter().map(|(name, value)| {
            let value = match value {
                SettingValue::Text(text) => text.clone(),
                SettingValue::Integer(number) => number.to_string(),
                SettingValue::Boolean(is_on) => is_on.to_string(),
            };
            (name.clone(), value)
        });
        OpenOptions {
            bank: asked.bank.clone().or_else(|| self.bank.as_ref().map(|bank| manifest.resolve(bank))),
            engine: Some(manifest.common.engine.clone()),
            song: asked.song.clone().or_else(|| self.song.clone()),
            settings: own.chain(asked.settings.iter().cloned()).collect(),
            profile: asked.profile.clone(),
        }
    }
}

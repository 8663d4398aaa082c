//! Manifests of the N-SPC interpreter: a transfer image, the song, and the main processor's port writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tatum_snes::hardware::PortWrite;

use super::spc::port_writes;

/// A transfer image and what is played from it.
#[derive(Debug, Deserialize)]
pub struct NspcManifest {
    /// The image: transfer blocks without the driver.
    #[serde(default = "default_file")]
    pub file: PathBuf,
    /// The song's number, from 1.
    #[serde(default = "first")]
    pub song: u8,
    /// Where the game keeps its data, for engines of which that is not documented; named as for `--set`.
    #[serde(default)]
    settings: BTreeMap<String, Place>,
    /// Length in frames.
    #[serde(default)]
    pub samples: Option<u64>,
    /// Cycles of the processor that the trace covers.
    #[serde(default)]
    pub cycles: Option<u64>,
    /// Cycle, port number and value of each write; without any the song is started as a game does.
    #[serde(default)]
    port_writes: Vec<(u64, u8, u8)>,
}

/// An address, as a number or as on the command line.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Place {
    Number(u16),
    Text(String),
}

fn default_file() -> PathBuf {
    Path::new("image.bin").to_owned()
}

const fn first() -> u8 {
    1
}

impl NspcManifest {
    /// The settings as the command line gives them.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        let text = |place: &Place| match place {
            Place::Number(number) => number.to_string(),
            Place::Text(text) => text.clone(),
        };
        self.settings.iter().map(|(key, place)| (key.clone(), text(place))).collect()
    }

    /// The port writes as the engine takes them.
    ///
    /// # Errors
    ///
    /// A message if a port does not exist.
    pub fn port_writes(&self) -> Result<Vec<PortWrite>, String> {
        port_writes(&self.port_writes)
    }
}

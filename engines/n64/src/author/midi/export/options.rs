//! SEQ64's options for exports (`n64-authoring.md` 5, 6.6).

use super::InstrumentMap;
use crate::author::midi::walk::{Jumps, Ports, WalkOptions};

/// How a sequence becomes a MIDI file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// MIDI ticks of an engine's tick, 1 to 255.
    pub ppqn_multiplier: u8,
    /// How drums of an instrument map are written.
    pub format: ExportFormat,
    /// What instruments are in General MIDI; those without an entry keep their numbers.
    pub instruments: InstrumentMap,
    /// How often the song's jump back is followed.
    pub loops: u32,
    /// Tick at which scripts are left.
    pub max_ticks: u64,
    /// Commands that are read before the export gives up.
    pub most_commands: u32,
    /// Names of the parts, for the markers; others are numbered.
    pub part_names: Vec<String>,
    /// What the game has written: then branches are taken. None passes them over.
    pub ports: Option<Ports>,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self {
            ppqn_multiplier: 4,
            format: ExportFormat::Original,
            instruments: InstrumentMap::default(),
            loops: 0,
            max_ticks: 1_000_000,
            most_commands: WalkOptions::default().most_commands,
            part_names: Vec::new(),
            ports: None,
        }
    }
}

impl ExportOptions {
    pub(super) const fn jumps(&self) -> Jumps {
        match self.loops {
            0 => Jumps::Pass,
            loops => Jumps::Follow(loops),
        }
    }
}

/// How drums are written. Without an instrument map all are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExportFormat {
    /// As any other instrument.
    #[default]
    Original,
    /// On MIDI channel 10.
    DrumsOnChannel10,
    /// On their own channels, which are told to be for drums.
    DrumsAnywhere,
}

impl ExportFormat {
    /// SEQ64's names.
    pub const NAMES: [&'static str; 3] = ["original", "gm_ch10", "gm_multi"];

    /// The format of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "original" => Self::Original,
            "gm_ch10" => Self::DrumsOnChannel10,
            "gm_multi" => Self::DrumsAnywhere,
            _ => return None,
        })
    }
}

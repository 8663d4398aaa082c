//! The command tables that SEQ64 comes with (`n64-authoring.md` 2.2), with the corrections listed there.
//!
//! The tables have most rows in common, so they are one list per scope: a row says which tables have it. Among
//! definitions that overlap the order is that of the files, where the first that fits wins.

mod channel;
mod control_flow;
mod layer;
mod row;
mod sequence;

use std::fmt;

use super::{AbiDefinition, CommandDefinition, Parameter, ParameterSource};

/// A table that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BuiltInAbi {
    /// Super Mario 64 as SEQ64 has it: a fade has two operands.
    Sm64,
    /// Super Mario 64 as the American and Japanese games read it: a fade has one operand.
    Sm64UsStrict,
    /// Return to Yoshi's Island, a small subset.
    Rtyi,
    /// Super Mario 64 European; Wave Race 64 and Mario Kart 64 too.
    Sm64Eu,
    /// Star Fox 64.
    StarFox64,
    /// Ocarina of Time and later; Super Mario 64 Shindou too.
    Zelda,
    /// The same with the community's names only.
    ZeldaCommunity,
}

/// A name that says no table, or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbiNameError {
    name: String,
    candidates: Vec<BuiltInAbi>,
}

impl fmt::Display for AbiNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, candidates } = self;
        let list = |abis: &[BuiltInAbi]| abis.iter().map(|abi| abi.id()).collect::<Vec<_>>().join(", ");
        match candidates.as_slice() {
            [] => {
                write!(f, "there is no ABI '{name}'; there are {}, or an .xml file", list(&BuiltInAbi::ALL))
            }
            several => write!(f, "'{name}' can be {}: write more of the name", list(several)),
        }
    }
}

impl std::error::Error for AbiNameError {}

/// What Super Mario 64's own interpreter does with `DA` (`n64-formats.md` 4.1).
const FADE_CAUTION: &str = "Super Mario 64 (US, JP) reads one byte after `sfade`, SEQ64's table has three: use the ABI sm64-us-strict for what the game plays";

impl BuiltInAbi {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Sm64,
        Self::Sm64UsStrict,
        Self::Rtyi,
        Self::Sm64Eu,
        Self::StarFox64,
        Self::Zelda,
        Self::ZeldaCommunity,
    ];

    /// Its name: first the id, then the name of SEQ64's file and the engines that read scripts this way.
    #[must_use]
    pub const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Sm64 => &["sm64", "1 - SM64"],
            Self::Sm64UsStrict => &["sm64-us-strict", "sm64-us", "sm64-jp"],
            Self::Rtyi => &["rtyi", "1a - RTYI"],
            Self::Sm64Eu => &["sm64-eu", "2 - SM64 EU", "mk64", "wr64"],
            Self::StarFox64 => &["sf64", "3 - SF64"],
            Self::Zelda => &["zelda", "4 - Zelda", "oot", "mm", "sm64-sh"],
            Self::ZeldaCommunity => &["zelda-community", "4b - Zelda community only"],
        }
    }

    /// The table of a name: one of [`BuiltInAbi::names`] in any case, or what only one of them begins with, or else
    /// contains.
    ///
    /// # Errors
    ///
    /// If no table, or more than one, has such a name.
    pub fn find(name: &str) -> Result<Self, AbiNameError> {
        let wanted = name.to_lowercase();
        let tests: [fn(&str, &str) -> bool; 3] = [
            |known, wanted| known == wanted,
            |known, wanted| known.starts_with(wanted),
            |known, wanted| known.contains(wanted),
        ];
        for fits in tests {
            let has_name = |abi: &Self| abi.names().iter().any(|known| fits(&known.to_lowercase(), &wanted));
            let found: Vec<_> = Self::ALL.into_iter().filter(has_name).collect();
            match found.as_slice() {
                [] => {}
                [only] => return Ok(*only),
                _ => return Err(AbiNameError { name: name.to_owned(), candidates: found }),
            }
        }
        Err(AbiNameError { name: name.to_owned(), candidates: Vec::new() })
    }

    /// The id.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.names()[0]
    }

    /// The table.
    #[must_use]
    pub fn definition(self) -> AbiDefinition {
        AbiDefinition::new(self.id(), self.commands())
    }

    fn commands(self) -> Vec<CommandDefinition> {
        let table = match self {
            Self::Sm64 | Self::Sm64UsStrict => row::SM64,
            Self::Rtyi => row::RTYI,
            Self::Sm64Eu => row::EU,
            Self::StarFox64 => row::SF64,
            Self::Zelda | Self::ZeldaCommunity => row::ZELDA,
        };
        let rows = layer::ROWS.iter().chain(channel::ROWS).chain(sequence::ROWS).chain(control_flow::ROWS);
        let mut commands: Vec<_> =
            rows.filter(|row| row.tables & table != 0).map(row::Row::definition).collect();
        match self {
            Self::Sm64 | Self::Rtyi => caution_about_fades(&mut commands),
            Self::Sm64UsStrict => shorten_fades(&mut commands),
            Self::ZeldaCommunity => keep_community_names(&mut commands),
            Self::Sm64Eu | Self::StarFox64 | Self::Zelda => {}
        }
        commands
    }
}

fn fades(commands: &mut [CommandDefinition]) -> impl Iterator<Item = &mut CommandDefinition> {
    commands.iter_mut().filter(|command| command.name == "sfade")
}

fn caution_about_fades(commands: &mut [CommandDefinition]) {
    for fade in fades(commands) {
        fade.caution = Some(FADE_CAUTION);
    }
}

fn shorten_fades(commands: &mut [CommandDefinition]) {
    for fade in fades(commands) {
        fade.parameters.truncate(1);
    }
}

/// SEQ64's file without the other two dialects also lacks what was found out about `BB`.
fn keep_community_names(commands: &mut [CommandDefinition]) {
    for command in commands {
        command.canon_name = None;
        command.old_name = None;
        if command.name == "chorus" {
            command.name = "unk_BB".into();
            command.action = super::Action::None;
            command.parameters = [("Param 1", 1), ("Param 2", 2)]
                .map(|(name, bytes)| Parameter {
                    name: name.into(),
                    meaning: super::Meaning::None,
                    source: ParameterSource::Fixed { bytes },
                })
                .into();
        }
    }
}

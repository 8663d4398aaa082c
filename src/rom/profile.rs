//! Profiles: what is known about games, as data files. Those in `profiles/` are built in; others are named on the
//! command line and come first.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use tatum_n64::EngineVersion;
use tatum_n64::format::checksum::BootChip;
use tatum_n64::format::game_facts::{GameFacts, GameProfiles, HeaderCode, Room};
use tatum_n64::format::rom::ArchiveGame;
use tatum_n64::format::shindou_rom::{IndexedGame, IndexedTables};
use tatum_n64::format::zelda_rom::{TablePlaces, ZeldaGame};

use crate::error::Error;
use crate::table_text;

/// The profiles that are built in, with their names.
const BUILT_IN: [(&str, &str); 6] = [
    ("super-mario-64.toml", include_str!("../../profiles/super-mario-64.toml")),
    ("mario-kart-64.toml", include_str!("../../profiles/mario-kart-64.toml")),
    ("wave-race-64.toml", include_str!("../../profiles/wave-race-64.toml")),
    ("star-fox-64.toml", include_str!("../../profiles/star-fox-64.toml")),
    ("ocarina-of-time.toml", include_str!("../../profiles/ocarina-of-time.toml")),
    ("majoras-mask.toml", include_str!("../../profiles/majoras-mask.toml")),
];

static GAMES: LazyLock<Arc<GameProfiles>> = LazyLock::new(|| {
    let mut games = GameProfiles::default();
    for (name, text) in BUILT_IN {
        // A test says that all are good.
        games.extend(parse(Path::new(name), text).unwrap_or_default());
    }
    Arc::new(games)
});

/// All games: those of a profile of the user's, then the built-in ones.
///
/// # Errors
///
/// If the profile cannot be read, or has a key that is missing, unknown or wrong.
pub fn games(profile: Option<&Path>) -> Result<Arc<GameProfiles>, Error> {
    let Some(path) = profile else { return Ok(Arc::clone(&GAMES)) };
    let mut games = in_profile(path, table_text::read(path)?)?;
    games.extend(GameProfiles::clone(&GAMES));
    Ok(Arc::new(games))
}

fn parse(path: &Path, text: &str) -> Result<GameProfiles, Error> {
    in_profile(path, table_text::parse(path, text)?)
}

/// A profile as it stands in its file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileTable {
    game: String,
    #[serde(default, rename = "version")]
    versions: Vec<VersionTable>,
    #[serde(default)]
    names: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Layout {
    Archives,
    Indexed,
    Zelda,
}

/// A version of a game.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionTable {
    #[serde(default)]
    name: Option<String>,
    engine: String,
    layout: Layout,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    revision: Option<u8>,
    #[serde(default)]
    boot: Option<String>,
    #[serde(default)]
    banks: Option<usize>,
    #[serde(default)]
    samples: Option<usize>,
    #[serde(default)]
    sequences: Option<usize>,
    #[serde(default)]
    bank_sets: Option<usize>,
    #[serde(default)]
    file_table: Option<usize>,
    #[serde(default)]
    program: Option<usize>,
    #[serde(default)]
    tables: Option<TablesTable>,
    #[serde(default)]
    room: Option<[usize; 2]>,
    #[serde(default)]
    larger_than: usize,
    #[serde(default)]
    reserved: Vec<usize>,
}

/// Places of tables in a program.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TablesTable {
    #[serde(default)]
    banks: Option<usize>,
    #[serde(default)]
    bank_sets: Option<usize>,
    #[serde(default)]
    fonts: Option<usize>,
    #[serde(default)]
    lists: Option<usize>,
    samples: usize,
    sequences: usize,
}

fn in_profile(path: &Path, profile: ProfileTable) -> Result<GameProfiles, Error> {
    let mut games = GameProfiles::default();
    let mut names = BTreeMap::new();
    for (number, name) in profile.names {
        let number: usize = number.parse().map_err(|_| {
            invalid(path, format!("names: expected the numbers of sequences, found '{number}'"))
        })?;
        names.insert(number, name);
    }
    for version in &profile.versions {
        let title = match &version.name {
            Some(name) => format!("{} ({name})", profile.game),
            None => profile.game.clone(),
        };
        version
            .add_to(&mut games, title.clone(), &names)
            .map_err(|message| invalid(path, format!("{title}: {message}")))?;
    }
    Ok(games)
}

fn invalid(path: &Path, message: String) -> Error {
    Error::Manifest { path: path.to_owned(), message }
}

/// A key that the layout needs.
fn needed<T>(key: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| format!("{key}: expected a place, found none (docs/roms.md)"))
}

impl VersionTable {
    fn add_to(
        &self,
        games: &mut GameProfiles,
        title: String,
        names: &BTreeMap<usize, String>,
    ) -> Result<(), String> {
        let facts = Arc::new(self.facts(title, names)?);
        match self.layout {
            Layout::Archives => games.archives.push(ArchiveGame {
                facts,
                banks: needed("banks", self.banks)?,
                sequences: needed("sequences", self.sequences)?,
                bank_sets: self.bank_sets,
            }),
            Layout::Indexed => games.indexed.push(IndexedGame {
                facts,
                banks: needed("banks", self.banks)?,
                samples: needed("samples", self.samples)?,
                sequences: needed("sequences", self.sequences)?,
                tables: match self.tables {
                    None => None,
                    Some(tables) => Some(IndexedTables {
                        banks: needed("tables.banks", tables.banks)?,
                        bank_sets: needed("tables.bank_sets", tables.bank_sets)?,
                        samples: tables.samples,
                        sequences: tables.sequences,
                    }),
                },
            }),
            Layout::Zelda => {
                let tables = needed("tables", self.tables)?;
                games.zelda.push(ZeldaGame {
                    facts,
                    file_table: needed("file_table", self.file_table)?,
                    program: needed("program", self.program)?,
                    places: TablePlaces {
                        fonts: needed("tables.fonts", tables.fonts)?,
                        lists: needed("tables.lists", tables.lists)?,
                        sequences: tables.sequences,
                        samples: tables.samples,
                    },
                });
            }
        }
        Ok(())
    }

    fn facts(&self, title: String, names: &BTreeMap<usize, String>) -> Result<GameFacts, String> {
        let version = EngineVersion::from_id(&self.engine).ok_or_else(|| {
            let ids: Vec<_> = EngineVersion::ALL.into_iter().map(EngineVersion::id).collect();
            format!("engine: expected one of {}, found '{}'", ids.join(", "), self.engine)
        })?;
        let code = |code: &String| {
            let bytes = code.as_bytes().try_into();
            bytes.map_err(|_| format!("code: expected the header's four letters, found '{code}'"))
        };
        let boot = |chip: &String| {
            BootChip::from_name(chip)
                .ok_or_else(|| format!("boot: expected 6101, 6102, 6103, 6105 or 6106, found '{chip}'"))
        };
        let room = |[first, end]: [usize; 2]| {
            let room = Room { range: first..end, larger_than: self.larger_than };
            (first < end).then_some(room).ok_or("room: expected the first byte and the one behind the last")
        };
        Ok(GameFacts {
            header: match &self.code {
                Some(text) => Some(HeaderCode { code: code(text)?, revision: self.revision }),
                None => None,
            },
            boot: self.boot.as_ref().map(boot).transpose()?,
            room: self.room.map(room).transpose()?,
            reserved: self.reserved.clone(),
            names: names.clone(),
            ..GameFacts::new(title, version)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_built_in_profiles_are_good() {
        for (name, text) in BUILT_IN {
            parse(Path::new(name), text).unwrap_or_else(|error| panic!("{error}"));
        }
        let games = games(None).unwrap();
        assert_eq!((games.archives.len(), games.indexed.len(), games.zelda.len()), (5, 6, 15));
    }

    #[test]
    fn mistakes_name_their_key() {
        let version = "game = \"x\"\n[[version]]\nengine = \"sm64-us\"\nlayout = \"archives\"\nbanks = 1\n";
        let error = |text: &str| parse(Path::new("p.toml"), text).unwrap_err().to_string();
        assert!(error(version).contains("sequences: expected a place"), "{}", error(version));
        let whole = format!("{version}sequences = 2\n");
        assert!(parse(Path::new("p.toml"), &whole).is_ok());
        for (line, key) in [
            ("code = \"NSM\"", "code"),
            ("boot = \"6104\"", "boot"),
            ("room = [2, 1]", "room"),
            ("rom = 1", "rom"),
            ("[names]\none = \"x\"", "names"),
        ] {
            let text = error(&format!("{whole}{line}\n"));
            assert!(text.contains(key), "{text}");
        }
        assert!(error(&whole.replace("sm64-us", "nds")).contains("engine"));
    }
}

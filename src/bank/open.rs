//! Which file has the banks: manifests and folders of extracted games name it.

use std::path::{Component, Path, PathBuf};

use tatum_n64::EngineVersion;
use tatum_n64::format::game_image::GameImage;
use tatum_snes::sequencer::variant::{Evidence, Variant};

use super::{Content, n64, nds, snes};
use crate::error::Error;
use crate::manifest::input::SettingValue;
use crate::manifest::{Body, Manifest};
use crate::song::{GAME_TABLE, GameTable, read_file};
use crate::table_text;

/// The manifest in a case's folder.
const CASE: &str = "case.toml";
/// The setting of a manifest that chooses one of a game's sound archives.
const ARCHIVE_KEY: &str = "archive";

/// What the command line says about how to open banks.
#[derive(Clone, Debug, Default)]
pub struct BankOptions {
    /// The engine that plays Nintendo 64 banks, where they do not say.
    pub engine: Option<String>,
    /// A profile of games (`docs/roms.md`), which comes before the built-in ones.
    pub profile: Option<PathBuf>,
    /// The number of a sound archive of a DS game; none stands for all of them, or the first one where only one can be
    /// used.
    pub archive: Option<usize>,
}

/// A file or folder with banks, and what is known about it.
pub(super) struct Place {
    /// The file or folder itself; of a manifest that lists sound fonts, the manifest.
    pub path: PathBuf,
    /// The engine that plays the banks of the Nintendo 64.
    pub engine: Option<EngineVersion>,
    /// The number of a sound archive of the DS.
    pub archive: Option<usize>,
    profile: Option<PathBuf>,
    /// The manifest of the Zelda generation that lists fonts.
    fonts: Option<Manifest>,
}

impl Place {
    /// Finds the file with the banks: what `path` is, or what it names.
    ///
    /// # Errors
    ///
    /// If there is no such engine, or a manifest or the table of an extracted game cannot be read or names no banks.
    pub fn find(path: &Path, options: &BankOptions) -> Result<Self, Error> {
        let engine = options.engine.as_deref().map(|id| {
            EngineVersion::from_id(id).ok_or_else(|| {
                let ids: Vec<&str> = EngineVersion::ALL.into_iter().map(EngineVersion::id).collect();
                Error::Usage(format!("--engine: expected one of {}, found '{id}'", ids.join(", ")))
            })
        });
        let place = Self {
            path: path.to_owned(),
            engine: engine.transpose()?,
            archive: options.archive,
            profile: options.profile.clone(),
            fonts: None,
        };
        match manifest_at(path) {
            None => place.in_game_folder(),
            Some(manifest) => {
                let manifest = Manifest::read(&manifest)?;
                let Body::Input(body) = &manifest.body else { return place.named_by(manifest) };
                // Banks of its own count more than those that a file brings.
                let named = manifest.resolve(body.bank.as_ref().unwrap_or(&body.input));
                let archive = body.settings.get(ARCHIVE_KEY).and_then(|value| match value {
                    SettingValue::Integer(number) => usize::try_from(*number).ok(),
                    SettingValue::Text(text) => text.parse().ok(),
                    SettingValue::Boolean(_) => None,
                });
                let place = Self {
                    path: named,
                    engine: place.engine.or_else(|| EngineVersion::from_id(&manifest.common.engine)),
                    archive: place.archive.or(archive),
                    ..place
                };
                match manifest_at(&place.path) {
                    None => place.in_game_folder(),
                    Some(other) => {
                        let other = Manifest::read(&other)?;
                        if matches!(other.body, Body::Input(_)) {
                            let named = place.path.display();
                            let message =
                                format!("input: {named} names an input itself; expected a file with banks");
                            return Err(manifest.error(message));
                        }
                        place.named_by(other)
                    }
                }
            }
        }
    }

    /// The place that a manifest names. It is no manifest again.
    fn named_by(self, manifest: Manifest) -> Result<Self, Error> {
        let engine = self.engine.or_else(|| EngineVersion::from_id(&manifest.common.engine));
        let path = match &manifest.body {
            Body::N64(body) => body
                .bank
                .as_ref()
                .map(|bank| manifest.resolve(bank))
                .ok_or_else(|| Error::Usage(format!("{}: it names no bank", manifest.path.display())))?,
            Body::Nds(body) => manifest.resolve(&body.file),
            Body::Spc(body) => manifest.resolve(&body.file),
            Body::Nspc(body) => {
                let variant = Variant::from_id(&manifest.common.engine);
                if variant.is_some_and(|variant| variant.evidence != Evidence::Verified) {
                    return Err(manifest.error(format!(
                        "engine: instrument tables are known of n-spc-alttp only, found {}",
                        manifest.common.engine
                    )));
                }
                manifest.resolve(&body.file)
            }
            Body::Zelda(_) => {
                return Ok(Self { path: manifest.path.clone(), engine, fonts: Some(manifest), ..self });
            }
            Body::Input(body) => manifest.resolve(&body.input),
        };
        Self { path, engine, ..self }.in_game_folder()
    }

    /// Of the folder of an extracted game the file that its table names; any other place as it is.
    fn in_game_folder(self) -> Result<Self, Error> {
        let Some(table) = GameTable::beside(&self.path)? else { return Ok(self) };
        let path = match &table.input {
            None => self.path.clone(),
            Some(file) if file.components().all(|part| matches!(part, Component::Normal(_))) => {
                self.path.join(file)
            }
            Some(file) => {
                let message = format!("'{}' lies outside of the folder", file.display());
                return Err(table_text::error(&self.path.join(GAME_TABLE), message));
            }
        };
        Ok(Self { path, engine: self.engine.or_else(|| EngineVersion::from_id(&table.engine)), ..self })
    }

    /// The banks, if they are of the Nintendo 64 and not in a ROM.
    fn n64_files(&self) -> Result<Option<n64::sound_set::SoundSet>, Error> {
        match &self.fonts {
            Some(manifest) => n64::open::open_manifest(manifest, self.engine),
            None => n64::open::open(&self.path, self.engine),
        }
    }

    /// Opens the banks.
    ///
    /// # Errors
    ///
    /// If they cannot be read, there are none, or there is no archive of the number.
    pub fn open(&self) -> Result<Content, Error> {
        let content = self.content()?;
        match (&content, self.archive) {
            (Content::N64(_) | Content::Snes(_), Some(_)) => {
                Err(Error::Usage("--archive: only games of the DS have several sound archives".to_owned()))
            }
            _ => Ok(content),
        }
    }

    fn content(&self) -> Result<Content, Error> {
        let path = &self.path;
        if let Some(set) = self.n64_files()? {
            return Ok(Content::N64(Box::new(set)));
        }
        if path.is_dir() {
            if path.join(snes::TABLE).is_file() {
                return Ok(Content::Snes(snes::read_folder(path, true)?));
            }
            return Err(Error::Usage(format!(
                "{}: expected a folder of banks: {}, sound_data.ctl, Audiobank, {}, {GAME_TABLE} or a {CASE}",
                path.display(),
                n64::TABLE,
                snes::TABLE
            )));
        }
        let bytes = read_file(path)?;
        if GameImage::recognizes(&bytes) {
            let set = n64::open::open_rom(path, bytes, self.engine, self.profile.as_deref())?;
            return Ok(Content::N64(Box::new(set)));
        }
        if let Some(archives) = nds::open(path, &bytes, self.archive)? {
            return Ok(Content::Nds(archives));
        }
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match (snes::bank_of(path, &bytes), ending.as_deref()) {
            (Ok(bank), _) => Ok(Content::Snes(bank)),
            (Err(error), Some("sfc" | "smc" | "spc" | "bin") | None) => Err(error),
            (Err(_), Some(_)) => Err(Error::Usage(format!(
                "{}: unknown kind of file; expected banks of the N64 (.ctl, .zbank, a ROM), the DS (.sdat, .nds, .sbnk) or \
                 the SNES (.spc, .sfc, a transfer image)",
                path.display()
            ))),
        }
    }
}

/// The manifest that a path is, or that its folder has. Exported banks have a table of the same ending.
fn manifest_at(path: &Path) -> Option<PathBuf> {
    let is_table = |name: &str| path.file_name().is_some_and(|own| own == name);
    let is_bank_folder = [n64::TABLE, snes::TABLE].iter().any(|table| path.join(table).is_file());
    if path.is_dir() {
        return Some(path.join(CASE)).filter(|case| !is_bank_folder && case.is_file());
    }
    let is_toml = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    (is_toml && !is_table(n64::TABLE)).then(|| path.to_owned())
}

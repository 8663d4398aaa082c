//! Manifests: a sequence, its bank, an engine and settings in one `*.toml`. The `case.toml` of golden sets is one.

pub mod input;
pub mod n64;
pub mod nds;
pub mod nspc;
pub mod spc;
pub mod zelda;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::Error;

/// A manifest with its place.
#[derive(Debug)]
pub struct Manifest {
    /// The file itself.
    pub path: PathBuf,
    /// What it says to every engine.
    pub common: Common,
    /// What it says to its engine.
    pub body: Body,
}

/// What a manifest says to one engine.
#[derive(Debug)]
pub enum Body {
    /// Any file, opened as the command line does.
    Input(input::InputManifest),
    /// A Nintendo 64 sequence.
    N64(n64::N64Manifest),
    /// A sequence of the Nintendo 64's Zelda generation.
    Zelda(zelda::ZeldaManifest),
    /// A Nintendo DS sound archive.
    Nds(nds::NdsManifest),
    /// A `.spc` file.
    Spc(spc::SpcManifest),
    /// A song for the N-SPC interpreter.
    Nspc(nspc::NspcManifest),
}

/// Keys that all engines share.
#[derive(Debug, Deserialize)]
pub struct Common {
    /// Engine id.
    pub engine: String,
    /// A title for people.
    #[serde(default, alias = "name")]
    pub title: Option<String>,
    /// Why the case is known not to be equal yet; it must then differ.
    #[serde(default)]
    pub known_difference: Option<String>,
    /// What may differ from a recording that is no exact reference.
    #[serde(default)]
    pub tolerance: Option<crate::verify::reference::Tolerances>,
}

/// The reference of a case, as far as it has one.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct References {
    /// The audio it must equal.
    pub audio: Option<PathBuf>,
    /// The trace it must equal.
    pub trace: Option<PathBuf>,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is no TOML, or has a key that is missing, unknown to its engine or of a wrong
    /// type: the message has the line.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        let invalid = |error: toml::de::Error| Error::Manifest {
            path: path.to_owned(),
            message: error.to_string().trim_end().to_owned(),
        };
        let common: Common = toml::from_str(&text).map_err(invalid)?;
        let has_input = text.parse::<toml::Table>().is_ok_and(|table| table.contains_key("input"));
        let body = match common.engine.as_str() {
            _ if has_input => Body::Input(toml::from_str(&text).map_err(invalid)?),
            id if tatum_n64::EngineVersion::from_id(id)
                .is_some_and(|version| version.generation().is_zelda()) =>
            {
                Body::Zelda(toml::from_str(&text).map_err(invalid)?)
            }
            id if tatum_n64::EngineVersion::from_id(id).is_some() => {
                Body::N64(toml::from_str(&text).map_err(invalid)?)
            }
            crate::song::NDS_ENGINE => Body::Nds(toml::from_str(&text).map_err(invalid)?),
            id if crate::song::is_nspc(id) => Body::Nspc(toml::from_str(&text).map_err(invalid)?),
            crate::song::SPC_ENGINE => Body::Spc(toml::from_str(&text).map_err(invalid)?),
            id => {
                return Err(Error::Manifest {
                    path: path.to_owned(),
                    message: format!(
                        "engine: expected one of {}, found '{id}'",
                        crate::song::engine_ids().join(", ")
                    ),
                });
            }
        };
        Ok(Self { path: path.to_owned(), common, body })
    }

    /// A path that the manifest names, relative to its own place.
    #[must_use]
    pub fn resolve(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// The number of frames (sample pairs) that the manifest asks for.
    #[must_use]
    pub fn frames(&self) -> Option<u64> {
        match &self.body {
            Body::Input(manifest) => manifest.frames,
            Body::N64(manifest) => manifest.samples,
            Body::Zelda(manifest) => manifest.samples,
            Body::Nds(manifest) => manifest.frames,
            Body::Spc(manifest) => manifest.samples,
            Body::Nspc(manifest) => manifest.samples,
        }
    }

    /// References that lie beside the manifest under their usual names.
    fn references_beside(&self, trace: &str) -> References {
        let existing = |name: &str| Some(self.resolve(Path::new(name))).filter(|path| path.is_file());
        References { audio: existing("reference.wav"), trace: existing(trace) }
    }

    /// An error about the manifest.
    #[must_use]
    pub fn error(&self, message: String) -> Error {
        Error::Manifest { path: self.path.clone(), message }
    }

    /// Where the references lie.
    #[must_use]
    pub fn references(&self) -> References {
        match &self.body {
            Body::N64(manifest) => References {
                audio: manifest.reference.audio().map(|file| self.resolve(file)),
                trace: manifest.trace.as_ref().map(|trace| self.resolve(&trace.file)),
            },
            Body::Input(_) => References { trace: None, ..self.references_beside("") },
            Body::Zelda(_) | Body::Nds(_) => self.references_beside("trace.tsv.gz"),
            Body::Spc(_) | Body::Nspc(_) => self.references_beside("dsp_writes.tsv.gz"),
        }
    }
}

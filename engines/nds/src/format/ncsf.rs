//! NCSF and minincsf: a sound archive and a sequence number in a PSF container (nds-formats 8).

use tatum_core::FormatError;

use super::le_u32;
use super::psf::{Psf, Tags};

/// Version byte of NCSF files.
pub const NCSF_VERSION: u8 = 0x25;
/// Deepest chain of libraries.
const MAX_DEPTH: usize = 10;
/// Libraries one file may name; with the depth this bounds the work.
const MAX_LIBRARIES: usize = 32;

/// A song from an NCSF file and its libraries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ncsf {
    /// The sound archive.
    pub archive: Vec<u8>,
    /// Which SEQ of it.
    pub sequence: u32,
    /// The tags of the file itself.
    pub tags: Tags,
}

/// Gives the bytes of a library by its path, which is relative to the directory of the first file.
pub type Loader<'a> = dyn FnMut(&str) -> Result<Vec<u8>, FormatError> + 'a;

impl Ncsf {
    /// Loads a file and, through `loader`, the libraries its `_lib` tags name: `_lib` first, then the file's own
    /// program over it, then `_lib2`, `_lib3` and so on.
    ///
    /// # Errors
    ///
    /// If a file is no NCSF or unusable, libraries are nested too deeply, or the loader fails.
    pub fn load(file: &str, bytes: &[u8], loader: &mut Loader<'_>) -> Result<Self, FormatError> {
        let mut assembly = Assembly { archive: Vec::new(), sequence: None, libraries_left: MAX_LIBRARIES };
        let tags = assembly.add(file, "", bytes, loader, 0)?;
        Ok(Self { archive: assembly.archive, sequence: assembly.sequence.unwrap_or(0), tags })
    }

    /// A file that holds an archive and names a sequence.
    #[must_use]
    pub fn write(archive: &[u8], sequence: u32, tags: Tags) -> Vec<u8> {
        let reserved = sequence.to_le_bytes().to_vec();
        Psf { version: NCSF_VERSION, reserved, program: archive.to_vec(), tags }.to_bytes()
    }

    /// A minincsf: a sequence number and the name of the library that holds the archive.
    #[must_use]
    pub fn write_mini(sequence: u32, tags: Tags) -> Vec<u8> {
        Self::write(&[], sequence, tags)
    }
}

/// The archive while libraries are laid over each other.
struct Assembly {
    archive: Vec<u8>,
    sequence: Option<u32>,
    libraries_left: usize,
}

impl Assembly {
    fn add(
        &mut self,
        file: &str,
        directory: &str,
        bytes: &[u8],
        loader: &mut Loader<'_>,
        depth: usize,
    ) -> Result<Tags, FormatError> {
        let psf = Psf::parse(file, bytes)?;
        if psf.version != NCSF_VERSION {
            return Err(FormatError::invalid(
                file.to_owned(),
                3,
                "version",
                format!("{NCSF_VERSION:#x} (NCSF)"),
                format!("{:#x}", psf.version),
            )
            .with_help("only NCSF and minincsf hold sound archives"));
        }
        if let Some(name) = psf.tags.get("_lib") {
            self.library(file, directory, name, loader, depth)?;
        }
        self.overlay(&psf);
        for number in 2.. {
            let Some(name) = psf.tags.get(&format!("_lib{number}")) else { break };
            self.library(file, directory, name, loader, depth)?;
        }
        Ok(psf.tags)
    }

    fn library(
        &mut self,
        file: &str,
        directory: &str,
        name: &str,
        loader: &mut Loader<'_>,
        depth: usize,
    ) -> Result<(), FormatError> {
        if depth >= MAX_DEPTH || self.libraries_left == 0 {
            return Err(FormatError::invalid(
                file.to_owned(),
                0,
                "_lib",
                format!("libraries nested at most {MAX_DEPTH} deep"),
                "more (do they name each other?)",
            ));
        }
        self.libraries_left -= 1;
        let path = format!("{directory}{}", name.replace('\\', "/"));
        let bytes = loader(&path)?;
        let inner = path.rfind('/').and_then(|slash| path.get(..=slash)).unwrap_or("");
        self.add(&path, inner, &bytes, loader, depth + 1).map(|_| ())
    }

    /// Lays a program over what is there, from the start.
    fn overlay(&mut self, psf: &Psf) {
        if self.archive.len() < psf.program.len() {
            self.archive.resize(psf.program.len(), 0);
        }
        for (byte, new) in self.archive.iter_mut().zip(&psf.program) {
            *byte = *new;
        }
        if let Some(sequence) = le_u32(&psf.reserved, 0) {
            self.sequence = Some(sequence);
        }
    }
}

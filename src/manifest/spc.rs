//! Manifests of `.spc` files: the file, and what the main processor writes into the ports.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use tatum_snes::Port;
use tatum_snes::hardware::PortWrite;

/// A `.spc` file and the writes of the main processor.
#[derive(Debug, Deserialize)]
pub struct SpcManifest {
    /// The file.
    #[serde(default = "default_file")]
    pub file: PathBuf,
    /// Length in frames.
    #[serde(default)]
    pub samples: Option<u64>,
    /// Cycles of the processor that the trace covers.
    #[serde(default)]
    pub cycles: Option<u64>,
    /// Cycle, port number and value of each write.
    #[serde(default)]
    port_writes: Vec<(u64, u8, u8)>,
}

fn default_file() -> PathBuf {
    Path::new("song.spc").to_owned()
}

impl SpcManifest {
    /// The port writes as the engine takes them.
    ///
    /// # Errors
    ///
    /// A message if a port does not exist.
    pub fn port_writes(&self) -> Result<Vec<PortWrite>, String> {
        port_writes(&self.port_writes)
    }
}

/// Cycle, port number and value of each write, as the engine takes them.
pub(super) fn port_writes(table: &[(u64, u8, u8)]) -> Result<Vec<PortWrite>, String> {
    table
        .iter()
        .map(|&(cycle, port, value)| {
            let port =
                Port::new(port).ok_or_else(|| format!("port_writes: expected ports 0 to 3, found {port}"))?;
            Ok(PortWrite { cycle, port, value })
        })
        .collect()
}

//! Reference traces: gzip-compressed rows.

use std::path::Path;

use crate::error::Error;
use crate::manifest::Manifest;
use crate::song::Song;
use crate::trace::{RowDifference, compare_traces, read_trace};

/// Compares a song's trace with the rows in `file`.
pub(super) fn compare(
    song: &Song,
    manifest: &Manifest,
    file: &Path,
    rows: &mut u64,
) -> Result<Option<RowDifference>, Error> {
    let expected = read_trace(file)?;
    let frames = manifest.frames().ok_or_else(|| Error::Manifest {
        path: manifest.path.clone(),
        message: "samples: expected the length of the trace, found nothing".into(),
    })?;
    let found = song.reference_trace(frames)?;
    let (lines, difference) = compare_traces(&expected, &found);
    *rows = lines;
    Ok(difference)
}

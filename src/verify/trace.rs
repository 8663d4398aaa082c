//! Reference traces: gzip-compressed rows.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;

use super::compare::{TraceDifference, compare_rows};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::song::Song;

/// A reference trace is text of at most this size: far more than any case has.
const LARGEST_TRACE: u64 = 1 << 30;

/// Compares a song's trace with the rows in `file`.
pub(super) fn compare(
    song: &Song,
    manifest: &Manifest,
    file: &Path,
    rows: &mut u64,
) -> Result<Option<TraceDifference>, Error> {
    let expected = read(file)?;
    let frames = manifest.frames().ok_or_else(|| Error::Manifest {
        path: manifest.path.clone(),
        message: "samples: expected the length of the trace, found nothing".into(),
    })?;
    let found = song.reference_trace(frames)?;
    Ok(compare_rows(&expected, &found, rows))
}

fn read(path: &Path) -> Result<String, Error> {
    let file = std::fs::File::open(path).map_err(|source| Error::io(path, source))?;
    let mut text = String::new();
    GzDecoder::new(std::io::BufReader::new(file))
        .take(LARGEST_TRACE)
        .read_to_string(&mut text)
        .map_err(|source| Error::io(path, source))?;
    Ok(text)
}

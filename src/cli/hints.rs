//! What to do next after an error.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::Error;

/// Names up to this similar (0 to 1) are offered for one that does not exist.
const SIMILAR: f64 = 0.75;

/// A line for a person who meets this error, if there is something to say.
#[must_use]
pub fn hint(error: &Error) -> Option<String> {
    match error {
        Error::Io { path, source } if source.kind() == ErrorKind::NotFound => similar_file(path),
        Error::Io { path, source } if source.kind() == ErrorKind::AlreadyExists => {
            Some(format!("name a folder that is empty or not there yet: {} is kept as it is", path.display()))
        }
        Error::Io { source, .. } if source.kind() == ErrorKind::StorageFull => {
            Some("nothing was changed: make room and run it again, or write elsewhere with -o".into())
        }
        Error::Io { source, .. }
            if matches!(source.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) =>
        {
            Some("nothing was changed: write elsewhere with -o, or to standard output with -o -".into())
        }
        Error::Device { .. } => Some(
            "`tatum play --list-devices` lists what there is; `tatum render SONG` makes a file, `tatum demo -o DIR` \
             of the built-in songs"
                .into(),
        ),
        Error::Fault { path, .. } => Some(format!(
            "`tatum trace {} --kind events` lists every command up to there",
            path.display()
        )),
        Error::Io { .. } | Error::Usage(_) | Error::Format(_) | Error::Manifest { .. } | Error::Text(_) => None,
    }
}

/// The file beside a missing one whose name is most like it.
fn similar_file(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(".".as_ref());
    let names = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.file_name()));
    let likeness = |own: &OsStr| strsim::jaro_winkler(&name, &own.to_string_lossy().to_lowercase());
    let (_, best) = names
        .map(|own| (likeness(&own), own))
        .filter(|(likeness, _)| *likeness >= SIMILAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    Some(format!("did you mean {}?", path.with_file_name(best).display()))
}

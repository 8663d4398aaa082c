//! What `--version` says: the program's version, and the revision of every engine.

use std::fmt::Write;

use crate::song::{engine_ids, is_nspc};

/// An engine's crate: its name, its revision, and whether an engine id is one of its.
type Engine = (&'static str, u32, fn(&str) -> bool);

const ENGINES: [Engine; 3] = [
    ("tatum-n64", tatum_n64::REVISION, |id| !is_nds(id) && !is_snes(id)),
    ("tatum-nds", tatum_nds::REVISION, is_nds),
    ("tatum-snes", tatum_snes::REVISION, is_snes),
];

fn is_nds(id: &str) -> bool {
    id == crate::song::NDS_ENGINE
}

fn is_snes(id: &str) -> bool {
    id == crate::song::SPC_ENGINE || is_nspc(id)
}

/// The text behind the program's name.
pub(super) fn long_version() -> String {
    let mut text = concat!(env!("CARGO_PKG_VERSION"), "\n").to_owned();
    for (name, revision, owns) in ENGINES {
        let ids: Vec<&str> = engine_ids().into_iter().filter(|id| owns(id)).collect();
        let _ = write!(text, "\n{name}, revision {revision}: {}", ids.join(", "));
    }
    text.push_str("\n\nAn engine's revision is raised when what it plays changes in any sample.");
    text.push_str(if cfg!(feature = "live") {
        "\nBuilt with live playback."
    } else {
        "\nBuilt without live playback."
    });
    text
}

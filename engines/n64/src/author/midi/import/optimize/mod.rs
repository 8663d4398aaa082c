//! What repeats becomes loops and scripts that are called (`n64-authoring.md` 6.5).

use tatum_core::source::Problems;

use super::options::ImportOptions;
use super::step::Song;

/// Makes a song smaller; never larger.
pub(super) fn optimize(_song: &mut Song, _options: &ImportOptions, _problems: &mut Problems) {}

//! Songs of the Nintendo 64's Zelda generation: manifests and, as they come, music packs.

use std::sync::Arc;

use tatum_n64::format::index_table::FontEntry;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::trace::StateRows;
use tatum_n64::{FontFile, FontFiles, SoundMemory};

use super::n64::N64Song;
use super::n64_text::read_sequence;
use super::{Song, read_file, title_of};
use crate::error::Error;
use crate::manifest::Manifest;
use crate::manifest::zelda::ZeldaManifest;

/// A song of a manifest.
pub(super) fn open_manifest(manifest: &Manifest, body: &ZeldaManifest) -> Result<Song, Error> {
    let settings = body.settings(manifest)?;
    let mut sequences = Vec::new();
    for table in &body.sequences {
        let path = manifest.resolve(&table.file);
        sequences.push(SequenceData::new(
            &path.display().to_string(),
            &read_sequence(&path, settings.version.id())?,
        )?);
    }
    let mut fonts = Vec::new();
    for table in &body.fonts {
        let path = manifest.resolve(&table.file);
        let meta = manifest.resolve(&table.meta);
        let entry = FontEntry::parse(&meta.display().to_string(), &read_file(&meta)?)?;
        fonts.push((path.display().to_string(), read_file(&path)?, entry));
    }
    let audiotable = manifest.resolve(&body.audiotable);
    let samples = (audiotable.display().to_string(), read_file(&audiotable)?);
    let files = FontFiles {
        fonts: fonts
            .iter()
            .map(|(name, bytes, entry)| Some(FontFile { file: (name, bytes), entry: *entry }))
            .collect(),
        sample_banks: vec![(&samples.0, &samples.1)],
        lists: body.sequences.iter().map(|table| table.fonts.clone()).collect(),
    };
    let sounds = SoundMemory::load_fonts(&files)?;
    Ok(Song {
        path: manifest.path.clone(),
        title: manifest.common.title.clone().unwrap_or_else(|| title_of(&manifest.path)),
        engine: settings.version.id(),
        frames: manifest.frames(),
        notes: Vec::new(),
        songs: Vec::new(),
        source: Arc::new(N64Song { sequences, sounds, settings, rows: StateRows::All, is_built_in: false }),
    })
}

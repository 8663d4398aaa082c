//! `--stems`: a file for each part of the mix.

use std::io::BufWriter;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use tatum_core::{Frame, Rate};

use super::{RenderArguments, tell_clipping, tell_file};
use crate::cli::common::{clock, decibels};
use crate::error::Error;
use crate::output::audio_file::AudioFile;
use crate::output::file::PendingFile;
use crate::output::folder::PendingFolder;
use crate::rendering::{StemReport, Stems};
use crate::song::Song;
use crate::song::plan::Plan;

/// What was written.
pub(super) struct WrittenStems {
    /// The files of the stems, with the peak of each.
    files: Vec<(PathBuf, u16)>,
    /// The file of the mix, if one was asked for.
    mix: Option<PathBuf>,
    report: StemReport,
}

impl RenderArguments {
    /// Writes every stem, and the mix if an output is named. All files appear, or none does.
    pub(super) fn write_stems(
        &self,
        song: &Song,
        plan: &Plan,
        mut stems: Stems,
        folder: &Path,
        progress: &ProgressBar,
    ) -> Result<WrittenStems, Error> {
        if self.output.as_deref() == Some(Path::new("-")) {
            let message = "--stems: the mix beside them goes into a file, not to standard output";
            return Err(Error::Usage(message.into()));
        }
        let fresh = fresh_folder(folder)?;
        let rate = stems.rate();
        let names: Vec<String> =
            stems.parts().iter().map(|part| format!("{}.wav", part.file_name())).collect();
        let paths_in = |folder: &Path| -> Vec<PathBuf> {
            names.iter().map(|name| folder.join(name)).chain(self.output.clone()).collect()
        };
        let paths = paths_in(folder);
        let mut pending = paths_in(fresh.as_ref().map_or(folder, PendingFolder::path))
            .iter()
            .map(|path| PendingFile::create(path))
            .collect::<Result<Vec<_>, _>>()?;
        let mut files = Vec::with_capacity(paths.len());
        for (file, path) in pending.iter_mut().zip(&paths) {
            files.push(AudioFile::new(BufWriter::new(file.file()), path, rate, self.rate, self.format)?);
        }
        let mut peaks = vec![0; paths.len()];
        let report = stems.render(song, plan, &mut |blocks, done| {
            progress.set_position(done);
            for ((file, peak), block) in files.iter_mut().zip(&mut peaks).zip(blocks) {
                *peak = Frame::peak(block).max(*peak);
                file.write(block)?;
            }
            Ok(())
        })?;
        files.into_iter().try_for_each(AudioFile::finish)?;
        pending.into_iter().try_for_each(PendingFile::finish)?;
        fresh.map_or(Ok(()), PendingFolder::finish)?;
        let files = paths.into_iter().zip(peaks).take(stems.parts().len()).collect();
        Ok(WrittenStems { files, mix: self.output.clone(), report })
    }
}

/// A folder that is not there yet appears with all its files; into one that is there, they are put.
fn fresh_folder(folder: &Path) -> Result<Option<PendingFolder>, Error> {
    if folder.exists() {
        return Ok(None);
    }
    if let Some(parent) = folder.parent().filter(|parent| *parent != Path::new("")) {
        std::fs::create_dir_all(parent).map_err(|source| Error::io(parent, source))?;
    }
    PendingFolder::create(folder).map(Some)
}

/// Says what was written, whether the stems are the mix, and where they are more than parts of it.
pub(super) fn tell(song: &Song, written: &WrittenStems, rate: Rate) {
    let report = &written.report;
    for (path, peak) in &written.files {
        eprintln!("tatum: {}: peak {}", path.display(), decibels(*peak));
    }
    if let Some(frame) = report.first_saturated {
        eprintln!(
            "tatum: {}: warning: the console's mixer saturates in {} frames, first at {} (frame {frame}): there a \
             stem is what its channel adds to those before it, not what it would be alone",
            song.path.display(),
            report.saturated,
            clock(rate.seconds(frame)),
        );
    }
    match report.unequal {
        0 => eprintln!("tatum: the stems add up to the mix in all {} frames", report.full.frames),
        unequal => eprintln!(
            "tatum: the stems add up to the mix but for {unequal} of {} frames, where a part does not fit 16 bits",
            report.full.frames
        ),
    }
    if let Some(mix) = &written.mix {
        tell_clipping(song, &report.full, rate);
        tell_file(mix, &report.full, rate);
    }
}

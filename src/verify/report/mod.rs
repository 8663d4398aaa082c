//! The report: one HTML page with figures for every case.

mod chart;
mod evidence;
mod measurements;
mod page;
mod piano_roll;
mod spectrogram;
mod voice_use;
mod waveform;

use std::io::Write;
use std::path::Path;

use rayon::prelude::*;

use self::chart::Figure;
use self::evidence::Evidence;
use self::page::{Section, page};
use super::find::is_stream_case;
use super::reference::{RecordingResult, fixed};
use super::{CaseResult, Difference, Outcome, conversion};
use crate::error::Error;
use crate::input::wav::{self, Recording};
use crate::manifest::Manifest;
use crate::output::file::PendingFile;
use crate::song::{OpenOptions, Song};

/// The page's file in the report's folder.
pub const PAGE_FILE: &str = "index.html";

/// Writes the report of cases into a folder, which is made if needed.
///
/// # Errors
///
/// If the page cannot be written. What cannot be drawn is said on the page.
pub fn write_cases(folder: &Path, results: &[CaseResult]) -> Result<(), Error> {
    let sections =
        results.par_iter().enumerate().map(|(index, result)| case_section(index, result)).collect();
    write(folder, &page("Verification of cases", sections))
}

/// Writes the report of a song and a recording of it.
///
/// # Errors
///
/// As [`write_cases`].
pub fn write_recording(
    folder: &Path,
    song: &Song,
    file: &Path,
    recording: &Recording,
    result: &RecordingResult,
) -> Result<(), Error> {
    let evidence = Evidence::of_recording(song, result)?;
    let mut section = Section {
        name: song.title.clone(),
        verdict: if result.is_passed() { "passed" } else { "DIFFERS" },
        is_passed: result.is_passed(),
        facts: facts(song, &evidence),
        ..Section::default()
    };
    let mut fact = |name: &str, value: String| section.facts.push((name.into(), value));
    fact("recording", file.display().to_string());
    fact("format", recording.format.clone());
    if let Some(alignment) = &result.alignment {
        fact("offset", format!("{} frames", fixed(alignment.offset, 3)));
        fact("drift", format!("{} ppm", fixed(alignment.drift, 2)));
        let decibels = alignment.gain.map(|gain| 20.0 * gain.abs().max(1e-7).log10());
        fact("gain", format!("{} dB left, {} dB right", fixed(decibels[0], 3), fixed(decibels[1], 3)));
    }
    section.details.extend(recording.notes.iter().cloned());
    for deviation in &result.deviations {
        let mark = if result.tolerances.allow(deviation) { "allowed: " } else { "" };
        section.details.push(format!("{mark}{}", deviation.message));
    }
    section.details.extend(evidence.explanation.iter().flat_map(explained));
    section.figures = figures(&evidence, "recording");
    let measured = [measurements::delays(&evidence, result), measurements::bands(result)];
    section.figures.extend(measured.iter().flatten().map(Figure::html));
    write(folder, &page(&format!("{} against a recording", song.title), vec![section]))
}

fn write(folder: &Path, html: &str) -> Result<(), Error> {
    std::fs::create_dir_all(folder).map_err(|source| Error::io(folder, source))?;
    let path = folder.join(PAGE_FILE);
    let mut pending = PendingFile::create(&path)?;
    pending.file().write_all(html.as_bytes()).map_err(|source| Error::io(&path, source))?;
    pending.finish()
}

fn case_section(index: usize, result: &CaseResult) -> Section {
    let mut section = Section {
        name: result.name(),
        verdict: result.outcome.verdict(),
        is_passed: result.outcome.is_passed(),
        details: result.outcome.detail().iter().flat_map(|text| text.lines()).map(str::to_owned).collect(),
        ..Section::default()
    };
    section.details.extend(result.explanation.iter().flat_map(explained));
    match evidence_of(result) {
        Ok(Some((song, evidence))) => {
            section.facts = facts(&song, &evidence);
            if result.rows != 0 {
                section.facts.push(("trace".into(), format!("{} rows", result.rows)));
            }
            section.figures = figures(&evidence, &format!("case-{index}"));
        }
        Ok(None) => {}
        // The outcome has said it already, if it is the same error.
        Err(error) if matches!(result.outcome, Outcome::Failed(_)) => drop(error),
        Err(error) => section.details.push(format!("no figures: {error}")),
    }
    section
}

fn explained(explanation: &super::Explanation) -> Vec<String> {
    explanation.to_string().lines().map(str::to_owned).collect()
}

/// What the figures of a case are drawn from; none if it is no song.
fn evidence_of(result: &CaseResult) -> Result<Option<(Song, Evidence)>, Error> {
    let path = &result.path;
    let is_stream = is_stream_case(path);
    if !is_stream && conversion::recognize(path)?.is_some() {
        return Ok(None);
    }
    let song = Song::open(path, &OpenOptions::default())?;
    let audio =
        if is_stream { Some(path.with_extension("wav")) } else { Manifest::read(path)?.references().audio };
    let reference = audio.map(|file| wav::read(&file)).transpose()?;
    let reference = reference.and_then(|recording| recording.exact_frames());
    let length =
        reference.as_ref().map(|frames| frames.len() as u64).or(song.frames).unwrap_or(result.frames);
    let mut evidence = Evidence::of_case(&song, reference, length, result.explanation.clone())?;
    if let (Outcome::Differs(Difference::Audio(difference)), None) =
        (&result.outcome, evidence.first_difference)
    {
        evidence.first_difference = Some(difference.frame);
    }
    Ok(Some((song, evidence)))
}

fn facts(song: &Song, evidence: &Evidence) -> Vec<(String, String)> {
    vec![
        ("song".into(), song.title.clone()),
        ("engine".into(), song.engine.into()),
        ("rate".into(), evidence.rate.to_string()),
        ("length".into(), format!("{:.3} s, {} frames", evidence.length(), evidence.frames)),
        ("notes".into(), format!("{}", evidence.score.notes.len())),
    ]
}

/// All figures of a case, the most telling first.
fn figures(evidence: &Evidence, id: &str) -> String {
    let has_sound = !evidence.rendered.is_empty();
    let drawn = [
        waveform::close_up(evidence),
        piano_roll::close_up(evidence),
        has_sound.then(|| waveform::overview(evidence)),
        has_sound.then(|| spectrogram::figure(evidence, id)),
        piano_roll::overview(evidence),
        voice_use::figure(evidence),
    ];
    drawn.iter().flatten().map(Figure::html).collect()
}

//! One song against a recording of it.

use std::path::Path;

use serde_json::{Value, json};

use super::VerifyArguments;
use super::cases::explanation_json;
use crate::cli::common::print;
use crate::error::Error;
use crate::input::wav::{self, Recording};
use crate::song::Song;
use crate::verify::reference::{RecordingResult, compare_recording, fixed};
use crate::verify::{accept, report};

/// Compares the song with the recording and tells; whether it passed.
pub(super) fn run(
    arguments: &VerifyArguments,
    input: &Path,
    reference: &Path,
    quiet: bool,
) -> Result<bool, Error> {
    let song = Song::open(input, &arguments.options())?;
    let recording = wav::read(reference)?;
    if !quiet {
        for note in song.notes.iter().chain(&recording.notes) {
            eprintln!("tatum: {note}");
        }
    }
    let tolerances = arguments.tolerance.unwrap_or_default();
    let result = compare_recording(&song, &recording, tolerances)?;
    if let Some(folder) = &arguments.report {
        report::write_recording(folder, &song, reference, &recording, &result)?;
    }
    if let Some(folder) = &arguments.accept {
        accept::write_case(folder, input, &arguments.options(), &song, reference, tolerances)?;
        if !quiet {
            eprintln!("tatum: {} is a case now", folder.display());
        }
    }
    print(&if arguments.json {
        as_json(reference, &recording, &result)
    } else {
        as_text(reference, &recording, &result)
    })?;
    Ok(result.is_passed())
}

fn as_text(reference: &Path, recording: &Recording, result: &RecordingResult) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| text.push_str(&format!("{name:11}{value}\n"));
    line("reference", reference.display().to_string());
    let frames = recording.frames.len();
    line("format", format!("{}, {frames} frames, {:.3} s", recording.format, recording.seconds()));
    if let Some(alignment) = &result.alignment {
        let milliseconds = alignment.offset / f64::from(recording.rate) * 1000.0;
        line("offset", format!("{} frames, {} ms", number(alignment.offset), fixed(milliseconds, 3)));
        line("drift", format!("{} ppm", fixed(alignment.drift, 2)));
        let decibels = alignment.gain.map(|gain| 20.0 * gain.abs().max(1e-7).log10());
        line("gain", format!("{} dB left, {} dB right", fixed(decibels[0], 3), fixed(decibels[1], 3)));
    }
    match &result.exact {
        Some(exact) => {
            let differ = exact.difference.map_or(0, |difference| difference.count);
            let equal = exact.compared - differ;
            line("samples", format!("{equal} of {} frames equal", exact.compared));
        }
        None => line("samples", "not comparable one by one".into()),
    }
    if let Some(error) = result.error {
        line("left over", format!("{error:.1} dB of the rendering"));
    }
    let onsets = &result.onsets;
    if !onsets.found.is_empty() || onsets.lost != 0 {
        let mut delays: Vec<f64> = onsets.found.iter().map(|onset| onset.milliseconds).collect();
        delays.sort_by(f64::total_cmp);
        let median = delays.get(delays.len() / 2).copied().unwrap_or_default();
        let worst = delays.iter().map(|delay| delay.abs()).fold(0.0, f64::max);
        line(
            "onsets",
            format!(
                "{} notes measured, {} not recognised; median delay {} ms, {worst:.3} ms at most",
                onsets.found.len(),
                onsets.lost,
                fixed(median, 3)
            ),
        );
        if let Some(drift) = onsets.tempo_drift {
            line("tempo", format!("{} ppm slower, by the notes", fixed(drift, 1)));
        }
    }
    if !result.bands.is_empty() {
        text.push_str("band (Hz)        rendered   recorded  left over (dB)\n");
        for band in &result.bands {
            let range = format!("{:.0}-{:.0}", band.from, band.to);
            text.push_str(&format!(
                "{range:15} {:>9.1}  {:>9.1}  {:>9.1}\n",
                band.rendered, band.recorded, band.error
            ));
        }
    }
    for deviation in &result.deviations {
        let mark = if result.tolerances.allow(deviation) { "allowed" } else { "DIFFERS" };
        text.push_str(&format!("{mark}: {}\n", deviation.message));
    }
    if let Some(explanation) = &result.explanation {
        for row in explanation.to_string().lines() {
            text.push_str(&format!("    {row}\n"));
        }
    }
    text.push_str(match (result.is_passed(), result.deviations.is_empty()) {
        (true, true) => "equal in every sample\n",
        (true, false) => "passed within the tolerances\n",
        (false, _) => "1 failed\n",
    });
    text
}

/// Whole numbers as such, others with a few digits.
fn number(value: f64) -> String {
    fixed(value, if value.fract() == 0.0 { 0 } else { 3 })
}

fn as_json(reference: &Path, recording: &Recording, result: &RecordingResult) -> String {
    let deviations: Vec<Value> = result
        .deviations
        .iter()
        .map(|deviation| {
            json!({
                "kind": deviation.kind,
                "amount": deviation.amount,
                "allowed": result.tolerances.allow(deviation),
                "message": deviation.message,
            })
        })
        .collect();
    let bands: Vec<Value> = result
        .bands
        .iter()
        .map(|band| {
            json!({
                "from": band.from, "to": band.to,
                "rendered": band.rendered, "recorded": band.recorded, "error": band.error,
            })
        })
        .collect();
    let onsets: Vec<Value> = result
        .onsets
        .found
        .iter()
        .map(|onset| {
            json!({
                "frame": onset.note.start,
                "tick": onset.note.tick,
                "place": onset.note.place.to_string(),
                "key": onset.note.key,
                "offset": onset.note.command.as_ref().map(|command| command.offset),
                "milliseconds": onset.milliseconds,
                "ticks": onset.ticks,
                "correlation": onset.correlation,
            })
        })
        .collect();
    let mut text = json!({
        "reference": reference.display().to_string(),
        "format": recording.format,
        "notes": recording.notes,
        "rate": recording.rate,
        "frames": recording.frames.len(),
        "passed": result.is_passed(),
        "offset": result.alignment.map(|alignment| alignment.offset),
        "drift": result.alignment.map(|alignment| alignment.drift),
        "gain": result.alignment.map(|alignment| alignment.gain),
        "compared": result.exact.as_ref().map(|exact| exact.compared),
        "differing": result.exact.as_ref().map(|exact| exact.difference.map_or(0, |difference| difference.count)),
        "error": result.error,
        "bands": bands,
        "onsets": onsets,
        "notes_lost": result.onsets.lost,
        "tempo_drift": result.onsets.tempo_drift,
        "deviations": deviations,
        "explanation": result.explanation.as_ref().map(explanation_json),
    })
    .to_string();
    text.push('\n');
    text
}

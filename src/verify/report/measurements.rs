//! What comparing a recording measured: levels by octaves, and the delays of notes.

use std::fmt::Write;

use super::chart::{BOTTOM, Figure, LEFT, Plane, RIGHT, TOP, WIDTH, escape, nice_step, number, steps};
use super::evidence::Evidence;
use crate::verify::reference::RecordingResult;

const PANEL: f64 = 150.0;
/// Points of the delays at most.
const MOST_POINTS: usize = 1500;

/// Levels of rendering, recording and difference in each octave.
pub(super) fn bands(result: &RecordingResult) -> Option<Figure> {
    if result.bands.is_empty() {
        return None;
    }
    let mut figure = Figure::new("Levels by octave", TOP + PANEL + BOTTOM);
    figure.legend = vec![
        ("reference", "recording"),
        ("rendering", "rendering"),
        ("difference", "left over after alignment"),
    ];
    let levels = result.bands.iter().flat_map(|band| [band.rendered, band.recorded, band.error]);
    let (low, high) =
        levels.fold((0.0f64, -140.0f64), |(low, high), level| (low.min(level), high.max(level)));
    let (floor, ceiling) = ((low / 20.0).floor() * 20.0, (high / 20.0).ceil() * 20.0);
    let plane = Plane {
        top: TOP,
        height: PANEL,
        x: (0.0, result.bands.len() as f64),
        y: (floor.max(-140.0), ceiling.max(floor + 20.0)),
    };
    plane.frame(&mut figure.body);
    let step = nice_step(plane.y.1 - plane.y.0, 6.0);
    let values: Vec<(f64, String)> = steps(plane.y, step).map(|level| (level, number(level, step))).collect();
    plane.y_axis(&mut figure.body, "level (dB)", &values);
    let width = (WIDTH - LEFT - RIGHT) / result.bands.len() as f64;
    for (index, band) in result.bands.iter().enumerate() {
        let bars = [("reference", band.recorded), ("rendering", band.rendered), ("difference", band.error)];
        for (place, (class, level)) in bars.into_iter().enumerate() {
            let (x, y) = (LEFT + (index as f64 + 0.14 + 0.25 * place as f64) * width, plane.y_of(level));
            let _ = writeln!(
                figure.body,
                "<rect class=\"bar {class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\">\
                 <title>{level:.1} dB</title></rect>",
                width * 0.22,
                (plane.top + plane.height - y).max(0.0)
            );
        }
        let middle = band.from * std::f64::consts::SQRT_2;
        let name = if middle >= 1000.0 { format!("{:.0}k", middle / 1000.0) } else { format!("{middle:.0}") };
        let _ = writeln!(
            figure.body,
            "<text class=\"number\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>",
            LEFT + (index as f64 + 0.5) * width,
            plane.top + plane.height + 15.0
        );
    }
    let _ = writeln!(
        figure.body,
        "<text class=\"axis\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">middle of the octave (Hz)</text>",
        LEFT + (WIDTH - LEFT - RIGHT) / 2.0,
        plane.top + plane.height + 32.0
    );
    Some(figure)
}

/// The delay of each note over time.
pub(super) fn delays(evidence: &Evidence, result: &RecordingResult) -> Option<Figure> {
    let onsets = &result.onsets.found;
    if onsets.is_empty() {
        return None;
    }
    let mut figure = Figure::new("Delays of the notes", TOP + PANEL + BOTTOM);
    figure.caption = format!(
        "how much later each note begins in the recording; {} measured, {} not recognised",
        onsets.len(),
        result.onsets.lost
    );
    let delays = onsets.iter().map(|onset| onset.milliseconds);
    let (low, high) = delays.fold((-0.5f64, 0.5f64), |(low, high), delay| (low.min(delay), high.max(delay)));
    let margin = (high - low) * 0.08;
    let plane =
        Plane { top: TOP, height: PANEL, x: (0.0, evidence.length()), y: (low - margin, high + margin) };
    plane.frame(&mut figure.body);
    let step = nice_step(plane.y.1 - plane.y.0, 6.0);
    let values: Vec<(f64, String)> = steps(plane.y, step).map(|delay| (delay, number(delay, step))).collect();
    plane.y_axis(&mut figure.body, "delay (ms)", &values);
    plane.x_axis(&mut figure.body, "time (s)", TOP);
    for onset in onsets.iter().step_by(onsets.len().div_ceil(MOST_POINTS)) {
        let seconds = evidence.seconds(onset.note.start);
        let ticks = onset.ticks.map_or_else(String::new, |ticks| format!(" ({ticks:.2} ticks)"));
        let words = format!("{}, {seconds:.4} s: {:.3} ms{ticks}", onset.note.place, onset.milliseconds);
        let _ = writeln!(
            figure.body,
            "<circle class=\"point\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.6\"><title>{}</title></circle>",
            plane.x_of(seconds),
            plane.y_of(onset.milliseconds),
            escape(&words)
        );
    }
    Some(figure)
}

//! How many voices sound, over time.

use std::fmt::Write;

use super::chart::{BOTTOM, Figure, Plane, TOP, nice_step, steps};
use super::evidence::Evidence;

const PANEL: f64 = 84.0;

/// Sounding voices of each column.
pub(super) fn figure(evidence: &Evidence) -> Option<Figure> {
    let most = evidence.voices.iter().copied().max().filter(|most| *most != 0)?;
    let mut figure = Figure::new("Voices in use", TOP + PANEL + BOTTOM);
    figure.caption = format!("at most {most} of the engine's {}", evidence.voice_count);
    let highest = (most + 1).min(evidence.voice_count.max(most)) as f64;
    let plane = Plane { top: TOP, height: PANEL, x: (0.0, evidence.length()), y: (0.0, highest) };
    plane.frame(&mut figure.body);
    let step = nice_step(highest, 4.0).max(1.0);
    let values: Vec<(f64, String)> =
        steps((0.0, highest), step).map(|value| (value, format!("{value:.0}"))).collect();
    plane.y_axis(&mut figure.body, "voices", &values);
    plane.x_axis(&mut figure.body, "time (s)", TOP);
    let column = evidence.length() / evidence.voices.len() as f64;
    let mut path = format!("M{:.1} {:.1}", plane.x_of(0.0), plane.y_of(0.0));
    let mut before = usize::MAX;
    for (index, &voices) in evidence.voices.iter().enumerate() {
        if voices != before {
            let _ =
                write!(path, "H{:.1}V{:.1}", plane.x_of(index as f64 * column), plane.y_of(voices as f64));
            before = voices;
        }
    }
    let _ = write!(path, "H{:.1}V{:.1}Z", plane.x_of(evidence.length()), plane.y_of(0.0));
    let _ = writeln!(figure.body, "<path class=\"area voices\" d=\"{path}\"/>");
    if let Some(frame) = evidence.first_difference {
        plane.mark(&mut figure.body, evidence.seconds(frame), &evidence.mark_words());
    }
    Some(figure)
}

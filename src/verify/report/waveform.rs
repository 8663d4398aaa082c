//! Waveforms: over the whole length, and sample by sample around the first difference.

use std::fmt::Write;

use super::chart::{BOTTOM, Figure, Plane, TOP, nice_step, number, steps};
use super::evidence::{COLUMNS, Evidence};

/// Height of a panel, and the gap below it.
const PANEL: f64 = 84.0;
const GAP: f64 = 26.0;
/// Frames before and after the first difference that are drawn one by one.
const BEFORE: u64 = 60;
const AFTER: u64 = 120;

/// Reference, rendering and difference over the whole length; the rendering alone if it is equal.
pub(super) fn overview(evidence: &Evidence) -> Figure {
    let rendered = |index: usize| evidence.rendered_frame(index);
    let mut panels: Vec<Panel<'_>> = Vec::new();
    match &evidence.reference {
        Some(reference) if evidence.first_difference.is_some() || evidence.differs() => {
            let expected = |index: usize| reference.get(index).copied().unwrap_or_default();
            let difference = move |index: usize| {
                let (a, b) = (rendered(index), expected(index));
                [a[0] - b[0], a[1] - b[1]]
            };
            panels.push(Panel { class: "reference", name: "reference", value: Box::new(expected) });
            panels.push(Panel { class: "rendering", name: "rendering", value: Box::new(rendered) });
            panels.push(Panel { class: "difference", name: "difference", value: Box::new(difference) });
        }
        _ => panels.push(Panel { class: "rendering", name: "rendering", value: Box::new(rendered) }),
    }
    let count = panels.len() as f64;
    let height = TOP + count * (PANEL + GAP) - GAP + BOTTOM;
    let mut figure = Figure::new(if count > 1.0 { "Waveforms" } else { "Waveform" }, height);
    figure.caption = "both sides in steps of 16 bits, lowest to highest value of each column".into();
    let envelopes: Vec<Vec<(f32, f32)>> =
        panels.iter().map(|panel| envelope(evidence, &panel.value)).collect();
    let peak =
        |envelope: &[(f32, f32)]| envelope.iter().map(|&(low, high)| high.max(-low)).fold(1.0, f32::max);
    // Reference and rendering share a scale, the difference has its own.
    let shared = envelopes.iter().take(2).map(|envelope| peak(envelope)).fold(1.0, f32::max);
    let plane_of = |index: usize, peak: f32| Plane {
        top: TOP + index as f64 * (PANEL + GAP),
        height: PANEL,
        x: (0.0, evidence.length()),
        y: (-f64::from(peak) * 1.05, f64::from(peak) * 1.05),
    };
    for index in 0..panels.len() {
        plane_of(index, shared).frame(&mut figure.body);
    }
    plane_of(panels.len() - 1, shared).x_axis(&mut figure.body, "time (s)", TOP);
    for (index, (panel, envelope)) in panels.iter().zip(&envelopes).enumerate() {
        let plane = plane_of(index, if index == 2 { peak(envelope) } else { shared });
        plane.y_axis(&mut figure.body, panel.name, &scale(plane.y));
        let path = outline(evidence, &plane, envelope);
        let _ = writeln!(figure.body, "<path class=\"area {}\" d=\"{path}\"/>", panel.class);
        if let Some(frame) = evidence.first_difference {
            let words = if index == 0 { evidence.mark_words() } else { String::new() };
            plane.mark(&mut figure.body, evidence.seconds(frame), &words);
        }
    }
    figure
}

/// A signal with its look.
struct Panel<'a> {
    class: &'static str,
    name: &'static str,
    value: Box<dyn Fn(usize) -> [f32; 2] + 'a>,
}

/// Numbers at zero and at a round value above and below.
fn scale(range: (f64, f64)) -> Vec<(f64, String)> {
    let step = nice_step(range.1 - range.0, 4.0);
    steps(range, step).map(|value| (value, number(value, step))).collect()
}

/// Lowest and highest value of each column.
fn envelope(evidence: &Evidence, value: &dyn Fn(usize) -> [f32; 2]) -> Vec<(f32, f32)> {
    let frames = usize::try_from(evidence.frames).unwrap_or(0);
    let columns = COLUMNS.min(frames.max(1));
    (0..columns)
        .map(|column| {
            let (begin, end) = (column * frames / columns, (column + 1) * frames / columns);
            (begin..end).map(value).fold((f32::MAX, f32::MIN), |(low, high), [left, right]| {
                (low.min(left).min(right), high.max(left).max(right))
            })
        })
        .map(|(low, high)| if low > high { (0.0, 0.0) } else { (low, high) })
        .collect()
}

/// The outline of an envelope as a path: the highest values from left to right, the lowest back.
fn outline(evidence: &Evidence, plane: &Plane, envelope: &[(f32, f32)]) -> String {
    let x = |column: usize| plane.x_of(evidence.length() * (column as f64 + 0.5) / envelope.len() as f64);
    let mut path = String::new();
    let upper = envelope.iter().map(|value| value.1).enumerate();
    let lower = envelope.iter().map(|value| value.0).enumerate().rev();
    for (number, (column, value)) in upper.chain(lower).enumerate() {
        let letter = if number == 0 { 'M' } else { 'L' };
        // Silence keeps a line's width.
        let half = if number < envelope.len() { -0.4 } else { 0.4 };
        let _ = write!(path, "{letter}{:.1} {:.1}", x(column), plane.y_of(value.into()) + half);
    }
    path.push('Z');
    path
}

/// Every sample around the first difference, on the side that differs first.
pub(super) fn close_up(evidence: &Evidence) -> Option<Figure> {
    let (first, reference) = (evidence.first_difference?, evidence.reference.as_ref()?);
    let at = |index: u64| {
        usize::try_from(index).ok().and_then(|index| reference.get(index)).copied().unwrap_or_default()
    };
    let rendered = |index: u64| evidence.rendered_frame(usize::try_from(index).unwrap_or(usize::MAX));
    let side = usize::from(at(first)[0] == rendered(first)[0]);
    let (begin, end) = (first.saturating_sub(BEFORE), (first + AFTER).min(evidence.frames));
    if end <= begin + 1 {
        return None;
    }
    const TALL: f64 = 150.0;
    let name = if side == 0 { "left" } else { "right" };
    let mut figure =
        Figure::new(format!("Around the first difference, {name} side"), TOP + TALL + GAP + PANEL + BOTTOM);
    figure.caption = "every sample, in steps of 16 bits".into();
    figure.legend =
        vec![("reference", "reference"), ("rendering", "rendering"), ("difference", "difference")];
    let values = (begin..end).flat_map(|index| [at(index)[side], rendered(index)[side]]);
    let (low, high) =
        values.fold((f32::MAX, f32::MIN), |(low, high), value| (low.min(value), high.max(value)));
    let margin = f64::from(high - low).max(2.0) * 0.08;
    let x = (begin as f64, (end - 1) as f64);
    let plane = Plane { top: TOP, height: TALL, x, y: (f64::from(low) - margin, f64::from(high) + margin) };
    let differences: Vec<f64> =
        (begin..end).map(|index| f64::from(rendered(index)[side] - at(index)[side])).collect();
    let most = differences.iter().map(|value| value.abs()).fold(1.0, f64::max) * 1.1;
    let below = Plane { top: TOP + TALL + GAP, height: PANEL, x, y: (-most, most) };
    plane.frame(&mut figure.body);
    below.frame(&mut figure.body);
    plane.y_axis(&mut figure.body, "sample", &scale(plane.y));
    below.y_axis(&mut figure.body, "difference", &scale(below.y));
    below.x_axis(&mut figure.body, "frame", TOP);
    for (class, value) in [("reference", &at as &dyn Fn(u64) -> [f32; 2]), ("rendering", &rendered)] {
        let points: Vec<String> = (begin..end)
            .map(|index| {
                format!("{:.1} {:.1}", plane.x_of(index as f64), plane.y_of(value(index)[side].into()))
            })
            .collect();
        let _ = writeln!(figure.body, "<path class=\"line {class}\" d=\"M{}\"/>", points.join("L"));
    }
    let mut stems = String::new();
    for (index, value) in (begin..end).zip(&differences).filter(|(_, value)| **value != 0.0) {
        let x = below.x_of(index as f64);
        let _ = write!(stems, "M{x:.1} {:.1}V{:.1}", below.y_of(0.0), below.y_of(*value));
    }
    let _ = writeln!(
        figure.body,
        "<path class=\"line difference\" d=\"M{:.1} {:.1}h0{stems}\"/>",
        below.x_of(x.0),
        below.y_of(0.0)
    );
    plane.mark(&mut figure.body, first as f64, &evidence.mark_words());
    below.mark(&mut figure.body, first as f64, "");
    Some(figure)
}

impl Evidence {
    /// Whether any sample differs.
    pub(super) fn differs(&self) -> bool {
        self.reference.as_ref().is_some_and(|reference| {
            (0..self.rendered.len()).any(|index| reference.get(index) != Some(&self.rendered_frame(index)))
        })
    }
}

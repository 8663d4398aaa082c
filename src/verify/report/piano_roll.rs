//! Piano rolls: a lane for each channel, notes by key, the notes in question marked.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::chart::{BOTTOM, Figure, LEFT, Plane, RIGHT, TOP, WIDTH, escape};
use super::evidence::Evidence;
use crate::observation::Place;
use crate::verify::score::Note;

/// Height of a semitone in a lane, the lanes' limits, and the gap between them.
const SEMITONE: f64 = 2.6;
const LOWEST_LANE: f64 = 28.0;
const HIGHEST_LANE: f64 = 84.0;
const GAP: f64 = 5.0;
/// Lanes at most; the ones with the most notes are drawn.
const MOST_LANES: usize = 32;
/// Notes up to which each one can be pointed at; more are drawn as one shape per lane.
const MOST_TITLES: usize = 1200;
/// Notes that are drawn at most.
const MOST_NOTES: usize = 12_000;
/// Seconds before and after the first difference of the close-up.
const BEFORE: f64 = 1.0;
const AFTER: f64 = 2.0;

/// The roll over the whole length.
pub(super) fn overview(evidence: &Evidence) -> Option<Figure> {
    let mut figure = roll(evidence, (0.0, evidence.length()), false)?;
    figure.title = "Piano roll".into();
    Some(figure)
}

/// The roll around the first difference, if that is a small part of the whole.
pub(super) fn close_up(evidence: &Evidence) -> Option<Figure> {
    let moment = evidence.seconds(evidence.first_difference?);
    let range = ((moment - BEFORE).max(0.0), (moment + AFTER).min(evidence.length()));
    if evidence.length() < 2.0 * (range.1 - range.0) {
        return None;
    }
    let mut figure = roll(evidence, range, true)?;
    figure.title = "Piano roll around the first difference".into();
    Some(figure)
}

/// A lane: the player and the channel.
type Lane = (u8, Option<u8>);

fn lane_of(place: Place) -> Lane {
    (place.player, place.channel)
}

fn roll(evidence: &Evidence, range: (f64, f64), has_words: bool) -> Option<Figure> {
    let mut lanes: BTreeMap<Lane, Vec<&Note>> = BTreeMap::new();
    let is_inside =
        |note: &&Note| evidence.seconds(note.end) >= range.0 && evidence.seconds(note.start) < range.1;
    let notes: Vec<&Note> = evidence.score.notes.iter().filter(is_inside).take(MOST_NOTES).collect();
    for note in &notes {
        lanes.entry(lane_of(note.place)).or_default().push(note);
    }
    if lanes.is_empty() {
        return None;
    }
    while lanes.len() > MOST_LANES {
        let fewest = lanes.iter().min_by_key(|(_, notes)| notes.len()).map(|(lane, _)| *lane)?;
        lanes.remove(&fewest);
    }
    let mut figure = Figure::new("", 0.0);
    figure.legend = vec![("note", "note")];
    let suspects = Suspects::of(evidence);
    if suspects.is_any() {
        figure.legend.push(("suspect", suspects.name));
    }
    if notes.iter().any(|note| note.key.is_none()) {
        figure.caption = "notes without a key are drawn at the lane's middle".into();
    }
    let mut top = TOP;
    let mut last = None;
    for (lane, notes) in &lanes {
        let plane = lane_plane(notes, top, range);
        plane.frame(&mut figure.body);
        label(&mut figure.body, &plane, *lane, notes);
        draw_notes(&mut figure.body, &plane, evidence, notes, &suspects, has_words || lanes_are_few(&lanes));
        top += plane.height + GAP;
        last = Some(plane);
    }
    let bottom = last?;
    bottom.x_axis(&mut figure.body, "time (s)", TOP);
    let whole = Plane { top: TOP, height: bottom.top + bottom.height - TOP, ..bottom };
    if let Some(frame) = evidence.first_difference {
        whole.mark(&mut figure.body, evidence.seconds(frame), &evidence.mark_words());
    }
    figure.height = bottom.top + bottom.height + BOTTOM;
    Some(figure)
}

fn lanes_are_few(lanes: &BTreeMap<Lane, Vec<&Note>>) -> bool {
    lanes.values().map(Vec::len).sum::<usize>() <= MOST_TITLES
}

/// A lane as high as its range of keys.
fn lane_plane(notes: &[&Note], top: f64, x: (f64, f64)) -> Plane {
    let (low, high) = keys(notes).unwrap_or((60.0, 60.0));
    let height = ((high - low + 3.0) * SEMITONE).clamp(LOWEST_LANE, HIGHEST_LANE);
    Plane { top, height, x, y: (low - 1.0, high + 2.0) }
}

/// Lowest and highest key of a lane.
fn keys(notes: &[&Note]) -> Option<(f64, f64)> {
    let keys = notes.iter().filter_map(|note| note.key).map(f64::from);
    keys.fold(None, |range: Option<(f64, f64)>, key| {
        let (low, high) = range.unwrap_or((key, key));
        Some((low.min(key), high.max(key)))
    })
}

/// The lane's name and its keys.
fn label(body: &mut String, plane: &Plane, (player, channel): Lane, notes: &[&Note]) {
    let name = match channel {
        Some(channel) if player != 0 => format!("player {player} ch {channel}"),
        Some(channel) => format!("channel {channel}"),
        None => "sequence".into(),
    };
    let middle = plane.top + plane.height / 2.0;
    let range = keys(notes).map(|(low, high)| match (key_name(low), key_name(high)) {
        (low, high) if low == high => low,
        (low, high) => format!("{low}\u{2013}{high}"),
    });
    let shift = if range.is_some() { -1.0 } else { 4.0 };
    let _ = writeln!(
        body,
        "<text class=\"lane\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>",
        LEFT - 6.0,
        middle + shift
    );
    if let Some(range) = range {
        let _ = writeln!(
            body,
            "<text class=\"number\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{range}</text>",
            LEFT - 6.0,
            middle + 11.0
        );
    }
}

/// A key as musicians name it; 60 is C4.
fn key_name(key: f64) -> String {
    const NAMES: [&str; 12] =
        ["C", "C\u{266F}", "D", "D\u{266F}", "E", "F", "F\u{266F}", "G", "G\u{266F}", "A", "A\u{266F}", "B"];
    let key = key.round() as i64;
    format!("{}{}", NAMES[key.rem_euclid(12) as usize], key.div_euclid(12) - 1)
}

/// Which notes the first difference may come from.
struct Suspects {
    frame: u64,
    voices: Vec<u8>,
    place: Option<Place>,
    /// What they are called.
    name: &'static str,
}

impl Suspects {
    fn of(evidence: &Evidence) -> Self {
        let frame = evidence.first_difference.unwrap_or(0);
        let cause = evidence.explanation.as_ref().and_then(|explanation| explanation.causes.first());
        Self {
            frame,
            voices: cause.and_then(|cause| cause.voice).into_iter().collect(),
            place: cause.filter(|cause| cause.voice.is_none()).and_then(|cause| cause.place),
            // Without a trace row or a correlation that names the voice, it is only a guess.
            name: match (&evidence.explanation, cause.and_then(|cause| cause.share)) {
                (Some(explanation), None) if explanation.values.is_empty() => {
                    "voice that changed last before it"
                }
                _ => "voice of the first difference",
            },
        }
    }

    fn is_any(&self) -> bool {
        !self.voices.is_empty() || self.place.is_some()
    }

    fn include(&self, note: &Note) -> bool {
        let sounds = (note.start..=note.end).contains(&self.frame);
        sounds
            && (self.voices.contains(&note.voice) || self.place.is_some_and(|place| place.rules(note.place)))
    }
}

fn draw_notes(
    body: &mut String,
    plane: &Plane,
    evidence: &Evidence,
    notes: &[&Note],
    suspects: &Suspects,
    has_titles: bool,
) {
    let semitone = plane.height / (plane.y.1 - plane.y.0);
    let thickness = semitone.clamp(2.2, 4.5);
    let mut shape = String::new();
    for note in notes {
        let left = plane.x_of(evidence.seconds(note.start)).max(LEFT);
        let right = plane.x_of(evidence.seconds(note.end)).min(WIDTH - RIGHT);
        // A little shorter, so that repeated notes stay apart.
        let width = (right - left - 0.6).max(1.2);
        let key = note.key.map_or((plane.y.0 + plane.y.1) / 2.0 - 0.5, f64::from);
        let y = plane.y_of(key + 0.5) - thickness / 2.0;
        let is_suspect = suspects.include(note);
        if !has_titles && !is_suspect {
            let _ = write!(shape, "M{left:.1} {y:.1}h{width:.1}v{thickness:.1}h-{width:.1}z");
            continue;
        }
        let class = if is_suspect { "suspect" } else { "note" };
        let _ = writeln!(
            body,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{thickness:.1}\">\
             <title>{}</title></rect>",
            escape(&describe(note, evidence))
        );
    }
    if !shape.is_empty() {
        let _ = writeln!(body, "<path class=\"note\" d=\"{shape}\"/>");
    }
}

fn describe(note: &Note, evidence: &Evidence) -> String {
    let key = note.key.map_or_else(String::new, |key| format!("{}, ", key_name(key.into())));
    let tick = note.tick.map_or_else(String::new, |tick| format!(", tick {tick}"));
    let command = note.command.as_ref().map_or_else(String::new, |command| {
        format!(", '{}' at offset {:#06x}", command.text, command.offset)
    });
    format!("{key}{}, voice {}, {:.4} s{tick}{command}", note.place, note.voice, evidence.seconds(note.start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_musical_names() {
        assert_eq!(key_name(60.0), "C4");
        assert_eq!(key_name(21.0), "A0");
        assert_eq!(key_name(-1.0), "B-2");
    }
}

//! Bars, notes and numbers as text.

/// Eighths of a cell, from the left.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
/// Eighths of a cell, from below.
const HEIGHTS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const NOTE_NAMES: [&str; 12] = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"];

/// A bar of `width` cells; `value` from 0.0 to 1.0.
pub(super) fn bar(value: f32, width: usize) -> String {
    let eighths = (value.clamp(0.0, 1.0) * (width * 8) as f32).round() as usize;
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

/// A cell filled from below.
pub(super) fn height(value: f32) -> char {
    HEIGHTS[(value.clamp(0.0, 1.0) * 8.0).round() as usize]
}

/// A level as a part of a meter: loudness is nearer to the root than to the amplitude.
pub(super) fn loudness(level: f32) -> f32 {
    level.max(0.0).sqrt()
}

/// A MIDI key as a note: 60 is C4.
pub(super) fn note_name(key: u8) -> String {
    format!("{}{}", NOTE_NAMES[usize::from(key % 12)], i16::from(key / 12) - 1)
}

/// A pan as people write it: L100 to R100, C in the middle.
pub(super) fn pan_name(pan: f32) -> String {
    match (pan * 100.0).round() as i32 {
        0 => "C".into(),
        left @ ..0 => format!("L{}", -left),
        right => format!("R{right}"),
    }
}

/// Minutes, seconds and tenths.
pub(super) fn clock(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0) as u64;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// The text in exactly `width` cells, cut with an ellipsis or filled with blanks.
pub(super) fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return format!("{text:width$}");
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    if width == 0 { String::new() } else { format!("{kept}…") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(note_name(60), "C4");
        assert_eq!(note_name(21), "A0");
        assert_eq!([pan_name(0.0), pan_name(-1.0), pan_name(0.5)], ["C", "L100", "R50"]);
        assert_eq!(clock(62.39), "1:02.3");
        assert_eq!(bar(0.5, 3), "█▌");
        assert_eq!((fit("abc", 5), fit("abcdef", 4)), ("abc  ".into(), "abc…".into()));
    }
}

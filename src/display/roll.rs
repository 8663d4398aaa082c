//! The piano roll: what was played in the last seconds, the newest on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::{App, RollColumn};
use super::meter::note_name;
use super::screen::heading;
use super::theme::Theme;

/// Cells for the names of the highest and lowest keys.
const NAMES: u16 = 4;
/// Keys that are shown at least, so that a single note does not fill the panel.
const LEAST_KEYS: u8 = 24;

pub(super) fn draw(area: Rect, buffer: &mut Buffer, app: &App, theme: Theme) {
    let area = heading(area, buffer, "piano roll", theme);
    if area.height == 0 || area.width <= NAMES {
        return;
    }
    let width = usize::from(area.width - NAMES);
    let columns: Vec<&RollColumn> = app.roll.iter().rev().take(width).collect();
    let keys = || columns.iter().flat_map(|column| column.iter().map(|&(key, _)| key));
    let (Some(lowest), Some(highest)) = (keys().min(), keys().max()) else { return };
    // Each cell has an upper and a lower half.
    let halves = area.height * 2;
    let span = u16::from((highest - lowest + 1).max(LEAST_KEYS));
    let keys_per_half = span.div_ceil(halves).max(1);
    let spare = (halves * keys_per_half).saturating_sub(u16::from(highest - lowest + 1));
    let top = u16::from(highest) + spare / 2;
    let half_of = |key: u8| (top.saturating_sub(u16::from(key))) / keys_per_half;
    for (back, column) in columns.iter().enumerate() {
        let x = area.right() - 1 - back as u16;
        for row in 0..area.height {
            let at =
                |half: u16| column.iter().find(|(key, _)| half_of(*key) == half).map(|&(_, channel)| channel);
            let (symbol, channel) = match (at(row * 2), at(row * 2 + 1)) {
                (None, None) => continue,
                (Some(upper), Some(_)) => ("█", upper),
                (Some(upper), None) => ("▀", upper),
                (None, Some(lower)) => ("▄", lower),
            };
            buffer.set_string(x, area.y + row, symbol, theme.channel(Some(channel)));
        }
    }
    let key_at = |row: u16| top.saturating_sub(row * 2 * keys_per_half).min(127) as u8;
    for row in [0, area.height - 1] {
        buffer.set_string(area.x, area.y + row, note_name(key_at(row)), theme.faint());
    }
}

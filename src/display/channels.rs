//! A row for each channel: instrument, notes, volume, pan, level.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::app::{App, ChannelRow};
use super::meter::{bar, fit, loudness, note_name, pan_name};
use super::theme::Theme;

/// Cells of the columns that do not grow: mark and number, volume, pan, with the blanks between all of them.
const FIXED: usize = 4 + 2 + 4 + 1 + 4 + 2;

/// Cells of the columns that grow: instrument, notes, level.
fn growing(width: usize) -> (usize, usize, usize) {
    let room = width.saturating_sub(FIXED);
    let level = room / 5;
    let notes = (room - level) / 2;
    (room - level - notes, notes, level)
}

pub(super) fn draw(area: Rect, buffer: &mut Buffer, app: &App, theme: Theme) {
    let (instrument, notes, level) = growing(area.width.into());
    let (instrument, notes, level) =
        (fit("instrument", instrument), fit("notes", notes), fit("level", level));
    let title = format!(" ch  {instrument} {notes}  vol  pan {level}");
    let line = Line::styled(title, theme.title());
    buffer.set_line(area.x, area.y, &line, area.width);
    let area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let height = usize::from(area.height).max(1);
    let selected = app.rows.iter().position(|row| row.status.channel == app.selected).unwrap_or(0);
    let first = (selected + 1).saturating_sub(height);
    for (y, row) in (area.y..area.bottom()).zip(app.rows.iter().skip(first)) {
        buffer.set_line(area.x, y, &line_of(row, app, area.width.into(), theme), area.width);
    }
}

fn line_of(row: &ChannelRow, app: &App, width: usize, theme: Theme) -> Line<'static> {
    let (instrument, notes, level) = growing(width);
    let channel = row.status.channel;
    let is_selected = channel == app.selected;
    let mark = match (app.soloed.contains(&channel), app.is_silenced(channel)) {
        (true, _) => "S",
        (false, true) => "M",
        _ => " ",
    };
    let style = if app.is_silenced(channel) || !row.status.is_active {
        theme.faint()
    } else {
        theme.channel(Some(channel))
    };
    let number_style = if is_selected { theme.selected() } else { style };
    let keys: Vec<String> = row.keys.iter().map(|&key| note_name(key)).collect();
    let volume = (row.status.volume * 100.0).round().clamp(0.0, 999.0);
    let (volume, pan) = if row.status.is_active {
        (format!("{volume:>3}%"), pan_name(row.status.pan))
    } else {
        (String::new(), String::new())
    };
    Line::from(vec![
        Span::styled(mark, theme.warning()),
        Span::styled(format!("{channel:>2} "), number_style),
        Span::styled(format!(" {} ", fit(&row.instrument, instrument)), style),
        Span::styled(fit(&keys.join(" "), notes), style),
        Span::styled(format!(" {volume:>4} {pan:>4} "), theme.plain()),
        Span::styled(bar(loudness(row.level), level), style),
    ])
}

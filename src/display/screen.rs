//! Where the panels are.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};

use super::app::App;
use super::theme::Theme;
use super::{channels, header, help, log, roll, scope, voices};

/// From this height on, the piano roll and the oscilloscope have a row of their own.
const TALL: u16 = 34;
/// From this width on, channels and voices are written out.
pub(super) const WIDE: u16 = 110;
/// The smallest screen that can be read.
const SMALLEST: (u16, u16) = (60, 16);

/// Draws everything.
pub fn draw(area: Rect, buffer: &mut Buffer, app: &App, theme: Theme) {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let message = format!("{} by {} cells are too small", area.width, area.height);
        buffer.set_stringn(area.x, area.y, message, area.width.into(), theme.plain());
        return;
    }
    let is_tall = area.height >= TALL;
    let [top, body, messages, keys] = Layout::vertical([
        Constraint::Length(3),
        Constraint::Fill(1),
        Constraint::Length(if is_tall { 6 } else { 3 }),
        Constraint::Length(1),
    ])
    .areas(area);
    header::draw(top, buffer, app, theme);
    let is_wide = area.width >= WIDE;
    let right = if is_wide { 46 } else { 29 };
    let columns = Layout::horizontal([Constraint::Fill(1), Constraint::Length(right)]).spacing(2);
    if is_tall {
        let [upper, lower] =
            Layout::vertical([Constraint::Length(18), Constraint::Fill(1)]).spacing(1).areas(body);
        let [left, right] = columns.areas(upper);
        channels::draw(left, buffer, app, theme);
        voices::draw(right, buffer, app, theme);
        let [left, right] = columns.areas(lower);
        roll::draw(left, buffer, app, theme);
        scope::draw(right, buffer, app, theme);
    } else {
        let [left, right] = columns.areas(body);
        channels::draw(left, buffer, app, theme);
        let grid = voices::grid_height(app, right.width).min(right.height.saturating_sub(8));
        let [upper, middle, lower] =
            Layout::vertical([Constraint::Fill(2), Constraint::Fill(3), Constraint::Length(grid)])
                .areas(right);
        scope::draw(upper, buffer, app, theme);
        roll::draw(middle, buffer, app, theme);
        voices::draw(lower, buffer, app, theme);
    }
    log::draw(messages, buffer, app, theme);
    help::draw_hints(keys, buffer, theme);
    if app.shows_help {
        help::draw(area, buffer, theme);
    }
}

/// Draws a panel's heading; gives what is left for its contents.
pub(super) fn heading(area: Rect, buffer: &mut Buffer, title: &str, theme: Theme) -> Rect {
    let rule = usize::from(area.width).saturating_sub(title.chars().count() + 1);
    let line = Line::from(vec![
        Span::styled(title, theme.title()),
        Span::styled(format!(" {}", "─".repeat(rule)), theme.faint()),
    ]);
    buffer.set_line(area.x, area.y, &line, area.width);
    let height = area.height.saturating_sub(1);
    Rect { y: area.y + area.height.min(1), height, ..area }
}

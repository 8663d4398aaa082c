//! What was told: diagnostics, problems of a saved file, saved recordings.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::app::App;
use super::meter::fit;
use super::screen::heading;
use super::theme::Theme;

pub(super) fn draw(area: Rect, buffer: &mut Buffer, app: &App, theme: Theme) {
    let area = heading(area, buffer, "messages", theme);
    let height = usize::from(area.height);
    let first = app.messages.len().saturating_sub(height);
    for (y, message) in (area.y..area.bottom()).zip(app.messages.iter().skip(first)) {
        let message = fit(message, area.width.into());
        buffer.set_string(area.x, y, message.trim_end(), theme.plain());
    }
}

//! The keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Widget};

use super::keys::HELP;
use super::theme::Theme;

/// What the last line shows.
const HINTS: [(&str, &str); 8] = [
    ("space", "pause"),
    ("←→", "seek"),
    ("n p", "song"),
    ("↑↓", "choose"),
    ("m s", "mute solo"),
    ("l", "loop"),
    ("?", "keys"),
    ("q", "quit"),
];

/// The last line.
pub(super) fn draw_hints(area: Rect, buffer: &mut Buffer, theme: Theme) {
    let spans = HINTS.iter().flat_map(|(key, action)| {
        [Span::styled(*key, theme.title()), Span::styled(format!(" {action}  "), theme.faint())]
    });
    buffer.set_line(area.x, area.y, &spans.collect::<Line<'_>>(), area.width);
}

/// The list of all keys, over everything else.
pub(super) fn draw(area: Rect, buffer: &mut Buffer, theme: Theme) {
    let keys = HELP.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    let actions = HELP.iter().map(|(_, action)| action.chars().count()).max().unwrap_or(0);
    let (width, height) = ((keys + actions + 6) as u16, HELP.len() as u16 + 2);
    let width = width.min(area.width);
    let height = height.min(area.height);
    let panel =
        Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    Clear.render(panel, buffer);
    let block = Block::bordered().title(" keys ").title_style(theme.title());
    let inside = block.inner(panel);
    block.render(panel, buffer);
    for (y, (key, action)) in (inside.y..inside.bottom()).zip(HELP) {
        let line = Line::from(vec![
            Span::styled(format!(" {key:keys$}  "), theme.title()),
            Span::styled(action, theme.plain()),
        ]);
        buffer.set_line(inside.x, y, &line, inside.width);
    }
}

//! Title, engine, time, tempo, and what is set.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::app::App;
use super::meter::{bar, clock, fit};
use super::theme::Theme;

/// Three lines: what plays, where it stands, and what is set.
pub(super) fn draw(area: Rect, buffer: &mut Buffer, app: &App, theme: Theme) {
    let width = usize::from(area.width);
    let lines = [title(app, width, theme), time(app, width, theme), settings(app, width, theme)];
    for (y, line) in (area.y..area.bottom()).zip(&lines) {
        buffer.set_line(area.x, y, line, area.width);
    }
}

fn title(app: &App, width: usize, theme: Theme) -> Line<'static> {
    let Some(card) = &app.card else { return Line::styled("opening …", theme.faint()) };
    let place = if card.count > 1 { format!("  {}/{}", card.place + 1, card.count) } else { String::new() };
    let right = format!("{}  {} Hz{place}", card.song.engine, card.rate.rounded());
    let left = width.saturating_sub(right.chars().count() + 2);
    Line::from(vec![
        Span::styled(fit(&card.song.title, left), theme.title()),
        Span::styled(format!("  {right}"), theme.faint()),
    ])
}

fn time(app: &App, width: usize, theme: Theme) -> Line<'static> {
    let seconds = app.seconds();
    let planned = app.card.as_ref().and_then(|card| Some(card.rate.seconds(card.frames?)));
    let planned = planned.filter(|_| !app.settings.is_endless);
    let state = if app.is_paused { "paused " } else { "playing" };
    let end = planned.map_or_else(|| "∞".to_owned(), clock);
    let mut right = String::new();
    if let Some((bar, beat, tempo)) = app.beat() {
        right.push_str(&format!("bar {bar:>3}.{beat}  {tempo:>5.1} bpm"));
    }
    let loops = app.status.as_ref().map_or(0, |status| status.position.loops);
    right.push_str(&format!("  loop {loops}"));
    let text = format!("{state} {:>7} / {end:<7} ", clock(seconds));
    let room = width.saturating_sub(text.chars().count() + right.chars().count() + 2);
    let part = planned.map_or(0.0, |planned| seconds / planned.max(0.001)) as f32;
    let filled = bar(part, room);
    let empty = "·".repeat(room.saturating_sub(filled.chars().count()));
    let style = if app.is_paused { theme.warning() } else { theme.plain() };
    Line::from(vec![
        Span::styled(text, style),
        Span::styled(filled, theme.accent()),
        Span::styled(empty, theme.faint()),
        Span::raw(format!("  {right}")),
    ])
}

fn settings(app: &App, width: usize, theme: Theme) -> Line<'static> {
    let settings = &app.settings;
    let is_exact = app.status.as_ref().is_none_or(|status| status.is_exact);
    let mut spans = vec![
        Span::raw(format!("volume {:>3}%  ", settings.volume_percent)),
        Span::raw(if settings.is_endless { "repeats for ever  " } else { "" }),
    ];
    let changed = settings.tempo_percent != 100 || settings.semitones != 0;
    if changed {
        let text = format!("tempo {}%  pitch {:+}  not exact", settings.tempo_percent, settings.semitones);
        spans.push(Span::styled(text, theme.warning()));
    } else if is_exact {
        spans.push(Span::styled("exact: the console's own samples", theme.faint()));
    } else {
        let hertz = app.card.as_ref().map_or(0, |card| card.device_rate);
        spans.push(Span::styled(format!("converted for the device to {hertz} Hz"), theme.faint()));
    }
    let used: usize = spans.iter().map(Span::width).sum();
    let underruns = format!("underruns {}", app.underruns);
    let gap = width.saturating_sub(used + underruns.len());
    spans.push(Span::raw(" ".repeat(gap)));
    let style = if app.underruns == 0 { theme.faint() } else { theme.warning() };
    spans.push(Span::styled(underruns, style));
    Line::from(spans)
}

//! The oscilloscope: the samples that are heard, both sides in one.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::app::App;
use super::meter::bar;
use super::screen::heading;
use super::theme::Theme;

/// Bits of a Braille cell's dots: by column, then by row.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
/// The Braille cell without a dot.
const NO_DOT: u32 = 0x2800;

pub(super) fn draw(area: Rect, buffer: &mut Buffer, app: &App, theme: Theme) {
    let area = heading(area, buffer, "sound", theme);
    if area.height < 2 {
        return;
    }
    let waves = Rect { height: area.height - 1, ..area };
    let (columns, rows) = (usize::from(waves.width), usize::from(waves.height));
    for (y, line) in (waves.y..waves.bottom()).zip(braille(&samples(app), columns, rows)) {
        buffer.set_stringn(waves.x, y, line, columns, theme.accent());
    }
    let meter = usize::from(area.width).saturating_sub(8) / 2;
    let side = |level: f32| format!("{:meter$}", bar(decibel_part(level), meter));
    let line = Line::from(vec![
        Span::styled("L ", theme.faint()),
        Span::styled(side(app.peaks[0]), theme.accent()),
        Span::styled("  R ", theme.faint()),
        Span::styled(side(app.peaks[1]), theme.accent()),
    ]);
    buffer.set_line(area.x, area.bottom() - 1, &line, area.width);
}

/// A peak's place on a scale from -48 dB to 0 dB of full scale.
fn decibel_part(peak: f32) -> f32 {
    if peak <= 0.0 { 0.0 } else { 1.0 + 20.0 * peak.log10() / 48.0 }
}

/// The sum of both sides, from a rising zero crossing on so that a tone stands still.
fn samples(app: &App) -> Vec<f32> {
    let sums: Vec<f32> =
        app.scope.iter().map(|frame| (f32::from(frame.left) + f32::from(frame.right)) / 65536.0).collect();
    let half = sums.len() / 2;
    let crossing = sums.windows(2).take(half).position(|pair| pair[0] < 0.0 && pair[1] >= 0.0);
    let start = crossing.unwrap_or(0);
    sums.get(start..start + half).unwrap_or_default().to_vec()
}

/// Samples as lines of Braille, scaled so that the loudest one fills the height (but silence stays flat).
fn braille(samples: &[f32], columns: usize, rows: usize) -> Vec<String> {
    const LEAST_SCALE: f32 = 0.05;
    let peak = samples.iter().fold(LEAST_SCALE, |peak, sample| peak.max(sample.abs()));
    let (width, height) = (columns * 2, rows * 4);
    let mut cells = vec![vec![NO_DOT; columns]; rows];
    let row_of = |sample: f32| {
        let place = (0.5 - sample / peak / 2.0) * (height - 1) as f32;
        (place.round().max(0.0) as usize).min(height - 1)
    };
    let at = |x: usize| samples.get(x * samples.len() / width).copied().unwrap_or(0.0);
    let mut last = row_of(at(0));
    for x in 0..width {
        let row = row_of(at(x));
        for y in row.min(last)..=row.max(last) {
            cells[y / 4][x / 2] |= DOTS[x % 2][y % 4];
        }
        last = row;
    }
    cells.into_iter().map(|row| row.into_iter().filter_map(char::from_u32).collect()).collect()
}

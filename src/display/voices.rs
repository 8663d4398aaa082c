//! The console's voices with the state of their envelopes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use tatum_core::{EnvelopeStage, VoiceStatus};

use super::app::App;
use super::meter::{bar, fit, height, loudness, note_name};
use super::screen::heading;
use super::theme::Theme;

/// Cells of a voice in the grid.
const CELL: u16 = 7;
/// From this width on each voice has a row of its own.
const WIDE: u16 = 40;

/// Rows that the grid needs, its heading included.
pub(super) fn grid_height(app: &App, width: u16) -> u16 {
    let voices = app.status.as_ref().map_or(0, |status| status.voices.len()) as u16;
    1 + voices.div_ceil((width / CELL).max(1))
}

pub(super) fn draw(area: Rect, buffer: &mut Buffer, app: &App, theme: Theme) {
    let voices = app.status.as_ref().map_or(&[][..], |status| &status.voices);
    let sounding = voices.iter().filter(|voice| voice.stage != EnvelopeStage::Off).count();
    if area.width >= WIDE && voices.len() < usize::from(area.height) {
        let area = heading(area, buffer, &format!("voices {sounding}/{}", voices.len()), theme);
        for (y, voice) in (area.y..area.bottom()).zip(voices) {
            buffer.set_line(area.x, y, &row(voice, area.width.into(), theme), area.width);
        }
        return;
    }
    let title = format!("voices {sounding}/{} (A D S R)", voices.len());
    let area = heading(area, buffer, &title, theme);
    let columns = usize::from((area.width / CELL).max(1));
    for (y, voices) in (area.y..area.bottom()).zip(voices.chunks(columns)) {
        let line: Line<'_> = voices.iter().map(|voice| cell(voice, theme)).collect();
        buffer.set_line(area.x, y, &line, area.width);
    }
}

/// A voice as number, level and the first letter of its stage.
fn cell(voice: &VoiceStatus, theme: Theme) -> Span<'static> {
    let level = height(loudness(voice.left.max(voice.right)));
    match voice.stage {
        EnvelopeStage::Off => Span::styled(format!("{:>2} ·    ", voice.voice), theme.faint()),
        stage => {
            let letter = stage_name(stage).chars().next().unwrap_or(' ').to_ascii_uppercase();
            Span::styled(format!("{:>2} {level}{letter}   ", voice.voice), theme.channel(voice.channel))
        }
    }
}

/// A voice written out: number, channel, note, stage, pitch, both levels.
fn row(voice: &VoiceStatus, width: usize, theme: Theme) -> Line<'static> {
    if voice.stage == EnvelopeStage::Off {
        return Line::styled(format!("{:>2}  ·", voice.voice), theme.faint());
    }
    let channel = voice.channel.map_or_else(|| "  -".into(), |channel| format!("{channel:>3}"));
    let note = voice.key.map_or_else(String::new, note_name);
    let text = format!(
        "{:>2} ch{channel} {} {} ×{:<5.3} ",
        voice.voice,
        fit(&note, 4),
        fit(stage_name(voice.stage), 7),
        voice.pitch
    );
    let meter = width.saturating_sub(text.chars().count()) / 2;
    let side = |level: f32| fit(&bar(loudness(level), meter), meter);
    Line::from(vec![
        Span::styled(text, theme.channel(voice.channel)),
        Span::styled(side(voice.left), theme.channel(voice.channel)),
        Span::styled(side(voice.right), theme.channel(voice.channel)),
    ])
}

const fn stage_name(stage: EnvelopeStage) -> &'static str {
    match stage {
        EnvelopeStage::Off => "off",
        EnvelopeStage::Attack => "attack",
        EnvelopeStage::Decay => "decay",
        EnvelopeStage::Sustain => "sustain",
        EnvelopeStage::Release => "release",
    }
}

//! What keys do.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::app::App;
use crate::playback::Command;

/// Every key with what it does, for the help panel.
pub(super) const HELP: [(&str, &str); 17] = [
    ("space", "pause, and on again"),
    ("← →", "5 seconds back, forward"),
    ("PgUp PgDn", "30 seconds back, forward"),
    ("r, Home", "from the start"),
    ("n p", "next song, previous song"),
    ("↑ ↓, 0-99", "choose a channel"),
    ("m", "mute the channel, or not"),
    ("s", "hear it alone, or not"),
    ("c", "hear everything again"),
    ("l", "repeat for ever, or not"),
    ("+ -", "louder, softer"),
    ("] [", "tempo up, down (not exact)"),
    ("} {", "a semitone up, down (not exact)"),
    ("=", "tempo and pitch as they are"),
    ("w", "save the last 30 seconds as WAV"),
    ("?", "this list"),
    ("q", "quit"),
];

const SHORT_SEEK: f64 = 5.0;
const LONG_SEEK: f64 = 30.0;
const TEMPO_STEP: u16 = 5;
const TEMPO_RANGE: (u16, u16) = (25, 400);
const SEMITONE_RANGE: (i8, i8) = (-24, 24);
const VOLUME_STEP: u8 = 5;

impl App {
    /// What a key means for the session, if anything.
    pub fn press(&mut self, key: KeyEvent) -> Option<Command> {
        let first_digit = self.first_digit.take();
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return matches!(key.code, KeyCode::Char('c' | 'd')).then_some(Command::Quit);
        }
        match key.code {
            KeyCode::Esc if self.shows_help => self.shows_help = false,
            KeyCode::Char('?' | 'h') | KeyCode::F(1) => self.shows_help = !self.shows_help,
            KeyCode::Char('q') | KeyCode::Esc => return Some(Command::Quit),
            KeyCode::Char(' ') => {
                self.is_paused = !self.is_paused;
                return Some(Command::TogglePause);
            }
            KeyCode::Left => return Some(Command::Seek(-SHORT_SEEK)),
            KeyCode::Right => return Some(Command::Seek(SHORT_SEEK)),
            KeyCode::PageUp => return Some(Command::Seek(-LONG_SEEK)),
            KeyCode::PageDown => return Some(Command::Seek(LONG_SEEK)),
            KeyCode::Char('r') | KeyCode::Home => return Some(Command::Restart),
            KeyCode::Char('n') => return Some(Command::Next),
            KeyCode::Char('p') => return Some(Command::Previous),
            KeyCode::Char('w') => return Some(Command::Save),
            KeyCode::Up => self.select_beside(-1),
            KeyCode::Down => self.select_beside(1),
            KeyCode::Char(digit @ '0'..='9') => self.select_digit(first_digit, digit as u8 - b'0'),
            KeyCode::Char('m') => {
                toggle(&mut self.muted, self.selected);
                return Some(self.mutes_changed());
            }
            KeyCode::Char('s') => {
                toggle(&mut self.soloed, self.selected);
                return Some(self.mutes_changed());
            }
            KeyCode::Char('c') => {
                self.muted.clear();
                self.soloed.clear();
                return Some(self.mutes_changed());
            }
            other => return self.set(other),
        }
        None
    }

    /// Keys that change a setting.
    fn set(&mut self, key: KeyCode) -> Option<Command> {
        let settings = &mut self.settings;
        let (slowest, fastest) = TEMPO_RANGE;
        match key {
            KeyCode::Char('l') => settings.is_endless = !settings.is_endless,
            KeyCode::Char('+') => settings.volume_percent = (settings.volume_percent + VOLUME_STEP).min(100),
            KeyCode::Char('-') => {
                settings.volume_percent = settings.volume_percent.saturating_sub(VOLUME_STEP);
            }
            KeyCode::Char(']') => settings.tempo_percent = (settings.tempo_percent + TEMPO_STEP).min(fastest),
            KeyCode::Char('[') => settings.tempo_percent = (settings.tempo_percent - TEMPO_STEP).max(slowest),
            KeyCode::Char('}') => settings.semitones = (settings.semitones + 1).min(SEMITONE_RANGE.1),
            KeyCode::Char('{') => settings.semitones = (settings.semitones - 1).max(SEMITONE_RANGE.0),
            KeyCode::Char('=') => (settings.tempo_percent, settings.semitones) = (100, 0),
            _ => return None,
        }
        Some(Command::Set(*settings))
    }

    fn select_beside(&mut self, step: isize) {
        let place = self.rows.iter().position(|row| row.status.channel == self.selected);
        let place = place.map_or(0, |place| place.saturating_add_signed(step));
        if let Some(row) = self.rows.get(place.min(self.rows.len().saturating_sub(1))) {
            self.selected = row.status.channel;
        }
    }

    /// A digit chooses a channel; two of them one from 10 on.
    fn select_digit(&mut self, first: Option<u8>, digit: u8) {
        let exists = |channel: u8| self.rows.iter().any(|row| row.status.channel == channel);
        let both = first.map(|first| first * 10 + digit).filter(|&channel| exists(channel));
        if both.is_none() && digit != 0 {
            self.first_digit = Some(digit);
        }
        let channel = both.unwrap_or(digit);
        if exists(channel) {
            self.selected = channel;
        }
    }
}

fn toggle(channels: &mut std::collections::BTreeSet<u8>, channel: u8) {
    if !channels.remove(&channel) {
        channels.insert(channel);
    }
}

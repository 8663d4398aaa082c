//! Colours: only the sixteen that every terminal has its own light or dark version of, and none with `NO_COLOR`.

use ratatui::style::{Color, Modifier, Style};

/// Colours of channels: those of the sixteen that can be read on light and on dark ground (yellow and blue cannot, red
/// warns).
const CHANNEL_COLORS: [Color; 4] = [Color::Cyan, Color::Magenta, Color::Green, Color::Reset];

/// How things look.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    is_coloured: bool,
}

impl Theme {
    /// With or without colours.
    #[must_use]
    pub const fn new(is_coloured: bool) -> Self {
        Self { is_coloured }
    }

    /// As the environment wants it.
    #[must_use]
    pub fn from_environment() -> Self {
        Self::new(std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()))
    }

    fn color(self, color: Color) -> Style {
        if self.is_coloured { Style::new().fg(color) } else { Style::new() }
    }

    pub(super) const fn title(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    pub(super) const fn plain(self) -> Style {
        Style::new()
    }

    /// Rules, labels, what is not important now.
    pub(super) const fn faint(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub(super) fn accent(self) -> Style {
        self.color(Color::Cyan)
    }

    pub(super) fn warning(self) -> Style {
        self.color(Color::Red).add_modifier(Modifier::BOLD)
    }

    pub(super) const fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    pub(super) fn channel(self, channel: Option<u8>) -> Style {
        match channel {
            Some(channel) => self.color(CHANNEL_COLORS[usize::from(channel) % CHANNEL_COLORS.len()]),
            None => Style::new(),
        }
    }
}

//! What live playback shows: a line without a terminal, else a screen of panels.
//!
//! `app` is what is known, `screen` lays out the panels, which are one file each; `keys` and `terminal` deal with the
//! person and the terminal.

mod app;
mod channels;
mod header;
mod help;
mod keys;
mod lines;
mod log;
mod meter;
mod roll;
mod scope;
mod screen;
mod terminal;
mod theme;
mod voices;

use crossbeam_channel::{Receiver, Sender};

use crate::output::live::Monitor;
use crate::playback::{Command, Report, Settings};

pub use app::App;
pub use lines::show_lines;
pub use screen::draw;
pub use terminal::{is_possible, restore, show};
pub use theme::Theme;

/// Reports that may wait for a display; later ones are dropped while it does not come.
pub const REPORTS: usize = 4096;

/// What a display needs.
pub struct View {
    /// What is heard now.
    pub monitor: Monitor,
    /// Takes what a person wants.
    pub commands: Sender<Command>,
    /// Gives what happens.
    pub reports: Receiver<Report>,
    /// What was set at the start.
    pub settings: Settings,
    /// Ticks per beat, if a person has another opinion than the engine.
    pub ticks_per_beat: Option<u32>,
    /// Beats of a bar.
    pub beats_per_bar: u32,
}

//! What live playback shows.

mod lines;

use crossbeam_channel::{Receiver, Sender};

use crate::output::live::Monitor;
use crate::playback::{Command, Report, Settings};

pub use lines::show_lines;

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

//! The terminal: taken over while something plays, and given back whatever happens.

use std::io::IsTerminal;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::TryRecvError;
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};

use super::app::App;
use super::theme::Theme;
use super::{View, draw};
use crate::error::Error;
use crate::output::unfinished::wait_for_requests;
use crate::playback::Command;

/// Time between two pictures.
const PICTURE: Duration = Duration::from_millis(33);

/// Whether the terminal is taken over.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back, if it is taken: for a program that is told to stop.
pub fn restore() {
    if IS_TAKEN.load(Ordering::SeqCst) {
        ratatui::restore();
    }
}

/// Whether there is a terminal to show something on, and keys to be had from.
#[must_use]
pub fn is_possible() -> bool {
    std::io::stdin().is_terminal()
        && std::io::stdout().is_terminal()
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Shows what plays and takes keys, until the session has ended.
///
/// # Errors
///
/// If the terminal cannot be used.
pub fn show(view: View) -> Result<(), Error> {
    wait_for_requests();
    let mut terminal = ratatui::try_init().map_err(terminal_error)?;
    IS_TAKEN.store(true, Ordering::SeqCst);
    let result = run(&mut terminal, &view);
    IS_TAKEN.store(false, Ordering::SeqCst);
    ratatui::restore();
    if result.is_err() {
        let _ = view.commands.send(Command::Quit);
    }
    result
}

fn terminal_error(source: std::io::Error) -> Error {
    Error::io(Path::new("the terminal"), source)
}

fn run(terminal: &mut DefaultTerminal, view: &View) -> Result<(), Error> {
    let theme = Theme::from_environment();
    let mut app = App::new(view.settings, view.ticks_per_beat, view.beats_per_bar);
    loop {
        loop {
            match view.reports.try_recv() {
                Ok(report) => app.take(report),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Ok(()),
            }
        }
        app.advance(view.monitor.played(), view.monitor.underruns());
        terminal.draw(|frame| draw(frame.area(), frame.buffer_mut(), &app, theme)).map_err(terminal_error)?;
        let mut patience = PICTURE;
        while event::poll(patience).map_err(terminal_error)? {
            patience = Duration::ZERO;
            if let Event::Key(key) = event::read().map_err(terminal_error)?
                && key.kind != KeyEventKind::Release
                && let Some(command) = app.press(key)
            {
                // Nobody listens when the session has just ended.
                let _ = view.commands.send(command);
            }
        }
    }
}

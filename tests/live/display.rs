//! What is shown.

use std::path::Path;

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::Rect;
use tatum::display::{App, Theme, draw};
use tatum::playback::{Command, Settings};
use tatum_core::Mutes;

use super::rig::{Rig, seconds};
use super::{OVERTURE, PERIOD, support};

/// The overture after `blocks` blocks of its statuses, as a display is told.
pub fn display(path: &Path, periods: usize) -> App {
    let mut rig = Rig::new(path, seconds(600), false);
    rig.take(periods);
    let mut app = App::new(Settings::default(), None, 4);
    rig.commands.send(Command::Quit).unwrap();
    let _ = rig.session.join();
    for report in rig.reports.try_iter() {
        app.take(report);
    }
    app.advance((periods * PERIOD) as u64, 0);
    app
}

/// What a terminal of this size shows, without colours.
fn screen(app: &App, width: u16, height: u16) -> String {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    draw(area, &mut buffer, app, Theme::new(false));
    assert!(
        buffer.content.iter().all(|cell| cell.fg == ratatui::style::Color::Reset),
        "a colour with NO_COLOR"
    );
    let lines = (0..height).map(|y| {
        let line: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        format!("{}\n", line.trim_end())
    });
    lines.collect()
}

#[test]
fn screens_look_as_they_did() {
    let mut overture = display(Path::new(OVERTURE), 500);
    insta::assert_snapshot!("overture-80x24", screen(&overture, 80, 24));
    insta::assert_snapshot!("overture-120x40", screen(&overture, 120, 40));
    let press = |app: &mut App, code| app.press(KeyEvent::new(code, KeyModifiers::NONE));
    press(&mut overture, KeyCode::Char('2'));
    assert!(matches!(press(&mut overture, KeyCode::Char('s')), Some(Command::Set(_))));
    press(&mut overture, KeyCode::Char(']'));
    insta::assert_snapshot!("solo-80x24", screen(&overture, 80, 24));
    press(&mut overture, KeyCode::Char('?'));
    insta::assert_snapshot!("help-80x24", screen(&overture, 80, 24));
    insta::assert_snapshot!(
        "tune-120x40",
        screen(&display(&support::NDS.carried("tune-8bars"), 100), 120, 40)
    );
    let spc = display(&support::SNES_SPC.carried("timers/song.spc"), 60);
    insta::assert_snapshot!("spc-80x24", screen(&spc, 80, 24));
    let case = support::SNES_NSPC.carried("tune8");
    insta::assert_snapshot!("nspc-80x24", screen(&display(&case, 60), 80, 24));
    let case = support::N64_OOT.carried("basic-adpcm");
    insta::assert_snapshot!("oot-80x24", screen(&display(&case, 60), 80, 24));
    assert!(screen(&spc, 50, 10).starts_with("50 by 10 cells are too small"));
}

#[test]
fn no_size_of_a_screen_is_a_problem() {
    let app = display(Path::new(OVERTURE), 100);
    for width in (1..200).step_by(7) {
        for height in (1..70).step_by(3) {
            screen(&app, width, height);
        }
    }
}

#[test]
fn keys_mute_solo_and_choose_channels() {
    let mut app = display(Path::new(OVERTURE), 100);
    let mut press = |code| app.press(KeyEvent::new(KeyCode::Char(code), KeyModifiers::NONE));
    press('1');
    press('0');
    let mutes = |command: Option<Command>| match command {
        Some(Command::Set(settings)) => settings.mutes,
        other => panic!("{other:?}"),
    };
    let ten = mutes(press('m'));
    assert!(ten.silences(99, Some(10)) || ten.silences(99, Some(0)), "{ten:?}");
    assert_eq!(mutes(press('m')), Mutes::NONE);
    press('3');
    let solo = mutes(press('s'));
    assert!(!solo.silences(99, Some(3)) && solo.silences(99, Some(4)));
    assert_eq!(mutes(press('c')), Mutes::NONE);
    assert_eq!(press(' '), Some(Command::TogglePause));
    assert_eq!(press('q'), Some(Command::Quit));
}

// Songs of the tests.

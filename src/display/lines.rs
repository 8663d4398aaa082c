//! Without a terminal: a line for each song, and the song plays.

use super::View;
use crate::playback::{Report, SongCard};

/// Tells what plays on standard error, until the session has ended.
pub fn show_lines(view: &View, is_quiet: bool) {
    for report in &view.reports {
        match report {
            _ if is_quiet => {}
            Report::Song { card, .. } => eprintln!("tatum: {}", line(&card)),
            Report::Message(message) => eprintln!("tatum: {message}"),
            Report::Status(_) | Report::Cut { .. } => {}
        }
    }
    if !is_quiet && view.monitor.underruns() != 0 {
        let (all, shortages) = (view.monitor.underruns(), view.monitor.shortages());
        eprintln!("tatum: {all} underruns ({shortages} late samples, {} dry devices)", all - shortages);
    }
}

fn line(card: &SongCard) -> String {
    let place = if card.count > 1 { format!("{}/{} ", card.place + 1, card.count) } else { String::new() };
    let length = match card.frames {
        Some(frames) => {
            let seconds = card.rate.seconds(frames).round() as u64;
            format!("{}:{:02}", seconds / 60, seconds % 60)
        }
        None => "until it is stopped".into(),
    };
    let converted = if u64::from(card.device_rate) == card.rate.rounded() {
        String::new()
    } else {
        format!(", converted to {} Hz", card.device_rate)
    };
    format!("playing {place}{} ({}, {length}{converted})", card.song.title, card.song.engine)
}

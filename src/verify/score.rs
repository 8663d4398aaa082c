//! The notes of a rendering with their times: what onset times and piano rolls are made from.

use std::collections::BTreeMap;

use super::explain::{CommandMark, History};
use crate::error::Error;
use crate::observation::{ObservedEvent, Place};
use crate::song::Song;

/// A song never has more notes than this here; the rest is left out.
const MOST_NOTES: usize = 200_000;

/// A note.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The frame in which it begins.
    pub start: u64,
    /// The frame in which it ends, or another takes its voice.
    pub end: u64,
    /// The voice.
    pub voice: u8,
    /// The script whose note it is.
    pub place: Place,
    /// The key, as MIDI counts.
    pub key: Option<f32>,
    /// The tick in which it begins.
    pub tick: Option<u64>,
    /// The command that last changed its sound: the note itself, usually.
    pub command: Option<CommandMark>,
}

/// The notes and ticks of a rendering.
#[derive(Clone, Debug, Default)]
pub struct Score {
    /// The notes, in order of their begin.
    pub notes: Vec<Note>,
    /// The frames in which the ticks of each player begin.
    ticks: BTreeMap<u8, Vec<u64>>,
    /// Frames observed.
    pub frames: u64,
    /// Whether there were more notes than are kept.
    pub is_cut: bool,
}

impl Score {
    /// Observes the first `frames` frames of a song.
    ///
    /// # Errors
    ///
    /// As [`Song::start`].
    pub fn of(song: &Song, frames: u64) -> Result<Self, Error> {
        let mut score = Self { frames, ..Self::default() };
        let mut history = History::default();
        // The note that each voice plays.
        let mut playing: BTreeMap<u8, usize> = BTreeMap::new();
        song.observe(frames, &mut |observation| {
            let frame = observation.frame;
            if frame >= frames {
                return;
            }
            match observation.event {
                ObservedEvent::Tick { player, .. } => score.ticks.entry(player).or_default().push(frame),
                ObservedEvent::NoteStart { voice, .. } | ObservedEvent::NoteEnd { voice } => {
                    if let Some(index) = playing.remove(&voice) {
                        score.notes[index].end = frame.max(score.notes[index].start);
                    }
                }
                _ => {}
            }
            if let ObservedEvent::NoteStart { voice, place, key } = observation.event {
                if score.notes.len() == MOST_NOTES {
                    score.is_cut = true;
                } else {
                    playing.insert(voice, score.notes.len());
                    let command = history.command_for(place).cloned();
                    let tick = history.tick_of(place.player);
                    score.notes.push(Note { start: frame, end: frames, voice, place, key, tick, command });
                }
            }
            history.add(observation);
        })?;
        score.notes.sort_by_key(|note| note.start);
        score.ticks.values_mut().for_each(|ticks| ticks.sort_unstable());
        Ok(score)
    }

    /// Frames from the tick around `frame` to the next one, where the player has ticks.
    #[must_use]
    pub fn tick_length(&self, player: u8, frame: u64) -> Option<f64> {
        // Ticks fall on the engine's own grid, so that their lengths vary: the mean of some around is meant.
        const AROUND: usize = 12;
        let ticks = self.ticks.get(&player)?;
        let index = ticks.partition_point(|&tick| tick <= frame);
        let (first, last) = (index.saturating_sub(AROUND), (index + AROUND).min(ticks.len().checked_sub(1)?));
        let count = last.checked_sub(first).filter(|&count| count != 0)?;
        Some((ticks[last] - ticks[first]) as f64 / count as f64)
    }
}

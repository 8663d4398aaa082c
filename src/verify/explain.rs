//! Why two renderings differ: the voice, and the command that last changed it.

use std::collections::BTreeMap;
use std::fmt;

use tatum_core::{Frame, Rate};

use super::attribute::{Share, attribute};
use super::compare::AudioDifference;
use crate::error::Error;
use crate::observation::{Observation, ObservedEvent, Place, RowTime};
use crate::song::Song;
use crate::trace::RowDifference;

/// The first difference of a case, explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The frame.
    pub frame: u64,
    /// The same in seconds.
    pub seconds: f64,
    /// The tick in which it falls, if a script runs.
    pub tick: Option<u64>,
    /// The voices it can come from, the likeliest first.
    pub causes: Vec<Cause>,
    /// The values of the trace that differ.
    pub values: Vec<ValueDifference>,
}

/// A voice or script from which a difference can come.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause {
    /// The voice; none if the difference is in a script.
    pub voice: Option<u8>,
    /// The script that owns it.
    pub place: Option<Place>,
    /// What last changed it.
    pub command: Option<CommandMark>,
    /// How the difference follows the voice's own sound, where that was measured.
    pub share: Option<Share>,
}

/// A command with its place and time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandMark {
    /// The script it is in.
    pub place: Place,
    /// Byte offset in the sequence; see [`ObservedEvent::Command`].
    pub offset: u64,
    /// The command in words.
    pub text: String,
    /// The tick in which it was executed.
    pub tick: Option<u64>,
    /// The first frame it could change.
    pub frame: u64,
}

/// A value in which two traces differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueDifference {
    /// What the column is called.
    pub name: String,
    /// What the reference says; none if its row is another one or missing.
    pub expected: Option<String>,
    /// What was found.
    pub found: Option<String>,
}

impl fmt::Display for Explanation {
    /// Lines for people, each without an indent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at frame {} ({:.4} s)", self.frame, self.seconds)?;
        if let Some(tick) = self.tick {
            write!(f, ", tick {tick}")?;
        }
        for cause in &self.causes {
            write!(f, "\n{cause}")?;
        }
        for ValueDifference { name, expected, found } in &self.values {
            let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
            write!(f, "\n{name}: expected {}, found {}", text(expected), text(found))?;
        }
        Ok(())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.voice, self.place) {
            (Some(voice), Some(place)) => write!(f, "voice {voice} ({place})")?,
            (Some(voice), None) => write!(f, "voice {voice}")?,
            (None, Some(place)) => write!(f, "{place}")?,
            (None, None) => f.write_str("no voice")?,
        }
        match &self.command {
            Some(command) => write!(f, ": {command}")?,
            None => f.write_str(": no command has changed it")?,
        }
        match self.share {
            Some(share) => write!(f, "; {share}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for CommandMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "last changed by '{}' at offset {:#06x}", self.text, self.offset)?;
        if let Some(tick) = self.tick {
            write!(f, " in tick {tick}")?;
        }
        write!(f, " (frame {})", self.frame)
    }
}

/// What has happened up to a moment.
#[derive(Debug, Default)]
pub(super) struct History {
    ticks: BTreeMap<u8, u64>,
    commands: BTreeMap<Place, CommandMark>,
    notes: BTreeMap<u8, Sounding>,
}

/// A voice's last note.
#[derive(Clone, Copy, Debug)]
struct Sounding {
    place: Place,
    has_ended: bool,
}

impl History {
    /// What happened up to and including `frame`.
    pub(super) fn until_frame(song: &Song, frame: u64) -> Result<Self, Error> {
        let mut history = Self::default();
        song.observe(frame.saturating_add(1), &mut |observation| {
            if observation.frame <= frame {
                history.add(observation);
            }
        })?;
        Ok(history)
    }

    /// What happened up to and including a step of the driver, and the step's frame.
    fn until_step(song: &Song, step: u64, frames: u64) -> Result<(Self, u64), Error> {
        let mut history = Self::default();
        let (mut frame, mut has_passed) = (0, false);
        song.observe(frames, &mut |observation| {
            if let ObservedEvent::Step(number) = observation.event {
                has_passed |= number > step;
                if number <= step {
                    frame = observation.frame;
                }
            }
            if !has_passed {
                history.add(observation);
            }
        })?;
        Ok((history, frame))
    }

    pub(super) fn add(&mut self, observation: Observation) {
        let frame = observation.frame;
        match observation.event {
            ObservedEvent::Step(_) => {}
            ObservedEvent::Tick { player, tick } => {
                self.ticks.insert(player, tick);
            }
            ObservedEvent::Command { place, offset, text, shapes_sound: true } => {
                let tick = self.ticks.get(&place.player).copied();
                self.commands.insert(place, CommandMark { place, offset, text, tick, frame });
            }
            ObservedEvent::Command { .. } => {}
            ObservedEvent::NoteStart { voice, place, .. } => {
                self.notes.insert(voice, Sounding { place, has_ended: false });
            }
            ObservedEvent::NoteEnd { voice } => {
                if let Some(note) = self.notes.get_mut(&voice) {
                    note.has_ended = true;
                }
            }
        }
    }

    /// The tick of a player.
    pub(super) fn tick_of(&self, player: u8) -> Option<u64> {
        self.ticks.get(&player).copied()
    }

    /// The tick of the first player that runs.
    pub(super) fn tick(&self) -> Option<u64> {
        self.ticks.values().next().copied()
    }

    /// The last command that changed a script's sound: its own, its channel's or its sequence's.
    pub(super) fn command_for(&self, owner: Place) -> Option<&CommandMark> {
        let ruling = self.commands.iter().filter(|(place, _)| place.rules(owner));
        ruling.map(|(_, command)| command).max_by_key(|command| (command.frame, command.place))
    }

    /// A voice with what last changed it.
    fn cause_of_voice(&self, voice: u8) -> Cause {
        let place = self.notes.get(&voice).map(|note| note.place);
        let command = place.and_then(|place| self.command_for(place)).cloned();
        Cause { voice: Some(voice), place, command, share: None }
    }

    /// The voices whose notes have begun, those that sound before those that have ended, the last changed first.
    fn causes(&self) -> Vec<Cause> {
        let mut causes: Vec<(bool, Cause)> =
            self.notes.iter().map(|(&voice, note)| (note.has_ended, self.cause_of_voice(voice))).collect();
        let frame = |cause: &Cause| cause.command.as_ref().map_or(0, |command| command.frame);
        causes.sort_by_key(|(has_ended, cause)| (*has_ended, std::cmp::Reverse(frame(cause))));
        causes.into_iter().map(|(_, cause)| cause).collect()
    }
}

/// Causes that are told; the others are less likely.
const MOST_CAUSES: usize = 3;

/// Explains a difference of samples.
pub(super) fn explain_audio(
    song: &Song,
    reference: &[Frame],
    difference: &AudioDifference,
) -> Result<Explanation, Error> {
    let frame = difference.frame;
    let history = History::until_frame(song, frame)?;
    let mut causes = history.causes();
    let shares = attribute(song, reference, frame, causes.iter().filter_map(|cause| cause.voice))?;
    for cause in &mut causes {
        cause.share = cause.voice.and_then(|voice| shares.get(&voice).copied());
    }
    // What was measured comes first; the rest keeps its order.
    causes.sort_by(|a, b| Share::strength(b.share).total_cmp(&Share::strength(a.share)));
    let measured = causes.iter().filter(|cause| cause.share.is_some()).count();
    causes.truncate(if measured == 0 { MOST_CAUSES } else { measured.min(MOST_CAUSES) });
    let rate = song.start()?.rate();
    Ok(Explanation { frame, seconds: rate.seconds(frame), tick: history.tick(), causes, values: Vec::new() })
}

/// Explains a difference of trace rows; `frames` is the length of the trace.
pub(super) fn explain_trace(
    song: &Song,
    difference: &RowDifference,
    frames: u64,
) -> Result<Explanation, Error> {
    let rate: Rate = song.start()?.rate();
    let read = |row: &Option<String>| row.as_deref().map(|row| song.read_trace_row(row));
    let (expected, found) = (read(&difference.expected), read(&difference.found));
    let time = |row: &Option<crate::observation::RowMeaning>| row.as_ref().and_then(|row| row.time);
    // The earlier of the two rows is where the traces part.
    let first = match (time(&expected), time(&found)) {
        (Some(a), Some(b)) if order(b) < order(a) => found.as_ref(),
        (None, Some(_)) => found.as_ref(),
        _ => expected.as_ref(),
    };
    let (history, frame) = match first.and_then(|row| row.time) {
        Some(RowTime::Step(step)) => History::until_step(song, step, frames)?,
        Some(RowTime::Frame(frame)) => (History::until_frame(song, frame)?, frame),
        None => (History::default(), 0),
    };
    let mut causes = Vec::new();
    if let Some(row) = first {
        if let Some(voice) = row.voice {
            causes.push(history.cause_of_voice(voice));
        } else if let Some(place) = row.place {
            let command = history.command_for(place).cloned();
            causes.push(Cause { voice: None, place: Some(place), command, share: None });
        }
    }
    let values = first.map_or_else(Vec::new, |row| differing_values(difference, row.subject.as_deref()));
    Ok(Explanation { frame, seconds: rate.seconds(frame), tick: history.tick(), causes, values })
}

const fn order(time: RowTime) -> u64 {
    match time {
        RowTime::Step(number) | RowTime::Frame(number) => number,
    }
}

/// The columns in which two rows differ. Rows about different things have no values in common.
fn differing_values(difference: &RowDifference, subject: Option<&str>) -> Vec<ValueDifference> {
    let field = |field: &str| (!field.is_empty()).then(|| field.to_owned());
    let columns = difference.columns.iter().enumerate();
    columns
        .map(|(number, (name, expected, found))| ValueDifference {
            name: match (name.as_str(), subject) {
                ("", _) => format!("column {}", number + 1),
                (name, Some(subject)) => format!("{name} ({subject})"),
                (name, None) => name.to_owned(),
            },
            expected: field(expected),
            found: field(found),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::compare_traces;

    fn command(frame: u64, place: Place, text: &str) -> Observation {
        let event =
            ObservedEvent::Command { place, offset: frame, text: text.into(), shapes_sound: text != "wait" };
        Observation { frame, event }
    }

    #[test]
    fn the_last_command_of_layer_channel_or_sequence_counts() {
        let layer = Place { player: 0, channel: Some(2), layer: Some(1) };
        let channel = Place::channel(0, 2);
        let mut history = History::default();
        history.add(command(10, layer, "note"));
        history.add(Observation {
            frame: 10,
            event: ObservedEvent::NoteStart { voice: 5, place: layer, key: None },
        });
        history.add(command(20, channel, "volume"));
        history.add(command(30, Place::channel(0, 3), "pan"));
        history.add(command(40, layer, "wait"));
        let cause = history.cause_of_voice(5);
        assert_eq!(cause.command.unwrap().text, "volume");
        assert_eq!(history.causes().len(), 1);
    }

    #[test]
    fn values_are_named_by_their_columns() {
        let heading = "cycle\treg\tvalue\n";
        let (_, difference) =
            compare_traces(&format!("{heading}1\t34\t02\n"), &format!("{heading}1\t34\t03\n"));
        let values = differing_values(&difference.unwrap(), Some("V3SRCN"));
        assert_eq!(values.len(), 1);
        assert_eq!((&*values[0].name, values[0].found.as_deref()), ("value (V3SRCN)", Some("03")));
    }
}

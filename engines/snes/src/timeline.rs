//! Where ticks fall and where a song of the interpreter repeats, by playing it without the DSP.

use std::collections::BTreeSet;
use std::hash::Hash;

use tatum_core::{DiagnosticLog, Fault, LoopPoints, NullProbe, Player, Probe, RepetitionFinder, StateHasher};

use crate::NspcPlayer;
use crate::event::Event;
use crate::hardware::dsp::CLOCKS_PER_SAMPLE;
use crate::sequencer::driver::{Driver, TRACKS};
use crate::sequencer::interpreter::Interpreter;
use crate::sequencer::machine::SilentSound;
use crate::sequencer::variant::Variant;

/// How a song goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SongEnd {
    /// It repeats for ever.
    Loops(LoopPoints),
    /// Its list of segments ends at a tick.
    Ends {
        /// Ticks until then.
        tick: u64,
    },
    /// Neither happened within the ticks that were looked at.
    Unknown {
        /// How many those were.
        ticks: u64,
    },
    /// It does what the console would not outlive.
    Faults(Fault),
}

/// Ticks after which the search for an end is given up: 20 minutes at the highest tempo.
pub const SEARCHED_TICKS: u64 = 600_000;
/// Passes without a tick after which nothing more is expected: a minute.
const PATIENCE: u64 = 30_000;

/// Finds out how a song goes on. `player` is not changed.
///
/// Ticks count from the driver's start, as in [`tatum_core::Position`]. The loop is the earliest stretch of ticks that
/// writes the same into the DSP as its repetition.
#[must_use]
pub fn find_end(player: &NspcPlayer) -> SongEnd {
    let mut walker = Walker::new(player);
    let mut finder = RepetitionFinder::default();
    let mut actions = Actions::default();
    loop {
        let Some(tick) = walker.next_tick(&mut actions) else {
            return walker.end_without_loop();
        };
        if walker.has_ended() {
            return SongEnd::Ends { tick };
        }
        actions.finish_tick(tick, &walker.interpreter.driver);
        if let Some(points) = finder.visit(tick, state_of(&walker.interpreter.driver)) {
            return SongEnd::Loops(actions.earliest(points));
        }
        if tick >= SEARCHED_TICKS {
            return SongEnd::Unknown { ticks: tick };
        }
    }
}

/// The number of the first frame that comes when tick number `tick` (the first is 1) has begun; none if the song does
/// not get there.
#[must_use]
pub fn frame_of_tick(player: &NspcPlayer, tick: u64) -> Option<u64> {
    let mut walker = Walker::new(player);
    while walker.next_tick(&mut NullProbe)? < tick {}
    Some(walker.interpreter.progress.tick_cycle.div_ceil(CLOCKS_PER_SAMPLE))
}

/// What a track of a song does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackSurvey {
    /// Notes, percussion included.
    pub notes: u64,
    /// The entries of the instrument table that it plays them with.
    pub instruments: BTreeSet<u8>,
}

/// What a song does.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Track by track.
    pub tracks: [TrackSurvey; TRACKS],
    /// The longest echo delay that it asks for.
    pub echo_delay: u8,
    /// What there is to say about it.
    pub diagnostics: DiagnosticLog,
}

/// What a song does in its first `ticks` ticks.
#[must_use]
pub fn survey(player: &NspcPlayer, ticks: u64) -> Survey {
    let mut walker = Walker::new(player);
    let mut surveyor = Surveyor::new(walker.interpreter.dialect.variant);
    let mut echo_delay = 0;
    while walker.ticks() < ticks && !walker.has_ended() && walker.next_tick(&mut surveyor).is_some() {
        echo_delay = echo_delay.max(walker.interpreter.driver.echo_delay.wanted);
    }
    Survey { tracks: surveyor.tracks, echo_delay, diagnostics: walker.interpreter.diagnostics }
}

/// Everything that decides what the song does from here on. Left out are the clocks, which never stand as they did
/// before, and what only concerns the echo buffer's set-up.
fn state_of(driver: &Driver) -> u128 {
    let Driver {
        ports: [music, ..],
        start_delay,
        effect_voices,
        fast_forward,
        segments,
        effect_clock: _,
        song_clock: _,
        shadow,
        echo_delay: _,
        echo,
        echo_wanted,
        transpose,
        tempo,
        master,
        fade_out,
        full_volume,
        changed_volumes: _,
        percussion_base,
        tracks,
    } = driver;
    StateHasher::hash_of(&(
        (music.command, music.current, start_delay, effect_voices, fast_forward, segments),
        (shadow, echo, echo_wanted, transpose, tempo, master),
        (fade_out, full_volume, percussion_base, tracks),
    ))
}

/// A driver that is run without a DSP.
pub(crate) struct Walker {
    pub(crate) interpreter: Interpreter<SilentSound>,
    fault: Option<Fault>,
}

impl Walker {
    pub(crate) fn new(player: &NspcPlayer) -> Self {
        Self { interpreter: player.interpreter().silent(), fault: player.fault().cloned() }
    }

    pub(crate) const fn ticks(&self) -> u64 {
        self.interpreter.progress.ticks
    }

    /// Runs to the next tick and gives the number of ticks so far; none if none comes any more.
    pub(crate) fn next_tick(&mut self, probe: &mut impl Probe<Event>) -> Option<u64> {
        let before = self.ticks();
        for _ in 0..PATIENCE {
            if self.fault.is_none() {
                self.fault = self.interpreter.run_pass(probe).err();
            }
            if self.fault.is_some() {
                return None;
            }
            if self.ticks() != before {
                return Some(self.ticks());
            }
        }
        None
    }

    pub(crate) const fn has_ended(&self) -> bool {
        self.interpreter.has_ended()
    }

    fn end_without_loop(self) -> SongEnd {
        let ticks = self.ticks();
        match self.fault {
            Some(fault) => SongEnd::Faults(fault),
            None => SongEnd::Unknown { ticks },
        }
    }
}

/// What each tick writes into the DSP.
#[derive(Default)]
struct Actions {
    hasher: StateHasher,
    ticks: Vec<(u64, u128)>,
    in_tick: bool,
}

impl Probe<Event> for Actions {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::DspWrite { register, value, .. } if self.in_tick => {
                (register, value).hash(&mut self.hasher)
            }
            Event::Pass { song_tick, .. } => self.in_tick = song_tick,
            _ => {}
        }
    }
}

impl Actions {
    fn finish_tick(&mut self, tick: u64, driver: &Driver) {
        self.in_tick = false;
        (driver.shadow, driver.echo.value, driver.tempo.value.whole()).hash(&mut self.hasher);
        self.ticks.push((tick, std::mem::take(&mut self.hasher).finish_wide()));
    }

    /// The loop, from two ticks that left the same state. What is heard may have begun to repeat before: the loop
    /// begins earlier as long as the ticks up to the first of the two did what those up to the second one did.
    fn earliest(&self, points: LoopPoints) -> LoopPoints {
        let before = |tick: u64| self.ticks.iter().rev().skip_while(move |(number, _)| *number > tick);
        let same = before(points.start)
            .zip(before(points.end))
            .take_while(|((_, start), (_, end))| start == end)
            .count() as u64;
        LoopPoints { start: points.start + 1 - same, end: points.end + 1 - same }
    }
}

/// Counts notes.
struct Surveyor {
    variant: &'static Variant,
    tracks: [TrackSurvey; TRACKS],
    instruments: [u8; TRACKS],
}

impl Surveyor {
    fn new(variant: &'static Variant) -> Self {
        Self { variant, tracks: Default::default(), instruments: [0; TRACKS] }
    }
}

impl Probe<Event> for Surveyor {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Instrument { channel, instrument, .. } => {
                if let Some(current) = self.instruments.get_mut(usize::from(channel)) {
                    *current = instrument;
                }
            }
            Event::Note { channel, value, .. } if self.variant.is_note(value) => {
                let channel = usize::from(channel);
                if let (Some(track), Some(&instrument)) =
                    (self.tracks.get_mut(channel), self.instruments.get(channel))
                {
                    track.notes += 1;
                    track.instruments.insert(instrument);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_begins_where_its_repetition_is_first_heard() {
        let ticks = (1..).zip([9, 8, 1, 2, 3, 1, 2, 3, 1]).collect();
        let actions = Actions { ticks, ..Actions::default() };
        let found = LoopPoints { start: 5, end: 8 };
        assert_eq!(actions.earliest(found), LoopPoints { start: 3, end: 6 });
    }
}

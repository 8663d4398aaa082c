//! How long a song is and where it loops, found by running the driver without computing sound.

use tatum_core::{Fault, LoopPoints, Player, Probe, RepetitionFinder};

use crate::event::Event;
use crate::player::{NdsPlayer, frame_of_wake};

/// Ticks after which the search for a loop gives up, whatever time was granted: it remembers every tick.
const MAX_TICKS: usize = 1 << 20;

/// How a song goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The script ends.
    Ends {
        /// First tick that is not played.
        tick: u64,
        /// Frame at which it would have come.
        frame: u64,
        /// First frame from which on nothing sounds, if that came within the time granted.
        silent_from: Option<u64>,
    },
    /// The script repeats.
    Loops(LoopPoints),
    /// No track ever executes anything again, but the sequence stays.
    Holds {
        /// First tick at which that is so.
        tick: u64,
    },
    /// Neither an end nor a loop within the time granted.
    Unknown,
    /// The script does something that hangs the console.
    Fault(Fault),
}

/// The course of a song: when its ticks fall, and how it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    /// How it ends.
    pub ending: Ending,
    first_tick: u64,
    tick_wakes: Vec<u32>,
}

impl Timeline {
    /// Follows a song from where `player` stands for at most `max_frames` frames.
    ///
    /// Ticks are those of the first sequence that was started. The random generator is left out of account: a song
    /// whose script only draws random notes still loops.
    #[must_use]
    pub fn of(player: &NdsPlayer, max_frames: u64) -> Self {
        let mut player = player.clone();
        let mut probe = TickProbe::default();
        let end = player.position().frames.saturating_add(max_frames);
        let ending = loop {
            if player.position().frames >= end || probe.tick_wakes.len() >= MAX_TICKS {
                break Ending::Unknown;
            }
            if !player.skip_to_wake(&mut probe) {
                break match player.fault() {
                    Some(fault) => Ending::Fault(fault.clone()),
                    None => Ending::Unknown,
                };
            }
            if probe.player.is_none() {
                probe.adopt(player.main_player());
            }
            if let Some(points) = probe.found {
                break if points.start >= probe.last_command_tick {
                    Ending::Holds { tick: points.start }
                } else {
                    Ending::Loops(points)
                };
            }
            if player.has_ended() {
                let tick = player.position().ticks;
                let frame = frame_of_wake(player.wakes().saturating_sub(1));
                break Ending::Ends { tick, frame, silent_from: silence_after(&mut player, end) };
            }
        };
        Self { ending, first_tick: probe.first_tick.unwrap_or(0), tick_wakes: probe.tick_wakes }
    }

    /// The frame before which a tick was executed; `None` outside of what was followed.
    ///
    /// Its notes reach the hardware one wake (170.5 frames) later.
    #[must_use]
    pub fn frame_of_tick(&self, tick: u64) -> Option<u64> {
        let index = usize::try_from(tick.checked_sub(self.first_tick)?).ok()?;
        let wake = self.tick_wakes.get(index)?;
        Some(frame_of_wake(u64::from(*wake)))
    }

    /// Number of ticks followed.
    #[must_use]
    pub fn ticks(&self) -> u64 {
        self.tick_wakes.len() as u64
    }
}

impl NdsPlayer {
    /// The frame before which sequence tick `tick` will be executed, found by running ahead without sound; `None` if
    /// it does not come within `max_frames`. For exact cuts after any number of loops.
    #[must_use]
    pub fn frame_of_tick(&self, tick: u64, max_frames: u64) -> Option<u64> {
        let mut player = self.clone();
        let end = player.position().frames.saturating_add(max_frames);
        while player.position().frames < end && player.skip_to_wake(&mut tatum_core::NullProbe) {
            if player.position().ticks > tick {
                return Some(frame_of_wake(player.wakes() - 1));
            }
        }
        None
    }
}

/// Runs on until no channel plays; gives that frame, to the wake.
fn silence_after(player: &mut NdsPlayer, end: u64) -> Option<u64> {
    while player.position().frames < end {
        if player.is_silent() {
            return Some(player.position().frames);
        }
        if !player.skip_to_wake(&mut tatum_core::NullProbe) {
            return None;
        }
    }
    None
}

/// Listens to the ticks of one driver player.
#[derive(Default)]
struct TickProbe {
    /// Once known; until then ticks are kept for all players.
    player: Option<u8>,
    early: Vec<(u8, u32, u64, Option<u128>)>,
    first_tick: Option<u64>,
    tick_wakes: Vec<u32>,
    finder: RepetitionFinder,
    found: Option<LoopPoints>,
    last_command_tick: u64,
}

impl TickProbe {
    /// Learns which player to listen to, and catches up with what it has done already.
    fn adopt(&mut self, player: Option<u8>) {
        self.player = player;
        if let Some(player) = player {
            for (_, tick, wake, script) in
                std::mem::take(&mut self.early).into_iter().filter(|(other, ..)| *other == player)
            {
                self.tick(tick, wake, script);
            }
        }
    }

    fn tick(&mut self, tick: u32, wake: u64, script: Option<u128>) {
        let tick = u64::from(tick);
        // The main player may be given to another sequence later; its ticks start over and mean nothing here.
        let first = *self.first_tick.get_or_insert(tick);
        if self.found.is_some() || tick != first + self.tick_wakes.len() as u64 {
            return;
        }
        self.tick_wakes.push(u32::try_from(wake).unwrap_or(u32::MAX));
        if let Some(script) = script {
            // The state after a tick is the state at the start of the next.
            self.found = self.finder.visit(tick + 1, script);
        }
    }
}

impl Probe<Event> for TickProbe {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Tick(tick) => match self.player {
                None => self.early.push((tick.player, tick.tick, tick.wake, tick.script)),
                Some(player) if player == tick.player => self.tick(tick.tick, tick.wake, tick.script),
                Some(_) => {}
            },
            Event::Command(command) if self.player.is_none_or(|player| player == command.player) => {
                self.last_command_tick = self.first_tick.unwrap_or(0) + self.tick_wakes.len() as u64 + 1;
            }
            Event::Command(_) | Event::Voice(_) | Event::Register(_) => {}
        }
    }
}

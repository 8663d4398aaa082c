//! The sequencer (nds-driver 3 and 5): sixteen players that share 32 tracks, and the interpreter of their scripts.
//!
//! `Sequencer::update` is the sequencer's part of a driver tick. The interpreter is one file per command family:
//! `flow` (jumps, calls, loops, tracks), `notes`, `parameters`, `variables`.

mod budget;
mod flow;
mod interpreter;
mod notes;
mod parameters;
mod player;
mod random;
mod track;
mod variables;

pub(crate) use budget::CommandBudget;
pub(crate) use player::{PLAYERS, PlayerIndex, SequencePlayer};
pub use random::RandomGenerator;
pub(crate) use track::TRACK_POOL;
pub(crate) use track::Track;
pub use track::TrackIndex;

use std::hash::{Hash, Hasher};

use tatum_core::{ChannelStatus, DiagnosticLog, Fault, Probe, StateHasher};

use crate::event::{Event, TickEvent};
use crate::song::SongData;
use crate::voice::Voices;
use std::sync::Arc;
use variables::VariableSet;

/// How a track is muted (nds-driver 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MuteMode {
    /// Notes sound again.
    Off,
    /// New notes are silent; sounding ones go on.
    New,
    /// Sounding ones are released as well.
    Release,
    /// Sounding ones are cut.
    Cut,
}

impl MuteMode {
    /// The mode of a number; others than 0 to 3 do nothing.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Off),
            1 => Some(Self::New),
            2 => Some(Self::Release),
            3 => Some(Self::Cut),
            _ => None,
        }
    }
}

/// What the sequencer shares with the rest of a driver tick.
pub(crate) struct TickContext<'a, P> {
    pub voices: &'a mut Voices,
    pub probe: &'a mut P,
    pub log: &'a mut DiagnosticLog,
    pub random: &'a mut RandomGenerator,
    pub budget: &'a mut CommandBudget,
    pub wake: u64,
}

/// All players and tracks.
#[derive(Clone, Debug)]
pub(crate) struct Sequencer {
    players: [SequencePlayer; PLAYERS],
    tracks: [Track; TRACK_POOL],
    globals: VariableSet,
}

impl Default for Sequencer {
    fn default() -> Self {
        Self {
            players: std::array::from_fn(|_| SequencePlayer::default()),
            tracks: [Track::default(); TRACK_POOL],
            globals: VariableSet::default(),
        }
    }
}

impl Sequencer {
    pub(crate) fn player(&self, index: PlayerIndex) -> &SequencePlayer {
        &self.players[index.index()]
    }

    pub(crate) fn player_mut(&mut self, index: PlayerIndex) -> &mut SequencePlayer {
        &mut self.players[index.index()]
    }

    fn track_mut(&mut self, index: TrackIndex) -> &mut Track {
        &mut self.tracks[index.index()]
    }

    /// The pool number of a player's track.
    pub(crate) fn track_of(&self, player: PlayerIndex, slot: usize) -> Option<TrackIndex> {
        self.player(player).tracks.get(slot).copied().flatten()
    }

    /// The state of a player's tracks, for displays.
    pub(crate) fn track_statuses(&self, player: PlayerIndex) -> impl Iterator<Item = ChannelStatus> {
        let tracks = self.player(player).tracks.iter();
        (0..).zip(tracks).filter_map(move |(slot, &index)| {
            let track = self.tracks.get(index?.index())?;
            let parameters = &track.parameters;
            Some(ChannelStatus {
                channel: (player.index() * 16) as u8 + slot,
                is_active: track.active,
                instrument: Some(track.notes.program),
                volume: f32::from(parameters.volume) * f32::from(parameters.expression) / (127.0 * 127.0),
                pan: f32::from(parameters.pan) / 64.0,
            })
        })
    }

    /// Whether any player has a sequence.
    pub(crate) fn is_any_active(&self) -> bool {
        self.players.iter().any(|player| player.active)
    }

    /// Sets a global variable, 0 to 15 of the global set.
    pub(crate) fn set_global(&mut self, number: usize, value: i16) {
        if let Some(variable) = self.globals.slot(number) {
            *variable = value;
        }
    }

    /// Gets a sequence ready at an offset into its events (nds-driver 3.1). A sequence that was there is stopped.
    pub(crate) fn prepare(
        &mut self,
        player: PlayerIndex,
        song: Arc<SongData>,
        start: u32,
        voices: &mut Voices,
    ) {
        if self.player(player).active {
            self.stop(player, voices);
        }
        let mut fresh = SequencePlayer::prepared(song);
        if let Some(first) = self.allocate_track() {
            let (position, mask) = flow::read_track_allocation(fresh.data(), start);
            self.track_mut(first).script.position = Some(position);
            fresh.tracks[0] = Some(first);
            for (slot, entry) in fresh.tracks.iter_mut().enumerate().skip(1) {
                if mask >> slot & 1 != 0 {
                    let Some(track) = self.allocate_track() else { break };
                    *entry = Some(track);
                }
            }
            fresh.active = true;
        }
        *self.player_mut(player) = fresh;
    }

    /// Stops a sequence: its notes fade with their own release (nds-driver 3.1).
    pub(crate) fn stop(&mut self, player: PlayerIndex, voices: &mut Voices) {
        for slot in 0..self.player(player).tracks.len() {
            self.stop_track(player, slot, voices);
        }
        self.player_mut(player).active = false;
    }

    /// Pauses or resumes a sequence. Pausing cuts its notes; resuming restarts none.
    pub(crate) fn pause(&mut self, player: PlayerIndex, on: bool, voices: &mut Voices) {
        self.player_mut(player).paused = on;
        if on {
            for slot in 0..self.player(player).tracks.len() {
                if let Some(track) = self.track_of(player, slot) {
                    self.release_voices(player, track, Some(127), voices);
                    voices.detach(track);
                }
            }
        }
    }

    /// Changes every selected track that exists.
    pub(crate) fn for_each_track(
        &mut self,
        player: PlayerIndex,
        mask: u16,
        mut change: impl FnMut(&mut Track),
    ) {
        for slot in 0..self.player(player).tracks.len() {
            if mask >> slot & 1 != 0
                && let Some(track) = self.track_of(player, slot)
            {
                change(self.track_mut(track));
            }
        }
    }

    /// Mutes or unmutes selected tracks (nds-driver 5.3).
    pub(crate) fn mute(&mut self, player: PlayerIndex, mask: u16, mode: MuteMode, voices: &mut Voices) {
        for slot in 0..self.player(player).tracks.len() {
            if mask >> slot & 1 != 0
                && let Some(track) = self.track_of(player, slot)
            {
                self.mute_track(player, track, mode, voices);
            }
        }
    }

    fn mute_track(&mut self, player: PlayerIndex, track: TrackIndex, mode: MuteMode, voices: &mut Voices) {
        self.track_mut(track).notes.muted = mode != MuteMode::Off;
        match mode {
            MuteMode::Off | MuteMode::New => {}
            MuteMode::Release => self.release_voices(player, track, None, voices),
            MuteMode::Cut => {
                self.release_voices(player, track, Some(127), voices);
                voices.detach(track);
            }
        }
    }

    /// The sequencer's part of a driver tick: the scripts of all players, then what their tracks hand to the voices
    /// (nds-driver 2.1, step 3).
    pub(crate) fn update<P: Probe<Event>>(&mut self, context: &mut TickContext<'_, P>) -> Result<(), Fault> {
        for player in PlayerIndex::all() {
            if !self.player(player).active {
                continue;
            }
            if self.player(player).prepared && !self.player(player).paused {
                self.run_due_ticks(player, context)?;
            }
            for slot in 0..self.player(player).tracks.len() {
                if let Some(track) = self.track_of(player, slot) {
                    let levels = self.levels(player, track);
                    context.voices.take_levels(track, &levels, true);
                }
            }
        }
        Ok(())
    }

    /// Runs the sequence ticks that the tempo makes due in this wake (nds-driver 3.2).
    fn run_due_ticks<P: Probe<Event>>(
        &mut self,
        player: PlayerIndex,
        context: &mut TickContext<'_, P>,
    ) -> Result<(), Fault> {
        for _ in 0..self.player_mut(player).tempo.take_due_ticks() {
            if !self.sequence_tick(player, context)? {
                self.stop(player, context.voices);
                break;
            }
            let tick = self.player(player).tick_counter;
            let wake = context.wake;
            context.probe.record(|| {
                Event::Tick(TickEvent {
                    wake,
                    player: player.index() as u8,
                    tick,
                    script: self.script_state(player),
                })
            });
            self.player_mut(player).tick_counter = tick.wrapping_add(1);
        }
        self.player_mut(player).tempo.advance();
        Ok(())
    }

    /// One sequence tick of all tracks of a player; `false` when none is left to play.
    fn sequence_tick<P: Probe<Event>>(
        &mut self,
        player: PlayerIndex,
        context: &mut TickContext<'_, P>,
    ) -> Result<bool, Fault> {
        let mut is_playing = false;
        for slot in 0..self.player(player).tracks.len() {
            let Some(track) = self.track_of(player, slot) else { continue };
            if self.track_mut(track).script.position.is_none() {
                continue;
            }
            if self.track_tick(player, slot, track, context)? {
                is_playing = true;
            } else {
                self.stop_track(player, slot, context.voices);
            }
        }
        Ok(is_playing)
    }

    fn levels(&self, player: PlayerIndex, track: TrackIndex) -> crate::voice::TrackLevels {
        let player = self.player(player);
        self.tracks[track.index()].levels(player.volume, player.fader)
    }

    fn release_voices(
        &mut self,
        player: PlayerIndex,
        track: TrackIndex,
        rate: Option<u8>,
        voices: &mut Voices,
    ) {
        let levels = self.levels(player, track);
        voices.release_all(track, &levels, rate);
    }

    /// Ends a track: its notes fade, its place in the pool is free.
    fn stop_track(&mut self, player: PlayerIndex, slot: usize, voices: &mut Voices) {
        if let Some(track) = self.track_of(player, slot) {
            self.release_voices(player, track, None, voices);
            voices.detach(track);
            self.track_mut(track).active = false;
            if let Some(entry) = self.player_mut(player).tracks.get_mut(slot) {
                *entry = None;
            }
        }
    }

    fn allocate_track(&mut self) -> Option<TrackIndex> {
        let free = TrackIndex::all().find(|&index| !self.tracks[index.index()].active)?;
        self.track_mut(free).initialise();
        Some(free)
    }

    /// Hash of everything that decides what a player's script does from here on. The tempo's fraction is left out, so
    /// that a loop of any length in wakes is found; the random generator is left out as well.
    fn script_state(&self, player: PlayerIndex) -> Option<u128> {
        let mut hasher = StateHasher::default();
        self.player(player).hash_script(&mut hasher);
        self.globals.hash(&mut hasher);
        let mut is_complete = true;
        for track in self.player(player).tracks {
            hasher.write_u8(u8::from(track.is_some()));
            if let Some(track) = track {
                is_complete &= self.tracks[track.index()].hash_script(&mut hasher);
            }
        }
        is_complete.then(|| hasher.finish_wide())
    }
}

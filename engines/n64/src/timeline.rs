//! Where ticks fall and where a song repeats, by executing its scripts without synthesising anything.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

use tatum_core::{DiagnosticLog, Fault, LoopPoints, NullProbe, Player, Probe, RepetitionFinder, StateHasher};

use crate::engine::Engine;
use crate::event::{EngineProbe, Event, Operation, ScriptPlace};
use crate::player::N64Player;
use crate::sequencer::abi::{ChannelOperation, LayerOperation};
use crate::sequencer::channel::Channel;
use crate::sequencer::layer::Layer;
use crate::sequencer::sequence_player::SequencePlayer;

/// How a song goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SongEnd {
    /// It repeats for ever.
    Loops(LoopPoints),
    /// Its script ends at a tick.
    Ends {
        /// Ticks until then.
        tick: u64,
    },
    /// Neither happened within the ticks that were looked at: [`SEARCHED_TICKS`], or four hours of sound.
    Unknown {
        /// How many those were.
        ticks: u64,
    },
    /// It does what would hang the console.
    Faults(Fault),
}

/// Ticks after which the search for an end is given up: over half an hour at the highest tempo.
pub const SEARCHED_TICKS: u64 = 600_000;
/// Seconds of sound after which it is given up as well: at the lowest tempos ticks are seconds apart.
const SEARCHED_SECONDS: u64 = 4 * 3600;
/// Updates without a tick after which nothing more is expected: a minute.
const PATIENCE: u64 = 15_000;

/// The course of a song: how it goes on, and where its ticks fall.
pub struct Timeline {
    /// How it goes on.
    pub end: SongEnd,
    /// The frame of every tick up to its end, or to where it has begun to repeat.
    tick_frames: Vec<u64>,
    /// Where the song has been followed to.
    walker: Walker,
}

impl Timeline {
    /// Follows a song. `player` is not changed.
    #[must_use]
    pub fn of(player: &N64Player) -> Self {
        let (mut walker, mut tick_frames) = (Walker::new(player), Vec::new());
        let end = follow(&mut walker, SEARCHED_TICKS, |frame| tick_frames.push(frame));
        Self { end, tick_frames, walker }
    }

    /// As [`frame_of_tick`], of the ticks that were followed until the end was known.
    #[must_use]
    pub fn frame_of_tick(&self, tick: u64) -> Option<u64> {
        self.tick_frames.get(usize::try_from(tick.checked_sub(1)?).ok()?).copied()
    }

    /// As [`frame_of_tick`], for `player`, whose course this is: follows the song on from where it was left, if the
    /// tick is behind that.
    pub fn follow_to_tick(&mut self, player: &N64Player, tick: u64) -> Option<u64> {
        if let Some(known) = self.frame_of_tick(tick) {
            return Some(known);
        }
        if tick < self.walker.tick {
            return frame_of_tick(player, tick);
        }
        self.walker.frame_of_tick(tick)
    }
}

/// Finds out how a song goes on. `player` is not changed.
#[must_use]
pub fn find_end(player: &N64Player) -> SongEnd {
    find_end_within(player, SEARCHED_TICKS)
}

/// As [`find_end`], but gives up after so many ticks.
#[must_use]
pub fn find_end_within(player: &N64Player, most_ticks: u64) -> SongEnd {
    follow(&mut Walker::new(player), most_ticks, |_| {})
}

/// As [`find_end_within`], from the song's start; `visit` gets the frame of each tick.
fn follow(walker: &mut Walker, most_ticks: u64, mut visit: impl FnMut(u64)) -> SongEnd {
    let most_frames = walker.player.rate().frames_in_seconds(SEARCHED_SECONDS);
    let mut finder = RepetitionFinder::default();
    finder.visit(0, state_of(&walker.player));
    let mut looped = None;
    while let Some(tick) = walker.next_tick(&mut NullProbe) {
        visit(walker.tick_frame);
        // The tick behind the loop's last one says where that ends.
        if let Some(points) = looped {
            return SongEnd::Loops(points);
        }
        if walker.has_ended() {
            return SongEnd::Ends { tick };
        }
        looped = finder.visit(tick, state_of(&walker.player));
        if looped.is_none() && (tick >= most_ticks || walker.frames >= most_frames) {
            return SongEnd::Unknown { ticks: tick };
        }
    }
    match (looped, walker.fault()) {
        (Some(points), _) => SongEnd::Loops(points),
        (None, Some(fault)) => SongEnd::Faults(fault),
        (None, None) if walker.has_ended() => SongEnd::Ends { tick: walker.tick },
        (None, None) => SongEnd::Unknown { ticks: walker.tick },
    }
}

/// The sample at which the chunk begins whose update makes tick number `tick` (the first is 1); none if the song
/// does not get there.
#[must_use]
pub fn frame_of_tick(player: &N64Player, tick: u64) -> Option<u64> {
    Walker::new(player).frame_of_tick(tick)
}

/// What one channel of a song does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelSurvey {
    /// Notes, of all its layers.
    pub notes: u64,
    /// Instrument numbers, as its commands name them: from 0x80 on waves, 0x7F drums.
    pub instruments: BTreeSet<u8>,
}

/// What a song does in its first `ticks` ticks, by channel slot, and what there is to say about it.
#[must_use]
pub fn survey(player: &N64Player, ticks: u64) -> (BTreeMap<u8, ChannelSurvey>, DiagnosticLog) {
    let mut walker = Walker::new(player);
    let mut surveyor = Surveyor::default();
    while walker.tick < ticks && walker.next_tick(&mut surveyor).is_some() {}
    (surveyor.channels, walker.player.engine().diagnostics.clone())
}

#[derive(Default)]
struct Surveyor {
    channels: BTreeMap<u8, ChannelSurvey>,
}

impl<'a> Probe<Event<'a>> for Surveyor {
    fn record(&mut self, event: impl FnOnce() -> Event<'a>) {
        let Event::Command { place, operation, operands, .. } = event() else { return };
        match (place, operation) {
            (ScriptPlace::Layer(channel, _), Operation::Layer(LayerOperation::Note(..))) => {
                self.channels.entry(channel).or_default().notes += 1;
            }
            (ScriptPlace::Channel(channel), Operation::Channel(ChannelOperation::Instrument))
            | (ScriptPlace::Layer(channel, _), Operation::Layer(LayerOperation::Instrument)) => {
                self.channels.entry(channel).or_default().instruments.insert(operands.u8(0));
            }
            _ => {}
        }
    }
}

/// A player that is walked through its updates.
struct Walker {
    player: N64Player,
    /// Samples and updates of the present frame that have not been walked yet.
    left: (u32, u32),
    frames: u64,
    tick: u64,
    tick_frame: u64,
    /// The sequence player's own count, which begins again when a sequence starts itself.
    player_tick: u64,
}

impl Walker {
    fn new(player: &N64Player) -> Self {
        Self { player: player.clone(), left: (0, 0), frames: 0, tick: 0, tick_frame: 0, player_tick: 0 }
    }

    /// Walks to the next tick and gives the number of ticks so far; none if none comes any more.
    fn next_tick<P: EngineProbe>(&mut self, probe: &mut P) -> Option<u64> {
        for _ in 0..PATIENCE {
            if self.left.1 == 0 {
                self.left = self.player.begin_frame();
            }
            let begin = self.frames;
            self.frames += u64::from(self.player.walk_update(&mut self.left, probe));
            if self.fault().is_some() {
                return None;
            }
            let player_tick = self.player.sequence_player().ticks;
            if player_tick != self.player_tick {
                self.tick += player_tick.checked_sub(self.player_tick).unwrap_or(1);
                self.player_tick = player_tick;
                self.tick_frame = begin;
                return Some(self.tick);
            }
        }
        None
    }

    /// Walks to a tick that it has not passed, the first one at least; gives its frame.
    fn frame_of_tick(&mut self, tick: u64) -> Option<u64> {
        while self.tick < tick.max(1) {
            self.next_tick(&mut NullProbe)?;
        }
        Some(self.tick_frame)
    }

    fn has_ended(&self) -> bool {
        !self.player.sequence_player().enabled
    }

    fn fault(&self) -> Option<Fault> {
        self.player.engine().fault.clone()
    }
}

/// A hash of everything that decides what a song's scripts will do from here on.
fn state_of(player: &N64Player) -> u128 {
    let mut hasher = StateHasher::default();
    hash_player(player.sequence_player(), player.engine(), &mut hasher);
    hasher.finish_wide()
}

fn hash_player(player: &SequencePlayer, engine: &Engine, hasher: &mut StateHasher) {
    (player.muted, player.fade_state, player.fade_remaining, player.mute_behavior).hash(hasher);
    (player.fade_volume.to_bits(), player.volume.to_bits(), player.mute_volume_scale.to_bits()).hash(hasher);
    (player.tempo, player.transposition, player.delay, player.variation).hash(hasher);
    (player.allocation_policy, player.gate_table, player.velocity_table).hash(hasher);
    (player.tempo_change, player.fade_time, player.is_stopped, player.value, player.ports).hash(hasher);
    (player.fade_volume_scale.to_bits(), player.bend.to_bits()).hash(hasher);
    engine.random.hash(hasher);
    player.script.hash(hasher);
    player.data.as_ref().map(crate::format::sequence::SequenceData::fingerprint).hash(hasher);
    engine.dummy_ports.hash(hasher);
    for slot in player.slots {
        slot.is_some().hash(hasher);
        if let Some(id) = slot {
            hash_channel(&engine.channels()[id.index()], engine, hasher);
        }
    }
}

fn hash_channel(channel: &Channel, engine: &Engine, hasher: &mut StateHasher) {
    (channel.enabled, channel.finished, channel.stop_script, channel.has_instrument).hash(hasher);
    channel.ports.hash(hasher);
    if !channel.enabled {
        return;
    }
    (channel.stereo_effects, channel.large_notes, channel.mute_behavior, channel.allocation_policy)
        .hash(hasher);
    (channel.priority, channel.reverb, channel.bank, channel.instrument, channel.transposition).hash(hasher);
    (channel.delay, channel.dynamic_table, channel.envelope, channel.release_rate, channel.sustain)
        .hash(hasher);
    for value in [channel.volume, channel.volume_scale, channel.frequency_scale] {
        value.to_bits().hash(hasher);
    }
    (channel.pan, channel.pan_weight, channel.reverb_unit, channel.book_offset, channel.gain).hash(hasher);
    (channel.release_priority, channel.stereo_bits, channel.muted, channel.filter, channel.comb).hash(hasher);
    (channel.velocity_variance, channel.gate_variance, channel.surround, channel.start_offset).hash(hasher);
    (channel.pointer, channel.value).hash(hasher);
    channel.vibrato.hash(hasher);
    channel.script.hash(hasher);
    for layer in channel.layers {
        layer.is_some().hash(hasher);
        if let Some(id) = layer {
            hash_layer(&engine.layers()[id.index()], hasher);
        }
    }
}

fn hash_layer(layer: &Layer, hasher: &mut StateHasher) {
    (layer.enabled, layer.finished).hash(hasher);
    if !layer.enabled {
        return;
    }
    (layer.stopped, layer.continuous, layer.delay, layer.gap, layer.default_delay, layer.last_delay)
        .hash(hasher);
    (layer.gate, layer.transposition, layer.velocity_square.to_bits(), layer.pan).hash(hasher);
    (layer.portamento.mode, layer.portamento_target, layer.portamento_time).hash(hasher);
    (layer.envelope, layer.release_rate, layer.instrument, layer.sound).hash(hasher);
    (layer.has_died, layer.ignores_drum_pan, layer.stereo_bits, layer.surround, layer.flags).hash(hasher);
    (layer.frequency_scale.to_bits(), layer.bend.to_bits(), layer.velocity_base.to_bits()).hash(hasher);
    layer.script.hash(hasher);
    hasher.write_u8(0xFF);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::author::built_in;
    use crate::format::sequence::SequenceData;
    use crate::profile::Generation;
    use crate::{EngineVersion, Settings};

    #[test]
    fn a_song_that_is_followed_on_has_its_ticks_where_one_followed_anew_has_them() {
        let overture = include_bytes!("../../../examples/overture.m64");
        let data = SequenceData::new("overture", overture).unwrap();
        let sounds = built_in::sounds(Generation::First).unwrap();
        let player = N64Player::new(data, sounds, Settings::new(EngineVersion::Sm64Us)).unwrap();
        let mut timeline = Timeline::of(&player);
        let SongEnd::Loops(points) = timeline.end else { panic!("{:?}", timeline.end) };
        let (end, length) = (points.end, points.length());
        // Back and forth, before and behind where it was left.
        for tick in [end + length, 1, end + 5, end + length + 30, end + length, end, 0] {
            assert_eq!(timeline.follow_to_tick(&player, tick), frame_of_tick(&player, tick), "{tick}");
        }
    }

    #[test]
    fn a_song_at_the_lowest_tempo_is_not_followed_for_hours() {
        // Tempo 1, a wait of 32,767 ticks, the end: eleven hours.
        let data = SequenceData::new("slow", &[0xDD, 1, 0xFD, 0xFF, 0xFF, 0xFF]).unwrap();
        let sounds = built_in::sounds(Generation::First).unwrap();
        let player = N64Player::new(data, sounds, Settings::new(EngineVersion::Sm64Us)).unwrap();
        let end = find_end(&player);
        let SongEnd::Unknown { ticks } = end else { panic!("{end:?}") };
        assert!((11_000..12_000).contains(&ticks), "{ticks}");
    }
}

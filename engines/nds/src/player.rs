//! The clock: which wake of the driver falls on which frame.

use std::sync::Arc;

use tatum_core::{
    ChannelStatus, DiagnosticLog, EnvelopeStage, Fault, FormatError, Frame, LoopPoints, Mutes, NullProbe,
    Player, Position, Probe, Rate, Tempo, VoiceStatus,
};

use crate::driver::{Driver, ResolvedCall};
use crate::event::Event;
use crate::format::sdat::Sdat;
use crate::hardware::registers::level;
use crate::hardware::{CHANNELS, Memory, OutputBits, SoundUnit};
use crate::host::{HostCall, HostEvent};
use crate::sequencer::{CommandBudget, PlayerIndex, RandomGenerator};
use crate::song::{SequenceId, Song};
use crate::voice::{Bus, EnvelopeStatus, Voice};

/// Bus cycles between two wakes of the driver: 2728 * 64 (nds-driver 2).
pub const CYCLES_PER_WAKE: u64 = 2728 * 64;
/// Bus cycles per output frame.
pub const CYCLES_PER_FRAME: u64 = 1024;
/// Ticks of a quarter note (nds-driver 3.2: 240 per wake at a tempo of 240 beats per minute).
const TICKS_PER_BEAT: u32 = 48;
/// Frames per second: one per 1024 cycles of the 33.513982 MHz bus clock.
pub const RATE: Rate = Rate::new(16_756_991, 512);

/// How a console is set up before anything plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Width of the output.
    pub output: OutputBits,
    /// State of the random generator at wake 0.
    pub random_state: u32,
    /// Commands that scripts may execute while no time passes. On the console they would go on for ever; here the
    /// song ends with a fault.
    pub most_commands: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            output: OutputBits::Sixteen,
            random_state: RandomGenerator::START,
            most_commands: CommandBudget::USUAL,
        }
    }
}

/// Plays sequences of a sound archive as the console does.
///
/// A wake happens every 170.5 frames: wake `n` before frame `floor(170.5 n)`. What it decides is written to the
/// hardware by the wake after it.
#[derive(Clone, Debug)]
pub struct NdsPlayer {
    driver: Driver,
    sound: SoundUnit,
    calls: Arc<[ResolvedCall]>,
    next_call: usize,
    /// Number of the next wake.
    wake: u64,
    frames: u64,
    loop_points: Option<LoopPoints>,
    mutes: Mutes,
    fault: Option<Fault>,
}

/// The frame before which a wake happens: `floor(170.5 * wake)`.
#[must_use]
pub const fn frame_of_wake(wake: u64) -> u64 {
    // 128 bits: no wake number overflows.
    (wake as u128 * CYCLES_PER_WAKE as u128 / CYCLES_PER_FRAME as u128) as u64
}

impl NdsPlayer {
    /// A player that starts one sequence at once.
    ///
    /// # Errors
    ///
    /// If the sequence or something it needs does not exist.
    pub fn new(archive: &Sdat, sequence: SequenceId, options: Options) -> Result<Self, FormatError> {
        let start = HostEvent { tick: 0, call: HostCall::Start { handle: 0, sequence } };
        Self::with_schedule(archive, &[start], options)
    }

    /// A player that performs a game's calls. They are sorted by tick; calls of one tick keep their order.
    ///
    /// # Errors
    ///
    /// If the first sequence to be started, or something it needs, does not exist. Later ones that do not exist are
    /// refused when their time comes, as on the console.
    pub fn with_schedule(
        archive: &Sdat,
        schedule: &[HostEvent],
        options: Options,
    ) -> Result<Self, FormatError> {
        let mut log = DiagnosticLog::default();
        for diagnostic in archive.diagnostics() {
            log.push(diagnostic.clone());
        }
        let mut schedule = schedule.to_vec();
        schedule.sort_by_key(|event| event.tick);
        let mut has_started = false;
        let mut calls = Vec::with_capacity(schedule.len());
        for HostEvent { tick, call } in schedule {
            let song = match call {
                HostCall::Start { sequence, .. } => match Song::find(archive, sequence) {
                    Err(error) if !has_started => return Err(error),
                    found => {
                        has_started = true;
                        found.ok()
                    }
                },
                _ => None,
            };
            calls.push(ResolvedCall { tick, call, song });
        }
        Ok(Self {
            driver: Driver::new(options.random_state, CommandBudget::new(options.most_commands), log),
            sound: SoundUnit::new(Memory::new(archive.bytes().clone()), options.output),
            calls: calls.into(),
            next_call: 0,
            wake: 0,
            frames: 0,
            loop_points: None,
            mutes: Mutes::NONE,
            fault: None,
        })
    }

    /// Renders as [`Player::render`] does, and tells `probe` everything that happens.
    ///
    /// ```no_run
    /// # fn get() -> tatum_nds::NdsPlayer { unimplemented!() }
    /// use tatum_core::Frame;
    /// use tatum_nds::trace::RegisterTrace;
    ///
    /// let mut player: tatum_nds::NdsPlayer = get();
    /// let mut trace = RegisterTrace::default();
    /// player.render_with_probe(&mut [Frame::SILENCE; 512], &mut trace);
    /// print!("{}", trace.take());
    /// ```
    pub fn render_with_probe(&mut self, out: &mut [Frame], probe: &mut impl Probe<Event>) -> usize {
        let mut done = 0;
        while let Some(rest) = out.get_mut(done..).filter(|rest| !rest.is_empty()) {
            if !self.wake_if_due(probe) {
                break;
            }
            let count = rest.len().min(self.frames_to_wake());
            if let Some(block) = rest.get_mut(..count) {
                self.sound.render(block);
            }
            self.frames += count as u64;
            done += count;
        }
        done
    }

    /// Runs the driver without computing sound up to the next wake, wake included. `false` after a fault.
    ///
    /// Everything but the sound is as if the frames had been rendered.
    pub(crate) fn skip_to_wake(&mut self, probe: &mut impl Probe<Event>) -> bool {
        let frames = self.frames_to_wake();
        self.sound.skip(frames as u32);
        self.frames += frames as u64;
        self.wake_if_due(probe)
    }

    /// Wakes of the driver so far.
    #[must_use]
    pub const fn wakes(&self) -> u64 {
        self.wake
    }

    /// Whether any sequence is running (sounds may ring on when none is).
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.driver.sequencer.is_any_active()
    }

    /// Whether no hardware channel plays.
    pub(crate) fn is_silent(&self) -> bool {
        (0..CHANNELS).all(|channel| !self.sound.is_busy(channel))
    }

    /// Which driver player runs the first sequence that was started.
    pub(crate) fn main_player(&self) -> Option<u8> {
        self.driver.main_player.map(|player| player.index() as u8)
    }

    const fn frames_to_wake(&self) -> usize {
        (frame_of_wake(self.wake) - self.frames) as usize
    }

    /// Runs the next wake if its frame has come; `false` after a fault.
    fn wake_if_due(&mut self, probe: &mut impl Probe<Event>) -> bool {
        if self.fault.is_some() {
            return false;
        }
        if self.frames < frame_of_wake(self.wake) {
            return true;
        }
        let wake = self.wake;
        let mut bus = Bus { sound: &mut self.sound, probe, wake: -1, cycle: 0 };
        if wake == 0 {
            Driver::start(&mut bus);
        }
        bus.wake = wake.cast_signed();
        bus.cycle = wake.wrapping_mul(CYCLES_PER_WAKE);
        let pending = self.calls.get(self.next_call..).unwrap_or_default();
        let due = pending.iter().take_while(|call| call.tick <= wake).count();
        if let Err(fault) = self.driver.wake(wake, pending.get(..due).unwrap_or_default(), &mut bus) {
            self.fault = Some(fault);
            return false;
        }
        self.next_call += due;
        self.wake += 1;
        self.apply_mutes();
        true
    }

    /// Tells the mixer which channels to leave out.
    fn apply_mutes(&mut self) {
        if self.mutes.is_empty() {
            self.sound.silence(0);
            return;
        }
        let mut silenced = 0;
        for (channel, label) in self.driver.sounding.iter().enumerate() {
            let is_return = label.channel.is_none() && self.mutes.silences_returns();
            if is_return || self.mutes.silences(channel as u8, label.channel) {
                silenced |= 1 << channel;
            }
        }
        self.sound.silence(silenced);
    }

    fn voice_status(&self, voice: usize) -> VoiceStatus {
        let control = self.sound.control(voice);
        let label = self.driver.sounding.get(voice).copied().unwrap_or_default();
        if !control.is_busy() {
            return VoiceStatus { voice: voice as u8, ..VoiceStatus::default() };
        }
        let divider = [1.0, 2.0, 4.0, 16.0].get(usize::from(control.divider())).copied().unwrap_or(1.0f32);
        let volume = level(control.volume()) as f32 / 128.0 / divider;
        let right = level(control.pan()) as f32 / 128.0;
        let owner = self.driver.voices.owner(voice);
        let playing = self.driver.voices.all().get(voice).filter(|voice| voice.is_active());
        let held = playing.filter(|voice| !matches!(voice.envelope_status(), EnvelopeStatus::Release));
        let stage = match playing {
            None => EnvelopeStage::Release,
            Some(voice) => match voice.envelope_status() {
                EnvelopeStatus::Attack => EnvelopeStage::Attack,
                EnvelopeStatus::Decay => EnvelopeStage::Decay,
                EnvelopeStatus::Sustain => EnvelopeStage::Sustain,
                EnvelopeStatus::Release => EnvelopeStage::Release,
            },
        };
        VoiceStatus {
            voice: voice as u8,
            channel: owner.and(label.channel),
            layer: None,
            instrument: Some(label.program),
            key: held.map(Voice::key),
            pitch: 512.0 / (65536.0 - f32::from(self.sound.timer_reload(voice))),
            left: volume * (1.0 - right),
            right: volume * right,
            stage,
        }
    }
}

impl Player for NdsPlayer {
    fn rate(&self) -> Rate {
        RATE
    }

    fn render(&mut self, out: &mut [Frame]) -> usize {
        self.render_with_probe(out, &mut NullProbe)
    }

    fn position(&self) -> Position {
        let ticks = self
            .driver
            .main_player
            .map_or(0, |player| u64::from(self.driver.sequencer.player(player).tick_counter));
        // The counter already stands on the next tick; a round is complete when its successor's first tick has run.
        let loops = self.loop_points.map_or(0, |points| points.loops_at(ticks.saturating_sub(1)));
        Position { ticks, loops, frames: self.frames }
    }

    fn has_ended(&self) -> bool {
        self.wake > 0 && self.next_call == self.calls.len() && !self.is_playing()
    }

    fn set_loop_points(&mut self, points: Option<LoopPoints>) {
        self.loop_points = points;
    }

    fn voices(&self, out: &mut Vec<VoiceStatus>) {
        out.clear();
        out.extend((0..CHANNELS).map(|voice| self.voice_status(voice)));
    }

    fn channels(&self, out: &mut Vec<ChannelStatus>) {
        out.clear();
        out.extend(PlayerIndex::all().flat_map(|player| self.driver.sequencer.track_statuses(player)));
    }

    fn tempo(&self) -> Option<Tempo> {
        let tempo = self.driver.sequencer.player(self.driver.main_player?).tempo;
        let beats_per_minute = f32::from(tempo.beats) * f32::from(tempo.ratio) / 256.0;
        Some(Tempo { beats_per_minute, ticks_per_beat: TICKS_PER_BEAT })
    }

    fn mutes(&self) -> &Mutes {
        &self.mutes
    }

    fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
        self.apply_mutes();
    }

    fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    fn diagnostics(&self) -> &DiagnosticLog {
        &self.driver.log
    }
}

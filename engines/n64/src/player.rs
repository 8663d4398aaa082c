//! The clock: which update and which tick fall on which sample.

use tatum_core::{
    ChannelStatus, DiagnosticLog, Fault, FormatError, Frame, LoopPoints, Mutes, NullProbe, Player, Position,
    Rate, Tempo, VoiceStatus,
};

use crate::engine::{Engine, SoundMode};
use crate::event::{EngineProbe, Event};
use crate::format::sequence::SequenceData;
use crate::hardware::audio_interface::AudioInterface;
use crate::ids::PlayerId;
use crate::profile::{EngineVersion, Generation, Preset, TelevisionSystem, Timing};
use crate::sequencer::host::HostAction;
use crate::sound_memory::SoundMemory;
use crate::synthesis::Synthesizer;

/// Voices the engine can be given.
pub const MAX_VOICES: u8 = crate::voice::lists::MAX_VOICES as u8;

/// Shortest ring of the later generations, in samples.
const MIN_LATER_WINDOW: u32 = 0x100;

/// How a song is started.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The engine's version.
    pub version: EngineVersion,
    /// The session preset.
    pub preset: Preset,
    /// The game's sound setting.
    pub sound_mode: SoundMode,
    /// The player that plays the sequence: 0 music, 1 jingles, 2 sound effects.
    pub player: u8,
    /// Updates of a fade-in; only players other than 0 have one.
    pub fade_in_updates: u16,
    /// Whether the game asks for the sequence's variation.
    pub variation: bool,
    /// Frames of silence before the song.
    pub warm_up_frames: u32,
    /// What the game does while the song plays, in order of their frames.
    pub actions: Vec<ScheduledAction>,
    /// The television system (Zelda generation).
    pub television: TelevisionSystem,
    /// The starts of sequences, in order of their frames. Without any, sequence 0 is started on `player` in frame 0.
    pub starts: Vec<ScheduledStart>,
}

impl Settings {
    /// The game's usual start: preset 0, stereo, on the music player.
    #[must_use]
    pub const fn new(version: EngineVersion) -> Self {
        Self {
            version,
            preset: version.presets()[0],
            sound_mode: SoundMode::Stereo,
            player: 0,
            fade_in_updates: 0,
            variation: false,
            warm_up_frames: version.profile().warm_up_frames,
            actions: Vec::new(),
            television: TelevisionSystem::Ntsc,
            starts: Vec::new(),
        }
    }
}

/// Something the game does immediately before an audio frame is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledAction {
    /// Frame number from the song's start.
    pub frame: u32,
    /// What it does.
    pub action: HostAction,
}

/// The start of a numbered sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScheduledStart {
    /// Frame number.
    pub frame: u32,
    /// The player.
    pub player: u8,
    /// Sequence number.
    pub sequence: u8,
    /// Updates of the fade-in.
    pub fade_in: u16,
}

/// A sequence playing on the console.
#[derive(Clone)]
pub struct N64Player {
    engine: Engine,
    synthesizer: Synthesizer,
    interface: AudioInterface,
    settings: Settings,
    next_action: usize,
    next_start: usize,
    outputs: RecentOutputs,
    frame: i64,
    buffer: Vec<Frame>,
    consumed: usize,
    rendered: u64,
    loop_points: Option<LoopPoints>,
    mutes: Mutes,
}

impl N64Player {
    /// Boots the console and starts a sequence.
    ///
    /// # Errors
    ///
    /// If a setting is outside what the engine can do: the message says which.
    pub fn new(sequence: SequenceData, sounds: SoundMemory, settings: Settings) -> Result<Self, FormatError> {
        Self::with_probe(sequence, sounds, settings, &mut NullProbe)
    }

    /// As [`N64Player::new`], observed from boot on.
    ///
    /// # Errors
    ///
    /// As [`N64Player::new`].
    pub fn with_probe<P: EngineProbe>(
        sequence: SequenceData,
        sounds: SoundMemory,
        settings: Settings,
        probe: &mut P,
    ) -> Result<Self, FormatError> {
        Self::with_sequences(vec![sequence], sounds, settings, probe)
    }

    /// As [`N64Player::with_probe`], with several sequences that the settings start by number.
    ///
    /// # Errors
    ///
    /// As [`N64Player::new`], and if there is no sequence.
    pub fn with_sequences<P: EngineProbe>(
        sequences: Vec<SequenceData>,
        sounds: SoundMemory,
        settings: Settings,
        probe: &mut P,
    ) -> Result<Self, FormatError> {
        settings.check(sequences.len())?;
        let mut engine =
            Engine::new(settings.version, settings.preset, settings.sound_mode, settings.television, sounds);
        engine.sequences = sequences.into();
        let mut player = Self {
            synthesizer: Synthesizer::new(&engine),
            interface: AudioInterface::new(engine.timing.frames),
            engine,
            next_action: 0,
            next_start: 0,
            outputs: RecentOutputs::new(),
            frame: -i64::from(settings.warm_up_frames),
            settings,
            buffer: Vec::with_capacity(1024),
            consumed: 0,
            rendered: 0,
            loop_points: None,
            mutes: Mutes::NONE,
        };
        while player.frame < 0 {
            player.render_frame(probe);
        }
        player.consumed = player.buffer.len();
        if player.settings.starts.is_empty() {
            let start = ScheduledStart {
                frame: 0,
                player: player.settings.player,
                sequence: 0,
                fade_in: player.settings.fade_in_updates,
            };
            player.settings.starts.push(start);
        }
        Ok(player)
    }

    fn start(&mut self, start: ScheduledStart) {
        let id = PlayerId(start.player);
        if !self.engine.generation().is_zelda() {
            self.engine.players[id.index()].variation = if self.settings.variation { i8::MIN } else { 0 };
        }
        self.engine.start_numbered_sequence(id, start.sequence, start.fade_in);
        if self.engine.generation() == Generation::First && id != PlayerId(0) {
            self.engine.players[id.index()].fade_in(start.fade_in);
        }
    }

    /// Renders as [`Player::render`], with a probe.
    pub fn render_with_probe<P: EngineProbe>(&mut self, out: &mut [Frame], probe: &mut P) -> usize {
        let mut written = 0;
        while written < out.len() {
            if self.consumed == self.buffer.len() {
                if self.engine.fault.is_some() {
                    break;
                }
                self.render_frame(probe);
                self.consumed = 0;
                if self.engine.fault.is_some() {
                    self.buffer.clear();
                    break;
                }
            }
            let count = (self.buffer.len() - self.consumed).min(out.len() - written);
            out[written..written + count].copy_from_slice(&self.buffer[self.consumed..self.consumed + count]);
            self.consumed += count;
            written += count;
        }
        self.rendered += written as u64;
        written
    }

    /// Computes the next audio frame into the buffer: its updates and their chunks, then the whole list.
    fn render_frame<P: EngineProbe>(&mut self, probe: &mut P) {
        let length = self.interface.next_frame();
        let frame = self.frame;
        probe.record(|| Event::Frame { frame, samples: length.samples, remaining: length.remaining });
        self.run_actions();
        // The first generation synthesises each chunk directly after its update, the later ones all of them after
        // the last update.
        let is_interleaved = self.engine.generation() == Generation::First;
        let updates = self.engine.timing.updates_per_frame;
        let mut left = (length.samples, updates);
        for update in 0..updates {
            let chunk = self.engine.timing.take_chunk(&mut left);
            self.engine.update(update, probe);
            if self.engine.fault.is_some() {
                return;
            }
            probe.record(|| Event::Update { frame, update, chunk, engine: &self.engine });
            if is_interleaved {
                self.synthesizer.sequence_chunk(&mut self.engine, update, chunk);
            }
        }
        if !is_interleaved {
            let mut left = (length.samples, updates);
            for update in 0..updates {
                let chunk = self.engine.timing.take_chunk(&mut left);
                self.synthesizer.sequence_chunk(&mut self.engine, update, chunk);
            }
        }
        self.end_frame_without_synthesis();
        self.synthesizer.run_frame(&mut self.engine, frame, &mut self.buffer, probe);
        self.outputs.push(&self.buffer);
        probe.record(|| Event::FrameEnd { frame, samples: length.samples });
        self.frame += 1;
    }

    /// The random numbers of the next frame depend on what the buffer held that this frame's list overwrites.
    fn end_frame_without_synthesis(&mut self) {
        let sample = self.outputs.sample(self.engine.random.task());
        self.engine.random.end_frame(sample);
    }

    /// Begins a frame without synthesis: its samples and updates.
    pub(crate) fn begin_frame(&mut self) -> (u32, u32) {
        let length = self.interface.next_frame();
        self.run_actions();
        self.frame += 1;
        (length.samples, self.engine.timing.updates_per_frame)
    }

    /// One update without synthesis: the samples of its chunk, taken from what is left of the frame.
    pub(crate) fn walk_update<P: EngineProbe>(&mut self, left: &mut (u32, u32), probe: &mut P) -> u32 {
        let number = self.engine.timing.updates_per_frame - left.1;
        self.engine.update(number, probe);
        if left.1 == 1 {
            self.end_frame_without_synthesis();
        }
        self.engine.timing.take_chunk(left)
    }

    fn run_actions(&mut self) {
        while let Some(&start) = self.settings.starts.get(self.next_start)
            && i64::from(start.frame) <= self.frame
        {
            self.start(start);
            self.next_start += 1;
        }
        while let Some(scheduled) = self.settings.actions.get(self.next_action)
            && i64::from(scheduled.frame) <= self.frame
        {
            self.engine.execute_action(PlayerId(self.settings.player), scheduled.action);
            self.next_action += 1;
        }
    }

    /// The engine, to be looked at.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The player that plays the sequence.
    pub(crate) fn sequence_player(&self) -> &crate::sequencer::sequence_player::SequencePlayer {
        &self.engine.players[self.settings.player as usize]
    }

    /// The session's clocks.
    #[must_use]
    pub const fn timing(&self) -> &Timing {
        &self.engine.timing
    }
}

/// The beginnings of the last three output buffers, which the Zelda generation's random numbers look at.
#[derive(Clone)]
struct RecentOutputs {
    buffers: [[i16; Self::SAMPLES]; 3],
    next: usize,
}

impl RecentOutputs {
    /// As many samples of a buffer as are looked at.
    const SAMPLES: usize = 256;

    const fn new() -> Self {
        Self { buffers: [[0; Self::SAMPLES]; 3], next: 0 }
    }

    /// A sample of the buffer that is overwritten next.
    fn sample(&self, task: u32) -> i16 {
        self.buffers[self.next][task as usize % Self::SAMPLES]
    }

    fn push(&mut self, frames: &[Frame]) {
        let buffer = &mut self.buffers[self.next];
        for (pair, frame) in buffer.chunks_exact_mut(2).zip(frames) {
            pair.copy_from_slice(&[frame.left, frame.right]);
        }
        self.next = (self.next + 1) % 3;
    }
}

impl Settings {
    fn check(&self, sequences: usize) -> Result<(), FormatError> {
        let error = |field, expected: String, found: String| {
            Err(FormatError::invalid("settings", 0, field, expected, found))
        };
        let players = self.version.profile().players;
        let started = self.starts.iter().map(|start| start.player).chain([self.player]);
        if let Some(player) = started.into_iter().find(|&player| player >= players) {
            return error("player", format!("0 to {}", players - 1), player.to_string());
        }
        let numbers = self.starts.iter().map(|start| usize::from(start.sequence)).chain([0]);
        if let Some(number) = numbers.into_iter().find(|&number| number >= sequences) {
            return error("sequence", format!("a number below {sequences}"), number.to_string());
        }
        let preset = &self.preset;
        if preset.voices == 0 || preset.voices > MAX_VOICES {
            return error("voices", format!("1 to {MAX_VOICES}"), preset.voices.to_string());
        }
        for unit in preset.reverbs.iter().flatten() {
            if !unit.window.is_multiple_of(8) || unit.window > 0x4000 {
                let expected = "a multiple of 8 up to 16384 samples".into();
                return error("reverb window", expected, unit.window.to_string());
            }
            // Shorter rings would be overwritten within one chunk.
            if self.version.generation() != Generation::First && unit.window < MIN_LATER_WINDOW {
                let expected = format!("at least {MIN_LATER_WINDOW} samples");
                return error("reverb window", expected, unit.window.to_string());
            }
            if !self.version.generation().allows_downsample(unit.downsample) {
                return error("reverb downsample", "one the engine has".into(), unit.downsample.to_string());
            }
            if unit.tap_delay > unit.window {
                return error("second tap", "inside the reverb window".into(), unit.tap_delay.to_string());
            }
            if unit.low_pass.iter().any(|&row| row > 15) {
                return error("reverb low-pass", "0 to 15".into(), format!("{:?}", unit.low_pass));
            }
        }
        // A chunk must fit into the signal processor's buffers.
        if !(8000..=32100).contains(&preset.rate) {
            return error("rate", "8000 to 32100 Hz".into(), preset.rate.to_string());
        }
        if self.warm_up_frames > 3600 {
            return error("warm-up frames", "at most 3600".into(), self.warm_up_frames.to_string());
        }
        Ok(())
    }
}

impl Player for N64Player {
    fn rate(&self) -> Rate {
        self.engine.timing.rate()
    }

    fn render(&mut self, out: &mut [Frame]) -> usize {
        self.render_with_probe(out, &mut NullProbe)
    }

    fn position(&self) -> Position {
        let ticks = self.sequence_player().ticks;
        Position {
            ticks,
            loops: self.loop_points.map_or(0, |points| points.loops_at(ticks)),
            frames: self.rendered,
        }
    }

    fn has_ended(&self) -> bool {
        !self.sequence_player().enabled
    }

    fn set_loop_points(&mut self, points: Option<LoopPoints>) {
        self.loop_points = points;
    }

    fn voices(&self, out: &mut Vec<VoiceStatus>) {
        out.clear();
        let voices = self.engine.voices.iter().enumerate();
        out.extend(voices.map(|(index, voice)| self.engine.voice_status(index, voice)));
    }

    fn channels(&self, out: &mut Vec<ChannelStatus>) {
        out.clear();
        out.extend(self.engine.channel_statuses(self.sequence_player()));
    }

    fn tempo(&self) -> Option<Tempo> {
        Some(self.engine.tempo_of(self.sequence_player()))
    }

    fn mutes(&self) -> &Mutes {
        &self.mutes
    }

    fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
        self.synthesizer.set_mutes(mutes);
    }

    fn fault(&self) -> Option<&Fault> {
        self.engine.fault.as_ref()
    }

    fn diagnostics(&self) -> &DiagnosticLog {
        &self.engine.diagnostics
    }
}

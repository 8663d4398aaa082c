//! The clock: which update and which tick fall on which sample.

use tatum_core::{
    DiagnosticLog, EnvelopeStage, Fault, FormatError, Frame, LoopPoints, Mutes, NullProbe, Player, Position,
    Rate, VoiceStatus,
};

use crate::engine::{Engine, SoundMode};
use crate::event::{EngineProbe, Event};
use crate::format::sequence::SequenceData;
use crate::hardware::audio_interface::AudioInterface;
use crate::ids::PlayerId;
use crate::profile::{EngineVersion, Preset, Timing};
use crate::sound_memory::SoundMemory;
use crate::synthesis::Synthesizer;
use crate::voice::envelope::State;

/// Frames the console plays silence before a song starts: buffer lengths settle, and the reverb ring moves.
pub const WARM_UP_FRAMES: u32 = 30;
/// Voices the engine can be given.
pub const MAX_VOICES: u8 = crate::voice::lists::MAX_VOICES as u8;

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
            warm_up_frames: WARM_UP_FRAMES,
            actions: Vec::new(),
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

/// What a game can ask of the engine while a song plays (`n64-engine.md` 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostAction {
    /// Fades the song out, then stops it.
    FadeOut {
        /// Duration.
        updates: u16,
    },
    /// Lowers the song, as under a jingle.
    Lower {
        /// Level, of 127.
        target: u8,
        /// Duration.
        updates: u16,
    },
    /// Brings a lowered song back.
    Unlower {
        /// Level, of 127.
        target: u8,
        /// Duration.
        updates: u16,
    },
    /// Mutes or unmutes all players.
    Mute {
        /// Whether they are muted from now on.
        muted: bool,
    },
}

/// A sequence playing on the console.
#[derive(Clone)]
pub struct N64Player {
    engine: Engine,
    synthesizer: Synthesizer,
    interface: AudioInterface,
    settings: Settings,
    next_action: usize,
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
        settings.check()?;
        let engine = Engine::new(settings.version, settings.preset, settings.sound_mode, sounds);
        let mut player = Self {
            synthesizer: Synthesizer::new(&engine),
            interface: AudioInterface::new(engine.timing.frames),
            engine,
            next_action: 0,
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
        player.start(sequence);
        Ok(player)
    }

    fn start(&mut self, sequence: SequenceData) {
        let id = PlayerId(self.settings.player);
        let variation = if self.settings.variation { i8::MIN } else { 0 };
        self.engine.start_sequence(id, sequence, variation);
        if id != PlayerId(0) {
            self.engine.players[id.index()].fade_in(self.settings.fade_in_updates);
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

    /// Computes the next audio frame into the buffer: its updates with their chunks, then the whole list.
    fn render_frame<P: EngineProbe>(&mut self, probe: &mut P) {
        let length = self.interface.next_frame();
        let frame = self.frame;
        probe.record(|| Event::Frame { frame, samples: length.samples, remaining: length.remaining });
        self.run_actions();
        let updates = self.engine.timing.updates_per_frame;
        let mut left = (length.samples, updates);
        for update in 0..updates {
            let chunk = take_chunk(&mut left);
            self.engine.update(probe);
            if self.engine.fault.is_some() {
                return;
            }
            probe.record(|| Event::Update { frame, update, chunk, engine: &self.engine });
            self.synthesizer.sequence_chunk(&mut self.engine, chunk);
        }
        self.synthesizer.run_frame(&mut self.engine, frame, &mut self.buffer, probe);
        self.frame += 1;
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
        self.engine.update(probe);
        take_chunk(left)
    }

    fn run_actions(&mut self) {
        while let Some(scheduled) = self.settings.actions.get(self.next_action)
            && i64::from(scheduled.frame) <= self.frame
        {
            let players = &mut self.engine.players;
            let player = &mut players[usize::from(self.settings.player)];
            match scheduled.action {
                HostAction::FadeOut { updates } => player.fade_out(updates),
                HostAction::Lower { target, updates } => player.lower(target, updates),
                HostAction::Unlower { target, updates } => player.unlower(target, updates),
                HostAction::Mute { muted } => players.iter_mut().for_each(|player| player.muted = muted),
            }
            self.next_action += 1;
        }
    }

    /// The engine, to be looked at.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The player that plays the sequence.
    pub(crate) const fn sequence_player(&self) -> &crate::sequencer::sequence_player::SequencePlayer {
        &self.engine.players[self.settings.player as usize]
    }

    /// The session's clocks.
    #[must_use]
    pub const fn timing(&self) -> &Timing {
        &self.engine.timing
    }
}

/// The next chunk of a frame with some samples and updates left.
const fn take_chunk(left: &mut (u32, u32)) -> u32 {
    let (samples, updates) = *left;
    let chunk = Timing::chunk_length(samples, updates);
    *left = (samples - chunk, updates - 1);
    chunk
}

impl Settings {
    fn check(&self) -> Result<(), FormatError> {
        let error = |field, expected: String, found: String| {
            Err(FormatError::invalid("settings", 0, field, expected, found))
        };
        if self.player > 2 {
            return error("player", "0, 1 or 2".into(), self.player.to_string());
        }
        let preset = &self.preset;
        if preset.voices == 0 || preset.voices > MAX_VOICES {
            return error("voices", format!("1 to {MAX_VOICES}"), preset.voices.to_string());
        }
        if !preset.reverb_window.is_multiple_of(8) || preset.reverb_window > 0x4000 {
            let expected = "a multiple of 8 up to 16384 samples".into();
            return error("reverb window", expected, preset.reverb_window.to_string());
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
        out.extend(self.engine.voices.iter().enumerate().map(|(index, voice)| VoiceStatus {
            voice: index as u8,
            channel: voice.slot.filter(|_| voice.enabled),
            instrument: None,
            pitch: voice.frequency,
            left: f32::from(voice.target.left) / 32768.0,
            right: f32::from(voice.target.right) / 32768.0,
            stage: match voice.envelope.state() {
                _ if !voice.enabled => EnvelopeStage::Off,
                State::Disabled => EnvelopeStage::Off,
                State::Initial | State::StartLoop | State::Loop | State::Fade => EnvelopeStage::Attack,
                State::Hang | State::Sustain => EnvelopeStage::Sustain,
                State::Decay | State::Release => EnvelopeStage::Release,
            },
        }));
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

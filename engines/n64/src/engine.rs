//! The engine: the pools of players, channels, layers and voices, and the order of an update.

use std::fmt;
use std::sync::Arc;

use tatum_core::{DiagnosticLog, Fault};

use crate::event::{EngineProbe, Event};
use crate::format::sequence::SequenceData;
use crate::hardware::memory::Ram;
use crate::ids::{ChannelId, LayerId, PlayerId, VoiceId};
use crate::profile::{EngineVersion, Generation, Literals, Preset, Profile, Rules, TelevisionSystem, Timing};
use crate::sequencer::channel::{Channel, PORTS};
use crate::sequencer::layer::Layer;
use crate::sequencer::random::Random;
use crate::sequencer::sequence_player::SequencePlayer;
use crate::sound_memory::SoundMemory;
use crate::synthesis;
use crate::voice::later::parameters::VoiceParameters;
use crate::voice::lists::{ListKind, MAX_VOICES, SetId, VoiceLists};
use crate::voice::voice::Voice;

/// Updates that a frame can have.
pub(crate) const MAX_UPDATES: usize = 8;
/// Commands that all scripts together can execute in one update. The console has no limit: it would hang. No
/// sequence that yields comes near it.
pub const COMMANDS_PER_UPDATE: u32 = 100_000;

/// The game's sound setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SoundMode {
    /// Stereo.
    #[default]
    Stereo,
    /// For headphones.
    Headset,
    /// Mono.
    Mono,
    /// Surround by phase (Zelda generation).
    Surround,
    /// Surround with levels (Majora's Mask).
    FullSurround,
}

/// Everything the CPU's side of the engine knows.
#[derive(Clone)]
pub struct Engine {
    pub(crate) profile: &'static Profile,
    pub(crate) preset: Preset,
    pub(crate) timing: Timing,
    pub(crate) sound_mode: SoundMode,
    pub(crate) sounds: SoundMemory,
    pub(crate) ram: Ram,
    pub(crate) players: Vec<SequencePlayer>,
    pub(crate) channels: Vec<Channel>,
    pub(crate) layers: Vec<Layer>,
    pub(crate) free_layers: Vec<LayerId>,
    pub(crate) voices: Vec<Voice>,
    /// What the synthesis is told about each voice in each update of a frame (later generations).
    pub(crate) slots: Vec<VoiceParameters>,
    /// Number of the update in its frame.
    pub(crate) update_number: usize,
    /// Random numbers (Zelda generation).
    pub(crate) random: Random,
    /// Sequences that can be started by number.
    pub(crate) sequences: Arc<[SequenceData]>,
    pub(crate) global_lists: VoiceLists,
    /// The ports of the dummy channel, which all empty slots share.
    pub(crate) dummy_ports: [i8; PORTS],
    pub(crate) diagnostics: DiagnosticLog,
    pub(crate) fault: Option<Fault>,
    commands_left: u32,
}

impl Engine {
    /// The engine after boot, with a session preset.
    pub(crate) fn new(
        version: EngineVersion,
        preset: Preset,
        sound_mode: SoundMode,
        television: TelevisionSystem,
        sounds: SoundMemory,
    ) -> Self {
        let profile = version.profile();
        let voices = usize::from(preset.voices).min(MAX_VOICES);
        let mut engine = Self {
            profile,
            preset,
            timing: Timing::of(profile.clock, &preset, television),
            sound_mode,
            ram: Ram::new(synthesis::work_bytes(profile.generation, &preset), sounds.words()),
            sounds,
            players: vec![SequencePlayer::new(profile); usize::from(profile.players)],
            channels: vec![Channel::new(); usize::from(profile.channels)],
            layers: vec![Layer::new(); usize::from(profile.layers)],
            free_layers: (0..profile.layers).map(LayerId).collect(),
            voices: vec![Voice::new(); voices],
            slots: vec![VoiceParameters::default(); voices * MAX_UPDATES],
            update_number: 0,
            random: Random::new(),
            sequences: Arc::from([]),
            global_lists: VoiceLists::default(),
            dummy_ports: [0; PORTS],
            diagnostics: DiagnosticLog::default(),
            fault: None,
            commands_left: 0,
        };
        for voice in 0..voices as u8 {
            engine.push_voice_back(crate::ids::VoiceId(voice), SetId::Global, ListKind::Disabled);
        }
        engine
    }

    /// Starts a sequence on a player, as the game's request for music does. Later generations can fade it in.
    pub(crate) fn start_sequence(&mut self, id: PlayerId, data: SequenceData, sequence: usize, fade_in: u16) {
        self.disable_player(id);
        let generation = self.generation();
        let profile = self.profile;
        let player = &mut self.players[id.index()];
        player.start(data, sequence, profile);
        match generation {
            // The game then sets the volume from its table of default volumes: the highest.
            Generation::First => player.volume = 1.0,
            _ => player.start_fade_in(fade_in),
        }
        if self.rules().script.initializes_all_channels {
            self.initialize_channels(id, u16::MAX);
        }
    }

    /// Starts one of the numbered sequences; numbers without one do nothing.
    pub(crate) fn start_numbered_sequence(&mut self, id: PlayerId, sequence: u8, fade_in: u16) {
        let data = self.sequences.get(usize::from(sequence)).cloned();
        if let (Some(data), true) = (data, id.index() < self.players.len()) {
            self.start_sequence(id, data, sequence.into(), fade_in);
        }
    }

    /// One update: the players, then the voices. Its number is that in its frame.
    pub(crate) fn update<P: EngineProbe>(&mut self, number: u32, probe: &mut P) {
        self.update_number = number as usize;
        self.commands_left = COMMANDS_PER_UPDATE;
        self.update_players(probe);
        self.update_voices(probe);
    }

    /// Counts a script command; `false` (and a fault) when an update has executed too many.
    pub(crate) fn spend_command(&mut self, player: PlayerId, offset: usize) -> bool {
        if self.fault.is_some() {
            return false;
        }
        match self.commands_left.checked_sub(1) {
            Some(left) => {
                self.commands_left = left;
                true
            }
            None => {
                self.fault = Some(Fault {
                    tick: self.players[player.index()].ticks,
                    offset: offset as u64,
                    message: format!(
                        "more than {COMMANDS_PER_UPDATE} commands without a delay; the console would hang here: \
                         put a delay into this loop"
                    ),
                });
                false
            }
        }
    }

    /// Says what reading a command showed: bytes that are no command, and scripts that leave their sequence.
    pub(crate) fn diagnose_command(&mut self, player: PlayerId, offset: usize, is_command: bool) {
        let Some(data) = &self.players[player.index()].data else { return };
        if !data.contains(offset) {
            self.diagnostics.warn(offset as u64, "the script runs out of the sequence and ends");
        } else if !is_command {
            let byte = data.byte(offset);
            self.diagnostics.warn(offset as u64, format!("{byte:#04x} is no command here and has no effect"));
        }
    }

    /// The slot in which a channel sits in its player.
    pub(crate) fn slot_of(&self, channel: ChannelId) -> Option<u8> {
        let player = self.channels[channel.index()].player?;
        let slots = &self.players[player.index()].slots;
        slots.iter().position(|slot| *slot == Some(channel)).map(|slot| slot as u8)
    }

    /// The event of a voice that starts a layer's note.
    pub(crate) fn voice_start(&self, voice: VoiceId, channel: ChannelId, layer: LayerId) -> Event<'static> {
        let owner = &self.channels[channel.index()];
        let position = owner.layers.iter().position(|slot| *slot == Some(layer));
        Event::VoiceStart {
            voice,
            player: owner.player,
            channel: self.slot_of(channel),
            layer: position.map(|slot| slot as u8),
        }
    }

    /// The instrument, drum or sample memory a sound entry leads to.
    #[must_use]
    pub const fn sounds(&self) -> &SoundMemory {
        &self.sounds
    }

    /// The engine's generation.
    pub(crate) const fn generation(&self) -> Generation {
        self.profile.generation
    }

    /// In what the generation differs at single points.
    pub(crate) const fn rules(&self) -> &'static Rules {
        self.profile.rules
    }

    /// How literals are typed.
    pub(crate) const fn literals(&self) -> Literals {
        self.profile.literals
    }

    /// The players.
    #[must_use]
    pub fn players(&self) -> &[SequencePlayer] {
        &self.players
    }

    /// The channels of the pool.
    #[must_use]
    pub fn channels(&self) -> &[Channel] {
        &self.channels
    }

    /// The layers of the pool.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The voices.
    #[must_use]
    pub fn voices(&self) -> &[Voice] {
        &self.voices
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("version", &self.profile.id).finish_non_exhaustive()
    }
}

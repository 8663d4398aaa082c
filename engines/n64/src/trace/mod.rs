//! Traces: what a probe sees, as rows of text.
//!
//! [`StateTrace`] writes the engine's state after every update, in the columns of the golden sets (their README
//! files), so that two engines can be compared event by event. The columns of the first generation are here, those
//! of the others in files of their own.

mod commands;
mod events;
mod later_rows;
mod zelda_rows;

pub use commands::{COMMAND_HEADER, CommandListTrace};
pub use events::{EVENT_HEADER, EventTrace};

use std::fmt::Write;

use tatum_core::Probe;

use crate::engine::Engine;
use crate::event::Event;
use crate::ids::{ChannelId, LayerId};
use crate::profile::{EngineVersion, Generation};
use crate::sequencer::channel::{Channel, ChannelInstrument, LAYERS};
use crate::sequencer::sequence_player::SLOTS;
use crate::synthesis::Speed;
use crate::voice::voice::{PRIORITY_DISABLED, Voice};

/// Which rows a [`StateTrace`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateRows {
    /// Frames and the sequence only.
    Timing,
    /// Frames, sequence, channels, layers and voices.
    All,
}

/// What a C or L row was last written for.
type Seen = Option<(bool, usize)>;

/// A probe that writes the engine's state after every update.
#[derive(Clone, Debug)]
pub struct StateTrace {
    text: String,
    player: usize,
    rows: StateRows,
    is_zelda: bool,
    channels: [Seen; SLOTS],
    layers: [[Seen; LAYERS]; SLOTS],
    sounding: u64,
}

impl StateTrace {
    /// A trace of the given player; of all players in the Zelda generation.
    #[must_use]
    pub fn new(version: EngineVersion, player: u8, rows: StateRows) -> Self {
        let is_zelda = version.generation().is_zelda();
        Self {
            text: if is_zelda { zelda_rows::header(version.generation()) } else { String::new() },
            player: usize::from(player),
            rows,
            is_zelda,
            channels: [None; SLOTS],
            layers: [[None; LAYERS]; SLOTS],
            sounding: 0,
        }
    }

    /// The rows written since the last call, each ended by a line feed.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// A row; writing to a string cannot fail.
    fn row(&mut self, arguments: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(arguments);
        self.text.push('\n');
    }

    fn update(&mut self, frame: i64, update: u32, chunk: u32, engine: &Engine) {
        // Before the song starts only the frames are traced.
        let (Some(player), true) = (engine.players().get(self.player), frame >= 0) else { return };
        let pc = if player.enabled { player.script.pc } else { 0 };
        if engine.generation() != Generation::First {
            self.later_sequence(frame, update, chunk, engine);
        } else {
            self.row(format_args!(
                "S\t{frame}\t{update}\t{chunk}\t{}\t{}\t{}\t{}\t{pc:x}\t{}\t{:08x}",
                u8::from(player.enabled),
                player.tempo,
                player.tempo_accumulator,
                player.delay,
                u8::from(player.muted),
                player.fade_volume.to_bits(),
            ));
        }
        if self.rows == StateRows::All {
            for slot in 0..SLOTS {
                self.channel(frame, update, engine, slot);
            }
            for index in 0..engine.voices().len() {
                self.voice(frame, update, engine, index);
            }
        }
    }

    fn channel(&mut self, frame: i64, update: u32, engine: &Engine, slot: usize) {
        let Some(id) = engine.players()[self.player].slots[slot] else {
            if self.channels[slot].take().is_some() {
                self.row(format_args!("C\t{frame}\t{update}\t{slot}\t-1"));
            }
            return;
        };
        let channel = &engine.channels()[id.index()];
        let seen = Some((channel.enabled, channel.script.pc));
        if self.channels[slot] != seen {
            self.channels[slot] = seen;
            if engine.generation() != Generation::First {
                self.later_channel(frame, update, engine, slot, channel);
            } else {
                self.row(format_args!(
                "C\t{frame}\t{update}\t{slot}\t{}\t{:x}\t{}\t{}\t{}\t{:08x}\t{:08x}\t{:08x}\t{:08x}\t{:08x}\t{}\t{}",
                u8::from(channel.enabled),
                channel.script.pc,
                channel.delay,
                instrument_number(channel),
                channel.transposition,
                channel.volume.to_bits(),
                channel.volume_scale.to_bits(),
                channel.frequency_scale.to_bits(),
                (f32::from(channel.pan) / 128.0).to_bits(),
                (f32::from(channel.pan_weight) / 128.0).to_bits(),
                channel.reverb,
                channel.priority,
            ));
            }
        }
        for (layer_slot, layer) in channel.layers.iter().enumerate() {
            self.layer(frame, update, engine, (slot, layer_slot), *layer);
        }
    }

    fn layer(
        &mut self,
        frame: i64,
        update: u32,
        engine: &Engine,
        (slot, layer_slot): (usize, usize),
        layer: Option<LayerId>,
    ) {
        let Some(id) = layer else {
            if self.layers[slot][layer_slot].take().is_some() {
                self.row(format_args!("L\t{frame}\t{update}\t{slot}\t{layer_slot}\t-1"));
            }
            return;
        };
        let layer = &engine.layers()[id.index()];
        let seen = Some((layer.enabled, layer.script.pc));
        if self.layers[slot][layer_slot] == seen {
            return;
        }
        self.layers[slot][layer_slot] = seen;
        self.row(format_args!(
            "L\t{frame}\t{update}\t{slot}\t{layer_slot}\t{}\t{:x}\t{}\t{}\t{}\t{}\t{:08x}\t{:08x}\t{}\t{}",
            u8::from(layer.enabled),
            layer.script.pc,
            layer.delay,
            layer.gap,
            u8::from(layer.stopped),
            u8::from(layer.continuous),
            layer.frequency_scale.to_bits(),
            layer.velocity_square.to_bits(),
            LayerPan(layer.pan, engine.generation()),
            layer.voice.map_or(-1, |voice| i32::from(voice.0)),
        ));
    }

    fn voice(&mut self, frame: i64, update: u32, engine: &Engine, index: usize) {
        let voice = &engine.voices()[index];
        let is_sounding = voice.enabled || voice.priority != PRIORITY_DISABLED;
        let was_sounding = self.sounding >> index & 1 != 0;
        if !is_sounding && !was_sounding {
            return;
        }
        self.sounding = self.sounding & !(1 << index) | u64::from(is_sounding) << index;
        let (channel, layer) = owner(engine, self.player, voice).unwrap_or((-1, -1));
        if engine.generation() != Generation::First {
            self.later_voice((frame, update, index), engine, voice, (channel, layer));
            return;
        }
        let speed = Speed::of(voice.frequency);
        self.row(format_args!(
            "N\t{frame}\t{update}\t{index}\t{}\t{}\t{}\t{}\t{}\t{channel}\t{layer}\t{}\t{:08x}\t{}\t{:04x}\t\
             {:04x}\t{:04x}\t{:04x}\t{:04x}\t{:02x}\t{}\t{}\t{}\t{}\t{:04x}",
            u8::from(voice.enabled),
            u8::from(voice.needs_init),
            u8::from(voice.playback.restart),
            u8::from(voice.finished),
            voice.priority,
            sample(engine, voice),
            voice.frequency.to_bits(),
            speed.parts,
            speed.pitch,
            voice.current.left,
            voice.current.right,
            voice.target.left,
            voice.target.right,
            voice.reverb,
            u8::from(voice.envelope_init),
            voice.envelope.state() as u8,
            voice.envelope.current(),
            voice.playback.position.integer,
            voice.playback.position.fraction,
        ));
    }
}

impl<'a> Probe<Event<'a>> for StateTrace {
    fn record(&mut self, event: impl FnOnce() -> Event<'a>) {
        match event() {
            Event::Frame { frame, samples, remaining } if !self.is_zelda => {
                self.row(format_args!("F\t{frame}\t{samples}\t{remaining}"));
            }
            Event::Update { frame, update, engine, .. } if self.is_zelda => {
                self.zelda_update(frame, update, engine);
            }
            Event::Update { frame, update, chunk, engine } => self.update(frame, update, chunk, engine),
            Event::FrameEnd { frame, samples } if self.is_zelda => {
                self.row(format_args!("F\t{frame}\t{samples}"));
            }
            _ => {}
        }
    }
}

/// A layer's pan as its generation's rows have it.
struct LayerPan(u8, Generation);

impl std::fmt::Display for LayerPan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.1 {
            Generation::First => write!(f, "{:08x}", (f32::from(self.0) / 128.0).to_bits()),
            _ => write!(f, "{}", self.0),
        }
    }
}

/// The instrument as the engine numbers it: -1 none, 0 drums, from 1 on instruments, from 128 on waves.
fn instrument_number(channel: &Channel) -> i32 {
    match channel.instrument {
        _ if !channel.has_instrument => -1,
        ChannelInstrument::Drums | ChannelInstrument::Effects => 0,
        ChannelInstrument::Instrument(entry) => i32::from(entry.instrument) + 1,
        ChannelInstrument::Wave(wave) => i32::from(wave),
    }
}

/// The slots in which a voice's layer sits.
fn owner(engine: &Engine, player: usize, voice: &Voice) -> Option<(i32, i32)> {
    let parent = voice.parent?;
    let slots = engine.players()[player].slots.iter().enumerate();
    slots.filter_map(|(slot, channel)| Some((slot, (*channel)?))).find_map(
        |(slot, channel): (_, ChannelId)| {
            let layers = &engine.channels()[channel.index()].layers;
            let layer = layers.iter().position(|layer| *layer == Some(parent))?;
            Some((slot as i32, layer as i32))
        },
    )
}

/// What a voice plays: the sample's offset in the sample file, or the wave and the length of its cycle.
fn sample(engine: &Engine, voice: &Voice) -> String {
    match voice.sound.and_then(|sound| engine.sounds().sound(sound)) {
        Some(sound) => format!("{:x}", sound.sample.file_offset),
        None => format!("w{:x}:{}", voice.wave.wave, voice.wave.cycle),
    }
}

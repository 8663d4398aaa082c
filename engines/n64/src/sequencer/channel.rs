//! A channel: the parameters of one part, and its life, `n64-engine.md` 3.2.

use super::script::Script;
use super::sequence_player::SequencePlayer;
use crate::engine::Engine;
use crate::ids::{ChannelId, LayerId, PlayerId};
use crate::sound_memory::InstrumentEntry;
use crate::voice::envelope_source::EnvelopeSource;
use crate::voice::lists::{SetId, VoiceLists};

/// Layer slots of a channel.
pub const LAYERS: usize = 4;
/// Ports of a channel.
pub const PORTS: usize = 8;
/// Channels from this instrument number on play synthetic waves.
pub const FIRST_WAVE: u8 = 0x80;
/// The instrument number that means the drum kit.
pub const DRUMS: u8 = 0x7F;

/// Pan in the middle.
pub const CENTER_PAN: u8 = 0x40;
/// The weight of a channel's pan that leaves nothing for the layers'.
pub const FULL_WEIGHT: u8 = 0x80;
/// No surround index.
pub const SURROUND_OFF: u8 = 0xFF;

/// What a channel plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ChannelInstrument {
    /// The drum kit of the bank; also a channel that was never given anything else.
    #[default]
    Drums,
    /// The sound effects of the bank (Zelda generation).
    Effects,
    /// An instrument.
    Instrument(InstrumentEntry),
    /// A synthetic wave, 0x80 and up.
    Wave(u8),
}

/// Which of a channel's parameters have changed since its notes were last calculated (later generations).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Frequency factor.
    pub frequency: bool,
    /// Volume or its factor.
    pub volume: bool,
    /// Pan or its weight.
    pub pan: bool,
}

impl Changes {
    /// Everything has.
    pub const ALL: Self = Self { frequency: true, volume: true, pan: true };
}

/// A comb filter's settings (Zelda generation).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct CombFilter {
    /// Bytes of delay.
    pub size: u8,
    /// Gain of what is added.
    pub gain: u16,
}

/// The instrument number that means the sound effects (Zelda generation).
pub const EFFECTS: u8 = 0x7E;

/// Vibrato parameters of a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct VibratoSettings {
    /// Rate at the note's start.
    pub rate_start: u16,
    /// Rate to go to.
    pub rate_target: u16,
    /// Updates the change of the rate takes.
    pub rate_change_delay: u16,
    /// Extent at the note's start.
    pub extent_start: u16,
    /// Extent to go to.
    pub extent_target: u16,
    /// Updates the change of the extent takes.
    pub extent_change_delay: u16,
    /// Updates before it begins.
    pub delay: u16,
}

impl VibratoSettings {
    /// At the start of a channel: no extent.
    pub const DEFAULT: Self = Self {
        rate_start: 0x800,
        rate_target: 0x800,
        rate_change_delay: 0,
        extent_start: 0,
        extent_target: 0,
        extent_change_delay: 0,
        delay: 0,
    };
}

/// A channel of the pool.
#[derive(Clone, Debug)]
pub struct Channel {
    /// The player it belongs to.
    pub player: Option<PlayerId>,
    /// Whether it is processed.
    pub enabled: bool,
    /// Whether it has ended.
    pub finished: bool,
    /// Whether its script has hung itself; layers go on.
    pub stop_script: bool,
    /// Whether notes can be played at all.
    pub has_instrument: bool,
    /// Stereo and headset effects.
    pub stereo_effects: bool,
    /// Large notes.
    pub large_notes: bool,
    /// What muting does.
    pub mute_behavior: u8,
    /// How voices are found.
    pub allocation_policy: u8,
    /// Priority of its notes.
    pub priority: u8,
    /// Reverb send.
    pub reverb: u8,
    /// Bank for look-ups.
    pub bank: u8,
    /// What it plays.
    pub instrument: ChannelInstrument,
    /// Semitones.
    pub transposition: i16,
    /// Ticks until the script goes on.
    pub delay: u16,
    /// Volume.
    pub volume: f32,
    /// Volume factor.
    pub volume_scale: f32,
    /// Frequency factor.
    pub frequency_scale: f32,
    /// Pan, 0 left to 127 right; it can be set higher.
    pub pan: u8,
    /// How much the channel's pan counts against the layer's, in 128ths.
    pub pan_weight: u8,
    /// Reverb unit (later generations).
    pub reverb_unit: u8,
    /// Book offset (later generations).
    pub book_offset: u8,
    /// Gain in sixteenths, 0 is none (from Shindou on).
    pub gain: u8,
    /// Priority of its notes after their end (from Shindou on).
    pub release_priority: u8,
    /// Stereo bits of its notes (Zelda generation).
    pub stereo_bits: u8,
    /// Whether the game or the sequence has muted it (Zelda generation).
    pub muted: bool,
    /// Random part of its notes' velocities, in percent (Zelda generation).
    pub velocity_variance: u8,
    /// Random part of its notes' gates, in percent (Zelda generation).
    pub gate_variance: u8,
    /// Address of the filter's eight coefficients in the sequence (from Shindou on).
    pub filter: Option<u16>,
    /// Comb filter (Zelda generation).
    pub comb: CombFilter,
    /// Surround index; 255 is off (Majora's Mask).
    pub surround: u8,
    /// Sample at which its notes begin (Majora's Mask).
    pub start_offset: u16,
    /// The pointer register (from Shindou on).
    pub pointer: u16,
    /// The value register; it survives delays in the Zelda generation only.
    pub value: i8,
    /// What its notes have not been told yet (later generations).
    pub changes: Changes,
    /// Volume with all its factors (later generations).
    pub applied_volume: f32,
    /// Pan times weight (later generations).
    pub applied_pan: u16,
    /// Offset of the dynamic table.
    pub dynamic_table: u16,
    /// Envelope of its notes.
    pub envelope: EnvelopeSource,
    /// Release rate of its notes.
    pub release_rate: u8,
    /// Level at which a decaying note is held, in 256ths of the level at its end.
    pub sustain: u8,
    /// Vibrato of its notes.
    pub vibrato: VibratoSettings,
    /// Ports.
    pub ports: [i8; PORTS],
    /// Layers.
    pub layers: [Option<LayerId>; LAYERS],
    /// Voices reserved for the channel.
    pub lists: VoiceLists,
    /// The script.
    pub script: Script,
}

impl Channel {
    /// The slot of one of its layers.
    pub(crate) fn slot_of_layer(&self, layer: LayerId) -> Option<u8> {
        self.layers.iter().position(|slot| *slot == Some(layer)).map(|slot| slot as u8)
    }

    /// A channel nobody has used.
    pub fn new() -> Self {
        Self {
            player: None,
            enabled: false,
            finished: false,
            stop_script: false,
            has_instrument: false,
            stereo_effects: false,
            large_notes: false,
            mute_behavior: 0,
            allocation_policy: 0,
            priority: 0,
            reverb: 0,
            bank: 0,
            instrument: ChannelInstrument::Drums,
            transposition: 0,
            delay: 0,
            volume: 0.0,
            volume_scale: 0.0,
            frequency_scale: 0.0,
            pan: 0,
            pan_weight: 0,
            reverb_unit: 0,
            book_offset: 0,
            gain: 0,
            release_priority: 1,
            stereo_bits: 0,
            muted: false,
            velocity_variance: 0,
            gate_variance: 0,
            filter: None,
            comb: CombFilter::default(),
            surround: SURROUND_OFF,
            start_offset: 0,
            pointer: 0,
            value: 0,
            changes: Changes::default(),
            applied_volume: 0.0,
            applied_pan: 0,
            dynamic_table: 0,
            envelope: EnvelopeSource::Default,
            release_rate: 0,
            sustain: 0,
            vibrato: VibratoSettings::default(),
            ports: [-1; PORTS],
            layers: [None; LAYERS],
            lists: VoiceLists::default(),
            script: Script::default(),
        }
    }

    /// Gives the channel to a player with fresh parameters. The script's position, the dynamic table and the
    /// instrument number stay.
    fn initialize(&mut self, id: PlayerId, player: &SequencePlayer, default_bank: u8, release_rate: u8) {
        let Self {
            instrument, dynamic_table, pointer, value, applied_volume, applied_pan, ref script, ..
        } = *self;
        *self = Self {
            player: Some(id),
            mute_behavior: player.mute_behavior,
            allocation_policy: player.allocation_policy,
            priority: 3,
            bank: default_bank,
            volume: 1.0,
            volume_scale: 1.0,
            frequency_scale: 1.0,
            pan: CENTER_PAN,
            pan_weight: FULL_WEIGHT,
            changes: Changes::ALL,
            release_rate,
            vibrato: VibratoSettings::DEFAULT,
            instrument,
            dynamic_table,
            pointer,
            value,
            applied_volume,
            applied_pan,
            script: script.clone(),
            ..Self::new()
        };
    }
}

impl Engine {
    /// Initialises the channels of a mask.
    pub(crate) fn initialize_channels(&mut self, player: PlayerId, mask: u16) {
        for slot in 0..16 {
            if mask >> slot & 1 == 0 {
                continue;
            }
            self.release_slot(player, slot);
            let free = self.channels.iter().position(|channel| channel.player.is_none());
            if free.is_none() {
                self.count_empty_pool(player, "all channels are taken: a channel does not start");
            }
            self.players[player.index()].slots[slot] = free.map(|index| {
                let release_rate = self.rules().script.release_rate;
                let sequence_player = &self.players[player.index()];
                let default_bank = self.sounds.default_bank(sequence_player.sequence);
                self.channels[index].initialize(player, sequence_player, default_bank, release_rate);
                ChannelId(index as u8)
            });
        }
    }

    /// Disables the channels of a mask and gives them back to the pool.
    pub(crate) fn disable_channels(&mut self, player: PlayerId, mask: u16) {
        for slot in 0..16 {
            if mask >> slot & 1 != 0 {
                self.release_slot(player, slot);
            }
        }
    }

    fn release_slot(&mut self, player: PlayerId, slot: usize) {
        if let Some(channel) = self.players[player.index()].slots[slot].take()
            && self.channels[channel.index()].player == Some(player)
        {
            self.disable_channel(channel);
            self.channels[channel.index()].player = None;
        }
    }

    /// Starts a channel's script; an empty slot does nothing.
    pub(crate) fn enable_channel(&mut self, player: PlayerId, slot: u8, address: u16) {
        let Some(id) = self.channel_in(player, slot) else { return };
        let channel = &mut self.channels[id.index()];
        channel.enabled = true;
        channel.finished = false;
        channel.script.start(address);
        channel.delay = 0;
        for layer in 0..LAYERS {
            self.free_layer(id, layer);
        }
    }

    /// Ends a channel; it stays in its slot.
    pub(crate) fn disable_channel(&mut self, id: ChannelId) {
        for layer in 0..LAYERS {
            self.free_layer(id, layer);
        }
        self.unreserve_voices(SetId::Channel(id));
        let channel = &mut self.channels[id.index()];
        channel.enabled = false;
        channel.finished = true;
    }

    /// The channel in a slot, if it is not the dummy.
    pub(crate) fn channel_in(&self, player: PlayerId, slot: u8) -> Option<ChannelId> {
        self.players[player.index()].slots.get(usize::from(slot)).copied().flatten()
    }
}

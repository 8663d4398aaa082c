//! The commands of the three script levels, one method each.

use super::{ChannelScript, Label, LayerScript, SequenceScript, Value};
use crate::sequencer::abi::{ChannelOperation as C, Flow, LayerOperation as L, SequenceOperation as S};

/// One method per command: its documentation, name, [number in the command byte], operands and operation.
macro_rules! commands {
    ($script:ident {
        $($(#[$doc:meta])* $name:ident [$($low:ident)?] ($($operand:ident: $kind:ty),*) = $operation:expr;)*
    }) => {
        impl $script<'_> {
            $($(#[$doc])*
            pub fn $name(&mut self, $($low: u8,)? $($operand: $kind),*) -> &mut Self {
                self.command($operation, &[$($operand.into()),*])
            })*
        }
    };
}

commands!(SequenceScript {
    /// Value = whether a channel (0 to 15) has finished.
    read_channel_finished[channel] () = S::ReadChannelFinished(channel);
    /// Value -= the variation the game asked for.
    subtract_variation[] () = S::SubtractVariation;
    /// Variation = value.
    write_variation[] () = S::WriteVariation;
    /// Value = variation.
    read_variation[] () = S::ReadVariation;
    /// Starts a channel (0 to 15).
    start_channel[channel] (script: Label) = S::StartChannel(channel);
    /// Ends the player's whole update (Shindou).
    end_update[] () = S::EndUpdate;
    /// Writes value + addend into the sequence.
    write_sequence[] (addend: u8, at: Label) = S::WriteSequence;
    /// Value -= number.
    subtract[] (number: u8) = S::Subtract;
    /// Value &= mask.
    and[] (mask: u8) = S::And;
    /// Value = number.
    set[] (number: u8) = S::Set;
    /// Where channels initialised later look for voices.
    allocation_policy[] (policy: u8) = S::AllocationPolicy;
    /// Address of the 16 gates of short notes.
    gate_table[] (table: Label) = S::GateTable;
    /// Address of the 16 velocities of short notes.
    velocity_table[] (table: Label) = S::VelocityTable;
    /// What muting does: 0x80 stops scripts, 0x40 stops notes, 0x20 softens.
    mute_behavior[] (bits: u8) = S::MuteBehavior;
    /// Mutes the player.
    mute[] () = S::Mute;
    /// Volume factor while muted, of 127.
    mute_volume_scale[] (scale: i8) = S::MuteVolumeScale;
    /// Disables and releases the channels of a mask (bit 0 = channel 0).
    disable_channels[] (mask: u16) = S::DisableChannels;
    /// Initialises the channels of a mask (bit 0 = channel 0).
    initialize_channels[] (mask: u16) = S::InitializeChannels;
    /// Factor of the fade volume, of 127.
    fade_volume_scale[] (scale: i8) = S::FadeVolumeScale;
    /// Fade volume += change, of 127 (Super Mario 64, Japanese and American).
    add_volume[] (change: i8) = S::AddVolume;
    /// Fade mode and time.
    set_fade[] (mode: u8, updates: u16) = S::SetFade;
    /// Volume, 0 to 127.
    volume[] (volume: u8) = S::SetVolume;
    /// Tempo += beats per minute.
    add_tempo[] (change: i8) = S::AddTempo;
    /// Beats per minute to add to the tempo.
    tempo_offset[] (offset: i8) = S::TempoOffset;
    /// Tempo in beats (48 ticks) per minute.
    tempo[] (beats_per_minute: u8) = S::SetTempo;
    /// Transposition += semitones.
    add_transposition[] (semitones: i8) = S::AddTransposition;
    /// Transposition = semitones.
    set_transposition[] (semitones: i8) = S::SetTransposition;
    /// Returns the player's reserved voices.
    unreserve_voices[] () = S::UnreserveVoices;
    /// Reserves voices.
    reserve_voices[] (count: u8) = S::ReserveVoices;
    /// Returns from a call, or ends the script.
    end[] () = S::Flow(Flow::End);
    /// Calls a subroutine.
    call[] (script: Label) = S::Flow(Flow::Call);
    /// Jumps.
    jump[] (to: Label) = S::Flow(Flow::Jump);
    /// Starts a loop; 0 means 256 passes.
    loop_start[] (passes: u8) = S::Flow(Flow::LoopStart);
    /// Ends a loop.
    loop_end[] () = S::Flow(Flow::LoopEnd);
    /// Stops reading for one tick.
    delay_one[] () = S::Flow(Flow::DelayOne);
    /// Stops reading for some ticks.
    delay[] (ticks: u16) = S::Flow(Flow::Delay);
    /// Jumps if the value is zero.
    jump_if_zero[] (to: Label) = S::Flow(Flow::JumpIfZero);
    /// Jumps if the value is negative.
    jump_if_negative[] (to: Label) = S::Flow(Flow::JumpIfNegative);
    /// Jumps if the value is not negative.
    jump_if_not_negative[] (to: Label) = S::Flow(Flow::JumpIfNotNegative);
});

commands!(ChannelScript {
    /// Value = whether a layer (0 to 3) has finished.
    read_layer_finished[layer] () = C::ReadLayerFinished(layer);
    /// Starts another channel (0 to 15).
    start_channel[channel] (script: Label) = C::StartChannel(channel);
    /// Disables another channel (0 to 15).
    disable_channel[channel] () = C::DisableChannel(channel);
    /// Disables another channel, the longer form of Star Fox 64 and Shindou.
    disable_channel_of[] (channel: u8) = C::DisableChannelOf;
    /// Loads a sample; the port tells when it is there.
    load_sample[port] () = C::LoadSample(port);
    /// A port of another channel = value.
    write_other_port[channel] (port: u8) = C::WriteOtherPort(channel);
    /// Value = a port of another channel.
    read_other_port[channel] (port: u8) = C::ReadOtherPort(channel);
    /// Value -= port.
    subtract_port[port] () = C::SubtractPort(port);
    /// Priority of the channel's notes, 0 to 15 (Super Mario 64, Japanese and American).
    priority[priority] () = C::Priority(priority);
    /// Priority in the low nibble, release priority in the high one; 0 leaves either.
    priorities[] (nibbles: u8) = C::PriorityOf;
    /// Stops reading for up to 15 ticks.
    short_delay[ticks] () = C::ShortDelay(ticks);
    /// Port (0 to 7) = value.
    write_port[port] () = C::WritePort(port);
    /// Value = port (0 to 7).
    read_port[port] () = C::ReadPort(port);
    /// Starts a layer (0 to 3).
    start_layer[layer] (script: Label) = C::StartLayer(layer);
    /// Frees a layer (0 to 3).
    free_layer[layer] () = C::FreeLayer(layer);
    /// Starts a layer at the entry of the dynamic table that the value chooses.
    start_layer_from_table[layer] () = C::StartLayerFromTable(layer);
    /// Instrument; 0x7F = drums, from 0x80 on waves.
    instrument[] (number: u8) = C::Instrument;
    /// Bank of the sequence's set, then instrument.
    bank_and_instrument[] (bank: u8, number: u8) = C::BankAndInstrument;
    /// Address of the dynamic table.
    dynamic_table[] (table: Label) = C::DynamicTable;
    /// Short notes from here on.
    short_notes[] () = C::ShortNotes;
    /// Large notes from here on.
    large_notes[] () = C::LargeNotes;
    /// Dynamic table = the entry of it that the value chooses.
    dynamic_table_indirect[] () = C::DynamicTableIndirect;
    /// Bank of the sequence's set.
    bank[] (position: u8) = C::Bank;
    /// Writes value + addend into the sequence.
    write_sequence[] (addend: u8, at: Label) = C::WriteSequence;
    /// Value -= number.
    subtract[] (number: u8) = C::Subtract;
    /// Value &= mask.
    and[] (mask: u8) = C::And;
    /// Value = number.
    set[] (number: u8) = C::Set;
    /// What muting does: 0x80 stops scripts, 0x40 stops notes, 0x20 softens.
    mute_behavior[] (bits: u8) = C::MuteBehavior;
    /// Value = the byte of a table that the value chooses.
    read_sequence[] (table: Label) = C::ReadSequence;
    /// Pointer register = number.
    set_pointer[] (number: u16) = C::SetPointer;
    /// Stores the pointer register into the sequence.
    store_pointer[] (at: Label) = C::StorePointer;
    /// Pointer register = the entry of a table that the value chooses.
    load_pointer[] (table: Label) = C::LoadPointer;
    /// Pointer register = the entry of the dynamic table that the value chooses.
    load_pointer_from_table[] () = C::LoadPointerFromTable;
    /// Dynamic table = pointer register.
    dynamic_table_from_pointer[] () = C::DynamicTableFromPointer;
    /// Value = the byte of the dynamic table that the value chooses.
    read_table[] () = C::ReadTable;
    /// Whether notes get the stereo and headset effects (bit 0).
    stereo_effects[] (bits: u8) = C::StereoEffects;
    /// Where the channel looks for voices.
    allocation_policy[] (policy: u8) = C::AllocationPolicy;
    /// Level at which a released note is held for a while, of 256.
    sustain[] (level: u8) = C::Sustain;
    /// Pitch bend in 127ths of an octave.
    pitch_bend[] (bend: i8) = C::PitchBend;
    /// Pitch bend in 64ths of a semitone.
    fine_pitch_bend[] (bend: i8) = C::FinePitchBend;
    /// Reverb send, 0 to 127.
    reverb[] (send: u8) = C::Reverb;
    /// Reverb unit.
    reverb_unit[] (index: u8) = C::ReverbUnit;
    /// Offset of ADPCM books.
    book_offset[] (offset: u8) = C::BookOffset;
    /// Vibrato rate.
    vibrato_rate[] (rate: u8) = C::VibratoRate;
    /// Vibrato extent.
    vibrato_extent[] (extent: u8) = C::VibratoExtent;
    /// Vibrato rate that changes during a note; the delay counts 16 updates.
    vibrato_rate_ramp[] (start: u8, target: u8, delay: u8) = C::VibratoRateRamp;
    /// Vibrato extent that changes during a note; the delay counts 16 updates.
    vibrato_extent_ramp[] (start: u8, target: u8, delay: u8) = C::VibratoExtentRamp;
    /// Time before the vibrato starts, in 16 updates.
    vibrato_delay[] (delay: u8) = C::VibratoDelay;
    /// Vibrato and pitch back to normal.
    vibrato_reset[] () = C::VibratoReset;
    /// How fast released notes fade, 24 steps of 32767 in an update.
    release_rate[] (rate: u8) = C::ReleaseRate;
    /// Address of the envelope.
    envelope[] (envelope: Label) = C::Envelope;
    /// Transposition.
    transposition[] (semitones: i8) = C::Transposition;
    /// How much the channel's pan counts against the layers', of 128.
    pan_weight[] (weight: u8) = C::PanWeight;
    /// Pan: 0 left, 64 centre, 127 right.
    pan[] (pan: u8) = C::Pan;
    /// Frequency factor, 0x8000 = 1.
    frequency_scale[] (scale: u16) = C::FrequencyScale;
    /// Volume, of 127.
    volume[] (volume: u8) = C::Volume;
    /// Volume factor, of 128.
    volume_scale[] (scale: u8) = C::VolumeScale;
    /// Calls the entry of the dynamic table that the value chooses.
    call_from_table[] () = C::CallFromTable;
    /// Eight parameters from the sequence.
    parameters_from_sequence[] (table: Label) = C::ParametersFromSequence;
    /// Gain, 16 = 1.
    gain[] (gain: u8) = C::Gain;
    /// Address of a filter of eight taps.
    filter[] (filter: Label) = C::Filter;
    /// No filter.
    filter_off[] () = C::FilterOff;
    /// Filter from the engine's tables.
    filter_from_tables[] (rows: u8) = C::FilterFromTables;
    /// Returns the channel's reserved voices.
    unreserve_voices[] () = C::UnreserveVoices;
    /// Reserves voices.
    reserve_voices[] (count: u8) = C::ReserveVoices;
    /// Stops the script for good; layers go on.
    hang[] () = C::Hang;
    /// Returns from a call, or ends the script.
    end[] () = C::Flow(Flow::End);
    /// Calls a subroutine.
    call[] (script: Label) = C::Flow(Flow::Call);
    /// Jumps.
    jump[] (to: Label) = C::Flow(Flow::Jump);
    /// Starts a loop; 0 means 256 passes.
    loop_start[] (passes: u8) = C::Flow(Flow::LoopStart);
    /// Ends a loop.
    loop_end[] () = C::Flow(Flow::LoopEnd);
    /// Stops reading for one tick.
    delay_one[] () = C::Flow(Flow::DelayOne);
    /// Stops reading for some ticks.
    delay[] (ticks: u16) = C::Flow(Flow::Delay);
    /// Jumps if the value is zero.
    jump_if_zero[] (to: Label) = C::Flow(Flow::JumpIfZero);
    /// Jumps if the value is negative.
    jump_if_negative[] (to: Label) = C::Flow(Flow::JumpIfNegative);
    /// Jumps if the value is not negative.
    jump_if_not_negative[] (to: Label) = C::Flow(Flow::JumpIfNotNegative);
    /// Leaves a loop's level without moving.
    break_loop[] () = C::Flow(Flow::Break);
});

commands!(LayerScript {
    /// Silence.
    rest[] (ticks: u16) = L::Rest;
    /// Velocity of short notes.
    velocity[] (velocity: u8) = L::Velocity;
    /// Transposition, modulo 256.
    transposition[] (semitones: u8) = L::Transposition;
    /// Default delay of short notes.
    default_delay[] (ticks: u16) = L::DefaultDelay;
    /// Notes go on in one another.
    legato_on[] () = L::LegatoOn;
    /// Notes are struck anew.
    legato_off[] () = L::LegatoOff;
    /// Instrument of this layer.
    instrument[] (number: u8) = L::Instrument;
    /// Slides: mode 1 to 5, plus 0x80 for a time relative to the note's delay.
    portamento[] (mode: u8, semitone: u8, time: u16) = L::Portamento;
    /// No slides.
    portamento_off[] () = L::PortamentoOff;
    /// Gate of short notes: the part of the delay (of 256) that is silent.
    gate[] (gate: u8) = L::Gate;
    /// Pan: 0 left, 64 centre, 127 right; counts as far as the channel's pan weight lets it.
    pan[] (pan: u8) = L::Pan;
    /// Address of the envelope, and release rate.
    envelope[] (envelope: Label, release_rate: u8) = L::Envelope;
    /// Drums keep the layer's pan.
    ignore_drum_pan[] () = L::IgnoreDrumPan;
    /// Stereo bits.
    stereo_bits[] (bits: u8) = L::StereoBits;
    /// Fine tuning in 64ths of a semitone.
    fine_tune[] (bend: i8) = L::FineTune;
    /// Velocity of short notes from the table (0 to 15).
    velocity_from_table[index] () = L::VelocityFromTable(index);
    /// Gate of short notes from the table (0 to 15).
    gate_from_table[index] () = L::GateFromTable(index);
    /// Returns from a call, or ends the script.
    end[] () = L::Flow(Flow::End);
    /// Calls a subroutine.
    call[] (script: Label) = L::Flow(Flow::Call);
    /// Jumps.
    jump[] (to: Label) = L::Flow(Flow::Jump);
    /// Starts a loop; 0 means 256 passes.
    loop_start[] (passes: u8) = L::Flow(Flow::LoopStart);
    /// Ends a loop.
    loop_end[] () = L::Flow(Flow::LoopEnd);
});

impl ChannelScript<'_> {
    /// Eight parameters at once, as [`ChannelScript::parameters_from_sequence`] reads them.
    pub fn parameters(&mut self, parameters: ChannelParameters) -> &mut Self {
        let ChannelParameters { mute_behavior, allocation_policy, priorities, .. } = parameters;
        let ChannelParameters { transposition, pan, pan_weight, reverb, reverb_unit, .. } = parameters;
        let first = [mute_behavior, allocation_policy, priorities].map(Value::from);
        let last = [pan, pan_weight, reverb, reverb_unit].map(Value::from);
        let values = [&first[..], &[transposition.into()], &last[..]].concat();
        self.command(C::Parameters, &values)
    }
}

/// What [`ChannelScript::parameters`] sets; each value is that of the method of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the methods of the same names say what the values mean")]
pub struct ChannelParameters {
    pub mute_behavior: u8,
    pub allocation_policy: u8,
    pub priorities: u8,
    pub transposition: i8,
    pub pan: u8,
    pub pan_weight: u8,
    pub reverb: u8,
    pub reverb_unit: u8,
}

//! Writing sequences command by command.
//!
//! ```
//! use tatum_n64::author::sequence_writer::SequenceWriter;
//! use tatum_n64::sequencer::abi::Abi;
//!
//! let mut writer = SequenceWriter::new(Abi::Sm64);
//! let (channel, layer) = (writer.label(), writer.label());
//! let mut song = writer.sequence();
//! song.initialize_channels(0b1).start_channel(0, channel).volume(127).tempo(120).delay(96).end();
//! writer.channel_at(channel).large_notes().instrument(73).start_layer(0, layer).delay(96).end();
//! writer.layer_at(layer).note(39, 96, 100, 16).end();
//! let bytes = writer.finish()?;
//! assert_eq!(bytes[..7], [0xD7, 0, 1, 0x90, 0, 13, 0xDB]);
//! # Ok::<(), tatum_core::FormatError>(())
//! ```
//!
//! Commands are looked up by what they do in the table the interpreter uses, so a writer serves every [`Abi`]; a
//! command that the ABI doesn't have is an error. Addresses are [`Label`]s, which may be used before they are
//! placed. All errors surface in [`SequenceWriter::finish`].

use tatum_core::FormatError;

use crate::format::bank::EnvelopePoint;
use crate::sequencer::abi::{
    Abi, ChannelOperation as C, Command, CommandSet, Flow, LayerOperation as L, NoteForm, Operand,
    SequenceOperation as S,
};

/// The longest delay of a note, rest or pause.
pub const MAX_DELAY: u16 = 0x7FFF;

/// A place in the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(usize);

/// A sequence in the making.
#[derive(Clone, Debug)]
pub struct SequenceWriter {
    set: &'static CommandSet,
    bytes: Vec<u8>,
    labels: Vec<Option<usize>>,
    /// Where the address of a label has to be filled in.
    references: Vec<(usize, Label)>,
    error: Option<FormatError>,
}

/// A value for an operand.
#[derive(Clone, Copy, Debug)]
enum Value {
    Number(i32),
    Address(Label),
}

macro_rules! values {
    ($($number:ty),*) => {
        $(impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        })*
    };
}

values!(bool, u8, i8, u16, i16);

impl From<Label> for Value {
    fn from(label: Label) -> Self {
        Self::Address(label)
    }
}

impl SequenceWriter {
    /// An empty sequence for an ABI. The first script written is the sequence's own: write it first.
    #[must_use]
    pub fn new(abi: Abi) -> Self {
        Self {
            set: CommandSet::of(abi),
            bytes: Vec::new(),
            labels: Vec::new(),
            references: Vec::new(),
            error: None,
        }
    }

    /// A label that has yet to be placed.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() - 1)
    }

    /// Places a label at the next byte.
    pub fn place(&mut self, label: Label) {
        match self.labels.get(label.0) {
            Some(None) => self.labels[label.0] = Some(self.bytes.len()),
            Some(Some(at)) => self.fail("label", "a label placed once", format!("placed at {at:#x} before")),
            None => self.fail("label", "a label of this writer", format!("label {}", label.0)),
        }
    }

    /// Goes on with sequence commands.
    pub fn sequence(&mut self) -> SequenceScript<'_> {
        SequenceScript { writer: self }
    }

    /// Starts a channel script.
    pub fn channel_at(&mut self, label: Label) -> ChannelScript<'_> {
        self.place(label);
        ChannelScript { writer: self }
    }

    /// Starts a layer script whose channel uses large notes.
    pub fn layer_at(&mut self, label: Label) -> LayerScript<'_> {
        self.place(label);
        LayerScript { writer: self, last_delay: None, large: true }
    }

    /// Starts a layer script whose channel uses short notes.
    pub fn short_layer_at(&mut self, label: Label) -> LayerScript<'_> {
        self.place(label);
        LayerScript { writer: self, last_delay: None, large: false }
    }

    /// Writes an envelope. Its values lie at even addresses, as the engine's do.
    pub fn envelope_at(&mut self, label: Label, points: &[EnvelopePoint]) {
        if self.bytes.len() % 2 != 0 {
            self.bytes.push(0);
        }
        self.place(label);
        for point in points {
            self.bytes.extend(point.delay.to_be_bytes());
            self.bytes.extend(point.argument.to_be_bytes());
        }
    }

    /// Writes a table of addresses, for the commands that use a dynamic table.
    pub fn table_at(&mut self, label: Label, entries: &[Label]) {
        self.place(label);
        for &entry in entries {
            self.address(entry);
        }
    }

    /// Writes bytes as they are: tables of values, velocities, gates.
    pub fn bytes_at(&mut self, label: Label, bytes: &[u8]) {
        self.place(label);
        self.bytes.extend(bytes);
    }

    /// The finished sequence.
    ///
    /// # Errors
    ///
    /// The first thing that went wrong: a command the ABI doesn't have, a value outside its operand's range, a
    /// label never placed or placed twice, or a sequence of more than 64 KiB.
    pub fn finish(mut self) -> Result<Vec<u8>, FormatError> {
        for (at, label) in std::mem::take(&mut self.references) {
            match self.labels.get(label.0).copied().flatten().map(u16::try_from) {
                Some(Ok(address)) => self.bytes[at..at + 2].copy_from_slice(&address.to_be_bytes()),
                Some(Err(_)) => self.fail("label", "an address below 0x10000", "one behind it"),
                None => self.fail("label", "a placed label", format!("label {} has no place", label.0)),
            }
        }
        self.error.map_or(Ok(self.bytes), Err)
    }

    /// Keeps the first error.
    fn fail(&mut self, field: &'static str, expected: impl Into<String>, found: impl Into<String>) {
        let at = self.bytes.len() as u64;
        self.error.get_or_insert_with(|| {
            FormatError::invalid("sequence", at, field, expected.into(), found.into())
        });
    }

    fn address(&mut self, label: Label) {
        self.references.push((self.bytes.len(), label));
        self.bytes.extend([0, 0]);
    }

    /// Writes the command with an operation, from one of the ABI's tables.
    fn command<Operation: PartialEq + std::fmt::Debug>(
        &mut self,
        table: &'static [Command<Operation>; 256],
        operation: Operation,
        values: &[Value],
    ) {
        let Some((byte, command)) = (0..=0xFF).zip(table).find(|(_, command)| command.operation == operation)
        else {
            return self.fail("command", "one that the ABI has", format!("{operation:?}"));
        };
        self.bytes.push(byte);
        if command.operands.len() != values.len() {
            let expected = format!("{} operands of {operation:?} in this ABI", command.operands.len());
            return self.fail("operands", expected, values.len().to_string());
        }
        // The first operand of a portamento decides how its last one is written.
        let whole_byte = matches!(values.first(), Some(Value::Number(mode)) if mode & 0x80 != 0);
        for (&operand, &value) in command.operands.iter().zip(values) {
            match (operand, value) {
                (Operand::Address, Value::Address(label)) => self.address(label),
                (Operand::PortamentoTime, Value::Number(time)) => {
                    self.number(if whole_byte { Operand::U8 } else { Operand::Variable }, time);
                }
                (_, Value::Number(number)) => self.number(operand, number),
                (_, Value::Address(_)) => self.fail("operand", format!("{operand:?}"), "a label"),
            }
        }
    }

    fn number(&mut self, operand: Operand, number: i32) {
        let range = match operand {
            Operand::U8 => 0..=0xFF,
            Operand::I8 => -0x80..=0x7F,
            Operand::U16 | Operand::Address => 0..=0xFFFF,
            Operand::Variable | Operand::PortamentoTime => 0..=i32::from(MAX_DELAY),
        };
        if !range.contains(&number) {
            let expected = format!("{} to {}", range.start(), range.end());
            return self.fail("operand", expected, number.to_string());
        }
        let [.., high, low] = number.to_be_bytes();
        match operand {
            Operand::U8 | Operand::I8 => self.bytes.push(low),
            Operand::U16 | Operand::Address => self.bytes.extend([high, low]),
            Operand::Variable | Operand::PortamentoTime if number < 0x80 => self.bytes.push(low),
            Operand::Variable | Operand::PortamentoTime => self.bytes.extend([0x80 | high, low]),
        }
    }
}

/// Commands of the sequence level.
#[derive(Debug)]
pub struct SequenceScript<'a> {
    writer: &'a mut SequenceWriter,
}

/// Commands of the channel level.
#[derive(Debug)]
pub struct ChannelScript<'a> {
    writer: &'a mut SequenceWriter,
}

/// Commands of the layer level.
#[derive(Debug)]
pub struct LayerScript<'a> {
    writer: &'a mut SequenceWriter,
    /// The delay a note can share with the one before it; `None` where scripts meet.
    last_delay: Option<u16>,
    large: bool,
}

impl SequenceScript<'_> {
    fn command(&mut self, operation: S, values: &[Value]) -> &mut Self {
        self.writer.command(&self.writer.set.sequence, operation, values);
        self
    }

    /// Places a label at the next command.
    pub fn place(&mut self, label: Label) -> &mut Self {
        self.writer.place(label);
        self
    }
}

impl ChannelScript<'_> {
    fn command(&mut self, operation: C, values: &[Value]) -> &mut Self {
        self.writer.command(&self.writer.set.channel, operation, values);
        self
    }

    /// Places a label at the next command.
    pub fn place(&mut self, label: Label) -> &mut Self {
        self.writer.place(label);
        self
    }
}

impl LayerScript<'_> {
    fn command(&mut self, operation: L, values: &[Value]) -> &mut Self {
        let set = self.writer.set;
        let table = if self.large { &set.layer_large } else { &set.layer_short };
        self.writer.command(table, operation, values);
        // Elsewhere the script may come from, or have been to, other notes.
        if matches!(operation, L::Flow(_)) {
            self.last_delay = None;
        }
        self
    }

    /// Places a label at the next command.
    pub fn place(&mut self, label: Label) -> &mut Self {
        self.writer.place(label);
        self.last_delay = None;
        self
    }

    /// A large note (the channel has said [`ChannelScript::large_notes`]) in its shortest form: semitone 0 to 63
    /// (39 = middle C), ticks to the next event, velocity, and the part of the delay (of 256) that is silent.
    pub fn note(&mut self, semitone: u8, delay: u16, velocity: u8, gate: u8) -> &mut Self {
        let (form, values): (_, &[Value]) = if self.last_delay == Some(delay) {
            (NoteForm::LastDelay, &[velocity.into(), gate.into()])
        } else if gate == 0 {
            (NoteForm::WithoutGate, &[delay.into(), velocity.into()])
        } else {
            (NoteForm::Full, &[delay.into(), velocity.into(), gate.into()])
        };
        self.command(L::Note(form, semitone), values);
        self.last_delay = Some(delay);
        self
    }

    /// A short note (the channel is in short-note mode) with its own delay; velocity and gate are the layer's.
    pub fn short_note(&mut self, semitone: u8, delay: u16) -> &mut Self {
        self.command(L::Note(NoteForm::Full, semitone), &[delay.into()])
    }

    /// A short note with the default delay.
    pub fn short_note_default(&mut self, semitone: u8) -> &mut Self {
        self.command(L::Note(NoteForm::WithoutGate, semitone), &[])
    }

    /// A short note with the delay of the last note that had its own.
    pub fn short_note_again(&mut self, semitone: u8) -> &mut Self {
        self.command(L::Note(NoteForm::LastDelay, semitone), &[])
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    /// A layer script with some commands in it.
    fn layer(write: impl FnOnce(&mut LayerScript<'_>)) -> Result<Vec<u8>, FormatError> {
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let start = writer.label();
        write(&mut writer.layer_at(start));
        writer.finish()
    }

    #[test]
    fn notes_take_their_shortest_form() {
        let bytes = layer(|layer| {
            layer
                .note(39, 48, 100, 20)
                .note(41, 48, 90, 10)
                .note(39, 300, 80, 0)
                .rest(0x7F)
                .note(38, 300, 1, 2);
        });
        let expected =
            [39, 48, 100, 20, 0x80 + 41, 90, 10, 0x40 + 39, 0x81, 0x2C, 80, 0xC0, 0x7F, 0x80 + 38, 1, 2];
        assert_eq!(bytes.unwrap(), expected);
    }

    #[test]
    fn a_delay_is_not_shared_across_a_place_that_others_jump_to() {
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let (start, middle) = (writer.label(), writer.label());
        writer.layer_at(start).note(1, 24, 9, 0).place(middle).note(2, 24, 9, 0).jump(middle);
        assert_eq!(writer.finish().unwrap(), [0x41, 24, 9, 0x42, 24, 9, 0xFB, 0, 3]);
        let looped = layer(|layer| {
            layer.note(1, 24, 9, 0).loop_start(2).note(2, 24, 9, 0).loop_end().note(3, 24, 9, 0);
        });
        assert_eq!(looped.unwrap(), [0x41, 24, 9, 0xF8, 2, 0x42, 24, 9, 0xF7, 0x43, 24, 9]);
    }

    #[test]
    fn commands_follow_the_abi() {
        let priority = |abi| {
            let mut writer = SequenceWriter::new(abi);
            let start = writer.label();
            writer.channel_at(start).start_layer(1, start).hang();
            writer.finish().unwrap()
        };
        assert_eq!(priority(Abi::Sm64), [0x91, 0, 0, 0xF3]);
        assert_eq!(priority(Abi::Shindou), [0x89, 0, 0, 0xEA]);
    }

    #[test]
    fn portamento_times_have_two_forms() {
        let bytes = layer(|layer| {
            layer.portamento(1, 40, 200).portamento(0x81, 40, 200);
        });
        assert_eq!(bytes.unwrap(), [0xC7, 1, 40, 0x80, 200, 0xC7, 0x81, 40, 200]);
        assert!(layer(|layer| _ = layer.portamento(0x81, 40, 256)).is_err());
    }

    #[test]
    fn mistakes_are_told_at_the_end() {
        let error = layer(|layer| _ = layer.rest(3).rest(0x8000).note(64, 1, 1, 1)).unwrap_err();
        assert_eq!((error.offset, error.field.as_ref()), (3, "operand"), "{error}");
        let error = layer(|layer| _ = layer.note(64, 1, 1, 1)).unwrap_err();
        assert_eq!(error.expected, "one that the ABI has", "{error}");
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let nowhere = writer.label();
        writer.sequence().jump(nowhere);
        assert!(writer.finish().is_err());
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let twice = writer.label();
        writer.sequence().place(twice).delay(1).place(twice);
        assert!(writer.finish().is_err());
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let far = writer.label();
        writer.sequence().jump(far);
        let filler = writer.label();
        writer.bytes_at(filler, &[0; 0x10000]);
        writer.place(far);
        assert!(writer.finish().is_err());
    }

    #[test]
    fn envelopes_lie_at_even_addresses() {
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let (start, envelope) = (writer.label(), writer.label());
        writer.channel_at(start).envelope(envelope).end();
        writer.envelope_at(envelope, &[EnvelopePoint { delay: -1, argument: 0 }]);
        assert_eq!(writer.finish().unwrap(), [0xDA, 0, 4, 0xFF, 0xFF, 0xFF, 0, 0]);
        let mut writer = SequenceWriter::new(Abi::Sm64);
        let (table, entry) = (writer.label(), writer.label());
        writer.table_at(table, &[entry, table]);
        writer.place(entry);
        assert_eq!(writer.finish().unwrap(), [0, 4, 0, 0]);
    }
}

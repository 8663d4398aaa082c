//! Channel level, `n64-formats.md` 4.2.

use super::{Abi, Command, Flow, Operand};

/// What a channel command does. The numbers in parentheses are the command byte's low bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelOperation {
    /// No effect (operands may still be consumed).
    None,
    /// Value = whether a layer has finished.
    ReadLayerFinished(u8),
    /// Starts another channel at an address.
    StartChannel(u8),
    /// Disables another channel.
    DisableChannel(u8),
    /// Disables the channel of the operand.
    DisableChannelOf,
    /// Loads a sample; the port tells when it is there.
    LoadSample(u8),
    /// Writes the value to a port of another channel.
    WriteOtherPort(u8),
    /// Reads a port of another channel.
    ReadOtherPort(u8),
    /// Value -= port.
    SubtractPort(u8),
    /// Priority of the channel's notes.
    Priority(u8),
    /// Priority and release priority from the operand's nibbles.
    PriorityOf,
    /// Stops reading for up to 15 ticks.
    ShortDelay(u8),
    /// Port = value.
    WritePort(u8),
    /// Value = port.
    ReadPort(u8),
    /// Starts a layer at an address.
    StartLayer(u8),
    /// Frees a layer.
    FreeLayer(u8),
    /// Starts a layer at an address from the dynamic table.
    StartLayerFromTable(u8),
    /// Instrument.
    Instrument,
    /// Bank, then instrument.
    BankAndInstrument,
    /// Address of the dynamic table.
    DynamicTable,
    /// Short notes from here on.
    ShortNotes,
    /// Large notes from here on.
    LargeNotes,
    /// Dynamic table = address in the dynamic table.
    DynamicTableIndirect,
    /// Bank of the sequence's set.
    Bank,
    /// Writes value + operand into the sequence.
    WriteSequence,
    /// Value -= operand.
    Subtract,
    /// Value &= operand.
    And,
    /// Value = operand.
    Set,
    /// What muting does.
    MuteBehavior,
    /// Value = byte of the sequence.
    ReadSequence,
    /// Pointer register = operand.
    SetPointer,
    /// Stores the pointer register into the sequence.
    StorePointer,
    /// Pointer register = entry of a table in the sequence.
    LoadPointer,
    /// Pointer register = entry of the dynamic table.
    LoadPointerFromTable,
    /// Dynamic table = pointer register.
    DynamicTableFromPointer,
    /// Value = byte of the dynamic table.
    ReadTable,
    /// Stereo and headset effects.
    StereoEffects,
    /// Voice allocation policy.
    AllocationPolicy,
    /// Level at which the decay is held.
    Sustain,
    /// Pitch bend.
    PitchBend,
    /// Fine pitch bend.
    FinePitchBend,
    /// Reverb send.
    Reverb,
    /// Reverb unit.
    ReverbUnit,
    /// Book offset.
    BookOffset,
    /// Vibrato rate.
    VibratoRate,
    /// Vibrato extent.
    VibratoExtent,
    /// Vibrato rate with a ramp.
    VibratoRateRamp,
    /// Vibrato extent with a ramp.
    VibratoExtentRamp,
    /// Vibrato delay.
    VibratoDelay,
    /// Vibrato and pitch back to normal.
    VibratoReset,
    /// Release rate.
    ReleaseRate,
    /// Address of the envelope.
    Envelope,
    /// Transposition.
    Transposition,
    /// How much the channel's pan counts against the layer's.
    PanWeight,
    /// Pan.
    Pan,
    /// Frequency factor.
    FrequencyScale,
    /// Volume.
    Volume,
    /// Volume factor.
    VolumeScale,
    /// Calls an address from the dynamic table.
    CallFromTable,
    /// Eight parameters from the sequence.
    ParametersFromSequence,
    /// Eight parameters.
    Parameters,
    /// Gain.
    Gain,
    /// Address of a filter.
    Filter,
    /// No filter.
    FilterOff,
    /// Filter from the engine's tables; the operand is only consumed if a filter is set.
    FilterFromTables,
    /// Returns the channel's reserved voices.
    UnreserveVoices,
    /// Reserves voices.
    ReserveVoices,
    /// Stops the script for good; layers go on.
    Hang,
    /// Loads the sample of the instrument that the pointer register names.
    LoadSampleOfPointer(u8),
    /// Starts a layer at a relative address.
    StartLayerRelative(u8),
    /// Pointer register = random number.
    RandomPointer,
    /// Value = random number.
    Random,
    /// Random part of velocities, in percent.
    VelocityVariance,
    /// Random part of gates, in percent.
    GateVariance,
    /// Size and gain of the comb filter.
    CombFilter,
    /// Pointer register += operand.
    AddPointer,
    /// Pointer register = random number of a range.
    RandomPointerRange,
    /// Sample at which notes begin.
    StartOffset,
    /// Jumps to an address from the dynamic table.
    JumpFromTable,
    /// Asks the game.
    GameHook,
    /// Surround index.
    Surround,
    /// Value += channel number.
    AddChannelNumber,
    /// Writes value + operand into the sequence, at the channel's place in a table.
    WriteSequenceByChannel,
    /// Shifts the value.
    Shift,
    /// Control flow.
    Flow(Flow),
}

pub(super) const fn command(abi: Abi, byte: u8) -> Command<ChannelOperation> {
    match abi {
        Abi::Shindou if byte < 0xB0 => low_shindou(byte),
        Abi::Shindou => high(abi, byte),
        // 0xC0 itself has no effect (not even in the low table).
        _ if byte > 0xC0 => high(abi, byte),
        _ if byte == 0xC0 => Command::new(ChannelOperation::None, &[]),
        Abi::StarFox64 => low_star_fox(byte),
        _ => low(abi, byte),
    }
}

const fn low(abi: Abi, byte: u8) -> Command<ChannelOperation> {
    use ChannelOperation as C;
    use Operand::{Address, U8};
    let low = byte & 15;
    match byte >> 4 {
        0x0 => Command::new(C::ReadLayerFinished(low), &[]),
        0x1 => Command::new(C::StartChannel(low), &[Address]),
        0x2 => Command::new(C::DisableChannel(low), &[]),
        0x3 => Command::new(C::WriteOtherPort(low), &[U8]),
        0x4 => Command::new(C::ReadOtherPort(low), &[U8]),
        0x5 => Command::new(C::SubtractPort(low), &[]),
        0x6 if matches!(abi, Abi::Sm64) => Command::new(C::Priority(low), &[]),
        0x6 => Command::new(C::ShortDelay(low), &[]),
        0x7 => Command::new(C::WritePort(low), &[]),
        0x8 => Command::new(C::ReadPort(low), &[]),
        0x9 => Command::new(C::StartLayer(low), &[Address]),
        0xA => Command::new(C::FreeLayer(low), &[]),
        0xB => Command::new(C::StartLayerFromTable(low), &[]),
        _ => Command::new(C::None, &[]),
    }
}

const fn low_star_fox(byte: u8) -> Command<ChannelOperation> {
    match byte >> 4 {
        0x1 => Command::new(ChannelOperation::LoadSample(byte & 15), &[]),
        0x2 => Command::new(ChannelOperation::StartChannel(byte & 15), &[Operand::Address]),
        _ => low(Abi::StarFox64, byte),
    }
}

const fn low_shindou(byte: u8) -> Command<ChannelOperation> {
    use ChannelOperation as C;
    let low = byte & 7;
    match byte {
        0x00..=0x0F => Command::new(C::ShortDelay(byte & 15), &[]),
        0x60..=0x6F => Command::new(C::ReadPort(byte & 15), &[]),
        0x80..=0x87 => Command::new(C::ReadLayerFinished(low), &[]),
        0x88..=0x8F => Command::new(C::StartLayer(low), &[Operand::Address]),
        0x90..=0x97 => Command::new(C::FreeLayer(low), &[]),
        0x98..=0x9F => Command::new(C::StartLayerFromTable(low), &[]),
        0xA0..=0xFF => Command::new(C::None, &[]),
        _ => low_star_fox(byte),
    }
}

pub(super) const fn high(abi: Abi, byte: u8) -> Command<ChannelOperation> {
    use ChannelOperation as C;
    use Operand::{Address, I8, U8, U16};
    let first_generation = matches!(abi, Abi::Sm64);
    let shindou = matches!(abi, Abi::Shindou);
    let star_fox_or_shindou = matches!(abi, Abi::StarFox64 | Abi::Shindou);
    match byte {
        0xF1 if first_generation => return Command::new(C::UnreserveVoices, &[]),
        0xF2 if first_generation => return Command::new(C::ReserveVoices, &[U8]),
        0xF3 if first_generation => return Command::new(C::Hang, &[]),
        0xF6 => return Command::new(C::Flow(Flow::Break), &[]),
        _ => {}
    }
    if let Some((flow, operands)) = Flow::of(abi, byte) {
        return Command::new(C::Flow(flow), operands);
    }
    match byte {
        0xB0 if shindou => Command::new(C::Filter, &[Address]),
        0xB1 if shindou => Command::new(C::FilterOff, &[]),
        0xB2 if shindou => Command::new(C::LoadPointer, &[Address]),
        0xB3 if shindou => Command::new(C::FilterFromTables, &[U8]),
        0xB4 if shindou => Command::new(C::DynamicTableFromPointer, &[]),
        0xB5 if shindou => Command::new(C::LoadPointerFromTable, &[]),
        0xB6 if shindou => Command::new(C::ReadTable, &[]),
        0xC1 => Command::new(C::Instrument, &[U8]),
        0xC2 => Command::new(C::DynamicTable, &[Address]),
        0xC3 => Command::new(C::ShortNotes, &[]),
        0xC4 => Command::new(C::LargeNotes, &[]),
        0xC5 => Command::new(C::DynamicTableIndirect, &[]),
        0xC6 => Command::new(C::Bank, &[U8]),
        0xC7 => Command::new(C::WriteSequence, &[U8, Address]),
        0xC8 => Command::new(C::Subtract, &[U8]),
        0xC9 => Command::new(C::And, &[U8]),
        0xCA => Command::new(C::MuteBehavior, &[U8]),
        0xCB => Command::new(C::ReadSequence, &[Address]),
        0xCC => Command::new(C::Set, &[U8]),
        0xCD if star_fox_or_shindou => Command::new(C::DisableChannelOf, &[U8]),
        0xCE if star_fox_or_shindou => Command::new(C::SetPointer, &[U16]),
        0xCF if star_fox_or_shindou => Command::new(C::StorePointer, &[Address]),
        0xD0 => Command::new(C::StereoEffects, &[U8]),
        0xD1 => Command::new(C::AllocationPolicy, &[U8]),
        0xD2 => Command::new(C::Sustain, &[U8]),
        0xD3 => Command::new(C::PitchBend, &[I8]),
        0xD4 => Command::new(C::Reverb, &[U8]),
        0xD6 if first_generation => Command::new(C::None, &[U8]),
        0xD7 => Command::new(C::VibratoRate, &[U8]),
        0xD8 => Command::new(C::VibratoExtent, &[U8]),
        0xD9 => Command::new(C::ReleaseRate, &[U8]),
        0xDA => Command::new(C::Envelope, &[Address]),
        0xDB => Command::new(C::Transposition, &[I8]),
        0xDC => Command::new(C::PanWeight, &[U8]),
        0xDD => Command::new(C::Pan, &[U8]),
        0xDE => Command::new(C::FrequencyScale, &[U16]),
        0xDF => Command::new(C::Volume, &[U8]),
        0xE0 => Command::new(C::VolumeScale, &[U8]),
        0xE1 => Command::new(C::VibratoRateRamp, &[U8, U8, U8]),
        0xE2 => Command::new(C::VibratoExtentRamp, &[U8, U8, U8]),
        0xE3 => Command::new(C::VibratoDelay, &[U8]),
        0xE4 => Command::new(C::CallFromTable, &[]),
        _ if first_generation => Command::new(C::None, &[]),
        0xE5 => Command::new(C::ReverbUnit, &[U8]),
        0xE6 => Command::new(C::BookOffset, &[U8]),
        0xE7 => Command::new(C::ParametersFromSequence, &[Address]),
        0xE8 => Command::new(C::Parameters, &[U8, U8, U8, I8, U8, U8, U8, U8]),
        0xE9 => Command::new(C::PriorityOf, &[U8]),
        0xEA => Command::new(C::Hang, &[]),
        0xEB => Command::new(C::BankAndInstrument, &[U8, U8]),
        0xEC => Command::new(C::VibratoReset, &[]),
        0xED if star_fox_or_shindou => Command::new(C::Gain, &[U8]),
        0xEE if star_fox_or_shindou => Command::new(C::FinePitchBend, &[I8]),
        0xEF if star_fox_or_shindou => Command::new(C::None, &[U16, U8]),
        0xF0 => Command::new(C::UnreserveVoices, &[]),
        0xF1 => Command::new(C::ReserveVoices, &[U8]),
        _ => Command::new(C::None, &[]),
    }
}

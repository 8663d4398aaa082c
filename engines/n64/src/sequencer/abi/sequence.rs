//! Sequence level, `n64-formats.md` 4.1.

use super::{Abi, Command, Flow, Operand};

/// What a sequence command does. The numbers in parentheses are the command byte's low nibble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SequenceOperation {
    /// No effect.
    None,
    /// Value = whether a channel has finished.
    ReadChannelFinished(u8),
    /// Value -= variation.
    SubtractVariation,
    /// Variation = value.
    WriteVariation,
    /// Value = variation.
    ReadVariation,
    /// Starts a channel at an address.
    StartChannel(u8),
    /// Stops the player's script, channels and layers for good.
    EndUpdate,
    /// Writes value + operand into the sequence.
    WriteSequence,
    /// Value -= operand.
    Subtract,
    /// Value &= operand.
    And,
    /// Value = operand.
    Set,
    /// Voice allocation policy of channels initialised later.
    AllocationPolicy,
    /// Address of the short notes' gate table.
    GateTable,
    /// Address of the short notes' velocity table.
    VelocityTable,
    /// What muting does.
    MuteBehavior,
    /// Mutes the player.
    Mute,
    /// Volume factor while muted.
    MuteVolumeScale,
    /// Disables and releases the channels of a mask.
    DisableChannels,
    /// Initialises the channels of a mask.
    InitializeChannels,
    /// Factor of the fade volume.
    FadeVolumeScale,
    /// Fade volume += operand.
    AddVolume,
    /// Fade mode and time.
    SetFade,
    /// Volume, through the fade state.
    SetVolume,
    /// Tempo += operand, limited.
    AddTempo,
    /// Tempo offset.
    TempoOffset,
    /// Tempo, limited.
    SetTempo,
    /// Transposition += operand.
    AddTransposition,
    /// Transposition = operand.
    SetTransposition,
    /// Returns the player's reserved voices.
    UnreserveVoices,
    /// Reserves voices.
    ReserveVoices,
    /// Disables a channel.
    DisableChannel(u8),
    /// Value -= port.
    SubtractPort(u8),
    /// Port = value.
    WritePort(u8),
    /// Value = port.
    ReadPort(u8),
    /// Loads a sequence, bank or sample bank; the port tells when it is there.
    LoadResource(u8),
    /// Loads a sequence over this one.
    LoadSequence(u8),
    /// Starts a channel at a relative address.
    StartChannelRelative(u8),
    /// Starts a sequence on a player.
    RunSequence,
    /// Sets an informational counter.
    ScriptCounter,
    /// Calls an address from a table.
    CallFromTable,
    /// Jumps to an address from a table.
    JumpFromTable,
    /// Mutes channels by a mask from a table.
    MuteChannelsFromTable,
    /// Value = random number.
    Random,
    /// Control flow.
    Flow(Flow),
}

pub(super) const fn command(abi: Abi, byte: u8) -> Command<SequenceOperation> {
    use Operand::{Address, I8, U8, U16};
    use SequenceOperation as S;
    let low = byte & 15;
    let first_generation = matches!(abi, Abi::Sm64);
    let shindou = matches!(abi, Abi::Shindou);
    let star_fox = matches!(abi, Abi::StarFox64);
    match byte {
        0x00..=0x0F => return Command::new(S::ReadChannelFinished(low), &[]),
        0x50..=0x5F => return Command::new(S::SubtractVariation, &[]),
        0x70..=0x7F => return Command::new(S::WriteVariation, &[]),
        0x80..=0x8F => return Command::new(S::ReadVariation, &[]),
        0x90..=0x9F => return Command::new(S::StartChannel(low), &[Address]),
        0xF1 if first_generation => return Command::new(S::UnreserveVoices, &[]),
        0xF2 if first_generation => return Command::new(S::ReserveVoices, &[U8]),
        _ => {}
    }
    if let Some((flow, operands)) = Flow::of(abi, byte) {
        return Command::new(S::Flow(flow), operands);
    }
    match byte {
        0xC6 if shindou => Command::new(S::EndUpdate, &[]),
        0xC7 if shindou || star_fox => Command::new(S::WriteSequence, &[U8, Address]),
        0xC8 => Command::new(S::Subtract, &[U8]),
        0xC9 => Command::new(S::And, &[U8]),
        0xCC => Command::new(S::Set, &[U8]),
        0xD0 => Command::new(S::AllocationPolicy, &[U8]),
        0xD1 => Command::new(S::GateTable, &[Address]),
        0xD2 => Command::new(S::VelocityTable, &[Address]),
        0xD3 => Command::new(S::MuteBehavior, &[U8]),
        0xD4 => Command::new(S::Mute, &[]),
        0xD5 => Command::new(S::MuteVolumeScale, &[I8]),
        0xD6 => Command::new(S::DisableChannels, &[U16]),
        0xD7 => Command::new(S::InitializeChannels, &[U16]),
        0xD9 if !first_generation => Command::new(S::FadeVolumeScale, &[I8]),
        0xDA if first_generation => Command::new(S::AddVolume, &[I8]),
        0xDA => Command::new(S::SetFade, &[U8, U16]),
        0xDB => Command::new(S::SetVolume, &[U8]),
        0xDC if shindou || star_fox => Command::new(S::TempoOffset, &[I8]),
        0xDC => Command::new(S::AddTempo, &[I8]),
        0xDD => Command::new(S::SetTempo, &[U8]),
        0xDE => Command::new(S::AddTransposition, &[I8]),
        0xDF => Command::new(S::SetTransposition, &[I8]),
        0xF0 if !first_generation => Command::new(S::UnreserveVoices, &[]),
        0xF1 if !first_generation => Command::new(S::ReserveVoices, &[U8]),
        _ => Command::new(S::None, &[]),
    }
}

//! The command sets of Ocarina of Time and Majora's Mask, all levels: `n64-oot.md` 3, 4 and 13.

use super::{ChannelOperation, Command, Flow, LayerOperation, NoteForm, Operand, SequenceOperation};
use Operand::{Address, I8, I16, PortamentoTime, U8, U16, Variable};

/// Control flow, the same on all levels (3.1).
const fn flow(byte: u8) -> Option<(Flow, &'static [Operand])> {
    Some(match byte {
        0xF2 => (Flow::RelativeJumpIfNegative, &[I8]),
        0xF3 => (Flow::RelativeJumpIfZero, &[I8]),
        0xF4 => (Flow::RelativeJump, &[I8]),
        0xF5 => (Flow::JumpIfNotNegative, &[Address]),
        0xF6 => (Flow::Break, &[]),
        0xF7 => (Flow::LoopEnd, &[]),
        0xF8 => (Flow::LoopStart, &[U8]),
        0xF9 => (Flow::JumpIfNegative, &[Address]),
        0xFA => (Flow::JumpIfZero, &[Address]),
        0xFB => (Flow::Jump, &[Address]),
        0xFC => (Flow::Call, &[Address]),
        0xFD => (Flow::Delay, &[Variable]),
        0xFE => (Flow::DelayOne, &[]),
        0xFF => (Flow::End, &[]),
        _ => return None,
    })
}

/// Sequence level (4.1).
pub(super) const fn sequence(is_majora: bool, byte: u8) -> Command<SequenceOperation> {
    use SequenceOperation as S;
    if let Some((flow, operands)) = flow(byte) {
        return Command::new(S::Flow(flow), operands);
    }
    let low = byte & 15;
    match byte {
        0x00..=0x0F => Command::new(S::ReadChannelFinished(low), &[]),
        0x40..=0x4F => Command::new(S::DisableChannel(low), &[]),
        0x50..=0x5F => Command::new(S::SubtractPort(low), &[]),
        0x60..=0x6F => Command::new(S::LoadResource(low), &[U8, U8]),
        0x70..=0x7F => Command::new(S::WritePort(low), &[]),
        0x80..=0x8F => Command::new(S::ReadPort(low), &[]),
        0x90..=0x9F => Command::new(S::StartChannel(low), &[Address]),
        0xA0..=0xAF => Command::new(S::StartChannelRelative(low), &[I16]),
        0xB0..=0xBF => Command::new(S::LoadSequence(low), &[U8, Address]),
        0xC2 if is_majora => Command::new(S::JumpFromTable, &[Address]),
        0xC3 if is_majora => Command::new(S::MuteChannelsFromTable, &[Address]),
        0xC4 => Command::new(S::RunSequence, &[U8, U8]),
        0xC5 => Command::new(S::ScriptCounter, &[U16]),
        0xC6 => Command::new(S::EndUpdate, &[]),
        0xC7 => Command::new(S::WriteSequence, &[U8, Address]),
        0xC8 => Command::new(S::Subtract, &[U8]),
        0xC9 => Command::new(S::And, &[U8]),
        0xCC => Command::new(S::Set, &[U8]),
        0xCD => Command::new(S::CallFromTable, &[Address]),
        0xCE => Command::new(S::Random, &[U8]),
        0xD0 => Command::new(S::AllocationPolicy, &[U8]),
        0xD1 => Command::new(S::GateTable, &[Address]),
        0xD2 => Command::new(S::VelocityTable, &[Address]),
        0xD3 => Command::new(S::MuteBehavior, &[U8]),
        0xD4 => Command::new(S::Mute, &[]),
        0xD5 => Command::new(S::MuteVolumeScale, &[I8]),
        0xD6 => Command::new(S::None, &[U16]),
        0xD7 => Command::new(S::InitializeChannels, &[U16]),
        0xD9 => Command::new(S::FadeVolumeScale, &[I8]),
        0xDA => Command::new(S::SetFade, &[U8, U16]),
        0xDB => Command::new(S::SetVolume, &[U8]),
        0xDC => Command::new(S::TempoOffset, &[I8]),
        0xDD => Command::new(S::SetTempo, &[U8]),
        0xDE => Command::new(S::AddTransposition, &[I8]),
        0xDF => Command::new(S::SetTransposition, &[I8]),
        0xEF => Command::new(S::None, &[I16, U8]),
        0xF0 => Command::new(S::UnreserveVoices, &[]),
        0xF1 => Command::new(S::ReserveVoices, &[U8]),
        _ => Command::new(S::None, &[]),
    }
}

/// Channel level (4.2, 4.3 and 13).
pub(super) const fn channel(is_majora: bool, byte: u8) -> Command<ChannelOperation> {
    use ChannelOperation as C;
    if let Some((flow, operands)) = flow(byte) {
        return Command::new(C::Flow(flow), operands);
    }
    let (nibble, slot) = (byte & 15, byte & 7);
    match byte {
        0x00..=0x0F => Command::new(C::ShortDelay(nibble), &[]),
        0x10..=0x17 => Command::new(C::LoadSample(slot), &[]),
        0x18..=0x1F => Command::new(C::LoadSampleOfPointer(slot), &[]),
        0x20..=0x2F => Command::new(C::StartChannel(nibble), &[Address]),
        0x30..=0x3F => Command::new(C::WriteOtherPort(nibble), &[U8]),
        0x40..=0x4F => Command::new(C::ReadOtherPort(nibble), &[U8]),
        0x50..=0x5F => Command::new(C::SubtractPort(nibble), &[]),
        0x60..=0x6F => Command::new(C::ReadPort(nibble), &[]),
        0x70..=0x77 => Command::new(C::WritePort(slot), &[]),
        0x78..=0x7F => Command::new(C::StartLayerRelative(if slot < 4 { slot } else { 0 }), &[I16]),
        0x80..=0x87 => Command::new(C::ReadLayerFinished(slot), &[]),
        0x88..=0x8F => Command::new(C::StartLayer(slot), &[Address]),
        0x90..=0x97 => Command::new(C::FreeLayer(slot), &[]),
        0x98..=0x9F => Command::new(C::StartLayerFromTable(slot), &[]),
        0xA0..=0xAF if is_majora => majora_channel(byte),
        0xB7 => Command::new(C::RandomPointer, &[I16]),
        0xB8 => Command::new(C::Random, &[U8]),
        0xB9 => Command::new(C::VelocityVariance, &[U8]),
        0xBA => Command::new(C::GateVariance, &[U8]),
        0xBB => Command::new(C::CombFilter, &[U8, U16]),
        0xBC => Command::new(C::AddPointer, &[U16]),
        0xBD if is_majora => Command::new(C::StartOffset, &[I16]),
        0xBD => Command::new(C::RandomPointerRange, &[I16, I16]),
        0xBE if is_majora => Command::new(C::GameHook, &[U8]),
        0xC5 if is_majora => Command::new(C::JumpFromTable, &[]),
        0xD5 | 0xD6 => Command::new(C::None, &[U8]),
        0xEF => Command::new(C::None, &[I16, U8]),
        _ => super::channel::high(super::Abi::Shindou, byte),
    }
}

const fn majora_channel(byte: u8) -> Command<ChannelOperation> {
    use ChannelOperation as C;
    match byte {
        0xA0 | 0xA2 => Command::new(C::None, &[I16]),
        0xA4 => Command::new(C::Surround, &[U8]),
        0xA5 => Command::new(C::AddChannelNumber, &[]),
        0xA6 => Command::new(C::WriteSequenceByChannel, &[U8, Address]),
        0xA7 => Command::new(C::Shift, &[U8]),
        0xA8 => Command::new(C::RandomPointerRange, &[I16, I16]),
        _ => Command::new(C::None, &[]),
    }
}

/// Layer level (4.4 and 13).
pub(super) const fn layer(is_majora: bool, byte: u8, large: bool) -> Command<LayerOperation> {
    use LayerOperation as L;
    if let Some((flow, operands)) = flow(byte) {
        return Command::new(L::Flow(flow), operands);
    }
    let semitone = byte & 0x3F;
    match (byte, large) {
        (0x00..=0x3F, true) => Command::new(L::Note(NoteForm::Full, semitone), &[Variable, U8, U8]),
        (0x00..=0x3F, false) => Command::new(L::Note(NoteForm::Full, semitone), &[Variable]),
        (0x40..=0x7F, true) => Command::new(L::Note(NoteForm::WithoutGate, semitone), &[Variable, U8]),
        (0x40..=0x7F, false) => Command::new(L::Note(NoteForm::WithoutGate, semitone), &[]),
        (0x80..=0xBF, true) => Command::new(L::Note(NoteForm::LastDelay, semitone), &[U8, U8]),
        (0x80..=0xBF, false) => Command::new(L::Note(NoteForm::LastDelay, semitone), &[]),
        (0xC0, _) => Command::new(L::Rest, &[Variable]),
        (0xC1, _) => Command::new(L::Velocity, &[U8]),
        (0xC2, _) => Command::new(L::Transposition, &[U8]),
        (0xC3, _) => Command::new(L::DefaultDelay, &[Variable]),
        (0xC4, _) => Command::new(L::LegatoOn, &[]),
        (0xC5, _) => Command::new(L::LegatoOff, &[]),
        (0xC6, _) => Command::new(L::Instrument, &[U8]),
        (0xC7, _) => Command::new(L::Portamento, &[U8, U8, PortamentoTime]),
        (0xC8, _) => Command::new(L::PortamentoOff, &[]),
        (0xC9, _) => Command::new(L::Gate, &[U8]),
        (0xCA, _) => Command::new(L::Pan, &[U8]),
        (0xCB, _) => Command::new(L::Envelope, &[Address, U8]),
        (0xCC, _) => Command::new(L::IgnoreDrumPan, &[]),
        (0xCD, _) => Command::new(L::StereoBits, &[U8]),
        (0xCE, _) => Command::new(L::FineTune, &[I8]),
        (0xCF, _) => Command::new(L::ReleaseRate, &[U8]),
        (0xD0..=0xDF, _) => Command::new(L::VelocityFromTable(byte & 15), &[]),
        (0xE0..=0xEF, _) => Command::new(L::GateFromTable(byte & 15), &[]),
        (0xF0, _) if is_majora => Command::new(L::ClearFlags, &[U16]),
        (0xF1, _) if is_majora => Command::new(L::Surround, &[U8]),
        _ => Command::new(L::None, &[]),
    }
}

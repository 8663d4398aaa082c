//! Layer level, `n64-formats.md` 3 and 4.3.

use super::{Abi, Command, Flow, Operand};

/// The three ways of writing a note: the upper two bits of its byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteForm {
    /// Large: delay, velocity, gate. Short: delay.
    Full,
    /// Large: delay and velocity, the gate is 0. Short: the default delay.
    WithoutGate,
    /// Large: velocity and gate, the delay is the last one. Short: the last delay.
    LastDelay,
}

/// What a layer command does. The numbers in parentheses are the command byte's low nibble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerOperation {
    /// No effect.
    None,
    /// A note of a semitone (0 to 63, before transposition).
    Note(NoteForm, u8),
    /// Silence.
    Rest,
    /// Velocity of short notes.
    Velocity,
    /// Transposition.
    Transposition,
    /// Default delay of short notes.
    DefaultDelay,
    /// Notes go on in one another.
    LegatoOn,
    /// Notes are struck anew.
    LegatoOff,
    /// Instrument of this layer.
    Instrument,
    /// Slides between notes.
    Portamento,
    /// No slides.
    PortamentoOff,
    /// Gate of short notes.
    Gate,
    /// Pan.
    Pan,
    /// Address of the envelope, and release rate.
    Envelope,
    /// Drums keep the layer's pan.
    IgnoreDrumPan,
    /// Stereo bits.
    StereoBits,
    /// Fine tuning.
    FineTune,
    /// Velocity from the table.
    VelocityFromTable(u8),
    /// Gate from the table.
    GateFromTable(u8),
    /// Release rate.
    ReleaseRate,
    /// Clears flags that say which of the channel's parameters are used.
    ClearFlags,
    /// Surround index.
    Surround,
    /// Control flow.
    Flow(Flow),
}

pub(super) const fn command(abi: Abi, byte: u8, large: bool) -> Command<LayerOperation> {
    use LayerOperation as L;
    use Operand::{Address, I8, PortamentoTime, U8, Variable};
    let first_generation = matches!(abi, Abi::Sm64);
    let star_fox_or_shindou = matches!(abi, Abi::StarFox64 | Abi::Shindou);
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
        (0xCB, _) if !first_generation => Command::new(L::Envelope, &[Address, U8]),
        (0xCC, _) if !first_generation => Command::new(L::IgnoreDrumPan, &[]),
        (0xCD, _) if star_fox_or_shindou => Command::new(L::StereoBits, &[U8]),
        (0xCE, _) if star_fox_or_shindou => Command::new(L::FineTune, &[I8]),
        (0xD0..=0xDF, _) => Command::new(L::VelocityFromTable(byte & 15), &[]),
        (0xE0..=0xEF, _) => Command::new(L::GateFromTable(byte & 15), &[]),
        // No value register on this level: only the unconditional part of the control flow exists.
        (0xF4, _) if !first_generation => Command::new(L::Flow(Flow::RelativeJump), &[I8]),
        (0xF7, _) => Command::new(L::Flow(Flow::LoopEnd), &[]),
        (0xF8, _) => Command::new(L::Flow(Flow::LoopStart), &[U8]),
        (0xFB, _) => Command::new(L::Flow(Flow::Jump), &[Address]),
        (0xFC, _) => Command::new(L::Flow(Flow::Call), &[Address]),
        (0xFF, _) => Command::new(L::Flow(Flow::End), &[]),
        _ => Command::new(L::None, &[]),
    }
}

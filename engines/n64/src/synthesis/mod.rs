//! The CPU's part of the synthesis: command lists for the signal processor.

pub mod abi1;
mod decoding;
pub mod nead;
mod ring;
mod speed;

pub use speed::Speed;

use tatum_core::{Frame, Mutes};

use crate::engine::Engine;
use crate::event::EngineProbe;
use crate::profile::{Generation, Preset};

/// Bytes of RAM the synthesis of a preset works in.
pub fn work_bytes(generation: Generation, preset: &Preset) -> usize {
    match generation {
        Generation::First => abi1::first::work_bytes(preset),
        Generation::European => abi1::european::work_bytes(preset),
        Generation::Shindou | Generation::Ocarina | Generation::Majora => nead::work_bytes(preset),
    }
}

/// The synthesis of a generation. It is chosen once; chunks and voices know which one they belong to.
#[derive(Clone)]
pub enum Synthesizer {
    /// Super Mario 64, Japanese and American.
    First(Box<abi1::first::Synthesizer>),
    /// Super Mario 64, European.
    European(Box<abi1::european::Synthesizer>),
    /// Shindou and the Zelda generation.
    Nead(Box<nead::Synthesizer>),
}

impl Synthesizer {
    /// The synthesis for an engine's generation and preset.
    pub fn new(engine: &Engine) -> Self {
        match engine.generation() {
            Generation::First => Self::First(Box::new(abi1::first::Synthesizer::new(engine))),
            Generation::European => Self::European(Box::new(abi1::european::Synthesizer::new(engine))),
            Generation::Shindou | Generation::Ocarina | Generation::Majora => {
                Self::Nead(Box::new(nead::Synthesizer::new(engine)))
            }
        }
    }

    /// Mutes voices from the next chunk on.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        match self {
            Self::First(synthesizer) => synthesizer.set_mutes(mutes),
            Self::European(synthesizer) => synthesizer.set_mutes(mutes),
            Self::Nead(synthesizer) => synthesizer.set_mutes(mutes),
        }
    }

    /// Appends the commands of an update's chunk of `chunk` samples (a multiple of 8).
    pub fn sequence_chunk(&mut self, engine: &mut Engine, update: u32, chunk: u32) {
        match self {
            Self::First(synthesizer) => synthesizer.sequence_chunk(engine, chunk),
            Self::European(synthesizer) => synthesizer.sequence_chunk(engine, update, chunk),
            Self::Nead(synthesizer) => synthesizer.sequence_chunk(engine, update, chunk),
        }
    }

    /// Runs the frame's list and replaces `out` with its samples.
    pub fn run_frame<P: EngineProbe>(
        &mut self,
        engine: &mut Engine,
        frame: i64,
        out: &mut Vec<Frame>,
        probe: &mut P,
    ) {
        match self {
            Self::First(synthesizer) => synthesizer.run_frame(engine, frame, out, probe),
            Self::European(synthesizer) => synthesizer.run_frame(engine, frame, out, probe),
            Self::Nead(synthesizer) => synthesizer.run_frame(engine, frame, out, probe),
        }
    }
}

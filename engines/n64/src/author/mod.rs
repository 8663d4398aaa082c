//! Making files for the engine: ADPCM samples, the built-in banks, sequences, and songs in text.

pub mod abi;
pub mod adpcm_book;
pub mod adpcm_encoder;
pub mod assemble;
pub mod built_in;
mod command_bytes;
pub mod disassemble;
mod dyntable_use;
pub mod envelope_points;
pub mod envelope_shape;
mod merging;
pub mod midi;
pub mod mml;
pub mod model;
pub mod rom_sequences;
pub mod sample_codec;
pub mod sequence_writer;
pub mod text;

//! Making files for the engine: ADPCM samples, the built-in banks, sequences, and songs in text.

pub mod adpcm_book;
pub mod adpcm_encoder;
pub mod built_in;
pub mod envelope_points;
pub mod mml;
pub mod sequence_writer;

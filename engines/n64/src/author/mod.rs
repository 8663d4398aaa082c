//! Making files for the engine: ADPCM samples, the built-in banks, sequences.

pub mod adpcm_book;
pub mod adpcm_encoder;
pub mod sequence_writer;

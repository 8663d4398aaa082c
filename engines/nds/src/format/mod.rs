//! File layouts and their typed structures, both directions.
//!
//! Every parser checks counts against the bytes that exist before it allocates anything, and every writer produces
//! the canonical layout, so that a canonical file survives a round trip byte for byte.

pub mod adpcm;
pub mod adpcm_encoder;
pub mod built_in;
mod bytes;
pub mod event;
mod header;
pub mod info;
pub mod ncsf;
pub mod psf;
pub mod rom;
pub mod sbnk;
pub mod sdat;
pub mod ssar;
pub mod sseq;
pub mod strm;
pub mod swar;
pub mod symb;

pub(crate) use bytes::{ByteWriter, le_u16, le_u32, u8_at};
pub(crate) use header::{read_file_header, write_single_block_file};

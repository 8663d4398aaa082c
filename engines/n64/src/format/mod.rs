//! File layouts and the typed structures they become.

pub mod archive;
pub mod audio_archives;
pub mod bank;
pub mod bank_set;
mod bank_writer;
pub mod byte_order;
pub mod checksum;
mod codec;
pub mod file_table;
pub mod font_list;
pub mod font_samples;
pub mod game_facts;
pub mod game_image;
pub mod index_table;
pub mod music_pack;
pub mod rom;
mod rom_search;
pub mod sequence;
pub mod shindou_rom;
pub mod yaz0;
pub mod zelda_rom;
mod zelda_search;

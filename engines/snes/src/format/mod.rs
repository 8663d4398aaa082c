//! File formats of the SNES engines.
//!
//! | file | layout |
//! |:--|:--|
//! | `spc` | the `.spc` container: registers, RAM, DSP registers (`snes-authoring.md` section 7) |
//! | `id666` | the tags in its header, text and binary |
//! | `xid6` | the extended tags behind the data |
//! | `song_bank` | the songs in a RAM image |
//! | `raw_song` | a song without any header |
//! | `game_rom` | A Link to the Past: the transfers in its ROM, its songs |
//! | `relatives` | songs of the other drivers of the family, and where they lie |
//! | `checksum` | the checksum in a ROM's header |
//! | `transfer` | the blocks that a game sends into the audio RAM |
//! | `text` | bytes that should be text |

mod checksum;
mod game_rom;
mod id666;
mod raw_song;
mod relatives;
pub mod song_bank;
mod spc;
mod text;
mod transfer;
mod xid6;

pub use checksum::{copier_header, header_checksum, set_checksum, stored_checksum, update_checksum};
pub use game_rom::{GameRom, RomBank, RomSong};
pub use id666::Id666;
pub use raw_song::{read_image_or_song, read_raw_song};
pub use relatives::{KnownPlaces, NoSong, RelativeSongs};
pub use spc::{PlayLength, SpcFile};
pub use transfer::{TransferBlock, TransferImage};
pub use xid6::{ExtendedTag, ExtendedTags, TagId, TagValue};

//! File formats of the SNES engines.
//!
//! | file | layout |
//! |:--|:--|
//! | `spc` | the `.spc` container: registers, RAM, DSP registers (`snes-authoring.md` section 7) |
//! | `id666` | the tags in its header, text and binary |
//! | `xid6` | the extended tags behind the data |
//! | `text` | bytes that should be text |

mod id666;
mod spc;
mod text;
mod xid6;

pub use id666::Id666;
pub use spc::{PlayLength, SpcFile};
pub use xid6::{ExtendedTag, ExtendedTags, TagId, TagValue};

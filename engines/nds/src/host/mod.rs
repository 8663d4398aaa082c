//! The game's side: how the library on the main processor starts and steers sequences (nds-driver 4 and 10).

mod calls;
mod slots;

pub use crate::sequencer::MuteMode;
pub use calls::{HostCall, HostEvent};
pub(crate) use slots::{PlayerSlots, Refusal};

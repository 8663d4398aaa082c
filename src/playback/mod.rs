//! Playing songs live: what is heard, and how it is steered.
//!
//! ```text
//! Performance (a player, its plan) -> Transport (snapshots: seeking) -> Effects (not exact, off) -> ring -> device
//!                                              Session: the render thread that owns all of it
//! ```

mod effects;
mod performance;
mod playlist;
mod recent;
mod session;
mod stretch;
mod transport;
mod watch;

pub use performance::Performance;
pub use playlist::{Entry, Playlist};
pub use recent::Recent;
pub use session::{Command, Ending, Parts, Report, Session, Settings, SongCard, Status};
pub use transport::Transport;

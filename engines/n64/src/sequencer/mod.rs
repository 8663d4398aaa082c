//! The script interpreter: players, channels and layers, tick by tick.

pub mod abi;
pub mod channel;
mod channel_script;
mod fade;
pub(crate) mod filter_tables;
pub mod host;
mod later_channel_script;
pub mod layer;
mod layer_script;
mod limits;
mod note;
mod parameters;
pub(crate) mod random;
pub mod script;
pub mod sequence_player;
mod sequence_script;
mod update;

pub use fade::FadeState;
pub(crate) use layer_script::{DEFAULT_GATES, DEFAULT_VELOCITIES};

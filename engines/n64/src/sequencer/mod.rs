//! The script interpreter: players, channels and layers, tick by tick.

pub mod abi;
pub mod channel;
mod channel_script;
pub mod layer;
mod layer_script;
mod note;
mod parameters;
pub mod script;
pub mod sequence_player;
mod sequence_script;
mod update;

//! From what a track plays to the registers of its voice.
//!
//! | file | unit |
//! |:--|:--|
//! | `pitch` | semitones to pitch registers |
//! | `vibrato` | the triangle on the pitch |
//! | `volume` | volumes, tremolo and pan to volume registers |
//! | `instrument` | sample, envelope and tuning |

mod instrument;
pub mod pitch;
mod vibrato;
mod volume;

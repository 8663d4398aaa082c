//! Making data for the console.
//!
//! | file | unit |
//! |:--|:--|
//! | `brr_encoder` | PCM to BRR blocks |
//! | `brr_sample` | recordings made fit for BRR, and BRR files |
//! | [`midi`] | songs as MIDI files, both directions |
//! | `sample_bank` | samples and instruments of an image |
//! | `decimator` | recordings at half their rate |
//! | `built_in` | the built-in instruments at the numbers and tunings of A Link to the Past |

pub mod brr_encoder;
pub mod brr_sample;
pub mod built_in;
mod decimator;
pub mod midi;
pub mod sample_bank;

//! Making data for the console.
//!
//! | file | unit |
//! |:--|:--|
//! | `assembler/` | the song language |
//! | `brr_encoder` | PCM to BRR blocks |
//! | `decimator` | recordings at half their rate |
//! | `built_in` | the built-in instruments at the numbers and tunings of A Link to the Past |

pub mod assembler;
pub mod brr_encoder;
pub mod built_in;
mod decimator;

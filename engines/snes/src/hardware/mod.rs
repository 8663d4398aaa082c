//! The sound module, one file or room per unit.
//!
//! | file or room | unit |
//! |:--|:--|
//! | `spc700` | the processor, which knows only a bus |
//! | `dsp` | the S-DSP, clock by clock |
//! | `ram` | the 64 KiB that both share |
//! | `clocked_dsp` | DSP and RAM on the processor's clock: they catch up when somebody looks |
//! | `footprint` | which RAM the DSP may use soon |
//! | `timers`, `ports`, `test_register` | the I/O block at $F0-$FF |
//! | `sound_module` | the processor's bus and the run loop |
//! | `idle_loop` | recognises a program that waits |

mod clocked_dsp;
pub mod dsp;
mod footprint;
mod idle_loop;
mod ports;
mod ram;
mod sound_module;
pub mod spc700;
mod test_register;
mod timers;

pub use clocked_dsp::ClockedDsp;
pub use ports::{PortWrite, Ports};
pub use ram::Ram;
pub use sound_module::{BOOT_ROM_SIZE, SoundModule, SoundModuleState};
pub use test_register::{CycleKind, TestRegister};
pub use timers::{Timer, Timers};

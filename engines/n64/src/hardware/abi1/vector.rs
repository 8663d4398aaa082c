//! Runs command lists with the widest vectors the processor has.
//!
//! There is one implementation of every unit. It is compiled twice: for every processor of the target, and for
//! those with AVX2, chosen at run time. All arithmetic is on integers, so both give the same results; a test
//! compares them. The only unsafe code of the crate is the call of the second one.

#![allow(unsafe_code, reason = "calling a function that is compiled for a detected processor feature")]

use super::command::AudioCommand;
use super::signal_processor::SignalProcessor;
use crate::hardware::memory::Ram;

/// Executes a list in order.
pub fn run_list(processor: &mut SignalProcessor, ram: &mut Ram, list: &[AudioCommand]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has just been found to have AVX2, which is all the function asks for.
        unsafe { run_list_avx2(processor, ram, list) };
        return;
    }
    run_list_portable(processor, ram, list);
}

fn run_list_portable(processor: &mut SignalProcessor, ram: &mut Ram, list: &[AudioCommand]) {
    for command in list {
        processor.execute(ram, *command);
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn run_list_avx2(processor: &mut SignalProcessor, ram: &mut Ram, list: &[AudioCommand]) {
    for command in list {
        processor.execute(ram, *command);
    }
}

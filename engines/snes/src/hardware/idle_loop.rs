//! Recognises a program that waits for a timer or a port, so that the waiting need not be executed.

use super::spc700::Registers;

/// Watches one round of a loop.
///
/// A round that ends with the registers it began with, wrote nothing and read only what stays as it is until a
/// known cycle will go on like that until then. The bus tells what the round did; the run loop asks at every
/// jump backwards.
#[derive(Clone, Debug, Default)]
pub(super) struct IdleLoop {
    start: Option<(Registers, u64)>,
    eventful: bool,
    timers: u8,
    ports: bool,
}

/// A round that changes nothing, as long as what it read stays the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Round {
    /// Its length in cycles.
    pub(super) cycles: u64,
    /// Timers whose counters it read, one bit each.
    pub(super) timers: u8,
    /// Whether it read the input ports.
    pub(super) ports: bool,
}

impl IdleLoop {
    /// Farthest jump backwards that is taken for a waiting loop.
    pub(super) const LONGEST: u16 = 64;

    /// Something happened that another round need not repeat.
    #[inline(always)]
    pub(super) const fn mark_eventful(&mut self) {
        self.eventful = true;
    }

    /// A timer's counter was read and found zero.
    pub(super) const fn mark_timer(&mut self, number: u8) {
        self.timers |= 1 << number;
    }

    /// An input port was read.
    pub(super) const fn mark_ports(&mut self) {
        self.ports = true;
    }

    /// The program jumped backwards: was the last round an idle one? A new round begins in any case.
    pub(super) fn close_round(&mut self, registers: Registers, now: u64) -> Option<Round> {
        let round = match self.start {
            Some((before, start)) if before == registers && !self.eventful => {
                Some(Round { cycles: now - start, timers: self.timers, ports: self.ports })
            }
            _ => None,
        };
        self.start = Some((registers, now));
        self.eventful = false;
        self.timers = 0;
        self.ports = false;
        round
    }
}

use std::collections::VecDeque;

use tatum_core::Probe;

use crate::event::{Event, Port};

/// A value that the main processor writes into a port at a given time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortWrite {
    /// Reads whose cycle starts at this cycle or later see the value.
    pub cycle: u64,
    /// The port.
    pub port: Port,
    /// The value.
    pub value: u8,
}

/// The four ports at $F4-$F7: each is two latches, one for each direction (`snes-hardware.md` section 3).
#[derive(Clone, Debug, Default)]
pub struct Ports {
    input: [u8; 4],
    output: [u8; 4],
    scheduled: VecDeque<PortWrite>,
}

impl Ports {
    /// Ports that show `input` to the program.
    #[must_use]
    pub const fn new(input: [u8; 4]) -> Self {
        Self { input, output: [0; 4], scheduled: VecDeque::new() }
    }

    /// Plans a write from outside; writes at the same cycle keep their order.
    pub fn schedule(&mut self, write: PortWrite) {
        let place = self.scheduled.partition_point(|other| other.cycle <= write.cycle);
        self.scheduled.insert(place, write);
    }

    /// Takes over the writes that an access ending at cycle `now` sees.
    pub(super) fn catch_up(&mut self, now: u64, probe: &mut impl Probe<Event>) {
        while let Some(&PortWrite { cycle, port, value }) = self.scheduled.front() {
            if cycle >= now {
                break;
            }
            self.input[usize::from(port.number())] = value;
            probe.record(|| Event::PortInput { cycle, port, value });
            self.scheduled.pop_front();
        }
    }

    /// The first cycle at whose end an access sees something new.
    pub(super) fn next_change(&self) -> Option<u64> {
        self.scheduled.front().map(|write| write.cycle.saturating_add(1))
    }

    /// What the program reads.
    #[must_use]
    pub const fn input(&self, port: Port) -> u8 {
        self.input[port as usize]
    }

    /// What the main processor reads.
    #[must_use]
    pub const fn output(&self, port: Port) -> u8 {
        self.output[port as usize]
    }

    pub(super) const fn set_output(&mut self, port: Port, value: u8) {
        self.output[port as usize] = value;
    }

    /// CONTROL bits 4 and 5 clear the inputs in pairs.
    pub(super) fn clear_inputs(&mut self, control: u8) {
        if control & 0x10 != 0 {
            self.input[..2].fill(0);
        }
        if control & 0x20 != 0 {
            self.input[2..].fill(0);
        }
    }
}

//! The hardware under the driver: DSP and RAM, timer, ports.

use tatum_core::Probe;

use super::memory_map::ENTRY;
use crate::event::Event;
use crate::format::TransferImage;
use crate::hardware::dsp::{Register, RegisterFile};
use crate::hardware::{ClockedDsp, Ports, Ram, Timer};

/// DSP and RAM as the driver uses them, at cycles that never go backwards.
pub(crate) trait Sound {
    /// Writes a DSP register.
    fn write(&mut self, cycle: u64, register: Register, value: u8, probe: &mut impl Probe<Event>);
    /// Reads a DSP register.
    fn read(&mut self, cycle: u64, register: Register, probe: &mut impl Probe<Event>) -> u8;
    /// Reads a byte of RAM.
    fn read_ram(&mut self, cycle: u64, address: u16, probe: &mut impl Probe<Event>) -> u8;
    /// Writes a byte of RAM.
    fn write_ram(&mut self, cycle: u64, address: u16, value: u8, probe: &mut impl Probe<Event>);
}

impl Sound for ClockedDsp {
    fn write(&mut self, cycle: u64, register: Register, value: u8, probe: &mut impl Probe<Event>) {
        Self::write(self, cycle, register, value, probe);
    }

    fn read(&mut self, cycle: u64, register: Register, probe: &mut impl Probe<Event>) -> u8 {
        Self::read(self, cycle, register, probe)
    }

    fn read_ram(&mut self, cycle: u64, address: u16, probe: &mut impl Probe<Event>) -> u8 {
        Self::read_ram(self, cycle, address, probe)
    }

    fn write_ram(&mut self, cycle: u64, address: u16, value: u8, probe: &mut impl Probe<Event>) {
        Self::write_ram(self, cycle, address, value, probe);
    }
}

/// Registers and RAM without a DSP: enough to see what the song does, as long as its echo leaves the song alone.
#[derive(Clone, Debug)]
pub(crate) struct SilentSound {
    pub(crate) registers: RegisterFile,
    pub(crate) ram: Ram,
}

impl Sound for SilentSound {
    fn write(&mut self, cycle: u64, register: Register, value: u8, probe: &mut impl Probe<Event>) {
        probe.record(|| Event::DspWrite { cycle, register, value });
        self.registers.set(register, value);
    }

    fn read(&mut self, _cycle: u64, register: Register, _probe: &mut impl Probe<Event>) -> u8 {
        self.registers.get(register)
    }

    fn read_ram(&mut self, _cycle: u64, address: u16, _probe: &mut impl Probe<Event>) -> u8 {
        self.ram.read(address)
    }

    fn write_ram(&mut self, _cycle: u64, address: u16, value: u8, _probe: &mut impl Probe<Event>) {
        self.ram.write(address, value);
    }
}

/// The hardware that the driver runs on, without the processor.
#[derive(Clone, Debug)]
pub(crate) struct Machine<S> {
    pub(crate) sound: S,
    pub(crate) timer: Timer<128>,
    /// Cycles by which the timer's pulses come early.
    pub(crate) timer_lead: u64,
    pub(crate) ports: Ports,
    /// Cycles that the processor would have completed.
    pub(crate) cycle: u64,
    /// What the RAM was filled with.
    pub(crate) memory: MemoryContents,
}

impl<S> Machine<S> {
    /// Starts timer 0.
    pub(crate) fn start_timer(&mut self, target: u8) {
        let now = self.cycle + self.timer_lead;
        self.timer.set_target(now, target);
        self.timer.set_enabled(now, true);
    }

    /// Cycles until the timer has counted something; none if it does not run.
    pub(crate) fn cycles_to_timer_tick(&mut self) -> Option<u64> {
        let now = self.cycle + self.timer_lead;
        self.timer.next_tick(now).map(|tick| tick - now)
    }

    /// Reads what the timer has counted, and clears it.
    pub(crate) fn read_timer(&mut self) -> u8 {
        self.timer.read(self.cycle + self.timer_lead)
    }
}

/// What the RAM was filled with.
#[derive(Clone, Debug)]
pub(crate) struct MemoryContents {
    /// Pages that hold something of the image.
    loaded: [bool; 256],
    /// The image brings the driver itself, so that everything behind its tables is there.
    has_driver: bool,
    /// Where song 1 is, if there is no table.
    lone_song: Option<u16>,
}

impl MemoryContents {
    /// What an image leaves in the RAM.
    pub(crate) fn of_image(image: &TransferImage) -> Self {
        let mut loaded = [false; 256];
        for block in &image.blocks {
            let last = usize::from(block.address) + block.data.len().saturating_sub(1);
            let pages = usize::from(block.address >> 8)..=last >> 8;
            loaded.iter_mut().take(*pages.end() + 1).skip(*pages.start()).for_each(|page| *page = true);
        }
        Self { loaded, has_driver: image.covers(ENTRY), lone_song: image.lone_song }
    }

    /// Whether the image filled a part of the page.
    pub(crate) const fn is_loaded(&self, page: u8) -> bool {
        self.loaded[page as usize]
    }

    /// Where a song is that no table leads to.
    pub(crate) fn song_without_table(&self, song: u8) -> Option<u16> {
        self.lone_song.filter(|_| song == 1)
    }

    /// Whether the image brought the driver's code.
    pub(crate) const fn has_driver(&self) -> bool {
        self.has_driver
    }
}

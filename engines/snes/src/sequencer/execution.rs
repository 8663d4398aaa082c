//! The driver at work: its memory, its clock and its hands on the DSP.

use tatum_core::{DiagnosticLog, Fault, Probe};

use super::constants;
use super::driver::{Channel, Driver};
use super::machine::{Machine, Sound};
use super::memory_map::PAN_TABLE;
use super::track::Track;
use super::variant::Dialect;
use crate::event::Event;
use crate::hardware::dsp::Register;

/// What the routines of the driver give: a value, or the reason why the console would be lost here.
pub(crate) type Outcome<T = ()> = Result<T, Fault>;

/// Bytes of song data that one tick may read. The eight tracks of a song need some hundreds; a song whose tracks
/// make no time pass would read for ever (`snes-nspc.md` section 11).
pub const BYTES_PER_TICK: u32 = 100_000;

/// How far the driver is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// How often the wait for the timer has ended.
    pub(crate) passes: u64,
    /// Song ticks, those before the song's start included.
    pub(crate) ticks: u64,
    /// The cycle at which the last one began.
    pub(crate) tick_cycle: u64,
    /// Bytes of song data that this tick has read.
    pub(crate) bytes_read: u32,
    /// A song has been chosen.
    pub(crate) song_started: bool,
}

impl Progress {
    /// Ticks that have begun at a cycle, which may lie before the last one but not before the one before it.
    pub(crate) const fn ticks_at(&self, cycle: u64) -> u64 {
        if self.tick_cycle > cycle { self.ticks - 1 } else { self.ticks }
    }
}

/// The driver executing: each routine of the specification is a method, in the file of its subject.
///
/// Every step says with [`Execution::spend`] how many cycles the driver takes for it: the numbers in braces of
/// `snes-nspc.md` section 6. So each DSP write falls on the cycle on which the driver makes it.
pub(crate) struct Execution<'a, S, P> {
    pub(crate) dialect: Dialect,
    pub(crate) driver: &'a mut Driver,
    pub(crate) machine: &'a mut Machine<S>,
    pub(crate) progress: &'a mut Progress,
    pub(crate) diagnostics: &'a mut DiagnosticLog,
    pub(crate) probe: &'a mut P,
}

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Lets cycles pass.
    #[inline]
    pub(crate) const fn spend(&mut self, cycles: u64) {
        self.machine.cycle += cycles;
    }

    pub(crate) const fn track(&mut self, channel: Channel) -> &mut Track {
        self.driver.track_mut(channel)
    }

    /// Writes a DSP register (`W` of the specification).
    pub(crate) fn write(&mut self, register: Register, value: u8) {
        self.spend(10);
        self.write_now(register, value);
        self.spend(5);
    }

    /// Writes a DSP register, with the time that it takes spent by the caller.
    pub(crate) fn write_now(&mut self, register: Register, value: u8) {
        self.machine.sound.write(self.machine.cycle, register, value, self.probe);
    }

    /// Writes a DSP register unless a sound effect owns the voice (`WC` of the specification).
    pub(crate) fn write_for(&mut self, channel: Channel, register: Register, value: u8) {
        if self.is_taken(channel) {
            self.spend(23);
        } else {
            self.spend(16);
            self.write(register, value);
        }
    }

    /// Whether a sound effect owns the channel's voice.
    pub(crate) const fn is_taken(&self, channel: Channel) -> bool {
        self.driver.effect_voices & channel.bit() != 0
    }

    /// Reads a byte of song data.
    pub(crate) fn read(&mut self, address: u16) -> Outcome<u8> {
        self.progress.bytes_read += 1;
        if self.progress.bytes_read > BYTES_PER_TICK {
            let message = format!(
                "no time passes: {BYTES_PER_TICK} bytes read in one tick, the last at ${address:04X}"
            );
            return Err(self.fault(address, message));
        }
        if self.dialect.belongs_to_driver(address) {
            let message = format!("song data at ${address:04X}, which is the driver's own memory");
            return Err(self.fault(address, message));
        }
        Ok(self.machine.sound.read_ram(self.machine.cycle, address, self.probe))
    }

    /// Reads a little-endian word of song data.
    pub(crate) fn read_word(&mut self, address: u16) -> Outcome<u16> {
        let low = self.read(address)?;
        let high = self.read(address.wrapping_add(1))?;
        Ok(u16::from_le_bytes([low, high]))
    }

    /// Reads a byte of a table, wherever it lies.
    pub(crate) fn read_table(&mut self, address: u16) -> u8 {
        self.machine.sound.read_ram(self.machine.cycle, address, self.probe)
    }

    /// Reads a byte of the driver's tables, or of what lies behind them: of that only a part is known.
    pub(crate) fn read_constant(&mut self, address: u16, table: &str) -> u8 {
        let offset = address.wrapping_sub(PAN_TABLE);
        if !self.dialect.variant.is_mapped {
            return constants::table_byte(self.dialect.variant, offset).unwrap_or_else(|| {
                let message =
                    format!("the {table} table is left for bytes that are not known: taken as silent");
                self.diagnostics.warn(u64::from(offset), message);
                0
            });
        }
        if !self.machine.memory.has_driver() && !constants::is_known(offset) {
            let message =
                format!("the {table} table is left as far as code that is not there: taken as silent");
            self.diagnostics.warn(u64::from(address), message);
        }
        self.read_table(address)
    }

    /// The reason to stop at an address.
    pub(crate) const fn fault(&self, address: u16, message: String) -> Fault {
        Fault { tick: self.progress.ticks, offset: address as u64, message }
    }
}

//! What RAM the DSP may touch in the near future.
//!
//! Processor and DSP share the RAM. As long as the processor stays away from what the DSP uses, neither has to
//! wait for the other.

use super::Ram;
use super::clocked_dsp::PendingWrite;
use super::dsp::{CLOCKS_PER_SAMPLE, Dsp, Prospects, Register, VOICES, VoiceRegister};

/// Samples for which a footprint holds.
pub(super) const HORIZON: u64 = 640;

/// A piece of RAM that may wrap at 64 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) start: u16,
    /// 1 to 65536.
    pub(super) length: u32,
}

impl Range {
    pub(super) const fn contains(self, address: u16) -> bool {
        (address.wrapping_sub(self.start) as u32) < self.length
    }

    pub(super) const fn overlaps(self, other: Self) -> bool {
        self.contains(other.start) || other.contains(self.start)
    }

    fn mark(self, pages: &mut [bool; 256]) {
        let first = usize::from(self.start >> 8);
        let last = (usize::from(self.start) + self.length.min(0x1_0000) as usize - 1) >> 8;
        for page in first..=last {
            pages[page & 255] = true;
        }
    }
}

/// The addresses that the DSP may read, and those that it may write, within [`HORIZON`] samples.
///
/// It errs on the safe side, and when it does not know it says "everywhere".
#[derive(Clone, Debug)]
pub(super) struct Footprint {
    read_pages: [bool; 256],
    write_pages: [bool; 256],
    samples: Vec<Range>,
    directory: Vec<Range>,
    echo: Vec<Range>,
    prospects: Prospects,
    writes_echo: bool,
    /// The echo may overwrite the directory: where samples lie cannot be foretold.
    unpredictable: bool,
    /// What the DSP writes can be what its voices read.
    echo_meets_samples: bool,
    /// Voices that were left out because they stand still, one bit each.
    resting: u8,
    /// For each voice, the highest PITCHH for which all this holds.
    pitch_bounds: [u8; VOICES],
    known: bool,
    /// The last cycle for which all this holds.
    until: u64,
}

impl Default for Footprint {
    fn default() -> Self {
        Self {
            read_pages: [true; 256],
            write_pages: [true; 256],
            samples: Vec::new(),
            directory: Vec::new(),
            echo: Vec::new(),
            prospects: Prospects::default(),
            writes_echo: true,
            unpredictable: true,
            echo_meets_samples: true,
            resting: 0,
            pitch_bounds: [0; VOICES],
            known: false,
            until: 0,
        }
    }
}

impl Footprint {
    pub(super) const fn is_known(&self) -> bool {
        self.known
    }

    /// Whether it holds up to a cycle.
    #[inline]
    pub(super) const fn reaches(&self, cycle: u64) -> bool {
        cycle <= self.until
    }

    /// From now on: everywhere.
    pub(super) fn forget(&mut self) {
        if self.known {
            self.known = false;
            self.read_pages = [true; 256];
            self.write_pages = [true; 256];
        }
    }

    #[inline]
    pub(super) fn may_read_page(&self, address: u16) -> bool {
        self.read_pages[usize::from(address >> 8)]
    }

    #[inline]
    pub(super) fn may_write_page(&self, address: u16) -> bool {
        self.write_pages[usize::from(address >> 8)]
    }

    /// Whether the DSP may read the cell.
    pub(super) fn may_read(&self, address: u16) -> bool {
        let mut ranges = self.samples.iter().chain(&self.directory).chain(&self.echo);
        self.unpredictable || ranges.any(|range| range.contains(address))
    }

    /// Whether the DSP may write the cell.
    pub(super) fn may_write(&self, address: u16) -> bool {
        self.writes_echo && self.echo.iter().any(|range| range.contains(address))
    }

    /// Whether what the DSP writes can be what its voices read.
    pub(super) const fn echo_meets_samples(&self) -> bool {
        self.echo_meets_samples
    }

    fn echo_meets(&self, ranges: &[Range]) -> bool {
        self.writes_echo && self.echo.iter().any(|echo| ranges.iter().any(|range| range.overlaps(*echo)))
    }

    const fn rests(&self, voice: usize) -> bool {
        self.resting >> voice & 1 != 0
    }

    /// A register is being written: forgets everything if that can lead the DSP elsewhere.
    #[inline]
    pub(super) fn observe_write(&mut self, register: Register, old: u8, new: u8) {
        let leads_elsewhere = match register {
            // The others' samples count already from their start.
            Register::KON => new & self.resting != 0,
            Register::DIR | Register::ESA | Register::EDL | Register::FLG | Register::PMON => old != new,
            _ => match register.voice_register() {
                Some((_, VoiceRegister::Source)) => old != new,
                Some((voice, VoiceRegister::PitchLow)) => new != 0 && self.rests(voice),
                Some((voice, VoiceRegister::PitchHigh)) => {
                    new & 0x3F > self.pitch_bounds[voice] || new != 0 && self.rests(voice)
                }
                _ => false,
            },
        };
        if leads_elsewhere {
            self.forget();
        }
    }

    /// Finds out, from the state of the chip at `clock` and the writes that it has still to see.
    pub(super) fn compute<'a>(
        &mut self,
        dsp: &Dsp,
        ram: &Ram,
        clock: u64,
        pending: impl Iterator<Item = &'a PendingWrite>,
    ) {
        self.prospects.clear();
        for write in pending {
            self.prospects.add(write.register, write.value);
        }
        self.samples.clear();
        self.directory.clear();
        self.echo.clear();
        self.writes_echo = dsp.may_write_echo() || self.prospects.echo_writes;
        self.resting = dsp.resting_voices(&self.prospects);
        self.pitch_bounds = std::array::from_fn(|voice| dsp.pitch_bound(voice, &self.prospects));
        let (samples, directory) = (&mut self.samples, &mut self.directory);
        dsp.sample_ranges(ram, HORIZON, self.resting, &self.prospects, samples, directory);
        dsp.echo_ranges(&self.prospects, &mut self.echo);
        self.unpredictable = self.echo_meets(&self.directory);
        self.echo_meets_samples = self.unpredictable || self.echo_meets(&self.samples);
        self.mark_pages(dsp.has_monitor());
        self.known = true;
        self.until = clock + HORIZON * CLOCKS_PER_SAMPLE;
    }

    /// With a monitor every write must be seen: it has to go into the monitor's RAM as well.
    fn mark_pages(&mut self, all_writes_count: bool) {
        self.read_pages = [self.unpredictable || all_writes_count; 256];
        self.write_pages = [false; 256];
        for range in self.samples.iter().chain(&self.directory).chain(&self.echo) {
            range.mark(&mut self.read_pages);
        }
        if self.writes_echo {
            for range in &self.echo {
                range.mark(&mut self.write_pages);
            }
        }
    }
}

//! The DSP with its RAM on the processor's clock.

use std::collections::VecDeque;

use tatum_core::{Frame, Mutes, Probe};

use super::Ram;
use super::dsp::{
    self, BlockChanges, CLOCKS_PER_SAMPLE, Dsp, KeyChange, KeyPoll, Register, RegisterFile, Timing,
    VoiceChange,
};
use super::footprint::Footprint;
use crate::event::Event;

/// A register write that the DSP has not come to yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct PendingWrite {
    pub(super) cycle: u64,
    pub(super) register: Register,
    pub(super) value: u8,
}

/// A write that a block of samples can take on its way.
enum Change {
    Voice(VoiceChange),
    Key(KeyChange),
}

/// The clock of a sample in which the keys are polled.
const KEY_POLL_CLOCK: u64 = 30;

/// The S-DSP and the RAM, driven by accesses that say at which cycle they happen.
///
/// This is all that a program for the sound module needs, be it the SPC700 or an interpreter that stands in for
/// it: write registers and RAM at cycles that never go backwards, then let the time pass and take the frames.
/// Cycle `n` is the end of the n-th cycle: DSP clocks 0 to n-1 come before the access, clock n after it
/// (`snes-hardware.md` section 1). Frame `n` is complete after clock 32 n + 27.
///
/// The DSP is not clocked along with the accesses. Writes wait in a queue, and the DSP catches up when it must:
/// when a status register is read, when RAM that it uses is touched, when the time is up.
///
/// ```
/// use tatum_core::{Frame, NullProbe};
/// use tatum_snes::hardware::dsp::{Register, RegisterFile};
/// use tatum_snes::hardware::{ClockedDsp, Ram};
///
/// let mut sound = ClockedDsp::new(RegisterFile::default(), Ram::default());
/// sound.write(100, Register::FLG, 0x20, &mut NullProbe);
/// sound.write(130, Register::MVOLL, 0x7F, &mut NullProbe);
/// let mut frames = [Frame::SILENCE; 10];
/// sound.catch_up(320, &mut NullProbe);
/// assert_eq!(sound.take_frames(&mut frames), 10);
/// ```
#[derive(Clone, Debug)]
pub struct ClockedDsp {
    dsp: Dsp,
    ram: Ram,
    /// Clocks that the DSP has executed.
    clock: u64,
    /// The registers as the program sees them: pending writes included, status registers as of the last look.
    visible: RegisterFile,
    pending: VecDeque<PendingWrite>,
    footprint: Footprint,
    frames: Vec<Frame>,
    taken: usize,
    /// Writes on their way into the samples that are being made.
    changes: BlockChanges,
    shortcuts: bool,
}

impl ClockedDsp {
    /// A chip at clock 0 with these registers (see [`Dsp::new`]) and this RAM.
    #[must_use]
    pub fn new(registers: RegisterFile, ram: Ram) -> Self {
        Self {
            dsp: Dsp::new(registers),
            ram,
            clock: 0,
            visible: registers,
            pending: VecDeque::new(),
            footprint: Footprint::default(),
            frames: Vec::new(),
            taken: 0,
            changes: BlockChanges::default(),
            shortcuts: true,
        }
    }

    /// Chooses between the fast path and the plain schedule of 32 clocks. Both give the same; the plain one is
    /// for tests.
    pub fn set_shortcuts(&mut self, on: bool) {
        self.shortcuts = on;
    }

    /// Clocks executed so far.
    #[must_use]
    pub const fn clock(&self) -> u64 {
        self.clock
    }

    /// The chip as it stands at [`ClockedDsp::clock`].
    #[must_use]
    pub const fn dsp(&self) -> &Dsp {
        &self.dsp
    }

    /// The RAM. What the DSP writes into it is there up to [`ClockedDsp::clock`].
    #[must_use]
    pub const fn ram(&self) -> &Ram {
        &self.ram
    }

    /// The registers as a program sees them, writes that the DSP has not come to included; status registers as of
    /// the last look.
    #[must_use]
    pub const fn registers(&self) -> &RegisterFile {
        &self.visible
    }

    /// Writes a register at a cycle.
    pub fn write(&mut self, cycle: u64, register: Register, value: u8, probe: &mut impl Probe<Event>) {
        probe.record(|| Event::DspWrite { cycle, register, value });
        if self.shortcuts && self.repeats(register, value) {
            return;
        }
        self.pending.push_back(PendingWrite { cycle, register, value });
        self.footprint.observe_write(register, self.visible.get(register), value);
        self.visible.set(register, if register == Register::ENDX { 0 } else { value });
    }

    /// Whether a write stores what the last one has stored, and nothing comes of that. Drivers refresh registers all
    /// the time.
    #[inline]
    fn repeats(&self, register: Register, value: u8) -> bool {
        let acts_anew = register.is_status() || register == Register::KON && value != 0;
        !acts_anew && value == self.visible.get(register)
    }

    /// Reads a register at a cycle.
    pub fn read(&mut self, cycle: u64, register: Register, probe: &mut impl Probe<Event>) -> u8 {
        if register.is_status() {
            self.catch_up(cycle, probe);
            self.visible.set(register, self.dsp.registers().get(register));
        }
        self.visible.get(register)
    }

    /// Reads a byte of RAM at a cycle.
    pub fn read_ram(&mut self, cycle: u64, address: u16, probe: &mut impl Probe<Event>) -> u8 {
        self.expect_until(cycle);
        if self.footprint.may_write_page(address) {
            self.before_ram_read(cycle, address, probe);
        }
        self.ram.read(address)
    }

    /// Writes a byte of RAM at a cycle.
    pub fn write_ram(&mut self, cycle: u64, address: u16, value: u8, probe: &mut impl Probe<Event>) {
        self.expect_until(cycle);
        if self.footprint.may_read_page(address) {
            self.before_ram_write(cycle, address, probe);
        }
        self.store(address, value);
    }

    /// Runs the DSP up to `cycle` (not included); the frames are kept for [`ClockedDsp::take_frames`].
    ///
    /// Memory for them grows with the distance: go in steps.
    pub fn catch_up(&mut self, cycle: u64, probe: &mut impl Probe<Event>) {
        while self.clock < cycle {
            self.apply_due_writes();
            let whole_samples = (cycle - self.clock) / CLOCKS_PER_SAMPLE;
            if whole_samples == 0 || !self.shortcuts || !self.run_samples(whole_samples, probe) {
                self.tick(probe);
            }
        }
        self.apply_due_writes();
    }

    /// Copies frames that are complete, the oldest first; returns how many.
    pub fn take_frames(&mut self, out: &mut [Frame]) -> usize {
        let ready = self.frames.get(self.taken..).unwrap_or_default();
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.taken += count;
        if self.taken == self.frames.len() {
            self.frames.clear();
            self.taken = 0;
        }
        count
    }

    /// Silences voices (voice n is channel n) and the echo in what is heard, and changes nothing else.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        let muted =
            (0..8).filter(|&voice| mutes.silences(voice, Some(voice))).fold(0, |all, voice| all | 1 << voice);
        self.dsp.set_muted(muted, mutes.silences_returns(), &self.ram);
        self.footprint.forget();
    }

    fn tick(&mut self, probe: &mut impl Probe<Event>) {
        self.frames.extend(self.dsp.tick(&mut self.ram));
        if let Some(poll) = self.dsp.take_key_poll() {
            report_keys(self.clock, poll, probe);
        }
        self.clock += 1;
    }

    fn apply_due_writes(&mut self) {
        while let Some(&PendingWrite { cycle, register, value }) = self.pending.front() {
            if cycle > self.clock {
                break;
            }
            self.dsp.write(register, value);
            self.pending.pop_front();
        }
    }

    /// Takes the fast path for at most `limit` samples; `false` if this sample must go clock by clock.
    fn run_samples(&mut self, limit: u64, probe: &mut impl Probe<Event>) -> bool {
        if !self.dsp.is_between_samples() {
            return false;
        }
        let limit = limit.min(dsp::BLOCK as u64);
        self.expect_until(self.clock + limit * CLOCKS_PER_SAMPLE);
        self.know_footprint();
        if self.footprint.echo_meets_samples() {
            return false;
        }
        if self.has_write_before(self.clock + CLOCKS_PER_SAMPLE) && !self.apply_early_writes() {
            return false;
        }
        let count = self.count_samples(limit.min(self.dsp.samples_at_a_time() as u64));
        self.take_changes(count);
        let clock = self.clock;
        let polled = |sample, poll| {
            report_keys(clock + sample as u64 * CLOCKS_PER_SAMPLE + KEY_POLL_CLOCK, poll, probe);
        };
        self.dsp.run_samples(count as usize, &self.changes, &mut self.ram, &mut self.frames, polled);
        self.clock += count * CLOCKS_PER_SAMPLE;
        true
    }

    fn has_write_before(&self, cycle: u64) -> bool {
        self.pending.front().is_some_and(|write| write.cycle < cycle)
    }

    /// Whole samples, `limit` at most, before the next write that a block cannot take. What is left of the
    /// first sample's writes waits for its end.
    fn count_samples(&self, limit: u64) -> u64 {
        let end = self.clock + limit * CLOCKS_PER_SAMPLE;
        let before_end = self.pending.iter().take_while(|write| write.cycle < end);
        let mut others = before_end.filter(|write| self.change(write).is_none());
        let next = others.next().map_or(limit, |write| (write.cycle - self.clock) / CLOCKS_PER_SAMPLE);
        next.max(1)
    }

    /// What a write changes in a block of samples that begins now, if it is one that a block can take.
    fn change(&self, write: &PendingWrite) -> Option<Change> {
        let &PendingWrite { register, value, .. } = write;
        let voice = register.voice_register().filter(|&(_, register)| VoiceChange::can_be(register));
        if voice.is_none() && !KeyChange::can_be(register) {
            return None;
        }
        let clocks = write.cycle - self.clock;
        let sample = (clocks / CLOCKS_PER_SAMPLE) as usize;
        let clock = clocks % CLOCKS_PER_SAMPLE;
        let sample = match Timing::of_write(register, value, clock, &self.dsp) {
            Timing::Early => sample,
            Timing::Late => sample + 1,
            Timing::Inside => return None,
        };
        Some(match voice {
            Some((voice, register)) => Change::Voice(VoiceChange { sample, voice, register, value }),
            None => Change::Key(KeyChange { sample, register, value }),
        })
    }

    /// Takes the changes in the next `count` samples out of the queue.
    fn take_changes(&mut self, count: u64) {
        self.changes.voices.clear();
        self.changes.keys.clear();
        let end = self.clock + count * CLOCKS_PER_SAMPLE;
        if !self.has_write_before(end) {
            return;
        }
        let mut pending = std::mem::take(&mut self.pending);
        pending.retain(|write| {
            let change = if write.cycle < end { self.change(write) } else { None };
            match change {
                Some(Change::Voice(change)) if (change.sample as u64) < count => {
                    self.changes.voices.push(change)
                }
                Some(Change::Key(change)) if (change.sample as u64) < count => self.changes.keys.push(change),
                _ => return true,
            }
            false
        });
        self.pending = pending;
    }

    /// Applies those writes of the coming sample that count as if they had been there from its start; the others
    /// wait for its end. `false`, and nothing is applied, if there is one that takes effect in between.
    fn apply_early_writes(&mut self) -> bool {
        let (clock, dsp) = (self.clock, &mut self.dsp);
        let end = clock + CLOCKS_PER_SAMPLE;
        let timing = |write: &PendingWrite, dsp: &Dsp| {
            Timing::of_write(write.register, write.value, write.cycle - clock, dsp)
        };
        let of_this_sample = || self.pending.iter().take_while(|write| write.cycle < end);
        if of_this_sample().any(|write| timing(write, dsp) == Timing::Inside) {
            return false;
        }
        self.pending.retain(|write| {
            let is_early = write.cycle < end && timing(write, dsp) == Timing::Early;
            if is_early {
                dsp.write(write.register, write.value);
            }
            !is_early
        });
        true
    }

    /// Promises that accesses up to `cycle` come before the next call: the footprint must reach that far.
    #[inline]
    pub(super) fn expect_until(&mut self, cycle: u64) {
        if !self.footprint.reaches(cycle) {
            self.footprint.forget();
        }
    }

    /// Whether a read needs [`ClockedDsp::before_ram_read`] first.
    #[inline]
    pub(super) fn guards_read(&self, address: u16) -> bool {
        self.footprint.may_write_page(address)
    }

    /// Whether a write needs [`ClockedDsp::before_ram_write`] first.
    #[inline]
    pub(super) fn guards_write(&self, address: u16) -> bool {
        self.footprint.may_read_page(address)
    }

    /// Lets the DSP catch up if it may have written the cell. Returns whether it was so.
    #[cold]
    pub(super) fn before_ram_read(
        &mut self,
        cycle: u64,
        address: u16,
        probe: &mut impl Probe<Event>,
    ) -> bool {
        self.know_footprint();
        let touches = self.footprint.may_write(address);
        if touches {
            self.catch_up(cycle, probe);
        }
        touches
    }

    /// Lets the DSP catch up if it may yet read the cell's old value.
    #[cold]
    pub(super) fn before_ram_write(&mut self, cycle: u64, address: u16, probe: &mut impl Probe<Event>) {
        self.know_footprint();
        if self.footprint.may_read(address) {
            self.catch_up(cycle, probe);
            // What was written may be a directory entry: other addresses count from now on.
            self.footprint.forget();
        }
    }

    fn know_footprint(&mut self) {
        if !self.footprint.is_known() {
            self.footprint.compute(&self.dsp, &self.ram, self.clock, self.pending.iter());
        }
    }

    /// Stores a byte whose cell has been checked.
    #[inline]
    pub(super) fn store(&mut self, address: u16, value: u8) {
        self.ram.write(address, value);
        self.dsp.observe_ram_write(address, value);
    }
}

/// Tells the probe about a poll of the keys at clock `cycle`.
fn report_keys(cycle: u64, poll: KeyPoll, probe: &mut impl Probe<Event>) {
    probe.record(|| Event::Keys { cycle, on: poll.on, off: poll.off });
}

//! The processor's bus: memory map, I/O registers and the run loop (`snes-hardware.md` section 3).

use tatum_core::Probe;

use super::dsp::{CLOCKS_PER_SAMPLE, Register, RegisterFile};
use super::idle_loop::{IdleLoop, Round};
use super::spc700::{Bus, Cpu, Registers};
use super::{ClockedDsp, CycleKind, PortWrite, Ports, Ram, TestRegister, Timers};
use crate::event::{Event, Port};

/// Bytes of the boot ROM at $FFC0.
pub const BOOT_ROM_SIZE: usize = 64;

const BOOT_ROM_START: u16 = 0xFFC0;

/// Everything that the sound module starts from.
#[derive(Clone, Debug)]
pub struct SoundModuleState {
    /// The processor's registers.
    pub registers: Registers,
    /// The RAM. Its bytes at $F0-$FF say how the I/O registers stand: CONTROL without its side effects, DSPADDR,
    /// what the input ports show, AUXIO, timer targets and counters.
    pub ram: Ram,
    /// The DSP's registers.
    pub dsp_registers: RegisterFile,
    /// What the processor sees at $FFC0-$FFFF while CONTROL bit 7 is set; without it, the RAM.
    pub boot_rom: Option<[u8; BOOT_ROM_SIZE]>,
}

/// The sound module: processor, DSP, RAM, timers and ports, all on one clock.
#[derive(Clone, Debug)]
pub struct SoundModule {
    cpu: Cpu,
    system: System,
    shortcuts: bool,
    halt_reported: bool,
}

/// Everything that hangs on the processor's bus.
#[derive(Clone, Debug)]
struct System {
    /// Cycles completed.
    now: u64,
    /// Cycles that the timers did not see because TEST stretched the processor's more than theirs.
    unseen_by_timers: u64,
    sound: ClockedDsp,
    timers: Timers,
    ports: Ports,
    test: TestRegister,
    page_one: bool,
    dsp_address: u8,
    auxiliary: [u8; 2],
    boot_rom: Option<[u8; BOOT_ROM_SIZE]>,
    boot_rom_mapped: bool,
    idle_loop: IdleLoop,
}

impl SoundModule {
    /// The module at cycle 0, about to fetch its first opcode.
    #[must_use]
    pub fn new(state: SoundModuleState) -> Self {
        let io = |address: u16| state.ram.read(address);
        let control = io(0xF1);
        let system = System {
            now: 0,
            unseen_by_timers: 0,
            timers: Timers::new(control, [0xFA, 0xFB, 0xFC].map(io), [0xFD, 0xFE, 0xFF].map(io)),
            ports: Ports::new([0xF4, 0xF5, 0xF6, 0xF7].map(io)),
            test: TestRegister::default(),
            page_one: state.registers.psw.has(super::spc700::Psw::P),
            dsp_address: io(0xF2),
            auxiliary: [0xF8, 0xF9].map(io),
            boot_rom: state.boot_rom,
            boot_rom_mapped: control & 0x80 != 0,
            idle_loop: IdleLoop::default(),
            sound: ClockedDsp::new(state.dsp_registers, state.ram),
        };
        Self { cpu: Cpu::new(state.registers), system, shortcuts: true, halt_reported: false }
    }

    /// Runs the processor up to `cycle` (the last instruction may end a little later), and the DSP up to exactly
    /// there.
    pub fn run(&mut self, cycle: u64, probe: &mut impl Probe<Event>) {
        while self.system.now < cycle {
            // The DSP may lag as long as it is known which RAM it will use.
            let until = cycle.min(self.system.sound.clock() + LONGEST_LAG);
            self.system.sound.expect_until(until + LONGEST_INSTRUCTION);
            self.run_processor(until, probe);
            self.system.sound.catch_up(until, probe);
        }
        self.system.sound.catch_up(cycle, probe);
    }

    fn run_processor(&mut self, until: u64, probe: &mut impl Probe<Event>) {
        while self.system.now < until {
            let registers = self.cpu.registers();
            probe.record(|| Event::Instruction { cycle: self.system.now, registers });
            self.cpu.step(&mut ProcessorBus { system: &mut self.system, probe: &mut *probe });
            let pc = self.cpu.registers().pc;
            if pc <= registers.pc && registers.pc - pc < IdleLoop::LONGEST {
                self.pass_over_idle_rounds(until, probe);
            }
            if self.cpu.is_halted() {
                self.report_halt(registers.pc, probe);
            }
        }
    }

    #[inline]
    fn pass_over_idle_rounds(&mut self, until: u64, probe: &mut impl Probe<Event>) {
        let now = self.system.now;
        if let Some(round) = self.system.idle_loop.close_round(self.cpu.registers(), now)
            && self.shortcuts
        {
            let rounds =
                (self.system.first_change(round, until).saturating_sub(1)).saturating_sub(now) / round.cycles;
            if rounds > 0 {
                let cycles = rounds * round.cycles;
                probe.record(|| Event::Waited { cycle: now, cycles });
                self.system.now += cycles;
                // The round in progress began where the last one ended.
                self.system.idle_loop.close_round(self.cpu.registers(), self.system.now);
            }
        }
    }

    #[cold]
    fn report_halt(&mut self, address: u16, probe: &mut impl Probe<Event>) {
        if !self.halt_reported {
            self.halt_reported = true;
            probe.record(|| Event::Halted { cycle: self.system.now, address });
        }
    }

    /// Where SLEEP or STOP was executed, if one was.
    #[must_use]
    pub fn halted_at(&self) -> Option<u16> {
        self.cpu.is_halted().then(|| self.cpu.registers().pc.wrapping_sub(1))
    }

    /// Cycles completed by the processor.
    #[must_use]
    pub const fn now(&self) -> u64 {
        self.system.now
    }

    /// The DSP and the RAM.
    #[must_use]
    pub const fn sound(&self) -> &ClockedDsp {
        &self.system.sound
    }

    /// The DSP and the RAM, to take frames and to mute.
    pub const fn sound_mut(&mut self) -> &mut ClockedDsp {
        &mut self.system.sound
    }

    /// The processor.
    #[must_use]
    pub const fn cpu(&self) -> &Cpu {
        &self.cpu
    }

    /// The ports.
    #[must_use]
    pub const fn ports(&self) -> &Ports {
        &self.system.ports
    }

    /// Plans a write of the main processor into a port. A cycle that has passed means "now".
    pub fn schedule_port_write(&mut self, write: PortWrite) {
        self.system.ports.schedule(write);
    }

    /// Chooses whether waiting loops are passed over and the DSP takes its fast path, or everything is executed
    /// step by step. Both give the same; the latter is for tests and for traces of every instruction.
    pub fn set_shortcuts(&mut self, on: bool) {
        self.shortcuts = on;
        self.system.sound.set_shortcuts(on);
    }
}

/// Cycles by which the DSP may lag behind the processor: 64 samples.
const LONGEST_LAG: u64 = 64 * CLOCKS_PER_SAMPLE;

/// Cycles of the longest instruction (DIV, 12) at the slowest setting of TEST.
const LONGEST_INSTRUCTION: u64 = 120;

impl System {
    /// The time of the timers.
    #[inline]
    const fn timer_time(&self) -> u64 {
        self.now - self.unseen_by_timers
    }

    /// The first cycle, `until` at most, at which something that the round read can change.
    fn first_change(&mut self, round: Round, until: u64) -> u64 {
        // Stretched cycles: time is not counted in cycles of the processor. Never mind the shortcut.
        if self.test.stretches() {
            return 0;
        }
        let mut first = until;
        let now = self.timer_time();
        let skew = self.unseen_by_timers;
        let mut consider = |change: Option<u64>| first = first.min(change.unwrap_or(u64::MAX));
        if round.timers & 1 != 0 {
            consider(self.timers.timer0.next_tick(now).map(|tick| tick + skew));
        }
        if round.timers & 2 != 0 {
            consider(self.timers.timer1.next_tick(now).map(|tick| tick + skew));
        }
        if round.timers & 4 != 0 {
            consider(self.timers.timer2.next_tick(now).map(|tick| tick + skew));
        }
        if round.ports {
            consider(self.ports.next_change());
        }
        first
    }

    /// One cycle passes.
    #[inline]
    fn begin_cycle(&mut self, kind: impl FnOnce(&Self) -> CycleKind) {
        if self.test.stretches() {
            let (cycles, timer_cycles) = self.test.cycle_length(kind(self));
            self.now += cycles;
            self.unseen_by_timers += cycles - timer_cycles;
        } else {
            self.now += 1;
        }
    }

    fn kind_of_access(&self, address: u16) -> CycleKind {
        if is_io(address) || (self.boot_rom_mapped && address >= BOOT_ROM_START) {
            CycleKind::Internal
        } else {
            CycleKind::External
        }
    }

    fn read_io(&mut self, address: u16, probe: &mut impl Probe<Event>) -> u8 {
        let now = self.timer_time();
        match address & 15 {
            0x2 => self.dsp_address,
            0x3 => {
                let register = Register::mirrored(self.dsp_address);
                if register.is_status() {
                    self.idle_loop.mark_eventful();
                }
                self.sound.read(self.now, register, probe)
            }
            0x4 => self.read_port(Port::Port0, probe),
            0x5 => self.read_port(Port::Port1, probe),
            0x6 => self.read_port(Port::Port2, probe),
            0x7 => self.read_port(Port::Port3, probe),
            0x8 => self.auxiliary[0],
            0x9 => self.auxiliary[1],
            0xD => {
                let count = self.timers.timer0.read(now);
                self.note_timer_read(0, count)
            }
            0xE => {
                let count = self.timers.timer1.read(now);
                self.note_timer_read(1, count)
            }
            0xF => {
                let count = self.timers.timer2.read(now);
                self.note_timer_read(2, count)
            }
            _ => 0,
        }
    }

    fn note_timer_read(&mut self, number: u8, count: u8) -> u8 {
        if count == 0 {
            self.idle_loop.mark_timer(number);
        } else {
            // The read has cleared the counter: the next one finds something else.
            self.idle_loop.mark_eventful();
        }
        count
    }

    fn read_port(&mut self, port: Port, probe: &mut impl Probe<Event>) -> u8 {
        self.ports.catch_up(self.now, probe);
        self.idle_loop.mark_ports();
        self.ports.input(port)
    }

    fn write_io(&mut self, address: u16, value: u8, probe: &mut impl Probe<Event>) {
        let now = self.timer_time();
        match address & 15 {
            0x0 if !self.page_one => {
                self.test = TestRegister::new(value);
                self.timers.gate(now, self.test.timers_run());
            }
            0x1 => self.write_control(value, probe),
            0x2 => self.dsp_address = value,
            0x3 => {
                if let Some(register) = Register::new(self.dsp_address) {
                    self.sound.write(self.now, register, value, probe);
                }
            }
            0x4 => self.write_port(Port::Port0, value, probe),
            0x5 => self.write_port(Port::Port1, value, probe),
            0x6 => self.write_port(Port::Port2, value, probe),
            0x7 => self.write_port(Port::Port3, value, probe),
            0x8 => self.auxiliary[0] = value,
            0x9 => self.auxiliary[1] = value,
            0xA => self.timers.timer0.set_target(now, value),
            0xB => self.timers.timer1.set_target(now, value),
            0xC => self.timers.timer2.set_target(now, value),
            _ => {}
        }
    }

    fn write_control(&mut self, value: u8, probe: &mut impl Probe<Event>) {
        self.timers.control(self.timer_time(), value);
        self.ports.catch_up(self.now, probe);
        self.ports.clear_inputs(value);
        self.boot_rom_mapped = value & 0x80 != 0;
    }

    fn write_port(&mut self, port: Port, value: u8, probe: &mut impl Probe<Event>) {
        self.ports.set_output(port, value);
        probe.record(|| Event::PortWrite { cycle: self.now, port, value });
    }

    #[inline]
    fn read_memory(&mut self, address: u16, probe: &mut impl Probe<Event>) -> u8 {
        if self.boot_rom_mapped
            && let Some(rom) = &self.boot_rom
            && let Some(byte) = address.checked_sub(BOOT_ROM_START).and_then(|at| rom.get(usize::from(at)))
        {
            return *byte;
        }
        if self.test.ram_is_disabled() {
            return TestRegister::DISABLED_RAM;
        }
        if self.sound.guards_read(address) && self.sound.before_ram_read(self.now, address, probe) {
            self.idle_loop.mark_eventful();
        }
        self.sound.ram().read(address)
    }

    #[inline]
    fn write_memory(&mut self, address: u16, value: u8, probe: &mut impl Probe<Event>) {
        if self.test.ram_is_writable() {
            if self.sound.guards_write(address) {
                self.sound.before_ram_write(self.now, address, probe);
            }
            self.sound.store(address, value);
        }
    }
}

/// The I/O block answers at $00F0-$00FF, whatever the direct page is.
#[inline(always)]
const fn is_io(address: u16) -> bool {
    address & 0xFFF0 == 0x00F0
}

/// The bus for one instruction, with the probe that watches it.
struct ProcessorBus<'a, P> {
    system: &'a mut System,
    probe: &'a mut P,
}

impl<P: Probe<Event>> Bus for ProcessorBus<'_, P> {
    #[inline]
    fn read(&mut self, address: u16) -> u8 {
        self.system.begin_cycle(|system| system.kind_of_access(address));
        if is_io(address) {
            self.system.read_io(address, self.probe)
        } else {
            self.system.read_memory(address, self.probe)
        }
    }

    #[inline]
    fn write(&mut self, address: u16, value: u8) {
        self.system.begin_cycle(|system| system.kind_of_access(address));
        self.system.idle_loop.mark_eventful();
        // A write to the I/O block goes into the RAM underneath as well, where the DSP can see it.
        self.system.write_memory(address, value, self.probe);
        if is_io(address) {
            self.system.write_io(address, value, self.probe);
        }
    }

    #[inline]
    fn idle(&mut self) {
        self.system.begin_cycle(|_| CycleKind::Internal);
    }

    #[inline]
    fn direct_page_selected(&mut self, page_one: bool) {
        self.system.page_one = page_one;
    }
}

//! What the sound module and the song interpreter tell a probe.

use crate::hardware::dsp::Register;
use crate::hardware::spc700::Registers;

/// Something that happened in the sound module, with the processor cycle at which it did.
///
/// The cycle of a write is the number of cycles completed when it has taken place: the DSP clocks before that
/// number come before the write, the clock of that number is the first that can see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The program wrote a DSP register.
    DspWrite {
        /// Cycles completed after the write.
        cycle: u64,
        /// The register.
        register: Register,
        /// The value.
        value: u8,
    },
    /// The program wrote one of its output ports.
    PortWrite {
        /// Cycles completed after the write.
        cycle: u64,
        /// Port 0 to 3.
        port: Port,
        /// The value.
        value: u8,
    },
    /// A value from outside became visible to the program.
    PortInput {
        /// The cycle for which the write was scheduled.
        cycle: u64,
        /// Port 0 to 3.
        port: Port,
        /// The value.
        value: u8,
    },
    /// The DSP polled its keys and found some that changed.
    Keys {
        /// The DSP clock of the poll.
        cycle: u64,
        /// Voices that start, one bit each.
        on: u8,
        /// Voices that are released, one bit each.
        off: u8,
    },
    /// The processor is about to execute an instruction.
    Instruction {
        /// Cycles completed before it.
        cycle: u64,
        /// The registers before it.
        registers: Registers,
    },
    /// The processor was waiting in a loop, and whole rounds of it were passed over: instructions that changed
    /// nothing are not reported one by one.
    Waited {
        /// Cycles completed before.
        cycle: u64,
        /// How many cycles were passed over.
        cycles: u64,
    },
    /// The processor executed SLEEP or STOP.
    Halted {
        /// Cycles completed before.
        cycle: u64,
        /// Address of the instruction.
        address: u16,
    },
    /// The song interpreter has waited for the timer: a pass of the driver's main loop begins its work.
    Pass {
        /// Cycles completed when the wait had ended.
        cycle: u64,
        /// The number of the pass, from 1.
        pass: u64,
        /// Timer periods since the pass before; more than 1 when that took too long.
        timer_count: u8,
        /// Ticks per 256 passes.
        tempo: u8,
        /// The song clock, advanced; a tick is due when it carries.
        accumulator: u8,
        /// Whether a song tick is due.
        song_tick: bool,
    },
    /// A song tick begins.
    Tick {
        /// Cycles completed before.
        cycle: u64,
        /// The number of the tick, from 1; it counts from the driver's start.
        tick: u64,
    },
    /// A segment begins on all tracks.
    Segment {
        /// Cycles completed before.
        cycle: u64,
        /// Address of its eight track pointers.
        address: u16,
    },
    /// A track executes a command.
    Command {
        /// Cycles completed before.
        cycle: u64,
        /// Track 0 to 7.
        channel: u8,
        /// Address of the command.
        address: u16,
        /// The command byte.
        value: u8,
    },
    /// A track is given an instrument.
    Instrument {
        /// Cycles completed before.
        cycle: u64,
        /// Track 0 to 7.
        channel: u8,
        /// The entry of the instrument table, whether it was named or is that of a percussion note.
        instrument: u8,
    },
    /// A note, tie, rest or percussion begins.
    Note {
        /// Cycles completed before.
        cycle: u64,
        /// Track 0 to 7.
        channel: u8,
        /// Address of the byte.
        address: u16,
        /// The byte of the track.
        value: u8,
    },
}

/// One of the four ports between the main processor and the sound module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Port {
    /// $F4, $2140.
    Port0,
    /// $F5, $2141.
    Port1,
    /// $F6, $2142.
    Port2,
    /// $F7, $2143.
    Port3,
}

impl Port {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Port0, Self::Port1, Self::Port2, Self::Port3];

    /// The port with this number; `None` from 4 on.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Port0),
            1 => Some(Self::Port1),
            2 => Some(Self::Port2),
            3 => Some(Self::Port3),
            _ => None,
        }
    }

    /// 0 to 3.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

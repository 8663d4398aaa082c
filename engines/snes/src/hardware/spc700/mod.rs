//! The SPC700 processor (`snes-hardware.md` section 2): a core that knows nothing but a [`Bus`].
//!
//! Every instruction makes exactly the bus cycles of the table in section 2.3, in order, dummy reads included:
//! they have side effects on the I/O registers. One file holds one family of instructions:
//!
//! | file | instructions |
//! |:--|:--|
//! | `opcodes` | the table: which opcode is which instruction |
//! | `addressing` | the operand fetches of every addressing mode |
//! | `moves` | loads, stores, register and memory-to-memory moves |
//! | `arithmetic` | OR AND EOR CMP ADC SBC with every operand |
//! | `modify` | shifts, increments and decrements |
//! | `words` | the 16-bit instructions on YA |
//! | `bits` | single bits: SET1 CLR1 TSET1 TCLR1 and the operations on the carry |
//! | `branches` | branches and jumps |
//! | `calls` | the stack, calls and returns |
//! | `special` | MUL DIV DAA DAS XCN, flags, SLEEP and STOP |
//! | `alu` | the results and flags of operations, without any bus |

mod addressing;
pub mod alu;
mod arithmetic;
mod bits;
mod branches;
mod bus;
mod calls;
mod modify;
mod moves;
mod opcodes;
mod registers;
mod special;
mod words;

pub use bus::Bus;
pub use registers::{Psw, Registers};

/// The processor: its registers, and whether it has halted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cpu {
    registers: Registers,
    halted: bool,
}

impl Cpu {
    /// A processor about to execute the instruction at `registers.pc`.
    #[must_use]
    pub const fn new(registers: Registers) -> Self {
        Self { registers, halted: false }
    }

    /// The registers between two instructions.
    #[must_use]
    pub const fn registers(&self) -> Registers {
        self.registers
    }

    /// Whether SLEEP or STOP was executed; nothing wakes the processor again (section 2.2).
    #[must_use]
    pub const fn is_halted(&self) -> bool {
        self.halted
    }

    /// Executes one instruction, or two cycles of a halted processor's endless wait.
    #[inline]
    pub fn step<B: Bus>(&mut self, bus: &mut B) {
        if self.halted {
            self.dummy_fetch(bus);
            bus.idle();
        } else {
            let opcode = self.fetch(bus);
            self.execute(opcode, bus);
        }
    }
}

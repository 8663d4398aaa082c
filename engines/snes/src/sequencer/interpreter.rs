//! The driver with its hardware, pass by pass.

use tatum_core::{DiagnosticLog, Probe};

use super::driver::Driver;
use super::execution::{Execution, Outcome, Progress};
use super::machine::{Machine, MemoryContents, SilentSound, Sound};
use super::variant::Dialect;
use crate::event::Event;
use crate::format::TransferImage;
use crate::hardware::{ClockedDsp, Ports, Timer};

/// The driver with its hardware.
#[derive(Clone, Debug)]
pub(crate) struct Interpreter<S> {
    pub(crate) dialect: Dialect,
    pub(crate) driver: Driver,
    pub(crate) machine: Machine<S>,
    pub(crate) progress: Progress,
    pub(crate) diagnostics: DiagnosticLog,
    booted: bool,
}

impl<S: Sound> Interpreter<S> {
    /// The driver before its start, with the image in `sound`'s RAM.
    pub(crate) fn new(image: &TransferImage, dialect: Dialect, sound: S) -> Self {
        Self {
            dialect,
            driver: Driver::default(),
            machine: Machine {
                sound,
                timer: Timer::new(false, 0, 0),
                timer_lead: 0,
                ports: Ports::default(),
                cycle: 0,
                memory: MemoryContents::of_image(image),
            },
            progress: Progress::default(),
            diagnostics: image.diagnostics.clone(),
            booted: false,
        }
    }

    /// Whether a song has been played and has ended or been stopped.
    pub(crate) const fn has_ended(&self) -> bool {
        self.progress.song_started && !self.driver.plays()
    }

    /// Runs the start-up code if need be, then one pass of the main loop.
    pub(crate) fn run_pass(&mut self, probe: &mut impl Probe<Event>) -> Outcome {
        let mut execution = Execution {
            dialect: self.dialect,
            driver: &mut self.driver,
            machine: &mut self.machine,
            progress: &mut self.progress,
            diagnostics: &mut self.diagnostics,
            probe,
        };
        if !self.booted {
            self.booted = true;
            execution.boot();
        }
        execution.pass()
    }
}

impl Interpreter<ClockedDsp> {
    /// The same driver without a DSP.
    pub(crate) fn silent(&self) -> Interpreter<SilentSound> {
        let Machine { sound, timer, timer_lead, ports, cycle, memory } = &self.machine;
        Interpreter {
            dialect: self.dialect,
            driver: self.driver.clone(),
            machine: Machine {
                sound: SilentSound { registers: *sound.registers(), ram: sound.ram().clone() },
                timer: timer.clone(),
                timer_lead: *timer_lead,
                ports: ports.clone(),
                cycle: *cycle,
                memory: memory.clone(),
            },
            progress: self.progress,
            diagnostics: DiagnosticLog::default(),
            booted: self.booted,
        }
    }
}

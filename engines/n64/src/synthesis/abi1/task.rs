//! The signal processor's task of a frame: one command list for all its chunks, `n64-mixer.md` 4.

use tatum_core::Frame;

use super::list::CommandList;
use super::memory_map::{OUTPUT, dmem};
use crate::engine::Engine;
use crate::event::{EngineProbe, Event};
use crate::hardware::abi1::command::AudioCommand;
use crate::hardware::abi1::signal_processor::SignalProcessor;

/// The command list of a frame, and the processor that runs it.
#[derive(Clone)]
pub(super) struct Task {
    processor: SignalProcessor,
    pub(super) list: CommandList,
    samples: u32,
}

impl Task {
    /// A task whose list is empty.
    pub fn new() -> Self {
        Self { processor: SignalProcessor::new(), list: CommandList::new(), samples: 0 }
    }

    /// Appends the commands that interleave the sums of a chunk and save them behind the frame's last chunk.
    pub fn save_output(&mut self, chunk: u32) {
        let count = 2 * chunk as u16;
        self.list.push(AudioCommand::SetBuffers { input: 0, output: dmem::TEMP, count });
        self.list.push(AudioCommand::Interleave { left: dmem::LEFT, right: dmem::RIGHT });
        self.list.push(AudioCommand::SetBuffers { input: 0, output: dmem::TEMP, count: 2 * count });
        self.list.push(AudioCommand::Save { ram: OUTPUT + 4 * self.samples });
        self.samples += chunk;
    }

    /// Runs the list and replaces `out` with the frame's samples.
    pub fn run<P: EngineProbe>(
        &mut self,
        engine: &mut Engine,
        frame: i64,
        out: &mut Vec<Frame>,
        probe: &mut P,
    ) {
        probe.record(|| Event::CommandList { frame, commands: self.list.commands() });
        self.processor.run_task(&mut engine.ram, self.list.commands());
        self.list.clear();
        out.clear();
        let samples = engine.ram.work(OUTPUT);
        let frames = samples.chunks_exact(2).map(|pair| Frame::new(pair[0], pair[1]));
        out.extend(frames.take(self.samples as usize));
        self.samples = 0;
    }
}

//! One audio frame: the chunks' command lists, then the signal processor's run, `n64-mixer.md` 4.

use tatum_core::{Frame, Mutes};

use super::memory_map::{OUTPUT, dmem};
use super::reverb::Reverb;
use crate::engine::Engine;
use crate::event::{EngineProbe, Event};
use crate::hardware::command::AudioCommand;
use crate::hardware::signal_processor::SignalProcessor;
use crate::ids::VoiceId;

/// The command list of a frame, and the processor that runs it.
#[derive(Clone)]
pub struct Synthesizer {
    processor: SignalProcessor,
    pub(super) list: Vec<AudioCommand>,
    pub(super) reverb: Option<Reverb>,
    pub(super) mutes: Mutes,
    samples: u32,
}

impl Synthesizer {
    /// A synthesiser for an engine's preset.
    pub fn new(engine: &Engine) -> Self {
        let preset = &engine.preset;
        Self {
            processor: SignalProcessor::new(),
            list: Vec::with_capacity(1600),
            reverb: Reverb::new(engine.voices.len(), preset.reverb_window, preset.reverb_gain),
            mutes: Mutes::NONE,
            samples: 0,
        }
    }

    /// Mutes voices from the next chunk on.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
    }

    /// Appends the commands of a chunk of `chunk` samples (a multiple of 8, at most 160).
    pub fn sequence_chunk(&mut self, engine: &mut Engine, chunk: u32) {
        let span = self.reverb.as_mut().map(|reverb| reverb.advance(chunk));
        match (&self.reverb, span) {
            (Some(reverb), Some(span)) => reverb.load(span, &mut self.list),
            _ => self.list.push(AudioCommand::Clear { address: dmem::LEFT, bytes: 2 * dmem::CHANNEL_BYTES }),
        }
        let mut loaded_book = None;
        for index in 0..engine.voices.len() {
            if engine.voices[index].enabled {
                self.sequence_voice(engine, VoiceId(index as u8), chunk, &mut loaded_book);
            }
        }
        let count = 2 * chunk as u16;
        self.list.push(AudioCommand::SetBuffers { input: 0, output: dmem::TEMP, count });
        self.list.push(AudioCommand::Interleave { left: dmem::LEFT, right: dmem::RIGHT });
        self.list.push(AudioCommand::SetBuffers { input: 0, output: dmem::TEMP, count: 2 * count });
        self.list.push(AudioCommand::Save { ram: OUTPUT + 4 * self.samples });
        if let (Some(reverb), Some(span)) = (&self.reverb, span) {
            reverb.save(span, &mut self.list);
        }
        self.samples += chunk;
    }

    /// Runs the frame's list and replaces `out` with its samples.
    pub fn run_frame<P: EngineProbe>(
        &mut self,
        engine: &mut Engine,
        frame: i64,
        out: &mut Vec<Frame>,
        probe: &mut P,
    ) {
        probe.record(|| Event::CommandList { frame, commands: &self.list });
        self.processor.run_task(&mut engine.ram, &self.list);
        self.list.clear();
        out.clear();
        let samples = engine.ram.work(OUTPUT);
        let frames = samples.chunks_exact(2).map(|pair| Frame::new(pair[0], pair[1]));
        out.extend(frames.take(self.samples as usize));
        self.samples = 0;
    }
}

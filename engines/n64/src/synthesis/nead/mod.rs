//! Command lists for the "nead" microcodes: Shindou and the Zelda generation. `n64-mixer.md` 8, `n64-oot.md` 9.

mod headset;
mod layout;
mod reverb;
mod sampled;
mod surround;
mod voice;

use tatum_core::{Frame, Mutes};

use self::layout::{Layout, OUTPUT};
use self::reverb::{Hearing, Unit, unit_bytes};
use self::voice::VoiceWriter;
use crate::engine::{Engine, MAX_UPDATES};
use crate::event::{EngineProbe, Event};
use crate::hardware::memory::RamAddress;
use crate::hardware::nead::command::NeadCommand;
use crate::hardware::nead::signal_processor::{Microcode, SignalProcessor};
use crate::ids::VoiceId;
use crate::profile::Preset;
use crate::profile::rules::SynthesisRules;

/// Bytes of RAM the synthesis of a preset works in.
pub fn work_bytes(preset: &Preset) -> usize {
    let units: u32 =
        preset.reverbs.iter().flatten().map(|unit| unit_bytes(unit.window, &layout::ZELDA)).sum();
    (layout::voice(preset.voices.into()) + units) as usize + usize::from(layout::ZELDA.channel_bytes)
}

/// Writes the command lists of Shindou and the Zelda generation, and runs them.
#[derive(Clone)]
pub struct Synthesizer {
    processor: SignalProcessor,
    list: Vec<NeadCommand>,
    rules: &'static SynthesisRules,
    layout: &'static Layout,
    units: Vec<Unit>,
    loaded_book: Option<RamAddress>,
    mutes: Mutes,
    samples: u32,
}

impl Synthesizer {
    /// A synthesiser for an engine's preset.
    pub fn new(engine: &Engine) -> Self {
        let rules = &engine.rules().synthesis;
        let (microcode, layout) = if engine.generation().is_zelda() {
            (Microcode::Zelda, &layout::ZELDA)
        } else {
            (Microcode::Shindou, &layout::SHINDOU)
        };
        let mut base = layout::voice(engine.voices.len());
        let mut units = Vec::new();
        for settings in engine.preset.reverbs.into_iter().map_while(|unit| unit) {
            units.push(Unit::new(settings, rules, layout, base));
            base += unit_bytes(settings.window, layout);
        }
        Self {
            processor: SignalProcessor::new(microcode),
            list: Vec::with_capacity(2048),
            rules,
            layout,
            units,
            loaded_book: None,
            mutes: Mutes::NONE,
            samples: 0,
        }
    }

    /// Mutes voices from the next frame on.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
    }

    /// Appends the commands of a chunk.
    pub fn sequence_chunk(&mut self, engine: &mut Engine, update: u32, chunk: u32) {
        let layout = self.layout;
        let number = update as usize;
        for unit in &mut self.units {
            unit.advance(number, chunk, &mut engine.ram);
        }
        self.list.push(NeadCommand::Clear { address: layout.left, bytes: 2 * layout.channel_bytes });
        for index in 0..self.units.len() {
            let feed = self.units[index]
                .mix_target()
                .and_then(|target| self.units.get(usize::from(target)))
                .and_then(|target| target.feed_target(number));
            let hearing = Hearing { mode: engine.sound_mode, is_heard: !self.mutes.silences_returns() };
            self.units[index].begin(number, chunk, hearing, feed, &mut self.list);
            self.sequence_voices(engine, number, chunk, |unit| unit == index);
            self.units[index].end(number, chunk, feed, &mut self.list);
        }
        let count = self.units.len();
        self.sequence_voices(engine, number, chunk, |unit| unit >= count);
        let bytes = 2 * chunk as u16;
        self.list.push(NeadCommand::Interleave {
            bytes,
            output: layout.temp,
            left: layout.left,
            right: layout.right,
        });
        let ram = OUTPUT + 4 * self.samples;
        self.list.push(NeadCommand::Save { bytes: 2 * bytes, address: layout.temp, ram });
        self.samples += chunk;
    }

    fn sequence_voices(
        &mut self,
        engine: &mut Engine,
        update: usize,
        chunk: u32,
        is_wanted: impl Fn(usize) -> bool,
    ) {
        let voices = engine.voices.len();
        for index in 0..voices {
            let parameters = engine.slots[update * voices + index];
            if !parameters.enabled || !is_wanted(usize::from(parameters.reverb_unit)) {
                continue;
            }
            let id = VoiceId(index as u8);
            let is_silent = engine.voices[index].is_silenced(id.0, &self.mutes);
            let mut writer = VoiceWriter { list: &mut self.list, layout: self.layout, rules: self.rules };
            writer.sequence_voice(engine, id, &parameters, chunk, is_silent, &mut self.loaded_book);
            if std::mem::take(&mut engine.voices[index].later.synthesis.ended) {
                disable_later_slots(engine, update, index);
            }
        }
    }

    /// Runs the frame's list and replaces `out` with its samples.
    pub fn run_frame<P: EngineProbe>(
        &mut self,
        engine: &mut Engine,
        frame: i64,
        out: &mut Vec<Frame>,
        probe: &mut P,
    ) {
        probe.record(|| Event::NeadCommandList { frame, commands: &self.list });
        self.processor.run_task(&mut engine.ram, &self.list);
        self.list.clear();
        self.loaded_book = None;
        self.units.iter_mut().for_each(Unit::end_frame);
        out.clear();
        let samples = engine.ram.work(OUTPUT);
        let frames = samples.chunks_exact(2).map(|pair| Frame::new(pair[0], pair[1]));
        out.extend(frames.take(self.samples as usize));
        self.samples = 0;
    }
}

/// A sample that has ended is silent for the rest of the frame, up to where the voice starts anew.
fn disable_later_slots(engine: &mut Engine, update: usize, index: usize) {
    let voices = engine.voices.len();
    for later in update + 1..MAX_UPDATES {
        let Some(slot) = engine.slots.get_mut(later * voices + index) else { return };
        if slot.needs_init {
            return;
        }
        slot.enabled = false;
    }
}

//! Reverb units of Super Mario 64 European: rings that keep every fourth sample, filled by the CPU two frames late.
//! `n64-mixer.md` 7.

use super::list::CommandList;
use super::memory_map::dmem;
use crate::hardware::abi1::command::{AudioCommand, flags};
use crate::hardware::memory::Ram;
use crate::profile::ReverbUnit;
use crate::synthesis::ring::{RingMemory, Span};

/// Where the left ring's samples are loaded to; the right one's follow.
const LOADED: u16 = 0x020;
/// Gain with which the engine scales what it feeds back: the unit's gain is added to it.
const FEEDBACK_BASE: u16 = 0x8000;
/// Bytes of both wet sums.
const SUM_BYTES: u32 = 2 * dmem::CHANNEL_BYTES as u32;

/// Bytes of RAM that a unit needs.
pub const fn unit_bytes(window: u32) -> u32 {
    RingMemory::bytes(window, dmem::CHANNEL_BYTES as u32)
}

/// A unit and its rings.
#[derive(Clone, Debug)]
pub struct Unit {
    settings: ReverbUnit,
    memory: RingMemory,
    has_saved: bool,
}

impl Unit {
    /// A silent unit whose memory begins at `base`.
    pub fn new(settings: ReverbUnit, base: u32) -> Self {
        let memory = RingMemory::new(settings.window, dmem::CHANNEL_BYTES.into(), base);
        Self { settings, memory, has_saved: false }
    }

    /// Begins a chunk: what was saved two frames ago goes into the ring, then the ring is heard (unless it is muted)
    /// and fed back.
    pub fn begin(
        &mut self,
        update: usize,
        chunk: u32,
        is_heard: bool,
        ram: &mut Ram,
        list: &mut CommandList,
    ) {
        let downsample = u32::from(self.settings.downsample);
        if downsample != 1 {
            self.memory.copy_sums(update, self.settings.downsample, ram);
        }
        let span = self.memory.advance(update, chunk / downsample);
        list.push(AudioCommand::Clear { address: dmem::WET_LEFT, bytes: SUM_BYTES as u16 });
        if downsample == 1 {
            self.load_plain(span, list);
        } else {
            self.load_downsampled(span, chunk, list);
        }
        list.push(AudioCommand::SetBuffers { input: 0, output: 0, count: SUM_BYTES as u16 });
        if is_heard {
            list.push(AudioCommand::Mix { gain: i16::MAX, input: dmem::WET_LEFT, output: dmem::LEFT });
        }
        list.push(AudioCommand::Mix {
            gain: FEEDBACK_BASE.wrapping_add(self.settings.decay) as i16,
            input: dmem::WET_LEFT,
            output: dmem::WET_LEFT,
        });
    }

    fn load_plain(&self, span: Span, list: &mut CommandList) {
        for (side, buffer) in [(0, dmem::WET_LEFT), (1, dmem::WET_RIGHT)] {
            load(list, buffer, self.memory.ring(side) + 2 * span.start, dmem::CHANNEL_BYTES);
            if span.second_bytes != 0 {
                let rest = dmem::CHANNEL_BYTES - span.first_bytes;
                load(list, buffer + span.first_bytes, self.memory.ring(side), rest);
            }
        }
    }

    fn load_downsampled(&self, span: Span, chunk: u32, list: &mut CommandList) {
        let padding = (span.start % 8) * 2;
        let first_bytes = (padding as u16 + span.first_bytes).next_multiple_of(16);
        for side in 0..2 {
            let buffer = LOADED + side as u16 * dmem::CHANNEL_BYTES;
            load(list, buffer, self.memory.ring(side) + 2 * span.start - padding, dmem::CHANNEL_BYTES);
        }
        if span.second_bytes != 0 {
            for side in 0..2 {
                let buffer = LOADED + side as u16 * dmem::CHANNEL_BYTES + first_bytes;
                load(list, buffer, self.memory.ring(side), dmem::CHANNEL_BYTES - first_bytes);
            }
        }
        let flags = if self.has_saved { 0 } else { flags::INIT };
        let pitch = 0x8000 / u16::from(self.settings.downsample);
        for (side, output) in [(0, dmem::WET_LEFT), (1, dmem::WET_RIGHT)] {
            let input = LOADED + side as u16 * dmem::CHANNEL_BYTES + padding as u16;
            list.push(AudioCommand::SetBuffers { input, output, count: 2 * chunk as u16 });
            list.push(AudioCommand::Resample { flags, pitch, state: self.memory.resample_state(side) });
        }
    }

    /// Ends a chunk: the sums are saved.
    pub fn end(&mut self, update: usize, list: &mut CommandList) {
        if self.settings.downsample != 1 {
            list.push(AudioCommand::SetBuffers { input: 0, output: dmem::WET_LEFT, count: SUM_BYTES as u16 });
            list.push(AudioCommand::Save { ram: self.memory.sums(update) });
            self.has_saved = true;
            return;
        }
        let span = self.memory.span(update);
        for (side, buffer) in [(0, dmem::WET_LEFT), (1, dmem::WET_RIGHT)] {
            save(list, buffer, self.memory.ring(side) + 2 * span.start, span.first_bytes);
            if span.second_bytes != 0 {
                save(list, buffer + span.first_bytes, self.memory.ring(side), span.second_bytes);
            }
        }
    }

    /// Ends a frame.
    pub const fn end_frame(&mut self) {
        self.memory.end_frame();
    }
}

fn load(list: &mut CommandList, input: u16, ram: u32, count: u16) {
    list.push(AudioCommand::SetBuffers { input, output: 0, count });
    list.push(AudioCommand::Load { ram });
}

fn save(list: &mut CommandList, output: u16, ram: u32, count: u16) {
    list.push(AudioCommand::SetBuffers { input: 0, output, count });
    list.push(AudioCommand::Save { ram });
}

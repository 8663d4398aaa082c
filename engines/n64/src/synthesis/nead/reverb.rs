//! Reverb units of Shindou and the Zelda generation, `n64-mixer.md` 8 and `n64-oot.md` 9.5 and 13.

use super::layout::Layout;
use crate::engine::SoundMode;
use crate::hardware::memory::Ram;
use crate::hardware::nead::command::{NeadCommand, flags};
use crate::profile::ReverbUnit;
use crate::profile::rules::SynthesisRules;
use crate::sequencer::filter_tables::LOW_PASS;
use crate::synthesis::ring::{RingMemory, Span};

/// Gain with which the engine scales what it feeds back: the unit's decay is added to it.
const FEEDBACK_BASE: u16 = 0x8000;

/// Bytes of RAM that a unit needs.
pub const fn unit_bytes(window: u32, layout: &Layout) -> u32 {
    RingMemory::bytes(window, layout.channel_bytes as u32)
}

/// How a unit is heard.
#[derive(Clone, Copy, Debug)]
pub struct Hearing {
    /// The sound mode.
    pub mode: SoundMode,
    /// Whether it is heard at all: muting it changes nothing else.
    pub is_heard: bool,
}

/// A unit and its rings.
#[derive(Clone, Debug)]
pub struct Unit {
    settings: ReverbUnit,
    rules: &'static SynthesisRules,
    layout: &'static Layout,
    memory: RingMemory,
    /// Whether a chunk has been loaded, or filtered, before.
    has_loaded: bool,
    has_filtered: bool,
}

impl Unit {
    /// A silent unit whose memory begins at `base`.
    pub fn new(
        settings: ReverbUnit,
        rules: &'static SynthesisRules,
        layout: &'static Layout,
        base: u32,
    ) -> Self {
        let memory = RingMemory::new(settings.window, layout.channel_bytes.into(), base);
        Self { settings, rules, layout, memory, has_loaded: false, has_filtered: false }
    }

    /// Whether the CPU copies every so manyth sample two frames late.
    const fn is_copied_late(&self) -> bool {
        self.settings.downsample != 1 && !self.rules.decimates_in_list
    }

    /// Gives the chunk its span of the ring; late sums are copied first.
    pub fn advance(&mut self, update: usize, chunk: u32, ram: &mut Ram) {
        if self.is_copied_late() {
            self.memory.copy_sums(update, self.settings.downsample, ram);
        }
        self.memory.advance(update, chunk / u32::from(self.settings.downsample));
    }

    /// The ring and the span of this chunk, for units that feed it; none if it does not keep every sample.
    pub fn feed_target(&self, update: usize) -> Option<FeedTarget> {
        (self.settings.downsample == 1).then(|| FeedTarget {
            rings: [self.memory.ring(0), self.memory.ring(1)],
            span: self.memory.span(update),
        })
    }

    /// The unit that this one feeds.
    pub const fn mix_target(&self) -> Option<u8> {
        self.settings.mix_target
    }

    /// Begins a chunk: the ring is heard, and what is fed back is in the wet sums.
    pub fn begin(
        &mut self,
        update: usize,
        chunk: u32,
        hearing: Hearing,
        feed: Option<FeedTarget>,
        list: &mut Vec<NeadCommand>,
    ) {
        let layout = self.layout;
        let span = self.memory.span(update);
        if self.settings.downsample == 1 {
            self.load(span, layout.channel_bytes, [layout.wet_left, layout.wet_right], list);
        } else {
            self.load_downsampled(span, chunk, list);
        }
        let both = 2 * layout.channel_bytes;
        if hearing.is_heard {
            list.push(self.return_mix(both));
        }
        let has_tap = self.settings.tap_delay != 0;
        if has_tap {
            list.push(NeadCommand::Move { from: layout.wet_left, to: layout.halved, bytes: both });
        }
        let feedback = FEEDBACK_BASE.wrapping_add(self.settings.decay);
        list.push(self.mix(feedback, layout.wet_left, layout.wet_left, both));
        self.leak(hearing.mode, list);
        if has_tap {
            self.save_and_feed(update, span, chunk, feed, list);
            if self.settings.downsample == 1 {
                let tap = self.tap_span(span, chunk);
                self.load(tap, layout.channel_bytes, [layout.wet_left, layout.wet_right], list);
            }
            list.push(self.mix(self.settings.tap_gain, layout.halved, layout.wet_left, both));
        }
    }

    /// What makes the ring heard.
    const fn return_mix(&self, bytes: u16) -> NeadCommand {
        let (input, output) = (self.layout.wet_left, self.layout.left);
        if self.rules.adds_reverb {
            NeadCommand::AddMix { bytes, input, output }
        } else {
            self.mix(self.settings.volume, input, output, bytes)
        }
    }

    const fn mix(&self, gain: u16, input: u16, output: u16, bytes: u16) -> NeadCommand {
        NeadCommand::Mix { bytes, gain: gain as i16, input, output }
    }

    /// Part of each side leaks into the other; not in mono.
    fn leak(&self, mode: SoundMode, list: &mut Vec<NeadCommand>) {
        let (to_left, to_right) = (self.settings.leak_right_to_left, self.settings.leak_left_to_right);
        if (to_left, to_right) == (0, 0) || mode == SoundMode::Mono {
            return;
        }
        let layout = self.layout;
        let bytes = layout.channel_bytes;
        list.push(NeadCommand::Move { from: layout.wet_left, to: layout.wet_scratch, bytes });
        list.push(self.mix(to_left, layout.wet_right, layout.wet_left, bytes));
        list.push(self.mix(to_right, layout.wet_scratch, layout.wet_right, bytes));
    }

    fn tap_span(&self, span: Span, chunk: u32) -> Span {
        let samples = chunk / u32::from(self.settings.downsample);
        let window = self.memory.window();
        Span::new((span.start + self.settings.tap_delay) % window, samples, window)
    }

    /// Loads a span of the rings, `bytes` for each side: what lies behind the chunk is never heard.
    fn load(&self, span: Span, bytes: u16, buffers: [u16; 2], list: &mut Vec<NeadCommand>) {
        for (side, buffer) in (0..).zip(buffers) {
            list.push(NeadCommand::Load {
                bytes: if span.second_bytes != 0 { span.first_bytes.next_multiple_of(16) } else { bytes },
                address: buffer,
                ram: self.memory.ring(side) + 2 * span.start,
            });
            if span.second_bytes != 0 {
                list.push(NeadCommand::Load {
                    bytes: bytes - span.first_bytes,
                    address: buffer + span.first_bytes,
                    ram: self.memory.ring(side),
                });
            }
        }
    }

    /// Loads a span that begins anywhere, and stretches it to the chunk.
    fn load_downsampled(&mut self, span: Span, chunk: u32, list: &mut Vec<NeadCommand>) {
        let layout = self.layout;
        let padding = (span.start % 8) as u16 * 2;
        let aligned = Span {
            start: span.start - u32::from(padding) / 2,
            first_bytes: span.first_bytes + padding,
            second_bytes: span.second_bytes,
        };
        let buffers = [layout.halved, layout.halved + layout.channel_bytes];
        self.load(aligned, layout.channel_bytes, buffers, list);
        let flags = if self.has_loaded { 0 } else { flags::INIT };
        self.has_loaded = true;
        let pitch = 0x8000 / u16::from(self.settings.downsample);
        for (side, output) in [(0, layout.wet_left), (1, layout.wet_right)] {
            let input = buffers[side] + padding;
            list.push(NeadCommand::SetBuffers { input, output, count: 2 * chunk as u16 });
            let state = self.memory.resample_state(side as u32);
            list.push(NeadCommand::Resample { flags, pitch, state });
        }
    }

    /// Ends a chunk: the sums are filtered, saved, and fed to another unit.
    pub fn end(&mut self, update: usize, chunk: u32, feed: Option<FeedTarget>, list: &mut Vec<NeadCommand>) {
        self.filter(chunk, list);
        let span = self.memory.span(update);
        if self.settings.tap_delay != 0 {
            let tap = self.tap_span(span, chunk);
            self.save(update, tap, chunk, list);
        } else {
            self.save_and_feed(update, span, chunk, feed, list);
        }
    }

    fn filter(&mut self, chunk: u32, list: &mut Vec<NeadCommand>) {
        let flags = if self.has_filtered { 0 } else { flags::INIT };
        self.has_filtered = true;
        let sides = [self.layout.wet_left, self.layout.wet_right];
        for (side, (address, row)) in (0..).zip(sides.into_iter().zip(self.settings.low_pass)) {
            if row != 0 {
                let taps = LOW_PASS[usize::from(row & 15)];
                list.push(NeadCommand::SetFilterTaps { bytes: 2 * chunk as u16, taps });
                let state = self.memory.filter_state(side);
                list.push(NeadCommand::Filter { flags, address, state });
            }
        }
    }

    /// Saves the wet sums and mixes them into the ring of another unit, or the other way round.
    fn save_and_feed(
        &self,
        update: usize,
        span: Span,
        chunk: u32,
        feed: Option<FeedTarget>,
        list: &mut Vec<NeadCommand>,
    ) {
        if !self.rules.feeds_before_saving {
            self.save(update, span, chunk, list);
        }
        if let Some(target) = feed {
            self.feed(&target, chunk, list);
        }
        if self.rules.feeds_before_saving {
            self.save(update, span, chunk, list);
        }
    }

    fn save(&self, update: usize, span: Span, chunk: u32, list: &mut Vec<NeadCommand>) {
        let layout = self.layout;
        let wet = [layout.wet_left, layout.wet_right];
        if self.is_copied_late() {
            for (side, address) in (0..).zip(wet) {
                let ram = self.memory.sums(update) + side * u32::from(layout.channel_bytes);
                list.push(NeadCommand::Save { bytes: layout.channel_bytes, address, ram });
            }
            return;
        }
        for (side, address) in (0..).zip(wet) {
            let mut address = address;
            if self.settings.downsample != 1 {
                let samples = chunk as u16 / 2;
                list.push(NeadCommand::Halve { samples, input: address, output: layout.halved });
                address = layout.halved;
            }
            save_span(list, span, address, self.memory.ring(side));
        }
    }

    fn feed(&self, target: &FeedTarget, chunk: u32, list: &mut Vec<NeadCommand>) {
        let layout = self.layout;
        let scratch = layout.wet_scratch;
        for (ring, wet) in target.rings.into_iter().zip([layout.wet_left, layout.wet_right]) {
            let span = target.span;
            list.push(NeadCommand::Load {
                bytes: span.first_bytes,
                address: scratch,
                ram: ring + 2 * span.start,
            });
            if span.second_bytes != 0 {
                let address = scratch + span.first_bytes;
                list.push(NeadCommand::Load { bytes: span.second_bytes, address, ram: ring });
            }
            list.push(self.mix(self.settings.mix_gain, wet, scratch, 2 * chunk as u16));
            save_span(list, span, scratch, ring);
        }
    }

    /// Ends a frame.
    pub const fn end_frame(&mut self) {
        self.memory.end_frame();
    }
}

/// The rings of a unit that another one feeds.
#[derive(Clone, Copy, Debug)]
pub struct FeedTarget {
    rings: [u32; 2],
    span: Span,
}

fn save_span(list: &mut Vec<NeadCommand>, span: Span, address: u16, ring: u32) {
    list.push(NeadCommand::Save { bytes: span.first_bytes, address, ram: ring + 2 * span.start });
    if span.second_bytes != 0 {
        let address = address + span.first_bytes;
        list.push(NeadCommand::Save { bytes: span.second_bytes, address, ram: ring });
    }
}

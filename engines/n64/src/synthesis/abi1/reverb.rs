//! The reverb: a ring of past output, played back into the sums and fed again, `n64-mixer.md` 4.

use super::list::CommandList;
use super::memory_map::{dmem, reverb_ring};
use crate::hardware::abi1::command::AudioCommand;
use crate::synthesis::ring::Span;

/// Gain with which the engine scales what it feeds back: the preset's gain is added to it.
const FEEDBACK_BASE: u16 = 0x8000;

/// The ring's place in RAM and its write position.
#[derive(Clone, Debug)]
pub struct Reverb {
    window: u32,
    gain: u16,
    rings: [u32; 2],
    position: u32,
}

impl Reverb {
    /// A ring of `window` samples at its place behind the voices; none if the window is empty.
    pub fn new(voices: usize, window: u32, gain: u16) -> Option<Self> {
        let rings = [0, 1].map(|side| reverb_ring(voices, window, side));
        (window != 0).then_some(Self { window, gain, rings, position: 0 })
    }

    /// The span of the next chunk; the position moves behind it.
    pub fn advance(&mut self, chunk: u32) -> Span {
        Span::take(&mut self.position, chunk, self.window)
    }

    /// Loads the span and mixes it back: the dry sums begin with the ring's content, the wet ones with what is
    /// fed back.
    pub fn load(&self, span: Span, list: &mut CommandList) {
        self.load_piece(2 * span.start, 0, list);
        if span.second_bytes != 0 {
            self.load_piece(0, span.first_bytes, list);
        }
        list.push(AudioCommand::Move {
            from: dmem::WET_LEFT,
            to: dmem::LEFT,
            bytes: 2 * dmem::CHANNEL_BYTES,
        });
        list.push(AudioCommand::SetBuffers { input: 0, output: 0, count: 2 * dmem::CHANNEL_BYTES });
        list.push(AudioCommand::Mix {
            gain: FEEDBACK_BASE.wrapping_add(self.gain) as i16,
            input: dmem::WET_LEFT,
            output: dmem::WET_LEFT,
        });
    }

    fn load_piece(&self, ring_offset: u32, buffer_offset: u16, list: &mut CommandList) {
        let count = dmem::CHANNEL_BYTES.saturating_sub(buffer_offset);
        for (ring, buffer) in self.rings.into_iter().zip([dmem::WET_LEFT, dmem::WET_RIGHT]) {
            list.push(AudioCommand::SetBuffers { input: buffer + buffer_offset, output: 0, count });
            list.push(AudioCommand::Load { ram: ring + ring_offset });
        }
    }

    /// Saves the wet sums into the span.
    pub fn save(&self, span: Span, list: &mut CommandList) {
        self.save_piece(2 * span.start, 0, span.first_bytes, list);
        if span.second_bytes != 0 {
            self.save_piece(0, span.first_bytes, span.second_bytes, list);
        }
    }

    fn save_piece(&self, ring_offset: u32, buffer_offset: u16, count: u16, list: &mut CommandList) {
        for (ring, buffer) in self.rings.into_iter().zip([dmem::WET_LEFT, dmem::WET_RIGHT]) {
            list.push(AudioCommand::SetBuffers { input: 0, output: buffer + buffer_offset, count });
            list.push(AudioCommand::Save { ram: ring + ring_offset });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ring_wraps_within_a_chunk() {
        let mut reverb = Reverb::new(16, 200, 0).unwrap();
        let spans = [136, 136, 64, 64].map(|chunk| {
            let span = reverb.advance(chunk);
            (span.start, span.first_bytes, span.second_bytes)
        });
        assert_eq!(spans, [(0, 272, 0), (136, 128, 144), (72, 128, 0), (136, 128, 0)]);
        assert_eq!(reverb.position, 0);
    }
}

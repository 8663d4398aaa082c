use super::registers::RepeatMode;
use crate::format::adpcm::Predictor;

/// Nibbles of the header word.
const HEADER_NIBBLES: i64 = 8;

/// The ADPCM unit of a channel: the decoder and the state to return to at the loop start (nds-hardware 3.3).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AdpcmDecoder {
    current: Predictor,
    at_loop_start: Predictor,
    /// The level the mixer reads; 0 until the first data nibble.
    value: i16,
}

/// What the decoder reads from.
#[derive(Clone, Copy, Debug)]
pub(super) struct AdpcmSource<'a> {
    /// Bytes from the header on.
    pub data: &'a [u8],
    /// First nibble of the loop.
    pub loop_start: i64,
    /// Nibble behind the last.
    pub end: i64,
    /// What happens there.
    pub repeat: RepeatMode,
}

impl AdpcmDecoder {
    /// Moves `position` (in nibbles, the header first) on by `steps` and returns the level there, or `None` if a
    /// one-shot has ended.
    #[inline(always)]
    pub(super) fn step(&mut self, source: &AdpcmSource<'_>, position: &mut i64, steps: u32) -> Option<i16> {
        let target = *position + i64::from(steps);
        let passes_loop_start = *position < source.loop_start && source.loop_start <= target;
        if *position >= HEADER_NIBBLES && target < source.end && !passes_loop_start {
            // Nothing but data on the way.
            while *position < target {
                *position += 1;
                self.decode(source.data, *position);
            }
            self.value = self.current.value();
            return Some(self.value);
        }
        for _ in 0..steps {
            *position += 1;
            if *position >= source.end {
                match source.repeat {
                    RepeatMode::OneShot => return None,
                    RepeatMode::Manual => {}
                    RepeatMode::Loop => {
                        // The sample at the loop start comes back as it was; its nibble is not decoded again.
                        *position = source.loop_start;
                        self.current = self.at_loop_start;
                    }
                }
                self.value = self.current.value();
            } else if *position >= HEADER_NIBBLES {
                self.decode(source.data, *position);
                if *position == source.loop_start {
                    self.at_loop_start = self.current;
                }
                self.value = self.current.value();
            } else if *position == 0 {
                let header = source.data.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
                self.current = Predictor::from_header(header);
                self.at_loop_start = self.current;
            }
        }
        Some(self.value)
    }

    /// Decodes the nibble at a position; the low one of a byte comes first.
    #[inline(always)]
    fn decode(&mut self, data: &[u8], position: i64) {
        let byte = data.get((position >> 1) as usize).copied().unwrap_or(0);
        self.current.decode(byte >> ((position & 1) * 4));
    }
}

use std::sync::Arc;

use super::pcm::Bounds;
use super::registers::RepeatMode;
use crate::format::adpcm::Predictor;

/// Nibbles of the header word.
pub(super) const HEADER_NIBBLES: i64 = 8;

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

/// A recording as far as it has been decoded: notes play the same one again and again, and loops return to a state that
/// has been passed before, so that a position always has the same state.
#[derive(Clone, Debug, Default)]
pub(super) struct DecodedRecording {
    /// Where the recording lies.
    source: Option<u32>,
    header: Predictor,
    states: Arc<States>,
}

/// The decoder's states after the data nibbles.
#[derive(Clone, Debug, Default)]
struct States {
    values: Vec<i16>,
    indices: Vec<u8>,
}

impl States {
    fn get(&self, place: usize) -> Option<Predictor> {
        Some(Predictor::new(*self.values.get(place)?, *self.indices.get(place)?))
    }
}

impl DecodedRecording {
    /// Most data nibbles that are kept: a megabyte. Longer recordings are decoded as they play.
    const LIMIT: i64 = 0x4_0000;

    /// Whether recordings of this shape are kept.
    pub(super) const fn takes(bounds: &Bounds) -> bool {
        let is_cycle = bounds.loop_start < bounds.end && !matches!(bounds.repeat, RepeatMode::Manual);
        is_cycle && bounds.end <= Self::LIMIT
    }

    /// The samples of the recording at `source`, decoded at least up to position `last` (below the limit).
    pub(super) fn up_to(&mut self, source: u32, data: &[u8], last: i64) -> &[i16] {
        if self.source != Some(source) {
            let header = data.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
            *self =
                Self { source: Some(source), header: Predictor::from_header(header), states: Arc::default() };
        }
        let wanted = usize::try_from(last + 1 - HEADER_NIBBLES).unwrap_or_default();
        let decoded = self.states.values.len();
        if decoded < wanted {
            // Some more, so that this happens seldom.
            let wanted = wanted.next_multiple_of(512);
            let mut decoder = AdpcmDecoder {
                current: decoded.checked_sub(1).and_then(|last| self.states.get(last)).unwrap_or(self.header),
                ..AdpcmDecoder::default()
            };
            let states = Arc::make_mut(&mut self.states);
            states.values.reserve(wanted - decoded);
            states.indices.reserve(wanted - decoded);
            for position in HEADER_NIBBLES + decoded as i64..HEADER_NIBBLES + wanted as i64 {
                decoder.decode(data, position);
                states.values.push(decoder.current.value());
                states.indices.push(decoder.current.index() as u8);
            }
        }
        &self.states.values
    }

    /// The decoder as it stands at a position that has been played, in a recording with this loop start.
    pub(super) fn decoder_at(&self, position: i64, loop_start: i64) -> AdpcmDecoder {
        let state = |position: i64| match usize::try_from(position - HEADER_NIBBLES) {
            Ok(place) => self.states.get(place).unwrap_or_default(),
            Err(_) if position >= 0 => self.header,
            Err(_) => Predictor::default(),
        };
        let current = state(position);
        AdpcmDecoder {
            current,
            at_loop_start: if position >= loop_start { state(loop_start) } else { state(position.min(0)) },
            value: if position >= HEADER_NIBBLES { current.value() } else { 0 },
        }
    }
}

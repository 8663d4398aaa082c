//! ADPCM frames that were decoded before.
//!
//! What a frame decodes to depends on its bytes, on the two samples in front of it and on its predictor, and on
//! nothing else. Notes play the same frames again and again, and loops do so for as long as they sound. Frames and
//! predictors come from the sample memory, which never changes: so the fast decoder keeps its results by the frame's
//! place there, beside the predictors' place and the two samples. What the data memory holds is compared with the
//! sample memory before that is relied on.

use super::adpcm::{Decoding, FRAME_BYTES, FRAME_SAMPLES, PREDICTOR_BYTES};
use super::memory::{DataMemory, Ram, Transfer};

/// What a frame's samples depend on, in two words each: the place of the predictors, the place of the frame, how many
/// predictors there are, and the two samples in front. All zero: nothing is known.
pub type Key = [i16; 8];

/// Results, in the order of their frames. A copy begins empty: that is cheap, and no sample depends on it.
#[derive(Debug)]
pub struct DecodedFrames {
    /// Room for all of the sample memory, of which the operating system gives what is used; none at all before the first
    /// frame is decoded.
    samples: Vec<[i16; FRAME_SAMPLES]>,
    keys: Vec<Key>,
    /// Where the last compressed frames came from, and the last predictors.
    data: Transfer,
    books: Transfer,
}

/// Neighbouring frames in the sample memory.
#[derive(Debug)]
pub struct Run<'a> {
    /// What they decode to, as far as it is known.
    pub samples: &'a mut [[i16; FRAME_SAMPLES]],
    /// What that depends on.
    pub keys: &'a mut [Key],
    /// The place of the predictors, counted from 1.
    pub books: u32,
    /// The place of the frames, modulo the length of one: the list says the rest.
    pub offset: u32,
    /// How many predictors were transferred: those behind them are not known to stay as they are.
    pub predictors: u32,
}

impl DecodedFrames {
    /// None yet.
    pub const fn new() -> Self {
        Self { samples: Vec::new(), keys: Vec::new(), data: Transfer::NONE, books: Transfer::NONE }
    }

    /// Remembers where compressed frames came from.
    #[inline(always)]
    pub fn loaded_data(&mut self, transfer: Transfer) {
        self.data = transfer;
    }

    /// Remembers where predictors came from.
    #[inline(always)]
    pub fn loaded_books(&mut self, transfer: Transfer) {
        self.books = transfer;
    }

    /// What is known of the frames that are to be decoded: none if they are not plain copies of the sample memory.
    #[inline(always)]
    pub fn run(&mut self, memory: &DataMemory, ram: &Ram, decoding: &Decoding) -> Option<Run<'_>> {
        let data = self.data.origin(ram, memory, decoding.input, FRAME_BYTES * decoding.frames)?;
        let books = self.books.origin(ram, memory, decoding.books, self.books.bytes())?;
        if self.samples.is_empty() {
            let frames = 2 * ram.samples().len() / FRAME_BYTES + 1;
            (self.samples, self.keys) = (vec![[0; FRAME_SAMPLES]; frames], vec![[0; 8]; frames]);
        }
        let first = data / FRAME_BYTES;
        Some(Run {
            samples: self.samples.get_mut(first..)?.get_mut(..decoding.frames)?,
            keys: self.keys.get_mut(first..)?.get_mut(..decoding.frames)?,
            books: books as u32 + 1,
            offset: (data % FRAME_BYTES) as u32,
            predictors: (self.books.bytes() / PREDICTOR_BYTES) as u32,
        })
    }
}

impl Clone for DecodedFrames {
    fn clone(&self) -> Self {
        Self { samples: Vec::new(), keys: Vec::new(), ..*self }
    }
}

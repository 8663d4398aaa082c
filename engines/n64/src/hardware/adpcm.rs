//! The ADPCM decoder unit, `n64-mixer.md` 2.1.

use super::memory::DataMemory;

/// Samples in one compressed frame.
pub const FRAME_SAMPLES: usize = 16;
/// Bytes of one compressed frame: a header (shift, predictor) and 16 residuals of 4 bits.
pub const FRAME_BYTES: usize = 9;
/// Half a frame: the decoder predicts 8 samples at a time from the two before them.
const HALF: usize = 8;
/// Bytes of one predictor in the book: two rows of 8 coefficients.
pub const PREDICTOR_BYTES: usize = 32;
/// Shifts above 12 act as 12.
const MAX_SHIFT: u8 = 12;

/// What is decoded.
#[derive(Clone, Copy, Debug)]
pub struct Decoding {
    /// Where the frames lie.
    pub input: usize,
    /// Where the samples go.
    pub output: usize,
    /// Where the predictors lie.
    pub books: usize,
    /// Frames.
    pub frames: usize,
    /// The samples in front of the first frame's; they are put out too.
    pub initial: [i16; FRAME_SAMPLES],
}

/// Decodes; returns the last 16 samples.
///
/// The loop is pipelined like the microcode's: each frame is read before the outputs of the one in front of it are
/// stored, which matters when output runs over its own input.
#[inline(always)]
pub fn decode(memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
    let Decoding { input, output, books, frames, initial } = *decoding;
    memory.store(output, &initial);
    let mut last = initial;
    if frames == 0 {
        return last;
    }
    let mut frame = read_frame(memory, input);
    let mut book = Book::open(memory, books, output, frames, frame[0]);
    for index in 0..frames {
        let next = read_frame(memory, input + FRAME_BYTES * (index + 1));
        last = decode_frame(
            &frame,
            book.predictor(memory, frame[0]),
            last[FRAME_SAMPLES - 2],
            last[FRAME_SAMPLES - 1],
        );
        memory.store(output + 2 * FRAME_SAMPLES * (index + 1), &last);
        frame = next;
    }
    last
}

/// Bytes of a frame with residuals of two bits.
pub const SMALL_FRAME_BYTES: usize = 5;
/// Bytes of 16 samples of signed bytes.
pub const SIGNED8_FRAME_BYTES: usize = 16;
/// Shifts above 14 act as 14 in frames with residuals of two bits.
const MAX_SMALL_SHIFT: u8 = 14;

/// As [`decode`], for frames with residuals of two bits (`n64-oot.md` 2.1).
#[inline(always)]
pub fn decode_two_bits(memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
    let Decoding { input, output, books, frames, initial } = *decoding;
    memory.store(output, &initial);
    let mut last = initial;
    let mut book = Book::open(memory, books, output, frames, memory.byte(input));
    for index in 0..frames {
        let mut frame = [0; SMALL_FRAME_BYTES];
        for (offset, byte) in frame.iter_mut().enumerate() {
            *byte = memory.byte(input + SMALL_FRAME_BYTES * index + offset);
        }
        let book = book.predictor(memory, frame[0]);
        let shift = (frame[0] >> 4).min(MAX_SMALL_SHIFT);
        let residual = |index: usize| {
            // At most -2 << 14: it fits.
            i16::from((frame[1 + index / 4] << (2 * (index % 4))) as i8 >> 6) << shift
        };
        let (mut first, mut second) = ([0; HALF], [0; HALF]);
        for index in 0..HALF {
            first[index] = residual(index);
            second[index] = residual(HALF + index);
        }
        let low = predict_half(&first, book, last[FRAME_SAMPLES - 2], last[FRAME_SAMPLES - 1]);
        let high = predict_half(&second, book, low[HALF - 2], low[HALF - 1]);
        last[..HALF].copy_from_slice(&low);
        last[HALF..].copy_from_slice(&high);
        memory.store(output + 2 * FRAME_SAMPLES * (index + 1), &last);
    }
    last
}

/// As [`decode`], for signed bytes, which become the upper halves of samples; they need no predictors.
#[inline(always)]
pub fn decode_signed8(memory: &mut DataMemory, decoding: &Decoding) -> [i16; FRAME_SAMPLES] {
    let Decoding { input, output, frames, initial, .. } = *decoding;
    memory.store(output, &initial);
    let mut last = initial;
    for index in 0..frames {
        last = std::array::from_fn(|sample| {
            let byte = memory.byte(input + SIGNED8_FRAME_BYTES * index + sample);
            i16::from_be_bytes([byte, 0])
        });
        memory.store(output + 2 * FRAME_SAMPLES * (index + 1), &last);
    }
    last
}

#[inline(always)]
fn read_frame(memory: &DataMemory, address: usize) -> [u8; FRAME_BYTES] {
    if let Some(words) = memory.words_at(address & !1, FRAME_BYTES / 2 + 1) {
        let mut bytes = [0; FRAME_BYTES + 1];
        for (pair, word) in bytes.chunks_exact_mut(2).zip(words) {
            pair.copy_from_slice(&word.to_be_bytes());
        }
        let odd = address & 1;
        return std::array::from_fn(|index| bytes[index + odd]);
    }
    std::array::from_fn(|index| memory.byte(address + index))
}

/// The predictors in memory, of which the one used last is kept while nothing can have changed it.
struct Book {
    address: usize,
    /// Whether no output reaches predictors 0 to 7. The other ones lie in the sample area.
    is_apart: bool,
    number: u8,
    predictor: Predictor,
}

impl Book {
    /// The book at `address`, of which the frame with this header is the first user.
    #[inline(always)]
    fn open(memory: &DataMemory, address: usize, output: usize, frames: usize, header: u8) -> Self {
        let end = output + 2 * FRAME_SAMPLES * (frames + 1);
        let number = header & 15;
        let predictor = Predictor::load(memory, address + PREDICTOR_BYTES * usize::from(number));
        // Output that wraps can reach the books.
        let is_apart = output >= address + 8 * PREDICTOR_BYTES && end <= DataMemory::BYTES;
        Self { address, is_apart, number, predictor }
    }

    /// The predictor that a frame's header asks for.
    #[inline(always)]
    fn predictor(&mut self, memory: &DataMemory, header: u8) -> &Predictor {
        let number = header & 15;
        if number != self.number || number >= 8 || !self.is_apart {
            self.number = number;
            self.predictor = Predictor::load(memory, self.address + PREDICTOR_BYTES * usize::from(number));
        }
        &self.predictor
    }
}

/// One predictor of a book, laid out for the decoder: the weight of everything known in each of the 8 samples.
#[derive(Clone, Copy)]
struct Predictor {
    /// Of the sample before the last: the book's first row.
    before_last: [i16; HALF],
    /// Of the last sample: the book's second row.
    last: [i16; HALF],
    /// Of each residual: 1.0 (2048) in its own sample; behind it the second row again, because a residual acts
    /// like an output.
    residual: [[i16; HALF]; HALF],
}

impl Predictor {
    #[inline(always)]
    fn load(memory: &DataMemory, address: usize) -> Self {
        let rows = memory.load::<{ 2 * HALF }>(address);
        let last: [i16; HALF] = std::array::from_fn(|index| rows[HALF + index]);
        let residual = std::array::from_fn(|position| {
            std::array::from_fn(|index| match index.checked_sub(position) {
                None => 0,
                Some(0) => 2048,
                Some(distance) => last[distance - 1],
            })
        });
        Self { before_last: std::array::from_fn(|index| rows[index]), last, residual }
    }
}

#[inline(always)]
fn decode_frame(
    frame: &[u8; FRAME_BYTES],
    book: &Predictor,
    mut before_last: i16,
    mut last: i16,
) -> [i16; FRAME_SAMPLES] {
    let shift = (frame[0] >> 4).min(MAX_SHIFT);
    let mut out = [0; FRAME_SAMPLES];
    for (half, bytes) in out.chunks_exact_mut(HALF).zip(frame[1..].chunks_exact(HALF / 2)) {
        let mut residual = [0i16; HALF];
        for (pair, &byte) in residual.chunks_exact_mut(2).zip(bytes) {
            pair[0] = i16::from(byte as i8 >> 4) << shift;
            pair[1] = i16::from((byte << 4) as i8 >> 4) << shift;
        }
        let samples = predict_half(&residual, book, before_last, last);
        half.copy_from_slice(&samples);
        before_last = samples[HALF - 2];
        last = samples[HALF - 1];
    }
    out
}

/// Eight samples from eight residuals and the two samples before them (1.11 fixed point, sums modulo 2^32).
#[inline(always)]
fn predict_half(residual: &[i16; HALF], book: &Predictor, before_last: i16, last: i16) -> [i16; HALF] {
    let product = |a: i16, b: i16| i32::from(a) * i32::from(b);
    let mut sums = [0i32; HALF];
    for (index, sum) in sums.iter_mut().enumerate() {
        *sum = product(book.before_last[index], before_last).wrapping_add(product(book.last[index], last));
    }
    for (&value, weights) in residual.iter().zip(&book.residual) {
        for (sum, &weight) in sums.iter_mut().zip(weights) {
            *sum = sum.wrapping_add(product(value, weight));
        }
    }
    sums.map(|sum| (sum >> 11).clamp(-0x8000, 0x7FFF) as i16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_over_the_book_changes_the_predictors_of_later_frames() {
        let mut memory = DataMemory::new();
        // Both frames use predictor 2, which is zero until the first frame's 2048 (1.0) are stored over it.
        memory.store(0x800, &[0xB211_u16 as i16, 0x1111, 0x1111, 0x1111, 0x11B2, 0, 0, 0, 0]);
        let (books, output) = (0x400, 0x400 + PREDICTOR_BYTES);
        let decoding = Decoding { input: 0x800, output, books, frames: 2, initial: [0; FRAME_SAMPLES] };
        let last = decode(&mut memory, &decoding);
        assert_eq!(memory.load(output + PREDICTOR_BYTES), [2048; FRAME_SAMPLES]);
        assert_eq!(last[..HALF], [4096; HALF]);
    }
}

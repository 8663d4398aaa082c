//! The resampler unit, `n64-mixer.md` 2.2: four taps, 64 phases.

use super::memory::DataMemory;
use super::mixer::saturate;

/// The resampler's saved state: four samples, the fraction, and words that serve a flag these games never use.
pub type State = [i16; 16];

/// Coefficients of 64 phases (`n64-mixer.md`, appendix: rows 0-31; row 63-k is row k reversed).
pub const PHASES: [[i16; 4]; 64] = phases();

const HALF_OF_THE_PHASES: [[u16; 4]; 32] = [
    [0x0C39, 0x66AD, 0x0D46, 0xFFDF],
    [0x0B39, 0x6696, 0x0E5F, 0xFFD8],
    [0x0A44, 0x6669, 0x0F83, 0xFFD0],
    [0x095A, 0x6626, 0x10B4, 0xFFC8],
    [0x087D, 0x65CD, 0x11F0, 0xFFBF],
    [0x07AB, 0x655E, 0x1338, 0xFFB6],
    [0x06E4, 0x64D9, 0x148C, 0xFFAC],
    [0x0628, 0x643F, 0x15EB, 0xFFA1],
    [0x0577, 0x638F, 0x1756, 0xFF96],
    [0x04D1, 0x62CB, 0x18CB, 0xFF8A],
    [0x0435, 0x61F3, 0x1A4C, 0xFF7E],
    [0x03A4, 0x6106, 0x1BD7, 0xFF71],
    [0x031C, 0x6007, 0x1D6C, 0xFF64],
    [0x029F, 0x5EF5, 0x1F0B, 0xFF56],
    [0x022A, 0x5DD0, 0x20B3, 0xFF48],
    [0x01BE, 0x5C9A, 0x2264, 0xFF3A],
    [0x015B, 0x5B53, 0x241E, 0xFF2C],
    [0x0101, 0x59FC, 0x25E0, 0xFF1E],
    [0x00AE, 0x5896, 0x27A9, 0xFF10],
    [0x0063, 0x5720, 0x297A, 0xFF02],
    [0x001F, 0x559D, 0x2B50, 0xFEF4],
    [0xFFE2, 0x540D, 0x2D2C, 0xFEE8],
    [0xFFAC, 0x5270, 0x2F0D, 0xFEDB],
    [0xFF7C, 0x50C7, 0x30F3, 0xFED0],
    [0xFF53, 0x4F14, 0x32DC, 0xFEC6],
    [0xFF2E, 0x4D57, 0x34C8, 0xFEBD],
    [0xFF0F, 0x4B91, 0x36B6, 0xFEB6],
    [0xFEF5, 0x49C2, 0x38A5, 0xFEB0],
    [0xFEDF, 0x47ED, 0x3A95, 0xFEAC],
    [0xFECE, 0x4611, 0x3C85, 0xFEAB],
    [0xFEC0, 0x4430, 0x3E74, 0xFEAC],
    [0xFEB6, 0x424A, 0x4060, 0xFEAF],
];

const fn phases() -> [[i16; 4]; 64] {
    let mut table = [[0; 4]; 64];
    let mut row = 0;
    while row < 32 {
        let mut tap = 0;
        while tap < 4 {
            let value = HALF_OF_THE_PHASES[row][tap] as i16;
            table[row][tap] = value;
            table[63 - row][3 - tap] = value;
            tap += 1;
        }
        row += 1;
    }
    table
}

/// Outputs computed before they are stored.
pub const BLOCK: usize = 8;

/// A place between input samples and the way to the next one, 16.16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Where the next output lies, from the history's first sample.
    pub place: u32,
    /// From one output to the next.
    pub step: u32,
}

impl Position {
    /// The first of the four samples around it.
    #[inline(always)]
    pub const fn index(self) -> usize {
        (self.place >> 16) as usize
    }

    /// The first sample that an output this much later uses.
    #[inline(always)]
    pub const fn index_after(self, outputs: usize) -> usize {
        (self.place as usize + outputs * self.step as usize) >> 16
    }

    /// The coefficients of the four samples.
    #[inline(always)]
    pub const fn phase(self) -> &'static [i16; 4] {
        &PHASES[(self.place >> 10 & 63) as usize]
    }

    /// The position of an output this much later.
    #[inline(always)]
    pub const fn after(self, outputs: usize) -> Self {
        Self { place: self.place.wrapping_add((outputs as u32).wrapping_mul(self.step)), step: self.step }
    }

    /// The next output's.
    #[inline(always)]
    pub const fn next(self) -> Self {
        Self { place: self.place.wrapping_add(self.step), step: self.step }
    }
}

/// One output's four products, each rounded by itself.
#[inline(always)]
fn products(taps: &[i16; 4], phase: &[i16; 4]) -> [i32; 4] {
    std::array::from_fn(|k| (i32::from(taps[k]) * i32::from(phase[k]) + 0x4000) >> 15)
}

/// A block of outputs from the taps that `taps_at` gives for a sample index.
#[inline(always)]
fn block(position: &mut Position, taps_at: impl Fn(usize) -> [i16; 4]) -> [i16; BLOCK] {
    let mut parts = [[0; 4]; BLOCK];
    for part in &mut parts {
        *part = products(&taps_at(position.index()), position.phase());
        *position = position.next();
    }
    // The inner saturations of the microcode cannot trigger with this table.
    parts.map(|[a, b, c, d]| saturate(a + b + c + d))
}

/// How the saved samples are placed in front of the input (`n64-mixer.md` 8: flags 2 and 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// All four.
    Plain,
    /// The first and the third: the voice now leaves out every second sample.
    Halved,
    /// Each of them twice: the voice does so no more.
    Doubled,
}

impl History {
    /// The form that a command's flags ask for.
    pub const fn of_flags(flags: u8) -> Self {
        if flags & 2 != 0 {
            Self::Halved
        } else if flags & 4 != 0 {
            Self::Doubled
        } else {
            Self::Plain
        }
    }

    /// Writes the history in front of the input; gives the address of its first sample.
    #[inline(always)]
    fn place(self, memory: &mut DataMemory, input: usize, [a, b, c, d]: [i16; 4]) -> usize {
        match self {
            Self::Plain => {
                let source = input.wrapping_sub(8) & 0xFFF;
                memory.store(source, &[a, b, c, d]);
                source
            }
            Self::Halved => {
                let source = input.wrapping_sub(4) & 0xFFF;
                memory.store(source, &[a, c]);
                source
            }
            Self::Doubled => {
                let source = input.wrapping_sub(16) & 0xFFF;
                memory.store(source, &[a, a, b, b, c, c, d, d]);
                source
            }
        }
    }
}

/// Computes `blocks` of eight outputs from `source` (the history, then the input); gives the position behind.
///
/// Eight outputs are computed before they are stored.
#[inline(always)]
pub fn interpolate(
    memory: &mut DataMemory,
    source: usize,
    output: usize,
    blocks: usize,
    mut position: Position,
) -> Position {
    for number in 0..blocks {
        // The furthest tap of the block: when all of them lie inside the memory, plain indexing serves.
        let reach = position.index_after(BLOCK - 1) + 4;
        let outputs = if memory.words_at(source, reach).is_some() {
            block(&mut position, |index| *memory.block(source + 2 * index))
        } else {
            block(&mut position, |index| memory.load(source + 2 * index))
        };
        memory.store(output + 2 * BLOCK * number, &outputs);
    }
    position
}

/// Resamples to `bytes` (rounded up to 16) at `output`, reading from `input` with four samples of history.
///
/// `pitch` 0x8000 is 1.0. The history is written in front of the input, also at the start of a voice. The inner loop
/// is [`interpolate`], or a faster version of it.
#[inline(always)]
pub fn resample(
    memory: &mut DataMemory,
    (input, output): (usize, usize),
    bytes: usize,
    pitch: u16,
    state: &mut State,
    history: History,
    interpolate: impl FnOnce(&mut DataMemory, usize, usize, usize, Position) -> Position,
) {
    let source = history.place(memory, input, [state[0], state[1], state[2], state[3]]);
    let position = Position { place: u32::from(state[4] as u16), step: u32::from(pitch) * 2 };
    let end = interpolate(memory, source, output, bytes.div_ceil(2 * BLOCK), position);
    save(memory, input, source + 2 * end.index(), end.place as u16, state);
}

/// Resamples by holding each sample until the next one: groups of four, from the sub-sample position `start`.
pub fn hold(memory: &mut DataMemory, input: usize, output: usize, bytes: usize, pitch: u16, start: u16) {
    let mut position = (input as u32) << 16 | u32::from(start);
    for group in 0..bytes.div_ceil(8) {
        let samples: [i16; 4] = std::array::from_fn(|_| {
            let sample = memory.sample((position >> 16 & !1) as usize);
            position = position.wrapping_add(u32::from(pitch) << 2);
            sample
        });
        memory.store(output + 8 * group, &samples);
    }
}

/// The state after a call: the next four samples and the fraction; the rest only serves whole-state comparison.
#[inline(always)]
fn save(memory: &DataMemory, input: usize, next: usize, fraction: u16, state: &mut State) {
    state[..4].copy_from_slice(&memory.load::<4>(next));
    state[4] = fraction as i16;
    let end = next + 8;
    let offset = end.wrapping_sub(input) & 15;
    state[5] = (16 - offset as i16) & 15;
    state[8..].copy_from_slice(&memory.load::<8>(end.wrapping_sub(offset) & 0xFFF));
}

//! Banks (CTL): instruments, drums, envelopes and sample descriptions, `n64-formats.md` 5.

use std::collections::HashMap;
use std::sync::Arc;

use tatum_core::{ByteReader, FormatError, FormatErrorKind};

pub use super::codec::Codec;

/// Bytes in front of the bank body; pointers count from behind them.
const PREFIX_BYTES: usize = 16;
/// Bytes of an instrument.
const INSTRUMENT_BYTES: usize = 0x20;
/// Bytes of a drum.
const DRUM_BYTES: usize = 0x10;
/// Bytes of a sample description.
const SAMPLE_BYTES: usize = 0x14;
/// Bytes of a sample description in a sound font.
const FONT_SAMPLE_BYTES: usize = 0x10;
/// Bytes of a sound effect.
const EFFECT_BYTES: usize = 8;
/// The bound of the normal range that leaves no high sound.
const LAST_SEMITONE: u8 = 0x7F;
/// An instrument number is a byte, and from 0x7F on it means something else.
const MAX_INSTRUMENTS: u32 = 0x7F;
/// Drums are chosen by a semitone that wraps at 256.
const MAX_DRUMS: u32 = 0x100;
/// Prediction order of every book the decoder can use.
const ORDER: u32 = 2;
/// Predictors a book can hold: its place in DMEM has room for eight.
const MAX_PREDICTORS: u32 = 8;
/// Coefficients of one predictor: `ORDER` rows of 8.
const PREDICTOR_COEFFICIENTS: usize = 16;
/// The engine never reads more points of one envelope than its index can count.
const MAX_ENVELOPE_POINTS: usize = 0x8000;

/// A bank: everything a channel's instrument number can name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bank {
    /// Instruments by number; `None` is an empty slot.
    pub instruments: Vec<Option<Instrument>>,
    /// Drums by semitone; `None` is an empty slot.
    pub drums: Vec<Option<Drum>>,
    /// Date of the file, BCD yyyymmdd, 0 if unknown.
    pub date: u32,
    /// Whether the sample area is used by other banks too.
    pub shares_samples: bool,
    /// Sound effects by number (Zelda generation); `None` is an empty slot.
    pub effects: Vec<Option<Sound>>,
}

/// A melodic instrument: up to three sounds by key range.
#[derive(Clone, Debug, PartialEq)]
pub struct Instrument {
    /// First transposed semitone that plays the normal sound.
    pub normal_low: u8,
    /// Last transposed semitone that plays the normal sound.
    pub normal_high: u8,
    /// Speed of the decay after a note's end; higher is faster, 0 means the engine's own.
    pub release_rate: u8,
    /// The volume envelope.
    pub envelope: Arc<Envelope>,
    /// Sound below `normal_low`.
    pub low: Option<Sound>,
    /// Sound of the normal range.
    pub normal: Option<Sound>,
    /// Sound above `normal_high`.
    pub high: Option<Sound>,
}

/// Which of an instrument's sounds is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyRange {
    /// Below the normal range.
    Low,
    /// The normal range.
    Normal,
    /// Above the normal range.
    High,
}

impl Instrument {
    /// The range a transposed semitone falls into.
    #[must_use]
    pub const fn range_of(&self, semitone: u8) -> KeyRange {
        if semitone < self.normal_low {
            KeyRange::Low
        } else if semitone <= self.normal_high {
            KeyRange::Normal
        } else {
            KeyRange::High
        }
    }

    /// The sound of a range, if the instrument has one there.
    #[must_use]
    pub const fn sound(&self, range: KeyRange) -> Option<&Sound> {
        match range {
            KeyRange::Low => self.low.as_ref(),
            KeyRange::Normal => self.normal.as_ref(),
            KeyRange::High => self.high.as_ref(),
        }
    }
}

/// A percussion sound.
#[derive(Clone, Debug, PartialEq)]
pub struct Drum {
    /// Speed of the decay after a note's end.
    pub release_rate: u8,
    /// Pan, 0 (left) to 127.
    pub pan: u8,
    /// What is played.
    pub sound: Sound,
    /// The volume envelope.
    pub envelope: Arc<Envelope>,
}

/// A sample at a pitch.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// The sample.
    pub sample: Arc<Sample>,
    /// Speed at semitone 39 (middle C); 1.0 plays a 32 kHz recording as recorded.
    pub tuning: f32,
}

/// A compressed sample.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// Offset of the first frame in the bank's sample area.
    pub address: u32,
    /// Bytes of compressed data.
    pub size: u32,
    /// Where it loops or ends.
    pub loop_points: SampleLoop,
    /// The decoder's predictors.
    pub book: Book,
    /// How the data are written.
    pub codec: Codec,
    /// Which of the bank's two sample areas it lies in: 0 or 1 (from Shindou on).
    pub area: u8,
    /// Where the book lies in the file it was read from.
    pub book_place: Option<BookPlace>,
}

/// Samples are equal if they sound the same: where a book lay in its file is no part of that.
impl PartialEq for Sample {
    fn eq(&self, other: &Self) -> bool {
        let parts = |sample: &Self| (sample.address, sample.size, sample.codec, sample.area);
        parts(self) == parts(other) && self.loop_points == other.loop_points && self.book == other.book
    }
}

/// A book's place in a file. Samples can share a book, and a book offset reads what lies behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BookPlace {
    /// Offset in the bank.
    pub offset: u32,
    /// The numbers behind the book, as far as a book offset reaches.
    pub tail: [i16; BOOK_TAIL],
}

/// Numbers behind a book that a book offset can reach.
pub const BOOK_TAIL: usize = 8;

/// Where a sample ends, and whether it goes on from its loop start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleLoop {
    /// First sample of the loop.
    pub start: u32,
    /// The sample after the last one.
    pub end: u32,
    /// 0 plays once; any other count repeats for ever.
    pub count: u32,
    /// The 16 decoded samples of the frame that contains `start`; zero for one-shot samples.
    pub state: [i16; 16],
    /// The whole sample's length in samples, where the file says it (Majora's Mask); else 0.
    pub total: u32,
}

/// ADPCM predictors: two rows of eight 1.11 coefficients each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// 1 to 8 predictors.
    pub predictors: Vec<[i16; PREDICTOR_COEFFICIENTS]>,
}

/// A volume envelope: the engine walks the points, and negative delays are commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The points; the last one is a command.
    pub points: Vec<EnvelopePoint>,
}

/// One point of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnvelopePoint {
    /// Updates until the level is reached; 0 ends the voice, -1 holds, -2 goes to point `argument`, -3 restarts.
    pub delay: i16,
    /// The level, 0 to 32767, or the command's argument.
    pub argument: i16,
}

impl Bank {
    /// Reads a bank from the archive entry `bytes`; `sample_area_size` limits where its samples may lie.
    ///
    /// # Errors
    ///
    /// If a count, pointer, loop, book or tuning is impossible: the message says which.
    pub fn parse(file: &str, bytes: &[u8], sample_area_size: usize) -> Result<Self, FormatError> {
        BankParser::new(file, bytes, PREFIX_BYTES, [Some(sample_area_size), None]).bank()
    }

    /// Reads a sound font (the banks of Shindou and the Zelda generation), whose counts stand elsewhere.
    ///
    /// # Errors
    ///
    /// As [`Bank::parse`].
    pub fn parse_font(
        file: &str,
        bytes: &[u8],
        counts: FontCounts,
        sample_area_sizes: [Option<usize>; 2],
    ) -> Result<Self, FormatError> {
        BankParser::new(file, bytes, 0, sample_area_sizes).font(counts)
    }
}

/// How many sounds a sound font has: its entry in the index table says that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FontCounts {
    /// Instruments.
    pub instruments: u8,
    /// Drums.
    pub drums: u8,
    /// Sound effects.
    pub effects: u16,
    /// Whether the font has a pointer to sound effects behind the one to drums: not in Shindou.
    pub has_effects: bool,
}

/// Passes over a sound that does not exist.
fn skip_sound(reader: &mut ByteReader<'_>) -> Result<Option<Sound>, FormatError> {
    reader.skip(EFFECT_BYTES, "sound")?;
    Ok(None)
}

struct BankParser<'a> {
    reader: ByteReader<'a>,
    size: usize,
    /// Bytes in front of what pointers count from; with none it is a sound font.
    prefix: usize,
    sample_area_sizes: [Option<usize>; 2],
    samples: HashMap<usize, Arc<Sample>>,
    envelopes: HashMap<usize, Arc<Envelope>>,
}

impl<'a> BankParser<'a> {
    fn new(file: &'a str, bytes: &'a [u8], prefix: usize, sample_area_sizes: [Option<usize>; 2]) -> Self {
        Self {
            reader: ByteReader::new(file, bytes),
            size: bytes.len(),
            prefix,
            sample_area_sizes,
            samples: HashMap::new(),
            envelopes: HashMap::new(),
        }
    }

    fn bank(mut self) -> Result<Bank, FormatError> {
        let mut header = self.reader.clone();
        let instrument_count = self.count(&mut header, "instrument count", MAX_INSTRUMENTS)?;
        let drum_count = self.count(&mut header, "drum count", MAX_DRUMS)?;
        let shares_samples = header.u32_be("shared sample area flag")? != 0;
        let date = header.u32_be("date")?;
        let mut body = self.reader.at(PREFIX_BYTES);
        let drum_table = body.u32_be("drum table pointer")?;
        let instruments = self.instruments(&mut body, instrument_count)?;
        let drums = self.drums(drum_table, drum_count)?;
        Ok(Bank { instruments, drums, date, shares_samples, effects: Vec::new() })
    }

    fn font(mut self, counts: FontCounts) -> Result<Bank, FormatError> {
        let mut body = self.reader.clone();
        let drum_table = body.u32_be("drum table pointer")?;
        // Shindou has no sound effects: there the instruments follow at once.
        let effect_table = if counts.has_effects { body.u32_be("sound effect table pointer")? } else { 0 };
        let instruments = self.instruments(&mut body, counts.instruments.into())?;
        let drums = self.drums(drum_table, counts.drums.into())?;
        let mut effects = Vec::new();
        if effect_table != 0 && counts.effects != 0 {
            let count = usize::from(counts.effects);
            let start = self.target(4, effect_table, EFFECT_BYTES * count, "sound effect table pointer")?;
            let mut table = self.reader.at(start);
            for _ in 0..count {
                effects.push(self.sound(&mut table)?);
            }
        }
        Ok(Bank { instruments, drums, effects, ..Bank::default() })
    }

    fn instruments(
        &mut self,
        table: &mut ByteReader<'_>,
        count: usize,
    ) -> Result<Vec<Option<Instrument>>, FormatError> {
        let mut instruments = Vec::new();
        for _ in 0..count {
            let at = table.position();
            let pointer = table.u32_be("instrument pointer")?;
            instruments.push(match pointer {
                0 => None,
                _ => Some(self.instrument(at, pointer)?),
            });
        }
        Ok(instruments)
    }

    fn drums(&mut self, pointer: u32, count: usize) -> Result<Vec<Option<Drum>>, FormatError> {
        let mut drums = Vec::new();
        if count != 0 && pointer != 0 {
            let start = self.target(self.prefix, pointer, 4 * count, "drum table pointer")?;
            let mut table = self.reader.at(start);
            for _ in 0..count {
                let at = table.position();
                let pointer = table.u32_be("drum pointer")?;
                drums.push(match pointer {
                    0 => None,
                    _ => Some(self.drum(at, pointer)?),
                });
            }
        }
        Ok(drums)
    }

    fn count(
        &self,
        reader: &mut ByteReader<'_>,
        field: &'static str,
        maximum: u32,
    ) -> Result<usize, FormatError> {
        let at = reader.position();
        let count = reader.u32_be(field)?;
        if count > maximum {
            return Err(self.reader.invalid(at, field, format!("at most {maximum}"), count.to_string()));
        }
        Ok(count as usize)
    }

    /// The file offset of a pointer read at `at`, whose target has `length` bytes.
    fn target(
        &self,
        at: usize,
        pointer: u32,
        length: usize,
        field: &'static str,
    ) -> Result<usize, FormatError> {
        let start = (pointer as usize).checked_add(self.prefix);
        match start {
            Some(start) if pointer != 0 && start.saturating_add(length) <= self.size => Ok(start),
            _ => Err(self.reader.invalid(
                at,
                field,
                format!(
                    "a pointer to {length} bytes inside the bank body of {:#x}",
                    self.size.saturating_sub(self.prefix)
                ),
                format!("{pointer:#x}"),
            )),
        }
    }

    fn instrument(&mut self, at: usize, pointer: u32) -> Result<Instrument, FormatError> {
        let start = self.target(at, pointer, INSTRUMENT_BYTES, "instrument pointer")?;
        let mut reader = self.reader.at(start);
        reader.skip(1, "instrument")?;
        let normal_low = reader.u8("normal range low")?;
        let normal_high = reader.u8("normal range high")?;
        let release_rate = reader.u8("release rate")?;
        let envelope = self.envelope(&mut reader)?;
        // In a sound font the bounds say whether there is a low and a high sound at all.
        let has = |bound: bool| self.prefix != 0 || bound;
        let (has_low, has_high) = (has(normal_low != 0), has(normal_high != LAST_SEMITONE));
        let low = if has_low { self.sound(&mut reader)? } else { skip_sound(&mut reader)? };
        let normal = self.sound(&mut reader)?;
        let high = if has_high { self.sound(&mut reader)? } else { None };
        Ok(Instrument { normal_low, normal_high, release_rate, envelope, low, normal, high })
    }

    fn drum(&mut self, at: usize, pointer: u32) -> Result<Drum, FormatError> {
        let start = self.target(at, pointer, DRUM_BYTES, "drum pointer")?;
        let mut reader = self.reader.at(start);
        let release_rate = reader.u8("drum release rate")?;
        let pan = reader.u8("drum pan")?;
        reader.skip(2, "drum")?;
        let at = reader.position();
        let sound = self
            .sound(&mut reader)?
            .ok_or_else(|| self.reader.invalid(at, "drum sample pointer", "a pointer to a sample", "0"))?;
        let envelope = self.envelope(&mut reader)?;
        Ok(Drum { release_rate, pan, sound, envelope })
    }

    fn sound(&mut self, reader: &mut ByteReader<'_>) -> Result<Option<Sound>, FormatError> {
        let at = reader.position();
        let pointer = reader.u32_be("sample pointer")?;
        let tuning_at = reader.position();
        let tuning = reader.f32_be("tuning")?;
        if pointer == 0 {
            return Ok(None);
        }
        if !tuning.is_finite() || tuning < 0.0 {
            return Err(self.reader.invalid(
                tuning_at,
                "tuning",
                "a finite number that is not negative",
                tuning.to_string(),
            ));
        }
        Ok(Some(Sound { sample: self.sample(at, pointer)?, tuning }))
    }

    fn sample(&mut self, at: usize, pointer: u32) -> Result<Arc<Sample>, FormatError> {
        let is_font = self.prefix == 0;
        let bytes = if is_font { FONT_SAMPLE_BYTES } else { SAMPLE_BYTES };
        let start = self.target(at, pointer, bytes, "sample pointer")?;
        if let Some(known) = self.samples.get(&start) {
            return Ok(Arc::clone(known));
        }
        let mut reader = self.reader.at(start);
        let word = reader.u32_be("sample header")?;
        let address_at = reader.position();
        let address = reader.u32_be("sample address")?;
        let loop_at = reader.position();
        let loop_pointer = reader.u32_be("loop pointer")?;
        let book_at = reader.position();
        let book_pointer = reader.u32_be("book pointer")?;
        let (codec, area, size) = if is_font {
            // Codec 4 bits, sample area 2 bits, two flags, size 24 bits.
            (Codec::from_number((word >> 28) as u8), (word >> 26 & 3) as u8, word & 0xFF_FFFF)
        } else {
            (Codec::Adpcm, 0, reader.u32_be("sample size")?)
        };
        let area_size = self.sample_area_sizes.get(usize::from(area)).copied().flatten();
        let end = (address as usize).checked_add(size as usize);
        let is_silent = matches!(codec, Codec::Silent(_));
        if !is_silent && end.is_none_or(|end| area_size.is_none_or(|size| end > size)) {
            let expected = match area_size {
                Some(size) => format!("a range inside sample area {area} of {size:#x} bytes"),
                None => format!("a sample area that the bank has, not area {area}"),
            };
            let found = format!("address {address:#x}, size {size:#x}");
            return Err(self.reader.invalid(address_at, "sample address and size", expected, found));
        }
        let book = if codec.has_book() { self.book(book_at, book_pointer)? } else { Book::default() };
        let book_place = codec.has_book().then(|| self.book_place(book_pointer, &book));
        let loop_points = self.loop_points(loop_at, loop_pointer, codec.capacity(size))?;
        let sample = Arc::new(Sample { address, size, loop_points, book, codec, area, book_place });
        self.samples.insert(start, Arc::clone(&sample));
        Ok(sample)
    }

    /// Where a book that has been read lies, and what follows it; missing bytes are zero.
    fn book_place(&self, pointer: u32, book: &Book) -> BookPlace {
        let bytes = 8 + 2 * PREDICTOR_COEFFICIENTS * book.predictors.len();
        let mut reader = self.reader.at((pointer as usize).saturating_add(self.prefix + bytes));
        let tail = std::array::from_fn(|_| reader.i16_be("book tail").unwrap_or_default());
        BookPlace { offset: pointer, tail }
    }

    fn loop_points(&self, at: usize, pointer: u32, capacity: u32) -> Result<SampleLoop, FormatError> {
        let start_at = self.target(at, pointer, 16, "loop pointer")?;
        let mut reader = self.reader.at(start_at);
        let start = reader.u32_be("loop start")?;
        let end = reader.u32_be("loop end")?;
        let count = reader.u32_be("loop count")?;
        let total = reader.u32_be("sample length")?;
        if end > capacity {
            return Err(self.reader.invalid(
                start_at + 4,
                "loop end",
                format!("at most {capacity} (the samples in the data)"),
                end.to_string(),
            ));
        }
        let mut state = [0; 16];
        if count != 0 {
            if start >= end {
                return Err(self.reader.invalid(
                    start_at,
                    "loop start",
                    format!("a sample before the loop end {end}"),
                    start.to_string(),
                ));
            }
            for value in &mut state {
                *value = reader.i16_be("loop state")?;
            }
        }
        let total = if self.prefix == 0 { total } else { 0 };
        Ok(SampleLoop { start, end, count, state, total })
    }

    fn book(&self, at: usize, pointer: u32) -> Result<Book, FormatError> {
        let start = self.target(at, pointer, 8, "book pointer")?;
        let mut reader = self.reader.at(start);
        let order = reader.u32_be("book order")?;
        if order != ORDER {
            return Err(self.reader.invalid(start, "book order", ORDER.to_string(), order.to_string()));
        }
        let count = reader.u32_be("predictor count")?;
        if !(1..=MAX_PREDICTORS).contains(&count) {
            return Err(self.reader.invalid(
                start + 4,
                "predictor count",
                format!("1 to {MAX_PREDICTORS}"),
                count.to_string(),
            ));
        }
        let mut predictors = Vec::new();
        for _ in 0..count {
            let mut rows = [0; PREDICTOR_COEFFICIENTS];
            for coefficient in &mut rows {
                *coefficient = reader.i16_be("book coefficient")?;
            }
            predictors.push(rows);
        }
        Ok(Book { predictors })
    }

    /// Reads points up to the first command from which the engine never continues to the next point, and on to
    /// the furthest point a goto reaches.
    fn envelope(&mut self, reader: &mut ByteReader<'_>) -> Result<Arc<Envelope>, FormatError> {
        let at = reader.position();
        let pointer = reader.u32_be("envelope pointer")?;
        let start = self.target(at, pointer, 4, "envelope pointer")?;
        if let Some(known) = self.envelopes.get(&start) {
            return Ok(Arc::clone(known));
        }
        let mut points = Vec::new();
        let mut wanted = 1;
        let mut reader = self.reader.at(start);
        while points.len() < wanted && points.len() < MAX_ENVELOPE_POINTS {
            if reader.remaining() < 4 {
                break;
            }
            let delay = reader.i16_be("envelope delay")?;
            let argument = reader.i16_be("envelope level")?;
            points.push(EnvelopePoint { delay, argument });
            match delay {
                0 | -1 | -3 => {}
                -2 => wanted = wanted.max(usize::try_from(argument).unwrap_or(0) + 1),
                _ => wanted = wanted.max(points.len() + 1),
            }
        }
        if points.len() < wanted {
            return Err(self
                .reader
                .invalid(
                    start,
                    "envelope",
                    "a point with delay 0, -1, -2 or -3 before the end of the bank",
                    format!("{} points and no end", points.len()),
                )
                .of_kind(FormatErrorKind::Truncated));
        }
        let envelope = Arc::new(Envelope { points });
        self.envelopes.insert(start, Arc::clone(&envelope));
        Ok(envelope)
    }
}

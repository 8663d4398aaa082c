//! Writing banks: the mirror of [`super::bank`].

use std::sync::Arc;

use super::bank::{Bank, Drum, Envelope, FontCounts, Instrument, Sample, Sound};

/// Alignment of everything the signal processor loads, and of the tables.
const ALIGNMENT: usize = 16;

impl Bank {
    /// The archive entry of this bank: samples (with loop and book), envelopes, instruments, drums, drum table.
    ///
    /// Samples and envelopes that are shared in memory are shared in the file. [`Bank::parse`] reads it back
    /// equal.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let header =
            [self.instruments.len() as u32, self.drums.len() as u32, self.shares_samples.into(), self.date];
        let mut bytes: Vec<u8> = header.iter().flat_map(|word| word.to_be_bytes()).collect();
        let mut writer = BankWriter::new(SampleHeaderForm::Bank);
        writer.sounds(self, 4);
        bytes.extend(writer.body);
        bytes
    }

    /// The sound font of this bank, with the counts for its index entry: with sound effects as in the Zelda
    /// generation, or without as in Shindou. [`Bank::parse_font`] reads it back equal.
    #[must_use]
    pub fn write_font(&self, has_effects: bool) -> (Vec<u8>, FontCounts) {
        let mut writer = BankWriter::new(SampleHeaderForm::Font);
        writer.sounds(self, if has_effects { 8 } else { 4 });
        if has_effects && !self.effects.is_empty() {
            let table = writer.effects(self);
            writer.patch(4, table);
        }
        let counts = FontCounts {
            instruments: self.instruments.len() as u8,
            drums: self.drums.len() as u8,
            effects: self.effects.len() as u16,
            has_effects,
        };
        (writer.body, counts)
    }
}

/// How a sample is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SampleHeaderForm {
    /// Five words, the last one is the size.
    Bank,
    /// Four words, the first one has codec, sample bank and size.
    Font,
}

struct BankWriter {
    form: SampleHeaderForm,
    body: Vec<u8>,
    samples: Vec<(Arc<Sample>, u32)>,
    envelopes: Vec<(Arc<Envelope>, u32)>,
}

impl BankWriter {
    const fn new(form: SampleHeaderForm) -> Self {
        Self { form, body: Vec::new(), samples: Vec::new(), envelopes: Vec::new() }
    }

    /// Instruments and drums; the instruments' pointers begin at `pointers`, that to the drums at 0.
    fn sounds(&mut self, bank: &Bank, pointers: usize) {
        let table_bytes = pointers + 4 * bank.instruments.len();
        self.body.resize(table_bytes.next_multiple_of(ALIGNMENT), 0);
        for (index, instrument) in bank.instruments.iter().enumerate() {
            if let Some(instrument) = instrument {
                let pointer = self.instrument(instrument);
                self.patch(pointers + 4 * index, pointer);
            }
        }
        if !bank.drums.is_empty() {
            let drums: Vec<u32> =
                bank.drums.iter().map(|drum| drum.as_ref().map_or(0, |drum| self.drum(drum))).collect();
            let table = self.align();
            for pointer in drums {
                self.body.extend(pointer.to_be_bytes());
            }
            self.patch(0, table);
            self.align();
        }
    }

    /// The table of sound effects; gives its offset.
    fn effects(&mut self, bank: &Bank) -> u32 {
        let sounds: Vec<(u32, f32)> = bank
            .effects
            .iter()
            .map(|effect| effect.as_ref().map_or((0, 0.0), |effect| self.sound(effect)))
            .collect();
        let table = self.align();
        for (pointer, tuning) in sounds {
            self.body.extend(pointer.to_be_bytes());
            self.body.extend(tuning.to_be_bytes());
        }
        self.align();
        table
    }

    /// Pads to the alignment and gives the offset reached.
    fn align(&mut self) -> u32 {
        self.body.resize(self.body.len().next_multiple_of(ALIGNMENT), 0);
        self.body.len() as u32
    }

    fn patch(&mut self, at: usize, pointer: u32) {
        self.body[at..at + 4].copy_from_slice(&pointer.to_be_bytes());
    }

    fn instrument(&mut self, instrument: &Instrument) -> u32 {
        let envelope = self.envelope(&instrument.envelope);
        let sounds = [&instrument.low, &instrument.normal, &instrument.high]
            .map(|sound| sound.as_ref().map_or((0, 0.0), |sound| self.sound(sound)));
        let start = self.align();
        self.body.extend([0, instrument.normal_low, instrument.normal_high, instrument.release_rate]);
        self.body.extend(envelope.to_be_bytes());
        for (pointer, tuning) in sounds {
            self.body.extend(pointer.to_be_bytes());
            self.body.extend(tuning.to_be_bytes());
        }
        start
    }

    fn drum(&mut self, drum: &Drum) -> u32 {
        let envelope = self.envelope(&drum.envelope);
        let (pointer, tuning) = self.sound(&drum.sound);
        let start = self.align();
        self.body.extend([drum.release_rate, drum.pan, 0, 0]);
        self.body.extend(pointer.to_be_bytes());
        self.body.extend(tuning.to_be_bytes());
        self.body.extend(envelope.to_be_bytes());
        start
    }

    fn sound(&mut self, sound: &Sound) -> (u32, f32) {
        (self.sample(&sound.sample), sound.tuning)
    }

    fn sample(&mut self, sample: &Arc<Sample>) -> u32 {
        if let Some((_, pointer)) = self.samples.iter().find(|(known, _)| Arc::ptr_eq(known, sample)) {
            return *pointer;
        }
        let book = self.align();
        self.body.extend(2u32.to_be_bytes());
        self.body.extend((sample.book.predictors.len() as u32).to_be_bytes());
        self.samples_of(sample.book.predictors.as_flattened());
        let loop_points = self.align();
        let points = &sample.loop_points;
        let total = if self.form == SampleHeaderForm::Font { points.total } else { 0 };
        for word in [points.start, points.end, points.count, total] {
            self.body.extend(word.to_be_bytes());
        }
        if points.count != 0 {
            self.samples_of(&points.state);
        }
        let start = self.align();
        let (first, size) = match self.form {
            SampleHeaderForm::Bank => (0, Some(sample.size)),
            SampleHeaderForm::Font => {
                let codec = u32::from(sample.codec.number()) << 28;
                (codec | u32::from(sample.area) << 26 | sample.size & 0xFF_FFFF, None)
            }
        };
        for word in [first, sample.address, loop_points, book].into_iter().chain(size) {
            self.body.extend(word.to_be_bytes());
        }
        self.samples.push((Arc::clone(sample), start));
        start
    }

    fn envelope(&mut self, envelope: &Arc<Envelope>) -> u32 {
        if let Some((_, pointer)) = self.envelopes.iter().find(|(known, _)| Arc::ptr_eq(known, envelope)) {
            return *pointer;
        }
        let start = self.align();
        for point in &envelope.points {
            self.body.extend(point.delay.to_be_bytes());
            self.body.extend(point.argument.to_be_bytes());
        }
        self.envelopes.push((Arc::clone(envelope), start));
        start
    }

    fn samples_of(&mut self, samples: &[i16]) {
        self.body.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
    }
}

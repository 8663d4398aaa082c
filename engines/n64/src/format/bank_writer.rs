//! Writing banks: the mirror of [`super::bank`].

use std::sync::Arc;

use super::bank::{Bank, Drum, Envelope, Instrument, Sample, Sound};

/// Alignment of everything the signal processor loads, and of the tables.
const ALIGNMENT: usize = 16;

impl Bank {
    /// The archive entry of this bank: samples (with loop and book), envelopes, instruments, drums, drum table.
    ///
    /// Samples and envelopes that are shared in memory are shared in the file. [`Bank::parse`] reads it back
    /// equal.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut writer = BankWriter::default();
        let table_bytes = 4 + 4 * self.instruments.len();
        writer.body.resize(table_bytes.next_multiple_of(ALIGNMENT), 0);
        for (index, instrument) in self.instruments.iter().enumerate() {
            if let Some(instrument) = instrument {
                let pointer = writer.instrument(instrument);
                writer.patch(4 + 4 * index, pointer);
            }
        }
        if !self.drums.is_empty() {
            let pointers: Vec<u32> =
                self.drums.iter().map(|drum| drum.as_ref().map_or(0, |drum| writer.drum(drum))).collect();
            let table = writer.align();
            for pointer in pointers {
                writer.body.extend(pointer.to_be_bytes());
            }
            writer.patch(0, table);
            writer.align();
        }
        let header =
            [self.instruments.len() as u32, self.drums.len() as u32, self.shares_samples.into(), self.date];
        let mut bytes: Vec<u8> = header.iter().flat_map(|word| word.to_be_bytes()).collect();
        bytes.extend(writer.body);
        bytes
    }
}

#[derive(Default)]
struct BankWriter {
    body: Vec<u8>,
    samples: Vec<(Arc<Sample>, u32)>,
    envelopes: Vec<(Arc<Envelope>, u32)>,
}

impl BankWriter {
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
        for word in [points.start, points.end, points.count, 0] {
            self.body.extend(word.to_be_bytes());
        }
        if points.count != 0 {
            self.samples_of(&points.state);
        }
        let start = self.align();
        for word in [0, sample.address, loop_points, book, sample.size] {
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

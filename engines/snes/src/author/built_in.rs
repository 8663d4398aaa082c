//! The built-in instruments, for songs that come alone: at the instrument numbers of A Link to the Past, and tuned so
//! that C4 is middle C, as its square and saw wave, flute, trumpet, ocarina and piano are (`snes-authoring.md` sections
//! 3 and 5).
//!
//! The samples of a song share the memory with its echo. Only the recordings of instruments that play are encoded,
//! and if these do not fit, the largest ones at half their rate.

use std::collections::BTreeSet;

use tatum_core::instruments::{Envelope, Sample, bank};
use tatum_core::parallel;

use super::brr_encoder::{self, BLOCK_BYTES, BLOCK_SAMPLES, BrrSample};
use super::decimator::Recording;
use crate::NspcPlayer;
use crate::format::song_bank::{GATES, VELOCITIES};
use crate::format::{TransferBlock, TransferImage};
use crate::hardware::dsp::counter::EventRate;
use crate::sequencer::memory_map::{
    ECHO_END_PAGE, GATE_TABLE, INSTRUMENT_SIZE, INSTRUMENTS, SAMPLE_DIRECTORY, SAMPLES,
};
use crate::timeline::{self, SongEnd};
use crate::voice::pitch::multiplier_for_note;

/// What an instrument number plays.
#[derive(Clone, Copy)]
enum Sound {
    /// A General MIDI program.
    Program(u8),
    /// A General MIDI drum.
    Drum(u8),
    /// The noise generator, with its rate.
    Noise(u8),
}

/// What each instrument number plays; the names are those that authors know (`snes-authoring.md` section 3).
const SOUNDS: [Sound; 25] = [
    Sound::Noise(0x1F), // noise
    Sound::Noise(0x1C), // rain
    Sound::Program(47), // timpani
    Sound::Program(80), // square wave
    Sound::Program(81), // saw wave
    Sound::Program(10), // clink
    Sound::Program(80), // wobbly lead
    Sound::Program(81), // compound saw
    Sound::Program(79), // tweet
    Sound::Program(48), // strings A
    Sound::Program(48), // strings B
    Sound::Program(61), // trombone
    Sound::Drum(49),    // cymbal
    Sound::Program(79), // ocarina
    Sound::Program(14), // chimes
    Sound::Program(46), // harp
    Sound::Drum(55),    // splash
    Sound::Program(56), // trumpet
    Sound::Program(60), // horn
    Sound::Drum(38),    // snare A
    Sound::Drum(40),    // snare B
    Sound::Program(52), // choir
    Sound::Program(73), // flute
    Sound::Drum(45),    // oof
    Sound::Program(0),  // piano
];

/// Middle C: the key for which recordings are chosen, and that the note C4 plays.
const MIDDLE_C: u8 = 60;
/// GAIN is not used with ADSR; this is what the game's table holds.
const GAIN: u8 = 0xB8;
/// Ticks of a song without an end that are looked at for instruments.
const SURVEYED_TICKS: u64 = 20_000;
/// Samples per second of the DSP.
const RATE: u64 = 32_000;

/// Adds the built-in instruments that a song needs, unless the image has an instrument table of its own.
pub fn complete(image: &mut TransferImage, song: u8) {
    if image.covers(INSTRUMENTS) {
        return;
    }
    let tables = [GATES.as_slice(), &VELOCITIES].concat();
    image.blocks.insert(0, TransferBlock { address: GATE_TABLE, data: tables });
    let mut player = NspcPlayer::new(image);
    player.start_song(song);
    let ticks = match timeline::find_end(&player) {
        SongEnd::Loops(points) => points.end,
        SongEnd::Ends { tick } => tick,
        SongEnd::Unknown { .. } | SongEnd::Faults(_) => SURVEYED_TICKS,
    };
    let survey = timeline::survey(&player, ticks);
    let used: BTreeSet<u8> = survey.tracks.iter().flat_map(|track| &track.instruments).copied().collect();
    let room = echo_start(survey.echo_delay) - usize::from(SAMPLES);
    let kit = Kit::new(&used, room);
    let blocks = [(SAMPLE_DIRECTORY, kit.directory), (INSTRUMENTS, kit.table), (SAMPLES, kit.samples)];
    let blocks = blocks.into_iter().filter(|(_, data)| !data.is_empty());
    image.blocks.splice(0..0, blocks.map(|(address, data)| TransferBlock { address, data }));
}

/// Where the echo buffer begins that the song asks for.
fn echo_start(delay: u8) -> usize {
    (usize::from(ECHO_END_PAGE) - 8 * usize::from(delay.clamp(1, 15))) << 8
}

/// Sample directory, instrument table and samples.
#[derive(Default)]
struct Kit {
    directory: Vec<u8>,
    table: Vec<u8>,
    samples: Vec<u8>,
}

/// A recording that instruments share, by its index in the bank.
struct Part {
    source: usize,
    recording: Recording,
}

impl Part {
    fn new(source: usize) -> Self {
        let Sample { pcm, loop_points, .. } = &bank().samples[source];
        let end = loop_points.map_or(pcm.len(), |(_, end)| end);
        let recording = Recording {
            pcm: pcm[..end].to_vec(),
            loop_start: loop_points.map(|(start, _)| start),
            halvings: 0,
        };
        Self { source, recording }
    }

    /// Bytes that it takes.
    fn size(&self) -> usize {
        let tail = if self.recording.loop_start.is_some() { 0 } else { 2 };
        (self.recording.pcm.len().div_ceil(BLOCK_SAMPLES) + tail) * BLOCK_BYTES
    }
}

impl Kit {
    /// The instruments in `used`; the others are there, but share the first sample.
    fn new(used: &BTreeSet<u8>, room: usize) -> Self {
        let sources: BTreeSet<usize> = used
            .iter()
            .filter_map(|&id| SOUNDS.get(usize::from(id)))
            .filter_map(|sound| sound.source())
            .collect();
        let mut parts: Vec<Part> = sources.into_iter().map(Part::new).collect();
        shrink(&mut parts, room);
        let mut kit = Self::default();
        let encode = |part: &Part| brr_encoder::encode(&part.recording.pcm, part.recording.loop_start);
        let encoded = parallel::map(&parts, encode);
        let places: Vec<(usize, [u8; 4])> =
            parts.iter().zip(&encoded).map(|(part, sample)| (part.source, kit.add_sample(sample))).collect();
        for (id, sound) in (0_u8..).zip(SOUNDS) {
            let place = places.iter().find(|(source, _)| Some(*source) == sound.source());
            let halvings = parts.iter().find(|part| Some(part.source) == sound.source());
            kit.directory.extend(place.map_or([0; 4], |(_, entry)| *entry));
            kit.table.extend(sound.entry(id, halvings.map_or(0, |part| part.recording.halvings)));
        }
        kit
    }

    /// Adds a sample and gives its directory entry.
    fn add_sample(&mut self, sample: &BrrSample) -> [u8; 4] {
        let start = SAMPLES + self.samples.len() as u16;
        let loop_start = start + sample.loop_offset.unwrap_or(0) as u16;
        self.samples.extend(&sample.blocks);
        let ([a, b], [c, d]) = (start.to_le_bytes(), loop_start.to_le_bytes());
        [a, b, c, d]
    }
}

/// Halves the rate of the largest recordings until all fit.
fn shrink(parts: &mut [Part], room: usize) {
    /// A quarter of the rate would leave little of most instruments, but it fits.
    const MOST_HALVINGS: u32 = 3;
    while parts.iter().map(Part::size).sum::<usize>() > room {
        let halvable = parts.iter_mut().filter(|part| part.recording.halvings < MOST_HALVINGS);
        let Some(largest) = halvable.max_by_key(|part| part.size()) else { return };
        largest.recording = largest.recording.halved();
    }
}

impl Sound {
    /// Its recording, if it has one.
    fn source(self) -> Option<usize> {
        match self {
            Self::Program(program) => {
                Some(bank().instrument_for_program(program).zone_for_key(MIDDLE_C).sample)
            }
            Self::Drum(key) => Some(bank().drum_for_key(key).sample),
            Self::Noise(_) => None,
        }
    }

    /// The entry of the instrument table.
    fn entry(self, id: u8, halvings: u32) -> [u8; INSTRUMENT_SIZE as usize] {
        let (sample, envelope, key) = match self {
            Self::Program(program) => {
                let instrument = bank().instrument_for_program(program);
                let recording = &bank().samples[instrument.zone_for_key(MIDDLE_C).sample];
                (id, instrument.envelope, i32::from(recording.root_key))
            }
            Self::Drum(key) => {
                let drum = bank().drum_for_key(key);
                (id, drum.envelope, i32::from(MIDDLE_C) - i32::from(drum.semitones))
            }
            Self::Noise(rate) => (0x80 | rate, HELD, i32::from(MIDDLE_C)),
        };
        let [adsr1, adsr2] = adsr(envelope);
        let semitones = (key - i32::from(MIDDLE_C)).clamp(-60, 60) as i8;
        let [high, low] = (multiplier_for_note(semitones) >> halvings).to_be_bytes();
        [sample, adsr1, adsr2, GAIN, high, low]
    }
}

const HELD: Envelope = Envelope { attack_ms: 0, decay_ms: 0, sustain: 1000, release_ms: 0 };

/// The envelope registers nearest to an envelope (`snes-hardware.md` section 4.5). The console's release is always 8 ms.
fn adsr(envelope: Envelope) -> [u8; 2] {
    /// Steps of the attack, and of a fall by 60 dB: each takes a 256th of the level.
    const ATTACK_STEPS: u64 = 64;
    const FALL_STEPS: u64 = 1765;
    const ENABLE: u8 = 0x80;
    const FULL_SUSTAIN: u8 = 0xE0;
    let attack = nearest_rate((0..15).map(|rate| 2 * rate + 1), ATTACK_STEPS, envelope.attack_ms);
    let attack = if envelope.attack_ms == 0 { 15 } else { attack / 2 };
    let dies = envelope.sustain < 1000 && envelope.decay_ms != 0;
    let sustain = if dies { nearest_rate(1..31, FALL_STEPS, envelope.decay_ms) } else { 0 };
    [ENABLE | 0x70 | attack, FULL_SUSTAIN | sustain]
}

/// The rate with which so many steps take a time that is nearest to `ms`.
fn nearest_rate(rates: impl Iterator<Item = u8>, steps: u64, ms: u16) -> u8 {
    let wanted = u64::from(ms) * RATE / 1000;
    let time = |rate: u8| EventRate::new(rate).period() * steps;
    rates.min_by_key(|&rate| time(rate).abs_diff(wanted)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_instruments_at_once_fit_before_the_echo() {
        let all: BTreeSet<u8> = (0..25).collect();
        for delay in [0, 1, 2] {
            let room = echo_start(delay) - usize::from(SAMPLES);
            let kit = Kit::new(&all, room);
            assert!(kit.samples.len() <= room, "{delay}: {} bytes", kit.samples.len());
            assert_eq!((kit.directory.len(), kit.table.len()), (100, 150));
        }
    }

    #[test]
    fn few_instruments_keep_their_quality() {
        let kit = Kit::new(&BTreeSet::from([0x16, 0x18]), 0x8000);
        let flute = &bank().samples[SOUNDS[0x16].source().unwrap()];
        let piano = &bank().samples[SOUNDS[0x18].source().unwrap()];
        assert_eq!(kit.samples.len(), (flute.pcm.len() + piano.pcm.len()) / 16 * 9);
    }

    #[test]
    fn envelopes_become_the_nearest_registers() {
        assert_eq!(adsr(HELD), [0xFF, 0xE0]);
        let [adsr1, adsr2] = adsr(Envelope { attack_ms: 96, decay_ms: 1700, sustain: 0, release_ms: 0 });
        // Attack rate 8 takes 96 ms; sustain rate $10 steps every 64 samples: 3.5 s, $12 every 40: 2.2 s, $13 every 32: 1.8 s.
        assert_eq!((adsr1 & 15, adsr2), (8, 0xE0 | 0x13));
    }
}

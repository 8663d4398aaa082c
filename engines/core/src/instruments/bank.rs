//! The built-in bank as engines see it, and which General MIDI number plays what.

use std::ops::RangeInclusive;
use std::sync::OnceLock;

use super::{Sample, drums, keys, mallets, plucked, strings, synths, winds};
use crate::parallel;

/// The built-in instruments and drums, computed at the first call.
pub fn bank() -> &'static Bank {
    static BANK: OnceLock<Bank> = OnceLock::new();
    BANK.get_or_init(Bank::synthesise)
}

/// Everything a song without a bank can be played with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// The recordings; [`Zone::sample`] and [`Drum::sample`] are indices into them.
    pub samples: Vec<Sample>,
    /// The instruments, in the order of their programs.
    pub instruments: Vec<Instrument>,
    /// The drums, in the order of their keys.
    pub drums: Vec<Drum>,
}

/// A melodic instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Name, unique in the bank.
    pub name: &'static str,
    /// General MIDI program (0..=127; 0 = acoustic grand piano).
    pub program: u8,
    /// One to three zones, from low to high; together they cover the keys 0..=127 without gap or overlap.
    pub zones: Vec<Zone>,
    /// How a note's level changes, beyond what its recording does.
    pub envelope: Envelope,
}

impl Instrument {
    /// The zone that plays a MIDI key; keys above 127 play the highest.
    pub fn zone_for_key(&self, key: u8) -> &Zone {
        self.zones.iter().find(|zone| zone.keys.contains(&key)).unwrap_or(&self.zones[self.zones.len() - 1])
    }
}

/// The keys one recording plays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// MIDI keys.
    pub keys: RangeInclusive<u8>,
    /// Index into [`Bank::samples`].
    pub sample: usize,
}

/// A percussion sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drum {
    /// General MIDI percussion key (35 = acoustic bass drum).
    pub key: u8,
    /// Name, unique in the bank.
    pub name: &'static str,
    /// Index into [`Bank::samples`].
    pub sample: usize,
    /// How many semitones above its recording the drum sounds: recordings are shared, as between the toms.
    pub semitones: i8,
    /// Position as a listener in front of the kit hears it: 0 left, 64 centre, 127 right.
    pub pan: u8,
    /// How the level changes, beyond what the recording does.
    pub envelope: Envelope,
}

/// A level over time, in physical units that each engine converts into its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Milliseconds from silence to the full level.
    pub attack_ms: u16,
    /// Milliseconds from the full level to the sustain level. With a sustain level of 0 this is the time to fall
    /// by 60 dB; the fall is straight in decibels where the console can do that. 0: there is no fall, and the
    /// sustain level is the full level.
    pub decay_ms: u16,
    /// Level that is held until the key is released, in thousandths of the full amplitude (0..=1000).
    pub sustain: u16,
    /// Milliseconds from the release of the key to silence (a fall by 60 dB).
    pub release_ms: u16,
}

impl Envelope {
    /// Stays at the full level while the key is held.
    pub(super) const fn held(attack_ms: u16, release_ms: u16) -> Self {
        Envelope { attack_ms, decay_ms: 0, sustain: 1000, release_ms }
    }

    /// Dies away by 60 dB in `decay_ms` although the key is held.
    pub(super) const fn dying(decay_ms: u16, release_ms: u16) -> Self {
        Envelope { attack_ms: 0, decay_ms, sustain: 0, release_ms }
    }
}

/// An instrument as its recipe delivers it; its recordings go from low to high.
pub(super) struct MadeInstrument {
    pub(super) name: &'static str,
    pub(super) program: u8,
    pub(super) envelope: Envelope,
    pub(super) recordings: Vec<Sample>,
}

/// A drum recording as its recipe delivers it, with all drums that play it.
pub(super) struct MadeDrum {
    pub(super) recording: Sample,
    pub(super) envelope: Envelope,
    /// Key, name, semitones above the recording, pan.
    pub(super) drums: &'static [(u8, &'static str, i8, u8)],
}

impl Bank {
    fn synthesise() -> Self {
        let mut bank = Bank { samples: Vec::new(), instruments: Vec::new(), drums: Vec::new() };
        let families = [keys::make, mallets::make, plucked::make, strings::make, winds::make, synths::make];
        for made in parallel::map(&families, |make| make()).into_iter().flatten() {
            bank.add_instrument(made);
        }
        for made in drums::make() {
            let sample = bank.samples.len();
            bank.samples.push(made.recording);
            bank.drums.extend(made.drums.iter().map(|&(key, name, semitones, pan)| Drum {
                key,
                name,
                sample,
                semitones,
                pan,
                envelope: made.envelope,
            }));
        }
        bank.instruments.sort_by_key(|instrument| instrument.program);
        bank.drums.sort_by_key(|drum| drum.key);
        bank
    }

    /// Adds an instrument; the boundary between two recordings lies halfway between their root keys.
    fn add_instrument(&mut self, made: MadeInstrument) {
        let roots: Vec<u8> = made.recordings.iter().map(|recording| recording.root_key).collect();
        let mut zones = Vec::new();
        let mut low = 0;
        for (index, recording) in made.recordings.into_iter().enumerate() {
            let high = roots.get(index + 1).map_or(127, |next| (roots[index] + next) / 2);
            zones.push(Zone { keys: low..=high, sample: self.samples.len() });
            self.samples.push(recording);
            low = high + 1;
        }
        self.instruments.push(Instrument {
            name: made.name,
            program: made.program,
            zones,
            envelope: made.envelope,
        });
    }

    /// The built-in instrument nearest to a General MIDI program (0..=127; higher values count from 0 again).
    pub fn instrument_for_program(&self, program: u8) -> &Instrument {
        let nearest = nearest_program(program & 0x7F);
        let found = self.instruments.iter().find(|instrument| instrument.program == nearest);
        found.unwrap_or(&self.instruments[0])
    }

    /// The drum of a General MIDI percussion key, or of the nearest key that has one.
    pub fn drum_for_key(&self, key: u8) -> &Drum {
        let found = self.drums.iter().min_by_key(|drum| drum.key.abs_diff(key));
        found.unwrap_or(&self.drums[0])
    }
}

/// The program, of those that are built in, that sounds most like a General MIDI program.
fn nearest_program(program: u8) -> u8 {
    match program {
        0..=3 => 0,                   // pianos
        4..=5 => 4,                   // electric pianos
        6..=7 => 6,                   // harpsichord, clavinet
        8..=10 => 10,                 // celesta, glockenspiel, music box
        11 => 11,                     // vibraphone
        12..=13 => 12,                // marimba, xylophone
        14 => 14,                     // tubular bells
        15 => 6,                      // dulcimer: as a harpsichord
        16..=18 => 16,                // drawbar, percussive and rock organ
        19 => 19,                     // church organ
        20..=23 => 21,                // reed organ, accordion, harmonica, bandoneon
        24..=25 => 24,                // acoustic guitars
        26..=28 => 27,                // electric guitars: jazz, clean, muted
        29..=31 => 81,                // overdriven guitars: as a saw lead
        32 | 35 => 32,                // acoustic and fretless bass
        33..=34 | 36..=37 => 33,      // electric basses
        38..=39 => 38,                // synth basses
        40..=44 | 48..=51 => 48,      // bowed strings, alone and together
        45 => 45,                     // pizzicato
        46 => 46,                     // harp
        47 => 47,                     // timpani
        52..=54 | 85 | 91 => 52,      // choirs, voice lead, choir pad
        55 | 57..=58 | 61..=63 => 61, // orchestra hit, low brass, brass sections
        56 | 59 => 56,                // trumpets
        60 => 60,                     // French horn
        64..=70 => 68,                // saxophones and double reeds
        71 => 71,                     // clarinet
        72..=77 => 73,                // flutes and pipes
        78..=79 => 79,                // whistle, ocarina
        80 | 87 => 80,                // square lead, bass and lead
        81 | 83..=84 | 86 => 81,      // saw lead and its relatives
        82 => 79,                     // calliope
        88 | 92..=93 | 98 => 14,      // bell-like pads and effects
        89..=90 | 94..=97 => 89,      // pads
        99..=103 => 89,               // atmospheres
        104..=107 => 105,             // sitar, banjo, shamisen, koto
        108 => 12,                    // kalimba
        109 | 111 => 68,              // bagpipe, shanai
        110 => 48,                    // fiddle
        112..=113 => 10,              // tinkle bell, agogo
        114 => 114,                   // steel drums
        115 => 12,                    // woodblock
        116..=118 => 47,              // taiko, melodic tom, synth drum
        _ => 89,                      // sound effects
    }
}

#[cfg(test)]
mod tests {
    use super::super::loudness::loudness;
    use super::*;

    #[test]
    fn every_program_has_a_built_in_instrument() {
        let bank = bank();
        for program in 0..128 {
            let nearest = nearest_program(program);
            assert_eq!(bank.instrument_for_program(program).program, nearest, "program {program}");
        }
        for instrument in &bank.instruments {
            let found = bank.instrument_for_program(instrument.program);
            assert_eq!(found.name, instrument.name, "an instrument plays its own program");
        }
        assert_eq!(bank.instrument_for_program(200), bank.instrument_for_program(72));
    }

    #[test]
    fn no_instrument_or_drum_leaps_out() {
        let decibels = |sample: usize| {
            let pcm: Vec<f64> = bank().samples[sample].pcm.iter().map(|v| f64::from(*v)).collect();
            20.0 * loudness(&pcm).log10()
        };
        for instrument in &bank().instruments {
            for zone in &instrument.zones {
                let level = decibels(zone.sample);
                assert!((72.5..=76.5).contains(&level), "{}: {level:.1} dB", instrument.name);
            }
        }
        for drum in &bank().drums {
            let level = decibels(drum.sample);
            assert!((65.5..=75.5).contains(&level), "{}: {level:.1} dB", drum.name);
        }
    }
}

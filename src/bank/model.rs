//! Banks of all consoles in one form: for lists, and for other programs' formats.

use std::sync::Arc;

use serde::Serialize;

use super::envelope::Envelope;

/// The banks of a file.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct BankModel {
    /// The console.
    pub console: &'static str,
    /// The sound archives of a DS game that has several; of anything else none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub archives: Vec<Archive>,
    /// Banks.
    pub banks: Vec<Bank>,
    /// All samples.
    pub samples: Vec<Sample>,
}

impl BankModel {
    /// Puts the banks and samples of another model behind those of this one.
    pub fn append(&mut self, mut other: Self) {
        let behind = self.samples.len();
        let sounds = other.banks.iter_mut().flat_map(|bank| &mut bank.instruments);
        for sound in sounds.flat_map(|instrument| &mut instrument.sounds) {
            if let Source::Sample { sample, .. } = &mut sound.source {
                *sample += behind;
            }
        }
        self.archives.append(&mut other.archives);
        self.banks.append(&mut other.banks);
        self.samples.append(&mut other.samples);
    }
}

/// One of several sound archives.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Archive {
    /// Its number, from 0.
    pub number: usize,
    /// Its path in the game.
    pub path: String,
}

/// A bank.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Bank {
    /// The number of its sound archive, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<usize>,
    /// Its number.
    pub number: usize,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The number whose bank it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<usize>,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What sounds.
    pub instruments: Vec<Instrument>,
}

/// An instrument, a drum, or a sound effect.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Instrument {
    /// Its number among its kind.
    pub number: usize,
    /// What it is.
    pub kind: Kind,
    /// Its sounds by keys.
    pub sounds: Vec<Sound>,
}

/// What an instrument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A melodic instrument.
    Instrument,
    /// A percussion sound, whatever the key.
    Drum,
    /// A set of sounds, one for each key.
    DrumSet,
    /// A sound effect, whatever the key.
    Effect,
}

impl Kind {
    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Instrument => "instrument",
            Self::Drum => "drum",
            Self::DrumSet => "drum set",
            Self::Effect => "effect",
        }
    }
}

/// A sound of an instrument.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Sound {
    /// First and last MIDI key.
    pub keys: [u8; 2],
    /// What makes it.
    #[serde(flatten)]
    pub source: Source,
    /// Pan, 0 to 127, 64 = centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pan: Option<u8>,
    /// Its envelope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub envelope: Option<Envelope>,
}

/// What makes a sound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Source {
    /// A recording.
    Sample {
        /// Its place among the samples.
        sample: usize,
        /// Hertz at which it is played on middle C (key 60); of drums always.
        rate_at_middle_c: f64,
    },
    /// A square wave of the DS.
    Square {
        /// Eighths of its period that are high, less one.
        duty: u8,
        /// Key at which it has the pitch of middle C.
        root_key: u8,
    },
    /// Noise.
    Noise {
        /// The console's number: a rate of the SNES, the root key of the DS.
        rate: u8,
        /// Steps a second on middle C.
        steps_at_middle_c: f64,
        /// Whether higher keys are faster.
        follows_keys: bool,
    },
}

/// A recording.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Sample {
    /// The number of its sound archive, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<usize>,
    /// What it is called: its file in an exported folder, or its numbers.
    pub name: String,
    /// How it is stored.
    pub codec: &'static str,
    /// Bytes that it takes.
    pub bytes: usize,
    /// Samples.
    pub length: usize,
    /// Hertz at which it was meant to be heard.
    pub rate: u32,
    /// First sample of the loop and the one behind its last.
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    pub loop_points: Option<[usize; 2]>,
    /// The samples.
    #[serde(skip)]
    pub pcm: Arc<[i16]>,
}

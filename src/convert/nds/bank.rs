//! Banks (SBNK) as tables that people edit.

use std::path::Path;

use serde::{Deserialize, Serialize};
use tatum_nds::format::sbnk::{Bank, Instrument, Parameters, SubInstrument, kind};

use crate::convert::{Job, write_output};
use crate::error::Error;
use crate::song::read_file;
use crate::table_text::{self, from_hexadecimal, to_hexadecimal};

const HEADING: &str = "A bank of the Nintendo DS.
type: pcm (wave, archive), square (duty 0 to 7), noise, direct, dummy, drum_set (lowest key, one sound per key)
or key_split (limits: highest key of each sound, 0 = unused). Keys, envelope and pan are 0 to 127; release 255 holds.";

/// A bank to text.
pub(super) fn bank_to_text(job: &Job<'_>) -> Result<(), Error> {
    let name = job.input.display().to_string();
    let text = to_text(&name, &read_file(job.input)?, job.output)?;
    write_output(job.output, text.as_bytes())
}

/// Text to a bank.
pub(super) fn text_to_bank(job: &Job<'_>) -> Result<(), Error> {
    write_output(job.output, &from_text(job.input)?)
}

/// The text of a bank; `path` is where it will be.
///
/// # Errors
///
/// If it is no bank.
pub(crate) fn to_text(name: &str, bytes: &[u8], path: &Path) -> Result<String, Error> {
    let bank = Bank::parse(name, bytes)?;
    let original = (bank.to_bytes() != bytes).then(|| to_hexadecimal(bytes));
    let instruments = (0..).zip(&bank.instruments).filter_map(|(program, instrument)| {
        instrument.as_ref().map(|instrument| InstrumentText::new(program, instrument))
    });
    let table = BankText {
        kind: BankKind::NdsBank,
        programs: bank.instruments.len(),
        original,
        instrument: instruments.collect(),
    };
    table_text::write(path, HEADING, &table)
}

/// The bank of a text. A bank that nothing was changed in comes out as it was, byte for byte.
///
/// # Errors
///
/// If the text cannot be read or makes no bank.
pub(crate) fn from_text(path: &Path) -> Result<Vec<u8>, Error> {
    let table: BankText = table_text::read(path)?;
    let bank = table.bank().map_err(|message| table_text::error(path, message))?;
    if let Some(original) = &table.original {
        let bytes = from_hexadecimal(original)
            .ok_or_else(|| table_text::error(path, "original: expected hexadecimal digits"))?;
        if Bank::parse("original", &bytes).is_ok_and(|original| original == bank) {
            return Ok(bytes);
        }
    }
    Ok(bank.to_bytes())
}

/// What kind of table it is.
#[derive(Debug, Serialize, Deserialize)]
enum BankKind {
    #[serde(rename = "nds-bank")]
    NdsBank,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BankText {
    kind: BankKind,
    /// Programs in all; those without an instrument are silent.
    programs: usize,
    /// The bank's bytes, if it is laid out in another way than this program writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<String>,
    #[serde(default)]
    instrument: Vec<InstrumentText>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentText {
    program: usize,
    #[serde(rename = "type")]
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    lowest: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limits: Option<[u8; 8]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<SoundText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sounds: Vec<SoundText>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SoundText {
    /// In drum sets and key splits: what the sound is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wave: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    archive: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duty: Option<u16>,
    /// The parameter words as they are, where the type gives them no meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<[u16; 2]>,
    root_key: u8,
    attack: u8,
    decay: u8,
    sustain: u8,
    release: u8,
    pan: u8,
}

/// Names of the types of sounds.
const KINDS: [(&str, u8); 5] = [
    ("pcm", kind::PCM),
    ("square", kind::SQUARE),
    ("noise", kind::NOISE),
    ("direct", kind::DIRECT),
    ("dummy", kind::DUMMY),
];

fn kind_name(number: u8) -> String {
    let known = KINDS.into_iter().find(|(_, known)| *known == number);
    known.map_or_else(|| number.to_string(), |(name, _)| name.to_owned())
}

fn kind_number(name: &str) -> Option<u8> {
    let known = KINDS.into_iter().find(|(known, _)| *known == name);
    known.map(|(_, number)| number).or_else(|| name.parse().ok())
}

impl InstrumentText {
    fn new(program: usize, instrument: &Instrument) -> Self {
        let text = |kind: &str| Self {
            program,
            kind: kind.to_owned(),
            lowest: None,
            limits: None,
            sound: None,
            sounds: Vec::new(),
        };
        let sounds =
            |sounds: &[SubInstrument]| sounds.iter().map(|sound| SoundText::new(sound, true)).collect();
        match instrument {
            Instrument::Single(sound) => {
                Self { sound: Some(SoundText::new(sound, false)), ..text(&kind_name(sound.kind)) }
            }
            Instrument::DrumSet { lowest, sounds: list } => {
                Self { lowest: Some(*lowest), sounds: sounds(list), ..text("drum_set") }
            }
            Instrument::KeySplit { limits, sounds: list } => {
                Self { limits: Some(*limits), sounds: sounds(list), ..text("key_split") }
            }
        }
    }

    fn instrument(&self) -> Result<Instrument, String> {
        let list = || self.sounds.iter().map(|sound| sound.sound(None)).collect::<Result<Vec<_>, _>>();
        match self.kind.as_str() {
            "drum_set" => {
                let lowest = self.lowest.ok_or("a drum set has a lowest key: `lowest = 35`")?;
                let sounds = list()?;
                if usize::from(lowest) + sounds.len() > 256 {
                    return Err(format!("{} sounds from key {lowest} on reach beyond key 255", sounds.len()));
                }
                Ok(Instrument::DrumSet { lowest, sounds })
            }
            "key_split" => {
                let limits = self
                    .limits
                    .ok_or("a key split has eight limits: `limits = [59, 127, 0, 0, 0, 0, 0, 0]`")?;
                let sounds = list()?;
                let used = limits.iter().position(|limit| *limit == 0).unwrap_or(limits.len());
                if used != sounds.len() {
                    return Err(format!("{used} limits are not 0, but there are {} sounds", sounds.len()));
                }
                Ok(Instrument::KeySplit { limits, sounds })
            }
            kind => {
                let sound = self.sound.as_ref().ok_or("the instrument has no sound: `[instrument.sound]`")?;
                let number = kind_number(kind).filter(|number| (kind::PCM..=kind::DUMMY).contains(number));
                let number = number.ok_or_else(|| unknown_kind(kind, ", drum_set or key_split"))?;
                Ok(Instrument::Single(sound.sound(Some(number))?))
            }
        }
    }
}

fn unknown_kind(kind: &str, more: &str) -> String {
    format!("type: expected pcm, square, noise, direct, dummy{more}, found '{kind}'")
}

impl SoundText {
    fn new(sound: &SubInstrument, with_kind: bool) -> Self {
        let parameters = sound.parameters;
        let (first, second) = (parameters.first, parameters.second);
        let words = match (sound.kind, first, second) {
            (kind::PCM, ..) | (kind::SQUARE, _, 0) | (kind::NOISE, 0, 0) => None,
            _ => Some([first, second]),
        };
        let is_pcm = sound.kind == kind::PCM;
        Self {
            kind: with_kind.then(|| kind_name(sound.kind)),
            wave: is_pcm.then_some(first),
            archive: is_pcm.then_some(second),
            duty: (sound.kind == kind::SQUARE && words.is_none()).then_some(first),
            words,
            root_key: parameters.root_key,
            attack: parameters.attack,
            decay: parameters.decay,
            sustain: parameters.sustain,
            release: parameters.release,
            pan: parameters.pan,
        }
    }

    fn sound(&self, kind: Option<u8>) -> Result<SubInstrument, String> {
        let kind = match (kind, &self.kind) {
            (Some(kind), _) => kind,
            (None, Some(name)) => kind_number(name).ok_or_else(|| unknown_kind(name, ""))?,
            (None, None) => return Err("a sound of a drum set or key split has a type".to_owned()),
        };
        let [first, second] = match (kind, self.words) {
            (_, Some(words)) => words,
            (kind::PCM, None) => {
                [self.wave.ok_or("a pcm sound has a wave: `wave = 0`")?, self.archive.unwrap_or(0)]
            }
            (kind::SQUARE, None) => [self.duty.ok_or("a square sound has a duty: `duty = 3`")?, 0],
            _ => [0, 0],
        };
        Ok(SubInstrument {
            kind,
            parameters: Parameters {
                first,
                second,
                root_key: self.root_key,
                attack: self.attack,
                decay: self.decay,
                sustain: self.sustain,
                release: self.release,
                pan: self.pan,
            },
        })
    }
}

impl BankText {
    fn bank(&self) -> Result<Bank, String> {
        const MOST_PROGRAMS: usize = 0x1_0000;
        if self.programs > MOST_PROGRAMS {
            return Err(format!("programs: expected at most {MOST_PROGRAMS}, found {}", self.programs));
        }
        let mut instruments = vec![None; self.programs];
        for text in &self.instrument {
            let program = text.program;
            let place = instruments.get_mut(program).ok_or_else(|| {
                format!("program {program}: there are {} programs (see `programs`)", self.programs)
            })?;
            if place.is_some() {
                return Err(format!("program {program} is there twice"));
            }
            *place = Some(text.instrument().map_err(|message| format!("program {program}: {message}"))?);
        }
        Ok(Bank { instruments })
    }
}

//! Banks of the Nintendo DS: from sound archives, games and lone banks.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use tatum_core::FormatError;
use tatum_nds::BankFiles;
use tatum_nds::author::envelope_shape::{curve, release_seconds};
use tatum_nds::author::recording::Recording;
use tatum_nds::format::rom::sound_archives;
use tatum_nds::format::sbnk::{self, Instrument, SoundSource, SubInstrument};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::swar::{WaveArchive, WaveFormat};

use super::envelope::Envelope;
use super::model::{self, BankModel, Kind, Source};
use crate::error::Error;
use crate::song::nds::{Kind as FileKind, kind_of, read_ncsf, wave_files};
use crate::song::read_file;

/// Wave archives of a bank.
const SLOTS: usize = 4;
/// Cycles of the sound clock in a second (nds-formats 6).
const SOUND_CLOCK: f64 = 16_756_991.0;
/// The last MIDI key.
const LAST_KEY: u8 = 127;
/// Banks may share their sounds, but not beyond measure.
const MOST_SHARING: usize = 16;
/// The timer of square waves and noise at their own pitch (nds-driver 8).
const NOISE_TIMER: f64 = 8006.0;
/// The key of middle C.
const MIDDLE_C: f64 = 60.0;

/// The banks of a sound archive with their wave archives, as files.
pub(super) struct NdsBanks {
    /// The archive, where a game has several.
    pub archive: Option<NdsArchive>,
    pub banks: Vec<NdsBank>,
    pub waves: Vec<NdsWaves>,
}

/// One of a game's sound archives.
pub(super) struct NdsArchive {
    /// Its number among them, from 0.
    pub number: usize,
    /// Its path in the game.
    pub path: String,
    /// How many there are.
    pub count: usize,
}

pub(super) struct NdsBank {
    number: usize,
    name: Option<String>,
    file: Arc<[u8]>,
    /// Numbers of wave archives by slot.
    slots: [Option<usize>; SLOTS],
}

pub(super) struct NdsWaves {
    number: usize,
    file: Arc<[u8]>,
}

/// Opens the banks of a file by its bytes: of a game those of all sound archives, or of the one with a number. `None` if
/// it is nothing of this console; else there is one archive at least.
///
/// # Errors
///
/// If it is, but is damaged, or there is no archive of the number.
pub(super) fn open(path: &Path, bytes: &[u8], wanted: Option<usize>) -> Result<Option<Vec<NdsBanks>>, Error> {
    let name = path.display().to_string();
    if let Some(FileKind::Game) = kind_of(path, bytes) {
        return of_game(&name, bytes, wanted).map(Some);
    }
    if let Some(number) = wanted.filter(|&number| number != 0) {
        return Err(no_archive(number, 1));
    }
    let banks = match kind_of(path, bytes) {
        Some(FileKind::Archive) => of_archive(&Sdat::parse(&name, bytes.to_vec())?)?,
        Some(FileKind::Ncsf) => of_archive(&Sdat::parse(&name, read_ncsf(path, bytes)?.archive)?)?,
        _ if bytes.starts_with(b"SBNK")
            || path.extension().is_some_and(|one| one.eq_ignore_ascii_case("sbnk")) =>
        {
            of_lone_bank(path, bytes)?
        }
        _ => return Ok(None),
    };
    Ok(Some(vec![banks]))
}

fn of_game(name: &str, image: &[u8], wanted: Option<usize>) -> Result<Vec<NdsBanks>, Error> {
    let found = sound_archives(name, image)?;
    let count = found.len();
    if let Some(number) = wanted.filter(|&number| number >= count) {
        return Err(no_archive(number, count));
    }
    let is_wanted = |number: usize| wanted.is_none_or(|wanted| wanted == number);
    let mut archives = Vec::new();
    for (number, place) in found.into_iter().enumerate().filter(|(number, _)| is_wanted(*number)) {
        let bytes = image.get(place.range.clone()).unwrap_or_default().to_vec();
        let banks = of_archive(&Sdat::parse(&format!("{name}: {}", place.path), bytes)?)?;
        let archive = (count > 1).then_some(NdsArchive { number, path: place.path, count });
        archives.push(NdsBanks { archive, ..banks });
    }
    Ok(archives)
}

/// The error for the number of an archive that is not there.
pub(super) fn no_archive(number: usize, count: usize) -> Error {
    Error::Usage(format!("--archive: expected a number below {count}, found {number}"))
}

/// A bank alone, with the wave archives beside it.
fn of_lone_bank(path: &Path, bytes: &[u8]) -> Result<NdsBanks, Error> {
    sbnk::check(&path.display().to_string(), bytes)?;
    let mut waves = Vec::new();
    for (number, path) in wave_files(path)?.iter().enumerate() {
        waves.push(NdsWaves { number, file: read_file(path)?.into() });
    }
    let slots = std::array::from_fn(|slot| (slot < waves.len()).then_some(slot));
    let bank = NdsBank { number: 0, name: None, file: bytes.into(), slots };
    Ok(NdsBanks { archive: None, banks: vec![bank], waves })
}

fn of_archive(archive: &Sdat) -> Result<NdsBanks, Error> {
    let mut banks = NdsBanks { archive: None, banks: Vec::new(), waves: Vec::new() };
    // Numbers can share their files.
    let mut files: HashMap<u32, Arc<[u8]>> = HashMap::new();
    let mut file = |id: u32| -> Result<Arc<[u8]>, FormatError> {
        if let Some(known) = files.get(&id) {
            return Ok(Arc::clone(known));
        }
        let bytes: Arc<[u8]> = Arc::from(archive.file(id)?);
        files.insert(id, Arc::clone(&bytes));
        Ok(bytes)
    };
    let mut owners: HashMap<u32, usize> = HashMap::new();
    let mut owner_of_number: HashMap<usize, usize> = HashMap::new();
    for (number, record) in archive.info.wave_archives.iter().enumerate() {
        let Some(record) = record else { continue };
        let owner = *owners.entry(record.file).or_insert(number);
        owner_of_number.insert(number, owner);
        if owner == number {
            banks.waves.push(NdsWaves { number, file: file(record.file)? });
        }
    }
    let names: HashMap<u32, Option<String>> =
        archive.banks().into_iter().map(|bank| (bank.number, bank.name)).collect();
    for (number, record) in archive.info.banks.iter().enumerate() {
        let Some(record) = record else { continue };
        let name = u32::try_from(number).ok().and_then(|number| names.get(&number).cloned()).flatten();
        let slots = record.wave_archives.map(|number| owner_of_number.get(&number?.into()).copied());
        banks.banks.push(NdsBank { number, name, file: file(record.file)?, slots });
    }
    Ok(banks)
}

/// The model of the banks of one or several sound archives.
pub(super) fn model_of(archives: &[NdsBanks]) -> BankModel {
    let mut model = BankModel { console: "Nintendo DS", ..BankModel::default() };
    for banks in archives {
        model.append(banks.model());
    }
    model
}

impl NdsBanks {
    /// The files of a bank, for playing it.
    ///
    /// # Errors
    ///
    /// If there is no such bank.
    pub fn files(&self, number: usize) -> Result<BankFiles<'_>, FormatError> {
        let bank = self.banks.iter().find(|bank| bank.number == number).ok_or_else(|| {
            let numbers: Vec<String> = self.banks.iter().map(|bank| bank.number.to_string()).collect();
            FormatError::invalid(
                "banks",
                0,
                "bank",
                format!("one of {}", numbers.join(", ")),
                number.to_string(),
            )
        })?;
        let waves = bank.slots.map(|slot| self.waves_of(slot?).map(|waves| &*waves.file));
        Ok(BankFiles { bank: &bank.file, waves })
    }

    fn waves_of(&self, number: usize) -> Option<&NdsWaves> {
        self.waves.iter().find(|waves| waves.number == number)
    }

    /// The model of the banks. Files that cannot be read are told in it.
    pub fn model(&self) -> BankModel {
        let own_archive = self.archive.as_ref().map(|archive| archive.number);
        let archives = self
            .archive
            .as_ref()
            .map(|archive| model::Archive { number: archive.number, path: archive.path.clone() });
        let archives = archives.into_iter().collect();
        let mut model = BankModel { console: "Nintendo DS", archives, ..BankModel::default() };
        // Where an archive's waves are in the list of all: by its number and theirs.
        let mut places = Places::new();
        for waves in &self.waves {
            let name = format!("wave archive {}", waves.number);
            let Ok(archive) = WaveArchive::parse(&name, &waves.file) else { continue };
            for (wave, content) in archive.waves.iter().enumerate() {
                let Some(content) = content else { continue };
                let Some(recording) = Recording::decode(content) else { continue };
                places.insert((waves.number, wave), (model.samples.len(), content.record.timer));
                let sample =
                    sample_model(waves.number, wave, content.record.format, content.data.len(), recording);
                model.samples.push(model::Sample { archive: own_archive, ..sample });
            }
        }
        // Banks that share their file cannot list more sounds than the files hold.
        let mut left: usize = self.banks.iter().map(|bank| bank.file.len()).max().unwrap_or(0) * MOST_SHARING;
        for bank in &self.banks {
            let (number, name) = (bank.number, bank.name.clone());
            let mut one = model::Bank { archive: own_archive, number, name, ..model::Bank::default() };
            match sbnk::Bank::parse(&format!("bank {}", bank.number), &bank.file) {
                Ok(content) => {
                    let sounds = content.instruments.iter().flatten().map(Instrument::sound_count).sum();
                    let Some(rest) = left.checked_sub(sounds) else {
                        one.problem = Some("it has the sounds of too many other banks".to_owned());
                        model.banks.push(one);
                        continue;
                    };
                    left = rest;
                    let instruments = content.instruments.iter().enumerate();
                    let instruments = instruments.filter_map(|(number, one)| Some((number, one.as_ref()?)));
                    one.instruments = instruments
                        .map(|(number, instrument)| instrument_model(bank, number, instrument, &places))
                        .filter(|instrument| !instrument.sounds.is_empty())
                        .collect();
                }
                Err(error) => one.problem = Some(error.to_string()),
            }
            model.banks.push(one);
        }
        model
    }
}

fn sample_model(
    archive: usize,
    wave: usize,
    format: u8,
    bytes: usize,
    recording: Recording,
) -> model::Sample {
    let length = recording.samples.len();
    model::Sample {
        name: format!("{archive}/{wave:03}"),
        codec: match WaveFormat::from_number(format) {
            Some(WaveFormat::Pcm8) => "pcm8",
            Some(WaveFormat::Pcm16) => "pcm16",
            _ => "adpcm",
        },
        bytes,
        length,
        rate: recording.sample_rate,
        loop_points: recording.loop_start.map(|start| [start, length]),
        archive: None,
        pcm: Arc::from(recording.samples),
    }
}

/// Where the samples are in the list of all, and their timers, by archive and wave.
type Places = HashMap<(usize, usize), (usize, u16)>;

fn instrument_model(
    bank: &NdsBank,
    number: usize,
    instrument: &Instrument,
    places: &Places,
) -> model::Instrument {
    let mut sounds = Vec::new();
    let mut add = |keys: [u8; 2], sound: &SubInstrument| {
        if keys[0] <= keys[1] {
            sounds.extend(sound_model(bank, keys, sound, places));
        }
    };
    let mut kind = Kind::Instrument;
    match instrument {
        Instrument::Single(sound) => add([0, LAST_KEY], sound),
        Instrument::DrumSet { lowest, sounds } => {
            kind = Kind::DrumSet;
            for (key, sound) in (u16::from(*lowest)..=LAST_KEY.into()).zip(sounds) {
                add([key as u8; 2], sound);
            }
        }
        Instrument::KeySplit { limits, sounds } => {
            let mut first = 0u8;
            for (&limit, sound) in limits.iter().zip(sounds) {
                add([first, limit.min(LAST_KEY)], sound);
                first = limit.saturating_add(1);
            }
        }
    }
    model::Instrument { number, kind, sounds }
}

fn sound_model(
    bank: &NdsBank,
    keys: [u8; 2],
    sound: &SubInstrument,
    places: &Places,
) -> Option<model::Sound> {
    let parameters = &sound.parameters;
    let octaves = (MIDDLE_C - f64::from(parameters.root_key)) / 12.0;
    let source = match sound.source()? {
        SoundSource::Pcm { wave, slot } => {
            let archive = bank.slots.get(usize::from(slot)).copied().flatten()?;
            let (sample, timer) = *places.get(&(archive, wave.into()))?;
            let rate = SOUND_CLOCK / f64::from(timer.max(1));
            Source::Sample { sample, rate_at_middle_c: rate * octaves.exp2() }
        }
        SoundSource::Square { duty } => {
            Source::Square { duty: (duty & 7) as u8, root_key: parameters.root_key }
        }
        SoundSource::Noise => Source::Noise {
            rate: parameters.root_key,
            steps_at_middle_c: SOUND_CLOCK / NOISE_TIMER * octaves.exp2(),
            follows_keys: true,
        },
    };
    let (attack, decay, sustain, release) =
        (parameters.attack, parameters.decay, parameters.sustain, parameters.release);
    let native = format!("attack {attack}, decay {decay}, sustain {sustain}, release {release}");
    let envelope = Envelope::of_curve(native, &curve(attack, decay, sustain), release_seconds(release));
    Some(model::Sound { keys, source, pan: Some(parameters.pan), envelope: Some(envelope) })
}

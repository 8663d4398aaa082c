//! Banks of the Nintendo DS: from sound archives, games and lone banks.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
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
use crate::song::{nds::wave_files, read_file};

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

/// Banks with their wave archives, as files.
pub(super) struct NdsBanks {
    pub banks: Vec<NdsBank>,
    pub waves: Vec<NdsWaves>,
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

/// Opens the banks of a file; `None` if it is nothing of this console.
///
/// # Errors
///
/// If it is, but cannot be read.
pub(super) fn open(path: &Path) -> Result<Option<NdsBanks>, Error> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let name = path.display().to_string();
    match ending.as_deref() {
        Some("sdat") => of_archive(&Sdat::parse(&name, read_file(path)?)?).map(Some),
        Some("nds" | "srl") => {
            let image = read_file(path)?;
            let found = sound_archives(&name, &image)?;
            let Some(first) = found.first() else { return Ok(None) };
            let bytes = image.get(first.range.clone()).unwrap_or_default().to_vec();
            of_archive(&Sdat::parse(&format!("{name}: {}", first.path), bytes)?).map(Some)
        }
        Some("sbnk") => {
            let paths: Vec<PathBuf> = wave_files(path)?;
            let file: Arc<[u8]> = read_file(path)?.into();
            let mut waves = Vec::new();
            for (number, path) in paths.iter().enumerate() {
                waves.push(NdsWaves { number, file: read_file(path)?.into() });
            }
            let slots = std::array::from_fn(|slot| (slot < waves.len()).then_some(slot));
            sbnk::check(&name, &file)?;
            Ok(Some(NdsBanks { banks: vec![NdsBank { number: 0, name: None, file, slots }], waves }))
        }
        _ => Ok(None),
    }
}

fn of_archive(archive: &Sdat) -> Result<NdsBanks, Error> {
    let mut banks = NdsBanks { banks: Vec::new(), waves: Vec::new() };
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
        let mut model = BankModel { console: "Nintendo DS", ..BankModel::default() };
        // Where an archive's waves are in the list of all: by its number and theirs.
        let mut places = Places::new();
        for waves in &self.waves {
            let name = format!("wave archive {}", waves.number);
            let Ok(archive) = WaveArchive::parse(&name, &waves.file) else { continue };
            for (wave, content) in archive.waves.iter().enumerate() {
                let Some(content) = content else { continue };
                let Some(recording) = Recording::decode(content) else { continue };
                places.insert((waves.number, wave), (model.samples.len(), content.record.timer));
                model.samples.push(sample_model(
                    waves.number,
                    wave,
                    content.record.format,
                    content.data.len(),
                    recording,
                ));
            }
        }
        // Banks that share their file cannot list more sounds than the files hold.
        let mut left: usize = self.banks.iter().map(|bank| bank.file.len()).max().unwrap_or(0) * MOST_SHARING;
        for bank in &self.banks {
            let mut one =
                model::Bank { number: bank.number, name: bank.name.clone(), ..model::Bank::default() };
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

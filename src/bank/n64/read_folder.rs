//! Reading the folder: what was not changed keeps its bytes and its place.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tatum_n64::EngineVersion;
use tatum_n64::format::bank::{Codec, FontCounts, Sample};
use tatum_n64::format::bank_set::{BankSets, LOADED_BYTES};
use toml::Spanned;

use super::TABLE;
use super::area::{LARGEST_AREA, Wish, place};
use super::bank_text::BankText;
use super::folder_table::{FolderTable, SampleRow};
use super::open::BANK_SETS;
use super::sample_wav::{self, ReadSample, codec_of_name};
use super::sound_set::{AreaContent, AreaSlot, BankContent, BankSlot, Files, SoundSet, counts_of};
use crate::convert::nds::inside;
use crate::error::Error;
use crate::song::read_file;
use crate::table_text::{self, Mistake, from_hexadecimal};

/// Numbers that areas can have.
const MOST_AREAS: usize = 0x100;
/// Numbers that banks can have.
const MOST_BANKS: usize = 0x1_0000;

/// Reads a set. What is encoded is told unless `quiet`.
///
/// # Errors
///
/// If a file cannot be read, or says what cannot be.
pub(super) fn read(folder: &Path, quiet: bool) -> Result<SoundSet, Error> {
    FolderReader::new(folder, quiet)?.read()
}

/// A sample of the folder, in its place.
struct PlacedSample {
    owner: usize,
    sample: Sample,
    tuning: f32,
}

struct FolderReader<'a> {
    folder: &'a Path,
    path: PathBuf,
    table: FolderTable,
    quiet: bool,
    samples: HashMap<String, PlacedSample>,
}

impl<'a> FolderReader<'a> {
    fn new(folder: &'a Path, quiet: bool) -> Result<Self, Error> {
        let path = folder.join(TABLE);
        let table: FolderTable = table_text::read(&path)?;
        let reader = Self { folder, path, table, quiet, samples: HashMap::new() };
        if reader.table.bank.len() > MOST_BANKS || reader.table.area.len() > MOST_AREAS {
            return Err(
                reader.error(format!("at most {MOST_BANKS} banks and {MOST_AREAS} areas have numbers"))
            );
        }
        Ok(reader)
    }

    fn error(&self, message: impl Into<String>) -> Error {
        table_text::error(&self.path, message)
    }

    fn mistake<T>(&self, value: &Spanned<T>, message: impl Into<String>) -> Error {
        Mistake::at(value, message).in_table(&self.path)
    }

    /// A file of the folder by the name in a table.
    fn inside(&self, name: &str) -> Result<PathBuf, Error> {
        inside(self.folder, name).ok_or_else(|| self.error(format!("'{name}' lies outside of the folder")))
    }

    fn read(mut self) -> Result<SoundSet, Error> {
        let engine = EngineVersion::from_id(self.table.engine.get_ref()).ok_or_else(|| {
            let ids: Vec<&str> = EngineVersion::ALL.into_iter().map(EngineVersion::id).collect();
            let found = self.table.engine.get_ref();
            let message = format!("engine: expected one of {}, found '{found}'", ids.join(", "));
            self.mistake(&self.table.engine, message)
        })?;
        let form = self.table.form;
        let mut texts = Vec::new();
        for row in &self.table.bank {
            let text = row
                .file
                .as_ref()
                .map(|file| self.inside(file).and_then(|path| table_text::read::<BankText>(&path)));
            texts.push(text.transpose()?);
        }
        let mut set = SoundSet {
            form,
            engine,
            banks: Vec::new(),
            areas: Vec::new(),
            stored: self.files("original", &self.table.originals)?,
            extras: self.files("files", &self.table.files)?,
        };
        if let Some(sets) = &self.table.sets {
            let mut bytes = BankSets::write(sets);
            let length = self.table.sets_length.unwrap_or(0).min(LOADED_BYTES);
            bytes.resize(bytes.len().max(length), 0);
            set.extras.push((BANK_SETS.to_owned(), bytes));
        }
        let wanted = self.new_files(&texts)?;
        for number in 0..self.table.area.len() {
            let slot = self.area(number, &wanted)?;
            set.areas.push(slot);
        }
        for (number, text) in texts.into_iter().enumerate() {
            let slot = self.bank(&set, number, text)?;
            set.banks.push(slot);
        }
        Ok(set)
    }

    fn files(&self, folder: &str, names: &[String]) -> Result<Files, Error> {
        let read = |name: &String| Ok((name.clone(), read_file(&self.inside(&format!("{folder}/{name}"))?)?));
        names.iter().map(read).collect()
    }

    /// Samples that no area lists yet, with the area they go to.
    fn new_files(&self, texts: &[Option<BankText>]) -> Result<Vec<(usize, String)>, Error> {
        let listed =
            |file: &str| self.table.area.iter().any(|area| area.sample.iter().any(|row| row.file == file));
        let mut new: Vec<(usize, String)> = Vec::new();
        for (row, text) in self.table.bank.iter().zip(texts) {
            for file in text.iter().flat_map(BankText::files) {
                if listed(file) || new.iter().any(|(_, known)| known == file) {
                    continue;
                }
                let area = row.areas.get_ref().first().and_then(|area| usize::try_from(*area).ok());
                let owner = area.and_then(|area| self.owner(area)).ok_or_else(|| {
                    let bank = row.file.as_deref().unwrap_or_default();
                    self.error(format!("{bank} uses {file}, but has no area for it (see `areas`)"))
                })?;
                new.push((owner, file.to_owned()));
            }
        }
        Ok(new)
    }

    /// The number whose samples an area has.
    fn owner(&self, area: usize) -> Option<usize> {
        let row = self.table.area.get(area)?;
        match row.alias {
            None => Some(area),
            Some(owner) => self.table.area.get(owner).filter(|row| row.alias.is_none()).map(|_| owner),
        }
    }

    /// Reads the samples of an area and places them.
    fn area(&mut self, number: usize, new: &[(usize, String)]) -> Result<AreaSlot, Error> {
        let row = self.table.area[number].clone();
        let details = match &row.details {
            None => [0; 8],
            Some(text) => {
                from_hexadecimal(text).and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| {
                    self.error(format!("area {number}: details: expected 16 hexadecimal digits"))
                })?
            }
        };
        if let Some(owner) = row.alias {
            if self.owner(number).is_none() {
                return Err(self.error(format!("area {number}: alias: there are no samples at area {owner}")));
            }
            return Ok(AreaSlot { content: AreaContent::Alias(owner), details });
        }
        let length = *row.length.get_ref();
        if length > LARGEST_AREA {
            let message = format!("area {number}: length: expected at most {LARGEST_AREA}, found {length}");
            return Err(self.mistake(&row.length, message));
        }
        let rows = row.sample.iter().map(|row| (row.file.as_str(), Some(row)));
        let new = new.iter().filter(|(owner, _)| *owner == number).map(|(_, file)| (file.as_str(), None));
        let mut read = Vec::new();
        for (file, row) in rows.chain(new) {
            read.push((file, row, self.sample(number, file, row)?));
        }
        let wishes: Vec<Wish<'_>> = read
            .iter()
            .filter(|(_, _, sample)| !is_silent(sample))
            .map(|(_, row, sample)| Wish {
                data: &sample.content.data,
                old: row.and_then(|row| Some((row.address? as usize, row.size? as usize))),
                is_unchanged: sample.report.is_none(),
            })
            .collect();
        let canvas = match &row.rest {
            Some(file) => read_file(&self.inside(file)?)?,
            None => vec![0; length],
        };
        let (bytes, addresses) = place(canvas, &wishes);
        let mut addresses = addresses.into_iter();
        for (file, row, sample) in read {
            let silent = is_silent(&sample);
            let address = if silent { None } else { addresses.next().map(|address| address as u32) };
            let address = address.or(row.and_then(|row| row.address)).unwrap_or_default();
            let size = if silent {
                row.and_then(|row| row.size).unwrap_or_default()
            } else {
                sample.content.data.len() as u32
            };
            let placed = PlacedSample {
                owner: number,
                sample: Sample { address, size, ..sample.content.sample },
                tuning: sample.tuning,
            };
            if self.samples.insert(file.to_owned(), placed).is_some() {
                return Err(self.error(format!("area {number}: {file} is listed twice")));
            }
        }
        Ok(AreaSlot { content: AreaContent::Bytes(bytes), details })
    }

    fn sample(&self, area: usize, file: &str, row: Option<&SampleRow>) -> Result<ReadSample, Error> {
        let codec = match row.map(|row| &row.codec) {
            None => Codec::Adpcm,
            Some(name) => codec_of_name(name.get_ref()).ok_or_else(|| {
                let expected = "expected adpcm, adpcm-2bit or pcm8";
                let message = format!("area {area}: {file}: codec: {expected}, found '{}'", name.get_ref());
                self.mistake(name, message)
            })?,
        };
        let far = row.is_some_and(|row| {
            [row.address, row.size].into_iter().flatten().any(|one| one as usize > LARGEST_AREA)
        });
        let path = self.inside(file)?;
        let sample = sample_wav::read(&path, codec)?;
        if far && !is_silent(&sample) {
            let message = format!("area {area}: {file}: address and size: expected at most {LARGEST_AREA}");
            return Err(self.error(message));
        }
        if let Some(report) = sample.report.as_ref().filter(|_| !self.quiet) {
            eprintln!("tatum: {}: {report}", path.display());
        }
        Ok(sample)
    }

    fn bank(&self, set: &SoundSet, number: usize, text: Option<BankText>) -> Result<BankSlot, Error> {
        let row = &self.table.bank[number];
        let mut areas = [None; 2];
        let listed = row.areas.get_ref();
        if listed.len() > areas.len() {
            let message = format!("bank {number}: areas: expected at most two, found {}", listed.len());
            return Err(self.mistake(&row.areas, message));
        }
        for (place, &area) in areas.iter_mut().zip(listed) {
            *place = u8::try_from(area).ok();
            if area >= 0 && usize::try_from(area).is_ok_and(|area| area >= self.table.area.len()) {
                let message =
                    format!("bank {number}: areas: there is no area {area}, only {}", self.table.area.len());
                return Err(self.mistake(&row.areas, message));
            }
        }
        if let Some(name) = &row.name
            && (inside(self.folder, name).is_none() || Path::new(name).components().count() != 1)
        {
            return Err(self.error(format!("bank {number}: name: expected a file's name, found '{name}'")));
        }
        let content = match (text, &row.raw, row.alias) {
            (Some(text), None, None) => self.content(set, number, &text, areas)?,
            (None, Some(raw), None) => {
                let bytes = read_file(&self.inside(raw)?)?;
                let [instruments, drums, effects] = row.counts.unwrap_or_default();
                let counts = FontCounts {
                    instruments: u8::try_from(instruments).unwrap_or(u8::MAX),
                    drums: u8::try_from(drums).unwrap_or(u8::MAX),
                    effects,
                    has_effects: true,
                };
                let sizes = areas.map(|area| set.area(area?).map(<[u8]>::len));
                match set.form.parse(raw, &bytes, counts, sizes) {
                    Ok(bank) => BankContent::Bank { bank, bytes },
                    Err(error) => BankContent::Raw { bytes, counts, error },
                }
            }
            (None, None, Some(owner)) => {
                if self.table.bank.get(owner).is_none_or(|row| row.alias.is_some()) {
                    return Err(
                        self.error(format!("bank {number}: alias: there is no bank at number {owner}"))
                    );
                }
                BankContent::Alias(owner)
            }
            _ => return Err(self.error(format!("bank {number}: expected one of file, raw and alias"))),
        };
        Ok(BankSlot { name: row.name.clone(), content, areas, keeping: row.keeping.unwrap_or_default() })
    }

    fn content(
        &self,
        set: &SoundSet,
        number: usize,
        text: &BankText,
        areas: [Option<u8>; 2],
    ) -> Result<BankContent, Error> {
        let file = self.table.bank[number].file.as_deref().unwrap_or_default();
        let path = self.inside(file)?;
        let owners = areas.map(|area| set.area_owner(area?.into()));
        let mut known: HashMap<String, Arc<Sample>> = HashMap::new();
        let bank = text.bank(set.form, &mut |file| {
            let placed = self.samples.get(file).ok_or_else(|| format!("there is no sample '{file}'"))?;
            let area = owners.iter().position(|owner| *owner == Some(placed.owner));
            let area = match area {
                Some(area) => area as u8,
                None if matches!(placed.sample.codec, Codec::Silent(_)) => 0,
                None => {
                    return Err(format!(
                        "{file} lies in area {}, which the bank does not use (see `areas` in {TABLE})",
                        placed.owner
                    ));
                }
            };
            let sample = || Arc::new(Sample { area, ..placed.sample.clone() });
            Ok((Arc::clone(known.entry(file.to_owned()).or_insert_with(sample)), placed.tuning))
        });
        let bank = bank.map_err(|mistake| mistake.in_table(&path))?;
        let bytes = match &text.original {
            None => set.form.write(&bank),
            Some(original) => {
                let bytes = read_file(&self.inside(original)?)?;
                let sizes = areas.map(|area| set.area(area?).map(<[u8]>::len));
                let counts = counts_of(&bank, set.form);
                match set.form.parse(original, &bytes, counts, sizes) {
                    Ok(old) if old == bank => bytes,
                    _ => {
                        if !self.quiet {
                            eprintln!("tatum: {}: changed: the bank is laid out anew", path.display());
                        }
                        set.form.write(&bank)
                    }
                }
            }
        };
        Ok(BankContent::Bank { bank, bytes })
    }
}

const fn is_silent(sample: &ReadSample) -> bool {
    matches!(sample.content.sample.codec, Codec::Silent(_))
}

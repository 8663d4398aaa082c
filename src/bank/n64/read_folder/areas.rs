//! The areas of a folder: their samples, each in its place.

use tatum_n64::format::bank::{Codec, Sample};

use super::{FolderReader, PlacedSample};
use crate::bank::n64::area::{LARGEST_AREA, Wish, place};
use crate::bank::n64::bank_text::BankText;
use crate::bank::n64::folder_table::SampleRow;
use crate::bank::n64::sample_wav::{self, ReadSample, codec_of_name};
use crate::bank::n64::sound_set::{AreaContent, AreaSlot};
use crate::error::Error;
use crate::song::read_file;
use crate::table_text::from_hexadecimal;

impl FolderReader<'_> {
    /// Samples that no area lists yet, with the area they go to.
    pub(super) fn new_files(&self, texts: &[Option<BankText>]) -> Result<Vec<(usize, String)>, Error> {
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
    pub(super) fn area(&mut self, number: usize, new: &[(usize, String)]) -> Result<AreaSlot, Error> {
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
}

const fn is_silent(sample: &ReadSample) -> bool {
    matches!(sample.content.sample.codec, Codec::Silent(_))
}

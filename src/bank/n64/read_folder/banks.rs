//! The banks of a folder: from their texts, or as bytes where they cannot be read.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use tatum_n64::format::bank::{Codec, FontCounts, Sample};

use super::FolderReader;
use crate::bank::n64::TABLE;
use crate::bank::n64::bank_text::BankText;
use crate::bank::n64::sound_set::{BankContent, BankSlot, SoundSet, counts_of};
use crate::convert::nds::inside;
use crate::error::Error;
use crate::song::read_file;

impl FolderReader<'_> {
    pub(super) fn bank(
        &self,
        set: &SoundSet,
        number: usize,
        text: Option<BankText>,
    ) -> Result<BankSlot, Error> {
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

//! Writing the folder: `banks.toml`, a table per bank, a WAV file per sample.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use tatum_n64::format::bank::{Codec, Sample};
use tatum_n64::format::bank_set::{BankSets, LOADED_BYTES};

use super::bank_text::{self, BankText};
use super::exported::{AreaSamples, ExportedSample, collect_samples, owner_of, sounds_of};
use super::folder_table::{AreaRow, BankRow, FolderTable, HEADING, SampleRow, plain};
use super::open::BANK_SETS;
use super::sample_wav::{self, SampleData, codec_name};
use super::sound_set::{AreaContent, AreaSlot, BankContent, BankSlot, SoundSet};
use super::{TABLE, store};
use crate::error::Error;
use crate::output::folder::PendingFolder;
use crate::table_text::{self, to_hexadecimal};

/// Sequences whose bank sets are looked at: a set's place is told in 16 bits, of which the engine loads 0x100 bytes.
const MOST_SETS: usize = LOADED_BYTES / 2;

/// Writes a set.
///
/// # Errors
///
/// If a file cannot be written.
pub(super) fn write(set: &SoundSet, folder: &PendingFolder) -> Result<(), Error> {
    let mut table = FolderTable::new(set.form, set.engine.id().to_owned());
    let samples = collect_samples(set)?;
    for (number, slot) in set.areas.iter().enumerate() {
        table.area.push(write_area(set, number, slot, &samples[number].list, folder)?);
    }
    for (number, slot) in set.banks.iter().enumerate() {
        table.bank.push(write_bank(set, number, slot, &samples, folder)?);
    }
    for (name, bytes) in &set.extras {
        if name == BANK_SETS
            && let Some(sets) = sets_of(bytes)
        {
            table.sets_length = Some(bytes.len()).filter(|length| *length != BankSets::write(&sets).len());
            table.sets = Some(sets);
            continue;
        }
        folder.write(&format!("files/{name}"), bytes)?;
        table.files.push(name.clone());
    }
    for (name, bytes) in store::files(set)? {
        if let Some((_, stored)) = set.stored.iter().find(|(known, _)| *known == name)
            && *stored != bytes
        {
            folder.write(&format!("original/{name}"), stored)?;
            table.originals.push(name);
        }
    }
    let text = table_text::write(Path::new(TABLE), HEADING, &table)?;
    folder.write(TABLE, text.as_bytes())
}

/// The bank sets as lists, if lists say all of it but zeros at the end.
fn sets_of(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let sets = BankSets::parse(BANK_SETS, bytes).ok()?;
    let count = sets.sequence_count().min(MOST_SETS);
    let lists: Vec<Vec<u8>> = (0..count)
        .map(|number| Some(sets.set(BANK_SETS, number).ok()?.banks().collect()))
        .collect::<Option<_>>()?;
    let (written, rest) = bytes.split_at_checked(BankSets::write(&lists).len())?;
    (BankSets::write(&lists) == written && rest.iter().all(|byte| *byte == 0)).then_some(lists)
}

fn write_area(
    set: &SoundSet,
    number: usize,
    slot: &AreaSlot,
    samples: &[ExportedSample],
    folder: &PendingFolder,
) -> Result<AreaRow, Error> {
    let details = set.form.has_entries().then(|| to_hexadecimal(&slot.details));
    let bytes = match &slot.content {
        AreaContent::Alias(owner) => {
            return Ok(AreaRow { alias: Some(*owner), ..AreaRow::new(details, 0) });
        }
        AreaContent::Bytes(bytes) => bytes,
    };
    let mut row = AreaRow::new(details, bytes.len());
    let mut known = vec![0; bytes.len()];
    for one in samples {
        let Sample { address, size, codec, .. } = one.sample;
        let range = address as usize..(address as usize).saturating_add(size as usize);
        let data = match codec {
            Codec::Silent(_) => &[][..],
            _ => bytes.get(range.clone()).unwrap_or_default(),
        };
        if let Some(place) = known.get_mut(range).filter(|place| place.len() == data.len()) {
            place.copy_from_slice(data);
        }
        let content = SampleData { sample: one.sample.clone(), data: data.to_vec() };
        let wav = sample_wav::wav_of(&content, one.tuning);
        folder.write(&one.file, &wav.to_bytes(Path::new(&one.file))?)?;
        let codec = match codec {
            Codec::Silent(_) => codec_name(Codec::Adpcm),
            codec => codec_name(codec),
        };
        let (file, codec) = (one.file.clone(), plain(codec.to_owned()));
        row.sample.push(SampleRow { file, address: Some(address), size: Some(size), codec });
    }
    if known != *bytes {
        let file = format!("original/area{number:02}.bin");
        folder.write(&file, bytes)?;
        row.rest = Some(file);
    }
    Ok(row)
}

fn write_bank(
    set: &SoundSet,
    number: usize,
    slot: &BankSlot,
    samples: &[AreaSamples],
    folder: &PendingFolder,
) -> Result<BankRow, Error> {
    let has_entries = set.form.has_entries();
    let count = if has_entries { 2 } else { 1 };
    let areas = slot.areas.into_iter().take(count).map(|area| area.map_or(-1, i16::from)).collect();
    let row = BankRow {
        name: slot.name.clone(),
        keeping: has_entries.then_some(slot.keeping),
        ..BankRow::new(areas)
    };
    let (bank, bytes) = match &slot.content {
        BankContent::Alias(owner) => return Ok(BankRow { alias: Some(*owner), ..row }),
        BankContent::Raw { bytes, counts, .. } => {
            let file = format!("original/bank{number:02}.bin");
            folder.write(&file, bytes)?;
            let counts = [counts.instruments.into(), counts.drums.into(), counts.effects];
            return Ok(BankRow { raw: Some(file), counts: Some(counts), ..row });
        }
        BankContent::Bank { bank, bytes } => (bank, bytes),
    };
    let file_of = |sample: &Sample| {
        let area = owner_of(set, slot, sample).and_then(|owner| samples.get(owner));
        let found = area.and_then(|area| area.list.get(area.place(sample)?));
        found.map(|one| one.file.clone()).unwrap_or_default()
    };
    let mut text = BankText::new(bank, None, &file_of);
    // What the text gives back is what an unchanged folder will give.
    let mut known: HashMap<String, Arc<Sample>> = HashMap::new();
    for sound in sounds_of(bank) {
        known.entry(file_of(&sound.sample)).or_insert_with(|| Arc::clone(&sound.sample));
    }
    let again = text.bank(set.form, &mut |file| {
        known.get(file).map(|sample| (Arc::clone(sample), 1.0)).ok_or_else(String::new)
    });
    if again.map(|again| set.form.write(&again)).as_ref() != Ok(bytes) {
        let file = format!("original/bank{number:02}.bin");
        folder.write(&file, bytes)?;
        text.original = Some(file);
    }
    let file = format!("banks/{number:02}.toml");
    folder.write(&file, table_text::write(Path::new(&file), bank_text::HEADING, &text)?.as_bytes())?;
    Ok(BankRow { file: Some(file), ..row })
}

//! Sequences at places that are given by hand, as the older tools take them (`n64-authoring.md` 10.4).

use std::path::Path;

use tatum_core::FormatError;
use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::game_image::in_cartridge_order;
use tatum_n64::format::index_table::IndexTable;

use super::Extracted;
use crate::error::Error;
use crate::output::folder::PendingFolder;

/// Banks and sequences have numbers of one byte.
const MOST_SEQUENCES: usize = 0x100;

/// Where sequences are, in an image of the cartridge's byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawPlaces {
    /// The archive; with a table of its own its first sequence.
    pub sequences: usize,
    /// The Zelda generation's pointer table.
    pub table: Option<usize>,
}

/// Writes the sequences at a place into a new folder, named by their numbers in two hexadecimal digits.
///
/// # Errors
///
/// If it is no image, there is no archive or table, or the folder cannot be written.
pub fn extract_raw(path: &Path, bytes: &[u8], places: RawPlaces, folder: &Path) -> Result<Extracted, Error> {
    let name = path.display().to_string();
    let image = in_cartridge_order(&name, bytes)?;
    super::refuse_stream(folder)?;
    let pending = PendingFolder::create(folder)?;
    let mut extracted = Extracted::default();
    let data = from(&name, &image, places.sequences, "sequences")?;
    match places.table {
        None => {
            let archive = Archive::parse(
                &format!("{name} from {:#x}", places.sequences),
                data,
                ArchiveKind::Sequences,
            )?;
            check_count(&name, places.sequences, archive.entries.len())?;
            for (number, range) in
                archive.entries.into_iter().enumerate().filter(|(_, range)| !range.is_empty())
            {
                pending.write(&format!("{number:02X}.m64"), &data[range])?;
                extracted.songs += 1;
            }
        }
        Some(at) => {
            let table_name = format!("{name}, table at {at:#x}");
            let table = IndexTable::parse(&table_name, from(&name, &image, at, "table")?)?;
            check_count(&name, at, table.entries.len())?;
            for (number, entry) in table.entries.iter().enumerate() {
                if let Some(target) = entry.alias() {
                    extracted.notes.push(format!("sequence {number} has the data of {target}"));
                    continue;
                }
                let (range, _) = table.data_range(&table_name, number, data.len())?;
                pending.write(&format!("{number:02X}.zseq"), &data[range])?;
                extracted.songs += 1;
            }
        }
    }
    pending.finish()?;
    Ok(extracted)
}

fn from<'a>(name: &str, image: &'a [u8], at: usize, field: &'static str) -> Result<&'a [u8], FormatError> {
    image.get(at..).ok_or_else(|| {
        let expected = format!("a place inside the image of {:#x} bytes", image.len());
        FormatError::invalid(name.to_owned(), at as u64, field, expected, format!("{at:#x}"))
    })
}

fn check_count(name: &str, at: usize, count: usize) -> Result<(), FormatError> {
    if (1..=MOST_SEQUENCES).contains(&count) {
        return Ok(());
    }
    let expected = format!("1 to {MOST_SEQUENCES}");
    Err(FormatError::invalid(name.to_owned(), at as u64, "number of sequences", expected, count.to_string()))
}

//! Data with an index table: all entries, or some.

use tatum_n64::format::index_table::{IndexEntry, IndexTable};

/// Data begin at multiples of this.
const ALIGNMENT: usize = 16;

/// Which entries are kept.
pub(super) enum Kept {
    /// Everything.
    All,
    /// These numbers.
    Some(Vec<usize>),
}

impl Kept {
    pub(super) fn has(&self, number: usize) -> bool {
        match self {
            Self::All => true,
            Self::Some(numbers) => numbers.contains(&number),
        }
    }
}

/// The data with the entries that are kept, and their table. Numbers stay: an entry that is not kept is its own alias,
/// which has no data. What is kept whole, and lies close together, keeps its bytes.
pub(super) fn trim(data: &[u8], table: &IndexTable, kept: &Kept) -> (Vec<u8>, IndexTable) {
    let extent = table.archive_extent().min(data.len());
    let sizes: usize =
        table.entries.iter().map(|entry| (entry.size as usize).next_multiple_of(ALIGNMENT)).sum();
    if matches!(kept, Kept::All) && extent / 2 <= sizes {
        return (data.to_vec(), table.clone());
    }
    let mut trimmed = Vec::new();
    let mut entries = Vec::with_capacity(table.entries.len());
    let targets: Vec<usize> = (0..table.entries.len())
        .filter(|&number| kept.has(number))
        .filter_map(|number| table.entries[number].alias())
        .collect();
    for (number, entry) in table.entries.iter().enumerate() {
        let absent = IndexEntry { offset: number as u32, size: 0, ..*entry };
        let start = entry.offset as usize;
        let range = start..start.saturating_add(entry.size as usize);
        entries.push(match data.get(range) {
            _ if !kept.has(number) && !targets.contains(&number) => absent,
            _ if entry.size == 0 => *entry,
            None => absent,
            Some(bytes) => {
                let offset = trimmed.len() as u32;
                trimmed.extend(bytes);
                trimmed.resize(trimmed.len().next_multiple_of(ALIGNMENT), 0);
                IndexEntry { offset, ..*entry }
            }
        });
    }
    (trimmed, IndexTable { entries })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_keep_their_numbers_and_aliases_their_targets() {
        let entry = |offset, size| IndexEntry { offset, size, details: [2, 2, 0, 0, 0, 0, 0, 0] };
        let table = IndexTable { entries: vec![entry(0, 4), entry(0x10, 3), entry(1, 0), entry(0x20, 2)] };
        let data: Vec<u8> = (0..0x22).collect();
        let (trimmed, cut) = trim(&data, &table, &Kept::Some(vec![2]));
        assert_eq!(cut.data_range("t", 2, trimmed.len()).unwrap().0, 0..3);
        assert_eq!(trimmed[..3], [0x10, 0x11, 0x12]);
        assert!(cut.data_range("t", 0, trimmed.len()).is_err());
        assert!(cut.data_range("t", 3, trimmed.len()).is_err());
        assert_eq!(trim(&data, &table, &Kept::All), (data, table));
    }

    #[test]
    fn what_lies_far_away_is_moved_close() {
        let entry = |offset, size| IndexEntry { offset, size, details: [0; 8] };
        let table = IndexTable { entries: vec![entry(0, 4), entry(0x1000, 3)] };
        let (trimmed, moved) = trim(&vec![7; 0x1003], &table, &Kept::All);
        assert_eq!((trimmed.len(), moved.entries[1].offset), (0x20, 0x10));
    }
}

//! Bank sets: which banks each sequence uses, `n64-formats.md` 6.

use tatum_core::{ByteReader, FormatError};

/// The engine loads only this much of the file (G1).
pub const LOADED_BYTES: usize = 0x100;

/// The bank set file: for each sequence a list of bank numbers, stored backwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankSets {
    bytes: Vec<u8>,
}

impl BankSets {
    /// Takes the file's bytes; what lies behind the loaded part is dropped, as the engine does.
    ///
    /// # Errors
    ///
    /// If not even one offset is there.
    pub fn parse(file: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        ByteReader::new(file, bytes).u16_be("offset of the first bank set")?;
        Ok(Self { bytes: bytes[..bytes.len().min(LOADED_BYTES)].to_vec() })
    }

    /// The bank set file for `sets`, each in the order of its positions (0 is the default bank).
    #[must_use]
    pub fn write(sets: &[Vec<u8>]) -> Vec<u8> {
        let mut offsets = Vec::new();
        let mut data = Vec::new();
        for set in sets {
            let offset = 2 * sets.len() + data.len();
            offsets.extend((offset as u16).to_be_bytes());
            data.push(set.len() as u8);
            data.extend(set.iter().rev());
        }
        offsets.extend(data);
        offsets.resize(offsets.len().next_multiple_of(16), 0);
        offsets
    }

    /// The number of sequences: the first set follows the last offset.
    #[must_use]
    pub fn sequence_count(&self) -> usize {
        usize::from(u16::from_be_bytes([self.byte(0), self.byte(1)])) / 2
    }

    /// The set of a sequence: where it lies and how many banks it has.
    ///
    /// # Errors
    ///
    /// If the set lies outside the loaded bytes or names no bank.
    pub fn set(&self, file: &str, sequence: usize) -> Result<BankSet<'_>, FormatError> {
        let mut reader = ByteReader::new(file, &self.bytes).at(2 * sequence);
        let offset = usize::from(reader.u16_be("bank set offset")?);
        let mut reader = reader.at(offset);
        let count = usize::from(reader.u8("bank count of the set")?);
        if count == 0 {
            return Err(reader.invalid(offset, "bank count of the set", "at least one bank", "0"));
        }
        reader.bytes(count, "bank numbers of the set")?;
        Ok(BankSet { sets: self, offset, count })
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }
}

/// The banks of one sequence.
#[derive(Clone, Copy, Debug)]
pub struct BankSet<'a> {
    sets: &'a BankSets,
    offset: usize,
    count: usize,
}

impl BankSet<'_> {
    /// The bank at a position of the set, as a script's bank command counts them. Positions behind the set read
    /// what lies in front of it, as on the console; `None` is outside the loaded bytes.
    #[must_use]
    pub fn bank(&self, position: u8) -> Option<u8> {
        let at = (self.offset + self.count).checked_sub(usize::from(position))?;
        self.sets.bytes.get(at).copied()
    }

    /// The bank numbers, in order of position: the first one is the sequence's default bank.
    pub fn banks(&self) -> impl Iterator<Item = u8> + '_ {
        (0..self.count as u8).filter_map(|position| self.bank(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_listed_backwards() {
        let sets = BankSets::parse("bank_sets", &[0, 4, 0, 7, 2, 5, 9, 1, 3]).unwrap();
        assert_eq!(sets.sequence_count(), 2);
        assert_eq!(sets.set("b", 0).unwrap().banks().collect::<Vec<_>>(), [9, 5]);
        assert_eq!(sets.set("b", 1).unwrap().banks().collect::<Vec<_>>(), [3]);
        assert!(sets.set("b", 2).is_err());
    }

    #[test]
    fn sets_read_back_as_written() {
        let written = BankSets::write(&[vec![9, 5], vec![3]]);
        let sets = BankSets::parse("bank_sets", &written).unwrap();
        assert_eq!(sets.set("b", 0).unwrap().banks().collect::<Vec<_>>(), [9, 5]);
        assert_eq!(sets.set("b", 1).unwrap().banks().collect::<Vec<_>>(), [3]);
    }
}

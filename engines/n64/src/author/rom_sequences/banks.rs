//! The banks of a sequence.

use tatum_core::FormatError;

use super::RomSequences;
use super::places::ListForm;
use crate::format::bank_set::BankSets;
use crate::format::font_list::FontLists;

impl RomSequences {
    /// Gives sequences other banks, in the order in which `rom list` shows them (Super Mario 64: the default one first;
    /// the Zelda generation: last). Lists of another length make all lists anew.
    ///
    /// # Errors
    ///
    /// If there is no such bank or sequence, or the lists do not fit.
    pub fn set_banks(&mut self, numbers: &[usize], banks: &[u8]) -> Result<(), FormatError> {
        let place = self.places.lists.clone();
        if banks.is_empty() {
            return Err(self.invalid(place.start, "banks", "at least one bank", "none"));
        }
        if let Some(bank) = banks.iter().find(|&&bank| usize::from(bank) >= self.places.banks) {
            let expected = format!("a number below {}", self.places.banks);
            return Err(self.invalid(place.start, "bank number", expected, bank.to_string()));
        }
        let mut lists = self.lists()?;
        for &number in numbers {
            let Some(list) = lists.get_mut(number) else {
                let expected = format!("a number below {}", lists.len());
                return Err(self.invalid(place.start, "sequence number", expected, number.to_string()));
            };
            *list = banks.to_vec();
        }
        // The order of the lists in the file is kept where no length changes.
        let bytes = match self.in_place(&lists) {
            Some(bytes) => bytes,
            None => match self.places.form {
                ListForm::BankSets => BankSets::write(&lists),
                ListForm::FontLists => FontLists { lists }.write(),
            },
        };
        if bytes.len() > place.len() {
            let expected = format!("lists of at most {:#x} bytes", place.len());
            return Err(self.invalid(place.start, "banks", expected, format!("{:#x}", bytes.len())));
        }
        self.image[place.start..place.start + bytes.len()].copy_from_slice(&bytes);
        Ok(())
    }

    fn lists(&self) -> Result<Vec<Vec<u8>>, FormatError> {
        let bytes = &self.image[self.places.lists.clone()];
        let count = self.places.table.count;
        match self.places.form {
            ListForm::FontLists => FontLists::parse(&self.name, bytes, count).map(|lists| lists.lists),
            ListForm::BankSets => {
                let sets = BankSets::parse(&self.name, bytes)?;
                (0..count).map(|number| Ok(sets.set(&self.name, number)?.banks().collect())).collect()
            }
        }
    }

    /// The lists' bytes with each list where it was; none if one has another length.
    fn in_place(&self, lists: &[Vec<u8>]) -> Option<Vec<u8>> {
        let mut bytes = self.image[self.places.lists.clone()].to_vec();
        for (number, list) in lists.iter().enumerate() {
            let offset = bytes.get(2 * number..2 * number + 2)?;
            let at = usize::from(u16::from_be_bytes([offset[0], offset[1]]));
            if usize::from(*bytes.get(at)?) != list.len() {
                return None;
            }
            let stored = bytes.get_mut(at + 1..at + 1 + list.len())?;
            stored.copy_from_slice(list);
            if self.places.form == ListForm::BankSets {
                stored.reverse();
            }
        }
        Some(bytes)
    }
}

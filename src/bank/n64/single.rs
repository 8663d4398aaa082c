//! One bank of a set, as a set of its own.

use tatum_n64::format::bank_set::BankSets;

use super::open::BANK_SETS;
use super::sound_set::{AreaContent, AreaSlot, BankContent, BankSlot, Form, SoundSet};

impl SoundSet {
    /// The set of one bank, with only its areas: of Super Mario 64 with a set for one sequence, of the Zelda generation
    /// as a lone font.
    ///
    /// # Errors
    ///
    /// A message, if there is no such bank, or it is a font with two sample banks: a lone font has one.
    pub fn only(&self, number: usize) -> Result<Self, String> {
        let slot = self.banks.get(number);
        let slot =
            slot.ok_or_else(|| format!("--bank {number}: expected a number below {}", self.banks.len()))?;
        let content = match &slot.content {
            BankContent::Alias(owner) => self.banks.get(*owner).map(|owner| owner.content.clone()),
            content => Some(content.clone()),
        };
        let content = content.filter(|content| !matches!(content, BankContent::Alias(_)));
        let content =
            content.ok_or_else(|| format!("--bank {number}: it leads to a bank that is not there"))?;
        let mut areas: Vec<AreaSlot> = Vec::new();
        let mut numbers = [None; 2];
        let mut owners: Vec<usize> = Vec::new();
        for (place, area) in numbers.iter_mut().zip(slot.areas) {
            let Some(owner) = area.and_then(|area| self.area_owner(area.into())) else { continue };
            let known = owners.iter().position(|known| *known == owner);
            let new = known.unwrap_or_else(|| {
                owners.push(owner);
                areas.push(self.areas[owner].clone());
                owners.len() - 1
            });
            *place = Some(new as u8);
        }
        let form = match self.form {
            Form::Game => Form::Fonts,
            form => form,
        };
        if form == Form::Fonts && areas.len() > 1 {
            return Err(format!(
                "--bank {number}: it uses two sample banks, and a lone font has one: export all"
            ));
        }
        if areas.is_empty() {
            areas.push(AreaSlot { content: AreaContent::Bytes(Vec::new()), details: [0; 8] });
        }
        let name = slot.name.clone().or_else(|| (form == Form::Fonts).then(|| format!("font{number:02}")));
        let sets = matches!(form, Form::Archives | Form::Indexed);
        Ok(Self {
            form,
            engine: self.engine,
            banks: vec![BankSlot { name, content, areas: numbers, keeping: slot.keeping }],
            areas,
            stored: Vec::new(),
            extras: if sets { vec![(BANK_SETS.to_owned(), BankSets::write(&[vec![0]]))] } else { Vec::new() },
        })
    }
}

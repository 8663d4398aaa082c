//! Where bytes go: positions, addresses, and what has been written (`snes-authoring.md` section 1.1).

/// No cartridge of this kind is larger.
const LARGEST_FILE: usize = 0x40_0000;
/// First and last address of a bank that the cartridge shows in it.
const BANK_START: i64 = 0x8000;
const BANK_END: i64 = 0xFFFF;

/// How addresses become places in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// An address is a place in the file.
    Raw,
    /// Banks of 32 KiB at $8000.
    LoRom,
}

impl Mapping {
    /// The place of an address in the file; none if it is not in the ROM.
    #[must_use]
    pub const fn offset(self, address: i64) -> Option<usize> {
        match self {
            Self::Raw if address >= 0 && address < LARGEST_FILE as i64 => Some(address as usize),
            Self::Raw => None,
            Self::LoRom => {
                let bank = address >> 16;
                // Banks $7E and $7F are the console's memory.
                let is_rom = address >= 0 && bank <= 0xFF && bank != 0x7E && bank != 0x7F;
                let in_bank = address & BANK_END;
                if !is_rom || in_bank < BANK_START {
                    return None;
                }
                Some(((bank & 0x7F) << 15 | in_bank & 0x7FFF) as usize)
            }
        }
    }
}

/// Bytes in the file that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Place in the file, without a copier's header.
    pub offset: usize,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Why a byte cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WriteError {
    /// The address is not in the ROM.
    NotRom(i64),
    /// The bank is full.
    BankCrossed(i64),
}

/// The bytes, and the place of the next one.
#[derive(Clone, Debug)]
pub(super) struct Output {
    bytes: Vec<u8>,
    is_written: Vec<bool>,
    pub(super) mapping: Mapping,
    /// Address of the next byte; just behind a bank's end it waits to be told where to go on.
    address: i64,
    /// What labels have more than the address, after `base`.
    pub(super) base: i64,
    /// Whether what crosses a bank's end goes on in the next bank, or is an error.
    pub(super) may_cross_banks: bool,
}

impl Output {
    pub(super) const fn new() -> Self {
        Self {
            bytes: Vec::new(),
            is_written: Vec::new(),
            mapping: Mapping::Raw,
            address: 0,
            base: 0,
            may_cross_banks: false,
        }
    }

    /// Address of the next byte.
    pub(super) const fn address(&self) -> i64 {
        self.address
    }

    /// The address that a label here has.
    pub(super) const fn label_address(&self) -> i64 {
        self.address + self.base
    }

    pub(super) const fn set_address(&mut self, address: i64) {
        self.address = address;
    }

    /// The address some bytes further on; across banks if that is allowed.
    pub(super) fn address_after(&self, mut address: i64, mut count: i64) -> i64 {
        if self.mapping == Mapping::Raw || !self.may_cross_banks {
            return address.saturating_add(count);
        }
        while count > 0 && address & 0xFFFF >= BANK_START {
            let left = BANK_END + 1 - (address & 0xFFFF);
            if count < left {
                break;
            }
            address = (address & !0xFFFF) + 0x1_0000 + BANK_START;
            count -= left;
        }
        address.saturating_add(count)
    }

    /// Bytes between two addresses, counted in the file.
    pub(super) fn distance(&self, start: i64, end: i64) -> i64 {
        match (self.mapping.offset(start), self.offset_behind(end)) {
            (Some(start), Some(end)) => end as i64 - start as i64,
            _ => end - start,
        }
    }

    /// The place of an address that may be just behind a bank's end.
    fn offset_behind(&self, address: i64) -> Option<usize> {
        self.mapping.offset(address).or_else(|| Some(self.mapping.offset(address - 1)? + 1))
    }

    /// Writes a byte at the address and goes on.
    pub(super) fn push(&mut self, byte: u8) -> Result<usize, WriteError> {
        let offset = self.next_offset()?;
        self.write(offset, byte);
        self.address += 1;
        if self.may_cross_banks && self.mapping == Mapping::LoRom && self.address & 0xFFFF == 0 {
            self.address += BANK_START;
        }
        Ok(offset)
    }

    /// The place of the next byte.
    fn next_offset(&mut self) -> Result<usize, WriteError> {
        if let Some(offset) = self.mapping.offset(self.address) {
            return Ok(offset);
        }
        let crosses = self.mapping == Mapping::LoRom
            && self.address & 0xFFFF == 0
            && self.mapping.offset(self.address - 1).is_some();
        if !crosses {
            return Err(WriteError::NotRom(self.address));
        }
        if !self.may_cross_banks {
            return Err(WriteError::BankCrossed(self.address - 1));
        }
        self.address += BANK_START;
        self.mapping.offset(self.address).ok_or(WriteError::NotRom(self.address))
    }

    /// Writes a byte at a place of the file.
    pub(super) fn write(&mut self, offset: usize, byte: u8) {
        if offset >= self.bytes.len() {
            self.bytes.resize(offset + 1, 0);
            self.is_written.resize(offset + 1, false);
        }
        self.bytes[offset] = byte;
        self.is_written[offset] = true;
    }

    /// The byte at a place of the file, if one was written.
    pub(super) fn byte(&self, offset: usize) -> Option<u8> {
        self.is_written.get(offset).copied().unwrap_or(false).then(|| self.bytes[offset])
    }

    /// What was written, in pieces that have nothing unwritten in them.
    pub(super) fn regions(&self) -> Vec<Region> {
        let mut regions: Vec<Region> = Vec::new();
        let mut is_open = false;
        for (offset, (&byte, &is_written)) in self.bytes.iter().zip(&self.is_written).enumerate() {
            match (is_written, regions.last_mut()) {
                (true, Some(region)) if is_open => region.bytes.push(byte),
                (true, _) => regions.push(Region { offset, bytes: vec![byte] }),
                (false, _) => {}
            }
            is_open = is_written;
        }
        regions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lorom_addresses_are_places_in_the_file() {
        let offset = |address| Mapping::LoRom.offset(address);
        assert_eq!(offset(0x1B_8000), Some(0xD_8000));
        assert_eq!(offset(0x00_802F), Some(0x2F));
        assert_eq!(offset(0x80_8000), Some(0));
        assert_eq!(offset(0xFF_FFFF), Some(0x3F_FFFF));
        for outside in [0x1A_0000, 0x7E_8000, 0x7F_FFFF, 0x100_8000, -1, i64::MAX] {
            assert_eq!(offset(outside), None, "{outside:X}");
        }
    }

    #[test]
    fn a_bank_is_left_only_if_allowed() {
        let mut output = Output { mapping: Mapping::LoRom, ..Output::new() };
        output.set_address(0x1A_FFFF);
        assert_eq!(output.push(1), Ok(0xD_7FFF));
        assert_eq!(output.push(2), Err(WriteError::BankCrossed(0x1A_FFFF)));
        output.may_cross_banks = true;
        assert_eq!(output.push(2), Ok(0xD_8000));
        assert_eq!(output.address(), 0x1B_8001);
        assert_eq!(output.distance(0x1A_FFFF, 0x1B_8001), 2);
        assert_eq!(output.regions(), [Region { offset: 0xD_7FFF, bytes: vec![1, 2] }]);
    }
}

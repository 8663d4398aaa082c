//! What is inside a sound archive, for people: names, players, banks, sequences.

use crate::format::info::{PlayerInfo, SequenceSettings};
use crate::format::sbnk;
use crate::format::sdat::Sdat;
use crate::format::ssar::Ssar;
use crate::format::strm::Strm;
use crate::format::swar;
use crate::song::SequenceId;

/// A sequence that can be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequenceSummary {
    /// How it is named to the player.
    pub id: SequenceId,
    /// Its symbol; entries of a sequence archive are `ARCHIVE/ENTRY`.
    pub name: Option<String>,
    /// Bank, volume, priorities, player.
    pub settings: SequenceSettings,
    /// Symbol of its bank.
    pub bank_name: Option<String>,
    /// Bytes of its events (for entries of an archive: of all entries together).
    pub size: usize,
}

/// A bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankSummary {
    /// Its number.
    pub number: u32,
    /// Its symbol.
    pub name: Option<String>,
    /// Wave archives by slot.
    pub wave_archives: [Option<u16>; 4],
    /// Programs that make a sound.
    pub programs: Vec<u16>,
}

/// A wave archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaveArchiveSummary {
    /// Its number.
    pub number: u32,
    /// Its symbol.
    pub name: Option<String>,
    /// How many waves it has.
    pub waves: usize,
}

/// A player.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayerSummary {
    /// Its number.
    pub number: u32,
    /// Its symbol.
    pub name: Option<String>,
    /// What it holds.
    pub info: PlayerInfo,
}

/// A stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamSummary {
    /// Its number.
    pub number: u32,
    /// Its symbol.
    pub name: Option<String>,
    /// Hertz, frames and first frame of the loop; `None` if the file is unusable.
    pub length: Option<(u16, u32, Option<u32>)>,
}

impl Sdat {
    /// All sequences that exist, archive entries behind the plain ones.
    #[must_use]
    pub fn sequences(&self) -> Vec<SequenceSummary> {
        let mut all = Vec::new();
        let mut entries_left = self.bytes().len() / 12;
        for (number, record) in numbered(&self.info.sequences) {
            all.push(SequenceSummary {
                id: SequenceId::Sequence(number),
                name: self.symbol(|symbols| &symbols.sequences, number),
                settings: record.settings,
                bank_name: self.symbol(|symbols| &symbols.banks, record.settings.bank.into()),
                size: self.file(record.file).map_or(0, <[u8]>::len),
            });
        }
        for (number, file) in numbered(&self.info.sequence_archives) {
            let Ok(archive) = self.file(*file).and_then(|bytes| Ssar::parse(self.name(), bytes)) else {
                continue;
            };
            // Archives that share their file cannot list more entries than the bytes hold.
            for (entry, record) in numbered(&archive.entries).take(entries_left) {
                entries_left -= 1;
                all.push(SequenceSummary {
                    id: SequenceId::ArchiveEntry { archive: number, entry },
                    name: self.entry_name(number, entry),
                    settings: record.settings,
                    bank_name: self.symbol(|symbols| &symbols.banks, record.settings.bank.into()),
                    size: archive.data.len(),
                });
            }
        }
        all
    }

    /// A sequence by what a person calls it: a number, `archive:entry` in numbers, a symbol, or `ARCHIVE/ENTRY` or
    /// `ENTRY` in symbols. Capitals do not matter.
    #[must_use]
    pub fn find_sequence(&self, name: &str) -> Option<SequenceId> {
        if let Ok(number) = name.parse() {
            return Some(SequenceId::Sequence(number));
        }
        if let Some((archive, entry)) = name.split_once(':')
            && let (Ok(archive), Ok(entry)) = (archive.parse(), entry.parse())
        {
            return Some(SequenceId::ArchiveEntry { archive, entry });
        }
        let sequences = self.sequences();
        let matching = |full: bool| {
            sequences.iter().find(|sequence| {
                let symbol = sequence.name.as_deref().unwrap_or_default();
                let symbol = if full { symbol } else { symbol.rsplit('/').next().unwrap_or(symbol) };
                symbol.eq_ignore_ascii_case(name)
            })
        };
        matching(true).or_else(|| matching(false)).map(|sequence| sequence.id)
    }

    /// All banks that exist.
    #[must_use]
    pub fn banks(&self) -> Vec<BankSummary> {
        // Banks that share their file cannot list more programs than the bytes hold.
        let mut programs_left = self.bytes().len() / 4;
        numbered(&self.info.banks)
            .map(|(number, record)| {
                let bank = self.file(record.file).unwrap_or_default();
                let count = sbnk::instrument_count(bank).min(programs_left);
                programs_left -= count;
                let programs = (0..=u16::MAX)
                    .take(count)
                    .filter(|program| (0..128).any(|key| sounds(bank, *program, key)))
                    .collect();
                BankSummary {
                    number,
                    name: self.symbol(|symbols| &symbols.banks, number),
                    wave_archives: record.wave_archives,
                    programs,
                }
            })
            .collect()
    }

    /// All wave archives that exist.
    #[must_use]
    pub fn wave_archives(&self) -> Vec<WaveArchiveSummary> {
        numbered(&self.info.wave_archives)
            .map(|(number, record)| WaveArchiveSummary {
                number,
                name: self.symbol(|symbols| &symbols.wave_archives, number),
                waves: self.file(record.file).map_or(0, swar::wave_count),
            })
            .collect()
    }

    /// All players that exist.
    #[must_use]
    pub fn players(&self) -> Vec<PlayerSummary> {
        numbered(&self.info.players)
            .map(|(number, info)| PlayerSummary {
                number,
                name: self.symbol(|symbols| &symbols.players, number),
                info: *info,
            })
            .collect()
    }

    /// All streams that exist.
    #[must_use]
    pub fn streams(&self) -> Vec<StreamSummary> {
        numbered(&self.info.streams)
            .map(|(number, _)| StreamSummary {
                number,
                name: self.symbol(|symbols| &symbols.streams, number),
                length: self.stream(number).ok().map(|stream| {
                    let header = stream.header;
                    (header.sample_rate, header.frames, header.loops.then_some(header.loop_start))
                }),
            })
            .collect()
    }

    /// Reads a stream of the archive.
    ///
    /// # Errors
    ///
    /// If it does not exist or is unusable.
    pub fn stream(&self, number: u32) -> Result<Strm, tatum_core::FormatError> {
        let record = self.info.streams.get(number as usize).copied().flatten().ok_or_else(|| {
            tatum_core::FormatError::invalid(
                self.name().to_owned(),
                0,
                "stream",
                format!("an item that exists, of {}", self.info.streams.len()),
                number.to_string(),
            )
        })?;
        Strm::parse(self.name(), self.file(record.file)?)
    }

    fn entry_name(&self, archive: u32, entry: u32) -> Option<String> {
        let symbols = self.symbols.as_ref()?.sequence_archives.get(archive as usize)?;
        let entry = symbols.entries.as_ref()?.get(entry as usize)?.as_deref()?;
        Some(match &symbols.name {
            Some(archive) => format!("{archive}/{entry}"),
            None => entry.to_owned(),
        })
    }

    fn symbol(
        &self,
        list: impl Fn(&crate::format::symb::Symbols) -> &Vec<Option<String>>,
        number: u32,
    ) -> Option<String> {
        list(self.symbols.as_ref()?).get(number as usize)?.clone()
    }
}

fn sounds(bank: &[u8], program: u16, key: u8) -> bool {
    sbnk::lookup(bank, program, key).is_some_and(|sound| sound.source().is_some())
}

fn numbered<T>(list: &[Option<T>]) -> impl Iterator<Item = (u32, &T)> {
    (0..).zip(list).filter_map(|(number, item)| Some((number, item.as_ref()?)))
}

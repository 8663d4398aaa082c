//! A sequence with everything it needs to sound, found in an archive.

use std::ops::Range;
use std::sync::Arc;

use tatum_core::FormatError;

use crate::format::info::{PlayerInfo, SequenceSettings};
use crate::format::sbnk::{self, SoundSource};
use crate::format::sdat::{Sdat, moved};
use crate::format::ssar::Ssar;
use crate::format::sseq::Sseq;
use crate::format::swar::{self, RECORD_SIZE, WaveRecord};
use crate::hardware::{BASE_ADDRESS, Memory};
use crate::voice::{ResolvedInstrument, VoiceSource};

/// Players an archive can have (nds-formats 2.2).
const MAX_PLAYERS: u8 = 32;

/// Names a sequence of an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SequenceId {
    /// A SEQ by its number.
    Sequence(u32),
    /// An entry of a SEQARC.
    ArchiveEntry {
        /// Number of the SEQARC.
        archive: u32,
        /// Number of the entry in it.
        entry: u32,
    },
}

/// A sequence ready to be started.
#[derive(Clone, Debug)]
pub(crate) struct Song {
    pub data: Arc<SongData>,
    /// From the first event byte.
    pub start: u32,
    pub settings: SequenceSettings,
    pub player: PlayerInfo,
}

/// Events, bank and recordings of a sequence: ranges of the archive, which lies in memory as a whole.
#[derive(Clone, Debug)]
pub(crate) struct SongData {
    image: Arc<[u8]>,
    events: Range<usize>,
    bank: Range<usize>,
    waves: [Option<Range<usize>>; 4],
}

impl SongData {
    /// The event bytes; addresses in events count from their start.
    pub(crate) fn events(&self) -> &[u8] {
        self.part(&self.events)
    }

    /// Where an event lies, from the start of the archive.
    pub(crate) fn offset_of(&self, position: u32) -> u64 {
        self.events.start as u64 + u64::from(position)
    }

    /// What a program plays at a key; `None` if the note fails before it takes a channel.
    pub(crate) fn instrument(&self, program: u16, key: u8) -> Option<ResolvedInstrument> {
        let sound = sbnk::lookup(self.part(&self.bank), program, key)?;
        let source = match sound.source() {
            Some(SoundSource::Pcm { wave, slot }) => self.wave(slot, wave),
            Some(SoundSource::Square { duty }) => Some(VoiceSource::Square { duty }),
            Some(SoundSource::Noise) => Some(VoiceSource::Noise),
            None => None,
        };
        Some(ResolvedInstrument { sound, source })
    }

    fn wave(&self, slot: u16, number: u16) -> Option<VoiceSource> {
        let archive = self.waves.get(usize::from(slot))?.as_ref()?;
        let at = swar::lookup(self.part(archive), number)?;
        let record = WaveRecord::read(self.part(archive), at)?;
        let address = u32::try_from(archive.start + at + RECORD_SIZE).ok()?;
        Some(VoiceSource::Pcm { record, address: BASE_ADDRESS + address })
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.image.get(range.clone()).unwrap_or_default()
    }
}

impl Song {
    /// Finds a sequence of an archive and what it needs.
    ///
    /// # Errors
    ///
    /// If the sequence, its bank, one of the bank's wave archives or its player does not exist or lies outside the
    /// archive. A wave archive that the bank does not name is only silent.
    pub(crate) fn find(archive: &Sdat, id: SequenceId) -> Result<Self, FormatError> {
        if archive.bytes().len() > Memory::MAX_IMAGE {
            return Err(missing(archive, "archive size", "at most 95 MiB".to_owned(), archive.bytes().len())
                .of_kind(tatum_core::FormatErrorKind::Unsupported));
        }
        let (events, start, settings) = match id {
            SequenceId::Sequence(number) => find_sequence(archive, number)?,
            SequenceId::ArchiveEntry { archive: number, entry } => find_entry(archive, number, entry)?,
        };
        if settings.player >= MAX_PLAYERS {
            return Err(missing(archive, "player of the sequence", "0 to 31".to_owned(), settings.player));
        }
        let player =
            item(&archive.info.players, settings.player.into()).copied().unwrap_or(PlayerInfo::DEFAULT);
        let bank = item(&archive.info.banks, settings.bank.into()).ok_or_else(|| {
            absent(archive, "bank of the sequence", archive.info.banks.len(), settings.bank)
        })?;
        let bank_range = archive.file_range(bank.file)?;
        sbnk::check(archive.name(), archive.file(bank.file)?)
            .map_err(|error| moved(error, bank_range.start))?;
        let mut waves = [const { None }; 4];
        for (slot, number) in waves.iter_mut().zip(bank.wave_archives) {
            if let Some(number) = number {
                let record = item(&archive.info.wave_archives, number.into()).ok_or_else(|| {
                    absent(archive, "wave archive of the bank", archive.info.wave_archives.len(), number)
                })?;
                let range = archive.file_range(record.file)?;
                swar::check(archive.name(), archive.file(record.file)?)
                    .map_err(|error| moved(error, range.start))?;
                *slot = Some(range);
            }
        }
        let data = SongData { image: archive.bytes().clone(), events, bank: bank_range, waves };
        Ok(Self { data: Arc::new(data), start, settings, player })
    }
}

type Found = (Range<usize>, u32, SequenceSettings);

fn find_sequence(archive: &Sdat, number: u32) -> Result<Found, FormatError> {
    let sequences = &archive.info.sequences;
    let record =
        item(sequences, number).ok_or_else(|| absent(archive, "sequence", sequences.len(), number))?;
    let range = archive.file_range(record.file)?;
    let sequence =
        Sseq::parse(archive.name(), archive.file(record.file)?).map_err(|error| moved(error, range.start))?;
    Ok((range.start + sequence.data_offset..range.end, 0, record.settings))
}

fn find_entry(archive: &Sdat, number: u32, entry: u32) -> Result<Found, FormatError> {
    let archives = &archive.info.sequence_archives;
    let file =
        *item(archives, number).ok_or_else(|| absent(archive, "sequence archive", archives.len(), number))?;
    let range = archive.file_range(file)?;
    let sequences =
        Ssar::parse(archive.name(), archive.file(file)?).map_err(|error| moved(error, range.start))?;
    let found = item(&sequences.entries, entry)
        .ok_or_else(|| absent(archive, "sequence archive entry", sequences.entries.len(), entry))?;
    Ok((range.start + sequences.data_offset..range.end, found.start, found.settings))
}

fn item<T>(list: &[Option<T>], number: u32) -> Option<&T> {
    list.get(number as usize)?.as_ref()
}

fn absent(archive: &Sdat, field: &'static str, count: usize, number: impl std::fmt::Display) -> FormatError {
    let expected = match count {
        0 => "an archive that has one".to_owned(),
        count => format!("an item that exists, from 0 to {}", count - 1),
    };
    missing(archive, field, expected, number)
}

fn missing(
    archive: &Sdat,
    field: &'static str,
    expected: String,
    found: impl std::fmt::Display,
) -> FormatError {
    FormatError::invalid(archive.name().to_owned(), 0, field, expected, found.to_string())
}

//! `archive.toml`: names and records of all items of a sound archive.

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use tatum_nds::format::info::{
    BankInfo, GroupItem, Info, PlayerInfo, SequenceInfo, SequenceSettings, StreamInfo, StreamPlayerInfo,
    WaveArchiveInfo,
};
use tatum_nds::format::sdat::SdatContents;
use tatum_nds::format::symb::{ArchiveSymbols, Symbols};

use crate::convert::nds::layout::Cut;

#[derive(Debug, Serialize, Deserialize)]
enum ManifestKind {
    #[serde(rename = "nds-archive")]
    NdsArchive,
}

/// The table. Lists of items are in the order of their numbers.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    kind: ManifestKind,
    /// Whether the archive has names at all.
    names: bool,
    /// The archive without its files, if it is laid out in another way than this program writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    /// Where the files were in it: number, offset, size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cuts: Vec<Cut>,
    /// Paths in the folder, in the order of their numbers.
    pub files: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sequence: Vec<Item<Sequence>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sequence_archive: Vec<Item<SequenceArchive>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bank: Vec<Item<Bank>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    wave_archive: Vec<Item<WaveArchive>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    player: Vec<Item<Player>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    group: Vec<Item<Group>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stream_player: Vec<Item<StreamPlayer>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    stream: Vec<Item<Stream>>,
}

/// A number with its name and its record, each of which may be missing.
#[derive(Debug, Serialize)]
struct Item<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Names of the entries of a sequence archive; "" = unnamed.
    #[serde(skip_serializing_if = "Option::is_none")]
    entries: Option<Vec<String>>,
    #[serde(flatten)]
    record: Option<T>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Item<T> {
    /// A record is there as a whole or not at all: a misspelt field must not make it vanish.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table = toml::Table::deserialize(deserializer)?;
        let failed = |error: toml::de::Error| D::Error::custom(error.message());
        let name = table.remove("name").map(String::deserialize).transpose().map_err(failed)?;
        let entries = table.remove("entries").map(Vec::deserialize).transpose().map_err(failed)?;
        let record = if table.is_empty() { None } else { Some(T::deserialize(table).map_err(failed)?) };
        Ok(Self { name, entries, record })
    }
}

/// A file by its path, or by its number where there is no such file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum FileName {
    Path(String),
    Number(u32),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sequence {
    file: FileName,
    bank: u16,
    volume: u8,
    channel_priority: u8,
    player_priority: u8,
    player: u8,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SequenceArchive {
    file: FileName,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bank {
    file: FileName,
    /// Wave archives by slot; -1 = unused.
    waves: [i32; 4],
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WaveArchive {
    file: FileName,
    flags: u8,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Player {
    max_sequences: u8,
    /// Channels by bit; 0 = all.
    channel_mask: u16,
    heap_size: u32,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// Kind (0 SEQ, 1 BANK, 2 WAVEARC, 3 SEQARC), load flags, number.
    items: Vec<(u8, u8, u32)>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StreamPlayer {
    channel_count: u8,
    channels: [u8; 16],
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stream {
    file: FileName,
    flags: u8,
    volume: u8,
    priority: u8,
    player: u8,
}

impl Manifest {
    /// The table of an archive whose files lie at `files`.
    pub(super) fn new(contents: &SdatContents, files: Vec<String>) -> Self {
        let info = &contents.info;
        let no_names = Symbols::default();
        let names = contents.symbols.as_ref().unwrap_or(&no_names);
        let file = |id: u32| match files.get(id as usize) {
            Some(path) => FileName::Path(path.clone()),
            None => FileName::Number(id),
        };
        let archive_names: Vec<_> =
            names.sequence_archives.iter().map(|archive| archive.name.clone()).collect();
        let mut sequence_archive =
            items(&info.sequence_archives, &archive_names, |id| SequenceArchive { file: file(*id) });
        for (item, symbols) in sequence_archive.iter_mut().zip(&names.sequence_archives) {
            let entries = symbols.entries.as_ref();
            item.entries =
                entries.map(|list| list.iter().map(|name| name.clone().unwrap_or_default()).collect());
        }
        Self {
            kind: ManifestKind::NdsArchive,
            names: contents.symbols.is_some(),
            layout: None,
            cuts: Vec::new(),
            sequence: items(&info.sequences, &names.sequences, |record| Sequence {
                file: file(record.file),
                bank: record.settings.bank,
                volume: record.settings.volume,
                channel_priority: record.settings.channel_priority,
                player_priority: record.settings.player_priority,
                player: record.settings.player,
            }),
            sequence_archive,
            bank: items(&info.banks, &names.banks, |record| Bank {
                file: file(record.file),
                waves: record.wave_archives.map(|slot| slot.map_or(-1, i32::from)),
            }),
            wave_archive: items(&info.wave_archives, &names.wave_archives, |record| WaveArchive {
                file: file(record.file),
                flags: record.flags,
            }),
            player: items(&info.players, &names.players, |record| Player {
                max_sequences: record.max_sequences,
                channel_mask: record.channel_mask,
                heap_size: record.heap_size,
            }),
            group: items(&info.groups, &names.groups, |record| Group {
                items: record.iter().map(|item| (item.kind, item.load_flags, item.index)).collect(),
            }),
            stream_player: items(&info.stream_players, &names.stream_players, |record| StreamPlayer {
                channel_count: record.channel_count,
                channels: record.channels,
            }),
            stream: items(&info.streams, &names.streams, |record| Stream {
                file: file(record.file),
                flags: record.flags,
                volume: record.volume,
                priority: record.priority,
                player: record.player,
            }),
            files,
        }
    }

    /// What is wrong with the table, in words.
    pub(super) fn check(&self) -> Result<(), String> {
        let names = self.sequence.iter().filter_map(|item| item.record.as_ref().map(|record| &record.file));
        let names = names
            .chain(
                self.sequence_archive
                    .iter()
                    .filter_map(|item| item.record.as_ref().map(|record| &record.file)),
            )
            .chain(self.bank.iter().filter_map(|item| item.record.as_ref().map(|record| &record.file)))
            .chain(
                self.wave_archive.iter().filter_map(|item| item.record.as_ref().map(|record| &record.file)),
            )
            .chain(self.stream.iter().filter_map(|item| item.record.as_ref().map(|record| &record.file)));
        for name in names {
            if let FileName::Path(path) = name
                && !self.files.contains(path)
            {
                return Err(format!("file '{path}' is not in the list `files`"));
            }
        }
        let slots = self.bank.iter().filter_map(|item| item.record.as_ref()).flat_map(|bank| bank.waves);
        match slots.into_iter().find(|slot| !(-1..0xFFFF).contains(slot)) {
            Some(slot) => Err(format!("waves: expected -1 to 65534, found {slot}")),
            None => Ok(()),
        }
    }

    /// The archive with these files.
    pub(super) fn contents(&self, files: Vec<Vec<u8>>) -> SdatContents {
        let info = Info {
            sequences: records(&self.sequence, |record| SequenceInfo {
                file: self.id(&record.file),
                settings: SequenceSettings {
                    bank: record.bank,
                    volume: record.volume,
                    channel_priority: record.channel_priority,
                    player_priority: record.player_priority,
                    player: record.player,
                },
            }),
            sequence_archives: records(&self.sequence_archive, |record| self.id(&record.file)),
            banks: records(&self.bank, |record| BankInfo {
                file: self.id(&record.file),
                wave_archives: record.waves.map(|slot| u16::try_from(slot).ok()),
            }),
            wave_archives: records(&self.wave_archive, |record| WaveArchiveInfo {
                file: self.id(&record.file),
                flags: record.flags,
            }),
            players: records(&self.player, |record| PlayerInfo {
                max_sequences: record.max_sequences,
                channel_mask: record.channel_mask,
                heap_size: record.heap_size,
            }),
            groups: records(&self.group, |record| {
                let item = |&(kind, load_flags, index): &(u8, u8, u32)| GroupItem { kind, load_flags, index };
                record.items.iter().map(item).collect()
            }),
            stream_players: records(&self.stream_player, |record| StreamPlayerInfo {
                channel_count: record.channel_count,
                channels: record.channels,
            }),
            streams: records(&self.stream, |record| StreamInfo {
                file: self.id(&record.file),
                flags: record.flags,
                volume: record.volume,
                priority: record.priority,
                player: record.player,
            }),
        };
        let symbols = self.names.then(|| self.symbols());
        SdatContents { symbols, info, files }
    }

    fn symbols(&self) -> Symbols {
        let entries = |names: &Vec<String>| names.iter().map(|name| present(name.clone())).collect();
        let archives = self.sequence_archive.iter().map(|item| ArchiveSymbols {
            name: item.name.clone(),
            entries: item.entries.as_ref().map(entries),
        });
        Symbols {
            sequences: symbols(&self.sequence),
            sequence_archives: archives.collect(),
            banks: symbols(&self.bank),
            wave_archives: symbols(&self.wave_archive),
            players: symbols(&self.player),
            groups: symbols(&self.group),
            stream_players: symbols(&self.stream_player),
            streams: symbols(&self.stream),
        }
    }

    fn id(&self, name: &FileName) -> u32 {
        match name {
            FileName::Number(number) => *number,
            FileName::Path(path) => {
                self.files.iter().position(|known| known == path).map_or(u32::MAX, |id| id as u32)
            }
        }
    }
}

fn items<R, T>(records: &[Option<R>], names: &[Option<String>], make: impl Fn(&R) -> T) -> Vec<Item<T>> {
    (0..records.len().max(names.len()))
        .map(|number| Item {
            name: names.get(number).cloned().flatten(),
            entries: None,
            record: records.get(number).and_then(Option::as_ref).map(&make),
        })
        .collect()
}

fn records<R, T>(items: &[Item<T>], make: impl Fn(&T) -> R) -> Vec<Option<R>> {
    items.iter().map(|item| item.record.as_ref().map(&make)).collect()
}

fn symbols<T>(items: &[Item<T>]) -> Vec<Option<String>> {
    items.iter().map(|item| item.name.clone()).collect()
}

fn present(name: String) -> Option<String> {
    Some(name).filter(|name| !name.is_empty())
}

/// What an archive says, without what a table cannot tell apart: empty names, and numbers at the ends of lists that
/// have neither name nor record.
pub(super) fn normal(contents: &SdatContents) -> SdatContents {
    let mut contents = contents.clone();
    let info = &mut contents.info;
    trim(&mut info.sequences);
    trim(&mut info.sequence_archives);
    trim(&mut info.banks);
    trim(&mut info.wave_archives);
    trim(&mut info.players);
    trim(&mut info.groups);
    trim(&mut info.stream_players);
    trim(&mut info.streams);
    if let Some(names) = &mut contents.symbols {
        let Symbols { sequences, banks, wave_archives, players, groups, stream_players, streams, .. } = names;
        for list in [sequences, banks, wave_archives, players, groups, stream_players, streams] {
            normal_names(list);
        }
        for archive in &mut names.sequence_archives {
            archive.name = archive.name.take().and_then(present);
            archive.entries.iter_mut().for_each(normal_names);
        }
        let is_empty = |archive: &ArchiveSymbols| *archive == ArchiveSymbols::default();
        while names.sequence_archives.last().is_some_and(is_empty) {
            names.sequence_archives.pop();
        }
    }
    contents
}

fn normal_names(names: &mut Vec<Option<String>>) {
    for name in names.iter_mut() {
        *name = name.take().and_then(present);
    }
    trim(names);
}

fn trim<T>(list: &mut Vec<Option<T>>) {
    while list.last().is_some_and(Option::is_none) {
        list.pop();
    }
}

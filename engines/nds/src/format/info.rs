//! The INFO block of a sound archive: one list of records per kind of item (nds-formats 2.2).

use tatum_core::{ByteReader, FormatError};

use super::ByteWriter;

/// How many lists INFO and SYMB hold.
pub(crate) const LISTS: usize = 8;

/// A sequence: which file, which bank, and how it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceInfo {
    /// Index into the file table.
    pub file: u32,
    /// How it is played.
    pub settings: SequenceSettings,
}

/// What a SEQ record and an SSAR record share: bank, volume, priorities and player.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceSettings {
    /// Index into the bank list.
    pub bank: u16,
    /// Initial volume, 0 to 127, on the scale of the linear decibel table.
    pub volume: u8,
    /// Added to the priority of every track.
    pub channel_priority: u8,
    /// Decides which sequence may start when the player is busy.
    pub player_priority: u8,
    /// Index into the player list, 0 to 31.
    pub player: u8,
}

/// A bank: which file, and the wave archives behind its four slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BankInfo {
    /// Index into the file table.
    pub file: u32,
    /// Wave archives by slot; `None` is an unused slot (0xFFFF in the file).
    pub wave_archives: [Option<u16>; 4],
}

/// A wave archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaveArchiveInfo {
    /// Index into the file table, 24 bits.
    pub file: u32,
    /// Loading flags; bit 0 = waves are loaded one by one. They change nothing for playback.
    pub flags: u8,
}

/// A player: how many sequences it holds and which hardware channels they may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayerInfo {
    /// Sequences that may play at once.
    pub max_sequences: u8,
    /// Channels by bit; 0 = not set, all sixteen.
    pub channel_mask: u16,
    /// Bytes of heap the game reserves; no effect on playback.
    pub heap_size: u32,
}

impl PlayerInfo {
    /// What holds when the archive has no record for a player: one sequence, all channels.
    pub const DEFAULT: Self = Self { max_sequences: 1, channel_mask: 0, heap_size: 0 };
}

/// One item of a group: something to be loaded together with the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupItem {
    /// 0 = SEQ, 1 = BANK, 2 = WAVEARC, 3 = SEQARC.
    pub kind: u8,
    /// Which parts to load: 1 = SEQ, 2 = BANK, 4 = WAVEARC, 8 = SEQARC.
    pub load_flags: u8,
    /// Index into the list of that kind.
    pub index: u32,
}

/// A stream player: the hardware channels a stream uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamPlayerInfo {
    /// 1 or 2.
    pub channel_count: u8,
    /// Hardware channels; unused entries are 0xFF.
    pub channels: [u8; 16],
}

/// A stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamInfo {
    /// Index into the file table, 24 bits.
    pub file: u32,
    /// Nonzero: mono is played on both channels.
    pub flags: u8,
    /// 0 to 127.
    pub volume: u8,
    /// Which stream may start when the player is busy.
    pub priority: u8,
    /// Index into the stream player list.
    pub player: u8,
}

/// All records; an absent item (a hole in a list) is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// SEQ.
    pub sequences: Vec<Option<SequenceInfo>>,
    /// SEQARC: index into the file table.
    pub sequence_archives: Vec<Option<u32>>,
    /// BANK.
    pub banks: Vec<Option<BankInfo>>,
    /// WAVEARC.
    pub wave_archives: Vec<Option<WaveArchiveInfo>>,
    /// PLAYER.
    pub players: Vec<Option<PlayerInfo>>,
    /// GROUP.
    pub groups: Vec<Option<Vec<GroupItem>>>,
    /// STRMPLAYER.
    pub stream_players: Vec<Option<StreamPlayerInfo>>,
    /// STRM.
    pub streams: Vec<Option<StreamInfo>>,
}

impl SequenceSettings {
    /// What an SSEQ without an archive is played with (nds-formats 9).
    pub const STAND_ALONE: Self =
        Self { bank: 0, volume: 127, channel_priority: 64, player_priority: 64, player: 0 };

    /// Reads the eight bytes from the bank number on.
    pub(crate) fn read(reader: &mut ByteReader<'_>) -> Result<Self, FormatError> {
        let settings = Self {
            bank: reader.u16_le("bank")?,
            volume: reader.u8("volume")?,
            channel_priority: reader.u8("channel priority")?,
            player_priority: reader.u8("player priority")?,
            player: reader.u8("player")?,
        };
        reader.skip(2, "padding")?;
        Ok(settings)
    }

    pub(crate) fn write(&self, out: &mut ByteWriter) {
        out.u16(self.bank);
        out.u8(self.volume);
        out.u8(self.channel_priority);
        out.u8(self.player_priority);
        out.u8(self.player);
        out.u16(0);
    }
}

impl Info {
    /// Reads the block; offsets count from its first byte.
    pub(crate) fn parse(file: &str, block: &[u8]) -> Result<Self, FormatError> {
        let reader = ByteReader::new(file, block);
        let mut group_items = block.len() / 8;
        Ok(Self {
            sequences: read_list(&reader, 0, |record| {
                let file = record.u32_le("sequence file id")?;
                Ok(SequenceInfo { file, settings: SequenceSettings::read(record)? })
            })?,
            sequence_archives: read_list(&reader, 1, |record| record.u32_le("sequence archive file id"))?,
            banks: read_list(&reader, 2, read_bank)?,
            wave_archives: read_list(&reader, 3, |record| {
                let word = record.u32_le("wave archive file id")?;
                Ok(WaveArchiveInfo { file: word & 0x00FF_FFFF, flags: (word >> 24) as u8 })
            })?,
            players: read_list(&reader, 4, |record| {
                let max_sequences = record.u8("maximum number of sequences")?;
                record.skip(1, "padding")?;
                let channel_mask = record.u16_le("channel mask")?;
                Ok(PlayerInfo { max_sequences, channel_mask, heap_size: record.u32_le("heap size")? })
            })?,
            groups: read_list(&reader, 5, |record| read_group(record, &mut group_items))?,
            stream_players: read_list(&reader, 6, |record| {
                let channel_count = record.u8("stream channel count")?;
                let mut channels = [0; 16];
                channels.copy_from_slice(record.bytes(16, "stream channels")?);
                Ok(StreamPlayerInfo { channel_count, channels })
            })?,
            streams: read_list(&reader, 7, |record| {
                let word = record.u32_le("stream file id")?;
                Ok(StreamInfo {
                    file: word & 0x00FF_FFFF,
                    flags: (word >> 24) as u8,
                    volume: record.u8("stream volume")?,
                    priority: record.u8("stream priority")?,
                    player: record.u8("stream player")?,
                })
            })?,
        })
    }

    /// The block in its canonical layout: each list followed by its records.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = ByteWriter::default();
        out.bytes(b"INFO");
        out.u32(0);
        out.zeros(4 * LISTS + 24);
        write_list(&mut out, 0, &self.sequences, |out, record| {
            out.u32(record.file);
            record.settings.write(out);
        });
        write_list(&mut out, 1, &self.sequence_archives, |out, file| out.u32(*file));
        write_list(&mut out, 2, &self.banks, |out, record| {
            out.u32(record.file);
            for slot in record.wave_archives {
                out.u16(slot.unwrap_or(0xFFFF));
            }
        });
        write_list(&mut out, 3, &self.wave_archives, |out, record| {
            out.u24(record.file);
            out.u8(record.flags);
        });
        write_list(&mut out, 4, &self.players, |out, record| {
            out.u8(record.max_sequences);
            out.u8(0);
            out.u16(record.channel_mask);
            out.u32(record.heap_size);
        });
        write_list(&mut out, 5, &self.groups, |out, items| {
            out.u32(super::bytes::offset_of(items.len()));
            for item in items {
                out.u8(item.kind);
                out.u8(item.load_flags);
                out.u16(0);
                out.u32(item.index);
            }
        });
        write_list(&mut out, 6, &self.stream_players, |out, record| {
            out.u8(record.channel_count);
            out.bytes(&record.channels);
            out.zeros(7);
        });
        write_list(&mut out, 7, &self.streams, |out, record| {
            out.u24(record.file);
            out.u8(record.flags);
            out.u8(record.volume);
            out.u8(record.priority);
            out.u8(record.player);
            out.zeros(5);
        });
        let size = out.offset();
        out.patch_u32(4, size);
        out.into_bytes()
    }
}

fn read_bank(record: &mut ByteReader<'_>) -> Result<BankInfo, FormatError> {
    let file = record.u32_le("bank file id")?;
    let mut wave_archives = [None; 4];
    for slot in &mut wave_archives {
        let number = record.u16_le("wave archive of a slot")?;
        *slot = (number != 0xFFFF).then_some(number);
    }
    Ok(BankInfo { file, wave_archives })
}

/// `budget` is how many items all groups together may still hold: groups that share bytes cannot blow up the memory.
fn read_group(record: &mut ByteReader<'_>, budget: &mut usize) -> Result<Vec<GroupItem>, FormatError> {
    let position = record.position();
    let count = record.u32_le("group item count")? as usize;
    if count > record.remaining() / 8 || count > *budget {
        return Err(record.invalid(
            position,
            "group item count",
            "no more items than the block holds",
            count.to_string(),
        ));
    }
    *budget -= count;
    let mut items = Vec::with_capacity(count);
    for _ in 0..count {
        let (kind, load_flags) = (record.u8("group item kind")?, record.u8("group item load flags")?);
        record.skip(2, "padding")?;
        items.push(GroupItem { kind, load_flags, index: record.u32_le("group item index")? });
    }
    Ok(items)
}

/// Reads list `list`: a count and that many record offsets, 0 for a hole.
fn read_list<T>(
    block: &ByteReader<'_>,
    list: usize,
    mut read: impl FnMut(&mut ByteReader<'_>) -> Result<T, FormatError>,
) -> Result<Vec<Option<T>>, FormatError> {
    let offset = block.at(8 + 4 * list).u32_le("INFO list offset")? as usize;
    if offset == 0 {
        return Ok(Vec::new());
    }
    let mut offsets = block.at(offset);
    let count = offsets.u32_le("INFO list count")? as usize;
    if count > offsets.remaining() / 4 {
        return Err(block.invalid(
            offset,
            "INFO list count",
            format!("at most {} (what the block can hold)", offsets.remaining() / 4),
            count.to_string(),
        ));
    }
    let mut records = Vec::with_capacity(count);
    for _ in 0..count {
        let position = offsets.u32_le("INFO record offset")? as usize;
        records.push(if position == 0 { None } else { Some(read(&mut block.at(position))?) });
    }
    Ok(records)
}

fn write_list<T>(
    out: &mut ByteWriter,
    list: usize,
    records: &[Option<T>],
    mut write: impl FnMut(&mut ByteWriter, &T),
) {
    let start = out.offset();
    out.patch_u32(8 + 4 * list, start);
    out.u32(super::bytes::offset_of(records.len()));
    let table = out.len();
    out.zeros(4 * records.len());
    for (index, record) in records.iter().enumerate() {
        if let Some(record) = record {
            let offset = out.offset();
            out.patch_u32(table + 4 * index, offset);
            write(out, record);
        }
    }
}

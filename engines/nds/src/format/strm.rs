//! STRM, a stream: recorded music in interleaved blocks (nds-formats 7).

use std::sync::Arc;

use tatum_core::{ByteReader, FormatError, Frame};

use super::bytes::offset_of;
use super::header::{read_file_header, write_file_header};
use super::swar::WaveFormat;
use super::{ByteWriter, adpcm, adpcm_encoder};

/// Offset of the sample data in a canonical file.
const DATA_AT: usize = 0x68;
/// Sound clock over 32: gives the time field (nds-formats 7), in 1/65536.
const TIME_BASE: u64 = 34_318_317_568;

/// A stream: its header and, shared, its bytes.
#[derive(Clone, Debug)]
pub struct Strm {
    /// What the header says.
    pub header: StrmHeader,
    bytes: Arc<[u8]>,
}

/// The HEAD block of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrmHeader {
    /// How the samples are stored.
    pub format: WaveFormat,
    /// Whether it loops.
    pub loops: bool,
    /// 1 or 2.
    pub channels: u8,
    /// Hertz, not 0.
    pub sample_rate: u16,
    /// Hardware timer over 32.
    pub time: u16,
    /// First frame of the loop.
    pub loop_start: u32,
    /// Frames in all.
    pub frames: u32,
    /// Where the blocks begin.
    data_offset: u32,
    /// Blocks per channel.
    blocks: u32,
    /// Bytes of a block of one channel.
    block_size: u32,
    /// Frames in a block.
    block_frames: u32,
    /// Bytes of the last block of one channel.
    last_size: u32,
    /// Frames in the last block.
    last_frames: u32,
}

impl Strm {
    /// Reads a stream.
    ///
    /// # Errors
    ///
    /// If a field makes no sense or the blocks do not lie inside the file.
    pub fn parse(file: &str, bytes: impl Into<Arc<[u8]>>) -> Result<Self, FormatError> {
        let bytes = bytes.into();
        let mut reader = ByteReader::new(file, &bytes);
        read_file_header(&mut reader, "STRM")?;
        reader.skip(8, "HEAD block")?;
        let header = StrmHeader::read(&mut reader)?;
        header.check(&reader, bytes.len())?;
        Ok(Self { header, bytes })
    }

    /// Decodes block `block` into `out`, which it replaces. A mono stream sounds on both sides.
    pub fn decode_block(&self, block: u32, out: &mut Vec<Frame>) {
        let header = &self.header;
        let is_last = block + 1 == header.blocks;
        let (size, frames) = if is_last {
            (header.last_size, header.last_frames)
        } else {
            (header.block_size, header.block_frames)
        };
        out.clear();
        if block >= header.blocks {
            return;
        }
        out.resize(frames as usize, Frame::SILENCE);
        let start = u64::from(header.data_offset)
            + u64::from(block) * u64::from(header.block_size) * u64::from(header.channels);
        for channel in 0..header.channels {
            let at = start + u64::from(channel) * u64::from(size);
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let data = self.bytes.get(at..at.saturating_add(size as usize)).unwrap_or_default();
            decode(header.format, data, out.iter_mut(), |frame, sample| {
                if channel == 0 {
                    frame.left = sample;
                }
                if channel == 1 || header.channels == 1 {
                    frame.right = sample;
                }
            });
        }
    }

    /// Number of frames in every block but the last.
    #[must_use]
    pub const fn block_frames(&self) -> u32 {
        self.header.block_frames
    }

    /// Number of blocks.
    #[must_use]
    pub const fn blocks(&self) -> u32 {
        self.header.blocks
    }

    /// A stream of these frames in blocks of 512 bytes per channel. A mono stream takes the left side.
    ///
    /// # Errors
    ///
    /// If the rate is 0.
    pub fn write(
        frames: &[Frame],
        sample_rate: u16,
        format: WaveFormat,
        channels: StrmChannels,
        loop_start: Option<u32>,
    ) -> Result<Vec<u8>, FormatError> {
        const BLOCK_SIZE: usize = 0x200;
        if sample_rate == 0 {
            return Err(FormatError::invalid("stream", 0x1C, "sample rate", "1 to 65535", "0"));
        }
        let block_frames = match format {
            WaveFormat::Pcm8 => BLOCK_SIZE,
            WaveFormat::Pcm16 => BLOCK_SIZE / 2,
            WaveFormat::Adpcm => (BLOCK_SIZE - 4) * 2,
        };
        let sides: &[fn(&Frame) -> i16] = match channels {
            StrmChannels::Mono => &[|frame| frame.left],
            StrmChannels::Stereo => &[|frame| frame.left, |frame| frame.right],
        };
        let mut data = ByteWriter::default();
        let (mut last_size, mut last_frames) = (0, 0);
        for block in frames.chunks(block_frames) {
            last_frames = block.len();
            for side in sides {
                let start = data.len();
                let samples: Vec<i16> = block.iter().map(side).collect();
                match format {
                    WaveFormat::Pcm8 => samples.iter().for_each(|&s| data.u8((s >> 8) as u8)),
                    WaveFormat::Pcm16 => samples.iter().for_each(|&s| data.u16(s as u16)),
                    WaveFormat::Adpcm => data.bytes(&adpcm_encoder::encode(&samples)),
                }
                data.align(4);
                last_size = data.len() - start;
            }
        }
        let mut out = ByteWriter::default();
        write_file_header(&mut out, "STRM", offset_of(DATA_AT + data.len()), 0x10, 2);
        out.bytes(b"HEAD");
        out.u32(0x50);
        out.u8(format.number());
        out.u8(u8::from(loop_start.is_some()));
        out.u8(sides.len() as u8);
        out.u8(0);
        out.u16(sample_rate);
        out.u16(time_of_rate(sample_rate));
        out.u32(loop_start.unwrap_or(0));
        out.u32(offset_of(frames.len()));
        out.u32(offset_of(DATA_AT));
        out.u32(offset_of(frames.len().div_ceil(block_frames)));
        out.u32(offset_of(BLOCK_SIZE));
        out.u32(offset_of(block_frames));
        out.u32(offset_of(last_size));
        out.u32(offset_of(last_frames));
        out.zeros(32);
        out.bytes(b"DATA");
        out.u32(data.offset() + 8);
        out.bytes(&data.into_bytes());
        Ok(out.into_bytes())
    }
}

/// How many channels to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrmChannels {
    /// One: the left side.
    Mono,
    /// Two.
    Stereo,
}

/// The time field: 33513982 / 64 over the rate, truncated (nds-formats 7).
fn time_of_rate(rate: u16) -> u16 {
    // 523655.96875 * 65536 is a whole number.
    let time = TIME_BASE / 65536 / u64::from(rate);
    u16::try_from(time).unwrap_or(u16::MAX)
}

impl StrmHeader {
    fn read(reader: &mut ByteReader<'_>) -> Result<Self, FormatError> {
        let position = reader.position();
        let number = reader.u8("format")?;
        let format = WaveFormat::from_number(number)
            .ok_or_else(|| reader.invalid(position, "format", "0, 1 or 2", number.to_string()))?;
        let loops = reader.u8("loop flag")? != 0;
        let channels = reader.u8("channel count")?;
        if !(1..=2).contains(&channels) {
            return Err(reader.invalid(position + 2, "channel count", "1 or 2", channels.to_string()));
        }
        reader.skip(1, "padding")?;
        let sample_rate = reader.u16_le("sample rate")?;
        if sample_rate == 0 {
            return Err(reader.invalid(position + 4, "sample rate", "a rate above 0", "0"));
        }
        Ok(Self {
            format,
            loops,
            channels,
            sample_rate,
            time: reader.u16_le("time")?,
            loop_start: reader.u32_le("loop start")?,
            frames: reader.u32_le("sample count")?,
            data_offset: reader.u32_le("data offset")?,
            blocks: reader.u32_le("block count")?,
            block_size: reader.u32_le("block size")?,
            block_frames: reader.u32_le("samples per block")?,
            last_size: reader.u32_le("last block size")?,
            last_frames: reader.u32_le("samples in the last block")?,
        })
    }

    /// Checks that the file holds all blocks and the blocks all frames.
    fn check(&self, reader: &ByteReader<'_>, length: usize) -> Result<(), FormatError> {
        let invalid = |offset, field, expected: String, found: String| {
            Err(reader.invalid(offset, field, expected, found))
        };
        let whole_blocks = u64::from(self.blocks.saturating_sub(1));
        let per_channel = whole_blocks * u64::from(self.block_size) + u64::from(self.last_size);
        let end = per_channel
            .checked_mul(u64::from(self.channels))
            .and_then(|size| size.checked_add(u64::from(self.data_offset)));
        if self.blocks > 0 && end.is_none_or(|end| end > length as u64) {
            return invalid(
                0x2C,
                "blocks",
                format!("blocks inside the file of {length} bytes"),
                format!("{} of {} bytes at {:#x}", self.blocks, self.block_size, self.data_offset),
            );
        }
        if self.blocks > 1 && u64::from(self.block_frames) > self.capacity(self.block_size)
            || u64::from(self.last_frames) > self.capacity(self.last_size)
            || (self.blocks > 1 && self.block_frames == 0)
        {
            return invalid(
                0x34,
                "samples per block",
                "what a block can hold".to_owned(),
                format!("{} and {}", self.block_frames, self.last_frames),
            );
        }
        let held = if self.blocks == 0 {
            0
        } else {
            whole_blocks * u64::from(self.block_frames) + u64::from(self.last_frames)
        };
        if u64::from(self.frames) > held {
            return invalid(
                0x24,
                "sample count",
                format!("at most {held} (what the blocks hold)"),
                self.frames.to_string(),
            );
        }
        if self.loops && self.loop_start >= self.frames {
            return invalid(
                0x20,
                "loop start",
                format!("less than {} samples", self.frames),
                self.loop_start.to_string(),
            );
        }
        Ok(())
    }

    /// Frames that `size` bytes of one channel can hold.
    fn capacity(&self, size: u32) -> u64 {
        let size = u64::from(size);
        match self.format {
            WaveFormat::Pcm8 => size,
            WaveFormat::Pcm16 => size / 2,
            WaveFormat::Adpcm => size.saturating_sub(4) * 2,
        }
    }
}

/// Decodes one channel of a block; every ADPCM block starts with a header of its own.
fn decode<'a>(
    format: WaveFormat,
    data: &[u8],
    mut frames: impl ExactSizeIterator<Item = &'a mut Frame>,
    set: impl Fn(&mut Frame, i16),
) {
    match format {
        WaveFormat::Pcm8 => {
            frames.zip(data).for_each(|(frame, &byte)| set(frame, i16::from(byte as i8) << 8));
        }
        WaveFormat::Pcm16 => frames.zip(data.chunks_exact(2)).for_each(|(frame, pair)| {
            set(frame, pair.first_chunk().map_or(0, |bytes| i16::from_le_bytes(*bytes)));
        }),
        WaveFormat::Adpcm => {
            let count = frames.len();
            adpcm::decode(data, count, |sample| {
                if let Some(frame) = frames.next() {
                    set(frame, sample);
                }
            });
        }
    }
}

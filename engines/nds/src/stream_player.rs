//! Plays STRM streams.

use tatum_core::{
    DiagnosticLog, EnvelopeStage, Fault, Frame, LoopPoints, Mutes, Player, Position, Rate, VoiceStatus,
};

use crate::format::strm::Strm;

/// Plays a stream at its own rate: every frame is a decoded sample, unchanged.
///
/// On the console a stream goes through two hardware channels at the game's volume and pan; that stage is not part of
/// this player. Ticks are frames. Mutes know the stream's channels, as voices and as channels 0 and 1.
#[derive(Clone, Debug)]
pub struct StreamPlayer {
    stream: Strm,
    /// Next frame of the stream.
    next: u32,
    /// The decoded block and its number.
    block: Vec<Frame>,
    block_number: Option<u32>,
    frames: u64,
    loops: u64,
    mutes: Mutes,
    log: DiagnosticLog,
}

impl StreamPlayer {
    /// A player at the start of a stream.
    ///
    /// ```
    /// use tatum_core::{Frame, Player};
    /// use tatum_nds::StreamPlayer;
    /// use tatum_nds::format::strm::{Strm, StrmChannels};
    /// use tatum_nds::format::swar::WaveFormat;
    ///
    /// let frames = [Frame::new(1, 2), Frame::new(3, 4)];
    /// let file = Strm::write(&frames, 16_000, WaveFormat::Pcm16, StrmChannels::Stereo, None)?;
    /// let mut player = StreamPlayer::new(Strm::parse("song.strm", file)?);
    /// let mut out = [Frame::SILENCE; 3];
    /// player.render(&mut out);
    /// assert_eq!(out, [frames[0], frames[1], Frame::SILENCE]);
    /// # Ok::<(), tatum_core::FormatError>(())
    /// ```
    #[must_use]
    pub fn new(stream: Strm) -> Self {
        let header = &stream.header;
        let capacity = header.frames.min(stream.block_frames().max(1));
        Self {
            next: 0,
            block: Vec::with_capacity(capacity as usize),
            block_number: None,
            frames: 0,
            loops: 0,
            mutes: Mutes::NONE,
            log: DiagnosticLog::default(),
            stream,
        }
    }

    /// Frames of the stream, and the first of its loop if it has one.
    #[must_use]
    pub fn length(&self) -> (u32, Option<u32>) {
        let header = &self.stream.header;
        (header.frames, header.loops.then_some(header.loop_start))
    }

    /// The frames from the current one to the end of its block, or `None` at the end of the stream.
    fn current_block(&mut self) -> Option<&[Frame]> {
        let header = self.stream.header;
        if self.next >= header.frames {
            if !header.loops {
                return None;
            }
            self.next = header.loop_start;
            self.loops += 1;
        }
        // One block holds everything when the size of the others is not given.
        let per_block = if self.stream.blocks() == 1 { header.frames } else { self.stream.block_frames() };
        let number = self.next / per_block.max(1);
        if self.block_number != Some(number) {
            self.stream.decode_block(number, &mut self.block);
            self.block_number = Some(number);
        }
        let first = self.next - number * per_block;
        let left = (header.frames - self.next) as usize;
        let rest = self.block.get(first as usize..)?;
        rest.get(..rest.len().min(left)).filter(|rest| !rest.is_empty())
    }

    fn silences(&self, side: u8) -> bool {
        let channel = if self.stream.header.channels == 1 { 0 } else { side };
        self.mutes.silences(channel, Some(channel))
    }
}

impl Player for StreamPlayer {
    fn rate(&self) -> Rate {
        Rate::hertz(u64::from(self.stream.header.sample_rate))
    }

    fn render(&mut self, out: &mut [Frame]) -> usize {
        let (mute_left, mute_right) = (self.silences(0), self.silences(1));
        let mut done = 0;
        while let Some(rest) = out.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let Some(block) = self.current_block() else {
                rest.fill(Frame::SILENCE);
                break;
            };
            let count = block.len().min(rest.len());
            for (frame, decoded) in rest.iter_mut().zip(block) {
                frame.left = if mute_left { 0 } else { decoded.left };
                frame.right = if mute_right { 0 } else { decoded.right };
            }
            self.next += count as u32;
            done += count;
        }
        self.frames += out.len() as u64;
        out.len()
    }

    fn position(&self) -> Position {
        Position { ticks: u64::from(self.next), loops: self.loops, frames: self.frames }
    }

    fn has_ended(&self) -> bool {
        !self.stream.header.loops && self.next >= self.stream.header.frames
    }

    /// A stream knows its own loop; nothing is to be set.
    fn set_loop_points(&mut self, _points: Option<LoopPoints>) {}

    fn voices(&self, out: &mut Vec<VoiceStatus>) {
        out.clear();
        let header = &self.stream.header;
        for channel in 0..header.channels {
            let is_left = header.channels == 1 || channel == 0;
            let is_right = header.channels == 1 || channel == 1;
            out.push(VoiceStatus {
                voice: channel,
                channel: Some(channel),
                layer: None,
                instrument: None,
                key: None,
                pitch: 1.0,
                left: if is_left { 1.0 } else { 0.0 },
                right: if is_right { 1.0 } else { 0.0 },
                stage: if self.has_ended() { EnvelopeStage::Off } else { EnvelopeStage::Sustain },
            });
        }
    }

    fn mutes(&self) -> &Mutes {
        &self.mutes
    }

    fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
    }

    fn fault(&self) -> Option<&Fault> {
        None
    }

    fn diagnostics(&self) -> &DiagnosticLog {
        &self.log
    }
}

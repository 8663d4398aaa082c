//! Writing sequences in code.
#![allow(dead_code, reason = "each test, bench and example uses its part")]

use tatum_nds::format::event::{Operand, SequenceEvent, opcode};
use tatum_nds::format::info::{BankInfo, Info, PlayerInfo, SequenceInfo, SequenceSettings, WaveArchiveInfo};
use tatum_nds::format::sbnk::Bank;
use tatum_nds::format::sdat::SdatContents;
use tatum_nds::format::sseq::Sseq;
use tatum_nds::format::swar::WaveArchive;

/// The events of one track.
#[derive(Clone, Debug, Default)]
pub struct TrackWriter {
    bytes: Vec<u8>,
}

impl TrackWriter {
    pub fn event(&mut self, opcode: u8, first: u8, operand: Operand) -> &mut Self {
        SequenceEvent::new(opcode, first, operand).encode(&mut self.bytes);
        self
    }

    /// An event with one argument.
    pub fn set(&mut self, opcode: u8, value: i32) -> &mut Self {
        self.event(opcode, 0, Operand::Value(value))
    }

    /// A note; in the default mode the track waits for its length.
    pub fn note(&mut self, key: u8, velocity: u8, length: i32) -> &mut Self {
        self.event(key, velocity, Operand::Value(length))
    }

    pub fn wait(&mut self, ticks: i32) -> &mut Self {
        self.set(opcode::WAIT, ticks)
    }

    pub fn plain(&mut self, opcode: u8) -> &mut Self {
        self.event(opcode, 0, Operand::None)
    }
}

/// Puts tracks together: track 0 allocates and opens the others, then plays its own events. Every track that
/// `repeats` jumps back to its first event for ever; otherwise it ends.
pub fn sequence(tracks: &[TrackWriter], repeats: bool) -> Vec<u8> {
    let mask = (1u32 << tracks.len()) - 1;
    let mut data = vec![opcode::ALLOCATE_TRACKS, mask as u8, (mask >> 8) as u8];
    let ending = if repeats { 4 } else { 1 };
    let mut start = data.len() + 5 * (tracks.len() - 1);
    let starts: Vec<_> = tracks
        .iter()
        .map(|track| {
            let this = start;
            start += track.bytes.len() + ending;
            this
        })
        .collect();
    for (number, start) in starts.iter().enumerate().skip(1) {
        SequenceEvent::new(opcode::OPEN_TRACK, number as u8, Operand::Value(*start as i32)).encode(&mut data);
    }
    for (track, start) in tracks.iter().zip(&starts) {
        data.extend(&track.bytes);
        if repeats {
            SequenceEvent::new(opcode::JUMP, 0, Operand::Value(*start as i32)).encode(&mut data);
        } else {
            SequenceEvent::new(opcode::FINISH, 0, Operand::None).encode(&mut data);
        }
    }
    data
}

/// An archive with one sequence, one bank and one wave archive.
pub fn archive(events: &[u8], bank: &Bank, waves: &WaveArchive) -> Vec<u8> {
    let info = Info {
        sequences: vec![Some(SequenceInfo { file: 2, settings: SequenceSettings::STAND_ALONE })],
        banks: vec![Some(BankInfo { file: 1, wave_archives: [Some(0), None, None, None] })],
        wave_archives: vec![Some(WaveArchiveInfo { file: 0, flags: 0 })],
        players: vec![Some(PlayerInfo { max_sequences: 1, channel_mask: 0xFFFF, heap_size: 0 })],
        ..Info::default()
    };
    let files = vec![waves.to_bytes(), bank.to_bytes(), Sseq::write(events)];
    SdatContents { symbols: None, info, files }.to_bytes()
}

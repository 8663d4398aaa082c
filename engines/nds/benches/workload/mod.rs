//! What the Nintendo DS is given to do.

use tatum_nds::format::event::opcode;
use tatum_nds::format::sbnk::{Bank, Instrument, SubInstrument};
use tatum_nds::format::swar::{Wave, WaveArchive, WaveFormat};

use super::compose::{TrackWriter, archive, sequence};

/// Sixteen endless notes: PCM8, PCM16 and ADPCM on channels 0 to 7, square waves on 8 to 13, noise on 14 and 15.
/// Every track bends its pitch with an LFO and moves its pan, so that registers are written in every wake.
pub fn sixteen_busy_channels() -> Vec<u8> {
    let pcm: Vec<i16> = (0..4096).map(|n: i32| ((n * n * 7) % 40_000 - 20_000) as i16).collect();
    let formats = [WaveFormat::Pcm8, WaveFormat::Pcm16, WaveFormat::Adpcm];
    let waves = WaveArchive {
        waves: formats.iter().map(|&format| Some(Wave::encode(&pcm, 32_000, format, Some(64)))).collect(),
    };
    let bank = Bank {
        instruments: [
            SubInstrument::pcm(0, 0, 60),
            SubInstrument::pcm(0, 1, 60),
            SubInstrument::pcm(0, 2, 60),
            SubInstrument::square(3),
            SubInstrument::noise(),
        ]
        .map(|sound| Some(Instrument::Single(sound)))
        .to_vec(),
    };
    let tracks: Vec<_> = (0..16)
        .map(|number| {
            let program = match number {
                0..=7 => number % 3,
                8..=13 => 3,
                _ => 4,
            };
            let mut track = TrackWriter::default();
            track
                .set(opcode::PROGRAM, program)
                .set(opcode::MOD_DEPTH, 30)
                .set(opcode::MOD_TYPE, number % 3)
                .set(opcode::VOLUME, 60)
                .note(48 + 2 * number as u8, 100, 0);
            track
        })
        .collect();
    archive(&sequence(&tracks, false), &bank, &waves)
}

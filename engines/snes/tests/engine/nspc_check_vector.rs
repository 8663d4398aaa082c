//! The check vector of `snes-nspc.md` section 12: a song that uses every command, as a log of DSP writes and as sound.

use tatum_core::{Frame, Player, Probe};
use tatum_snes::format::{TransferBlock, TransferImage};
use tatum_snes::hardware::PortWrite;
use tatum_snes::trace::DspWrite;
use tatum_snes::{Event, NspcPlayer, Port};

use crate::support::pcm;

/// The song: address and bytes.
const SONG: &[(u16, &str)] = &[
    (0xD000, "00 D1"),
    (0xD100, "0E D1 C2 D1 10 D2 FF 00 02 D1 00 00"),
    (0xD10E, "1E D1 6D D1 90 D1 00 00 A7 D1 00 00 00 00 00 00"),
    (
        0xD11E,
        "E5 C0 E7 60 F5 03 40 50 F7 02 50 01 E0 05 ED C8 E1 08 18 7F A4 A8 AB 0C 4C B0 C8 C9 E3 04 14 60
         A4 C8 F0 0A B0 E4 F1 02 08 03 A4 A6 F2 01 06 04 A8 F3 EB 03 18 C0 24 7F A4 A8 EC F9 02 06 B0 A4
         EE 20 3C E2 30 12 18 A4 A6 A8 C8 F4 33 A9 00",
    ),
    (0xD16D, SHARED_FIRST),
    (0xD190, "FA 03 E0 18 12 5A CA CB C9 CC E9 02 CD 7F CA 48 80 C7 81 82 93 86 00"),
    (0xD1A7, SHARED_SECOND),
    (0xD1C2, "D2 D1 00 00 F5 D1 00 00 00 00 00 00 00 00 00 00"),
    (0xD1D2, SHARED_FIRST),
    (0xD1F5, SHARED_SECOND),
    (0xD210, "00 00 20 D2 00 00 00 00 00 00 00 00 00 00 00 00"),
    (0xD220, "E0 02 20 7F A4 F5 FF 7F 81 F6 10 A5 F7 01 20 03 10 A8 C8 00"),
    (0xD700, "0C 7A A0 A2 06 A4 00"),
];
const SHARED_FIRST: &str = "E0 07 ED B4 EA F4 E1 4C 24 6E 98 9C EF 00 D7 02 C8 30 98 E8 20 50 E6 30 60 F8 10 70 20 30 \
     2A 9C C8 C8 00";
const SHARED_SECOND: &str =
    "E0 01 ED FF 09 00 A4 B4 C4 84 E3 00 40 F8 24 7F A0 C8 60 1F C7 C6 C5 C4 7F C9 00";
const GATE_AND_VELOCITY: &str = "32 65 7F 98 B2 CB E5 FC 19 32 4C 65 72 7F 8C 98 A5 B2 BF CB D8 E5 F2 FC";

fn hexadecimal(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// The generator of the samples.
struct Generator(u32);

impl Generator {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7FFF_FFFF;
        (self.0 >> 16) as u8
    }
}

fn instruments() -> Vec<u8> {
    (0..25_u8)
        .flat_map(|i| {
            let source = if i == 24 { 0x9A } else { i };
            [source, 0x8F | (i & 7) << 4, 0xE0 | i, 0xB8, (3 + i) & 15, i.wrapping_mul(37)]
        })
        .collect()
}

fn samples() -> (Vec<u8>, Vec<u8>) {
    let mut generator = Generator(7);
    let (mut directory, mut data) = (Vec::new(), Vec::new());
    for i in 0..25_u8 {
        let start = 0x4000 + 72 * u16::from(i);
        directory.extend(start.to_le_bytes());
        directory.extend((start + 36).to_le_bytes());
        for j in 0..8_u8 {
            let filter = if j == 0 || j == 4 { 0 } else { (i + j) & 3 };
            data.push((8 + (i & 3)) << 4 | filter << 2 | if j == 7 { 3 } else { 0 });
            data.extend((0..8).map(|_| generator.byte()));
        }
    }
    (directory, data)
}

fn player() -> NspcPlayer {
    let mut image = TransferImage::parse("empty", &[0, 0, 0, 8]).unwrap();
    let (directory, data) = samples();
    let tables = [instruments(), hexadecimal(GATE_AND_VELOCITY)].concat();
    let blocks = [(0x3C00, directory), (0x3D00, tables), (0x4000, data)];
    let song = SONG.iter().map(|&(address, bytes)| (address, hexadecimal(bytes)));
    image.blocks =
        blocks.into_iter().chain(song).map(|(address, data)| TransferBlock { address, data }).collect();
    let mut player = NspcPlayer::new(&image);
    // The vector has the timer's pulses at cycles 128 k.
    player.set_timer_lead(1);
    player.schedule_port_write(PortWrite { cycle: 20_000, port: Port::Port0, value: 1 });
    player
}

fn crc32(bytes: impl IntoIterator<Item = u8>) -> u32 {
    !bytes.into_iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ if crc & 1 != 0 { 0xEDB8_8320 } else { 0 })
    })
}

#[derive(Default)]
struct Log(Vec<DspWrite>);

impl Probe<Event> for Log {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        self.0.extend(DspWrite::from_event(&event()));
    }
}

#[test]
fn the_check_vector_of_the_specification() {
    let mut frames = vec![Frame::SILENCE; 128_000];
    let mut log = Log::default();
    player().render_with_probe(&mut frames, &mut log);
    for (cycles, lines, crc) in
        [(1_024_000, 5252, 0xA2BC_41E6), (2_048_000, 11036, 0xAB33_9776), (4_096_000, 23071, 0xC7EF_A0B8)]
    {
        let text: Vec<String> = log
            .0
            .iter()
            .filter(|write| write.cycle <= cycles)
            .map(|write| format!("{} {:02X} {:02X}\n", write.cycle, write.register, write.value))
            .collect();
        assert_eq!(text.len(), lines, "{cycles}");
        assert_eq!(crc32(text.concat().bytes()), crc, "{cycles}");
    }
    let samples: Vec<(i16, i16)> = frames[40_000..40_004].iter().map(|f| (f.left, f.right)).collect();
    assert_eq!(samples, [(904, 1697), (842, 1603), (500, 664), (-424, -479)]);
    assert_eq!(crc32(pcm(&frames)), 0x7AB8_7C07);
}

#[test]
fn the_check_vector_in_any_blocks() {
    for block in [1, 7, 184, 4096] {
        let mut player = player();
        let mut frames = vec![Frame::SILENCE; 32_000];
        for block in frames.chunks_mut(block) {
            player.render(block);
        }
        assert_eq!(crc32(pcm(&frames)), 0x8EE2_5651, "{block}");
    }
}

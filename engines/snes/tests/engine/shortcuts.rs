//! The fast paths against the plain schedule: every sample, every read and all memory must be equal.

use crate::support::{cases, own};
use tatum_core::{Frame, Mutes, Player, Probe};
use tatum_snes::format::SpcFile;
use tatum_snes::hardware::dsp::{Register, RegisterFile};
use tatum_snes::hardware::{ClockedDsp, Ram};
use tatum_snes::{Event, SpcPlayer};

/// The generator of `snes-hardware.md` section 4.8.
struct Random(u32);

impl Random {
    fn byte(&mut self) -> u8 {
        self.0 = self.0.wrapping_mul(1_103_515_245).wrapping_add(12_345) & 0x7FFF_FFFF;
        (self.0 >> 16) as u8
    }

    fn word(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    fn one_in(&mut self, chances: u8) -> bool {
        self.byte().is_multiple_of(chances)
    }
}

/// A memory like a song's: a directory at $0200, samples with every filter from $1000 to $7FFF.
fn song_memory(random: &mut Random) -> Ram {
    let mut ram = Ram::default();
    for address in 0..0x1000 {
        ram.write(address, random.byte());
    }
    for address in 0x1000..=0xFFFF {
        ram.write(address, random.byte());
    }
    for source in 0..64_u16 {
        let blocks = 2 + u16::from(random.byte() % 12);
        let start = 0x1000 + source * 0x180;
        ram.write_word(0x200 + source * 4, start);
        ram.write_word(0x202 + source * 4, start + 9 * (u16::from(random.byte()) % blocks));
        for block in 0..blocks {
            let flags = if block + 1 == blocks { 1 | random.byte() & 2 } else { 0 };
            ram.write(start + block * 9, random.byte() & 0x7C | 0x40 | flags);
        }
    }
    ram
}

/// One access of the traffic.
#[derive(Clone, Copy)]
enum Access {
    Write(Register, u8),
    Read(Register),
    WriteRam(u16, u8),
    ReadRam(u16),
    CatchUp,
}

fn access(random: &mut Random, wild: bool) -> Access {
    let mut register = Register::mirrored(random.byte());
    let mut value = random.byte();
    if !wild {
        // What leads to chaos is rare, so that voices sound most of the time.
        match register {
            Register::DIR => value = 2,
            Register::ESA => value = if random.one_in(3) { 0xC0 } else { 0xE0 },
            Register::EDL => value &= 3,
            Register::FLG => value &= if random.one_in(4) { 0xFF } else { 0x1F },
            Register::KOFF => value &= random.byte() & random.byte(),
            Register::PMON | Register::NON => value &= random.byte() & random.byte(),
            _ => {
                if register.index() & 15 == 4 {
                    value &= 63;
                }
                if random.one_in(8) {
                    register = Register::KON;
                }
            }
        }
    }
    match random.byte() % 16 {
        0..9 => Access::Write(register, value),
        9 | 10 => Access::Read(register),
        11 => Access::WriteRam(random.word(), value),
        12 => Access::WriteRam(0x200 + random.word() % 0x100, value & 0x3F),
        13 => Access::WriteRam(0xC000 + random.word() % 0x2800, value),
        14 => Access::ReadRam(0xC000 + random.word() % 0x2800),
        _ => Access::CatchUp,
    }
}

/// What can be seen of a run.
#[derive(PartialEq, Eq, Default)]
struct Seen {
    frames: Vec<Frame>,
    reads: Vec<u8>,
    keys: Vec<(u64, u8, u8)>,
    ram: Vec<u8>,
    registers: Vec<u8>,
}

struct KeyProbe<'a>(&'a mut Vec<(u64, u8, u8)>);

impl Probe<Event> for KeyProbe<'_> {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        if let Event::Keys { cycle, on, off } = event() {
            self.0.push((cycle, on, off));
        }
    }
}

/// Random traffic, at distances of up to `distance` cycles, over `cycles` cycles.
fn traffic(seed: u32, shortcuts: bool, wild: bool, distance: u64, muted: Mutes) -> Seen {
    let mut random = Random(seed);
    let mut registers = RegisterFile::default();
    for register in 0..128 {
        registers.set(Register::mirrored(register), random.byte());
    }
    for (register, value) in [
        (Register::FLG, 0),
        (Register::DIR, 2),
        (Register::ESA, 0xC0),
        (Register::EDL, 1),
        (Register::PMON, 0),
    ] {
        registers.set(register, value);
    }
    let mut sound = ClockedDsp::new(registers, song_memory(&mut random));
    sound.set_shortcuts(shortcuts);
    let mut seen = Seen::default();
    let mut cycle = 0;
    let mut frames = [Frame::SILENCE; 4096];
    while cycle < 320_000 {
        cycle += 1 + u64::from(random.word()) % distance;
        let probe = &mut KeyProbe(&mut seen.keys);
        match access(&mut random, wild) {
            Access::Write(register, value) => sound.write(cycle, register, value, probe),
            Access::Read(register) => seen.reads.push(sound.read(cycle, register, probe)),
            Access::WriteRam(address, value) => sound.write_ram(cycle, address, value, probe),
            Access::ReadRam(address) => seen.reads.push(sound.read_ram(cycle, address, probe)),
            Access::CatchUp => sound.catch_up(cycle, probe),
        }
        if random.one_in(64) {
            sound.catch_up(cycle, &mut KeyProbe(&mut seen.keys));
            sound.set_mutes(if random.one_in(2) { Mutes::NONE } else { muted });
        }
        let count = sound.take_frames(&mut frames);
        seen.frames.extend(&frames[..count]);
    }
    sound.catch_up(cycle, &mut KeyProbe(&mut seen.keys));
    let count = sound.take_frames(&mut frames);
    seen.frames.extend(&frames[..count]);
    seen.ram = sound.ram().bytes().to_vec();
    seen.registers = sound.dsp().registers().bytes().to_vec();
    seen
}

fn compare(seed: u32, wild: bool, distance: u64, muted: Mutes) -> usize {
    let exact = traffic(seed, false, wild, distance, muted);
    let fast = traffic(seed, true, wild, distance, muted);
    let what = format!("seed {seed}, wild {wild}, distance {distance}, muted {muted:?}");
    let difference = exact.frames.iter().zip(&fast.frames).position(|(exact, fast)| exact != fast);
    assert_eq!(difference, None, "{what}: first frame that differs");
    assert!(exact.reads == fast.reads, "{what}: reads");
    assert_eq!(exact.keys, fast.keys, "{what}: keys");
    assert!(exact.ram == fast.ram, "{what}: RAM");
    assert!(exact.registers == fast.registers, "{what}: registers");
    assert!(exact == fast);
    exact.frames.iter().filter(|frame| **frame != Frame::SILENCE).count()
}

#[test]
fn random_register_traffic_is_equal_on_both_paths() {
    let mut sounding = 0;
    for seed in 0..12 {
        for distance in [8, 60, 500, 5000] {
            for wild in [false, true] {
                sounding += compare(seed * 77 + 1, wild, distance, Mutes::NONE);
            }
        }
    }
    assert!(sounding > 300_000, "the traffic must be heard: {sounding} frames");
}

#[test]
fn random_register_traffic_is_equal_on_both_paths_while_voices_are_muted() {
    for seed in 0..4 {
        for (distance, muted) in
            [(40, "0"), (400, "0,2,5,7"), (4000, "1-7"), (400, "returns"), (40, "3,returns")]
        {
            compare(seed * 31 + 5, false, distance, muted.parse().unwrap());
        }
    }
}

/// Notes what leaves the module, apart from samples.
#[derive(Default)]
struct Outside(Vec<Event>);

impl Probe<Event> for Outside {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        let event = event();
        if !matches!(event, Event::Instruction { .. } | Event::Waited { .. }) {
            self.0.push(event);
        }
    }
}

fn run(player: &mut SpcPlayer, frames: usize) -> (Vec<Frame>, Vec<Event>) {
    let mut out = vec![Frame::SILENCE; frames];
    let mut outside = Outside::default();
    player.render_with_probe(&mut out, &mut outside);
    // An event belongs to a time, but fast and plain run tell of it at different moments.
    outside.0.sort_by_key(|event| match *event {
        Event::DspWrite { cycle, .. } => (0, cycle),
        Event::PortWrite { cycle, .. } => (1, cycle),
        Event::PortInput { cycle, .. } => (2, cycle),
        Event::Keys { cycle, .. } => (3, cycle),
        _ => (4, 0),
    });
    outside.0.retain(|event| !matches!(event, Event::DspWrite { cycle, .. } if *cycle > frames as u64 * 32));
    (out, outside.0)
}

/// A memory image of random bytes, where random instructions run, halt, and write everywhere.
fn random_file(seed: u32) -> SpcFile {
    let mut random = Random(seed);
    let mut file = SpcFile::default();
    let density = random.byte();
    for address in 0..=0xFFFF {
        // Common opcodes are repeated, so that programs come farther than to the next STOP.
        let byte = random.byte();
        let is_halt = byte == 0xEF || byte == 0xFF;
        file.ram.write(address, if is_halt && density < 250 { 0xC4 } else { byte });
    }
    for register in 0..128 {
        file.dsp_registers.set(Register::mirrored(register), random.byte());
    }
    file.registers.pc = random.word();
    file.registers.sp = random.byte();
    file
}

#[test]
fn random_programs_are_equal_on_both_paths() {
    for seed in 1..=60 {
        let file = random_file(seed);
        let mut fast = SpcPlayer::new(&file);
        let mut exact = fast.clone();
        exact.set_shortcuts(false);
        let (fast_frames, fast_events) = run(&mut fast, 4000);
        let (exact_frames, exact_events) = run(&mut exact, 4000);
        assert!(fast_frames == exact_frames, "seed {seed}: frames");
        assert!(fast_events == exact_events, "seed {seed}: events");
    }
}

/// Two seconds of anything: no panic, no hang.
#[test]
fn arbitrary_images_run_for_two_seconds() {
    for seed in 100..140 {
        let file = random_file(seed);
        let mut player = SpcPlayer::new(&file);
        let mut frames = vec![Frame::SILENCE; 64_000];
        assert_eq!(player.render(&mut frames), 64_000);
    }
    for byte in 0..=255 {
        let mut file = SpcFile::default();
        for address in 0..=0xFFFF {
            file.ram.write(address, byte);
        }
        let mut frames = vec![Frame::SILENCE; 64_000];
        assert_eq!(SpcPlayer::new(&file).render(&mut frames), 64_000);
    }
}

/// Whatever is muted, the program does the same, and so do the voices' status registers, which it reads.
#[test]
fn muting_changes_nothing_but_what_is_heard() {
    for case in cases(&own()) {
        let mut plain = case.player();
        let mut muted = case.player();
        muted.set_mutes("0,2,5-7".parse::<Mutes>().unwrap());
        let (plain_frames, plain_events) = run(&mut plain, case.samples);
        let (muted_frames, muted_events) = run(&mut muted, case.samples);
        assert!(plain_events == muted_events, "{}: events", case.name);
        assert!(plain_frames != muted_frames, "{}: voice 0 must be missing", case.name);
        assert!(
            plain.module().sound().ram() == muted.module().sound().ram(),
            "{}: the echo in RAM is that of all voices",
            case.name
        );
    }
}

#[test]
fn muting_all_voices_leaves_silence_and_no_echo() {
    let case = cases(&own()).into_iter().find(|case| case.name == "echo_edl").unwrap();
    let mut player = case.player();
    player.set_mutes("0-7".parse::<Mutes>().unwrap());
    let mut frames = vec![Frame::SILENCE; case.samples];
    player.render(&mut frames);
    // What the echo buffer holds at the start is heard once; the case starts with an empty one.
    assert!(frames.iter().all(|frame| *frame == Frame::SILENCE));
}

#[test]
fn a_clone_goes_on_where_the_original_stands() {
    let case = cases(&own()).into_iter().find(|case| case.name == "ports").unwrap();
    let mut player = case.player();
    let mut frames = vec![Frame::SILENCE; case.samples];
    let (first, second) = frames.split_at_mut(12_345);
    player.render(first);
    let mut clone = player.clone();
    player.render(second);
    let mut again = vec![Frame::SILENCE; second.len()];
    clone.render(&mut again);
    assert!(again == second);
}

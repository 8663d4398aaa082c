//! The audio microcode against vectors from its instruction-level execution.

use std::collections::BTreeMap;
use std::io::Read;
use std::rc::Rc;
use std::sync::Arc;

use serde::Deserialize;
use tatum_n64::hardware::abi1::command::AudioCommand;
use tatum_n64::hardware::abi1::signal_processor::SignalProcessor;
use tatum_n64::hardware::memory::Ram;

/// The two implementations of the microcode.
#[derive(Clone, Copy, Debug)]
enum Path {
    /// What the engine runs: vector code where the processor has it.
    Vector,
    /// The code for every processor.
    Portable,
}

impl Path {
    const BOTH: [Self; 2] = [Self::Vector, Self::Portable];
}

#[derive(Deserialize)]
struct CommandListVector {
    name: String,
    cmds: Vec<String>,
    mem: BTreeMap<String, String>,
    out: BTreeMap<String, String>,
}

fn words(hex: &str) -> Vec<i16> {
    let byte = |index: usize| u8::from_str_radix(&hex[2 * index..2 * index + 2], 16).unwrap();
    let byte_or_zero = |index: usize| if 2 * index < hex.len() { byte(index) } else { 0 };
    (0..(hex.len() / 2).div_ceil(2))
        .map(|index| i16::from_be_bytes([byte(2 * index), byte_or_zero(2 * index + 1)]))
        .collect()
}

fn address(hex: &str) -> u32 {
    u32::from_str_radix(hex, 16).unwrap()
}

#[test]
fn command_lists_leave_the_same_memory_as_the_microcode() {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden-audio/n64-sm64/rsp-vectors/vectors.jsonl.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    let mut failures = Vec::new();
    for line in text.lines() {
        let vector: CommandListVector = serde_json::from_str(line).unwrap();
        let mut ram = Ram::new(0x20_0000, Arc::from([]));
        for (at, bytes) in &vector.mem {
            ram.write(address(at), &words(bytes));
        }
        let list: Vec<AudioCommand> = vector
            .cmds
            .iter()
            .map(|pair| {
                let (word0, word1) = pair.split_once(' ').unwrap();
                AudioCommand::decode(address(word0), address(word1))
            })
            .collect();
        for path in Path::BOTH {
            let mut ram = ram.clone();
            match path {
                Path::Vector => SignalProcessor::new().run_task(&mut ram, &list),
                Path::Portable => SignalProcessor::new().run_task_portable(&mut ram, &list),
            }
            for (at, bytes) in &vector.out {
                let expected = words(bytes);
                let found = &ram.work(address(at))[..expected.len()];
                if let Some(index) = (0..expected.len()).find(|&index| expected[index] != found[index]) {
                    failures.push(format!(
                        "{} at {at} + {:#x}: expected {:04x}, found {:04x} ({path:?})",
                        vector.name,
                        2 * index,
                        expected[index],
                        found[index]
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
}

/// DMEM layout of the single-unit vectors below, relative to the sample area.
mod at {
    pub const INPUT: u16 = 0x020;
    pub const OUTPUT: u16 = 0x3C0;
    pub const DRY_RIGHT: u16 = 0x500;
    pub const WET_LEFT: u16 = 0x640;
    pub const WET_RIGHT: u16 = 0x780;
    pub const RAM_INPUT: u32 = 0x1000;
    pub const RAM_STATE: u32 = 0x2000;
    pub const RAM_LOOP: u32 = 0x2100;
    pub const RAM_BOOK: u32 = 0x2200;
    pub const RAM_DESTINATIONS: [u32; 4] = [0x3000, 0x3200, 0x3400, 0x3600];
}

#[derive(Deserialize)]
struct UnitVectors {
    mixer: Vec<MixVector>,
    resample: Vec<ResampleVector>,
    adpcm: Vec<AdpcmVector>,
    envmixer: Vec<EnvelopeVector>,
}

#[derive(Deserialize)]
struct MixVector {
    gain: u16,
    input: Vec<i16>,
    dest: Vec<i16>,
    out: Vec<i16>,
}

#[derive(Deserialize)]
struct ResampleVector {
    pitch: u16,
    init: u8,
    state_in: Vec<i16>,
    input: Vec<i16>,
    out: Vec<i16>,
    state_out_first5: Vec<i16>,
}

#[derive(Deserialize)]
struct AdpcmVector {
    flags: u8,
    book: Vec<i16>,
    frames: Vec<Vec<u8>>,
    state_in: Vec<i16>,
    loop_state: Vec<i16>,
    out: Vec<i16>,
    state_out: Vec<i16>,
}

#[derive(Deserialize)]
struct EnvelopeVector {
    n: u16,
    vol: [u16; 2],
    target: [u16; 2],
    rate: [u32; 2],
    dry: i32,
    wet: i32,
    aux: u8,
    calls: Vec<EnvelopeCall>,
}

#[derive(Deserialize)]
struct EnvelopeCall {
    init: u8,
    input: Vec<i16>,
    before: [Vec<i16>; 4],
    after: [Vec<i16>; 4],
    state_after: Vec<i16>,
}

/// A processor with its memory, driven one command at a time.
struct Bench {
    path: Path,
    processor: SignalProcessor,
    ram: Ram,
}

impl Bench {
    fn new(path: Path) -> Self {
        Self { path, processor: SignalProcessor::new(), ram: Ram::new(0x4000, Arc::from([])) }
    }

    fn run(&mut self, command: AudioCommand) {
        match self.path {
            Path::Vector => self.processor.execute(&mut self.ram, command),
            Path::Portable => self.processor.execute_portable(&mut self.ram, command),
        }
    }

    fn load(&mut self, to: u16, ram: u32, samples: &[i16]) {
        self.ram.write(ram, samples);
        self.run(AudioCommand::SetBuffers { input: to, output: 0, count: 2 * samples.len() as u16 });
        self.run(AudioCommand::Load { ram });
    }

    fn saved(&mut self, from: u16, count: usize) -> Vec<i16> {
        self.run(AudioCommand::SetBuffers { input: 0, output: from, count: 2 * count as u16 });
        self.run(AudioCommand::Save { ram: 0x3800 });
        self.ram.work(0x3800)[..count].to_vec()
    }
}

fn unit_vectors() -> UnitVectors {
    serde_json::from_str(include_str!("vectors/n64-mixer-vectors.json")).unwrap()
}

fn on_both_paths<T>(vectors: Vec<T>) -> impl Iterator<Item = (Rc<T>, Path)> {
    vectors.into_iter().map(Rc::new).flat_map(|vector| Path::BOTH.map(|path| (Rc::clone(&vector), path)))
}

#[test]
fn mix_equals_the_microcode() {
    for (vector, path) in on_both_paths(unit_vectors().mixer) {
        let mut bench = Bench::new(path);
        bench.load(at::OUTPUT, at::RAM_DESTINATIONS[0], &vector.dest);
        bench.load(at::INPUT, at::RAM_INPUT, &vector.input);
        bench.run(AudioCommand::Mix { gain: vector.gain as i16, input: at::INPUT, output: at::OUTPUT });
        assert_eq!(bench.saved(at::OUTPUT, vector.out.len()), vector.out, "gain {}", vector.gain);
    }
}

#[test]
fn resample_equals_the_microcode() {
    for (vector, path) in on_both_paths(unit_vectors().resample) {
        let mut bench = Bench::new(path);
        bench.load(at::INPUT, at::RAM_INPUT, &vector.input);
        bench.ram.write(at::RAM_STATE, &vector.state_in);
        let count = 2 * vector.out.len() as u16;
        bench.run(AudioCommand::SetBuffers { input: at::INPUT, output: at::OUTPUT, count });
        bench.run(AudioCommand::Resample { flags: vector.init, pitch: vector.pitch, state: at::RAM_STATE });
        assert_eq!(bench.saved(at::OUTPUT, vector.out.len()), vector.out, "pitch {:#x}", vector.pitch);
        assert_eq!(bench.ram.work(at::RAM_STATE)[..5], vector.state_out_first5);
    }
}

#[test]
fn adpcm_equals_the_microcode() {
    for (vector, path) in on_both_paths(unit_vectors().adpcm) {
        let mut bench = Bench::new(path);
        bench.ram.write(at::RAM_BOOK, &vector.book);
        bench.run(AudioCommand::LoadBook { bytes: 2 * vector.book.len() as u16, ram: at::RAM_BOOK });
        let mut bytes: Vec<u8> = vector.frames.concat();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        let packed: Vec<i16> =
            bytes.chunks_exact(2).map(|pair| i16::from_be_bytes([pair[0], pair[1]])).collect();
        bench.load(at::INPUT, at::RAM_INPUT, &packed);
        bench.ram.write(at::RAM_STATE, &vector.state_in);
        bench.ram.write(at::RAM_LOOP, &vector.loop_state);
        let count = 32 * vector.frames.len() as u16;
        bench.run(AudioCommand::SetBuffers { input: at::INPUT, output: at::OUTPUT, count });
        bench.run(AudioCommand::SetLoop { ram: at::RAM_LOOP });
        bench.run(AudioCommand::Adpcm { flags: vector.flags, state: at::RAM_STATE });
        assert_eq!(bench.saved(at::OUTPUT, vector.out.len()), vector.out, "flags {}", vector.flags);
        assert_eq!(bench.ram.work(at::RAM_STATE)[..16], vector.state_out);
    }
}

#[test]
fn envelope_mixer_equals_the_microcode() {
    use tatum_n64::hardware::abi1::command::Side;
    let buffers = [at::OUTPUT, at::DRY_RIGHT, at::WET_LEFT, at::WET_RIGHT];
    for (vector, path) in on_both_paths(unit_vectors().envmixer) {
        let mut bench = Bench::new(path);
        for (index, call) in vector.calls.iter().enumerate() {
            for (buffer, (ram, before)) in
                buffers.into_iter().zip(at::RAM_DESTINATIONS.into_iter().zip(&call.before))
            {
                bench.load(buffer, ram, before);
            }
            bench.load(at::INPUT, at::RAM_INPUT, &call.input);
            bench.run(AudioCommand::SetBuffers { input: at::INPUT, output: at::OUTPUT, count: 2 * vector.n });
            bench.run(AudioCommand::SetAuxiliaryBuffers {
                dry_right: at::DRY_RIGHT,
                wet_left: at::WET_LEFT,
                wet_right: at::WET_RIGHT,
            });
            for (side, lane) in [(Side::Left, 0), (Side::Right, 1)] {
                bench.run(AudioCommand::SetVolume { side, volume: vector.vol[lane] });
                bench.run(AudioCommand::SetTarget {
                    side,
                    target: vector.target[lane],
                    rate: vector.rate[lane],
                });
            }
            bench.run(AudioCommand::SetGains { dry: vector.dry as u16, wet: vector.wet as u16 });
            let flags = call.init | vector.aux << 3;
            bench.run(AudioCommand::EnvelopeMix { flags, state: at::RAM_STATE });
            for (buffer, after) in buffers.into_iter().zip(&call.after) {
                assert_eq!(bench.saved(buffer, after.len()), *after, "call {index}, buffer {buffer:#x}");
            }
            assert_eq!(bench.ram.work(at::RAM_STATE)[..40], call.state_after);
        }
    }
}

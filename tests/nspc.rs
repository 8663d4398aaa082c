//! Songs of the N-SPC driver, through the program: damaged images, and the comparison with a driver.

mod support;

use std::path::{Path, PathBuf};

use support::{SNES_NSPC, code, pcm, stderr, tatum};
use tatum_core::{Frame, Probe};
use tatum_snes::format::{SpcFile, TransferBlock, TransferImage};
use tatum_snes::hardware::Ram;
use tatum_snes::sequencer::constants;
use tatum_snes::trace::DspWrite;
use tatum_snes::{Event, NspcPlayer};

/// Runs a command on an image.
fn run(command: &str, image: &Path, options: &[&str]) -> std::process::Output {
    let arguments = [command, image.to_str().unwrap(), "--engine", "n-spc-alttp"];
    tatum(arguments.into_iter().chain(options.iter().copied()))
}

/// What a damaged image must lead to, by the word in the golden set's list.
fn check_image(name: &str, expected: &str, hash: &str, out: &Path) {
    let image = SNES_NSPC.carried("malformed").join(name);
    let rendered = run("render", &image, &["--seconds", "1", "-o", out.to_str().unwrap()]);
    let info = run("info", &image, &[]);
    let said = stderr(&rendered);
    match expected {
        "error" | "stuck" | "invalid" => {
            for output in [&rendered, &info] {
                assert_eq!(code(output), 3, "{name}: {}", stderr(output));
                assert!(output.stdout.is_empty(), "{name}");
                assert!(stderr(output).contains(name), "{name}: {}", stderr(output));
            }
            assert!(!out.exists(), "{name}: no half of a file is left");
            let (word, place) = match expected {
                "error" => ("expected", "offset 0x"),
                "stuck" => ("no time passes", "at $"),
                _ => ("no command", "at $"),
            };
            assert!(said.contains(word) && said.contains(place), "{name}: {said}");
            assert!(stderr(&info).contains(word), "{name}: {}", stderr(&info));
        }
        "plays" => {
            assert_eq!((code(&rendered), code(&info)), (0, 0), "{name}: {said}");
            assert_eq!(sha256(&pcm(out)), hash, "{name}");
        }
        "either" => {
            for output in [&rendered, &info] {
                assert!([0, 3].contains(&code(output)), "{name}: {}", stderr(output));
            }
        }
        other => panic!("{name}: what is '{other}'?"),
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    format!("{:x}", Sha256::digest(bytes))
}

#[test]
fn damaged_images_stop_with_their_address_and_exit_code_3() {
    let folder = tempfile::tempdir().unwrap();
    let list = std::fs::read_to_string(SNES_NSPC.carried("malformed/cases.tsv")).unwrap();
    let mut count = 0;
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[name, expected, hash, ..] = &fields[..] else { panic!("{line}") };
        check_image(name, expected, hash, &folder.path().join(format!("{name}.wav")));
        count += 1;
    }
    assert_eq!(count, 41);
}

/// Where the driver of the tests has its program, behind the samples; the interpreter's tables lie at its entry.
const PROGRAM: u16 = 0x5000;
const ENTRY: u16 = 0x0800;

/// Collects DSP writes.
struct Writes(Vec<DspWrite>);

impl Probe<Event> for Writes {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        self.0.extend(DspWrite::from_event(&event()));
    }
}

/// What the interpreter writes for a song of the repository in its first frames.
fn interpreter_s_writes(image: &TransferImage, frames: usize) -> Vec<DspWrite> {
    let mut writes = Writes(Vec::new());
    let mut player = NspcPlayer::new(image);
    player.start_song(1);
    player.render_with_probe(&mut vec![Frame::SILENCE; frames], &mut writes);
    writes.0
}

/// A program that makes the given writes, each on its cycle, and then waits for ever.
fn program_writing(writes: &[DspWrite]) -> Vec<u8> {
    /// Cycles of the jump at the entry, and of the two instructions of a write.
    const JUMP: u64 = 3;
    const WRITE: u64 = 10;
    let mut code = Vec::new();
    let mut now = JUMP;
    for write in writes {
        wait(&mut code, write.cycle - WRITE - now);
        code.extend([0x8F, write.register, 0xF2]); // MOV $F2,#register: 5 cycles
        code.extend([0x8F, write.value, 0xF3]); // MOV $F3,#value: 5 cycles
        now = write.cycle;
    }
    code.extend([0x2F, 0xFE]); // BRA itself
    code
}

/// Instructions that take a number of cycles, but never 1.
fn wait(code: &mut Vec<u8>, cycles: u64) {
    let mut left = cycles;
    while left >= 8 {
        let rounds = (left / 6 - u64::from(left % 6 == 1)).clamp(1, 255);
        code.extend([0x8D, rounds as u8, 0xFE, 0xFE]); // MOV Y,#rounds; DBNZ Y,itself: 6 cycles for each round
        left -= 6 * rounds;
    }
    if left % 2 == 1 {
        code.extend([0xE4, 0x00]); // MOV A,$00: 3 cycles
        left -= 3;
    }
    code.extend(vec![0x00; (left / 2) as usize]); // NOP: 2 cycles
}

/// The image of a case with a driver that makes the given writes.
fn with_driver(image: &TransferImage, writes: &[DspWrite]) -> TransferImage {
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    constants::place(&mut ram);
    let mut entry = ram.bytes()[usize::from(ENTRY)..0x179E].to_vec();
    let [low, high] = PROGRAM.to_le_bytes();
    entry[..3].copy_from_slice(&[0x5F, low, high]); // JMP !PROGRAM
    let program = program_writing(writes);
    assert!(usize::from(PROGRAM) + program.len() <= 0xC800, "the program fits before the echo buffer");
    let mut image = image.clone();
    image.blocks.push(TransferBlock { address: ENTRY, data: entry });
    image.blocks.push(TransferBlock { address: PROGRAM, data: program });
    image
}

/// Frames that the driver of the tests knows the writes of, and the same as an option.
const FRAMES: usize = 6_400;
const SECONDS: &str = "0.2";

fn against_driver(folder: &Path, image: &TransferImage) -> std::process::Output {
    let path: PathBuf = folder.join("image.bin");
    std::fs::write(&path, image.to_bytes()).unwrap();
    tatum(["verify", path.to_str().unwrap(), "--against", "driver", "--song", "1", "--seconds", SECONDS])
}

fn tune() -> TransferImage {
    let bytes = std::fs::read(SNES_NSPC.carried("tune8/image.bin")).unwrap();
    TransferImage::parse("image.bin", &bytes).unwrap()
}

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_driver_that_writes_the_same_is_equal() {
    let folder = tempfile::tempdir().unwrap();
    let writes = interpreter_s_writes(&tune(), FRAMES);
    assert!(writes.iter().any(|write| write.register == 0x4C && write.value != 0), "a note begins");
    let output = against_driver(folder.path(), &with_driver(&tune(), &writes));
    assert_eq!(code(&output), 0, "{}{}", stdout(&output), stderr(&output));
    let within = writes.iter().filter(|write| write.cycle <= FRAMES as u64 * 32).count();
    assert!(stdout(&output).contains("equal to the driver in every write"), "{}", stdout(&output));
    let count = stdout(&output).split_once(" chip writes").unwrap().0.rsplit(' ').next().unwrap().to_owned();
    assert!(count.parse::<usize>().unwrap() >= within, "{}", stdout(&output));
}

/// A ROM of the game's layout with the image's blocks: the song in the first bank, the others empty.
fn rom(image: &TransferImage) -> Vec<u8> {
    /// Where the first transfer and the three banks lie in the file.
    const PLACES: [usize; 4] = [0xC_8000, 0xD_1EF5, 0xD_8000, 0xD_5380];
    let mut bytes = vec![0xFF; 0x10_0000];
    let is_song = |block: &&TransferBlock| block.address == 0xD000;
    let of = |wanted: bool| {
        let blocks = image.blocks.iter().filter(|block| is_song(block) == wanted).cloned().collect();
        TransferImage { blocks, ..image.clone() }
    };
    for (place, image) in PLACES.into_iter().zip([of(false), of(true), of(true), of(true)]) {
        let image = image.to_bytes();
        bytes[place..place + image.len()].copy_from_slice(&image);
    }
    bytes
}

/// A `.spc` file with the image's memory.
fn spc(image: &TransferImage) -> Vec<u8> {
    let mut file = SpcFile { ram: Ram::new(Box::new([0; Ram::SIZE])), ..SpcFile::default() };
    image.apply(&mut file.ram);
    file.ram.write(0x04, 1);
    file.to_bytes()
}

#[test]
fn the_driver_of_a_rom_or_spc_file_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let image = with_driver(&tune(), &interpreter_s_writes(&tune(), FRAMES));
    for (name, bytes) in [("game.sfc", rom(&image)), ("song.spc", spc(&image))] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let output = tatum(["verify", path.to_str().unwrap(), "--against", "driver", "--seconds", SECONDS]);
        assert_eq!(code(&output), 0, "{name}: {}{}", stdout(&output), stderr(&output));
        assert!(stdout(&output).contains("equal to the driver"), "{name}: {}", stdout(&output));
    }
}

#[test]
fn the_first_write_that_differs_from_the_driver_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let writes = interpreter_s_writes(&tune(), FRAMES);
    let key_on = writes.iter().position(|write| write.register == 0x4C && write.value != 0).unwrap();
    let DspWrite { cycle, register, value } = writes[key_on];
    let number = key_on + 1;
    let silent = DspWrite { value: 0, ..writes[key_on] };
    let late = DspWrite { cycle: cycle + 2, ..writes[key_on] };
    for (write, driver, reason) in [
        (silent, format!("$00 to ${register:02X} in cycle {cycle}"), "(other value)"),
        (late, format!("${value:02X} to ${register:02X} in cycle {}", cycle + 2), "(other cycle)"),
    ] {
        let mut changed = writes.clone();
        changed[key_on] = write;
        let output = against_driver(folder.path(), &with_driver(&tune(), &changed));
        assert_eq!(code(&output), 1, "{}{}", stdout(&output), stderr(&output));
        let expected = format!(
            "write {number}: the driver writes {driver}, the interpreter ${value:02X} to ${register:02X} in cycle {cycle} {reason}"
        );
        assert!(stdout(&output).contains(&expected), "{expected}\n{}", stdout(&output));
    }
    // Without the note nothing is heard: the frames differ too, from the note's first sample on.
    let mut changed = writes.clone();
    changed[key_on] = silent;
    let output = against_driver(folder.path(), &with_driver(&tune(), &changed));
    let first = stdout(&output)
        .split_once("frame ")
        .and_then(|(_, rest)| rest.split_once(':').map(|(number, _)| number.parse::<u64>().unwrap()));
    assert!(first.is_some_and(|frame| (cycle / 32..cycle / 32 + 64).contains(&frame)), "{}", stdout(&output));
}

#[test]
fn a_driver_that_writes_less_or_halts_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let writes = interpreter_s_writes(&tune(), FRAMES);
    let output = against_driver(folder.path(), &with_driver(&tune(), &writes[..writes.len() / 2]));
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let number = writes.len() / 2 + 1;
    assert!(
        stdout(&output).contains(&format!("write {number}: the driver writes nothing")),
        "{}",
        stdout(&output)
    );
    let mut image = with_driver(&tune(), &[]);
    image.blocks.last_mut().unwrap().data = vec![0xFF]; // STOP
    let output = against_driver(folder.path(), &image);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("halted at $5000"), "{}", stdout(&output));
}

#[test]
fn without_a_driver_there_is_nothing_to_compare_with() {
    let folder = tempfile::tempdir().unwrap();
    let output = against_driver(folder.path(), &tune());
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("the game's own program"), "{}", stderr(&output));
    assert!(stderr(&output).contains("take the game's ROM"), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
    let other = support::N64_SM64.carried("tune8");
    let output = tatum(["verify", other.to_str().unwrap(), "--against", "driver", "--seconds", "1"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
    assert!(stderr(&output).contains("n-spc-alttp"), "{}", stderr(&output));
}

/// A song of four notes in Super Mario World's numbering, at the places of A Link to the Past.
fn song_of_super_mario_world() -> TransferImage {
    let mut image = tune();
    image.blocks.retain(|block| block.address < 0xD000);
    let song = [
        &[0x02, 0xD0, 0x06, 0xD0, 0x00, 0x00][..], // one song: one segment, the end
        &[0x16, 0xD0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        &[0xE2, 0x40, 0xDA, 0x01, 0x18, 0x7F, 0xA4, 0xA6, 0xA8, 0xC6, 0xD1, 0x00],
    ]
    .concat();
    let instruments = [[0, 0x8F, 0xE0, 0xB8, 0x04], [1, 0x8F, 0xE0, 0xB8, 0x04]].concat();
    image.blocks.push(TransferBlock { address: 0x3D00, data: instruments });
    image.blocks.push(TransferBlock { address: 0xD000, data: song });
    image
}

#[test]
fn relatives_are_listed_played_and_marked_as_unverified() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smw.bin");
    std::fs::write(&path, song_of_super_mario_world().to_bytes()).unwrap();
    let path = path.to_str().unwrap();
    let info = tatum(["info", path, "--engine", "n-spc-smw", "--json"]);
    assert_eq!(code(&info), 0, "{}", stderr(&info));
    let info: serde_json::Value = serde_json::from_slice(&info.stdout).unwrap();
    assert_eq!(info["engine"], "n-spc-smw");
    assert_eq!(info["channels"][0]["notes"], 4);
    assert_eq!(info["channels"][0]["instruments"], serde_json::json!(["1"]));
    assert_eq!(info["songs"][0]["name"], "at $D002");
    assert_eq!(info["length"]["kind"], "ends");
    let warning = info["warnings"][0].as_str().unwrap();
    assert!(warning.contains("not compared with the game's own driver"), "{warning}");

    let out = folder.path().join("out.wav");
    let render = tatum(["render", path, "--engine", "n-spc-smw", "-o", out.to_str().unwrap()]);
    assert_eq!(code(&render), 0, "{}", stderr(&render));
    assert!(stderr(&render).contains("Super Mario World"), "{}", stderr(&render));
    let manifest = folder.path().join("song.toml");
    std::fs::write(
        &manifest,
        "engine = \"n-spc-smw\"\nfile = \"smw.bin\"\n[settings]\nsong_list = \"$D002\"\n",
    )
    .unwrap();
    let again = folder.path().join("again.wav");
    let render = tatum(["render", manifest.to_str().unwrap(), "-o", again.to_str().unwrap()]);
    assert_eq!(code(&render), 0, "{}", stderr(&render));
    assert!(pcm(&out) == pcm(&again), "the list of segments is that of song 1");
    assert!(pcm(&out).iter().any(|&byte| byte != 0));
}

#[test]
fn places_of_relatives_are_settings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("smw.bin");
    std::fs::write(&path, song_of_super_mario_world().to_bytes()).unwrap();
    let path = path.to_str().unwrap();
    for (engine, setting, exit_code, reason) in [
        ("n-spc-smw", "song_list=$D002", 0, ""),
        ("n-spc-smw", "song_list=0x4000", 3, "--set song_list=$ADDRESS"),
        ("n-spc-smw", "song_list=$XYZ", 2, "expected an address as $D000"),
        ("n-spc-smw", "echo_end=$D010", 2, "expected the address of a page"),
        ("n-spc-smw", "tempo=3", 2, "expected one of song_table"),
        ("n-spc-alttp", "song_list=$D002", 2, "has no settings"),
        ("n-spc-nothing", "song_list=$D002", 2, "n-spc-smw"),
    ] {
        let output = tatum(["info", path, "--engine", engine, "--set", setting]);
        assert_eq!(code(&output), exit_code, "{setting}: {}", stderr(&output));
        assert!(stderr(&output).contains(reason), "{setting}: {}", stderr(&output));
    }
    // Its own driver would be needed to verify one, with its start and its cycles.
    let manifest = folder.path().join("song.toml");
    std::fs::write(&manifest, "engine = \"n-spc-smw\"\nfile = \"smw.bin\"\n").unwrap();
    let output = tatum(["verify", manifest.to_str().unwrap(), "--against", "driver", "--seconds", "1"]);
    assert_eq!(code(&output), 2, "{}", stderr(&output));
}

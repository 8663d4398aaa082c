//! The golden set `snes-nspc`: every DSP write of the song interpreter with its cycle, every pass of the main loop,
//! then every sample.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{BLOCK_SIZES, case_folders, frames, packed_text, pcm};
use arbtest::arbitrary;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tatum_core::{Frame, Player, Probe};
use tatum_snes::format::{TransferBlock, TransferImage};
use tatum_snes::hardware::PortWrite;
use tatum_snes::timeline::{self, SongEnd};
use tatum_snes::trace::DspWrite;
use tatum_snes::{Event, NspcPlayer, Port};

/// The golden set, if it lies beside the repository.
pub fn golden() -> Option<PathBuf> {
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden/snes-nspc"))
        .filter(|path| path.exists())
}

/// The cases that the repository carries itself.
pub fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../golden-audio/snes-nspc")
}

#[derive(Deserialize)]
struct Manifest {
    name: String,
    engine: String,
    samples: usize,
    cycles: u64,
    port_writes: Vec<(u64, u8, u8)>,
}

struct Case {
    folder: PathBuf,
    manifest: Manifest,
    image: TransferImage,
}

impl Case {
    fn load(folder: PathBuf) -> Self {
        let manifest: Manifest =
            toml::from_str(&fs::read_to_string(folder.join("case.toml")).unwrap()).unwrap();
        assert_eq!(manifest.engine, "n-spc-alttp");
        let image = TransferImage::parse("image.bin", &fs::read(folder.join("image.bin")).unwrap()).unwrap();
        Self { folder, manifest, image }
    }

    fn player(&self) -> NspcPlayer {
        let mut player = NspcPlayer::new(&self.image);
        for &(cycle, port, value) in &self.manifest.port_writes {
            let port = Port::new(port).expect("port 0 to 3");
            player.schedule_port_write(PortWrite { cycle, port, value });
        }
        player
    }

    /// Lines of a trace without the header and without the columns behind `columns`.
    fn trace(&self, file: &str, header: &str, columns: usize) -> Vec<String> {
        let text = packed_text(&self.folder.join(file));
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some(header), "{}", self.manifest.name);
        lines.map(|line| line.split('\t').take(columns).collect::<Vec<_>>().join("\t")).collect()
    }
}

/// The rows of both traces, made from events.
#[derive(Default)]
struct Rows {
    dsp_writes: Vec<(u64, String)>,
    loops: Vec<(u64, String)>,
    pass: u64,
    tick: u64,
}

impl Probe<Event> for Rows {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        let event = event();
        match event {
            Event::DspWrite { cycle, .. } => {
                let write = DspWrite::from_event(&event).unwrap();
                self.dsp_writes.push((cycle, format!("{write}\t{}\t{}", self.pass, self.tick)));
            }
            Event::Pass { cycle, pass, timer_count, tempo, accumulator, song_tick } => {
                self.pass = pass;
                let music = u8::from(song_tick);
                let row = format!("{pass}\t{cycle}\t{timer_count}\t{tempo:02X}\t{accumulator:02X}\t{music}");
                self.loops.push((cycle, row));
            }
            Event::Tick { tick, .. } => self.tick = tick,
            _ => {}
        }
    }
}

/// Compares the writes first: the first write that differs tells more than the first sample that does.
fn check_traces(case: &Case) -> Result<(), String> {
    let mut rows = Rows::default();
    let mut frames = vec![Frame::SILENCE; case.manifest.samples];
    let mut player = case.player();
    let rendered = player.render_with_probe(&mut frames, &mut rows);
    let expected = case.trace("dsp_writes.tsv.gz", "cycle\treg\tvalue\tloop\ttick", 5);
    check_rows(case, "DSP write", &expected, &rows.dsp_writes)?;
    let expected = case.trace("loops.tsv.gz", "loop\tcycle\tt0count\ttempo\taccumulator\tmusic", 6);
    check_rows(case, "pass", &expected, &rows.loops)?;
    if rendered == frames.len() { Ok(()) } else { Err(format!("stopped: {:?}", player.fault())) }
}

fn check_rows(case: &Case, what: &str, expected: &[String], found: &[(u64, String)]) -> Result<(), String> {
    let found: Vec<&String> =
        found.iter().filter(|(cycle, _)| *cycle <= case.manifest.cycles).map(|(_, row)| row).collect();
    for (number, (expected, found)) in expected.iter().zip(&found).enumerate() {
        if *found != expected {
            return Err(format!("{what} {number}: expected {expected:?}, found {found:?}"));
        }
    }
    if found.len() != expected.len() {
        return Err(format!("{} {what} rows, expected {}", found.len(), expected.len()));
    }
    Ok(())
}

fn check_samples(case: &Case, block: usize, shortcuts: bool) -> Result<(), String> {
    let reference = self::frames(&fs::read(case.folder.join("reference.wav")).unwrap()[44..]);
    let mut player = case.player();
    player.set_shortcuts(shortcuts);
    let mut frames = vec![Frame::SILENCE; case.manifest.samples];
    let rendered: usize = frames.chunks_mut(block).map(|block| player.render(block)).sum();
    for (number, (found, expected)) in frames.iter().zip(&reference).enumerate() {
        if found != expected {
            return Err(format!(
                "sample {number}, blocks of {block}, shortcuts {shortcuts}: {found:?}, expected {expected:?}"
            ));
        }
    }
    if (rendered, reference.len()) == (frames.len(), frames.len()) {
        Ok(())
    } else {
        Err(format!("{rendered} samples, expected {}", reference.len()))
    }
}

fn check_case(case: &Case) -> Result<(), String> {
    check_traces(case)?;
    for block in BLOCK_SIZES {
        check_samples(case, block, true)?;
    }
    check_samples(case, 4096, false)
}

/// Plays all cases; tells of all that differ.
fn check_cases(folder: &Path) -> usize {
    let folders = case_folders(folder);
    let mut failures = String::new();
    for folder in &folders {
        let case = Case::load(folder.clone());
        if let Err(difference) = check_case(&case) {
            failures += &format!("{}: {difference}\n", case.manifest.name);
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
    folders.len()
}

#[test]
fn all_golden_cases_of_the_interpreter_are_equal() {
    match golden() {
        Some(folder) => assert_eq!(check_cases(&folder), 51),
        None => println!("golden/snes-nspc is not here: only the repository's own cases run"),
    }
}

#[test]
fn the_repository_s_cases_of_the_interpreter_are_equal() {
    assert!(check_cases(&own()) > 0);
}

#[test]
fn the_malformed_images_are_honoured() {
    let folder = own().join("malformed");
    let list = fs::read_to_string(folder.join("cases.tsv")).unwrap();
    let mut count = 0;
    for line in list.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[name, expected, hash, ..] = &fields[..] else { panic!("{line}") };
        count += 1;
        let outcome = play(name, &fs::read(folder.join(name)).unwrap());
        match (expected, outcome) {
            ("error", Outcome::NotLoaded(message)) => assert!(message.starts_with(name), "{message}"),
            ("stuck", Outcome::Stopped(message)) => assert!(message.contains("no time passes"), "{message}"),
            ("invalid", Outcome::Stopped(message)) => assert!(message.contains("no command"), "{message}"),
            ("plays", Outcome::Played(found)) => assert_eq!(found, hash, "{name}"),
            ("either", _) => {}
            (_, outcome) => panic!("{name}: expected {expected}, found {outcome:?}"),
        }
    }
    assert_eq!(count, 41);
}

#[derive(Debug)]
enum Outcome {
    NotLoaded(String),
    Stopped(String),
    Played(String),
}

fn play(name: &str, bytes: &[u8]) -> Outcome {
    let image = match TransferImage::parse(name, bytes) {
        Ok(image) => image,
        Err(error) => return Outcome::NotLoaded(error.to_string()),
    };
    let mut player = NspcPlayer::new(&image);
    player.start_song(1);
    let mut frames = vec![Frame::SILENCE; 32_000];
    player.render(&mut frames);
    match player.fault() {
        Some(fault) => Outcome::Stopped(fault.to_string()),
        None => Outcome::Played(format!("{:x}", Sha256::digest(pcm(&frames)))),
    }
}

/// Some bytes as an image that a song can come of: what is at hand becomes tables, instruments and song.
fn arbitrary_image(u: &mut arbitrary::Unstructured<'_>) -> arbitrary::Result<TransferImage> {
    let case = Case::load(own().join("random01"));
    let mut image = case.image;
    for _ in 0..u.int_in_range(1..=4)? {
        let address = *u.choose(&[0x3C00, 0x3D00, 0x3D96, 0x4000, 0xD000, 0xD002, 0xD010, 0xD040, 0xD080])?;
        let size = u.int_in_range(0..=usize::min(u.len(), 200))?;
        let data = u.bytes(size)?.to_vec();
        image.blocks.push(TransferBlock { address: address + u.int_in_range(0..=60)?, data });
    }
    Ok(image)
}

#[test]
fn damaged_images_play_or_stop_but_never_panic() {
    arbtest::arbtest(|u| {
        let image = arbitrary_image(u)?;
        let mut player = NspcPlayer::new(&image);
        player.start_song(u.int_in_range(0..=4)?);
        for _ in 0..u.int_in_range(0..=3)? {
            let port = Port::new(u.int_in_range(0..=3)?).unwrap();
            player.schedule_port_write(PortWrite {
                cycle: u.int_in_range(0..=2_048_000)?,
                port,
                value: u.arbitrary()?,
            });
        }
        let mut frames = vec![Frame::SILENCE; 64_000];
        let rendered = player.render(&mut frames);
        assert_eq!(rendered < frames.len(), player.fault().is_some());
        Ok(())
    })
    .budget_ms(4_000);
}

#[test]
fn arbitrary_bytes_are_an_image_or_an_error() {
    arbtest::arbtest(|u| {
        let bytes: Vec<u8> = u.arbitrary()?;
        if let Ok(image) = TransferImage::parse("image.bin", &bytes) {
            let again = TransferImage::parse("image.bin", &image.to_bytes()).unwrap();
            assert_eq!(again.blocks, image.blocks);
            let mut player = NspcPlayer::new(&image);
            player.start_song(1);
            player.render(&mut [Frame::SILENCE; 2_000]);
        }
        Ok(())
    })
    .budget_ms(1_000);
}

/// The image of one of the repository's cases.
pub fn case_image(case: &str) -> TransferImage {
    Case::load(own().join(case)).image
}

fn player_of(case: &str) -> NspcPlayer {
    let mut player = NspcPlayer::new(&case_image(case));
    player.start_song(1);
    player
}

/// The DSP writes of the ticks from `start` on, without their cycles.
fn writes_of_ticks(player: &NspcPlayer, start: u64, end: u64) -> Vec<(u8, u8)> {
    #[derive(Default)]
    struct Writes {
        tick: Option<u64>,
        writes: Vec<(u64, u8, u8)>,
    }
    impl Probe<Event> for Writes {
        fn record(&mut self, event: impl FnOnce() -> Event) {
            match event() {
                Event::Pass { song_tick: false, .. } => self.tick = None,
                Event::Tick { tick, .. } => self.tick = Some(tick),
                Event::DspWrite { register, value, .. } => {
                    self.writes.extend(self.tick.map(|tick| (tick, register.index(), value)));
                }
                _ => {}
            }
        }
    }
    let mut probe = Writes::default();
    let mut player = player.clone();
    let frames = timeline::frame_of_tick(&player, end).unwrap();
    player.render_with_probe(&mut vec![Frame::SILENCE; frames as usize], &mut probe);
    assert_eq!(player.position().ticks, end);
    let of_ticks = probe.writes.iter().filter(|(tick, ..)| (start..end).contains(tick));
    of_ticks.map(|&(_, register, value)| (register, value)).collect()
}

#[test]
fn a_loop_writes_the_same_each_time() {
    let player = player_of("tune8");
    let SongEnd::Loops(points) = timeline::find_end(&player) else { panic!("the song loops") };
    let length = points.length();
    let first = writes_of_ticks(&player, points.start, points.end);
    assert_eq!(first, writes_of_ticks(&player, points.end, points.end + length));
    assert_ne!(
        writes_of_ticks(&player, points.start - 1, points.end - 1),
        writes_of_ticks(&player, points.end - 1, points.end - 1 + length)
    );
}

#[test]
fn a_song_that_ends_stays_silent() {
    let mut player = player_of("pan_slide");
    let SongEnd::Ends { tick } = timeline::find_end(&player) else { panic!("the song ends") };
    let frame = timeline::frame_of_tick(&player, tick).unwrap() as usize;
    let mut frames = vec![Frame::SILENCE; frame + 64_000];
    player.render(&mut frames);
    assert!(player.has_ended());
    assert!(frames[frame + 32_000..].iter().all(|frame| *frame == Frame::SILENCE));
}

#[test]
fn a_survey_counts_notes_and_instruments() {
    let player = player_of("tune8");
    let survey = timeline::survey(&player, 400);
    let is_used = |track: &timeline::TrackSurvey| track.notes > 0 && !track.instruments.is_empty();
    assert!(survey.tracks.iter().all(is_used), "{survey:?}");
    assert!(survey.diagnostics.entries().is_empty(), "{survey:?}");
}

#[test]
fn the_place_in_ticks_is_that_of_the_frames() {
    let mut player = player_of("random01");
    let frame = timeline::frame_of_tick(&player, 100).unwrap();
    player.render(&mut vec![Frame::SILENCE; frame as usize - 1]);
    assert_eq!(player.position().ticks, 99);
    player.render(&mut [Frame::SILENCE]);
    assert_eq!(player.position().ticks, 100);
}

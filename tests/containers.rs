//! Files in all the wrappings people have them in: every one plays like the bare archive or file.

mod support;

use std::path::{Path, PathBuf};

use support::{NDS, SNES_SPC, code, pcm, stderr, tatum};
use tatum_nds::format::info::{Info, StreamInfo};
use tatum_nds::format::ncsf::Ncsf;
use tatum_nds::format::psf::Tags;
use tatum_nds::format::rom::write_image;
use tatum_nds::format::sdat::SdatContents;

/// Renders a file for some seconds and gives its PCM.
fn render(folder: &Path, input: &Path, options: &[&str]) -> Vec<u8> {
    let out = folder.join("out.wav");
    let mut arguments: Vec<PathBuf> = vec!["render".into(), input.into(), "-o".into(), out.clone()];
    arguments.extend(options.iter().map(PathBuf::from));
    let output = tatum(arguments);
    assert_eq!(code(&output), 0, "{}: {}", input.display(), stderr(&output));
    pcm(&out)
}

fn nds_archive() -> (PathBuf, Vec<u8>) {
    let folder = std::fs::read_dir(NDS.carried("")).unwrap();
    let mut cases: Vec<PathBuf> =
        folder.map(|entry| entry.unwrap().path().join("sound.sdat")).filter(|path| path.is_file()).collect();
    cases.sort();
    let path = cases.first().expect("the carried set has archives").clone();
    let bytes = std::fs::read(&path).unwrap();
    (path, bytes)
}

#[test]
fn a_game_and_ncsf_files_play_like_the_bare_archive() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, bytes) = nds_archive();
    let bare = render(folder.path(), &archive, &["--seconds", "3"]);

    let game = folder.path().join("game.nds");
    std::fs::write(&game, write_image(&[("data/other.bin", &[1, 2, 3]), ("data/sound.sdat", &bytes)]))
        .unwrap();
    assert!(render(folder.path(), &game, &["--seconds", "3"]) == bare);

    let ncsf = folder.path().join("song.ncsf");
    std::fs::write(&ncsf, Ncsf::write(&bytes, 0, Tags::new(&[("length", "3"), ("title", "A song")])))
        .unwrap();
    assert!(render(folder.path(), &ncsf, &[]) == bare, "the length comes from the tags");

    let library = folder.path().join("game.ncsflib");
    std::fs::write(&library, Ncsf::write(&bytes, 0, Tags::new(&[]))).unwrap();
    let mini = folder.path().join("song.minincsf");
    std::fs::write(&mini, Ncsf::write_mini(0, Tags::new(&[("_lib", "game.ncsflib"), ("length", "3")])))
        .unwrap();
    assert!(render(folder.path(), &mini, &[]) == bare);
}

#[test]
fn a_stream_of_an_archive_plays_like_the_bare_one() {
    let folder = tempfile::tempdir().unwrap();
    let bare = NDS.carried("strm/adpcm-stereo-loop.strm");
    let stream = StreamInfo { file: 0, flags: 0, volume: 127, priority: 64, player: 0 };
    let contents = SdatContents {
        symbols: None,
        info: Info { streams: vec![None, Some(stream)], ..Info::default() },
        files: vec![std::fs::read(&bare).unwrap()],
    };
    let archive = folder.path().join("sound.sdat");
    std::fs::write(&archive, contents.to_bytes()).unwrap();
    let expected = render(folder.path(), &bare, &["--seconds", "1"]);
    assert!(render(folder.path(), &archive, &["--song", "stream:1", "--seconds", "1"]) == expected);
    let missing = tatum([Path::new("info"), &archive, Path::new("--song"), Path::new("stream:0")]);
    assert_eq!(code(&missing), 3, "{}", stderr(&missing));
}

#[test]
fn a_library_outside_the_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mini = folder.path().join("song.minincsf");
    std::fs::write(&mini, Ncsf::write_mini(0, Tags::new(&[("_lib", "../secret.ncsflib")]))).unwrap();
    let output = tatum([Path::new("info"), &mini]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("beside the file"), "{}", stderr(&output));
}

#[test]
fn info_lists_what_is_in_an_archive() {
    let (archive, _) = nds_archive();
    let output = tatum([Path::new("info"), Path::new("--json"), &archive]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let info: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(info["engine"], "nds");
    assert!(!info["songs"].as_array().unwrap().is_empty());
    assert!(!info["banks"].as_array().unwrap().is_empty());
}

#[test]
fn demo_songs_play_with_the_built_in_instruments_and_say_so() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["overture.m64", "nds-demo.sseq"] {
        let song = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        let out = folder.path().join("out.wav");
        let output = tatum([
            Path::new("render"),
            &song,
            Path::new("--seconds"),
            Path::new("12"),
            Path::new("-o"),
            &out,
        ]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(stderr(&output).contains("built-in instruments"), "{}", stderr(&output));
        let samples = pcm(&out);
        let peak =
            samples.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]).unsigned_abs()).max();
        assert!(peak.is_some_and(|peak| (4_000..=32_700).contains(&peak)), "{name}: peak {peak:?}");
    }
}

#[test]
fn tags_of_an_spc_file_give_its_length() {
    let folder = tempfile::tempdir().unwrap();
    let case = std::fs::read_dir(SNES_SPC.carried(""))
        .unwrap()
        .map(|entry| entry.unwrap().path().join("song.spc"))
        .find(|path| path.is_file())
        .expect("the carried set has files");
    let mut bytes = std::fs::read(&case).unwrap();
    // ID666 in text: seconds at 0xA9, fade in milliseconds at 0xAC.
    bytes[0x23] = 26;
    bytes[0x2E..0x4E].fill(0);
    bytes[0x2E..0x34].copy_from_slice(b"Tagged");
    bytes[0xA9..0xAC].copy_from_slice(b"2\0\0");
    bytes[0xAC..0xB1].copy_from_slice(b"500\0\0");
    let song = folder.path().join("song.spc");
    std::fs::write(&song, bytes).unwrap();
    let samples = render(folder.path(), &song, &[]);
    assert_eq!(samples.len(), 4 * (2 * 32_000 + 16_000));
    let info = tatum([Path::new("info"), &song]);
    assert!(String::from_utf8_lossy(&info.stdout).contains("Tagged"));
}

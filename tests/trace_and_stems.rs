//! `trace` and `render --stems` from outside.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A case of every kind of engine that the project carries itself.
const CASES: [&str; 6] = [
    "golden-audio/n64-sm64/tune8",
    "golden-audio/n64-sm64-eu/voices",
    "golden-audio/n64-oot/basic-adpcm",
    "golden-audio/nds/tune-8bars",
    "golden-audio/snes/echo_edl",
    "golden-audio/snes-nspc/tune8",
];

fn tatum(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tatum")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn samples(path: &Path) -> Vec<i32> {
    hound::WavReader::open(path).unwrap().samples::<i32>().map(Result::unwrap).collect()
}

fn case(folder: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join("case.toml");
    assert!(path.is_file(), "{}", path.display());
    path.display().to_string()
}

#[test]
fn stems_add_up_to_the_mix_in_every_sample() {
    for name in CASES {
        let folder = tempfile::tempdir().unwrap();
        let mix = folder.path().join("mix.wav");
        let stems = folder.path().join("stems");
        let output = tatum(&[
            "render",
            &case(name),
            "--stems",
            &stems.display().to_string(),
            "-o",
            &mix.display().to_string(),
        ]);
        let said = text(&output.stderr);
        assert!(output.status.success(), "{name}: {said}");
        assert!(said.contains("the stems add up to the mix in all"), "{name}: {said}");
        let files: Vec<PathBuf> =
            std::fs::read_dir(&stems).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(files.len() >= 2 && files.contains(&stems.join("returns.wav")), "{name}: {files:?}");
        let mut sums = vec![0; samples(&mix).len()];
        for file in &files {
            let stem = samples(file);
            assert_eq!(stem.len(), sums.len(), "{name}");
            sums.iter_mut().zip(stem).for_each(|(sum, sample)| *sum += sample);
        }
        assert!(sums == samples(&mix), "{name}: the sum is the mix");
        let reference = Path::new(&case(name)).with_file_name("reference.wav");
        assert!(sums == samples(&reference), "{name}: the mix is the reference");
    }
}

/// The microcode's mixer rounds its sum with every voice it adds (`n64-mixer.md` 3), so a channel among others is a few
/// steps away from the channel alone; a wrong channel, or one with its reverb, is thousands away.
const ROUNDING: i32 = 8;

#[test]
fn a_stem_is_its_channel_alone_and_dry() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let tune = case("golden-audio/n64-sm64/tune8");
    let output = tatum(&["render", &tune, "--stems", &path(""), "--stems-by", "layer"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for (stem, solo) in [("channel-02-layer-0", "2"), ("channel-01-layer-1", "1.1")] {
        let alone = path("alone.wav");
        tatum(&["render", &tune, "--solo", solo, "--mute", "returns", "-o", &alone]);
        let stem = samples(Path::new(&path(&format!("{stem}.wav"))));
        assert!(stem.iter().any(|sample| sample.abs() > 1000), "{solo}");
        let differences =
            stem.iter().zip(samples(Path::new(&alone))).map(|(stem, alone)| (stem - alone).abs());
        assert!(differences.max().unwrap() <= ROUNDING, "{solo}");
    }
}

#[test]
fn channels_are_muted_by_what_they_play() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let overture = "examples/overture.m64";
    let render = |arguments: &[&str], output: &str| {
        let all = [&["render", overture, "--seconds", "4", "--quiet", "-o", output], arguments].concat();
        let output = tatum(&all);
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    render(&["--solo", "drums"], &path("by-name.wav"));
    let info = text(&tatum(&["info", overture]).stdout);
    let line = info.lines().find(|line| line.contains("drums")).unwrap_or_else(|| panic!("{info}"));
    let number = line.split_whitespace().next().unwrap();
    render(&["--solo", number], &path("by-number.wav"));
    assert!(samples(Path::new(&path("by-name.wav"))) == samples(Path::new(&path("by-number.wav"))));
    let output = tatum(&["render", overture, "--mute", "kazoo", "-o", &path("x.wav")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no channel plays 'kazoo'"), "{}", text(&output.stderr));
    let output = tatum(&["render", overture, "--solo", "returns", "-o", &path("x.wav")]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_song_is_compared_with_a_trace_of_its_golden_set() {
    for name in CASES {
        let case = case(name);
        let folder = Path::new(&case).parent().unwrap();
        let mut traces = ["trace.tsv.gz", "dsp_writes.tsv.gz"].iter().map(|file| folder.join(file));
        let trace = traces.find(|path| path.is_file()).unwrap().display().to_string();
        let output = tatum(&["trace", &case, "--diff", &trace]);
        assert_eq!(output.status.code(), Some(0), "{name}: {}{}", text(&output.stdout), text(&output.stderr));
        assert!(text(&output.stdout).starts_with("equal: "), "{name}");
    }
}

#[test]
fn the_first_differing_row_is_shown_with_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let tune = case("golden-audio/nds/tune-8bars");
    tatum(&["trace", &tune, "--kind", "registers", "-o", &path("a.tsv")]);
    let rows = std::fs::read_to_string(path("a.tsv")).unwrap();
    let mut changed: Vec<String> = rows.lines().map(str::to_owned).collect();
    let row = changed[100].clone();
    let fields: Vec<&str> = row.split('\t').collect();
    changed[100] = [fields[0], fields[1], fields[2], fields[3], "ff00ff"].join("\t");
    let expected = format!("value: {}, not ff00ff", fields[4]);
    std::fs::write(path("b.tsv"), changed.join("\n") + "\n").unwrap();
    let output = tatum(&["trace", &path("a.tsv"), "--diff", &path("b.tsv")]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the traces part in line 101") && said.contains(&expected), "{said}");
}

#[test]
fn json_lines_hold_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("trace.jsonl").display().to_string();
    for name in CASES {
        let case = case(name);
        for kind in ["events", "registers", "voices"] {
            let seconds = ["--seconds", "1", "--kind", kind];
            let output = tatum(&[&["trace", &case, "--format", "jsonl", "-o", &json], &seconds[..]].concat());
            assert!(output.status.success(), "{name}: {}", text(&output.stderr));
            let rows = std::fs::read_to_string(&json).unwrap();
            for row in rows.lines().take(100) {
                assert!(serde_json::from_str::<serde_json::Value>(row).unwrap().is_object(), "{name}: {row}");
            }
            let output = tatum(&[&["trace", &case, "--diff", &json], &seconds[..]].concat());
            assert_eq!(output.status.code(), Some(0), "{name} {kind}: {}", text(&output.stdout));
        }
    }
}

#[test]
fn rows_are_filtered_by_channel_and_time() {
    let tune = case("golden-audio/nds/tune-8bars");
    let rows = |arguments: &[&str]| {
        let output = tatum(&[&["trace", &tune], arguments].concat());
        text(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let all = rows(&["--seconds", "2"]);
    let one = rows(&["--seconds", "2", "--channel", "1"]);
    assert!(one.len() > 5 && one.len() < all.len());
    assert_eq!(one[0], all[0], "the columns are named");
    assert!(one[1..].iter().all(|row| row.contains("track 1")), "{one:?}");
    let late = rows(&["--from", "1", "--seconds", "1"]);
    assert_eq!(late[0], all[0]);
    assert!(all.ends_with(&late[1..]) && late.len() < all.len());
}

#[test]
fn limits_are_said_in_info_with_their_count() {
    let info = text(&tatum(&["info", &case("golden-audio/n64-sm64-eu/voices")]).stdout);
    assert!(info.contains("all voices are busy"), "{info}");
    assert!(info.contains("times, first here)"), "{info}");
    let info = text(&tatum(&["info", "--levels", "examples/overture.m64"]).stdout);
    assert!(info.contains("levels    peak -"), "{info}");
}

//! What banks are taken from, and what lists say about them.

use std::fs;
use std::path::Path;

use tatum_nds::format::rom::write_image;
use tatum_snes::format::{SpcFile, TransferImage};

use super::{bank, case, nds_archive, run, snes_image};
use crate::support::{self, code, stderr, tatum};

#[test]
fn lists_name_splits_drums_envelopes_and_samples() {
    let list =
        |path: &Path| String::from_utf8(run(&[Path::new("bank"), Path::new("list"), path]).stdout).unwrap();
    let n64 = list(&support::N64_SM64.carried("bank"));
    for part in [
        "sample 2 samples/00/002.wav: adpcm, 567 bytes, 1000 samples at 40960 Hz, loop 300 to 1000\n",
        "bank 0: 14 instruments, 7 drums\n",
        "  instrument 5:\n    C-1 to F3 samples/00/009.wav at 32000.0 Hz\n",
        "  drum 3: C1 samples/00/008.wav at 22400.0 Hz, pan 127, 1:32700 200:32700 hold, release 220 (attack 0.004 s, held",
        "24:30000 goto 1, release 50",
    ] {
        assert!(n64.contains(part), "expected '{part}' in\n{n64}");
    }
    let fonts = list(&case(support::N64_OOT, "basic-adpcm"));
    assert!(fonts.contains("effects") && fonts.contains("adpcm-2bit") && fonts.contains("pcm8"), "{fonts}");
    let nds = list(&nds_archive());
    assert!(
        nds.contains("drum set") && nds.contains("square wave") && nds.contains("attack 127, decay"),
        "{nds}"
    );
    let snes = list(&snes_image());
    assert!(snes.contains("noise 26, envelope") && snes.contains("brr, "), "{snes}");
    let unknown = tatum([Path::new("bank"), Path::new("list"), &support::N64_SM64.carried("")]);
    assert_eq!(code(&unknown), 2);
    assert!(stderr(&unknown).contains("expected a folder of banks"), "{}", stderr(&unknown));
}

fn text_of(arguments: &[&Path]) -> String {
    String::from_utf8(run(&[&[Path::new("bank"), Path::new("list")], arguments].concat()).stdout).unwrap()
}

#[test]
fn manifests_name_the_banks_on_every_console() {
    let work = tempfile::tempdir().unwrap();
    let mut spc = SpcFile::default();
    TransferImage::parse("x", &fs::read(snes_image()).unwrap()).unwrap().apply(&mut spc.ram);
    fs::write(work.path().join("song.spc"), spc.to_bytes()).unwrap();
    let manifest = |name: &str, text: &str| {
        fs::write(work.path().join(name), text).unwrap();
        work.path().join(name)
    };
    let (image, archive, fonts) = (snes_image(), nds_archive(), case(support::N64_OOT, "basic-adpcm"));
    let spc = manifest("spc.toml", "engine = \"spc\"\n");
    let input = manifest("input.toml", &format!("engine = \"nds\"\ninput = {archive:?}\n"));
    let twice = manifest("twice.toml", &format!("engine = \"oot\"\ninput = {:?}\n", fonts.join("case.toml")));
    let banks = support::N64_SM64.carried("bank");
    let tune = support::N64_SM64.carried("tune8/sequence.m64");
    let own = manifest("own.toml", &format!("engine = \"sm64-us\"\ninput = {tune:?}\nbank = {banks:?}\n"));
    for (named, file) in [
        (image.with_file_name("case.toml"), &image),
        (image.parent().unwrap().to_owned(), &image),
        (archive.with_file_name("case.toml"), &archive),
        (spc, &image),
        (input, &archive),
        (twice, &fonts),
        (own, &banks),
    ] {
        assert_eq!(text_of(&[&named]), text_of(&[file]), "{}", named.display());
    }
    // What lists take, the other commands take too.
    let folder = image.parent().unwrap();
    let at = |name: &str| work.path().join(name);
    bank("export", folder, &at("folder"));
    assert_eq!(text_of(&[&at("folder")]), text_of(&[&image]));
    bank("export", &image.with_file_name("case.toml"), &at("font.sf2"));
    bank("export", &archive.with_file_name("case.toml"), &at("archive"));
    assert!(at("archive/archive.toml").is_file());
    let audition =
        [Path::new("bank"), Path::new("audition"), folder, Path::new("--instrument=0"), Path::new("-o")];
    run(&[&audition[..], &[&at("note.wav")]].concat());
}

#[test]
fn manifests_without_banks_say_so() {
    let work = tempfile::tempdir().unwrap();
    let path = work.path().join("case.toml");
    for (text, expected, message) in [
        ("engine = \"nds\"\ninput = \"case.toml\"\n", 3, "names an input itself"),
        ("engine = \"nds\"\ninput = \".\"\n", 3, "names an input itself"),
        ("engine = \"n-spc-smw\"\nfile = \"image.bin\"\n", 3, "n-spc-alttp only, found n-spc-smw"),
        ("engine = \"n-spc-alttp\"\nfile = \"missing.bin\"\n", 4, "missing.bin"),
        ("engine = \"nds\"\n", 3, "file"),
        (
            "engine = \"sm64-us\"\nsequence = \"x.m64\"\n[reference]\nfile = \"x.wav\"\n",
            2,
            "it names no bank",
        ),
        ("engine = \"sm64-us\"\nbank = \".\"\nsequence = \"x.m64\"\n", 2, "expected a folder of banks"),
    ] {
        fs::write(&path, text).unwrap();
        for input in [&path, &work.path().to_owned()] {
            let output = tatum([Path::new("bank"), Path::new("list"), input]);
            assert_eq!(code(&output), expected, "{text}: {}", stderr(&output));
            assert!(stderr(&output).contains(message), "{text}: {}", stderr(&output));
        }
    }
}

#[test]
fn all_sound_archives_of_a_game_are_listed_and_one_can_be_chosen() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    let archives = [nds_archive(), support::NDS.carried("tune-8bars/sound.sdat")];
    let [first, second] = archives.each_ref().map(|path| fs::read(path).unwrap());
    fs::write(at("game.nds"), write_image(&[("one.sdat", &first), ("two.sdat", &second)])).unwrap();
    let game = at("game.nds");
    let all = text_of(&[&game]);
    let heading = |number: usize, path: &str| format!("archive {number}: {path}\n");
    assert!(all.starts_with(&heading(0, "one.sdat")) && all.contains(&heading(1, "two.sdat")), "{all}");
    let json = |arguments: &[&str]| {
        let arguments = [&["bank", "list", "--json", game.to_str().unwrap()], arguments].concat();
        serde_json::from_slice::<serde_json::Value>(&run(&arguments).stdout).unwrap()
    };
    let all = json(&[]);
    assert_eq!(all["archives"][1], serde_json::json!({"number": 1, "path": "two.sdat"}));
    let (one, two) = (json(&["--archive", "0"]), json(&["--archive", "1"]));
    let count = |list: &serde_json::Value, what: &str| list[what].as_array().unwrap().len();
    for what in ["banks", "samples"] {
        assert_eq!(count(&all, what), count(&one, what) + count(&two, what), "{what}");
        assert!(count(&two, what) != 0);
    }
    // A sound of the second archive names a sample behind all of the first.
    let samples_of = |list: &serde_json::Value| -> Vec<u64> {
        let banks = list["banks"].as_array().unwrap().iter().filter(|bank| bank["archive"] == 1);
        let instruments = banks.flat_map(|bank| bank["instruments"].as_array().unwrap());
        let sounds = instruments.flat_map(|instrument| instrument["sounds"].as_array().unwrap());
        sounds.filter_map(|sound| sound["sample"]["sample"].as_u64()).collect()
    };
    let moved: Vec<u64> =
        samples_of(&two).iter().map(|sample| sample + count(&one, "samples") as u64).collect();
    assert!(!moved.is_empty() && samples_of(&all) == moved, "{moved:?}");
    // Without archives to choose from the list is as it was.
    assert_eq!(json(&["--archive", "1"])["banks"][0]["archive"], 1);
    assert!(!text_of(&[&archives[0]]).contains("archive 0"));
    let lone = run(&[Path::new("bank"), Path::new("list"), &archives[0], Path::new("--archive=0")]);
    assert_eq!(String::from_utf8(lone.stdout).unwrap(), text_of(&[&archives[0]]));
    // Where only one can be used it is the first, which is said.
    let first = bank("export", &game, &at("first.sf2"));
    assert!(stderr(&first).contains("2 sound archives, this is 0 one.sdat"), "{}", stderr(&first));
    bank("export", &archives[0], &at("alone.sf2"));
    let fonts = ["first.sf2", "alone.sf2"].map(|name| fs::read(at(name)).unwrap());
    assert_eq!(fonts[0].len(), fonts[1].len());
    let second = [Path::new("bank"), Path::new("export"), &game, &at("second"), Path::new("--archive=1")];
    run(&second);
    bank("import", &at("second"), &at("second.sdat"));
    assert!(fs::read(at("second.sdat")).unwrap() == fs::read(&archives[1]).unwrap());
    for (input, archive, message) in [
        (&game, "--archive=2", "expected a number below 2, found 2"),
        (&archives[0], "--archive=1", "expected a number below 1, found 1"),
        (&snes_image(), "--archive=0", "only games of the DS"),
    ] {
        let output = tatum([Path::new("bank"), Path::new("list"), input, Path::new(archive)]);
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
        let export = [Path::new("bank"), Path::new("export"), input, &at("never"), Path::new(archive)];
        let output = tatum(export);
        assert_eq!(code(&output), 2, "{}", stderr(&output));
        assert!(stderr(&output).contains(message) && !at("never").exists(), "{}", stderr(&output));
    }
}

#[test]
fn extracted_games_have_the_banks_of_their_roms() {
    let work = tempfile::tempdir().unwrap();
    let at = |name: &str| work.path().join(name);
    fs::write(at("game.nds"), write_image(&[("one.sdat", &fs::read(nds_archive()).unwrap())])).unwrap();
    run(&[Path::new("rom"), Path::new("extract"), &at("game.nds"), &at("game")]);
    assert_eq!(text_of(&[&at("game")]), text_of(&[&at("game.nds")]));
    // A table that leads out of its folder is refused.
    let table = fs::read_to_string(at("game/game.toml")).unwrap();
    fs::write(at("game/game.toml"), table.replace("one.sdat", "../game.nds")).unwrap();
    let output = tatum([Path::new("bank"), Path::new("list"), &at("game")]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("lies outside of the folder"), "{}", stderr(&output));
}

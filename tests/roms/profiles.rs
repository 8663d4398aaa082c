//! Games that are told in a profile.

use super::{Workshop, sm64, support};

const PROFILE: &str = "game = \"Our Game\"\n[[version]]\nengine = \"sm64-us\"\nlayout = \"archives\"\ncode = \"OURS\"\nboot = \"6103\"\n\
                       banks = 0x57B720\nsequences = 0x7B0860\nbank_sets = 0x7CC620\nroom = [0x7CC6C0, 0x800000]\n[names]\n2 = \"Our Tune\"\n";

#[test]
fn a_profile_adds_a_game_without_a_new_build() {
    let shop = Workshop::new();
    let mut image = sm64::image();
    image[0x3B..0x3F].copy_from_slice(b"OURS");
    // No larger than the room: the profile does not ask for more.
    image.truncate(0x80_0000);
    shop.write("game.z64", &image);
    shop.write("our.toml", PROFILE.as_bytes());
    shop.write("tune.m64", &std::fs::read(crate::support::N64_SM64.carried("tune8/sequence.m64")).unwrap());
    let list = shop.run(&["rom", "list", "game.z64", "--profile", "our.toml", "--no-lengths"]);
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.contains("Our Game") && list.contains("Our Tune"), "{list}");
    shop.done(&[
        "render",
        "game.z64",
        "--profile",
        "our.toml",
        "--song",
        "2",
        "--seconds",
        "1",
        "-o",
        "out.wav",
    ]);
    // Of banks the engine is what only the profile says.
    let banks = |more: &[&str]| {
        let output = shop.run(&[&["bank", "export", "game.z64"], more].concat());
        assert_eq!(support::code(&output), 0, "{}", support::stderr(&output));
    };
    shop.write("eu.toml", PROFILE.replace("sm64-us", "sm64-eu").as_bytes());
    for (profile, engine) in [("our.toml", "sm64-us"), ("eu.toml", "sm64-eu")] {
        banks(&[engine, "--profile", profile]);
        let table = String::from_utf8(shop.read(&format!("{engine}/banks.toml"))).unwrap();
        assert!(table.contains(&format!("engine = \"{engine}\"")), "{table}");
        shop.done(&["bank", "list", "game.z64", "--profile", profile]);
    }
    shop.refused(4, &["bank", "list", "game.z64", "--profile", "missing.toml"]);
    // Without it the game is found by its structure, but where it has room is not known.
    let insert = ["rom", "insert", "game.z64", "tune.m64", "--song", "1", "-o", "new.z64"];
    shop.refused(3, &insert);
    let with_profile = [&insert[..], &["--profile", "our.toml"]].concat();
    let said = shop.done(&with_profile);
    // The image has the checksum of 6102 already: that counts more than what the profile says.
    assert!(said.contains("boot chip 6102"), "{said}");
    shop.done(&["rom", "clean", "new.z64", "-o", "old.z64", "--profile", "our.toml"]);
    assert!(shop.read("old.z64") == image);
}

#[test]
fn mistakes_in_a_profile_are_shown() {
    let shop = Workshop::new();
    shop.write("game.z64", &sm64::image()[..0x1000]);
    shop.write("bad.toml", PROFILE.replace("banks =", "bonks =").as_bytes());
    let message = shop.refused(3, &["rom", "list", "game.z64", "--profile", "bad.toml"]);
    assert!(message.contains("bonks") && message.contains("bad.toml:7"), "{message}");
    shop.refused(4, &["rom", "list", "game.z64", "--profile", "missing.toml"]);
}

//! `tatum rom` from outside, on images made of our own data: what it lists, takes out, puts in and brings back.

mod nds;
mod profiles;
mod sm64;
mod snes;
#[path = "../support/mod.rs"]
mod support;
mod zelda;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{code, stderr, tatum};

/// A folder to work in.
struct Workshop {
    folder: tempfile::TempDir,
}

impl Workshop {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// All names in the folder, hidden ones too.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let program = env!("CARGO_BIN_EXE_tatum");
        std::process::Command::new(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("the program starts")
    }

    /// Runs what must succeed; what it says to people.
    fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        stderr(&output)
    }

    /// Runs what must be refused with a code, and leave every file as it was.
    fn refused(&self, expected: i32, arguments: &[&str]) -> String {
        let content =
            || self.names().iter().map(|name| std::fs::read(self.path(name)).ok()).collect::<Vec<_>>();
        let (names, before) = (self.names(), content());
        let output = self.run(arguments);
        assert_eq!(code(&output), expected, "{arguments:?}: {}", stderr(&output));
        assert_eq!(self.names(), names, "{arguments:?}");
        assert!(content() == before, "{arguments:?} changes a file");
        stderr(&output)
    }

    /// Two seconds of a song.
    fn render(&self, input: &str, song: &str) -> Vec<u8> {
        self.done(&["render", input, "--song", song, "--seconds", "2", "-o", "out.wav"]);
        support::pcm(&self.path("out.wav"))
    }

    fn list(&self, rom: &str) -> serde_json::Value {
        let output = self.run(&["rom", "list", "--json", rom]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// That something that was rendered is how a reference begins.
fn assert_plays(samples: &[u8], reference: &Path) {
    let reference = support::pcm(reference);
    assert!(samples == &reference[..samples.len()], "differs from the reference");
}

#[test]
fn what_is_no_rom_is_refused() {
    let shop = Workshop::new();
    for (name, bytes) in [
        ("empty.z64", &b""[..]),
        ("short.z64", b"\x80\x37\x12\x40"),
        ("text.txt", b"no ROM"),
        ("zeros.nds", &[0; 0x200]),
        ("zeros.sfc", &[0; 0x8000]),
    ] {
        shop.write(name, bytes);
        for action in [&["list"][..], &["extract"], &["clean", "-o"]] {
            let mut arguments = vec!["rom", action[0], name];
            arguments.extend(action.get(1));
            if action[0] != "list" {
                arguments.push("out");
            }
            let message = shop.refused(3, &arguments);
            assert!(message.contains("offset 0x") && message.contains("expected"), "{message}");
        }
    }
    shop.refused(4, &["rom", "list", "missing.z64"]);
    let message = shop.refused(2, &["rom", "clean", "short.z64"]);
    assert!(message.contains("--in-place"), "{message}");
    shop.refused(2, &["rom", "extract", "short.z64", "-", "--sequences-at", "0"]);
    std::fs::create_dir(shop.path("folder")).unwrap();
    let message = shop.refused(2, &["rom", "list", "folder"]);
    assert!(message.contains("tatum info"), "{message}");
    std::fs::remove_dir(shop.path("folder")).unwrap();
    shop.refused(2, &["rom", "insert", "short.z64", "text.txt", "-o", "out.z64"]);
    let help = tatum(["rom", "--help"]);
    assert_eq!(code(&help), 0);
}

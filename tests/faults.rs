//! What goes wrong around the program: full disks, targets that cannot be written, a reader or the user who has enough.
//! Nothing that was there is lost, and nothing half-written remains.

#![cfg(unix)]

mod support;

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use support::{code, stderr, tatum};

const OVERTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/overture.m64");
const SDAT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/nds-demo.sdat");
const BEFORE: &[u8] = b"what was there before";

/// A folder with a file in it that is to be replaced.
struct Target {
    folder: tempfile::TempDir,
    file: PathBuf,
}

impl Target {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.wav");
        std::fs::write(&file, BEFORE).unwrap();
        Self { folder, file }
    }

    /// The old file is as it was, and nothing is beside it.
    fn assert_untouched(&self) {
        assert_eq!(std::fs::read(&self.file).unwrap(), BEFORE);
        assert_eq!(names(self.folder.path()), ["out.wav"]);
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The program under a shell that does something first; `$0` is the program, `$@` its arguments.
fn shell<A: AsRef<std::ffi::OsStr>>(script: &str, arguments: impl IntoIterator<Item = A>) -> Output {
    Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_tatum")])
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// A limit on the size of files is a full disk that needs no disk.
#[test]
fn a_disk_that_becomes_full_leaves_the_old_file() {
    let target = Target::new();
    let out = target.file.to_str().unwrap();
    // Blocks of 512 bytes; ignored, the signal becomes an error.
    let output = shell("trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"", ["render", OVERTURE, "-o", out]);
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    assert!(stderr(&output).contains("out.wav: File too large"), "{}", stderr(&output));
    target.assert_untouched();
    // Not ignored, it kills.
    let output = shell("ulimit -f 64; exec \"$0\" \"$@\"", ["render", OVERTURE, "-o", out]);
    assert_eq!(output.status.code(), None, "{}", stderr(&output));
    assert_eq!(std::fs::read(&target.file).unwrap(), BEFORE);
    #[cfg(target_os = "linux")]
    target.assert_untouched();
}

#[test]
fn a_disk_that_becomes_full_leaves_no_folder() {
    let folder = tempfile::tempdir().unwrap();
    let limited = |arguments: &[&str]| {
        shell(
            "trap '' XFSZ; ulimit -f 4; cd \"$1\"; shift; exec \"$0\" \"$@\"",
            [&[folder.path().to_str().unwrap()], arguments].concat(),
        )
    };
    for arguments in [
        &["render", OVERTURE, "--stems", "stems"][..],
        &["convert", SDAT, "parts/"],
        &["demo", "-o", "demo"],
        &["man", "pages"],
    ] {
        let output = limited(arguments);
        assert_eq!(code(&output), 4, "{arguments:?}: {}", stderr(&output));
        assert_eq!(names(folder.path()), [""; 0], "{arguments:?}");
    }
}

/// A small file system of our own, where the system lets us have one.
#[cfg(target_os = "linux")]
#[test]
fn a_full_file_system_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let script =
        "mount -t tmpfs -o size=128k none \"$1\" || exit 77; cd \"$1\"; shift; printf before > out.wav
                  \"$0\" \"$@\"; status=$?; echo \"$(cat out.wav)|$(ls -A)\"; exit $status";
    let output = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", script, env!("CARGO_BIN_EXE_tatum")])
        .arg(folder.path())
        .args(["render", OVERTURE, "-o", "out.wav"])
        .output();
    match output {
        Ok(output) if output.status.code() == Some(4) => {
            assert!(stderr(&output).contains("out.wav: No space left on device"), "{}", stderr(&output));
            assert!(stderr(&output).contains("nothing was changed"), "{}", stderr(&output));
            assert_eq!(String::from_utf8_lossy(&output.stdout), "before|out.wav\n");
        }
        Ok(output) if output.status.code() == Some(0) => panic!("a megabyte in 128 KiB"),
        _ => println!("no file system can be mounted here: only limits of sizes are tested"),
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_an_error() {
    for arguments in
        [&["info", OVERTURE][..], &["render", OVERTURE, "--seconds", "1", "-o", "-"], &["completions", "zsh"]]
    {
        let output = shell("exec \"$0\" \"$@\" > /dev/full", arguments);
        assert_eq!(code(&output), 4, "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("standard output: No space left"), "{}", stderr(&output));
    }
}

#[test]
fn a_target_that_cannot_be_written_is_said_and_kept() {
    use std::os::unix::fs::PermissionsExt;
    let target = Target::new();
    let output = tatum([
        "render",
        OVERTURE,
        "--seconds",
        "1",
        "-o",
        target.folder.path().join("no/such/out.wav").to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    let output = tatum(["render", OVERTURE, "--seconds", "1", "-o", target.folder.path().to_str().unwrap()]);
    assert_eq!(code(&output), 4, "a folder: {}", stderr(&output));
    target.assert_untouched();

    let set =
        |mode| std::fs::set_permissions(target.folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    set(0o555);
    if std::fs::write(target.folder.path().join("probe"), "").is_ok() {
        println!("this user may write everywhere: permissions are not tested");
        set(0o755);
        return;
    }
    let output = tatum(["render", OVERTURE, "--seconds", "1", "-o", target.file.to_str().unwrap()]);
    set(0o755);
    assert_eq!(code(&output), 4, "{}", stderr(&output));
    assert!(stderr(&output).contains("nothing was changed"), "{}", stderr(&output));
    target.assert_untouched();
}

/// The kernel's own folders take no files, whoever asks.
#[cfg(target_os = "linux")]
#[test]
fn a_file_system_that_takes_no_files_is_an_error() {
    let output = tatum(["render", OVERTURE, "--seconds", "1", "-o", "/proc/out.wav"]);
    assert_eq!(code(&output), 4, "{}", stderr(&output));
}

#[cfg(target_os = "linux")]
/// A render that takes long enough to be stopped in the middle.
fn long_render(seconds: &str, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_tatum"))
        .args(["render", OVERTURE, "--seconds", seconds])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the program has begun to write: it has an open file in the folder.
#[cfg(target_os = "linux")]
fn wait_until_writing(child: &mut Child, folder: &Path) {
    let started = Instant::now();
    let descriptors = format!("/proc/{}/fd", child.id());
    loop {
        let entries = std::fs::read_dir(&descriptors).into_iter().flatten();
        let is_ours = |path: PathBuf| path.starts_with(folder);
        if entries.flatten().any(|entry| std::fs::read_link(entry.path()).is_ok_and(is_ours)) {
            return;
        }
        if let Some(status) = child.try_wait().unwrap() {
            let mut text = String::new();
            child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
            panic!("ended with {status}: {text}");
        }
        assert!(started.elapsed() < Duration::from_secs(120), "nothing is written");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(target_os = "linux")]
fn stop(child: &mut Child, signal: &str) -> std::process::ExitStatus {
    let sent = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    child.wait().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn stopped_in_the_middle_of_a_file_nothing_of_it_remains() {
    for signal in ["INT", "TERM", "HUP", "KILL"] {
        let target = Target::new();
        let mut child = long_render("14400", &["-o", target.file.to_str().unwrap()]);
        wait_until_writing(&mut child, target.folder.path());
        // A file without a name needs nothing from the program: the system ends it.
        assert!(matches!(stop(&mut child, signal).code(), None | Some(130)), "{signal}");
        target.assert_untouched();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn interrupted_in_the_middle_of_a_folder_nothing_of_it_remains() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = long_render("600", &["--stems", folder.path().join("stems").to_str().unwrap()]);
    wait_until_writing(&mut child, folder.path());
    assert_eq!(stop(&mut child, "TERM").code(), Some(130));
    assert_eq!(names(folder.path()), [""; 0]);
}

/// As root, `-o /dev/null` made a file of the system's device.
#[test]
fn a_target_that_is_no_file_is_written_to_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [pipe, plain] = ["pipe", "plain.wav"].map(|name| folder.path().join(name));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read(pipe).unwrap()
    });
    for output in [&pipe, &plain] {
        let output = tatum(["render", SDAT, "--seconds", "1", "-o", output.to_str().unwrap()]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    assert!(reader.join().unwrap() == std::fs::read(&plain).unwrap());
    assert!(!pipe.metadata().unwrap().is_file());
    assert_eq!(names(folder.path()), ["pipe", "plain.wav"]);
}

#[test]
fn a_link_to_a_file_stays_a_link() {
    let target = Target::new();
    let link = target.folder.path().join("link");
    std::os::unix::fs::symlink("out.wav", &link).unwrap();
    let output = tatum(["render", SDAT, "--seconds", "1", "-o", link.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(link.is_symlink());
    assert!(std::fs::read(&target.file).unwrap().starts_with(b"RIFF"));
}

/// `yes | head` for every command that writes to standard output.
#[test]
fn a_reader_who_goes_away_is_no_error() {
    let tune = support::N64_SM64.carried("tune8");
    let tune = tune.to_str().unwrap();
    for arguments in [
        &["trace", tune, "--kind", "events"][..],
        &["render", tune, "-o", "-"],
        &["info", tune, "--json"],
        &["completions", "bash"],
        &["verify", tune, "--json"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tatum"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 0, "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("ipe"), "{arguments:?}: {}", stderr(&output));
    }
}

/// A pack whose members name other folders: nothing is written anywhere, and such members are not used.
#[test]
fn members_of_a_pack_cannot_leave_it() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let pack = inner.join("evil.ootrs");
    let case = support::N64_OOT.carried("basic-adpcm");
    let file = |name: &str| std::fs::read(case.join(name)).unwrap();
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&pack).unwrap());
    for (name, bytes) in [
        ("../a.meta", b"Evil\n-\nbgm\n\n".to_vec()),
        ("/a.seq", file("sequence.zseq")),
        ("..\\a.zbank", file("soundfont.zbank")),
        ("C:a.bankmeta", file("soundfont.bankmeta")),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap();
    let output = tatum([Path::new("info"), &pack]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert_eq!(names(folder.path()), ["inner"]);
    assert_eq!(names(&inner), ["evil.ootrs"]);
}

/// What unpacks to more than a limit stops there, with the limit in its message.
#[test]
fn bombs_stop_at_their_limits() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let zeros = vec![0; 1 << 20];
    let pack = folder.path().join("bomb.ootrs");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&pack).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("a.meta", options).unwrap();
    zip.write_all(b"Bomb\n-\nbgm\n\n").unwrap();
    zip.start_file("a.seq", options).unwrap();
    (0..80).for_each(|_| zip.write_all(&zeros).unwrap());
    zip.finish().unwrap();
    assert_refused(&pack, "at most 0x");

    let trace = folder.path().join("bomb.tsv.gz");
    let mut gzip =
        flate2::write::GzEncoder::new(std::fs::File::create(&trace).unwrap(), flate2::Compression::fast());
    (0..300).for_each(|_| gzip.write_all(&zeros).unwrap());
    gzip.finish().unwrap();
    let output = tatum([Path::new("trace"), Path::new(OVERTURE), Path::new("--diff"), &trace]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("at most"), "{}", stderr(&output));
}

fn assert_refused(path: &Path, expected: &str) {
    let output = tatum([Path::new("info"), path]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
}

/// Whatever has no end is read up to the largest size that an input can have.
#[cfg(target_os = "linux")]
#[test]
fn a_manifest_that_names_a_device_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("endless.toml");
    std::fs::write(&manifest, "engine = \"sm64-us\"\nsequence = \"/dev/zero\"\n").unwrap();
    let output = shell("ulimit -v 4000000; exec \"$0\" \"$@\"", ["info", manifest.to_str().unwrap()]);
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("/dev/zero"), "{}", stderr(&output));
}

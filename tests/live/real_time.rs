//! In real time, when asked for.

use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tatum::song::{OpenOptions, Song};

use super::OVERTURE;
use super::alsa::bytes_of;
use super::rig::rendered;

/// A PulseAudio of the test's own, whose sink writes into a pipe in time with the clock.
struct Pulse {
    daemon: std::process::Child,
    folder: tempfile::TempDir,
    reader: JoinHandle<Vec<u8>>,
}

impl Pulse {
    fn start(rate: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        let daemon = Process::new("pulseaudio")
            .args(["-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no", "--log-target=null"])
            .arg(format!("--load=module-native-protocol-unix socket={place}/native auth-anonymous=1"))
            .arg(format!(
                "--load=module-pipe-sink file={place}/pipe format=s16le channels=2 rate={rate} \
                 use_system_clock_for_timing=yes"
            ))
            .env("XDG_RUNTIME_DIR", &place)
            .env("HOME", &place)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("PulseAudio is installed");
        let pipe = folder.path().join("pipe");
        let begun = Instant::now();
        while !pipe.exists() || !folder.path().join("native").exists() {
            assert!(begun.elapsed() < Duration::from_secs(30), "PulseAudio does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        let configuration = format!("pcm.!default {{ type pulse server \"unix:{place}/native\" }}\n");
        std::fs::write(folder.path().join("asound.conf"), configuration).unwrap();
        let reader = std::thread::spawn(move || std::fs::read(pipe).unwrap_or_default());
        Self { daemon, folder, reader }
    }

    /// Whether tests with it are asked for.
    fn is_wanted() -> bool {
        let is_wanted = std::env::var_os("TATUM_REALTIME_TEST").is_some();
        if !is_wanted {
            println!("TATUM_REALTIME_TEST is not set: nothing was played in real time");
        }
        is_wanted
    }

    /// The program, with this as its sound device.
    fn play(&self, input: &Path, seconds: u32) -> Process {
        let mut play = Process::new(env!("CARGO_BIN_EXE_tatum"));
        play.args(["play", "--plain", "--seconds", &seconds.to_string(), "--period", "256"])
            .arg(input)
            .env("ALSA_CONFIG_PATH", self.folder.path().join("asound.conf"))
            .stdin(Stdio::null());
        play
    }

    /// Ends it; gives what was played.
    fn stop(mut self) -> Vec<u8> {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
        self.reader.join().unwrap()
    }
}

#[test]
fn a_minute_in_real_time_under_load_has_no_underrun() {
    if !Pulse::is_wanted() {
        return;
    }
    // It keeps all sixteen voices of the most expensive engine busy.
    let input = PathBuf::from(OVERTURE);
    let rate = Song::open(&input, &OpenOptions::default()).unwrap().start().unwrap().rate().rounded() as u32;
    let pulse = Pulse::start(rate);
    let is_over = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let loads: Vec<_> = (0..std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
        .map(|_| {
            let is_over = is_over.clone();
            std::thread::spawn(move || while !is_over.load(std::sync::atomic::Ordering::Relaxed) {})
        })
        .collect();
    let begun = Instant::now();
    let output = pulse.play(&input, 60).output().unwrap();
    let elapsed = begun.elapsed();
    is_over.store(true, std::sync::atomic::Ordering::Relaxed);
    loads.into_iter().for_each(|load| load.join().unwrap());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let played = pulse.stop();
    assert!(output.status.success(), "{stderr}");
    assert!(!stderr.contains("underruns"), "{stderr}");
    assert!((59..65).contains(&elapsed.as_secs()), "not in real time: {elapsed:?}");
    let expected = bytes_of(&rendered(&input, 60 * rate as usize));
    let start = played.chunks_exact(4).position(|frame| frame != [0; 4]).unwrap_or(0) * 4;
    let first = expected.chunks_exact(4).position(|frame| frame != [0; 4]).unwrap_or(0) * 4;
    assert!(played[start..].starts_with(&expected[first..]), "what was heard is what was rendered");
}

#[test]
fn a_device_that_vanishes_is_one_line_and_exit_code_5() {
    if !Pulse::is_wanted() {
        return;
    }
    let pulse = Pulse::start(32_006);
    let playing = pulse.play(Path::new(OVERTURE), 60).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    pulse.stop();
    let begun = Instant::now();
    let output = playing.wait_with_output().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(20), "it goes on for {:?}", begun.elapsed());
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{stderr}");
    assert_eq!(stderr.matches("it has been taken away").count(), 1, "{stderr}");
}

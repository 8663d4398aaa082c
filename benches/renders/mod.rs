//! The renders whose speed has a target.

#[path = "../../engines/nds/tests/support/compose.rs"]
mod compose;
#[path = "../../engines/nds/benches/workload/mod.rs"]
mod ds;
#[path = "../../engines/snes/benches/workload/mod.rs"]
mod snes;
#[path = "../workload/mod.rs"]
mod workload;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tatum_n64::sequencer::abi::Abi;

/// Seconds of sound that are rendered of a song without an end.
const SECONDS: u32 = 120;

/// A song, how it is rendered, and how many times real time is asked for.
pub struct Target {
    pub name: &'static str,
    arguments: Vec<PathBuf>,
    pub times_real_time: f64,
    /// No more than the song has: silence is cheap.
    pub seconds: u32,
}

impl Target {
    /// What `tatum` is given to render the first `seconds` to `out`.
    pub fn arguments(&self, seconds: u32, out: &Path) -> Vec<OsString> {
        let mut arguments: Vec<OsString> =
            ["--quiet", "render", "--seconds", &seconds.to_string(), "-o"].map(OsString::from).into();
        arguments.push(out.into());
        arguments.extend(self.arguments.iter().map(OsString::from));
        arguments
    }
}

/// A file of the repository.
pub fn carried(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// All of them; files that are made for them go into `folder`.
pub fn targets(folder: &Path) -> Vec<Target> {
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("the temporary folder can be written to");
        path
    };
    let target = |name, times_real_time, seconds, arguments: Vec<PathBuf>| Target {
        name,
        arguments,
        times_real_time,
        seconds,
    };
    let bank = || ["--bank".into(), carried("golden-audio/n64-sm64/bank")];
    let busy = file("busy.m64", &workload::sixteen_voices(Abi::Sm64));
    vec![
        target(
            "N64, tune8",
            1500.0,
            16,
            [carried("golden-audio/n64-sm64/tune8/sequence.m64")].into_iter().chain(bank()).collect(),
        ),
        target("N64, 16 busy voices", 1000.0, SECONDS, [busy].into_iter().chain(bank()).collect()),
        target("DS, 16 busy channels", 900.0, SECONDS, vec![file("busy.sdat", &ds::sixteen_busy_channels())]),
        target("DS, tune-8bars", 1300.0, 10, vec![carried("golden-audio/nds/tune-8bars/sound.sdat")]),
        target(
            ".spc, 8 voices with echo",
            450.0,
            SECONDS,
            vec![file("voices.spc", &snes::eight_voices(&[]).to_bytes())],
        ),
        target("N-SPC, eight tracks", 600.0, 16, vec![carried("golden-audio/snes-nspc/tune8/case.toml")]),
    ]
}

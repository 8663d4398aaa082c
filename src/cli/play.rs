//! `tatum play`.

use clap::Args;

use super::common::{ExtentArguments, InputArguments, MuteArguments};
use crate::error::Error;

#[derive(Debug, Args)]
#[command(mut_arg("input", |input| input.required(false).required_unless_present("list_devices")))]
pub(super) struct PlayArguments {
    #[command(flatten)]
    input: Option<InputArguments>,

    #[command(flatten)]
    extent: ExtentArguments,

    #[command(flatten)]
    mutes: MuteArguments,

    /// Open the file again whenever it is saved, and go on at the same tick.
    #[arg(long)]
    watch: bool,

    /// Repeat each song for ever (the key l turns it off).
    #[arg(long, conflicts_with_all = ["seconds", "loops"])]
    endless: bool,

    /// Sound device, by a name that --list-devices shows [default: the system's].
    #[arg(long, value_name = "NAME")]
    device: Option<String>,

    /// List the sound devices and do nothing else.
    #[arg(long)]
    list_devices: bool,

    /// Frames that the device asks for at a time: fewer answer keys sooner, more stand more load.
    #[arg(long, value_name = "FRAMES", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(64..=16384))]
    period: u32,

    /// Do not take over the terminal: one line, and the song plays.
    #[arg(long)]
    plain: bool,

    /// Ticks per quarter note when beats are shown: the engine's own, or the 24 of older descriptions.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=960))]
    ppq: Option<u32>,

    /// Quarter notes in a bar: songs do not say.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=32))]
    beats_per_bar: u32,
}

#[cfg(not(feature = "live"))]
impl PlayArguments {
    pub(super) fn run(&self, _quiet: bool) -> Result<u8, Error> {
        Err(Error::Device {
            device: "play".into(),
            message: "this tatum was built without live sound; build it with the default features \
                      (cargo build --release; on Debian install libasound2-dev and pkg-config first)"
                .into(),
        })
    }
}

#[cfg(feature = "live")]
impl PlayArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        use super::common::print;
        use crate::output::live::{DeviceList, Monitor, SoundDevice};
        use crate::playback::{Parts, Playlist, Session, Settings};
        use crate::song::Song;

        if self.list_devices {
            print(&DeviceList::new()?.to_string())?;
            return Ok(0);
        }
        let Some(input) = &self.input else {
            return Err(Error::Usage(
                "play: expected a file, a folder or a list (see tatum play --help)".into(),
            ));
        };
        let playlist = Playlist::open(&input.input, &input.options())?;
        let named = self.mutes.has_names().then(|| Song::open(&input.input, &input.options())).transpose()?;
        let mutes = self.mutes.resolve(named.as_ref())?;
        let device = SoundDevice::find(self.device.as_deref(), self.period)?;
        let monitor = Monitor::default();
        let (command_sender, commands) = crossbeam_channel::unbounded();
        let (reports, report_receiver) = crossbeam_channel::bounded(crate::display::REPORTS);
        let settings = Settings { mutes, is_endless: self.endless, ..Settings::default() };
        let parts = Parts {
            lost: device.lost(),
            outlet: Box::new(device),
            monitor: monitor.clone(),
            commands,
            reports,
            playlist,
            wish: self.extent.wish(),
            settings,
            watches: self.watch,
        };
        let view = crate::display::View {
            monitor,
            commands: command_sender,
            reports: report_receiver,
            settings,
            ticks_per_beat: self.ppq,
            beats_per_bar: self.beats_per_bar,
        };
        let thread = std::thread::spawn(move || Session::new(parts).run());
        if quiet || self.plain || !crate::display::is_possible() {
            crate::display::show_lines(&view, quiet);
        } else {
            crate::display::show(view)?;
        }
        match thread.join() {
            Ok(result) => result.map(|_| 0),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

//! Conversions: each console says which formats it knows and which of them it turns into which.

mod midi_options;
pub(crate) mod n64;
pub(crate) mod nds;
pub(crate) mod snes;
mod snes_midi;

use std::io::Write;
use std::path::Path;

use crate::error::Error;
use crate::output::file::PendingFile;

pub use midi_options::SongMidiOptions;
pub use n64::N64Options;
pub use nds::NdsOptions;
pub use snes::SnesOptions;

/// A file format that a conversion reads or writes; each is one static.
#[derive(Debug, PartialEq, Eq)]
pub struct Format {
    /// What `--from` and `--to` call it.
    pub name: &'static str,
    /// Endings of its files, in lower case; an ending may belong to several formats.
    pub endings: &'static [&'static str],
    /// What it is, for people.
    pub what: &'static str,
}

/// The "ending" of a folder, for formats that are one.
pub(crate) const FOLDER: &str = "/";

/// Standard MIDI files, which all consoles share.
pub(crate) static MIDI: Format =
    Format { name: "midi", endings: &["mid", "midi"], what: "standard MIDI file" };

/// One format turned into another.
struct Conversion {
    from: &'static Format,
    to: &'static Format,
    run: fn(&Job<'_>) -> Result<(), Error>,
}

/// What is to be converted.
pub struct Job<'a> {
    /// The file read; `-` is standard input.
    pub input: &'a Path,
    /// The file written; `-` is standard output.
    pub output: &'a Path,
    /// What the command line says.
    pub options: &'a Options,
}

/// Options of all consoles' conversions.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Options {
    /// Say nothing but errors.
    #[arg(skip)]
    pub quiet: bool,
    /// Options of MIDI conversions.
    #[command(flatten)]
    pub midi: SongMidiOptions,
    /// Options of Nintendo 64 sequences.
    #[command(flatten)]
    pub n64: N64Options,
    /// Options of Super NES songs.
    #[command(flatten)]
    pub snes: SnesOptions,
    /// Options of Nintendo DS sound files.
    #[command(flatten)]
    pub nds: NdsOptions,
}

fn conversions() -> impl Iterator<Item = &'static Conversion> {
    n64::CONVERSIONS.iter().chain(snes::CONVERSIONS).chain(snes_midi::CONVERSIONS).chain(nds::CONVERSIONS)
}

/// Converts a file; `from` and `to` name formats where endings do not say which is meant.
///
/// # Errors
///
/// If no conversion, or more than one, fits; and what the conversion itself meets.
pub fn convert(job: &Job<'_>, from: Option<&str>, to: Option<&str>) -> Result<(), Error> {
    let from = candidates(job.input, from, "--from")?;
    let to = candidates(job.output, to, "--to")?;
    let fitting: Vec<_> = conversions()
        .filter(|conversion| from.contains(&conversion.from) && to.contains(&conversion.to))
        .collect();
    match fitting.as_slice() {
        [conversion] => (conversion.run)(job),
        [] => Err(Error::Usage(format!(
            "no conversion from {} to {}; there are: {}",
            names(&from),
            names(&to),
            list_conversions()
        ))),
        several => Err(Error::Usage(format!(
            "this could be {}: say which with --from and --to",
            several
                .iter()
                .map(|conversion| format!("{} to {}", conversion.from.name, conversion.to.name))
                .collect::<Vec<_>>()
                .join(" or ")
        ))),
    }
}

/// The commands that make a MIDI file of a file, by its ending; `None` if there is no way in one or two steps.
///
/// Every console makes its own songs of MIDI files: they are the way from one console to another.
pub(crate) fn commands_to_midi(path: &Path) -> Option<String> {
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    let command = |from: &Path, to: &Path| format!("`tatum convert {} {}`", from.display(), to.display());
    let reads = |conversion: &&Conversion, ending: &str| conversion.from.endings.contains(&ending);
    let to_midi = |ending: &str| conversions().any(|one| *one.to == MIDI && reads(&one, ending));
    let midi = path.with_extension("mid");
    if to_midi(&ending) {
        return Some(command(path, &midi));
    }
    let between = conversions().filter(|one| reads(one, &ending)).find_map(|one| {
        let first = one.to.endings.iter().copied().find(|ending| to_midi(ending))?;
        Some(path.with_extension(first))
    })?;
    Some(format!("{} and {}", command(path, &between), command(&between, &midi)))
}

/// Every conversion as `from to to`, for messages and help.
#[must_use]
pub fn list_conversions() -> String {
    let pairs: Vec<_> = conversions()
        .map(|conversion| format!("{} to {}", conversion.from.name, conversion.to.name))
        .collect();
    pairs.join(", ")
}

/// All formats, each once.
fn formats() -> Vec<&'static Format> {
    let mut formats: Vec<&'static Format> = Vec::with_capacity(32);
    for format in conversions().flat_map(|conversion| [conversion.from, conversion.to]) {
        if !formats.iter().any(|known| std::ptr::eq(*known, format)) {
            formats.push(format);
        }
    }
    formats
}

/// The formats with their endings and what they become, for help. Every start makes this text: it costs little.
#[must_use]
pub fn describe_formats() -> String {
    let mut text = String::with_capacity(2048);
    text.push_str("Formats, by the endings of files, or by their names with --from and --to:\n");
    for format in formats() {
        text.extend(["  ", format.name, " ("]);
        for (index, &ending) in format.endings.iter().enumerate() {
            let before = if index == 0 { "" } else { " " };
            text.extend(if ending == FOLDER { [before, "a ", "folder"] } else { [before, ".", ending] });
        }
        text.extend(["): ", format.what]);
        let becomes = conversions().filter(|conversion| std::ptr::eq(conversion.from, format));
        for (index, conversion) in becomes.enumerate() {
            text.extend([if index == 0 { "; to " } else { ", " }, conversion.to.name]);
        }
        text.push('\n');
    }
    text
}

/// The formats a file may have: the named one, or all that its ending allows.
fn candidates(path: &Path, name: Option<&str>, option: &str) -> Result<Vec<&'static Format>, Error> {
    let mut formats = formats();
    let ending = if path.is_dir() || path.as_os_str().to_string_lossy().ends_with(std::path::is_separator) {
        Some(FOLDER.to_owned())
    } else {
        path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase())
    };
    let known = names(&formats);
    match name {
        Some(name) => formats.retain(|format| format.name == name),
        None => {
            let ending = ending.as_deref().unwrap_or_default();
            formats.retain(|format| format.endings.contains(&ending));
        }
    }
    if !formats.is_empty() {
        return Ok(formats);
    }
    Err(Error::Usage(match name {
        Some(name) => format!("{option}: expected one of {known}, found '{name}'"),
        None => format!(
            "{}: its ending says no format that is known; name it with {option} ({known}), or end it with / if it \
             is a folder",
            path.display()
        ),
    }))
}

/// Writes a file under a temporary name and renames it, or writes to standard output for `-`.
pub(crate) fn write_output(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::io(path, source);
    if path == Path::new("-") {
        let mut out = std::io::stdout().lock();
        return out.write_all(bytes).and_then(|()| out.flush()).map_err(failed);
    }
    let mut file = PendingFile::create(path)?;
    file.file().write_all(bytes).map_err(failed)?;
    file.finish()
}

fn names(formats: &[&Format]) -> String {
    formats.iter().map(|format| format.name).collect::<Vec<_>>().join(", ")
}

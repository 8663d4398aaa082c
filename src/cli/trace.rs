//! `tatum trace`.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use tatum_core::Mutes;

use super::CHECK_FAILED;
use super::common::{Duration, InputArguments, print};
use crate::error::Error;
use crate::output::file::PendingFile;
use crate::output::wav::buffered;
use crate::song::{Song, SongLength, TraceKind, WriteRows};
use crate::trace::{RowDifference, RowFilter, Shapes, TraceFormat, compare_traces, read_trace};

/// What is traced of a song without an end, in seconds.
const DEFAULT_SECONDS: u64 = 60;
/// Endings of trace files; anything else that is compared is a song.
const TRACE_ENDINGS: [&str; 5] = ["tsv", "gz", "jsonl", "txt", "trace"];

#[derive(Debug, Args)]
pub(super) struct TraceArguments {
    #[command(flatten)]
    input: InputArguments,

    /// What to show: script commands, chip commands, or the state of all voices [default: events; for --diff with a
    /// trace of a golden set, the kind that set has].
    #[arg(long, value_enum)]
    kind: Option<TraceKind>,

    /// Output file [default: standard output].
    #[arg(short, long, value_name = "FILE", conflicts_with = "diff")]
    output: Option<PathBuf>,

    /// How rows are written: tab-separated, or one JSON object a line.
    #[arg(long, value_enum, default_value_t)]
    format: TraceFormat,

    /// Only rows of these channels (layers as 2.1, voices as v3).
    #[arg(long, value_name = "LIST")]
    channel: Option<Mutes>,

    /// Only what happens from this time on.
    #[arg(long, value_name = "S")]
    from: Option<Duration>,

    /// How long [default: what a manifest says, else to the loop's or the song's end].
    #[arg(long, value_name = "S")]
    seconds: Option<Duration>,

    /// Compare with another trace (.tsv, .tsv.gz, .jsonl) or the trace of another song, and show the first row that
    /// differs; INPUT may be a trace, too.
    #[arg(long, value_name = "OTHER")]
    diff: Option<PathBuf>,
}

impl TraceArguments {
    pub(super) fn run(&self, quiet: bool) -> Result<u8, Error> {
        match &self.diff {
            Some(other) => self.compare(other, quiet),
            None => self.write(quiet).map(|()| 0),
        }
    }

    fn write(&self, quiet: bool) -> Result<(), Error> {
        if is_trace(&self.input.input) {
            let text = read_trace(&self.input.input)?;
            return self.write_to_output(&mut |write| write(&text));
        }
        let song = self.input.open(quiet)?;
        self.write_to_output(&mut |write| self.trace(&song, self.kind.unwrap_or(TraceKind::Events), write))
    }

    /// Traces a song as the options say, unfiltered.
    fn trace(&self, song: &Song, kind: TraceKind, write: &mut WriteRows<'_>) -> Result<(), Error> {
        let rate = song.start()?.rate();
        let from = self.from.map_or(0, |from| rate.frames_in_nanoseconds(from.nanoseconds));
        let end = match (self.seconds, song.frames) {
            (Some(duration), _) => from.saturating_add(rate.frames_in_nanoseconds(duration.nanoseconds)),
            (None, Some(frames)) => frames,
            (None, None) => match song.find_length()? {
                SongLength::Loops { end, .. } => end,
                SongLength::Ends { frames, .. } | SongLength::Tagged { frames, .. } => frames,
                SongLength::Unknown => from.saturating_add(rate.frames_in_seconds(DEFAULT_SECONDS)),
            },
        };
        song.trace(kind, from..end, write)
    }

    fn write_to_output(
        &self,
        produce: &mut dyn FnMut(&mut WriteRows<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut rows = RowWriter::new(self);
        match self.output.as_deref().filter(|path| *path != Path::new("-")) {
            None => produce(&mut |text| print(&rows.convert(text))),
            Some(path) => {
                let mut pending = PendingFile::create(path)?;
                let mut writer = buffered(pending.file());
                produce(&mut |text| {
                    writer.write_all(rows.convert(text).as_bytes()).map_err(|source| Error::io(path, source))
                })?;
                writer.flush().map_err(|source| Error::io(path, source))?;
                drop(writer);
                pending.finish()
            }
        }
    }

    fn compare(&self, other: &Path, quiet: bool) -> Result<u8, Error> {
        let paths = [self.input.input.as_path(), other];
        let mut texts = [None, None];
        for (text, path) in texts.iter_mut().zip(paths).filter(|(_, path)| is_trace(path)) {
            *text = Some(read_trace(path)?);
        }
        let first_line =
            texts.iter().flatten().next().and_then(|text| text.lines().next()).map(str::to_owned);
        for (text, path) in texts.iter_mut().zip(paths).filter(|(text, _)| text.is_none()) {
            *text = Some(self.trace_of(path, first_line.as_deref(), quiet)?);
        }
        let [first, second] = texts.map(|text| RowWriter::new(self).filter_only(&text.unwrap_or_default()));
        let (lines, difference) = compare_traces(&first, &second);
        match difference {
            None => print(&format!("equal: {lines} lines\n")).map(|()| 0),
            Some(difference) => {
                print(&as_text(&difference, paths))?;
                Ok(CHECK_FAILED)
            }
        }
    }

    /// The trace of a song as text, of the kind that begins with a line if there is one to compare with.
    fn trace_of(&self, path: &Path, first_line: Option<&str>, quiet: bool) -> Result<String, Error> {
        let song = Song::open(path, &self.input.options())?;
        if !quiet {
            song.notes.iter().for_each(|note| eprintln!("tatum: {note}"));
        }
        let kind = match (self.kind, first_line) {
            (Some(kind), _) => kind,
            (None, Some(line)) => kind_with_first_line(&song, line)?,
            (None, None) => TraceKind::Events,
        };
        let mut text = String::new();
        self.trace(&song, kind, &mut |rows| {
            text.push_str(rows);
            Ok(())
        })?;
        Ok(text)
    }
}

/// The kind whose trace begins with this line.
fn kind_with_first_line(song: &Song, line: &str) -> Result<TraceKind, Error> {
    for kind in [TraceKind::Events, TraceKind::Registers, TraceKind::Voices] {
        let mut text = String::new();
        song.trace(kind, 0..0, &mut |rows| {
            text.push_str(rows);
            Ok(())
        })?;
        if text.lines().next() == Some(line) {
            return Ok(kind);
        }
    }
    // The traces of Super Mario 64's golden sets begin with a row.
    Ok(TraceKind::Voices)
}

fn is_trace(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| TRACE_ENDINGS.contains(&ending.as_str()))
}

/// Filters rows and writes them in the asked format.
struct RowWriter {
    shapes: Shapes,
    filter: RowFilter,
    format: TraceFormat,
}

impl RowWriter {
    fn new(arguments: &TraceArguments) -> Self {
        Self {
            shapes: Shapes::default(),
            filter: RowFilter { channels: arguments.channel },
            format: arguments.format,
        }
    }

    fn convert(&mut self, text: &str) -> String {
        if self.format == TraceFormat::Tsv {
            return self.filter_only(text);
        }
        let mut converted = String::with_capacity(2 * text.len());
        for line in text.lines() {
            if let Some(row) = self.shapes.read(line).filter(|row| self.filter.keeps(row)) {
                converted.push_str(&row.to_json());
                converted.push('\n');
            }
        }
        converted
    }

    fn filter_only(&mut self, text: &str) -> String {
        if self.filter.channels.is_none() {
            return text.to_owned();
        }
        let mut kept = String::new();
        for line in text.lines() {
            if self.shapes.read(line).is_none_or(|row| self.filter.keeps(&row)) {
                kept.push_str(line);
                kept.push('\n');
            }
        }
        kept
    }
}

/// The first difference with the rows before it.
fn as_text(difference: &RowDifference, [first, second]: [&Path; 2]) -> String {
    let mut text = format!("the traces part in line {}\n", difference.line);
    for row in &difference.before {
        text.push_str(&format!("    {row}\n"));
    }
    let side = |row: &Option<String>| row.clone().unwrap_or_else(|| "(the end)".into());
    text.push_str(&format!("-   {}\n+   {}\n", side(&difference.expected), side(&difference.found)));
    for (name, left, right) in difference.columns.iter().filter(|(name, _, _)| !name.is_empty()) {
        text.push_str(&format!("{name}: {left}, not {right}\n"));
    }
    text.push_str(&format!("- {}\n+ {}\n", first.display(), second.display()));
    text
}

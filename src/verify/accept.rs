//! Makes a case of a song and a recording of it: a folder that holds everything it needs.

use std::ffi::OsStr;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::CASE_FILE;
use super::reference::{Tolerances, is_native_rate};
use crate::error::Error;
use crate::input::wav;
use crate::output::folder::PendingFolder;
use crate::song::{OpenOptions, Song};

/// Larger files are named by their path instead of copied: a case holds songs, not games.
const LARGEST_COPY: u64 = 8 << 20;
/// Files of a bank at most.
const MOST_BANK_FILES: usize = 32;
/// Endings of what lies beside a bare sequence and belongs to it.
const COMPANIONS: [&str; 2] = ["sbnk", "swar"];

/// Writes the case. The folder must not exist yet, or be empty.
///
/// # Errors
///
/// If something cannot be read or written; then nothing is left behind.
pub fn write_case(
    folder: &Path,
    input: &Path,
    options: &OpenOptions,
    song: &Song,
    reference: &Path,
    tolerances: Tolerances,
) -> Result<(), Error> {
    if input == Path::new("-") {
        return Err(Error::Usage("--accept: a case needs a file, not standard input".into()));
    }
    check_target(folder)?;
    let parent = match folder.parent().filter(|parent| *parent != Path::new("")) {
        Some(parent) => parent,
        None => Path::new("."),
    };
    std::fs::create_dir_all(parent).map_err(|source| Error::io(parent, source))?;
    let pending = PendingFolder::create(folder)?;
    let case = Case { folder: pending.path(), target: folder };
    copy(reference, &case.folder.join("reference.wav"))?;
    let manifest = case.manifest(input, options, song, reference, tolerances)?;
    let path = case.folder.join(CASE_FILE);
    std::fs::write(&path, manifest).map_err(|source| Error::io(&path, source))?;
    pending.finish()
}

fn check_target(folder: &Path) -> Result<(), Error> {
    let is_free = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if is_free {
        return Ok(());
    }
    let message =
        format!("--accept: {} is there already; expected a new or an empty folder", folder.display());
    Err(Error::Usage(message))
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    std::fs::copy(from, to).map(|_| ()).map_err(|source| Error::io(from, source))
}

/// A case that is being made.
struct Case<'a> {
    /// Where it is made.
    folder: &'a Path,
    /// Where it will be.
    target: &'a Path,
}

impl Case<'_> {
    /// Copies what the song needs and writes the manifest's text.
    fn manifest(
        &self,
        input: &Path,
        options: &OpenOptions,
        song: &Song,
        reference: &Path,
        tolerances: Tolerances,
    ) -> Result<String, Error> {
        let recording = wav::read(reference)?;
        let rate = song.start()?.rate();
        let frames = match is_native_rate(recording.rate, rate) {
            true => recording.frames.len() as u64,
            false => rate.frames_in_nanoseconds((recording.seconds() * 1e9) as u128),
        };
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name} = {value}");
        };
        line("title", &quote(&song.title));
        line("engine", &quote(song.engine));
        line("input", &quote(&self.take_input(input)?));
        if let Some(song) = &options.song {
            line("song", &quote(song));
        }
        if let Some(bank) = &options.bank {
            line("bank", &quote(&self.take_bank(bank)?));
        }
        line("frames", &frames.to_string());
        if !tolerances.is_exact() {
            line("tolerance", &format!("{{ {tolerances} }}"));
        }
        if !options.settings.is_empty() {
            text.push_str("\n[settings]\n");
            for (name, value) in &options.settings {
                let is_plain = value.parse::<f64>().is_ok() || value == "true" || value == "false";
                let value = if is_plain { value.clone() } else { quote(value) };
                let _ = writeln!(text, "{name} = {value}");
            }
        }
        Ok(text)
    }

    /// Copies a song's file and what belongs to it, or names where it is: manifests and folders name other files.
    fn take_input(&self, input: &Path) -> Result<String, Error> {
        let is_manifest = input.extension().is_some_and(|ending| ending == "toml");
        if is_manifest || !self.may_copy(input)? {
            return self.path_to(input);
        }
        for ending in COMPANIONS {
            let companion = input.with_extension(ending);
            if companion.is_file() && self.may_copy(&companion)? {
                self.take(&companion, "")?;
            }
        }
        self.take(input, "")
    }

    /// Copies a bank: a file with its wave archives, or the files of a folder.
    fn take_bank(&self, bank: &Path) -> Result<String, Error> {
        let folder = if bank.is_dir() { bank } else { bank.parent().unwrap_or(Path::new("")) };
        let listed = if folder == Path::new("") { Path::new(".") } else { folder };
        let mut files = Vec::new();
        for entry in std::fs::read_dir(listed).map_err(|source| Error::io(listed, source))? {
            let path = entry.map_err(|source| Error::io(listed, source))?.path();
            let belongs = bank.is_dir()
                || path.file_name() == bank.file_name()
                || path.extension() == Some(OsStr::new("swar"));
            if belongs && path.is_file() {
                files.push(path);
            }
        }
        files.sort();
        let mut may_copy = files.len() <= MOST_BANK_FILES;
        for file in &files {
            may_copy = may_copy && self.may_copy(file)?;
        }
        if !may_copy {
            return self.path_to(bank);
        }
        for file in &files {
            self.take(file, "bank")?;
        }
        let name = if bank.is_dir() { None } else { bank.file_name() };
        Ok(name.map_or_else(|| "bank".into(), |name| format!("bank/{}", name.to_string_lossy())))
    }

    fn may_copy(&self, file: &Path) -> Result<bool, Error> {
        let metadata = std::fs::metadata(file).map_err(|source| Error::io(file, source))?;
        Ok(metadata.is_file() && metadata.len() <= LARGEST_COPY)
    }

    /// Copies a file into the case, or into a folder of it; its name there.
    fn take(&self, file: &Path, folder: &str) -> Result<String, Error> {
        let name = file.file_name().map_or_else(|| "input".into(), OsStr::to_string_lossy);
        let place = self.folder.join(folder);
        std::fs::create_dir_all(&place).map_err(|source| Error::io(&place, source))?;
        copy(file, &place.join(&*name))?;
        Ok(name.into_owned())
    }

    /// The path of a file as seen from the case.
    fn path_to(&self, file: &Path) -> Result<String, Error> {
        let absolute = |path: &Path| std::path::absolute(path).map_err(|source| Error::io(path, source));
        Ok(relative(&absolute(file)?, &absolute(self.target)?).to_string_lossy().into_owned())
    }
}

/// `path` as seen from `folder`, both absolute.
fn relative(path: &Path, folder: &Path) -> PathBuf {
    let shared = path.components().zip(folder.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Path::new("..").as_os_str());
    up.chain(path.components().skip(shared).map(|part| part.as_os_str())).collect()
}

/// A string as TOML has it.
fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_the_case_to_its_files() {
        let from = |path: &str, folder: &str| relative(Path::new(path), Path::new(folder));
        assert_eq!(from("/a/b/song.toml", "/a/cases/one"), Path::new("../../b/song.toml"));
        assert_eq!(from("/a/cases/one/song", "/a/cases/one"), Path::new("song"));
    }

    #[test]
    fn strings_read_back_as_they_were() {
        for text in ["plain", "with \"quotes\" and \\", "line\nend\u{7f}", "日本"] {
            let table: toml::Table = format!("text = {}", quote(text)).parse().unwrap();
            assert_eq!(table["text"].as_str(), Some(text));
        }
    }
}

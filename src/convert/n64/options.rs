//! What the command line says about Nintendo 64 sequences.

use std::path::Path;

use tatum_core::source::Sources;
use tatum_n64::author::abi::{AbiDefinition, BuiltInAbi, Dialect, Naming, Style, read_xml};

use super::midi_options::N64MidiOptions;
use crate::error::Error;
use crate::song::read_file;

/// Options of Nintendo 64 sequences.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct N64Options {
    /// N64: the game's commands (sm64, rtyi, sm64-eu, sf64, zelda, zelda-community, sm64-us-strict), or a file of
    /// definitions as SEQ64 has them. Without it a text's own `;! abi` line decides, else the engine: Zelda's for
    /// .zseq, Super Mario 64's as the game reads them for others.
    #[arg(long, value_name = "NAME|FILE.xml")]
    pub abi: Option<String>,

    /// N64: whose names texts have.
    #[arg(long, value_name = "community|canon|old", value_parser = parse_dialect)]
    dialect: Option<(Naming, Option<Style>)>,

    /// N64: whether texts are laid out for music or for sound effects.
    #[arg(long, value_name = "music|sfx", value_parser = parse_style)]
    style: Option<Style>,

    /// Options of MIDI files and MML.
    #[command(flatten)]
    pub midi: N64MidiOptions,
}

/// A naming, or one of SEQ64's six names of dialects.
fn parse_dialect(text: &str) -> Result<(Naming, Option<Style>), String> {
    let text = text.to_ascii_lowercase();
    let (naming, style) = match text.split_once(['_', '-']) {
        Some((naming, style)) => (naming, Some(parse_style(style)?)),
        None => (text.as_str(), None),
    };
    let naming = match naming {
        "community" => Naming::Community,
        "canon" => Naming::Canon,
        "old" => Naming::Old,
        _ => return Err("expected community, canon or old".into()),
    };
    Ok((naming, style))
}

fn parse_style(text: &str) -> Result<Style, String> {
    match text {
        "music" => Ok(Style::Music),
        "sfx" => Ok(Style::SoundEffects),
        _ => Err("expected music or sfx".into()),
    }
}

impl N64Options {
    /// The dialect texts are written in.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        let (naming, style) = self.dialect.unwrap_or_default();
        Dialect { naming, style: self.style.or(style).unwrap_or_default() }
    }

    /// The command table: the one that is named, or what the engine of such a file reads.
    ///
    /// # Errors
    ///
    /// If there is no such table, or its file is faulty.
    pub fn abi_for(&self, path: &Path) -> Result<AbiDefinition, Error> {
        match &self.abi {
            Some(name) => load_abi(name),
            None => Ok(abi_of_ending(path).definition()),
        }
    }
}

/// The table of the engine that plays such a file.
fn abi_of_ending(path: &Path) -> BuiltInAbi {
    match path.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("zseq") => BuiltInAbi::Zelda,
        _ => BuiltInAbi::Sm64UsStrict,
    }
}

/// A table by its name, or from a file.
pub(crate) fn load_abi(name: &str) -> Result<AbiDefinition, Error> {
    let path = Path::new(name);
    if !path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml")) {
        return match BuiltInAbi::find(name) {
            Ok(abi) => Ok(abi.definition()),
            Err(error) => Err(Error::Usage(format!("--abi: {error}"))),
        };
    }
    let mut sources = Sources::default();
    let text = String::from_utf8_lossy(&read_file(path)?).into_owned();
    let file = sources.add(path.display().to_string(), text);
    read_xml(&sources, file, name).map_err(|problems| Error::text(sources, problems))
}

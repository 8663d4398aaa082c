//! `banks.toml`: which banks and sample areas there are.

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::sound_set::Form;

pub(super) const HEADING: &str = "Banks of the Nintendo 64. [[bank]] and [[area]] are in the order of their numbers.
A bank's areas are where its samples lie. A sample that is not in a list below is appended to its bank's first area;
one that grew is moved behind the others. Whatever is not changed keeps its bytes and its place.";

/// What kind of table it is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
enum FolderKind {
    #[serde(rename = "n64-banks")]
    N64Banks,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FolderTable {
    kind: FolderKind,
    /// How the banks are stored.
    pub form: Form,
    /// The engine that plays them.
    pub engine: Spanned<String>,
    /// For each sequence its banks, the default one first (Super Mario 64).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets: Option<Vec<Vec<u8>>>,
    /// Bytes of their file, if it is longer than the sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sets_length: Option<usize>,
    /// Other files of the game, copied as they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Files that the game lays out in another way than this program.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub originals: Vec<String>,
    #[serde(default)]
    pub bank: Vec<BankRow>,
    #[serde(default)]
    pub area: Vec<AreaRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BankRow {
    /// The bank's table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// A bank that could not be read: its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// Instruments, drums and effects of a bank that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counts: Option<[u16; 3]>,
    /// The number of the bank that this number leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<usize>,
    /// The name of a lone font.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Sample areas; -1 is none.
    pub areas: Spanned<Vec<i16>>,
    /// Medium and cache policy of its index entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keeping: Option<[u8; 2]>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AreaRow {
    /// The number of the area that this number leads to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<usize>,
    /// The end of its index entry, in hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// Bytes.
    #[serde(default = "zero")]
    pub length: Spanned<usize>,
    /// The area's file, if there is something between and behind the samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    #[serde(default)]
    pub sample: Vec<SampleRow>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SampleRow {
    pub file: String,
    /// Where it lies in the area; a new one has no place yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<u32>,
    /// Bytes that it takes there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u32>,
    /// The codec, if the file has lost its chunk: adpcm, adpcm-2bit or pcm8.
    #[serde(default = "adpcm", skip_serializing_if = "is_adpcm")]
    pub codec: Spanned<String>,
}

/// A value that stands in no text yet.
pub(super) fn plain<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

fn adpcm() -> Spanned<String> {
    plain("adpcm".to_owned())
}

fn is_adpcm(codec: &Spanned<String>) -> bool {
    codec.get_ref() == "adpcm"
}

fn zero() -> Spanned<usize> {
    plain(0)
}

impl BankRow {
    /// A row that leads to nothing.
    pub fn new(areas: Vec<i16>) -> Self {
        Self {
            file: None,
            raw: None,
            counts: None,
            alias: None,
            name: None,
            areas: plain(areas),
            keeping: None,
        }
    }
}

impl AreaRow {
    /// A row without samples.
    pub fn new(details: Option<String>, length: usize) -> Self {
        Self { alias: None, details, length: plain(length), rest: None, sample: Vec::new() }
    }
}

impl FolderTable {
    /// A table without banks.
    pub fn new(form: Form, engine: String) -> Self {
        Self {
            kind: FolderKind::N64Banks,
            form,
            engine: plain(engine),
            sets: None,
            sets_length: None,
            files: Vec::new(),
            originals: Vec::new(),
            bank: Vec::new(),
            area: Vec::new(),
        }
    }
}

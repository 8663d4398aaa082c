//! Names of the files of an archive, made of the symbols of the items that use them.

use std::collections::BTreeSet;

use tatum_nds::format::sdat::SdatContents;

/// Longer symbols are cut.
const LONGEST_NAME: usize = 64;

/// What a kind of file is called.
struct Kind {
    signature: &'static [u8; 4],
    folder: &'static str,
    binary: &'static str,
    text: &'static str,
}

const KINDS: [Kind; 5] = [
    Kind { signature: b"SSEQ", folder: "sequences", binary: ".sseq", text: ".smft" },
    Kind { signature: b"SSAR", folder: "sequence_archives", binary: ".ssar", text: ".mus" },
    Kind { signature: b"SBNK", folder: "banks", binary: ".sbnk", text: ".toml" },
    Kind { signature: b"SWAR", folder: "wave_archives", binary: ".swar", text: "" },
    Kind { signature: b"STRM", folder: "streams", binary: ".strm", text: ".wav" },
];

/// A path in the folder for each file; with `as_text` that of its editable form.
pub(super) fn file_names(contents: &SdatContents, as_text: bool) -> Vec<String> {
    let symbols = symbols_by_file(contents);
    let mut used = BTreeSet::new();
    let mut name = |id: usize, file: &Vec<u8>| {
        let kind = KINDS.iter().find(|kind| file.starts_with(kind.signature));
        let stem = symbols[id].as_deref().and_then(clean).unwrap_or_else(|| format!("{id:04}"));
        let (folder, ending) = match kind {
            Some(kind) => (kind.folder, if as_text { kind.text } else { kind.binary }),
            None => ("files", ".bin"),
        };
        // File systems that do not tell capitals apart must not mix files up, nor a file and a folder.
        let unique = match used.insert(format!("{folder}/{stem}").to_ascii_lowercase()) {
            true => stem,
            false => format!("{stem}.{id:04}"),
        };
        format!("{folder}/{unique}{ending}")
    };
    contents.files.iter().enumerate().map(|(id, file)| name(id, file)).collect()
}

/// The path of a file's binary form by that of its editable form.
pub(super) fn binary_name(path: &str, file: &[u8]) -> String {
    let Some(kind) = KINDS.iter().find(|kind| file.starts_with(kind.signature)) else {
        return path.to_owned();
    };
    let stem = path.strip_suffix(kind.binary).or_else(|| path.strip_suffix(kind.text)).unwrap_or(path);
    format!("{stem}{}", kind.binary)
}

/// The symbol of the first item that uses each file.
fn symbols_by_file(contents: &SdatContents) -> Vec<Option<String>> {
    let mut symbols: Vec<Option<String>> = vec![None; contents.files.len()];
    let Some(names) = &contents.symbols else { return symbols };
    let mut name = |file: Option<u32>, symbol: Option<&String>| {
        if let (Some(file), Some(symbol)) = (file, symbol)
            && let Some(place @ None) = symbols.get_mut(file as usize)
        {
            *place = Some(symbol.clone());
        }
    };
    let info = &contents.info;
    for (item, symbol) in info.sequences.iter().zip(&names.sequences) {
        name(item.map(|item| item.file), symbol.as_ref());
    }
    for (item, symbol) in info.sequence_archives.iter().zip(&names.sequence_archives) {
        name(*item, symbol.name.as_ref());
    }
    for (item, symbol) in info.banks.iter().zip(&names.banks) {
        name(item.map(|item| item.file), symbol.as_ref());
    }
    for (item, symbol) in info.wave_archives.iter().zip(&names.wave_archives) {
        name(item.map(|item| item.file), symbol.as_ref());
    }
    for (item, symbol) in info.streams.iter().zip(&names.streams) {
        name(item.map(|item| item.file), symbol.as_ref());
    }
    symbols
}

/// A symbol as a file name: letters, digits, `_` and `-`, so that it can name no other place. None if nothing is left.
fn clean(symbol: &str) -> Option<String> {
    /// Names that mean devices on some systems.
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let is_fine = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let name: String = symbol
        .chars()
        .take(LONGEST_NAME)
        .map(|character| if is_fine(character) { character } else { '_' })
        .collect();
    let lower = name.to_ascii_lowercase();
    let is_port =
        ["com", "lpt"].iter().any(|port| lower.strip_prefix(port).is_some_and(|rest| rest.len() == 1));
    match lower.as_str() {
        "" => None,
        device if DEVICES.contains(&device) || is_port => Some(format!("{name}_")),
        _ => Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_symbol_can_name_another_place() {
        let cases = [
            ("SEQ_TITLE", Some("SEQ_TITLE")),
            ("../../etc/passwd", Some("______etc_passwd")),
            ("C:\\x", Some("C__x")),
            ("nul", Some("nul_")),
            ("COM1", Some("COM1_")),
            ("\u{e9}\0.", Some("___")),
            ("", None),
        ];
        for (symbol, name) in cases {
            assert_eq!(clean(symbol).as_deref(), name, "{symbol:?}");
        }
    }
}

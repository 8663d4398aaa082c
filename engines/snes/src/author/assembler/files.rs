//! The files that a source includes.

/// Hands files to the assembler, which opens none itself.
///
/// Paths are relative to the folder of the main source, with `/` between their parts and with `.` and `..` worked out
/// as far as possible; they are never absolute.
pub trait SourceFiles {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`ReadError::NotFound`], or why it cannot be read.
    fn read(&mut self, path: &str) -> Result<Vec<u8>, ReadError>;
}

/// Why a file cannot be included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is none.
    NotFound,
    /// Something else, in words.
    Other(String),
}

/// For sources that include nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFiles;

impl SourceFiles for NoFiles {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, ReadError> {
        Err(ReadError::NotFound)
    }
}

/// The path of a file that `including` names; none if it is absolute.
pub(super) fn resolve(including: &str, wanted: &str) -> Option<String> {
    // Many sources were written on systems that have \ between folders.
    let wanted = wanted.replace('\\', "/");
    if wanted.starts_with('/') || wanted.contains(':') || wanted.contains('\0') {
        return None;
    }
    let folder = including.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(wanted.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The text of a file: UTF-8, or else one character per byte; without a byte-order mark.
pub(super) fn text_of(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_including_file() {
        let resolved = |including, wanted| resolve(including, wanted);
        assert_eq!(resolved("song.asm", "a.asm").as_deref(), Some("a.asm"));
        assert_eq!(resolved("common/setup.asm", "tail.asm").as_deref(), Some("common/tail.asm"));
        assert_eq!(resolved("common/setup.asm", "../a\\b.asm").as_deref(), Some("a/b.asm"));
        assert_eq!(resolved("song.asm", "../x/./a.asm").as_deref(), Some("../x/a.asm"));
        assert_eq!(resolved("../x/song.asm", "../../a.asm").as_deref(), Some("../../a.asm"));
        for absolute in ["/etc/passwd", "C:\\a.asm", "\\\\host\\a"] {
            assert_eq!(resolved("song.asm", absolute), None, "{absolute}");
        }
    }
}

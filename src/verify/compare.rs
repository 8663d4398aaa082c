//! Comparing audio and rows.

use std::fmt;

use tatum_core::Frame;

use crate::error::Error;
use crate::song::Song;

/// Frames compared at a time.
const BLOCK: usize = 4096;

/// The first difference of two recordings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioDifference {
    /// Frame number.
    pub frame: u64,
    /// What the reference has.
    pub expected: Frame,
    /// What was rendered; none if the engine stopped before.
    pub found: Option<Frame>,
    /// Frames that differ in all.
    pub count: u64,
    /// Frames of the reference.
    pub frames: u64,
}

impl fmt::Display for AudioDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frame, expected, found, count, frames } = self;
        write!(f, "frame {frame}: expected {} {}, found ", expected.left, expected.right)?;
        match found {
            Some(found) => write!(f, "{} {}", found.left, found.right)?,
            None => f.write_str("the end")?,
        }
        write!(f, " ({count} of {frames} frames differ)")
    }
}

/// The first difference of two traces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceDifference {
    /// Row number, from 1.
    pub row: u64,
    /// The reference's row; none if it has ended.
    pub expected: Option<String>,
    /// The rendered row; none if it has ended.
    pub found: Option<String>,
}

impl fmt::Display for TraceDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |row: &Option<String>| {
            row.as_ref().map_or_else(|| "the end".to_owned(), |row| row.replace('\t', " "))
        };
        write!(f, "trace row {}: expected {}, found {}", self.row, text(&self.expected), text(&self.found))
    }
}

/// Renders a song and compares it with a reference, frame by frame.
pub(super) fn compare_audio(song: &Song, reference: &[Frame]) -> Result<Option<AudioDifference>, Error> {
    let frames = reference.len() as u64;
    let mut player = song.start()?;
    let mut difference: Option<AudioDifference> = None;
    let mut rendered = [Frame::SILENCE; BLOCK];
    for (index, expected) in reference.chunks(BLOCK).enumerate() {
        let count = player.render(&mut rendered[..expected.len()]);
        for (offset, &expected) in expected.iter().enumerate() {
            let found = (offset < count).then(|| rendered[offset]);
            if found != Some(expected) {
                let first = difference.get_or_insert(AudioDifference {
                    frame: (index * BLOCK + offset) as u64,
                    expected,
                    found,
                    count: 0,
                    frames,
                });
                first.count += 1;
            }
        }
    }
    Ok(difference)
}

/// The first row in which two traces differ.
pub(super) fn compare_rows(expected: &str, found: &str, rows: &mut u64) -> Option<TraceDifference> {
    *rows = expected.lines().count() as u64;
    let (mut expected, mut found) = (expected.lines(), found.lines());
    for row in 1.. {
        match (expected.next(), found.next()) {
            (None, None) => return None,
            (expected, found) if expected == found => {}
            (expected, found) => {
                return Some(TraceDifference {
                    row,
                    expected: expected.map(str::to_owned),
                    found: found.map(str::to_owned),
                });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_differ_where_one_of_the_traces_ends() {
        let mut rows = 0;
        assert_eq!(compare_rows("a\nb\n", "a\nb\n", &mut rows), None);
        assert_eq!(rows, 2);
        let difference = compare_rows("a\nb\n", "a\n", &mut rows).unwrap();
        assert_eq!((difference.row, difference.found), (2, None));
        let difference = compare_rows("a\n", "a\nb\n", &mut rows).unwrap();
        assert_eq!((difference.row, difference.expected), (2, None));
    }
}

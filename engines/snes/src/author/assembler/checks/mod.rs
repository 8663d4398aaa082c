//! What assembles, but will not play as its author means it (`snes-authoring.md` section 8).

mod flow;
mod values;

use tatum_core::source::{Problem, Problems, Span};

use super::run::Assembler;
use super::song::Song;

/// Values as they stand in the source, in their order.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) span: Span,
    /// Number of the statement.
    pub(super) statement: usize,
    pub(super) value: i64,
    /// Bytes that it takes.
    pub(super) size: usize,
    pub(super) kind: ItemKind,
}

/// What kind of value it is.
#[derive(Clone, Debug)]
pub(super) enum ItemKind {
    /// A byte of `db`.
    Byte {
        /// Whether a define of a note's length is in it.
        is_length: bool,
        /// Whether it is the define of a command.
        is_command: bool,
        /// Whether bits are turned over in it: then the sign means nothing.
        is_complement: bool,
        /// The argument, if it is a call of `bpm`.
        tempo: Option<String>,
    },
    /// Other data.
    Data,
    /// Bytes without places of their own.
    Block {
        /// Where they are in the file.
        offset: usize,
    },
    /// A track begins.
    Start,
}

impl Assembler<'_> {
    /// Looks at everything that was made. What is wrong with single values is told first, then what is wrong with tracks
    /// as a whole, then what they do not set at their beginning; each in the order of the source. If there are errors, they and what was found with them are all.
    pub(super) fn check(&mut self) {
        if self.problems.has_errors() {
            self.problems.sort_by_place();
            return;
        }
        let mut found = Problems::default();
        for song in &self.songs.songs {
            too_few_segments(song).into_iter().for_each(|problem| found.push(problem));
        }
        values::check(self, &mut found);
        self.problems.append(found);
        self.problems.sort_by_place();
        let flow::Found { mut structure, mut beginnings } = flow::check(self);
        structure.sort_by_place();
        self.problems.append(structure);
        beginnings.sort_by_place();
        self.problems.append(beginnings);
    }
}

/// A list that has fewer entries than its song says: the rest of it are zeros, which end the song.
fn too_few_segments(song: &Song) -> Option<Problem> {
    if song.entries >= song.declared {
        return None;
    }
    let word = if song.declared == 1 { "segment" } else { "segments" };
    let message = format!(
        "the song declares {} {word} but has {}: the list ends before the loop",
        song.declared, song.entries
    );
    let problem = Problem::warning("SONG-SEGMENTS", song.count_span, message);
    Some(problem.with_hint("lower the number in %song"))
}

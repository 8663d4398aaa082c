//! The song macros (`snes-authoring.md` section 2).
//!
//! | file | macros |
//! |:--|:--|
//! | `songs` | `%song`, `%endsong` |
//! | `segments` | segments and tracks |
//! | `parts` | `%part`, `%playpart` |
//! | `banks` | banks, the song table, transfers |
//! | `blocks` | what the addresses of a song count from |
//! | `original` | where the game has its songs |

mod banks;
mod blocks;
pub mod original;
mod parts;
mod segments;
mod songs;

use tatum_core::source::{Problem, Span};

use super::checks::{Item, ItemKind};
use super::definitions::{Argument, Call};
use super::run::Assembler;
use super::text::{Character, Mark, plain, written_at};

pub(super) use self::blocks::{Block, OrgPlace};

/// More values than this are not looked at: no song is as long.
const MOST_ITEMS: usize = 1 << 20;
/// Tracks of a segment.
pub(super) const TRACKS: usize = 8;

/// What the song macros remember.
pub(super) struct Songs {
    pub(super) blocks: Vec<Block>,
    /// The block that addresses are reckoned for.
    pub(super) block: Option<usize>,
    pub(super) songs: Vec<Song>,
    /// The song that the macros belong to.
    pub(super) open: Option<usize>,
    /// The song table of the last bank.
    pub(super) table: Option<Table>,
    /// Where the last `org` went, if nothing has been made there yet.
    pub(super) org: Option<OrgPlace>,
    /// Whether `!ARAM` was ever set.
    pub(super) has_aram: bool,
    /// Whether what is written is somewhere else for a while (`pushpc`).
    pub(super) is_elsewhere: bool,
    /// Whether a macro that others depend on failed: what only follows from that is not told.
    pub(super) is_faulty: bool,
}

/// The pointers to the songs of a bank.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    /// Address of the first entry.
    pub(super) address: i64,
    pub(super) entries: usize,
}

/// A song.
#[derive(Clone, Debug)]
pub(super) struct Song {
    pub(super) title: String,
    pub(super) block: usize,
    /// Address of the list of segments, and of the byte behind the data once it is known.
    pub(super) start: i64,
    pub(super) end: Option<i64>,
    /// Segments that it says it has, and where it says so.
    pub(super) declared: usize,
    pub(super) count_span: Span,
    /// Entries of its list so far.
    pub(super) entries: usize,
    pub(super) segments: Vec<Segment>,
    pub(super) parts: Vec<Part>,
    pub(super) calls: Vec<PartCall>,
}

/// A segment that is defined.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    pub(super) name: String,
    /// Its place in the list.
    pub(super) position: usize,
    /// Address of its eight pointers.
    pub(super) pointers: i64,
    pub(super) tracks: Vec<Track>,
}

/// A track of a segment.
#[derive(Clone, Debug)]
pub(super) struct Track {
    pub(super) name: Option<String>,
    pub(super) span: Span,
    pub(super) data: TrackData,
}

/// Where a track's data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TrackData {
    /// Here.
    Own(i64),
    /// Another track's.
    Repeated,
    /// Nowhere.
    Silent,
}

/// A place that can be called.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) address: i64,
}

/// A call of a part.
#[derive(Clone, Debug)]
pub(super) struct PartCall {
    pub(super) name: String,
    pub(super) span: Span,
    /// Address of the command.
    pub(super) address: i64,
}

impl Songs {
    pub(super) const fn new(has_aram: bool) -> Self {
        Self {
            blocks: Vec::new(),
            block: None,
            songs: Vec::new(),
            open: None,
            table: None,
            org: None,
            has_aram,
            is_elsewhere: false,
            is_faulty: false,
        }
    }

    /// The open song.
    pub(super) fn current(&mut self) -> Option<&mut Song> {
        self.songs.get_mut(self.open?)
    }
}

impl Song {
    /// A segment by its name, or by its place in the list.
    pub(super) fn segment(&self, name: &str) -> Option<&Segment> {
        let by_name = self.segments.iter().find(|segment| segment.name == name);
        by_name.or_else(|| self.segments.iter().find(|segment| segment.position.to_string() == name))
    }
}

impl Assembler<'_> {
    pub(super) fn run_song_macro(&mut self, call: &Call) -> Result<(), Problem> {
        let arguments = call.arguments.as_slice();
        match (call.name.as_str(), arguments) {
            ("song", [title, segments, repeat]) => self.song(call, title, segments, repeat, false),
            ("addsong", [title, segments, repeat]) => self.song(call, title, segments, repeat, true),
            ("endsong", []) => self.end_song_macro(call.span),
            ("segment", [name]) => self.segment(call, name),
            ("repeatsegment", [name]) => self.repeat_segment(call, name),
            ("track", [name]) => self.track(call, name),
            ("silenttrack", []) => self.silent_track(call),
            ("repeattrack", [track]) => self.repeat_track(call, None, track),
            ("repeattrackfromseg", [segment, track]) => self.repeat_track(call, Some(segment), track),
            ("part", [name]) => self.part(call, name),
            ("playpart", [name, count]) => self.play_part(call, name, count),
            ("songbank", [songs]) => self.song_bank(call, songs, None),
            ("songbankarb", [songs, address]) => self.song_bank(call, songs, Some(address)),
            ("songbankaux", []) => self.block(call, banks::AUXILIARY),
            ("songbanksimple", [address]) => {
                let address = self.address_argument(address)?;
                self.block(call, address)
            }
            ("repeatsong", [address]) => self.repeat_song(call, address),
            ("silentsong", []) => self.silent_song(call),
            ("skipsong", []) => self.count_song(call.span).map(|_| ()),
            ("endbank", []) => self.end_bank(call.span),
            _ => self.end_transfer(call.span),
        }
    }

    /// What follows from a macro that was called wrongly is not told.
    pub(super) fn failed_call(&mut self, call: &Call) {
        if matches!(
            call.name.as_str(),
            "song" | "addsong" | "segment" | "songbank" | "songbankarb" | "songbanksimple"
        ) {
            self.songs.is_faulty = true;
        }
    }

    /// A problem that may only follow from another one.
    fn consequence(&self, problem: Problem) -> Result<(), Problem> {
        if self.songs.is_faulty { Ok(()) } else { Err(problem) }
    }

    /// A name of a title, segment, track or part.
    fn name(
        &self,
        call: &Call,
        argument: &Argument,
        what: &str,
        reserved: &[&str],
    ) -> Result<String, Problem> {
        let name = argument.plain();
        if name.is_empty() || !name.chars().all(super::text::is_name) {
            let message = format!("a {what} may hold only letters, digits and _");
            let fixed: String =
                name.chars().map(|value| if super::text::is_name(value) { value } else { '_' }).collect();
            return Err(
                Problem::error("SONG-NAME", argument.span, message).with_hint(format!("write \"{fixed}\""))
            );
        }
        if reserved.contains(&name.as_str()) {
            let problem = Problem::error("SONG-NAME", call.span, format!("the name {name} is reserved"));
            return Err(problem.with_hint("choose another name"));
        }
        Ok(name)
    }

    /// The value of a define of the language that authors may change.
    pub(super) fn define_value(&mut self, name: &str, span: Span) -> Result<i64, Problem> {
        let text = written_at(span, &format!("!{name}"), Mark::None);
        let text = self.defines.expand(&text, &mut self.budget)?;
        self.value_now(&text, "its value")
    }

    /// The address for which the current block is linked.
    fn aram(&mut self, span: Span) -> Result<i64, Problem> {
        self.define_value("ARAM", span)
    }

    /// Whether an argument is a sum or something else that a factor would tear apart.
    fn is_loose(text: &[Character]) -> bool {
        let mut depth = 0_usize;
        let mut before = None;
        for character in text.iter().filter(|character| character.value != ' ') {
            match character.value {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                '+' | '-' | '<' | '>' | '&' | '|' | '^'
                    if depth == 0
                        && before.is_some_and(|before| super::text::is_name(before) || before == ')') =>
                {
                    return true;
                }
                _ => {}
            }
            before = Some(character.value);
        }
        false
    }

    /// A number that macros multiply.
    fn factor(&mut self, argument: &Argument, what: &str) -> Result<i64, Problem> {
        if Self::is_loose(&argument.text) {
            let message =
                format!("a sum as {what}: the published macro would multiply only its last term by 2");
            let hint = match self.evaluate(&argument.text) {
                Ok(value) => format!("write {value} or ({})", plain(&argument.text)),
                Err(_) => format!("write ({})", plain(&argument.text)),
            };
            return Err(Problem::error("SONG-SUM", argument.span, message).with_hint(hint));
        }
        self.argument(argument)
    }

    /// The value of an argument.
    fn argument(&mut self, argument: &Argument) -> Result<i64, Problem> {
        if argument.text.is_empty() {
            return Err(Problem::error("ASM-EMPTY", argument.span, "the argument is empty"));
        }
        self.value_now(&argument.text, "the argument")
    }

    /// Remembers a value for the checks, if it is one of a song; gives its number.
    pub(super) fn note_item(&mut self, item: Item) -> Option<usize> {
        let is_seen = self.songs.open.is_some() && !self.songs.is_elsewhere && self.items.len() < MOST_ITEMS;
        is_seen.then(|| {
            self.items.push(item);
            self.items.len() - 1
        })
    }

    /// Remembers that a track begins.
    pub(super) fn note_start(&mut self, span: Span, statement: usize) {
        self.note_item(Item { span, statement, value: 0, size: 0, kind: ItemKind::Start });
    }

    /// Remembers bytes without places of their own for the checks.
    pub(super) fn note_block(&mut self, offset: usize, length: usize, span: Span) {
        let kind = ItemKind::Block { offset };
        self.note_item(Item { span, statement: self.statement, value: 0, size: length, kind });
    }
}

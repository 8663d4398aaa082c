//! What comments after `;!` say, which text cannot show otherwise (`n64-authoring.md` 3).

use crate::author::abi::{NoteState, Scope};
use crate::author::dyntable_use::{EntryKind, Leaf};
use crate::author::model::SectionKind;

/// What begins with the next line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pragma {
    /// The kind of section.
    pub(super) section: Option<SectionKind>,
    /// What the entries of a dyntable point to.
    pub(super) entries: Option<EntryKind>,
    /// How notes are written.
    pub(super) notes: Option<NoteState>,
}

/// The words for sections.
const SECTIONS: [(&str, SectionKind); 8] = [
    ("seq", SectionKind::Script(Scope::Sequence)),
    ("channel", SectionKind::Script(Scope::Channel)),
    ("layer", SectionKind::Script(Scope::Layer)),
    ("dyntable", SectionKind::Dyntable),
    ("envelope", SectionKind::Envelope),
    ("message", SectionKind::Message),
    ("table", SectionKind::Table),
    ("align", SectionKind::Alignment),
];

/// The command table that a text says it is written for, in a line `;! abi NAME`.
#[must_use]
pub fn abi_named_in(text: &str) -> Option<&str> {
    text.lines().find_map(|line| {
        let mut words = line.trim_start().strip_prefix(";!")?.split_ascii_whitespace();
        (words.next()? == "abi").then(|| words.next())?
    })
}

impl Pragma {
    /// What can be said.
    pub(super) const FORMS: &str = ";! abi NAME; ;! section seq, channel, layer, envelope, message, table, or dyntable with seq, channel, layer, table or dyntable ... behind it; ;! notes short or long";

    /// Reads what follows `;!`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let pragma = match words.next()? {
            "section" => {
                let section = section_of(words.next()?)?;
                let entries = match section {
                    SectionKind::Dyntable => entries(&mut words)?,
                    _ => None,
                };
                Self { section: Some(section), entries, notes: None }
            }
            // Which commands a text is written with is known before it is read.
            "abi" => {
                words.next()?;
                Self::default()
            }
            "notes" => match words.next()? {
                "short" => Self { notes: Some(NoteState::Short), ..Self::default() },
                "long" => Self { notes: Some(NoteState::Long), ..Self::default() },
                _ => return None,
            },
            _ => return None,
        };
        words.next().is_none().then_some(pragma)
    }

    /// This, and what an earlier one said about other things.
    pub(super) fn over(self, earlier: Option<Self>) -> Self {
        let earlier = earlier.unwrap_or_default();
        Self {
            section: self.section.or(earlier.section),
            entries: self.entries.or(earlier.entries),
            notes: self.notes.or(earlier.notes),
        }
    }

    /// A comment that says what a section is.
    pub(super) fn comment(kind: SectionKind, entries: Option<EntryKind>) -> String {
        let word = |kind| SECTIONS.iter().find(|(_, known)| *known == kind).map_or("table", |(word, _)| word);
        let mut comment = format!(";! section {}", word(kind));
        if let (SectionKind::Dyntable, Some(entries)) = (kind, entries) {
            comment.push_str(&" dyntable".repeat(entries.levels.into()));
            comment.push(' ');
            comment.push_str(match entries.leaf {
                Leaf::Script(scope) => word(SectionKind::Script(scope)),
                Leaf::Data => "table",
            });
        }
        comment
    }
}

fn section_of(word: &str) -> Option<SectionKind> {
    SECTIONS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
}

/// What follows the word `dyntable`: nothing, or more dyntables and what the last one points to.
fn entries<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Option<EntryKind>> {
    let mut levels = 0_u8;
    for word in words {
        let leaf = match section_of(word)? {
            SectionKind::Dyntable => {
                levels = levels.checked_add(1)?;
                continue;
            }
            SectionKind::Script(scope) => Leaf::Script(scope),
            SectionKind::Table => Leaf::Data,
            _ => return None,
        };
        return Some(Some(EntryKind { levels, leaf }));
    }
    (levels == 0).then_some(None)
}

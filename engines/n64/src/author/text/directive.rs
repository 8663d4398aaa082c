//! Directives: lines that begin with `#` (`n64-authoring.md` 4.2).

/// A directive that stands for bytes or says something about the section it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// Entries of a dyntable.
    Address,
    /// Numbers of two bytes; in an envelope a point.
    Words,
    /// Bytes.
    Bytes,
    /// Numbers of one or two bytes.
    Variables,
    /// A text and a zero.
    Message,
    /// Zeros.
    Pad,
    /// Zeros up to a multiple.
    Align(usize),
    /// The section may run into anything.
    Bug,
    /// Switches a listing; no bytes.
    Listing,
}

/// All names.
const NAMES: [(&str, Directive); 18] = [
    ("#address", Directive::Address),
    ("#label", Directive::Address),
    ("#u16", Directive::Words),
    ("#word", Directive::Words),
    ("#u8", Directive::Bytes),
    ("#byte", Directive::Bytes),
    ("#variable", Directive::Variables),
    ("#wlen", Directive::Variables),
    ("#string", Directive::Message),
    ("#msg", Directive::Message),
    ("#pad", Directive::Pad),
    ("#align2", Directive::Align(2)),
    ("#evenw", Directive::Align(2)),
    ("#align16", Directive::Align(16)),
    ("#evenl", Directive::Align(16)),
    ("#bug", Directive::Bug),
    ("#lprinton", Directive::Listing),
    ("#lprintoff", Directive::Listing),
];

impl Directive {
    /// The directive of a name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, directive)| *directive)
    }

    /// All names, for suggestions.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name).chain(["#include", "#define"])
    }
}

//! Packs of custom music for the randomisers of the Zelda generation's games, `n64-oot.md` 5. The program takes them
//! out of their zip files; here they are lists of named members.

mod majora;
mod ocarina;
mod own_font;

use tatum_core::{FormatError, FormatErrorKind};

pub use self::majora::font_of_file_name;
pub use self::own_font::{OwnFont, OwnFontFiles};
use super::font_samples::SoundPlace;

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name; only ever compared, never a path.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A song as a pack has it.
#[derive(Clone, Debug)]
pub struct MusicPack {
    /// Its title, where the pack names one.
    pub title: Option<String>,
    /// The sequence.
    pub sequence: Member,
    /// What it is played with.
    pub font: PackFont,
    /// Where the randomiser uses it: groups or categories.
    pub groups: Vec<String>,
}

/// The sound font of a pack.
#[derive(Clone, Debug)]
pub enum PackFont {
    /// A font of the game, by number.
    Game(u8),
    /// A font that the pack brings.
    Own(Box<OwnFont>),
}

/// A sample that a pack brings.
#[derive(Clone, Debug)]
pub struct PackSound {
    /// The data.
    pub data: Member,
    /// Which sample headers of the pack's font mean it.
    pub target: SoundTarget,
}

/// How a sample of a pack is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoundTarget {
    /// By a temporary address, which sample headers carry.
    Address(u32),
    /// By the sound it is for.
    Sound(SoundPlace),
}

impl MusicPack {
    /// Reads the members of an `.ootrs` file.
    ///
    /// # Errors
    ///
    /// If a member is missing, there twice, or damaged: the message names it.
    pub fn ocarina(pack: &str, members: Vec<Member>) -> Result<Self, FormatError> {
        ocarina::read(&Members::of_root(pack, members))
    }

    /// Reads the members of an `.mmrs` file.
    ///
    /// # Errors
    ///
    /// As [`MusicPack::ocarina`].
    pub fn majora(pack: &str, members: Vec<Member>) -> Result<Self, FormatError> {
        majora::read(&Members::of_root(pack, members))
    }
}

/// The names of the sounds that a `.meta` text lists.
#[must_use]
pub fn sounds_in_meta(text: &[u8]) -> Vec<String> {
    ocarina::sound_names(text)
}

/// The members in a pack's root.
struct Members<'a> {
    pack: &'a str,
    members: Vec<Member>,
}

impl<'a> Members<'a> {
    fn of_root(pack: &'a str, mut members: Vec<Member>) -> Self {
        members.retain(|member| !member.name.contains(['/', '\\']));
        Self { pack, members }
    }

    /// The members with one of some endings, whatever their case.
    fn with_ending(&self, endings: &[&str]) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| {
            ending_of(&member.name)
                .is_some_and(|own| endings.iter().any(|ending| own.eq_ignore_ascii_case(ending)))
        })
    }

    /// The only member with one of some endings.
    fn only(&self, endings: &[&str]) -> Result<&Member, FormatError> {
        let found: Vec<&Member> = self.with_ending(endings).collect();
        match found.as_slice() {
            [only] => Ok(only),
            [] => Err(self.missing(format!("a file ending in .{}", endings.join(" or .")))),
            several => {
                let names: Vec<&str> = several.iter().map(|member| member.name.as_str()).collect();
                let expected = format!("one file ending in .{}", endings.join(" or ."));
                Err(FormatError::invalid(self.pack.to_owned(), 0, "member", expected, names.join(", ")))
            }
        }
    }

    /// A member by its name.
    fn named(&self, name: &str) -> Result<&Member, FormatError> {
        let found = self.members.iter().find(|member| member.name == name);
        found.ok_or_else(|| self.missing(name.to_owned()))
    }

    /// The font, its entry and its sounds.
    fn own_font(
        &self,
        sounds: impl FnOnce() -> Result<Vec<PackSound>, FormatError>,
    ) -> Result<PackFont, FormatError> {
        let font = self.only(&["zbank"])?;
        let entry = self.only(&["bankmeta"])?;
        OwnFont::new(self.pack, font.clone(), entry, sounds()?).map(|font| PackFont::Own(Box::new(font)))
    }

    fn missing(&self, what: String) -> FormatError {
        FormatError::invalid(
            self.pack.to_owned(),
            0,
            "member",
            what,
            "no such member in the root of the pack",
        )
        .of_kind(FormatErrorKind::Truncated)
    }
}

/// The ending of a name, and what stands in front of it.
fn ending_of(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, ending)| ending)
}

fn stem_of(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// A hexadecimal number, with or without `0x`.
fn hexadecimal(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_number.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_numbers_have_digits_only() {
        assert_eq!(hexadecimal("0x25"), Some(0x25));
        assert_eq!(hexadecimal("A"), Some(10));
        assert_eq!(
            [hexadecimal(""), hexadecimal("0x"), hexadecimal("+1"), hexadecimal("123456789")],
            [None; 4]
        );
    }
}

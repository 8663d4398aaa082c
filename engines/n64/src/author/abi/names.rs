//! Command names: three dialects, and what a name means in a scope (`n64-authoring.md` 4.1 and 4.5).

use std::collections::HashMap;

use super::{AbiDefinition, CommandDefinition, CommandId, Scope};

/// Whose command names a text has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Naming {
    /// The modding community's.
    #[default]
    Community,
    /// Nintendo's.
    Canon,
    /// Nintendo's older ones.
    Old,
}

/// What a text is laid out for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Style {
    /// Music: labels tell parts and numbers.
    #[default]
    Music,
    /// Sound effects: labels tell addresses.
    SoundEffects,
}

/// How texts are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Dialect {
    /// Command names.
    pub naming: Naming,
    /// Layout.
    pub style: Style,
}

impl Dialect {
    /// All six.
    pub const ALL: [Self; 6] = [
        Self { naming: Naming::Community, style: Style::Music },
        Self { naming: Naming::Community, style: Style::SoundEffects },
        Self { naming: Naming::Canon, style: Style::Music },
        Self { naming: Naming::Canon, style: Style::SoundEffects },
        Self { naming: Naming::Old, style: Style::Music },
        Self { naming: Naming::Old, style: Style::SoundEffects },
    ];

    /// SEQ64's name of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.naming, self.style) {
            (Naming::Community, Style::Music) => "community_music",
            (Naming::Community, Style::SoundEffects) => "community_sfx",
            (Naming::Canon, Style::Music) => "canon_music",
            (Naming::Canon, Style::SoundEffects) => "canon_sfx",
            (Naming::Old, Style::Music) => "old_music",
            (Naming::Old, Style::SoundEffects) => "old_sfx",
        }
    }
}

/// A command that a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameMatch {
    /// The command.
    pub command: CommandId,
    /// Whether it is the community's name, under which a long value chooses its form by itself.
    pub is_community: bool,
}

/// The names of a scope's commands, in lower case.
pub(super) fn index_names(abi: &AbiDefinition, scope: Scope) -> HashMap<String, Vec<NameMatch>> {
    let mut names: HashMap<String, Vec<NameMatch>> = HashMap::new();
    for (command, definition) in abi.commands_in(scope) {
        let community = std::iter::once((&definition.name, true));
        let others =
            [&definition.canon_name, &definition.old_name].into_iter().flatten().map(|name| (name, false));
        for (name, is_community) in community.chain(others) {
            let matches = names.entry(name.to_lowercase()).or_default();
            if !matches.iter().any(|known| known.command == command) {
                matches.push(NameMatch { command, is_community });
            }
        }
    }
    names
}

impl CommandDefinition {
    /// The name a dialect prefers.
    #[must_use]
    pub fn preferred_name(&self, naming: Naming) -> &str {
        let (canon, old) = (self.canon_name.as_deref(), self.old_name.as_deref());
        match naming {
            Naming::Community => None,
            Naming::Canon => canon.or(old),
            Naming::Old => old.or(canon),
        }
        .unwrap_or(&self.name)
    }
}

impl AbiDefinition {
    /// The commands that a name means in a scope; more than one is ambiguous.
    #[must_use]
    pub fn named(&self, scope: Scope, name: &str) -> &[NameMatch] {
        self.names[scope as usize].get(&name.to_lowercase()).map_or(&[], Vec::as_slice)
    }

    /// The name under which a dialect writes a command so that it is read back as the same: the dialect's own, or
    /// another if that one is ambiguous in the scope; none if no name will do.
    #[must_use]
    pub fn written_name(&self, scope: Scope, id: CommandId, naming: Naming) -> Option<&str> {
        let definition = self.command(id);
        let others = [&definition.canon_name, &definition.old_name].into_iter().flatten().map(String::as_str);
        [definition.preferred_name(naming), &definition.name].into_iter().chain(others).find(|name| {
            let means_this = matches!(self.named(scope, name), [only] if only.command == id);
            means_this && is_word(name)
        })
    }

    /// Whether a word is a command's name in some scope.
    #[must_use]
    pub fn is_name(&self, word: &str) -> bool {
        Scope::ALL.into_iter().any(|scope| !self.named(scope, word).is_empty())
    }
}

/// Whether a text can have it as one word: no blanks and none of the characters that mean something there.
#[must_use]
pub(crate) fn is_word(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|character| {
            !character.is_whitespace()
                && !character.is_control()
                && (!character.is_ascii_punctuation() || matches!(character, '_' | '.'))
        })
}

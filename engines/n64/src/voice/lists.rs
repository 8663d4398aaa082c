//! Voice lists: four sets of lists by which voices are found, `n64-engine.md` 5.1.

use crate::engine::Engine;
use crate::ids::{ChannelId, PlayerId, VoiceId};

/// Voices an engine can have.
pub const MAX_VOICES: usize = 32;

/// Which set of lists: everyone's, or reserved for a player or a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetId {
    /// For everyone.
    Global,
    /// Reserved for a player.
    Player(PlayerId),
    /// Reserved for a channel.
    Channel(ChannelId),
}

/// The four lists of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Silent voices.
    Disabled = 0,
    /// Voices whose note has ended.
    Decaying = 1,
    /// Voices being faded quickly for another note.
    Releasing = 2,
    /// Voices playing a note.
    Active = 3,
}

impl ListKind {
    /// In the order in which reserving takes voices.
    pub const ALL: [Self; 4] = [Self::Disabled, Self::Decaying, Self::Releasing, Self::Active];
}

/// One list, front first.
#[derive(Clone, Debug)]
pub struct VoiceList {
    voices: [u8; MAX_VOICES],
    length: u8,
}

impl Default for VoiceList {
    fn default() -> Self {
        Self { voices: [0; MAX_VOICES], length: 0 }
    }
}

impl VoiceList {
    /// The voices, front first.
    pub fn iter(&self) -> impl Iterator<Item = VoiceId> + '_ {
        self.voices[..usize::from(self.length)].iter().map(|&voice| VoiceId(voice))
    }

    fn push_back(&mut self, voice: VoiceId) {
        if let Some(place) = self.voices.get_mut(usize::from(self.length)) {
            *place = voice.0;
            self.length += 1;
        }
    }

    fn push_front(&mut self, voice: VoiceId) {
        self.push_back(voice);
        self.voices[..usize::from(self.length)].rotate_right(1);
    }

    fn remove(&mut self, voice: VoiceId) {
        let found = self.iter().position(|other| other == voice);
        if let Some(index) = found {
            self.voices[index..usize::from(self.length)].rotate_left(1);
            self.length -= 1;
        }
    }

    fn last(&self) -> Option<VoiceId> {
        self.iter().last()
    }

    fn first(&self) -> Option<VoiceId> {
        self.iter().next()
    }
}

/// A set: its four lists.
#[derive(Clone, Debug, Default)]
pub struct VoiceLists([VoiceList; 4]);

impl VoiceLists {
    /// One of the lists.
    pub const fn list(&self, kind: ListKind) -> &VoiceList {
        &self.0[kind as usize]
    }
}

impl Engine {
    /// A set of lists.
    pub(crate) fn voice_lists(&self, set: SetId) -> &VoiceLists {
        match set {
            SetId::Global => &self.global_lists,
            SetId::Player(player) => &self.players[player.index()].lists,
            SetId::Channel(channel) => &self.channels[channel.index()].lists,
        }
    }

    fn voice_list_mut(&mut self, set: SetId, kind: ListKind) -> &mut VoiceList {
        let lists = match set {
            SetId::Global => &mut self.global_lists,
            SetId::Player(player) => &mut self.players[player.index()].lists,
            SetId::Channel(channel) => &mut self.channels[channel.index()].lists,
        };
        &mut lists.0[kind as usize]
    }

    /// Adds a voice at the tail; nothing happens if it is in a list already.
    pub(crate) fn push_voice_back(&mut self, voice: VoiceId, set: SetId, kind: ListKind) {
        if self.enter_list(voice, set, kind) {
            self.voice_list_mut(set, kind).push_back(voice);
        }
    }

    /// Adds a voice at the head; nothing happens if it is in a list already.
    pub(crate) fn push_voice_front(&mut self, voice: VoiceId, set: SetId, kind: ListKind) {
        if self.enter_list(voice, set, kind) {
            self.voice_list_mut(set, kind).push_front(voice);
        }
    }

    fn enter_list(&mut self, voice: VoiceId, set: SetId, kind: ListKind) -> bool {
        let voice = &mut self.voices[voice.index()];
        let is_free = voice.list.is_none();
        if is_free {
            voice.list = Some((set, kind));
            voice.own_set = set;
        }
        is_free
    }

    /// Takes a voice out of the list it is in.
    pub(crate) fn detach_voice(&mut self, voice: VoiceId) {
        if let Some((set, kind)) = self.voices[voice.index()].list.take() {
            self.voice_list_mut(set, kind).remove(voice);
        }
    }

    /// Takes the voice at the tail of a list.
    pub(crate) fn pop_voice_back(&mut self, set: SetId, kind: ListKind) -> Option<VoiceId> {
        let voice = self.voice_lists(set).list(kind).last()?;
        self.detach_voice(voice);
        Some(voice)
    }

    /// Gives the voices of a set back to everyone.
    pub(crate) fn unreserve_voices(&mut self, set: SetId) {
        for kind in ListKind::ALL {
            while let Some(voice) = self.voice_lists(set).list(kind).first() {
                self.detach_voice(voice);
                self.push_voice_back(voice, SetId::Global, kind);
            }
        }
    }

    /// Gives the set's voices back, then takes `count` from everyone's: silent ones first.
    pub(crate) fn reserve_voices(&mut self, set: SetId, count: u8) {
        self.unreserve_voices(set);
        let mut missing = count;
        for kind in ListKind::ALL {
            while missing != 0
                && let Some(voice) = self.pop_voice_back(SetId::Global, kind)
            {
                self.push_voice_back(voice, set, kind);
                missing -= 1;
            }
        }
    }
}

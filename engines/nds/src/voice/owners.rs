use crate::hardware::CHANNELS;
use crate::sequencer::{TRACK_POOL, TrackIndex};

/// Which track owns which voices: one list per track, newest voice first (nds-driver 1).
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    owner: [Option<TrackIndex>; CHANNELS],
    lists: [VoiceList; TRACK_POOL],
}

#[derive(Clone, Copy, Debug, Default)]
struct VoiceList {
    voices: [u8; CHANNELS],
    length: usize,
}

impl VoiceList {
    fn as_slice(&self) -> &[u8] {
        self.voices.get(..self.length).unwrap_or_default()
    }

    fn push_front(&mut self, voice: u8) {
        if self.length < CHANNELS {
            self.voices.copy_within(..self.length, 1);
            self.voices[0] = voice;
            self.length += 1;
        }
    }

    fn remove(&mut self, voice: u8) {
        if let Some(at) = self.as_slice().iter().position(|&other| other == voice) {
            self.voices.copy_within(at + 1..self.length, at);
            self.length -= 1;
        }
    }
}

impl Owners {
    pub(super) fn owner(&self, voice: usize) -> Option<TrackIndex> {
        self.owner.get(voice).copied().flatten()
    }

    pub(super) fn list(&self, track: TrackIndex) -> &[u8] {
        self.lists.get(track.index()).map_or(&[], VoiceList::as_slice)
    }

    /// The track's newest voice.
    pub(super) fn head(&self, track: TrackIndex) -> Option<usize> {
        self.list(track).first().map(|&voice| usize::from(voice))
    }

    /// Puts a voice at the head of a track's list.
    pub(super) fn push(&mut self, track: TrackIndex, voice: usize) {
        self.unlink(voice);
        if let (Some(owner), Some(list)) = (self.owner.get_mut(voice), self.lists.get_mut(track.index())) {
            *owner = Some(track);
            list.push_front(voice as u8);
        }
    }

    /// Takes a voice away from its track, if it has one.
    pub(super) fn unlink(&mut self, voice: usize) {
        if let Some(owner) = self.owner.get_mut(voice)
            && let Some(track) = owner.take()
            && let Some(list) = self.lists.get_mut(track.index())
        {
            list.remove(voice as u8);
        }
    }

    /// Takes all voices away from a track.
    pub(super) fn clear(&mut self, track: TrackIndex) {
        if let Some(list) = self.lists.get_mut(track.index()) {
            for &voice in list.as_slice() {
                if let Some(owner) = self.owner.get_mut(usize::from(voice)) {
                    *owner = None;
                }
            }
            list.length = 0;
        }
    }
}

use super::{
    ChannelMask, ChannelVolume, EnvelopeStatus, LfoParameters, Pending, Sweep, TrackOffsets, Voice, VoicePan,
    Voices,
};

/// The order in which the driver looks for a channel (nds-driver 6.1).
const SEARCH_ORDER: [u8; 16] = [4, 5, 6, 7, 2, 0, 3, 1, 8, 9, 10, 11, 14, 12, 15, 13];

/// A voice for a note.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allocated {
    pub index: usize,
    /// Whether a note that had not ended had it.
    pub is_stolen: bool,
}

impl Voices {
    /// Takes the voice of lowest priority out of `mask`, the quietest of several, the first in order of equals; a
    /// note of equal priority steals (nds-driver 6.1).
    ///
    /// `priority` is compared in full; the voice keeps its low byte. `ignore_weak_locks` is set for tracks whose
    /// channel mask was set from outside.
    pub(super) fn allocate(
        &mut self,
        mask: ChannelMask,
        priority: u16,
        ignore_weak_locks: bool,
    ) -> Option<Allocated> {
        let mut mask = mask.0 & !self.locked.0;
        if !ignore_weak_locks {
            mask &= !self.weakly_locked.0;
        }
        let rank = |voice: &Voice| (voice.priority, voice.hardware.volume.loudness());
        let (chosen, (lowest, _)) = SEARCH_ORDER
            .iter()
            .map(|&channel| usize::from(channel))
            .filter(|&channel| ChannelMask(mask).contains(channel))
            .filter_map(|channel| Some((channel, rank(self.voices.get(channel)?))))
            .reduce(|best, other| if other.1 < best.1 { other } else { best })?;
        if priority < u16::from(lowest) {
            return None;
        }
        self.owners.unlink(chosen);
        let mut is_stolen = false;
        if let Some(voice) = self.voices.get_mut(chosen) {
            is_stolen = voice.is_active() && voice.envelope_status() != EnvelopeStatus::Release;
            voice.reset(priority as u8);
        }
        Some(Allocated { index: chosen, is_stolen })
    }
}

impl Voice {
    /// What allocation sets. Pan, timer, source and the LFO's counters keep what the note before left.
    fn reset(&mut self, priority: u8) {
        self.pending = Pending::STOP;
        self.active = false;
        self.start = false;
        self.length = 0;
        self.priority = priority;
        self.key = 60;
        self.root_key = 60;
        self.velocity = 127;
        self.pan = VoicePan { initial: 0, track: 0, range: 127 };
        self.offsets = TrackOffsets::default();
        self.envelope.set_attack(127);
        self.envelope.set_decay(127);
        self.envelope.set_sustain(127);
        self.envelope.set_release(127);
        self.sweep = Sweep { automatic: true, ..Sweep::default() };
        self.set_lfo(LfoParameters::default());
        self.hardware.volume = ChannelVolume::FULL;
    }
}

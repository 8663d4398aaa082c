//! Fades of the later generations, `n64-engine.md` 8.2 and `n64-oot.md` 4.1 (DA, DB), 7.6 and 11.

use super::FadeState;
use crate::sequencer::sequence_player::SequencePlayer;

impl FadeState {
    /// The state's number in the later generations.
    pub(crate) const fn later_number(self) -> u8 {
        match self {
            Self::FadeOut => 2,
            Self::Waiting => 1,
            _ => 0,
        }
    }
}

impl SequencePlayer {
    /// One update of the fade and of the applied volume; `true` if the fade has just ended the player.
    pub(crate) fn step_later_fade(&mut self) -> bool {
        if self.fade_remaining != 0 {
            self.fade_volume = (self.fade_volume + self.fade_velocity).clamp(0.0, 1.0);
            self.recalculates = true;
            self.fade_remaining -= 1;
            if self.fade_remaining == 0 && self.fade_state == FadeState::FadeOut {
                return true;
            }
        }
        if self.recalculates {
            self.applied_fade_volume = self.fade_volume * self.fade_volume_scale;
        }
        false
    }

    /// The sequence's fade command: how volume commands are reached from now on, or a fade to the end.
    pub(crate) fn set_fade(&mut self, mode: u8, time: u16) {
        match mode {
            0 | 1 if self.fade_state != FadeState::FadeOut => {
                self.fade_time = time;
                self.fade_state = if mode == 0 { FadeState::Normal } else { FadeState::Waiting };
            }
            2 => {
                self.fade_remaining = time;
                self.fade_state = FadeState::FadeOut;
                self.fade_velocity = (0.0 - self.fade_volume) / f32::from(time);
            }
            _ => {}
        }
    }

    /// The sequence's volume command.
    pub(crate) fn set_later_volume(&mut self, volume: u8) {
        let level = f32::from(volume) / 127.0;
        match self.fade_state {
            FadeState::FadeOut => return,
            FadeState::Waiting => {
                self.fade_state = FadeState::Normal;
                self.fade_volume = 0.0;
            }
            _ => {}
        }
        self.fade_remaining = self.fade_time;
        if self.fade_time == 0 {
            self.fade_volume = level;
        } else {
            self.fade_velocity = (level - self.fade_volume) / f32::from(self.fade_time);
        }
    }

    /// The game starts the sequence with a fade-in.
    pub(crate) fn start_fade_in(&mut self, updates: u16) {
        if updates != 0 {
            self.fade_state = FadeState::Waiting;
            self.fade_time = updates;
            self.fade_remaining = updates;
            self.fade_volume = 0.0;
            self.fade_velocity = 0.0;
        }
    }

    /// The game fades to a level.
    pub(crate) fn fade_to(&mut self, level: f32, updates: u16) {
        if self.fade_state == FadeState::FadeOut {
            return;
        }
        self.fade_remaining = updates;
        if updates == 0 {
            self.fade_volume = level;
        } else {
            self.fade_state = FadeState::Normal;
            self.fade_velocity = (level - self.fade_volume) / f32::from(updates);
        }
        self.recalculates = true;
    }

    /// The game fades the sequence out; not with 0 updates.
    pub(crate) fn fade_to_end(&mut self, updates: u16) {
        self.fade_state = FadeState::FadeOut;
        self.fade_remaining = updates;
        self.fade_velocity = -(self.fade_volume / f32::from(updates));
    }
}

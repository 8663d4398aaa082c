//! Fades of the first generation, `n64-engine.md` 3.3.

use super::FadeState;
use crate::profile::Literals;
use crate::sequencer::sequence_player::SequencePlayer;

impl SequencePlayer {
    /// One update of the fade; `true` if it has just ended the player.
    pub fn step_fade(&mut self) -> bool {
        if self.fade_remaining == 0 {
            return false;
        }
        self.fade_volume = (self.fade_volume + self.fade_velocity).clamp(0.0, 1.0);
        self.fade_remaining -= 1;
        if self.fade_remaining == 0 {
            match self.fade_state {
                FadeState::FadeOut => return true,
                FadeState::FadeIn | FadeState::Reserved => self.fade_state = FadeState::Normal,
                FadeState::Normal | FadeState::ToTarget | FadeState::Waiting => {}
            }
        }
        false
    }

    /// The sequence's volume command.
    pub fn set_volume(&mut self, volume: u8, literals: Literals) {
        let level = f32::from(volume) / 127.0;
        match self.fade_state {
            FadeState::FadeIn if self.fade_remaining != 0 => {
                self.fade_velocity = literals.slope(volume, self.fade_volume, self.fade_remaining);
            }
            FadeState::Normal | FadeState::FadeIn => self.fade_volume = level,
            FadeState::FadeOut | FadeState::ToTarget => self.volume = level,
            FadeState::Reserved | FadeState::Waiting => {}
        }
    }

    /// The sequence's relative volume command.
    pub fn add_volume(&mut self, change: i8, literals: Literals) {
        self.fade_volume = literals.add_level(self.fade_volume, change);
    }

    /// The game fades the music out and stops it. With doubles (the Japanese version) 0 updates are not raised to
    /// 1: the division by zero then leaves the volume alone, because no step follows.
    pub fn fade_out(&mut self, updates: u16, literals: Literals) {
        let updates = if literals == Literals::Single { updates.max(1) } else { updates };
        self.fade_velocity = -(self.fade_volume / f32::from(updates));
        self.fade_state = FadeState::FadeOut;
        self.fade_remaining = updates;
    }

    /// The game lets the music come up to the volume that the sequence will set.
    pub fn fade_in(&mut self, updates: u16) {
        if updates != 0 {
            self.fade_state = FadeState::FadeIn;
            self.fade_volume = 0.0;
            self.fade_velocity = 0.0;
            self.fade_remaining = updates;
        }
    }

    /// The game lowers the music to `target`/127.
    pub fn lower(&mut self, target: u8, updates: u16, literals: Literals) {
        if self.is_closed_to_fades() {
            return;
        }
        self.fade_remaining = 0;
        if updates == 0 {
            self.fade_volume = f32::from(target) / 127.0;
        } else {
            self.fade_velocity = literals.slope(target, self.fade_volume, updates);
            self.fade_state = FadeState::ToTarget;
            self.fade_remaining = updates;
        }
    }

    /// The game brings lowered music back to its normal volume.
    pub fn unlower(&mut self, normal: u8, updates: u16) {
        if self.is_closed_to_fades() {
            return;
        }
        self.volume = f32::from(normal) / 127.0;
        self.fade_remaining = 0;
        if updates == 0 {
            self.fade_volume = self.volume;
        } else {
            self.fade_velocity = (self.volume - self.fade_volume) / f32::from(updates);
            self.fade_state = FadeState::FadeIn;
            self.fade_remaining = updates;
        }
    }

    /// Nothing brings music back that is fading out or over.
    fn is_closed_to_fades(&self) -> bool {
        !self.enabled || self.fade_state == FadeState::FadeOut
    }
}

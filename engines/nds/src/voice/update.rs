use super::tables::{LOWEST_LEVEL, SILENCE, decibel_square};
use super::{
    ChannelVolume, EnvelopeStatus, LfoParameters, Pending, Voice, VoiceSource, Voices, timer_for_pitch,
};
use crate::hardware::CHANNELS;
use crate::sequencer::TrackIndex;

/// What a track hands to its voices (nds-driver 7.1).
#[derive(Clone, Copy, Debug)]
pub(crate) struct TrackLevels {
    /// 0.1 dB.
    pub volume: i16,
    /// 0.1 dB; reaches released voices as well.
    pub faders: i16,
    /// 1/64 semitones.
    pub pitch: i16,
    pub pan: i8,
    pub pan_range: u8,
    pub lfo: LfoParameters,
}

impl Voices {
    /// Hands a track's levels to its voices, and releases those whose length is over (nds-driver 7.1).
    pub(crate) fn take_levels(&mut self, track: TrackIndex, levels: &TrackLevels, allow_release: bool) {
        self.for_each_of(track, |voice| {
            voice.offsets.faders = levels.faders;
            if voice.envelope.status == EnvelopeStatus::Release {
                return;
            }
            voice.offsets.volume = levels.volume;
            voice.offsets.pitch = levels.pitch;
            voice.pan.track = levels.pan;
            voice.pan.range = levels.pan_range;
            voice.set_lfo(levels.lfo);
            if voice.length == 0 && allow_release {
                voice.release();
            }
        });
    }

    /// Releases all voices of a track, with release value `rate` if there is one (nds-driver 7.2).
    pub(crate) fn release_all(&mut self, track: TrackIndex, levels: &TrackLevels, rate: Option<u8>) {
        self.take_levels(track, levels, false);
        self.for_each_of(track, |voice| {
            if voice.active {
                if let Some(rate) = rate {
                    voice.envelope.set_release(rate);
                }
                voice.release();
            }
        });
    }

    /// The voices' part of a driver tick (nds-driver 8): `is_busy` reads a hardware channel's busy bit, `ended` hears
    /// of voices that end.
    pub(crate) fn update(&mut self, is_busy: impl Fn(usize) -> bool, mut ended: impl FnMut(usize)) {
        for index in 0..CHANNELS {
            let Some(voice) = self.voices.get_mut(index) else { continue };
            if !voice.active {
                continue;
            }
            if voice.start {
                voice.pending.start = true;
                voice.start = false;
            } else if !is_busy(index) {
                // A one-shot has run out.
                ended(index);
                self.end(index);
                continue;
            }
            if voice.update() == Outcome::Silent {
                ended(index);
                voice.pending = Pending::STOP;
                self.end(index);
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Outcome {
    Sounds,
    Silent,
}

impl Voice {
    /// Level, pitch and pan of this tick; what differs from the hardware's becomes pending.
    fn update(&mut self) -> Outcome {
        let mut level = i32::from(decibel_square(self.velocity));
        let mut pitch = (i32::from(self.key) - i32::from(self.root_key)) * 64;
        let mut pan = 0;
        level += self.envelope.step();
        pitch += self.sweep.step();
        level += i32::from(self.offsets.volume) + i32::from(self.offsets.faders);
        pitch += i32::from(self.offsets.pitch);
        let swing = self.lfo.step();
        match self.lfo.parameters.target {
            0 => pitch += swing,
            1 if level > i32::from(SILENCE) => level += swing,
            2 => pan = swing,
            _ => {}
        }
        pan += i32::from(self.pan.initial);
        if self.pan.range != 127 {
            pan = (pan * i32::from(self.pan.range) + 64) >> 7;
        }
        pan += i32::from(self.pan.track);

        if self.envelope.status == EnvelopeStatus::Release && level <= LOWEST_LEVEL {
            return Outcome::Silent;
        }
        let volume = ChannelVolume::from_level(level);
        let mut timer = timer_for_pitch(self.source.base_timer(), pitch);
        if matches!(self.source, VoiceSource::Square { .. }) {
            timer &= 0xFFFC;
        }
        let pan = (pan + 64).clamp(0, 127) as u8;
        if volume != self.hardware.volume {
            self.hardware.volume = volume;
            self.pending.volume = true;
        }
        if timer != self.hardware.timer {
            self.hardware.timer = timer;
            self.pending.timer = true;
        }
        if pan != self.hardware.pan {
            self.hardware.pan = pan;
            self.pending.pan = true;
        }
        Outcome::Sounds
    }
}

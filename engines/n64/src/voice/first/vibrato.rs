//! Vibrato and slides, `n64-engine.md` 4.4 and 5.4.

use crate::engine::Engine;
use crate::ids::{ChannelId, VoiceId};
use crate::profile::Literals;
use crate::sequencer::channel::VibratoSettings;
use crate::voice::tables::{NOTE_FREQUENCY, PITCH_BEND};

/// Index of "no bend" in the pitch table.
const CENTER: i32 = 127;
/// Last step of a slide.
const LAST_STEP: u32 = 127;

/// The factor of a pitch bend. -128 lies one entry behind the table: in the engine's source the note table
/// follows there (`n64-engine.md` 5.4).
pub fn pitch_bend(bend: i8) -> f32 {
    let index = usize::from(bend.wrapping_add(127) as u8);
    PITCH_BEND.get(index).copied().unwrap_or(NOTE_FREQUENCY[0])
}

/// A slide from one note to another.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Portamento {
    /// Kind of slide in the low seven bits, 0 is none; bit 7 counts the time in parts of the note.
    pub mode: u8,
    /// How far it has come, of 127.
    pub position: f32,
    /// Steps per update.
    pub speed: f32,
    /// End frequency over start frequency, less one.
    pub extent: f32,
}

impl Portamento {
    /// The kind of slide.
    pub const fn curve(&self) -> u8 {
        self.mode & 0x7F
    }

    /// One update: the factor for the frequency.
    fn step(&mut self, literals: Literals) -> f32 {
        if self.mode == 0 {
            return 1.0;
        }
        self.position += self.speed;
        let step = (self.position as u32).min(LAST_STEP) as usize;
        literals.bend_factor(self.extent, PITCH_BEND[CENTER as usize + step])
    }
}

/// A vibrato parameter on its way from start to target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ramp {
    value: u16,
    timer: u16,
}

impl Ramp {
    const fn start(start: u16, target: u16, change_delay: u16) -> Self {
        Self { value: if change_delay == 0 { target } else { start }, timer: change_delay }
    }

    /// One update; `target` and `change_delay` are those of the channel at this moment.
    fn step(&mut self, target: u16, change_delay: u16) {
        if self.timer != 0 {
            if self.timer == 1 {
                self.value = target;
            } else {
                let change = (i32::from(target) - i32::from(self.value)) / i32::from(self.timer);
                self.value = (i32::from(self.value) + change) as u16;
            }
            self.timer -= 1;
        } else if self.value != target {
            self.timer = change_delay;
            if self.timer == 0 {
                self.value = target;
            }
        }
    }
}

/// The vibrato of a voice, with its slide.
#[derive(Clone, Copy, Debug)]
pub struct Vibrato {
    /// The channel whose settings are followed; none while inactive.
    channel: Option<ChannelId>,
    time: u32,
    rate: Ramp,
    extent: Ramp,
    delay: u16,
    portamento: Portamento,
    /// Factor of the vibrato.
    pub factor: f32,
    /// Factor of the slide.
    pub portamento_factor: f32,
}

impl Default for Vibrato {
    fn default() -> Self {
        Self {
            channel: None,
            time: 0,
            rate: Ramp::default(),
            extent: Ramp::default(),
            delay: 0,
            portamento: Portamento::default(),
            factor: 1.0,
            portamento_factor: 1.0,
        }
    }
}

impl Vibrato {
    fn start(channel: ChannelId, settings: &VibratoSettings, portamento: Portamento) -> Self {
        let is_still = settings.extent_start == 0 && settings.extent_target == 0 && portamento.mode == 0;
        Self {
            channel: (!is_still).then_some(channel),
            time: 0,
            rate: Ramp::start(settings.rate_start, settings.rate_target, settings.rate_change_delay),
            extent: Ramp::start(settings.extent_start, settings.extent_target, settings.extent_change_delay),
            delay: settings.delay,
            portamento,
            factor: 1.0,
            portamento_factor: 1.0,
        }
    }

    fn vibrato_factor(&mut self, settings: &VibratoSettings, literals: Literals) -> f32 {
        if self.delay != 0 {
            self.delay -= 1;
            return 1.0;
        }
        self.extent.step(settings.extent_target, settings.extent_change_delay);
        self.rate.step(settings.rate_target, settings.rate_change_delay);
        if self.extent.value == 0 {
            return 1.0;
        }
        self.time = self.time.wrapping_add(self.rate.value.into());
        let bend = PITCH_BEND[(CENTER + triangle(self.time >> 10)) as usize];
        literals.bend_factor(f32::from(self.extent.value) / 4096.0, bend)
    }
}

/// A triangle wave of 64 steps, in pitch bend units: 0, 8, ... 120, 120, ... 0, 0, -8, ...
const fn triangle(phase: u32) -> i32 {
    let step = (phase & 63) as i32;
    match step {
        0..16 => 8 * step,
        16..32 => 8 * (31 - step),
        32..48 => -8 * (step - 32),
        _ => -8 * (63 - step),
    }
}

impl Engine {
    /// Starts the vibrato of a voice's note, also when the note goes on in the voice of the last one.
    pub(crate) fn start_vibrato(&mut self, id: VoiceId) {
        let voice = &mut self.voices[id.index()];
        let Some(layer) = voice.parent.map(|layer| &self.layers[layer.index()]) else { return };
        let Some(channel) = layer.channel else { return };
        let settings = &self.channels[channel.index()].vibrato;
        voice.vibrato = Vibrato::start(channel, settings, layer.portamento);
    }

    /// One update of a voice's vibrato and slide.
    pub(crate) fn step_vibrato(&mut self, id: VoiceId) {
        let literals = self.literals();
        let voice = &mut self.voices[id.index()];
        let Some(channel) = voice.vibrato.channel else { return };
        voice.vibrato.portamento_factor = voice.vibrato.portamento.step(literals);
        // When the layer has gone on, the last factor stays; the slide continues.
        if voice.parent.is_some() {
            voice.vibrato.factor =
                voice.vibrato.vibrato_factor(&self.channels[channel.index()].vibrato, literals);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vibrato_curve_is_the_table_of_the_engine() {
        let quarter: Vec<i32> = (0..16).map(triangle).collect();
        assert_eq!(quarter, [0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120]);
        assert_eq!((triangle(31), triangle(32), triangle(47), triangle(63)), (0, 0, -120, 0));
    }

    #[test]
    fn the_lowest_pitch_bend_lies_behind_the_table() {
        assert_eq!(pitch_bend(0), 1.0);
        assert_eq!(pitch_bend(127), 2.0);
        assert_eq!(pitch_bend(-127), 0.5);
        assert_eq!(pitch_bend(-128), 0.105_112);
    }
}

//! From semitones to the pitch registers (`write_pitch` in `snes-nspc.md` section 6.5).

use tatum_core::Probe;

use crate::event::Event;
use crate::hardware::dsp::{Register, VoiceRegister};
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::Execution;
use crate::sequencer::fixed::{Fixed, high_product};
use crate::sequencer::machine::Sound;

/// Pitch of the semitones of the octave below the top one, and of the octave above it (`snes-nspc.md` section 4).
pub const SEMITONES: [u16; 13] =
    [2143, 2270, 2405, 2548, 2700, 2860, 3030, 3211, 3402, 3604, 3818, 4045, 4286];

/// The octave whose pitches the table holds, doubled.
const TOP_OCTAVE: u8 = 6;

/// From this note on pitches are raised a little.
const STRETCH_ABOVE: u8 = 0x34;
/// Below this one they are lowered.
const STRETCH_BELOW: u8 = 0x13;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Writes the pitch registers of a voice.
    pub(crate) fn write_pitch(&mut self, channel: Channel, pitch: Fixed) {
        let whole = pitch.whole();
        self.spend(9);
        if whole >= STRETCH_ABOVE {
            self.spend(4 + 10);
        } else {
            self.spend(9 + if whole >= STRETCH_BELOW { 4 } else { 2 + 14 });
        }
        let (base, octave) = Octave::of(stretched(pitch));
        self.spend(107);
        let shifts = octave.shifts();
        self.spend(u64::from(shifts) * (6 + 8) + 4);
        let shifted = if shifts < 16 { base >> shifts } else { 0 };
        let multiplier = self.driver.track(channel).instrument.multiplier;
        let value = ((i32::from(shifted) * multiplier) >> 8) as u16;
        self.spend(127);
        let [low, high] = value.to_le_bytes();
        self.spend(8);
        self.write_for(channel, Register::of_voice(channel.number(), VoiceRegister::PitchLow), low);
        self.spend(5);
        self.write_for(channel, Register::of_voice(channel.number(), VoiceRegister::PitchHigh), high);
    }
}

/// The multiplier with which the note `semitones` above C4 plays a sample as it was recorded at 32000 Hz: its tuning,
/// if that is the note that was recorded. Clipped to what the table of instruments can hold.
#[must_use]
pub const fn multiplier_for_note(semitones: i8) -> u16 {
    /// The pitch register that plays a sample as recorded, in the multiplier's 256ths.
    const AS_RECORDED: u64 = 0x1000 << 8;
    /// The octave of C4.
    const MIDDLE_OCTAVE: i32 = 3;
    let octave = MIDDLE_OCTAVE + semitones.div_euclid(12) as i32;
    let index = semitones.rem_euclid(12) as usize;
    // Twice the table's value is the pitch in the top octave.
    let pitch = 2 * SEMITONES[index] as u64;
    let down = TOP_OCTAVE as i32 - octave;
    let scaled = if down >= 0 { AS_RECORDED << down } else { AS_RECORDED >> -down };
    let multiplier = (scaled + pitch / 2) / pitch;
    if multiplier > u16::MAX as u64 { u16::MAX } else { multiplier as u16 }
}

/// High notes are raised and low ones lowered, by some 256ths of a semitone.
const fn stretched(pitch: Fixed) -> Fixed {
    let whole = pitch.whole();
    if whole >= STRETCH_ABOVE {
        pitch.plus(Fixed((whole - STRETCH_ABOVE) as u16))
    } else if whole >= STRETCH_BELOW {
        pitch
    } else {
        pitch.minus(Fixed(2 * (STRETCH_BELOW - whole) as u16))
    }
}

/// An octave of the pitch, 0 to 10.
#[derive(Clone, Copy)]
struct Octave(u8);

impl Octave {
    /// The pitch in the top octave, and the octave in which it is wanted. The uppermost bit of the note is lost.
    fn of(pitch: Fixed) -> (u16, Self) {
        let semitone = pitch.whole() & 0x7F;
        let index = usize::from(semitone % 12);
        let (here, next) = (SEMITONES[index], SEMITONES[index + 1]);
        let between = u16::from(high_product((next - here) as u8, pitch.fraction()));
        ((here + between) << 1, Self(semitone / 12))
    }

    /// How often the driver halves the pitch. It counts up to the top octave and compares for equality, so that
    /// above it nearly 256 halvings leave nothing.
    const fn shifts(self) -> u8 {
        TOP_OCTAVE.wrapping_sub(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_an_equal_temperament_octave() {
        for (semitone, &value) in SEMITONES.iter().enumerate() {
            let exact = 2143.0 * f64::powf(2.0, semitone as f64 / 12.0);
            assert!((f64::from(value) - exact).abs() < 1.5, "{semitone}: {value} {exact}");
        }
    }

    #[test]
    fn multipliers_tune_recordings() {
        // 32000 Hz * 0.06125: `snes-authoring.md` section 5.
        assert_eq!(multiplier_for_note(0), 1957);
        assert_eq!(multiplier_for_note(12), 979);
        assert_eq!(multiplier_for_note(-12), 3914);
        assert_eq!(multiplier_for_note(9), 1164);
        assert_eq!(multiplier_for_note(-128), u16::MAX);
        assert_eq!(multiplier_for_note(127), 1);
    }

    #[test]
    fn notes_above_the_top_octave_are_silent() {
        let (_, octave) = Octave::of(Fixed::from_whole(84));
        assert_eq!(octave.shifts(), 255);
        let (_, octave) = Octave::of(Fixed::from_whole(0x80 + 72));
        assert_eq!(octave.shifts(), 0, "the uppermost bit is lost");
    }
}

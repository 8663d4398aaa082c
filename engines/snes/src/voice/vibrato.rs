//! Vibrato: a triangle added to the pitch (`vibrato` in `snes-nspc.md` section 6.5).

use tatum_core::Probe;

use crate::event::Event;
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::Execution;
use crate::sequencer::fixed::{Fixed, high_product};
use crate::sequencer::machine::Sound;

/// From this depth on, the lower four bits are semitones.
const WIDE: u8 = 0xF1;

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Writes the pitch with the vibrato at a phase.
    pub(crate) fn vibrato(&mut self, channel: Channel, pitch: Fixed, phase: u8) {
        let depth = self.driver.track(channel).vibrato.depth;
        let below = phase & 0x80 != 0;
        self.spend(8 + 4);
        self.spend(8 + 17);
        self.spend(16 + if below { 20 } else { 7 });
        self.spend(5 + 15 + 3);
        let deviation = deviation(phase, depth);
        let pitch = if below { pitch.minus(deviation) } else { pitch.plus(deviation) };
        self.write_pitch(channel, pitch);
    }
}

/// How far the pitch is from the note, whichever way.
const fn deviation(phase: u8, depth: u8) -> Fixed {
    let ramp = phase.wrapping_mul(4);
    let triangle = if phase & 0x40 != 0 { ramp ^ 0xFF } else { ramp };
    if depth >= WIDE {
        Fixed(triangle as u16 * (depth & 15) as u16)
    } else {
        Fixed(high_product(triangle, depth) as u16)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_period_rises_and_the_next_falls() {
        assert_eq!(deviation(0x00, 0xFF).0, 0);
        assert_eq!(deviation(0x3F, 0x80).0, 0x7E);
        assert_eq!(deviation(0x40, 0x80).0, 0x7F);
        assert_eq!(deviation(0x7F, 0x80).0, 0x01);
        assert_eq!(deviation(0x40, 0xF2).0, 2 * 0xFF);
    }
}

//! Which MIDI controller is which command (nds-formats 10).

use crate::format::event::{Operand, SequenceEvent, opcode};

/// Upper half of the program number: programs above 127 take two messages.
pub(super) const BANK_SELECT: u8 = 0;
/// Value of the parameter that was chosen with [`PARAMETER_HIGH`] and [`PARAMETER_LOW`].
pub(super) const DATA_ENTRY: u8 = 6;
/// Legato, as MIDI players know ties.
pub(super) const LEGATO: u8 = 68;
/// Chooses a registered parameter; 0, 0 is the bend range.
pub(super) const PARAMETER_LOW: u8 = 100;
/// See [`PARAMETER_LOW`].
pub(super) const PARAMETER_HIGH: u8 = 101;
/// Starts a loop of a number of rounds.
pub(super) const LOOP_START: u8 = 89;
/// Ends a loop.
pub(super) const LOOP_END: u8 = 90;
/// Texts of markers around what is repeated for ever.
pub(super) const LOOP_MARKERS: [&str; 2] = ["[", "]"];

/// Controllers whose value is the command's argument.
const PLAIN: [(u8, u8); 18] = [
    (1, opcode::MOD_DEPTH),
    (5, opcode::PORTAMENTO_TIME),
    (7, opcode::VOLUME),
    (10, opcode::PAN),
    (11, opcode::EXPRESSION),
    (12, opcode::MAIN_VOLUME),
    (14, opcode::PRIORITY),
    (20, opcode::BEND_RANGE),
    (21, opcode::MOD_SPEED),
    (22, opcode::MOD_TYPE),
    (23, opcode::MOD_RANGE),
    (26, opcode::MOD_DELAY),
    (84, opcode::PORTAMENTO),
    (85, opcode::ATTACK),
    (86, opcode::DECAY),
    (87, opcode::SUSTAIN),
    (88, opcode::RELEASE),
    (LOOP_START, opcode::LOOP_START),
];
/// First of four controllers that set variables 0 to 3.
const SET_VARIABLE: u8 = 16;
const TRANSPOSE: u8 = 13;
const MOD_DELAY_TENS: u8 = 27;
const SWEEP: u8 = 28;
const SWEEP_COARSE: u8 = 29;
/// What a step of the coarse sweep controller is.
const SWEEP_STEP: i32 = 24;
const PORTAMENTO_SWITCH: u8 = 65;
/// The value that means 0 where a controller can be negative.
const CENTRE: i32 = 64;

/// The command of a controller; `None` if it has none here.
pub(super) fn command(controller: u8, value: u8) -> Option<SequenceEvent> {
    let wide = i32::from(value);
    let plain = |opcode, value| Some(SequenceEvent::new(opcode, 0, Operand::Value(value)));
    if let Some((_, opcode)) = PLAIN.into_iter().find(|(number, _)| *number == controller) {
        return plain(opcode, wide);
    }
    match controller {
        TRANSPOSE => plain(opcode::TRANSPOSE, wide - CENTRE),
        MOD_DELAY_TENS => plain(opcode::MOD_DELAY, 10 * wide),
        SWEEP => plain(opcode::SWEEP_PITCH, wide - CENTRE),
        SWEEP_COARSE => plain(opcode::SWEEP_PITCH, (wide - CENTRE) * SWEEP_STEP),
        PORTAMENTO_SWITCH => plain(opcode::PORTAMENTO_SWITCH, i32::from(value >= 64)),
        LEGATO => plain(opcode::TIE, i32::from(value >= 64)),
        LOOP_END => Some(SequenceEvent::new(opcode::LOOP_END, 0, Operand::None)),
        SET_VARIABLE..20 => {
            Some(SequenceEvent::new(opcode::SET_VARIABLE, controller - SET_VARIABLE, Operand::Value(wide)))
        }
        _ => None,
    }
}

/// The controller of a command that was executed with a value; `None` if it has none, or notes carry it already.
pub(super) fn controller(opcode: u8, value: i32) -> Option<(u8, u8)> {
    let byte = |value: i32| value.clamp(0, 127) as u8;
    match opcode {
        // Written as what they set, or unrolled.
        opcode::LOOP_START => None,
        opcode::MOD_DELAY if value > 127 => Some((MOD_DELAY_TENS, byte((value + 5) / 10))),
        // 255 gives the instrument's own envelope back, which no controller can say.
        opcode::ATTACK | opcode::DECAY | opcode::SUSTAIN | opcode::RELEASE if value > 127 => None,
        opcode::SWEEP_PITCH => {
            let value = i32::from(value as i16);
            match (-CENTRE..CENTRE).contains(&value) {
                true => Some((SWEEP, byte(value + CENTRE))),
                false => {
                    let half = SWEEP_STEP / 2 * value.signum();
                    Some((SWEEP_COARSE, byte((value + half) / SWEEP_STEP + CENTRE)))
                }
            }
        }
        opcode::PORTAMENTO_SWITCH => Some((PORTAMENTO_SWITCH, if value & 1 != 0 { 127 } else { 0 })),
        opcode::TIE => Some((LEGATO, if value & 1 != 0 { 127 } else { 0 })),
        opcode => {
            let known = PLAIN.into_iter().find(|(_, known)| *known == opcode);
            known.map(|(controller, _)| (controller, byte(value)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_come_back_from_their_controllers() {
        let values = [
            (opcode::VOLUME, 100),
            (opcode::MOD_DELAY, 90),
            (opcode::MOD_DELAY, 250),
            (opcode::SWEEP_PITCH, -30),
            (opcode::SWEEP_PITCH, 24 * 40),
            (opcode::PORTAMENTO_SWITCH, 1),
            (opcode::TIE, 0),
        ];
        for (opcode, value) in values {
            let (number, byte) = controller(opcode, value).unwrap();
            let event = command(number, byte).unwrap();
            assert_eq!((event.opcode, event.operand), (opcode, Operand::Value(value)));
        }
        assert_eq!(controller(opcode::ATTACK, 255), None);
        assert_eq!(command(120, 0), None);
    }
}

//! The events of a sequence (nds-formats 3): one table, read by the interpreter, the validator and the writer alike.

use super::ByteWriter;
use super::bytes::u8_at;

/// What follows an opcode, in stream order. The last argument is the one that the prefixes A0 and A1 replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arguments {
    /// Nothing.
    None,
    /// A velocity byte, then a variable-length quantity.
    VelocityLength,
    /// A variable-length quantity.
    Length,
    /// A track number, then a 24-bit address; prefixes do not touch them.
    TrackAddress,
    /// A 24-bit address; prefixes do not touch it.
    Address,
    /// A variable number, then a signed 16-bit value.
    VariableValue,
    /// A byte.
    Byte,
    /// 16 bits.
    Half,
}

/// Opcodes by name.
pub mod opcode {
    #![allow(missing_docs, reason = "each constant is the SDK's name of the event, described in EVENTS")]
    pub const LAST_NOTE: u8 = 0x7F;
    pub const WAIT: u8 = 0x80;
    pub const PROGRAM: u8 = 0x81;
    pub const OPEN_TRACK: u8 = 0x93;
    pub const JUMP: u8 = 0x94;
    pub const CALL: u8 = 0x95;
    pub const RANDOM: u8 = 0xA0;
    pub const FROM_VARIABLE: u8 = 0xA1;
    pub const IF: u8 = 0xA2;
    pub const SET_VARIABLE: u8 = 0xB0;
    pub const ADD_VARIABLE: u8 = 0xB1;
    pub const SUBTRACT_VARIABLE: u8 = 0xB2;
    pub const MULTIPLY_VARIABLE: u8 = 0xB3;
    pub const DIVIDE_VARIABLE: u8 = 0xB4;
    pub const SHIFT_VARIABLE: u8 = 0xB5;
    pub const RANDOM_VARIABLE: u8 = 0xB6;
    pub const COMPARE_EQUAL: u8 = 0xB8;
    pub const COMPARE_GREATER_EQUAL: u8 = 0xB9;
    pub const COMPARE_GREATER: u8 = 0xBA;
    pub const COMPARE_LESS_EQUAL: u8 = 0xBB;
    pub const COMPARE_LESS: u8 = 0xBC;
    pub const COMPARE_NOT_EQUAL: u8 = 0xBD;
    pub const PAN: u8 = 0xC0;
    pub const VOLUME: u8 = 0xC1;
    pub const MAIN_VOLUME: u8 = 0xC2;
    pub const TRANSPOSE: u8 = 0xC3;
    pub const PITCH_BEND: u8 = 0xC4;
    pub const BEND_RANGE: u8 = 0xC5;
    pub const PRIORITY: u8 = 0xC6;
    pub const NOTE_WAIT: u8 = 0xC7;
    pub const TIE: u8 = 0xC8;
    pub const PORTAMENTO: u8 = 0xC9;
    pub const MOD_DEPTH: u8 = 0xCA;
    pub const MOD_SPEED: u8 = 0xCB;
    pub const MOD_TYPE: u8 = 0xCC;
    pub const MOD_RANGE: u8 = 0xCD;
    pub const PORTAMENTO_SWITCH: u8 = 0xCE;
    pub const PORTAMENTO_TIME: u8 = 0xCF;
    pub const ATTACK: u8 = 0xD0;
    pub const DECAY: u8 = 0xD1;
    pub const SUSTAIN: u8 = 0xD2;
    pub const RELEASE: u8 = 0xD3;
    pub const LOOP_START: u8 = 0xD4;
    pub const EXPRESSION: u8 = 0xD5;
    pub const PRINT_VARIABLE: u8 = 0xD6;
    pub const MUTE: u8 = 0xD7;
    pub const MOD_DELAY: u8 = 0xE0;
    pub const TEMPO: u8 = 0xE1;
    pub const SWEEP_PITCH: u8 = 0xE3;
    pub const LOOP_END: u8 = 0xFC;
    pub const RETURN: u8 = 0xFD;
    pub const ALLOCATE_TRACKS: u8 = 0xFE;
    pub const FINISH: u8 = 0xFF;
}

/// What an opcode is called and does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventDescription {
    /// The opcode.
    pub opcode: u8,
    /// The SDK's text name.
    pub name: &'static str,
    /// What it does, in a few words.
    pub effect: &'static str,
}

const fn describe(opcode: u8, name: &'static str, effect: &'static str) -> EventDescription {
    EventDescription { opcode, name, effect }
}

/// Every opcode that does something, notes and prefixes aside (nds-formats 3.3).
pub const EVENTS: [EventDescription; 46] = [
    describe(0x80, "wait", "the track waits"),
    describe(0x81, "prg", "selects the instrument"),
    describe(0x93, "opentrack", "starts another track"),
    describe(0x94, "jump", "continues at an address"),
    describe(0x95, "call", "continues at an address until ret"),
    describe(0xB0, "setvar", "variable = value"),
    describe(0xB1, "addvar", "variable += value"),
    describe(0xB2, "subvar", "variable -= value"),
    describe(0xB3, "mulvar", "variable *= value"),
    describe(0xB4, "divvar", "variable /= value"),
    describe(0xB5, "shiftvar", "shifts the variable left, or right if negative"),
    describe(0xB6, "randvar", "variable = random from 0 to value"),
    describe(0xB8, "cmp_eq", "condition = variable equals value"),
    describe(0xB9, "cmp_ge", "condition = variable is at least value"),
    describe(0xBA, "cmp_gt", "condition = variable is greater than value"),
    describe(0xBB, "cmp_le", "condition = variable is at most value"),
    describe(0xBC, "cmp_lt", "condition = variable is less than value"),
    describe(0xBD, "cmp_ne", "condition = variable differs from value"),
    describe(0xC0, "pan", "pan, 64 = centre"),
    describe(0xC1, "volume", "track volume"),
    describe(0xC2, "main_volume", "player volume"),
    describe(0xC3, "transpose", "transposition in semitones"),
    describe(0xC4, "pitchbend", "pitch bend"),
    describe(0xC5, "bendrange", "bend range in semitones"),
    describe(0xC6, "prio", "track priority"),
    describe(0xC7, "notewait", "notes wait for their length"),
    describe(0xC8, "tie", "notes do not retrigger"),
    describe(0xC9, "porta", "portamento from a key, switched on"),
    describe(0xCA, "mod_depth", "LFO depth"),
    describe(0xCB, "mod_speed", "LFO speed"),
    describe(0xCC, "mod_type", "LFO target: pitch, volume, pan"),
    describe(0xCD, "mod_range", "LFO range"),
    describe(0xCE, "porta_switch", "portamento on or off"),
    describe(0xCF, "porta_time", "portamento time"),
    describe(0xD0, "attack", "attack override, 255 = the instrument's"),
    describe(0xD1, "decay", "decay override"),
    describe(0xD2, "sustain", "sustain override"),
    describe(0xD3, "release", "release override"),
    describe(0xD4, "loop_start", "starts a loop, 0 = endless"),
    describe(0xD5, "volume2", "expression"),
    describe(0xD7, "mute", "mute mode"),
    describe(0xE0, "mod_delay", "LFO delay in driver ticks"),
    describe(0xE1, "tempo", "tempo in beats per minute"),
    describe(0xE3, "sweep_pitch", "sweep pitch in 1/64 semitones"),
    describe(0xFC, "loop_end", "ends a loop"),
    describe(0xFD, "ret", "returns from a call"),
];

/// The arguments of an opcode (nds-formats 3.2). Opcodes without an effect have the arguments of their range.
#[must_use]
pub const fn arguments_of(opcode: u8) -> Arguments {
    match opcode {
        0x00..=0x7F => Arguments::VelocityLength,
        0x80..=0x8F => Arguments::Length,
        opcode::OPEN_TRACK => Arguments::TrackAddress,
        opcode::JUMP | opcode::CALL => Arguments::Address,
        0x90..=0xAF => Arguments::None,
        0xB0..=0xBF => Arguments::VariableValue,
        0xC0..=0xDF => Arguments::Byte,
        0xE0..=0xEF => Arguments::Half,
        0xF0..=0xFF => Arguments::None,
    }
}

/// The SDK's name of an opcode, `note` for notes; `None` if it has no effect.
#[must_use]
pub fn name_of(opcode: u8) -> Option<&'static str> {
    match opcode {
        0..=opcode::LAST_NOTE => Some("note"),
        opcode::ALLOCATE_TRACKS => Some("alloctrack"),
        opcode::FINISH => Some("fin"),
        _ => EVENTS.iter().find(|event| event.opcode == opcode).map(|event| event.name),
    }
}

/// The last argument of an event, as the stream gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The event has none.
    None,
    /// A number in the stream: signed only where the encoding is.
    Value(i32),
    /// Prefix A0: random between two bounds.
    Random {
        /// Lower bound.
        min: i16,
        /// Upper bound; may be less than `min`.
        max: i16,
    },
    /// Prefix A1: the content of a variable.
    Variable(u8),
}

/// One event of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SequenceEvent {
    /// Prefix A2: runs only if the track's condition holds.
    pub conditional: bool,
    /// The opcode after the prefixes.
    pub opcode: u8,
    /// First argument where there are two: velocity, track or variable number. 0 otherwise.
    pub first: u8,
    /// The last argument.
    pub operand: Operand,
}

/// An event that the data do not hold completely.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndOfData;

impl SequenceEvent {
    /// An event without prefixes.
    #[must_use]
    pub const fn new(opcode: u8, first: u8, operand: Operand) -> Self {
        Self { conditional: false, opcode, first, operand }
    }

    /// Reads the event at `*position` of the event bytes and moves `*position` past it.
    ///
    /// Prefixes count only in the order A2, A0, A1; in another order they are commands without effect. When both A0
    /// and A1 are there, A1 wins.
    ///
    /// # Errors
    ///
    /// [`EndOfData`] if the data end inside the event; the position is then undefined.
    #[inline]
    pub fn decode(data: &[u8], position: &mut u32) -> Result<Self, EndOfData> {
        let mut stream = Stream { data, position: *position };
        let mut opcode = stream.u8()?;
        let conditional = opcode == opcode::IF;
        if conditional {
            opcode = stream.u8()?;
        }
        let random = opcode == opcode::RANDOM;
        if random {
            opcode = stream.u8()?;
        }
        let variable = opcode == opcode::FROM_VARIABLE;
        if variable {
            opcode = stream.u8()?;
        }
        let replaced = |stream: &mut Stream<'_>| -> Result<Option<Operand>, EndOfData> {
            Ok(if variable {
                Some(Operand::Variable(stream.u8()?))
            } else if random {
                Some(Operand::Random { min: stream.i16()?, max: stream.i16()? })
            } else {
                None
            })
        };
        let arguments = arguments_of(opcode);
        let first = match arguments {
            Arguments::VelocityLength | Arguments::TrackAddress | Arguments::VariableValue => stream.u8()?,
            _ => 0,
        };
        let operand = match arguments {
            Arguments::None => Operand::None,
            Arguments::TrackAddress | Arguments::Address => Operand::Value(stream.u24()?),
            _ => match replaced(&mut stream)? {
                Some(operand) => operand,
                None => Operand::Value(match arguments {
                    Arguments::VelocityLength | Arguments::Length => stream.variable_length()?,
                    Arguments::VariableValue => i32::from(stream.i16()?),
                    Arguments::Byte => i32::from(stream.u8()?),
                    _ => i32::from(stream.i16()? as u16),
                }),
            },
        };
        *position = stream.position;
        Ok(Self { conditional, opcode, first, operand })
    }

    /// Appends the event's bytes. Values are truncated to what their encoding holds.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut bytes = ByteWriter::default();
        if self.conditional {
            bytes.u8(opcode::IF);
        }
        match self.operand {
            Operand::Random { .. } => bytes.u8(opcode::RANDOM),
            Operand::Variable(_) => bytes.u8(opcode::FROM_VARIABLE),
            Operand::None | Operand::Value(_) => {}
        }
        bytes.u8(self.opcode);
        let arguments = arguments_of(self.opcode);
        if matches!(arguments, Arguments::VelocityLength | Arguments::TrackAddress | Arguments::VariableValue)
        {
            bytes.u8(self.first);
        }
        match (self.operand, arguments) {
            (_, Arguments::None) => {}
            (Operand::Random { min, max }, _) => {
                bytes.u16(min as u16);
                bytes.u16(max as u16);
            }
            (Operand::Variable(number), _) => bytes.u8(number),
            (operand, arguments) => {
                let value = if let Operand::Value(value) = operand { value as u32 } else { 0 };
                match arguments {
                    Arguments::None => {}
                    Arguments::VelocityLength | Arguments::Length => write_variable_length(&mut bytes, value),
                    Arguments::TrackAddress | Arguments::Address => bytes.u24(value),
                    Arguments::VariableValue | Arguments::Half => bytes.u16(value as u16),
                    Arguments::Byte => bytes.u8(value as u8),
                }
            }
        }
        out.extend_from_slice(&bytes.into_bytes());
    }
}

/// Writes a variable-length quantity in its shortest form.
fn write_variable_length(out: &mut ByteWriter, value: u32) {
    let groups = (32 - (value | 1).leading_zeros()).div_ceil(7);
    for group in (0..groups).rev() {
        let bits = (value >> (7 * group) & 0x7F) as u8;
        out.u8(if group == 0 { bits } else { bits | 0x80 });
    }
}

/// The event bytes from a position on.
struct Stream<'a> {
    data: &'a [u8],
    position: u32,
}

impl Stream<'_> {
    #[inline]
    fn u8(&mut self) -> Result<u8, EndOfData> {
        let byte = u8_at(self.data, self.position as usize).ok_or(EndOfData)?;
        self.position += 1;
        Ok(byte)
    }

    fn i16(&mut self) -> Result<i16, EndOfData> {
        Ok(i16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn u24(&mut self) -> Result<i32, EndOfData> {
        Ok(i32::from_le_bytes([self.u8()?, self.u8()?, self.u8()?, 0]))
    }

    /// Seven bits per byte, high ones first, as long as bit 7 is set; the 32-bit accumulator wraps.
    fn variable_length(&mut self) -> Result<i32, EndOfData> {
        let mut value: i32 = 0;
        loop {
            let byte = self.u8()?;
            value = value << 7 | i32::from(byte & 0x7F);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(data: &[u8]) -> (SequenceEvent, u32) {
        let mut position = 0;
        let event = SequenceEvent::decode(data, &mut position).unwrap();
        (event, position)
    }

    #[test]
    fn prefixes_count_in_their_order_only() {
        let (event, length) = decode(&[0xA2, 0xA0, 0xC1, 1, 0, 2, 0]);
        assert_eq!((event.conditional, event.opcode, length), (true, 0xC1, 7));
        assert_eq!(event.operand, Operand::Random { min: 1, max: 2 });
        let (event, length) = decode(&[0xA0, 0xA2, 0xC1, 1]);
        assert_eq!((event.opcode, event.operand, length), (0xA2, Operand::None, 2));
        let (event, length) = decode(&[0xA0, 0xA1, 0x3C, 100, 5]);
        assert_eq!((event.opcode, event.first, event.operand, length), (0x3C, 100, Operand::Variable(5), 5));
    }

    #[test]
    fn every_event_survives_a_round_trip() {
        for opcode in 0..=255u8 {
            if (opcode::RANDOM..=opcode::IF).contains(&opcode) {
                continue;
            }
            for prefix in [&[][..], &[0xA2], &[0xA0], &[0xA1], &[0xA2, 0xA1]] {
                let mut bytes = prefix.to_vec();
                bytes.extend([opcode, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66]);
                let (event, length) = decode(&bytes);
                let mut written = Vec::new();
                event.encode(&mut written);
                let (again, _) = decode(&written);
                assert_eq!(event, again, "{bytes:02x?}");
                if arguments_of(opcode) != Arguments::None
                    && !matches!(arguments_of(opcode), Arguments::Address | Arguments::TrackAddress)
                {
                    assert_eq!(written, bytes[..length as usize]);
                }
            }
        }
    }

    #[test]
    fn long_quantities_wrap_at_32_bits() {
        let (event, _) = decode(&[0x80, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);
        assert_eq!(event.operand, Operand::Value(-1));
    }

    #[test]
    fn every_described_opcode_has_a_name_once() {
        for event in EVENTS {
            assert_eq!(name_of(event.opcode), Some(event.name));
            assert_eq!(EVENTS.iter().filter(|other| other.opcode == event.opcode).count(), 1);
        }
    }
}

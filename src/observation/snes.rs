//! The events of the SNES engines, and the rows of their DSP traces.

use tatum_core::Probe;
use tatum_snes::Event;
use tatum_snes::hardware::dsp::{CLOCKS_PER_SAMPLE, Register, VOICES, VoiceRegister};
use tatum_snes::sequencer::commands::Command;
use tatum_snes::sequencer::tracks::code;
use tatum_snes::sequencer::variant::{Meaning, Variant};
use tatum_snes::trace::DspWrite;

use super::{Observation, ObservedEvent, Place, RowMeaning, RowTime};

/// The MIDI key of the lowest note: C1.
const FIRST_KEY: f32 = 24.0;
/// The pitch at which a sample plays as it was recorded, shown as middle C.
const RECORDED_PITCH: f32 = 4096.0;
const RECORDED_KEY: f32 = 60.0;

/// Translates the engines' events. With a song interpreter the commands are the song's; without, they are the DSP
/// writes of the program, at the address of the instruction that wrote.
pub(crate) struct Observer<'a> {
    see: &'a mut dyn FnMut(Observation),
    /// The driver that is interpreted; none if the program itself runs.
    variant: Option<&'static Variant>,
    address: u16,
    keys: [Option<f32>; VOICES],
    pitches: [[u8; 2]; VOICES],
}

impl<'a> Observer<'a> {
    pub(crate) fn new(variant: Option<&'static Variant>, see: &'a mut dyn FnMut(Observation)) -> Self {
        Self { see, variant, address: 0, keys: [None; VOICES], pitches: [[0; 2]; VOICES] }
    }

    fn tell(&mut self, cycle: u64, event: ObservedEvent) {
        (self.see)(Observation { frame: cycle / CLOCKS_PER_SAMPLE, event });
    }

    /// A write of the program: kept for the pitch, and told if there is no song to name a command.
    fn write(&mut self, cycle: u64, register: Register, value: u8) {
        let voice = register.voice_register();
        match voice {
            Some((voice, VoiceRegister::PitchLow)) => self.pitches[voice][0] = value,
            Some((voice, VoiceRegister::PitchHigh)) => self.pitches[voice][1] = value & 0x3F,
            _ => {}
        }
        if self.variant.is_some() {
            return;
        }
        let text = format!("{} = {value:02X}", register_name(register.index()));
        let offset = self.address.into();
        let mut tell = |place| {
            let text = text.clone();
            self.tell(cycle, ObservedEvent::Command { place, offset, text, shapes_sound: true });
        };
        match voice {
            Some((voice, _)) => tell(Place::channel(0, voice as u8)),
            // Key registers change the voices whose bits they set.
            None if register == Register::KON || register == Register::KOFF => {
                (0..VOICES as u8).filter(|voice| value >> voice & 1 != 0).for_each(|voice| {
                    tell(Place::channel(0, voice));
                });
            }
            None => tell(Place::default()),
        }
    }

    fn key_of(&self, voice: usize) -> Option<f32> {
        if self.variant.is_some() {
            return self.keys[voice];
        }
        let pitch = f32::from(u16::from_le_bytes(self.pitches[voice]));
        (pitch > 0.0).then(|| RECORDED_KEY + 12.0 * (pitch / RECORDED_PITCH).log2())
    }
}

impl Probe<Event> for Observer<'_> {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Instruction { registers, .. } => self.address = registers.pc,
            Event::DspWrite { cycle, register, value } => self.write(cycle, register, value),
            Event::Keys { cycle, on, off } => {
                for voice in 0..VOICES {
                    if off >> voice & 1 != 0 {
                        self.tell(cycle, ObservedEvent::NoteEnd { voice: voice as u8 });
                    }
                    if on >> voice & 1 != 0 {
                        let place = Place::channel(0, voice as u8);
                        let key = self.key_of(voice);
                        self.tell(cycle, ObservedEvent::NoteStart { voice: voice as u8, place, key });
                    }
                }
            }
            // Ticks are counted from 1 here.
            Event::Tick { cycle, tick } => {
                self.tell(cycle, ObservedEvent::Tick { player: 0, tick: tick.saturating_sub(1) });
            }
            Event::Command { cycle, channel, address, value } => {
                let command = match self.variant.and_then(|variant| variant.meaning(value)) {
                    Some(Meaning::Command(command)) => Some(command),
                    _ => None,
                };
                let text = match command {
                    Some(command) => format!("${value:02X} {}", command.description().name),
                    None => format!("${value:02X}"),
                };
                let shapes_sound =
                    !matches!(command, Some(Command::Call | Command::Tempo | Command::TempoSlide));
                let place = Place::channel(0, channel);
                let offset = address.into();
                self.tell(cycle, ObservedEvent::Command { place, offset, text, shapes_sound });
            }
            Event::Note { cycle, channel, address, value } => {
                let Some(Variant { codes, .. }) = self.variant else { return };
                let note = (code::FIRST_NOTE..codes.tie).contains(&value);
                if let Some(key) = self.keys.get_mut(usize::from(channel)) {
                    *key = note.then(|| FIRST_KEY + f32::from(value - code::FIRST_NOTE));
                }
                let text = match value {
                    _ if note => format!("${value:02X} note {}", value - code::FIRST_NOTE),
                    _ if value == codes.tie => format!("${value:02X} tie"),
                    _ if value == codes.rest => format!("${value:02X} rest"),
                    _ => format!("${value:02X} percussion {}", value.wrapping_sub(codes.first_percussion)),
                };
                let place = Place::channel(0, channel);
                let offset = address.into();
                self.tell(cycle, ObservedEvent::Command { place, offset, text, shapes_sound: true });
            }
            _ => {}
        }
    }
}

/// A DSP register's name as the hardware's documents write it.
fn register_name(index: u8) -> String {
    const VOICE: [&str; 10] =
        ["VOLL", "VOLR", "PITCHL", "PITCHH", "SRCN", "ADSR1", "ADSR2", "GAIN", "ENVX", "OUTX"];
    const MAIN: [&str; 8] = ["MVOLL", "MVOLR", "EVOLL", "EVOLR", "KON", "KOFF", "FLG", "ENDX"];
    const ECHO: [&str; 8] = ["EFB", "unused 1D", "PMON", "NON", "EON", "DIR", "ESA", "EDL"];
    let (high, low) = (usize::from(index >> 4 & 7), usize::from(index & 15));
    match low {
        0..=9 => format!("V{high}{}", VOICE[low]),
        0xC => MAIN[high].to_owned(),
        0xD => ECHO[high].to_owned(),
        0xF => format!("FIR{high}"),
        _ => format!("unused {index:02X}"),
    }
}

/// What a row of the DSP trace is about: the voice of its register; of a key register, the lowest voice it names.
pub(crate) fn read_row(row: &str) -> RowMeaning {
    // The interpreter's rows have the pass and the tick after the write.
    let write: Vec<&str> = row.split('\t').take(3).collect();
    let write = write.join("\t").parse::<DspWrite>().ok();
    let voice = write.and_then(|write| match write.register {
        0x4C | 0x5C if write.value != 0 => Some(write.value.trailing_zeros() as u8),
        register if register & 15 < 10 => Some(register >> 4),
        _ => None,
    });
    RowMeaning {
        time: write.map(|write| RowTime::Frame(write.cycle / CLOCKS_PER_SAMPLE)),
        voice,
        place: voice.map(|voice| Place::channel(0, voice)),
        subject: write.map(|write| register_name(write.register)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_register_and_voice() {
        let row = read_row("6400\t34\t05");
        assert_eq!((row.time, row.voice), (Some(RowTime::Frame(200)), Some(3)));
        assert_eq!(row.subject.as_deref(), Some("V3SRCN"));
        assert_eq!(read_row("64\t4C\t0A\t1\t2").voice, Some(1));
        assert_eq!(read_row("64\t0C\t7F").voice, None);
        assert_eq!(read_row("nonsense").time, None);
    }
}

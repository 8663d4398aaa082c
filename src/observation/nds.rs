//! The DS driver's events, and the rows of its register traces.

use tatum_core::Probe;
use tatum_nds::event::{Event, VoiceChange};
use tatum_nds::{CYCLES_PER_FRAME, frame_of_wake};

use super::{Observation, ObservedEvent, Place, RowMeaning, RowTime};

/// First and last register of the sixteen channels, 16 bytes each.
const CHANNEL_REGISTERS: std::ops::Range<u16> = 0x400..0x500;

/// Translates the driver's events. What a wake decides is written to the hardware by the wake after it
/// (nds-driver 2), so commands and notes of wake `n` belong to the frame of wake `n + 1`.
pub(crate) struct Observer<'a> {
    see: &'a mut dyn FnMut(Observation),
    wake: Option<u64>,
    /// Next tick of each driver player.
    ticks: [u32; 16],
}

impl<'a> Observer<'a> {
    pub(crate) fn new(see: &'a mut dyn FnMut(Observation)) -> Self {
        Self { see, wake: None, ticks: [0; 16] }
    }

    fn tell(&mut self, wake: u64, event: ObservedEvent) {
        let frame = frame_of_wake(wake.saturating_add(1));
        if self.wake != Some(wake) {
            self.wake = Some(wake);
            // Rows of the next wake show what this one has decided.
            (self.see)(Observation { frame, event: ObservedEvent::Step(wake.saturating_add(1)) });
        }
        (self.see)(Observation { frame, event });
    }
}

impl Probe<Event> for Observer<'_> {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        match event() {
            Event::Tick(event) => {
                if let Some(next) = self.ticks.get_mut(usize::from(event.player)) {
                    *next = event.tick.wrapping_add(1);
                }
                let tick = ObservedEvent::Tick { player: event.player, tick: u64::from(event.tick) + 1 };
                self.tell(event.wake, tick);
            }
            Event::Command(event) if event.executed => {
                let place = Place::channel(event.player, event.track);
                let row = event.to_string();
                let text: Vec<&str> = row.split('\t').skip(2).filter(|part| !part.is_empty()).collect();
                let shapes_sound = shapes_sound(event.event.opcode);
                let command = ObservedEvent::Command {
                    place,
                    offset: event.offset,
                    text: text.join(": "),
                    shapes_sound,
                };
                self.tell(event.wake, command);
            }
            Event::Voice(event) => match event.change {
                VoiceChange::Start(note) | VoiceChange::Tie(note) => {
                    let place = Place::channel(note.player, note.track);
                    let key = Some(f32::from(note.key));
                    self.tell(event.wake, ObservedEvent::NoteStart { voice: event.voice, place, key });
                }
                VoiceChange::End => self.tell(event.wake, ObservedEvent::NoteEnd { voice: event.voice }),
            },
            Event::Command(_) | Event::Register(_) => {}
        }
    }
}

/// Whether a command changes how notes sound: notes, the program, and the parameters of a track but its flow, its
/// variables and its tempo.
const fn shapes_sound(opcode: u8) -> bool {
    use tatum_nds::format::event::opcode as o;
    match opcode {
        o::PRIORITY | o::NOTE_WAIT | o::LOOP_START | o::PRINT_VARIABLE | o::TEMPO => false,
        0..=0x7F | 0x81 | 0xC0..=0xDF | 0xE0..=0xEF | o::FINISH => true,
        _ => false,
    }
}

/// What a row of the register trace is about.
pub(crate) fn read_row(row: &str) -> RowMeaning {
    let fields: Vec<&str> = row.split('\t').collect();
    let register = fields.get(2).and_then(|field| u16::from_str_radix(field, 16).ok());
    let cycle = fields.get(1).and_then(|field| field.parse::<u64>().ok());
    RowMeaning {
        time: cycle.map(|cycle| RowTime::Frame(cycle / CYCLES_PER_FRAME)),
        voice: register
            .filter(|register| CHANNEL_REGISTERS.contains(register))
            .map(|register| (register >> 4 & 15) as u8),
        place: None,
        subject: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_channel_registers_name_their_voice() {
        let row = read_row("1\t174592\t423\t1\t80");
        assert_eq!((row.time, row.voice), (Some(RowTime::Frame(170)), Some(2)));
        assert_eq!(read_row("-1\t0\t501\t1\t80").voice, None);
    }
}

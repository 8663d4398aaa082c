//! Everything that happens in the sound module and the song, one row each.

use std::fmt::Write;

use tatum_core::Probe;

use crate::event::Event;

/// First line of an event trace.
pub const EVENT_HEADER: &str = "cycle\ttick\tplace\taddress\tevent\targuments\n";

/// Which events an [`EventTrace`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventSelection {
    /// Everything but the instructions that the processor executes.
    All,
    /// The keys of the voices alone.
    Voices,
}

/// A probe that writes events: cycle, song tick (0 where no song is interpreted), place, address, event, arguments.
#[derive(Clone, Debug)]
pub struct EventTrace {
    selection: EventSelection,
    text: String,
    tick: u64,
}

impl EventTrace {
    /// A trace that holds the header line.
    #[must_use]
    pub fn new(selection: EventSelection) -> Self {
        Self { selection, text: EVENT_HEADER.to_owned(), tick: 0 }
    }

    /// The rows written since the last call, each ended by a line feed; at first with the header line.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    fn row(&mut self, cycle: u64, place: &str, address: Option<u16>, event: &str, arguments: &str) {
        let address = address.map_or_else(String::new, |address| format!("{address:#06x}"));
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{cycle}\t{}\t{place}\t{address}\t{event}\t{arguments}", self.tick);
    }

    fn keys(&mut self, cycle: u64, keys: u8, event: &str) {
        for voice in (0..8).filter(|voice| keys >> voice & 1 != 0) {
            self.row(cycle, &format!("voice {voice}"), None, event, "");
        }
    }
}

impl Probe<Event> for EventTrace {
    fn record(&mut self, event: impl FnOnce() -> Event) {
        let event = event();
        if let Event::Tick { tick, .. } = event {
            self.tick = tick;
        }
        if let Event::Keys { cycle, on, off } = event {
            self.keys(cycle, off, "key off");
            self.keys(cycle, on, "key on");
        }
        if self.selection == EventSelection::Voices {
            return;
        }
        let track = |channel: u8| format!("track {channel}");
        match event {
            Event::DspWrite { cycle, register, value } => {
                self.row(cycle, "dsp", Some(register.index().into()), "write", &format!("{value:#04x}"));
            }
            Event::PortWrite { cycle, port, value } => {
                self.row(cycle, &format!("port {}", port.number()), None, "output", &format!("{value:#04x}"));
            }
            Event::PortInput { cycle, port, value } => {
                self.row(cycle, &format!("port {}", port.number()), None, "input", &format!("{value:#04x}"));
            }
            Event::Halted { cycle, address } => self.row(cycle, "processor", Some(address), "halt", ""),
            Event::Pass { cycle, pass, timer_count, tempo, accumulator, song_tick } => {
                let tick = if song_tick { ", song tick" } else { "" };
                let arguments =
                    format!("timer {timer_count}, tempo {tempo}, accumulator {accumulator}{tick}");
                self.row(cycle, "driver", None, &format!("pass {pass}"), &arguments);
            }
            Event::Tick { cycle, .. } => self.row(cycle, "song", None, "tick", ""),
            Event::Segment { cycle, address } => self.row(cycle, "song", Some(address), "segment", ""),
            Event::Command { cycle, channel, address, value } => {
                self.row(cycle, &track(channel), Some(address), "command", &format!("{value:#04x}"));
            }
            Event::Instrument { cycle, channel, instrument } => {
                self.row(cycle, &track(channel), None, "instrument", &instrument.to_string());
            }
            Event::Note { cycle, channel, address, value } => {
                self.row(cycle, &track(channel), Some(address), "note", &format!("{value:#04x}"));
            }
            Event::Keys { .. } | Event::Instruction { .. } | Event::Waited { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_columns_of_the_header() {
        let mut trace = EventTrace::new(EventSelection::All);
        trace.record(|| Event::Tick { cycle: 1, tick: 7 });
        trace.record(|| Event::Command { cycle: 2, channel: 3, address: 0xD010, value: 0xFA });
        trace.record(|| Event::Keys { cycle: 3, on: 0b11, off: 0b100 });
        let text = trace.take();
        let columns = EVENT_HEADER.split('\t').count();
        assert!(text.lines().all(|row| row.split('\t').count() == columns), "{text}");
        assert!(text.contains("2\t7\ttrack 3\t0xd010\tcommand\t0xfa\n"), "{text}");
        assert_eq!(text.matches("key on").count(), 2);
        let mut voices = EventTrace::new(EventSelection::Voices);
        voices.record(|| Event::Tick { cycle: 1, tick: 7 });
        assert_eq!(voices.take(), EVENT_HEADER);
    }
}

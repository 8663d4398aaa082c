//! Script commands and voices, as they happen.

use std::fmt::Write;

use tatum_core::Probe;

use crate::event::{Event, Operation, ScriptPlace};

/// First line of an event trace.
pub const EVENT_HEADER: &str = "frame\ttick\tplace\toffset\tevent\targuments\n";

/// A probe that writes every script command, and when voices start and stop.
#[derive(Clone, Debug)]
pub struct EventTrace {
    text: String,
    frame: i64,
    tick: u64,
}

impl Default for EventTrace {
    /// A trace that holds the header line.
    fn default() -> Self {
        Self { text: EVENT_HEADER.to_owned(), frame: 0, tick: 0 }
    }
}

impl EventTrace {
    /// The rows written since the last call, each ended by a line feed; at first with the header line.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}

impl<'a> Probe<Event<'a>> for EventTrace {
    fn record(&mut self, event: impl FnOnce() -> Event<'a>) {
        let Self { text, frame, tick } = self;
        match event() {
            Event::Frame { frame: number, .. } => *frame = number,
            Event::Tick { tick: number, .. } => *tick = number,
            Event::Command { place, offset, operation, operands, operand_count, .. } => {
                let place = match place {
                    ScriptPlace::Sequence => "sequence".to_owned(),
                    ScriptPlace::Channel(channel) => format!("channel {channel}"),
                    ScriptPlace::Layer(channel, layer) => format!("layer {channel}.{layer}"),
                };
                let operation = match operation {
                    Operation::Sequence(operation) => format!("{operation:?}"),
                    Operation::Channel(operation) => format!("{operation:?}"),
                    Operation::Layer(operation) => format!("{operation:?}"),
                };
                // Writing to a string cannot fail.
                let _ = write!(text, "{frame}\t{tick}\t{place}\t{offset:#06x}\t{operation}\t");
                for index in 0..operand_count {
                    let comma = if index == 0 { "" } else { ", " };
                    let _ = write!(text, "{comma}{}", operands.value(index));
                }
                text.push('\n');
            }
            Event::VoiceStart { voice, channel, .. } => {
                let channel = channel.map_or_else(|| "-".to_owned(), |channel| channel.to_string());
                let _ = writeln!(text, "{frame}\t{tick}\tvoice {}\t\tstart\tchannel {channel}", voice.0);
            }
            Event::VoiceStop { voice } => {
                let _ = writeln!(text, "{frame}\t{tick}\tvoice {}\t\tstop\t", voice.0);
            }
            _ => {}
        }
    }
}

//! What assembles, but hardly as meant: the console would ignore it, or read behind its tables (nds-formats 3.3, 12).

use tatum_core::source::{Problem, Problems, Span};

use crate::format::event::{Operand, SequenceEvent, opcode};

/// An event of the text with its place.
#[derive(Clone, Debug)]
pub(super) struct PlacedEvent {
    pub event: SequenceEvent,
    /// From the first byte of the data.
    pub at: usize,
    pub span: Span,
    /// Whether its last argument is an address.
    pub has_target: bool,
}

/// Depth of the stack that calls and loops share.
const STACK_DEPTH: usize = 3;
/// Variables there are.
const VARIABLES: u8 = 32;
/// Tracks there are.
const TRACKS: u8 = 16;

/// Looks through all events; `starts` are where sequences begin.
pub(super) fn check(events: &[PlacedEvent], starts: &[usize], length: usize, problems: &mut Problems) {
    for placed in events {
        values(placed, problems);
        target(placed, length, problems);
    }
    tracks(events, starts, problems);
    loops(events, problems);
    endless_jumps(events, problems);
    ending(events, length, problems);
}

fn warn(problems: &mut Problems, code: &'static str, span: Span, message: impl Into<String>, hint: &str) {
    let problem = Problem::warning(code, span, message);
    problems.push(if hint.is_empty() { problem } else { problem.with_hint(hint) });
}

/// Numbers that the driver does not take.
fn values(placed: &PlacedEvent, problems: &mut Problems) {
    let PlacedEvent { event, span, .. } = placed;
    let mut say = |code, message: String, hint| warn(problems, code, *span, message, hint);
    let variables = match event.operand {
        Operand::Variable(number) => Some(number),
        _ => None,
    };
    let named = (0xB0..=0xBF).contains(&event.opcode).then_some(event.first);
    for number in variables.into_iter().chain(named).filter(|number| *number >= VARIABLES) {
        let hint = "0 to 15 belong to the sequence, 16 to 31 to the game";
        say("SMFT-VARIABLE", format!("there is no variable {number}"), hint);
    }
    if let Operand::Random { min, max } = event.operand
        && min > max
    {
        let message = format!("the lower bound {min} is above the upper bound {max}");
        say("SMFT-RANDOM", message, "the lower bound comes first");
    }
    if event.opcode <= opcode::LAST_NOTE && event.first > 127 {
        say("SMFT-LEVEL", format!("velocity {} counts as 127", event.first), "");
    }
    let Operand::Value(value) = event.operand else { return };
    match event.opcode {
        opcode::VOLUME | opcode::MAIN_VOLUME | opcode::EXPRESSION | opcode::PAN if value > 127 => {
            say("SMFT-LEVEL", format!("{value} is above 127"), "");
        }
        opcode::ATTACK | opcode::DECAY | opcode::SUSTAIN | opcode::RELEASE if value > 127 && value != 255 => {
            let hint = "0 to 127, or 255 for the instrument's own";
            say("SMFT-LEVEL", format!("{value} is above 127"), hint);
        }
        opcode::NOTE_WAIT | opcode::TIE | opcode::PORTAMENTO_SWITCH if value > 1 => {
            say("SMFT-SWITCH", format!("only the lowest bit of {value} counts"), "0 is off, 1 is on");
        }
        opcode::MOD_TYPE if value > 2 => {
            say("SMFT-MODE", format!("{value} is no LFO target"), "0 is pitch, 1 volume, 2 pan");
        }
        opcode::MUTE if value > 3 => {
            let hint = "0 unmutes, 1 mutes new notes, 2 releases, 3 cuts the others";
            say("SMFT-MODE", format!("{value} is no mute mode"), hint);
        }
        opcode::DIVIDE_VARIABLE if value == 0 => {
            say("SMFT-DIVIDE", "a division by 0 changes nothing".into(), "");
        }
        opcode::TEMPO if value == 0 => say("SMFT-TEMPO", "at tempo 0 the sequence stands still".into(), ""),
        opcode::PROGRAM if value >= 0x1_0000 => {
            say("SMFT-PROGRAM", format!("program {value} is ignored"), "programs go up to 65535");
        }
        opcode::WAIT if value < 0 => {
            say("SMFT-WAIT", "the wait wraps to a negative one: the track never goes on".into(), "");
        }
        _ => {}
    }
}

/// Commands that lead out of the data.
fn target(placed: &PlacedEvent, length: usize, problems: &mut Problems) {
    let Operand::Value(address) = placed.event.operand else { return };
    if placed.has_target && address as usize >= length {
        let message = format!("address {address:#x} lies behind the last command");
        warn(problems, "SMFT-OUTSIDE", placed.span, message, "the track ends there");
    }
}

/// Tracks that are opened without having been allocated.
fn tracks(events: &[PlacedEvent], starts: &[usize], problems: &mut Problems) {
    let mask = |placed: &PlacedEvent| match placed.event {
        SequenceEvent { opcode: opcode::ALLOCATE_TRACKS, operand: Operand::Value(mask), .. } => Some(mask),
        _ => None,
    };
    let allocated = events.iter().filter_map(mask).fold(0, |all, mask| all | mask);
    for placed in events {
        match placed.event.opcode {
            opcode::ALLOCATE_TRACKS if !starts.contains(&placed.at) => {
                let hint = "it works only as the first command of an entry";
                let message = "no entry begins here: the track mask is read as commands";
                warn(problems, "SMFT-ALLOCTRACK", placed.span, message, hint);
            }
            opcode::OPEN_TRACK => {
                let track = placed.event.first;
                if track >= TRACKS {
                    let message = format!("there is no track {track}");
                    warn(problems, "SMFT-TRACK", placed.span, message, "tracks are 0 to 15");
                } else if track != 0 && allocated >> track & 1 == 0 {
                    let message = format!("track {track} is not allocated, so it is not opened");
                    let hint =
                        format!("the first command must be `alloctrack` with bit {track} of its mask set");
                    warn(problems, "SMFT-TRACK", placed.span, message, &hint);
                }
            }
            _ => {}
        }
    }
}

/// Whether a command ends what stands before it, whatever the condition.
fn ends_text(event: &SequenceEvent) -> bool {
    let is_end = matches!(event.opcode, opcode::FINISH | opcode::RETURN | opcode::JUMP);
    is_end && !event.conditional
}

/// Loops that are not closed, not opened, or too deep, as the text stands.
fn loops(events: &[PlacedEvent], problems: &mut Problems) {
    let mut open: Vec<Span> = Vec::new();
    for placed in events {
        match placed.event.opcode {
            opcode::LOOP_START => {
                if open.len() == STACK_DEPTH {
                    let message = "this loop is the fourth in each other: the console ignores its start";
                    let hint = "calls and loops may be nested three deep";
                    warn(problems, "SMFT-NESTED", placed.span, message, hint);
                }
                open.push(placed.span);
            }
            opcode::LOOP_END => {
                let closed = open.pop();
                if closed.is_none() {
                    let message = "no loop_start stands before this loop_end";
                    warn(problems, "SMFT-LOOP", placed.span, message, "");
                }
            }
            opcode::FINISH | opcode::RETURN if !placed.event.conditional => {
                for span in open.drain(..) {
                    let message = "this loop has no loop_end before the track ends";
                    warn(problems, "SMFT-LOOP", span, message, "");
                }
            }
            _ => {}
        }
    }
}

/// Jumps back over nothing that takes time: the console hangs.
fn endless_jumps(events: &[PlacedEvent], problems: &mut Problems) {
    for (index, placed) in events.iter().enumerate() {
        let SequenceEvent {
            conditional: false, opcode: opcode::JUMP, operand: Operand::Value(target), ..
        } = placed.event
        else {
            continue;
        };
        if target as usize > placed.at {
            continue;
        }
        let between = events.get(..index).unwrap_or_default().iter().rev();
        let mut between = between.take_while(|event| event.at >= target as usize);
        let goes_on = |event: &SequenceEvent| {
            event.opcode <= opcode::WAIT
                || event.conditional
                || matches!(event.opcode, opcode::CALL | opcode::RETURN | opcode::FINISH | opcode::JUMP)
        };
        if between.all(|event| !goes_on(&event.event)) {
            let message = "this jump repeats for ever while no time passes";
            let hint = "there must be a note or a wait between the label and the jump";
            warn(problems, "SMFT-ENDLESS", placed.span, message, hint);
        }
    }
}

/// The last command, if the track runs on behind it.
fn ending(events: &[PlacedEvent], length: usize, problems: &mut Problems) {
    let Some(last) = events.last() else { return };
    let mut bytes = Vec::new();
    last.event.encode(&mut bytes);
    if !ends_text(&last.event) && last.at + bytes.len() >= length {
        let message = "behind this command the track runs out of the sequence";
        warn(problems, "SMFT-END", last.span, message, "a track ends with `fin` or jumps back");
    }
}

//! Bytes to text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use tatum_core::FormatError;

use super::flow::{Piece, PieceKind, Pieces, target_of};
use super::words::{NoteWord, command, note_name, note_word, switch_word, word_of};
use crate::format::event::{Arguments, Operand, SequenceEvent, arguments_of, name_of, opcode};
use crate::format::ssar::{Ssar, SsarEntry};
use crate::format::sseq::Sseq;

/// Bytes of `.byte` and `.header` in a line.
const BYTES_PER_LINE: usize = 16;

/// The text of a sequence file (SSEQ) or a sequence archive (SSAR); assembling it gives the same bytes.
///
/// `names` are those of an archive's entries, where it has any.
///
/// # Errors
///
/// If it is neither, or its events do not lie inside the file.
pub fn disassemble(file: &str, bytes: &[u8], names: &[Option<String>]) -> Result<String, FormatError> {
    if bytes.starts_with(b"SSAR") {
        let archive = Ssar::parse(file, bytes)?;
        return Ok(Writer::archive(bytes, &archive, names).write(file));
    }
    let sequence = Sseq::parse(file, bytes)?;
    Ok(Writer::sequence(bytes, &sequence).write(file))
}

struct Writer<'a> {
    data: &'a [u8],
    pieces: Pieces,
    /// What stands before the events, if it is not what the assembler writes.
    header: Option<&'a [u8]>,
    /// Zeros at the end that the assembler adds by itself.
    padding: usize,
    entries: Vec<Option<SsarEntry>>,
    labels: BTreeMap<u32, String>,
}

impl<'a> Writer<'a> {
    fn sequence(bytes: &'a [u8], sequence: &Sseq<'a>) -> Self {
        let pieces = Pieces::of(sequence.data, &[0]);
        let kept = sequence.data.len() - pieces.padding;
        let is_usual = Sseq::write(sequence.data.get(..kept).unwrap_or_default()) == bytes;
        let labels = BTreeMap::from([(0, "Start".to_owned())]);
        Self::new(bytes, sequence.data, pieces, is_usual, labels)
    }

    fn archive(bytes: &'a [u8], archive: &Ssar<'a>, names: &[Option<String>]) -> Self {
        let has_room = archive.data_offset >= 0x20 + 12 * archive.entries.len();
        let entries = if has_room { archive.entries.clone() } else { Vec::new() };
        let starts: Vec<u32> = entries.iter().flatten().map(|entry| entry.start).collect();
        let pieces = Pieces::of(archive.data, &starts);
        let kept = archive.data.len() - pieces.padding;
        let trimmed = Ssar { data: archive.data.get(..kept).unwrap_or_default(), ..archive.clone() };
        let is_usual = has_room && !entries.is_empty() && trimmed.to_bytes() == bytes;
        let mut used = BTreeSet::new();
        let mut labels = BTreeMap::new();
        for (number, entry) in entries.iter().enumerate() {
            let Some(at) = entry.and_then(|entry| pieces.place_of(entry.start, archive.data.len())) else {
                continue;
            };
            let name = names.get(number).cloned().flatten().unwrap_or_default();
            labels.entry(at).or_insert_with(|| unique(&mut used, label_from(&name, number), at));
        }
        Self { entries, ..Self::new(bytes, archive.data, pieces, is_usual, labels) }
    }

    fn new(
        bytes: &'a [u8],
        data: &'a [u8],
        pieces: Pieces,
        is_usual: bool,
        labels: BTreeMap<u32, String>,
    ) -> Self {
        let header = bytes.get(..bytes.len() - data.len()).filter(|_| !is_usual);
        let mut writer = Self { data, pieces, header, padding: 0, entries: Vec::new(), labels };
        writer.name_targets();
        if is_usual {
            // A label among the zeros needs them in the text, to stand at its place.
            let last_label = writer.labels.keys().next_back().map_or(0, |at| *at as usize);
            writer.padding = writer.pieces.padding.min(data.len() - last_label);
        }
        writer
    }

    /// Gives every place that a command leads to a name: that of the first command of the strongest kind.
    fn name_targets(&mut self) {
        let mut used: BTreeSet<String> = self.labels.values().cloned().collect();
        for wanted in [opcode::OPEN_TRACK, opcode::CALL, opcode::JUMP] {
            for piece in self.pieces.pieces.values() {
                let PieceKind::Event(event) = piece.kind else { continue };
                let Some(target) = target_of(&event).filter(|_| event.opcode == wanted) else { continue };
                let Some(at) = self.pieces.place_of(target, self.data.len()) else { continue };
                if self.labels.contains_key(&at) {
                    continue;
                }
                let name = match wanted {
                    opcode::OPEN_TRACK => format!("Track{}", event.first),
                    opcode::CALL => format!("Sub_{at:04X}"),
                    _ => format!("Loop_{at:04X}"),
                };
                let name = unique(&mut used, name, at);
                self.labels.insert(at, name);
            }
        }
    }

    fn write(&self, file: &str) -> String {
        let mut text = String::new();
        let file: String = file.chars().filter(|character| !character.is_control()).collect();
        let _ = writeln!(text, "; {file}");
        if let Some(header) = self.header {
            text.push_str("\n; The header is not the usual one; without these lines it is written anew.\n");
            if header.is_empty() {
                text.push_str(".header\n");
            }
            for line in header.chunks(BYTES_PER_LINE) {
                let _ = writeln!(text, ".header {}", byte_list(line));
            }
        }
        self.write_entries(&mut text);
        let mut raw = RawBytes::default();
        let kept = self.data.len() - self.padding;
        for (&at, piece) in &self.pieces.pieces {
            if at as usize >= kept {
                break;
            }
            if let Some(label) = self.labels.get(&at) {
                raw.flush(&mut text);
                let _ = writeln!(text, "\n{label}:");
            }
            self.write_piece(at, piece, &mut raw, &mut text);
        }
        raw.flush(&mut text);
        for label in self.labels.range(kept as u32..).map(|(_, label)| label) {
            let _ = writeln!(text, "\n{label}:");
        }
        text
    }

    fn write_entries(&self, text: &mut String) {
        if self.entries.is_empty() {
            return;
        }
        text.push_str("\n; entries: label, bank, volume, channel priority, player priority, player\n");
        for entry in &self.entries {
            let Some(SsarEntry { start, settings }) = entry else {
                text.push_str(".absent\n");
                continue;
            };
            let _ = writeln!(
                text,
                ".entry {}, {}, {}, {}, {}, {}",
                self.reference(*start),
                settings.bank,
                settings.volume,
                settings.channel_priority,
                settings.player_priority,
                settings.player
            );
        }
    }

    fn write_piece(&self, at: u32, piece: &Piece, raw: &mut RawBytes, text: &mut String) {
        let bytes = self.data.get(at as usize..(at + piece.length) as usize).unwrap_or_default();
        match piece.kind {
            PieceKind::Byte(byte) => raw.push(byte, text),
            PieceKind::AllocateTracks(mask) => {
                raw.flush(text);
                let _ = writeln!(text, "  alloctrack {mask:#06x}");
            }
            PieceKind::Event(event) => {
                raw.flush(text);
                let _ = writeln!(text, "  {}", self.command(&event));
                let leaves = matches!(event.opcode, opcode::FINISH | opcode::JUMP | opcode::RETURN);
                if leaves && !event.conditional && !self.labels.contains_key(&(at + piece.length)) {
                    text.push('\n');
                }
            }
            PieceKind::Unusual(event) => {
                raw.flush(text);
                for line in bytes.chunks(BYTES_PER_LINE) {
                    let _ = writeln!(text, "  .byte {} ; {}", byte_list(line), explain(&event));
                }
            }
        }
    }

    fn command(&self, event: &SequenceEvent) -> String {
        let mut word = match event.opcode {
            key @ 0..=opcode::LAST_NOTE => note_name(key),
            opcode => word_of(opcode).unwrap_or_default().to_owned(),
        };
        let arguments = arguments_of(event.opcode);
        let mut list = Vec::new();
        if matches!(arguments, Arguments::VelocityLength | Arguments::TrackAddress | Arguments::VariableValue)
        {
            list.push(event.first.to_string());
        }
        match event.operand {
            Operand::None => {}
            Operand::Random { min, max } => {
                word.push_str("_r");
                list.extend([min.to_string(), max.to_string()]);
            }
            Operand::Variable(number) => {
                word.push_str("_v");
                list.push(number.to_string());
            }
            Operand::Value(value) => match (target_of(event), switch_word(event.opcode, value)) {
                (Some(target), _) => list.push(self.reference(target)),
                (None, Some(switch)) => switch.clone_into(&mut word),
                (None, None) => list.push(plain_value(event.opcode, value)),
            },
        }
        if event.conditional {
            word.push_str("_if");
        }
        if list.is_empty() { word } else { format!("{word} {}", list.join(", ")) }
    }

    /// A place as a label, a label and a distance, or a number if nothing is there.
    fn reference(&self, address: u32) -> String {
        let place = self.pieces.place_of(address, self.data.len());
        match place.and_then(|at| self.labels.get(&at).map(|label| (at, label))) {
            Some((at, label)) if at == address => label.clone(),
            Some((at, label)) => format!("{label}+{}", address - at),
            None => format!("{address:#x}"),
        }
    }
}

impl Pieces {
    /// Where the label for an address stands: at the piece that it lies in, or at the end of the data.
    fn place_of(&self, address: u32, length: usize) -> Option<u32> {
        if address as usize == length { Some(address) } else { self.piece_at(address) }
    }
}

/// The last argument as a number, signed where the driver takes it so.
fn plain_value(opcode: u8, value: i32) -> String {
    match opcode {
        opcode::TRANSPOSE | opcode::PITCH_BEND => (value as i8).to_string(),
        opcode::SWEEP_PITCH => (value as i16).to_string(),
        0..=0x8F => value.cast_unsigned().to_string(),
        _ => value.to_string(),
    }
}

fn explain(event: &SequenceEvent) -> String {
    match name_of(event.opcode) {
        Some("note") => format!("{} in unusual bytes", note_name(event.opcode)),
        Some(name) => format!("{name} in unusual bytes"),
        None => format!("command {:#04x} without effect", event.opcode),
    }
}

fn byte_list(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:#04x}")).collect::<Vec<_>>().join(", ")
}

/// Bytes that wait for their line to fill up.
#[derive(Default)]
struct RawBytes {
    bytes: Vec<u8>,
}

impl RawBytes {
    fn push(&mut self, byte: u8, text: &mut String) {
        self.bytes.push(byte);
        if self.bytes.len() == BYTES_PER_LINE {
            self.flush(text);
        }
    }

    fn flush(&mut self, text: &mut String) {
        if !self.bytes.is_empty() {
            let _ = writeln!(text, "  .byte {}", byte_list(&self.bytes));
            self.bytes.clear();
        }
    }
}

/// A label made of an entry's name.
fn label_from(name: &str, number: usize) -> String {
    let label: String = name
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '_' })
        .collect();
    let is_public = label.starts_with(|first: char| first.is_ascii_alphabetic());
    let is_command = note_word(&label) != NoteWord::No || command(&label).is_some();
    if is_public && !is_command { label } else { format!("Entry{number}{label}") }
}

/// A name that is not taken yet.
fn unique(used: &mut BTreeSet<String>, name: String, at: u32) -> String {
    let mut candidate = name.clone();
    let mut round = 0;
    while !used.insert(candidate.clone()) {
        candidate = match round {
            0 => format!("{name}_{at:04X}"),
            round => format!("{name}_{at:04X}_{round}"),
        };
        round += 1;
    }
    candidate
}

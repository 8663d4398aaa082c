//! The lines of a text or a listing.

use tatum_core::source::Sources;

use super::pragma::Pragma;
use super::reader::{Reading, read_text};
use crate::author::abi::AbiDefinition;
use crate::author::dyntable_use::EntryKind;
use crate::author::model::SectionKind;

/// Bytes on a line of a listing.
const LISTED: usize = 8;

/// A line that stands for bytes, with what comes before it.
pub(super) struct Row {
    pub(super) before: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) text: String,
    pub(super) kind: SectionKind,
    pub(super) entries: Option<EntryKind>,
    pub(super) address: usize,
    pub(super) length: usize,
}

/// All lines.
pub(super) struct Layout {
    pub(super) rows: Vec<Row>,
    /// What comes behind the last row.
    pub(super) tail: Vec<String>,
}

impl Layout {
    /// The text. It is read back to see where comments have to say what its lines are; after a few rounds all labels
    /// get one, in the end all lines.
    pub(super) fn explained(&self, abi: &AbiDefinition) -> String {
        const ROUNDS: usize = 6;
        let mut explained = vec![false; self.rows.len()];
        for round in 0..=ROUNDS {
            let text = self.text(&explained);
            let mut sources = Sources::default();
            let file = sources.add("text", text.as_str());
            let reading = read_text(&mut sources, file, abi, &mut |_, _| None);
            let found: Vec<usize> = (0..self.rows.len())
                .filter(|&row| !explained[row] && (round == ROUNDS || self.needs_comment(row, &reading)))
                .collect();
            if !reading.problems.has_errors() && (0..self.rows.len()).all(|row| self.is_read(row, &reading)) {
                return text;
            }
            found.into_iter().for_each(|row| explained[row] = true);
        }
        self.text(&explained)
    }

    /// Whether a row was read as what it is.
    fn is_read(&self, row: usize, reading: &Reading) -> bool {
        reading.kinds.get(row) == Some(&self.rows[row].kind)
    }

    /// Whether a row was read as something else and no row before it explains that, or something went wrong and a
    /// comment may help.
    fn needs_comment(&self, row: usize, reading: &Reading) -> bool {
        let before = row.checked_sub(1);
        let goes_on = before.is_some_and(|before| {
            !self.is_read(before, reading) && self.rows[before].kind == self.rows[row].kind
        });
        let begins_other = !self.is_read(row, reading) && !goes_on;
        begins_other || (reading.problems.has_errors() && !self.rows[row].labels.is_empty())
    }

    /// The lines, some of them with comments that say what they are.
    fn text(&self, explained: &[bool]) -> String {
        let mut text = String::new();
        for (row, is_explained) in self.rows.iter().zip(explained) {
            push_lines(&mut text, &row.before);
            if *is_explained {
                push_lines(&mut text, &[Pragma::comment(row.kind, row.entries)]);
            }
            push_lines(&mut text, &row.labels);
            push_lines(&mut text, std::slice::from_ref(&row.text));
        }
        push_lines(&mut text, &self.tail);
        text
    }

    /// The lines with their addresses and bytes: eight on a line, more on lines of their own.
    pub(super) fn listed(&self, bytes: &[u8]) -> String {
        let mut text = String::new();
        for row in &self.rows {
            push_lines(&mut text, &row.before);
            push_lines(&mut text, &row.labels);
            let mut statement = row.text.trim_start();
            let end = (row.address + row.length).min(bytes.len());
            let own = &bytes[row.address.min(end)..end];
            for (line, chunk) in own.chunks(LISTED).enumerate() {
                let hexadecimal: Vec<_> = chunk.iter().map(|byte| format!("{byte:02X}")).collect();
                let address = row.address + LISTED * line;
                let listed = format!("{address:04X}: {:23}  {statement}", hexadecimal.join(" "));
                push_lines(&mut text, &[listed.trim_end()]);
                statement = "";
            }
        }
        push_lines(&mut text, &self.tail);
        text
    }
}

fn push_lines(text: &mut String, lines: &[impl AsRef<str>]) {
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
}

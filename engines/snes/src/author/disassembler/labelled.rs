//! Songs that lie otherwise: every list, segment, track and part gets a label, and pointers name labels.

use std::collections::BTreeMap;

use super::block::Block;
use super::data::{Calls, stretch};

/// A table of words: where it is, and how many there are.
#[derive(Clone, Copy)]
struct Table {
    start: u16,
    words: usize,
}

/// The block with labels.
pub(super) fn body(block: &Block<'_>) -> String {
    let labels = labels(block);
    let tables = tables(block, &labels);
    let text = LabelledBlock { block, labels, tables };
    text.text()
}

/// Names of all places that something points to.
fn labels(block: &Block<'_>) -> BTreeMap<u16, String> {
    let mut labels = BTreeMap::new();
    let is_inside = |address: u16| (usize::from(block.start)..block.end()).contains(&usize::from(address));
    for (&address, layout) in &block.songs {
        let number = block.numbers.iter().find(|song| song.address == address).map_or(1, |song| song.number);
        labels.entry(address).or_insert_with(|| format!("song{number:02X}"));
        let parts = layout.parts.iter().map(|address| (*address, "part"));
        let tracks = layout.tracks.iter().map(|address| (*address, "track"));
        let segments = layout.segments.keys().map(|address| (*address, "segment"));
        for (address, kind) in segments.chain(tracks).chain(parts) {
            if is_inside(address) {
                labels.entry(address).or_insert_with(|| format!("{kind}{address:04X}"));
            }
        }
    }
    labels
}

/// The lists and segments that nothing else lies in, and the table of songs.
fn tables(block: &Block<'_>, labels: &BTreeMap<u16, String>) -> BTreeMap<u16, Table> {
    let mut tables = BTreeMap::new();
    let mut add = |start: u16, end: usize| {
        let inner = labels.range(start.saturating_add(1)..).next();
        let is_free = inner.is_none_or(|(&next, _)| usize::from(next) >= end);
        if is_free && end <= block.end() && usize::from(start) < end {
            tables.insert(start, Table { start, words: (end - usize::from(start)) / 2 });
        }
    };
    if let Some((&first, _)) = labels.first_key_value()
        && block.start == crate::sequencer::memory_map::SONG_TABLE
        && first > block.start
    {
        add(block.start, usize::from(first) & !1);
    }
    for layout in block.songs.values() {
        let (start, end) = layout.list;
        add(start, usize::from(end).max(usize::from(start)));
        layout.segments.keys().for_each(|&segment| add(segment, usize::from(segment) + 16));
    }
    tables
}

struct LabelledBlock<'a> {
    block: &'a Block<'a>,
    labels: BTreeMap<u16, String>,
    tables: BTreeMap<u16, Table>,
}

impl LabelledBlock<'_> {
    fn text(&self) -> String {
        let statements: BTreeMap<u16, String> =
            self.labels.iter().map(|(&address, name)| (address, format!(".{name}\n"))).collect();
        let mut text = String::new();
        let mut at = usize::from(self.block.start);
        while at < self.block.end() {
            let table = self.tables.values().find(|table| usize::from(table.start) >= at);
            let next = table.map_or(self.block.end(), |table| usize::from(table.start));
            let is_song = |address: u16| self.block.songs.values().any(|layout| layout.uses(address));
            let bytes = self.block.bytes_between(at, next);
            text.push_str(&stretch(at as u16, bytes, &statements, is_song, self));
            at = next;
            if let Some(table) = table {
                text.push_str(statements.get(&table.start).map_or("", String::as_str));
                text.push_str(&self.table(*table));
                at += 2 * table.words;
            }
        }
        text
    }

    fn table(&self, table: Table) -> String {
        let start = usize::from(table.start);
        let words = (0..table.words).filter_map(|word| self.block.word(start + 2 * word));
        let words: Vec<String> = words.map(|word| self.word(word)).collect();
        words.chunks(8).map(|line| format!("\tdw {}\n", line.join(", "))).collect()
    }

    /// A pointer by the name of its target, or of the list that it points into.
    fn word(&self, word: u16) -> String {
        if word >> 8 == 0 {
            return format!("${word:04X}");
        }
        if let Some(name) = self.labels.get(&word) {
            return format!(".{name}+!OFFSET");
        }
        let list = self.block.songs.iter().find(|(start, layout)| (**start..layout.list.1).contains(&word));
        match list.and_then(|(start, _)| Some((self.labels.get(start)?, word - start))) {
            Some((name, offset)) => format!(".{name}+{offset}+!OFFSET"),
            None => format!("${word:04X}"),
        }
    }
}

impl Calls for LabelledBlock<'_> {
    fn call(&self, address: u16, count: u8) -> String {
        format!("db !callpart : dw {} : db {count}", self.word(address))
    }
}

//! A small game of the Zelda generation. The crate `tatum-robustness` has its seed from here too.

use tatum_n64::format::file_table::{FileEntry, FileTable};
use tatum_n64::format::font_list::FontLists;
use tatum_n64::format::index_table::{IndexEntry, IndexTable};
use tatum_n64::format::yaz0;

/// An image with the parts of a golden case, which `file` reads: the main program is compressed.
pub fn zelda_image(file: &dyn Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let details: [u8; 8] = file("soundfont.bankmeta").try_into().expect("eight bytes");
    let parts = [file("soundfont.zbank"), file("sequence.zseq"), file("audiotable.bin")];
    let index = |part: &Vec<u8>| {
        IndexTable { entries: vec![IndexEntry { offset: 0, size: part.len() as u32, details }] }.write()
    };
    let [fonts, sequences, samples] = parts.each_ref().map(index);
    let program = [fonts, FontLists { lists: vec![vec![0]] }.write(), sequences, samples].concat();
    let mut image = vec![0; 0x1200];
    image[..4].copy_from_slice(&[0x80, 0x37, 0x12, 0x40]);
    let plain = |start: usize, end: usize, physical_end: usize| FileEntry {
        virtual_start: start as u32,
        virtual_end: end as u32,
        physical_start: start as u32,
        physical_end: physical_end as u32,
    };
    let mut entries = vec![plain(0, 0x1060, 0), plain(0x1060, 0x1100, 0), plain(0x1100, 0x1200, 0)];
    for part in &parts {
        entries.push(plain(image.len(), image.len() + part.len(), 0));
        image.extend(part);
    }
    let packed = yaz0::encode(&program);
    entries.push(plain(image.len(), image.len() + program.len(), image.len() + packed.len()));
    image.extend(packed);
    let table = FileTable::write(&entries);
    image[0x1100..0x1100 + table.len()].copy_from_slice(&table);
    image
}

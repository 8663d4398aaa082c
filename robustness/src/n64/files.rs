//! Archives, banks, bank sets, index tables, fonts, Yaz0: what is read and written again is the same.

use tatum_n64::format::archive::{Archive, ArchiveKind};
use tatum_n64::format::bank::Bank;
use tatum_n64::format::bank_set::BankSets;
use tatum_n64::format::font_list::FontLists;
use tatum_n64::format::font_samples::{repoint, sample_headers};
use tatum_n64::format::index_table::{FontEntry, IndexTable};
use tatum_n64::format::yaz0;

use crate::{seeds, split};

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut files = ["sound_data.ctl", "sound_data.tbl", "bank_sets"]
        .map(|name| seeds::file(&format!("golden-audio/n64-sm64/bank/{name}")))
        .to_vec();
    files.extend(
        ["soundfont.zbank", "soundfont.bankmeta", "sequence.zseq"]
            .map(|name| seeds::file(&format!("golden-audio/n64-oot/basic-adpcm/{name}"))),
    );
    files.extend(
        ["banks_header", "samples_header"]
            .map(|name| seeds::file(&format!("golden-audio/n64-sm64-sh/bank/{name}"))),
    );
    files.push(yaz0::encode(&files[0]));
    seeds::with_choices(files)
}

pub(crate) fn check(input: &[u8]) {
    let (bytes, choices) = split(input);
    archives(bytes);
    bank_sets(bytes, choices[0]);
    fonts(bytes, choices);
    if let Ok(table) = IndexTable::parse("x", bytes) {
        let again = IndexTable::parse("x", &table.write()).expect("what was written can be read");
        assert_eq!(again.entries, table.entries);
        for entry in 0..table.entries.len() {
            let _ = table.data_range("x", entry, bytes.len());
        }
    }
    if let Ok(lists) = FontLists::parse("x", bytes, choices[1].into()) {
        let written = lists.write();
        let again = FontLists::parse("x", &written, choices[1].into()).expect("what was written can be read");
        assert_eq!(again.lists, lists.lists);
    }
    if let Some(size) = yaz0::decoded_size(bytes)
        && let Ok(decoded) = yaz0::decode("x", bytes)
    {
        assert_eq!(decoded.len(), size);
    }
    assert!(yaz0::decode("x", &yaz0::encode(bytes)).as_deref() == Ok(bytes), "Yaz0 does not come back");
}

fn archives(bytes: &[u8]) {
    for kind in [ArchiveKind::Banks, ArchiveKind::Samples, ArchiveKind::Sequences] {
        let Ok(archive) = Archive::parse("x", bytes, kind) else { continue };
        let blobs: Vec<&[u8]> = archive.entries.iter().map(|range| &bytes[range.clone()]).collect();
        if let Ok(written) = Archive::write(kind, &blobs) {
            let again = Archive::parse("x", &written, kind).expect("what was written can be read");
            for (range, blob) in again.entries.iter().zip(&blobs) {
                assert!(written[range.clone()].starts_with(blob), "an entry changed");
            }
        }
        if kind == ArchiveKind::Banks {
            for blob in &blobs {
                let _ = Bank::parse("x", blob, 0x8000);
            }
        }
    }
}

fn bank_sets(bytes: &[u8], sequence: u8) {
    let Ok(sets) = BankSets::parse("x", bytes) else { return };
    if let Ok(set) = sets.set("x", sequence.into()) {
        assert!(set.banks().count() <= 256);
        let _ = set.bank(sequence);
    }
}

fn fonts(bytes: &[u8], choices: [u8; 8]) {
    let counts = FontEntry::from_bytes(choices).counts;
    if let Ok(headers) = sample_headers("x", bytes, counts) {
        let mut font = bytes.to_vec();
        headers.iter().for_each(|header| repoint(&mut font, header, 0));
    }
    if let Ok(bank) = Bank::parse_font("x", bytes, counts, [Some(0x8000), None]) {
        let (written, counts) = bank.write_font(true);
        let again = Bank::parse_font("x", &written, counts, [Some(0x8000), None]);
        assert!(again.is_ok(), "what was written can be read: {:?}", again.err());
    }
}

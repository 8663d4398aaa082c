//! Every file format: what is read and written again is the same.

use tatum_core::{Frame, Player};
use tatum_nds::format::ncsf::Ncsf;
use tatum_nds::format::psf::{Psf, Tags};
use tatum_nds::format::rom::{sound_archives, write_image};
use tatum_nds::format::sbnk::Bank;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::ssar::Ssar;
use tatum_nds::format::strm::Strm;
use tatum_nds::format::swar::{Wave, WaveArchive};
use tatum_nds::{BankFiles, StreamPlayer};

use crate::seeds;

/// A tenth of a second.
const FRAMES: usize = 3270;

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let archives = seeds::files("golden-audio/nds", &["sdat"]);
    let mut files = seeds::files("golden-audio/nds/strm", &["strm"]);
    let first = seeds::file("golden-audio/nds/seqarc/sound.sdat");
    files.extend(Sdat::parse("x", first.clone()).and_then(|archive| archive.contents()).expect("good").files);
    files.push(Ncsf::write(&first, 0, Tags::new(&[("title", "x"), ("length", "1:02.5")])));
    files.push(Ncsf::write_mini(0, Tags::new(&[("_lib", "x.ncsflib")])));
    files.push(write_image(&[("sound.sdat", &first)]));
    files.extend(archives.into_iter().take(8));
    files
}

pub(crate) fn check(bytes: &[u8]) {
    let name = "x";
    if let Ok(bank) = Bank::parse(name, bytes) {
        let written = bank.to_bytes();
        let again = Bank::parse(name, &written).expect("what was written can be read");
        assert!(again.to_bytes() == written, "a bank changes when it is read and written again");
    }
    // A wave that the end of its file cuts off reaches into the next one when it is written again.
    let is_whole = |wave: &Wave| wave.data.len() as u64 == wave.record.data_size();
    if let Ok(waves) = WaveArchive::parse(name, bytes)
        && waves.waves.iter().flatten().all(is_whole)
    {
        let written = waves.to_bytes();
        let again = WaveArchive::parse(name, &written).expect("what was written can be read");
        assert!(again.to_bytes() == written, "a wave archive changes when it is read and written again");
    }
    if let Ok(wave) = Wave::parse_swav(name, bytes) {
        let _ = tatum_nds::author::recording::Recording::decode(&wave);
    }
    if let Ok(sequences) = Ssar::parse(name, bytes) {
        let written = sequences.to_bytes();
        let again = Ssar::parse(name, &written).expect("what was written can be read");
        assert_eq!(again.entries, sequences.entries);
    }
    if let Ok(psf) = Psf::parse(name, bytes) {
        let again = Psf::parse(name, &psf.to_bytes()).expect("what was written can be read");
        assert!(again.program == psf.program, "a program changes when it is read and written again");
    }
    let _ = Ncsf::load(name, bytes, &mut |_| Ok(bytes.to_vec()));
    let _ = Sdat::stand_alone(name, bytes, &BankFiles::built_in());
    if let Ok(stream) = Strm::parse(name, bytes.to_vec()) {
        StreamPlayer::new(stream).render(&mut [Frame::SILENCE; FRAMES]);
    }
    if let Ok(found) = sound_archives(name, bytes) {
        for archive in found {
            assert!(bytes.get(archive.range).is_some());
        }
    }
    if let Ok(archive) = Sdat::parse(name, bytes.to_vec()) {
        let _ = (archive.banks(), archive.wave_archives(), archive.players(), archive.streams());
        if let Ok(contents) = archive.contents() {
            let again = Sdat::parse(name, contents.to_bytes()).expect("what was written can be read");
            let files = again.contents().expect("what was written can be read").files;
            assert!(files == contents.files, "files of an archive change when it is read and written again");
        }
    }
}

//! Reading and writing: round trips, containers, streams, names.

mod support;

use std::collections::HashMap;

use tatum_core::{FormatError, Frame, Player};
use tatum_nds::format::ncsf::Ncsf;
use tatum_nds::format::psf::Tags;
use tatum_nds::format::rom::{sound_archives, write_image};
use tatum_nds::format::sbnk::Bank;
use tatum_nds::format::sdat::Sdat;
use tatum_nds::format::ssar::Ssar;
use tatum_nds::format::sseq::Sseq;
use tatum_nds::format::strm::{Strm, StrmChannels};
use tatum_nds::format::swar::{Wave, WaveArchive, WaveFormat};
use tatum_nds::{NdsPlayer, Options, SequenceId, StreamPlayer};

/// All archives of the golden sets: name and bytes.
fn archives() -> Vec<(String, Vec<u8>)> {
    let directories = support::shared_golden().into_iter().chain([support::carried_golden()]);
    directories
        .flat_map(|directory| support::cases_in(&directory))
        .map(|case| (case.display().to_string(), std::fs::read(case.join("sound.sdat")).unwrap()))
        .collect()
}

fn render(archive: &Sdat, sequence: SequenceId) -> Vec<Frame> {
    let mut player = NdsPlayer::new(archive, sequence, Options::default()).unwrap();
    let mut frames = vec![Frame::SILENCE; 40_000];
    player.render(&mut frames);
    frames
}

#[test]
fn canonical_archives_survive_a_round_trip_byte_for_byte() {
    let archives = archives();
    assert!(!archives.is_empty());
    for (name, bytes) in archives {
        let archive = Sdat::parse(&name, bytes.clone()).unwrap();
        let mut contents = archive.contents().unwrap();
        for (id, file) in contents.files.iter_mut().enumerate() {
            let rewritten = match &file[..4] {
                b"SSEQ" => Sseq::write(Sseq::parse(&name, file).unwrap().data),
                b"SSAR" => Ssar::parse(&name, file).unwrap().to_bytes(),
                b"SBNK" => Bank::parse(&name, file).unwrap().to_bytes(),
                b"SWAR" => WaveArchive::parse(&name, file).unwrap().to_bytes(),
                other => panic!("{name}: file {id} is {other:?}"),
            };
            assert!(rewritten == *file, "{name}: file {id}, {:?}", std::str::from_utf8(&file[..4]));
            *file = rewritten;
        }
        assert!(contents.to_bytes() == bytes, "{name}");
    }
}

#[test]
fn a_game_image_plays_like_the_bare_archives_in_it() {
    let archives: Vec<_> = archives().into_iter().take(2).map(|(_, bytes)| bytes).collect();
    let image = write_image(&[
        ("readme.txt", b"not a sound archive"),
        ("sound/music.sdat", &archives[0]),
        ("data/other.sdat", &archives[1 % archives.len()]),
    ]);
    let found = sound_archives("game.nds", &image).unwrap();
    let paths: Vec<_> = found.iter().map(|archive| archive.path.as_str()).collect();
    assert_eq!(paths, ["sound/music.sdat", "data/other.sdat"]);
    for (found, bare) in found.iter().zip(&archives) {
        let inside = Sdat::parse(&found.path, &image[found.range.clone()]).unwrap();
        let bare = Sdat::parse("bare.sdat", bare.clone()).unwrap();
        assert!(render(&inside, SequenceId::Sequence(0)) == render(&bare, SequenceId::Sequence(0)));
    }
}

#[test]
fn archives_are_found_in_an_image_without_a_file_system() {
    let (_, archive) = archives().remove(0);
    let mut image = vec![0xFF; 0x123 * 4];
    image.extend(&archive);
    image.extend(b"SDAT\xFF\xFE\x00\x01 but nothing more");
    let found = sound_archives("image.bin", &image).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "@0x48c");
    assert_eq!(&image[found[0].range.clone()], &archive[..]);
    assert!(sound_archives("nothing.bin", &[0; 1000]).is_err());
}

#[test]
fn an_ncsf_and_a_minincsf_play_like_the_bare_archive() {
    let (_, archive) = archives().remove(0);
    let bare = render(&Sdat::parse("bare", archive.clone()).unwrap(), SequenceId::Sequence(0));
    let tags = Tags::new(&[("title", "A song"), ("length", "1:02.5"), ("fade", "10")]);
    let ncsf = Ncsf::write(&archive, 0, tags);
    let song = Ncsf::load("song.ncsf", &ncsf, &mut |_| panic!("has no libraries")).unwrap();
    assert_eq!(song.tags.length(), Some(62_500_000_000));
    assert_eq!(song.tags.fade(), Some(10_000_000_000));
    let loaded = Sdat::parse("song.ncsf", song.archive).unwrap();
    assert!(render(&loaded, SequenceId::Sequence(song.sequence)) == bare);

    // A library in a directory that names another one beside it.
    let files = HashMap::from([
        ("lib/outer.ncsflib", Ncsf::write_mini(9, Tags::new(&[("_lib", "inner.ncsflib")]))),
        ("lib/inner.ncsflib", Ncsf::write(&archive, 7, Tags::default())),
    ]);
    let mini = Ncsf::write_mini(0, Tags::new(&[("_lib", "lib\\outer.ncsflib")]));
    let mut asked = Vec::new();
    let song = Ncsf::load("song.minincsf", &mini, &mut |path| {
        asked.push(path.to_owned());
        files
            .get(path)
            .cloned()
            .ok_or_else(|| FormatError::invalid("song.minincsf", 0, "_lib", "a file", path.to_owned()))
    })
    .unwrap();
    assert_eq!(asked, ["lib/outer.ncsflib", "lib/inner.ncsflib"]);
    assert_eq!(song.sequence, 0, "the song's own number counts, not the libraries'");
    let loaded = Sdat::parse("song.minincsf", song.archive).unwrap();
    assert!(render(&loaded, SequenceId::Sequence(song.sequence)) == bare);
}

#[test]
fn libraries_that_name_each_other_are_refused() {
    let endless = Ncsf::write_mini(0, Tags::new(&[("_lib", "self.ncsflib")]));
    let error = Ncsf::load("self.ncsflib", &endless, &mut |_| Ok(endless.clone())).unwrap_err();
    assert!(error.to_string().contains("nested"), "{error}");
}

#[test]
fn a_sequence_archive_entry_is_found_by_number_and_by_name() {
    let Some(directory) = support::shared_golden() else { return };
    let archive = Sdat::parse("x", std::fs::read(directory.join("seqarc/sound.sdat")).unwrap()).unwrap();
    let entry = |entry| Some(SequenceId::ArchiveEntry { archive: 0, entry });
    assert_eq!(archive.find_sequence("0"), Some(SequenceId::Sequence(0)));
    assert_eq!(archive.find_sequence("0:3"), entry(3));
    assert_eq!(archive.find_sequence("seq_0"), Some(SequenceId::Sequence(0)));
    assert_eq!(archive.find_sequence("SSAR_0/SE_C"), entry(3));
    assert_eq!(archive.find_sequence("SE_B"), entry(1));
    assert_eq!(archive.find_sequence("SE_NONE"), None, "an absent entry cannot be played");
    let names: Vec<_> = archive.sequences().into_iter().filter_map(|sequence| sequence.name).collect();
    assert_eq!(names, ["SEQ_0", "SSAR_0/SE_A", "SSAR_0/SE_B", "SSAR_0/SE_C"]);
    let players: Vec<_> = archive.players().into_iter().filter_map(|player| player.name).collect();
    assert_eq!(players, ["PLAYER_BGM", "PLAYER_SE"]);
    let banks = archive.banks();
    assert_eq!(banks[1].name.as_deref(), Some("BANK_PSG"));
    assert_eq!(banks[1].programs, [0, 1]);
    assert_eq!(archive.wave_archives()[0].waves, 9);
}

#[test]
fn streams_decode_to_their_references() {
    let Some(directory) = support::shared_golden() else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(directory.join("strm")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "strm") {
            continue;
        }
        count += 1;
        let stream = Strm::parse("x", std::fs::read(&path).unwrap()).unwrap();
        let header = stream.header;
        let reference = support::wav_samples(&path.with_extension("wav"));
        let channels = usize::from(header.channels);
        for block_size in [1, 7, 184, 4096] {
            let mut frames = vec![Frame::SILENCE; header.frames as usize + 100];
            let mut player = StreamPlayer::new(stream.clone());
            frames.chunks_mut(block_size).for_each(|block| assert_eq!(player.render(block), block.len()));
            let samples: Vec<_> = frames[..header.frames as usize]
                .iter()
                .flat_map(|frame| [frame.left, frame.right].into_iter().take(channels))
                .collect();
            assert!(samples == reference, "{} in blocks of {block_size}", path.display());
            if channels == 1 {
                assert!(frames.iter().all(|frame| frame.left == frame.right));
            }
            let tail = &frames[header.frames as usize..];
            match player.length() {
                (_, Some(start)) => assert!(tail == &frames[start as usize..][..100]),
                (_, None) => assert!(tail.iter().all(|frame| *frame == Frame::SILENCE)),
            }
        }
    }
    assert_eq!(count, 4);
}

#[test]
fn a_written_stream_is_read_back() {
    let frames: Vec<_> = (0..3000).map(|n: i16| Frame::new(n.wrapping_mul(11), n.wrapping_mul(-7))).collect();
    let file = Strm::write(&frames, 16_000, WaveFormat::Pcm16, StrmChannels::Stereo, Some(100)).unwrap();
    let stream = Strm::parse("x", file).unwrap();
    assert_eq!(stream.header.time, 32, "523655.96875 / 16000 truncated");
    let mut out = vec![Frame::SILENCE; 3000];
    StreamPlayer::new(stream).render(&mut out);
    assert!(out == frames);
    for format in [WaveFormat::Pcm8, WaveFormat::Adpcm] {
        let file = Strm::write(&frames, 16_000, format, StrmChannels::Mono, None).unwrap();
        assert_eq!(Strm::parse("x", file).unwrap().header.frames, 3000);
    }
}

#[test]
fn a_stand_alone_wave_survives_a_round_trip() {
    let pcm: Vec<i16> = (0..160).map(|n| n * 100).collect();
    for format in [WaveFormat::Pcm8, WaveFormat::Pcm16, WaveFormat::Adpcm] {
        let wave = Wave::encode(&pcm, 16_000, format, Some(80));
        assert_eq!(wave.record.data_size(), wave.data.len() as u64);
        assert_eq!(Wave::parse_swav("x", &wave.to_swav()).unwrap(), wave);
    }
}

#[test]
fn broken_names_cost_only_the_names() {
    let Some(directory) = support::shared_golden() else { return };
    let bytes = std::fs::read(directory.join("malformed/symb-offset-outside.sdat")).unwrap();
    let archive = Sdat::parse("x", bytes).unwrap();
    assert!(archive.symbols.is_none());
    assert_eq!(archive.diagnostics().len(), 1);
}

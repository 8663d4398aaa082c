//! The other drivers of the N-SPC family: one small song in their numberings, and what each has of its own.

use tatum_core::{Frame, Player};
use tatum_snes::format::{KnownPlaces, RelativeSongs, SpcFile, TransferBlock, TransferImage};
use tatum_snes::hardware::Ram;
use tatum_snes::hardware::dsp::Register;
use tatum_snes::sequencer::commands::Command;
use tatum_snes::sequencer::track::Track;
use tatum_snes::sequencer::variant::{Evidence, Meaning, Multiplier, VARIANTS, Variant};
use tatum_snes::trace::{DspWrite, DspWriteProbe};
use tatum_snes::{NspcPlayer, timeline};

use crate::nspc::case_image;

const TABLE: u16 = 0xD000;
const LIST: u16 = 0xD010;
const SEGMENT: u16 = 0xD020;
const TRACK: u16 = 0xD040;
const SUBROUTINE: u16 = 0xD0F0;
const INSTRUMENTS: u16 = 0x3D00;

fn variant(id: &str) -> &'static Variant {
    Variant::from_id(id).expect("a variant")
}

/// A command with its arguments, in a variant's numbering.
fn command(variant: &Variant, command: Command, arguments: &[u8]) -> Vec<u8> {
    let index = variant.commands.iter().position(|meaning| *meaning == Meaning::Command(command)).unwrap();
    [&[variant.codes.first_command + index as u8], arguments].concat()
}

/// A track that uses what every variant can say.
fn track(variant: &Variant) -> Vec<u8> {
    let codes = variant.codes;
    let [low, high] = SUBROUTINE.to_le_bytes();
    let command = |name, arguments: &[u8]| command(variant, name, arguments);
    [
        command(Command::Tempo, &[0x60]),
        command(Command::Volume, &[0xC8]),
        command(Command::Instrument, &[1]),
        command(Command::Pan, &[8]),
        vec![0x0C, 0xA4, codes.tie, codes.rest],
        command(Command::Vibrato, &[0, 0x20, 0x40]),
        vec![0x18, 0xA8],
        command(Command::PitchSlide, &[2, 6, 0xAC]),
        command(Command::Call, &[low, high, 2]),
        vec![codes.first_percussion + 2],
        command(Command::EchoOn, &[1, 0x20, 0x20]),
        command(Command::PanSlide, &[0x10, 3]),
        vec![0xB0, 0x00],
    ]
    .concat()
}

/// A list of one segment that is played once.
const LIST_ONCE: &[u8] = &[0x20, 0xD0, 0, 0];

fn block(address: u16, data: impl Into<Vec<u8>>) -> TransferBlock {
    TransferBlock { address, data: data.into() }
}

/// Three instruments, of which a variant with a single byte of tuning can say everything.
fn instruments(variant: &Variant) -> Vec<u8> {
    let tail: &[u8] = match variant.instrument.multiplier {
        Multiplier::Word | Multiplier::Elsewhere => &[3, 0],
        Multiplier::SignedHigh => &[3],
    };
    (0..3).flat_map(|sample| [&[sample, 0x8F, 0xE0, 0xB8], tail].concat()).collect()
}

fn image(variant: &Variant, list: &[u8], track: &[u8]) -> TransferImage {
    let mut image = TransferImage::parse("empty", &[0, 0, 0, 8]).unwrap();
    let samples = case_image("tune8").blocks[..2].to_vec();
    image.blocks = samples;
    image.blocks.extend([
        block(INSTRUMENTS, instruments(variant)),
        block(0x3D96, [&[0x32, 0x65, 0x7F, 0x98, 0xB2, 0xCB, 0xE5, 0xFC][..], &VELOCITIES].concat()),
        block(TABLE, LIST.to_le_bytes()),
        block(LIST, list),
        block(SEGMENT, [&TRACK.to_le_bytes()[..], &[0; 14]].concat()),
        block(TRACK, track),
        block(SUBROUTINE, [0x06, 0x7F, 0xB4, 0xB5, 0x00]),
    ]);
    image
}

const VELOCITIES: [u8; 16] =
    [0x19, 0x32, 0x4C, 0x65, 0x72, 0x7F, 0x8C, 0x98, 0xA5, 0xB2, 0xBF, 0xCB, 0xD8, 0xE5, 0xF2, 0xFC];

fn player(variant: &'static Variant, list: &[u8], track: &[u8]) -> NspcPlayer {
    let songs = RelativeSongs::in_image(image(variant, list, track), variant, &KnownPlaces::default());
    let songs = songs.unwrap_or_else(|problem| panic!("{}: {problem}", variant.id));
    let mut player = NspcPlayer::with_dialect(&songs.image, songs.dialect);
    player.start_song(1);
    player
}

fn writes(player: &NspcPlayer) -> Vec<DspWrite> {
    let mut writes = Vec::new();
    let mut frames = vec![Frame::SILENCE; 96_000];
    let mut player = player.clone();
    let rendered = player.render_with_probe(&mut frames, &mut DspWriteProbe(|write| writes.push(write)));
    assert_eq!(rendered, frames.len(), "{:?}", player.fault());
    writes
}

/// The state of the first track after a while.
fn track_after(mut player: NspcPlayer) -> Track {
    let mut frames = vec![Frame::SILENCE; 16_000];
    assert_eq!(player.render(&mut frames), frames.len(), "{:?}", player.fault());
    player.driver().tracks[0]
}

#[test]
fn a_song_means_the_same_in_every_numbering() {
    let alttp = variant("n-spc-alttp");
    let expected = writes(&player(alttp, LIST_ONCE, &track(alttp)));
    assert!(expected.iter().filter(|write| write.register == 0x4C && write.value == 1).count() > 5);
    let same = ["n-spc-yi", "n-spc-smw", "n-spc-sm", "n-spc-starfox", "n-spc-marvelous", "n-spc-ta"];
    for id in same {
        let variant = variant(id);
        assert_eq!(writes(&player(variant, LIST_ONCE, &track(variant))), expected, "{id}");
    }
    // HAL's driver has another pan table.
    let hal = variant("n-spc-hal");
    let found = writes(&player(hal, LIST_ONCE, &track(hal)));
    let without_volumes = |writes: &[DspWrite]| -> Vec<DspWrite> {
        writes.iter().filter(|write| !matches!(write.register, 0x00 | 0x01)).copied().collect()
    };
    assert_ne!(found, expected);
    assert_eq!(without_volumes(&found), without_volumes(&expected));
}

#[test]
fn a_survey_counts_notes_in_every_numbering() {
    for id in ["n-spc-alttp", "n-spc-smw", "n-spc-ta", "n-spc-fe3"] {
        let variant = variant(id);
        let survey = timeline::survey(&player(variant, LIST_ONCE, &track(variant)), 400);
        assert_eq!(survey.tracks[0].notes, 8, "{id}: two and a percussion note, a last one, and twice two");
    }
}

#[test]
fn super_mario_world_tunes_with_a_signed_byte_and_has_tables_of_its_own() {
    let smw = variant("n-spc-smw");
    let mut image = image(smw, LIST_ONCE, &[0xDA, 0x01, 0x7F, 0x2F, 0xA4, 0x00]);
    image.blocks.retain(|block| block.address != 0x3D96);
    image.blocks.push(block(INSTRUMENTS + 5, [1, 0x8F, 0xE0, 0xB8, 0xFE]));
    let songs = RelativeSongs::in_image(image, smw, &KnownPlaces::default()).unwrap();
    assert_eq!(songs.dialect.layout.gates, None, "no table in the image");
    let mut player = NspcPlayer::with_dialect(&songs.image, songs.dialect);
    player.start_song(1);
    let track = track_after(player);
    assert_eq!((track.gate, track.velocity), (0x80, 0xB3));
    assert_eq!(track.instrument.multiplier, -0x200);
}

#[test]
fn super_metroid_silences_a_track_and_winds_forward() {
    let metroid = variant("n-spc-sm");
    let key_ons = |track: &[u8]| {
        let writes = writes(&player(metroid, LIST_ONCE, track));
        writes.iter().filter(|write| write.register == 0x4C && write.value != 0).count()
    };
    assert_eq!(key_ons(&[0xE0, 1, 0xFB, 0xEE, 0xEE, 0x10, 0xA4, 0xA5, 0xA6, 0x00]), 3);
    assert_eq!(key_ons(&[0xE0, 1, 0x10, 0xA4, 0xFC, 0xA5, 0xA6, 0x00]), 1);
    assert_eq!(key_ons(&[0xE0, 1, 0x10, 0xFD, 0xA4, 0xFE, 0xA5, 0xA6, 0x00]), 2);
}

#[test]
fn lemmings_computes_gate_and_velocity() {
    let track = track_after(player(variant("n-spc-lemmings"), LIST_ONCE, &[0x7F, 0x33, 0x41, 0xA4, 0x00]));
    assert_eq!((track.length, track.gate, track.velocity), (0x7F, 0x66 + 0x19 + 1, 0x82));
    let track = track_after(player(variant("n-spc-lemmings"), LIST_ONCE, &[0x7F, 0x33, 0xA4, 0x00]));
    assert_eq!((track.gate, track.velocity), (0x66 + 0x19 + 1, 0));
}

#[test]
fn notes_of_fire_emblem_3_sound_although_their_table_is_not_known() {
    let track = track_after(player(variant("n-spc-fe3"), LIST_ONCE, &[0x7F, 0x33, 0xA4, 0x00]));
    assert_eq!((track.gate, track.velocity), (0xFC, 0xFC));
}

#[test]
fn marvelous_rewrites_an_instrument() {
    let writes =
        writes(&player(variant("n-spc-marvelous"), LIST_ONCE, &[0xFB, 2, 0x8A, 0x4B, 0x20, 0xA4, 0x00]));
    for (register, value) in [(0x04, 2), (0x05, 0x8A), (0x06, 0x4B), (0x07, 0xB8)] {
        assert!(
            writes.iter().any(|write| (write.register, write.value) == (register, value)),
            "{register:02X}"
        );
    }
}

#[test]
fn konami_repeats_a_passage_and_has_pointers_from_a_base() {
    let konami = variant("n-spc-konami");
    let mut image = image(konami, &[0x20, 0x00, 0, 0], &[]);
    // Every pointer less $CF00; what is left must still have an upper byte.
    let base = 0xCF00_u16;
    let less = |address: u16| (address - base).to_le_bytes();
    let repeat = [0xE0, 1, 0x08, 0x7F, 0xE5, 0xA4, 0xE6, 3, 0xF0, 2, 0xA5, 0x00];
    image.blocks.extend([
        block(TABLE, less(LIST)),
        block(LIST, [less(SEGMENT), [0, 0]].concat()),
        block(SEGMENT, less(TRACK)),
        block(TRACK, repeat),
    ]);
    let known = KnownPlaces { pointer_base: Some(base), ..KnownPlaces::default() };
    let songs = RelativeSongs::in_image(image, konami, &known).unwrap();
    let mut player = NspcPlayer::with_dialect(&songs.image, songs.dialect);
    player.start_song(1);
    assert_eq!(timeline::survey(&player, 400).tracks[0].notes, 4, "three times one, and the last");
    let track = track_after(player);
    assert_eq!((track.transpose, track.volume.value.whole()), (4, 0xFF - 0x20));
}

#[test]
fn tose_counts_loops_from_zero() {
    let tose = variant("n-spc-tose");
    let list = [0x20, 0xD0, 2, 0, 0x10, 0xD0, 0, 0];
    let notes =
        |variant| timeline::survey(&player(variant, &list, &[0x08, 0x7F, 0xA4, 0x00]), 400).tracks[0].notes;
    assert_eq!(notes(variant("n-spc-yi")), 3);
    assert_eq!(notes(tose), 3);
    let endless = [0x20, 0xD0, 0xFF, 0, 0x10, 0xD0, 0, 0];
    let found = timeline::find_end(&player(tose, &endless, &[0x08, 0x7F, 0xA4, 0x00]));
    assert!(matches!(found, timeline::SongEnd::Loops(_)), "{found:?}");
}

#[test]
fn commands_that_nobody_has_described_stop_the_song_at_their_address() {
    for (id, byte, reason) in [
        ("n-spc-fe3", 0xF1, "a command that is not documented"),
        ("n-spc-ta", 0xFE, "no command"),
        ("n-spc-smw", 0xED, "a command that is not documented"),
    ] {
        let variant = variant(id);
        let song = image(variant, LIST_ONCE, &[0x10, 0xA4, byte, 0x00]);
        let problem = RelativeSongs::in_image(song.clone(), variant, &KnownPlaces::default()).unwrap_err();
        assert_eq!(problem.to_string(), format!("$D042: ${byte:02X} is {reason}"), "{id}");
        // The interpreter says the same when it gets there.
        let dialect =
            RelativeSongs::in_image(image(variant, LIST_ONCE, &[0]), variant, &KnownPlaces::default());
        let mut player = NspcPlayer::with_dialect(&song, dialect.unwrap().dialect);
        player.start_song(1);
        player.render(&mut vec![Frame::SILENCE; 32_000]);
        let fault = player.fault().expect("it stops");
        assert_eq!(fault.offset, 0xD042, "{id}");
        assert!(fault.message.ends_with(reason), "{id}: {}", fault.message);
    }
}

/// A `.spc` file whose song lies elsewhere: the instruments at $6000, the list at $7010, no table of songs.
fn moved_spc(variant: &Variant) -> SpcFile {
    let mut file = SpcFile { ram: Ram::new(Box::new([0; Ram::SIZE])), ..SpcFile::default() };
    let moved = |address: u16| match address {
        INSTRUMENTS => 0x6000,
        0x3D96 => 0x6A00,
        0xD000.. => address - 0x6000,
        _ => address,
    };
    let mut image = image(variant, &moved(SEGMENT).to_le_bytes(), &[]);
    let call = [moved(SUBROUTINE).to_le_bytes(), SUBROUTINE.to_le_bytes()];
    let mut track = track(variant);
    let place = track.windows(2).position(|bytes| bytes == call[1]).unwrap();
    track[place..place + 2].copy_from_slice(&call[0]);
    image.blocks.extend([block(SEGMENT, moved(TRACK).to_le_bytes()), block(TRACK, track)]);
    for block in &mut image.blocks {
        block.address = moved(block.address);
    }
    image.apply(&mut file.ram);
    file.ram.write_word(0x7000, 0);
    file.ram.write_word(0x40, moved(LIST));
    file.dsp_registers.set(Register::DIR, 0x3C);
    file.dsp_registers.set(Register::ESA, 0xF0);
    file.dsp_registers.set(Register::EDL, 1);
    file
}

#[test]
fn a_spc_file_of_another_driver_plays_from_the_places_that_are_known() {
    let smw = variant("n-spc-smw");
    let file = moved_spc(smw);
    let expected = writes(&player(smw, LIST_ONCE, &track(smw)));
    let known = KnownPlaces { instruments: Some(0x6000), ..KnownPlaces::default() };
    let songs = RelativeSongs::in_spc(&file, smw, &known).unwrap();
    assert_eq!(songs.image.lone_song, Some(0x7010), "the list in which the driver was");
    let layout = songs.dialect.layout;
    assert_eq!((layout.gates, layout.directory_page, layout.echo_end_page), (Some(0x6A00), 0x3C, 0xF8));
    let mut player = NspcPlayer::with_dialect(&songs.image, songs.dialect);
    player.start_song(songs.first());
    let with_echo_there = |write: &DspWrite| DspWrite {
        value: if write.register == 0x6D { write.value.wrapping_add(0x28) } else { write.value },
        ..*write
    };
    assert_eq!(writes(&player), expected.iter().map(with_echo_there).collect::<Vec<_>>());
    // Told where the list is, it need not be looked for.
    let mut elsewhere = file.clone();
    elsewhere.ram.write_word(0x40, 0);
    assert!(RelativeSongs::in_spc(&elsewhere, smw, &known).is_err());
    let known = KnownPlaces { song_list: Some(0x7010), ..known };
    assert!(RelativeSongs::in_spc(&elsewhere, smw, &known).is_ok());
}

#[test]
fn damaged_songs_of_every_variant_play_or_stop_but_never_panic() {
    arbtest::arbtest(|u| {
        let variant = *u.choose(&VARIANTS)?;
        let mut track: Vec<u8> = u.arbitrary()?;
        track.truncate(120);
        let mut list: Vec<u8> = u.arbitrary()?;
        list.truncate(10);
        let image = image(variant, &[&[0x20, 0xD0], &list[..]].concat(), &track);
        let known =
            KnownPlaces { song_list: Some(LIST), pointer_base: u.arbitrary()?, ..KnownPlaces::default() };
        let _ = RelativeSongs::in_image(image.clone(), variant, &known);
        let known = KnownPlaces::default();
        let songs = RelativeSongs::in_image(self::image(variant, LIST_ONCE, &[0]), variant, &known).unwrap();
        let mut player = NspcPlayer::with_dialect(&image, songs.dialect);
        player.start_song(1);
        let mut frames = vec![Frame::SILENCE; 16_000];
        let rendered = player.render(&mut frames);
        assert_eq!(rendered < frames.len(), player.fault().is_some());
        Ok(())
    })
    .budget_ms(1_500);
}

#[test]
fn what_is_not_verified_says_so() {
    for variant in VARIANTS.iter().filter(|variant| variant.id != "n-spc-alttp") {
        assert_ne!(variant.evidence, Evidence::Verified, "{}", variant.id);
        assert!(!variant.is_mapped, "{}: its places are not documented", variant.id);
    }
}

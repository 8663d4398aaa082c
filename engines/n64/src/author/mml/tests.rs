use tatum_core::source::Sources;

use super::{Target, compile};

/// The bytes of a text, and the codes of its problems.
fn compile_text(text: &str, target: Target) -> (Option<Vec<u8>>, Vec<&'static str>) {
    let mut sources = Sources::default();
    let file = sources.add("test.mml", text);
    let compiled = compile(&sources, file, target);
    (compiled.bytes, compiled.problems.entries().iter().map(|problem| problem.code).collect())
}

/// The layer of a song with one channel, which follows sequence and channel script.
fn layer(text: &str) -> Vec<u8> {
    let (bytes, codes) = compile_text(text, Target::Sm64);
    let bytes = bytes.unwrap_or_else(|| panic!("{text}: {codes:?}"));
    let at = bytes.windows(2).position(|pair| pair == [0xC4, 0x90]).unwrap() + 2;
    let start = usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
    bytes[start..].to_vec()
}

fn codes(text: &str) -> Vec<&'static str> {
    compile_text(text, Target::Sm64).1
}

#[test]
fn the_cases_give_their_bytes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../golden-audio/n64-convert");
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(path.join("input.mml")) else { continue };
        for (target, output) in [(Target::Sm64, "output.m64"), (Target::Zelda, "output.zseq")] {
            let Ok(expected) = std::fs::read(path.join(output)) else { continue };
            cases += 1;
            let (bytes, codes) = compile_text(&text, target);
            assert_eq!(bytes, Some(expected), "{}/{output}: {codes:?}", path.display());
        }
    }
    assert_eq!(cases, 14);
}

#[test]
fn a_loop_that_is_played_again_becomes_a_script() {
    let expected = [
        0xF8, 2, 0xFC, 0, 0x32, 0xF7, 0x27, 24, 127, 80, 0xFC, 0, 0x32, 0xFF, // layer
        0x29, 24, 127, 80, 0xAB, 127, 80, 0xFF, // the loop's body
    ];
    assert_eq!(layer("#0 @1 [d e]2 c *"), expected);
    assert_eq!(layer("#0 @1 (7)[d e]2 c (7)"), expected);
}

#[test]
fn a_loop_ends_with_the_transposition_it_began_with() {
    let expected = [0xF8, 2, 0x3F, 24, 127, 80, 0xC2, 12, 0xB9, 127, 80, 0xC2, 0, 0xF7, 0xFF];
    assert_eq!(layer("#0 @1 o6 [c f+]2"), expected);
}

#[test]
fn double_brackets_are_one_loop() {
    assert_eq!(layer("#0 @1 [[c]]3"), [0xF8, 3, 0x27, 24, 127, 80, 0xF7, 0xFF]);
    assert_eq!(layer("#0 @1 [[c]2]3"), [0xF8, 3, 0xF8, 2, 0x27, 24, 127, 80, 0xF7, 0xF7, 0xFF]);
}

#[test]
fn tuplets_put_notes_into_the_time_of_others() {
    assert_eq!(layer("#0 @1 {5:4 c4}"), [0x27, 38, 127, 80, 0xFF]);
    assert_eq!(codes("#0 @1 {5:4 c4c4c4c4c4}"), ["MML-ROUNDED"]);
}

#[test]
fn the_loop_point_cuts_the_song_in_two() {
    let (bytes, codes) = compile_text("w90 #0 @1 c4 v60 / d4 #1 @2 e4 f4", Target::Sm64);
    let expected = [
        0xD3, 0x20, 0xD5, 0x32, 0xD7, 0, 3, 0x90, 0, 36, 0x91, 0, 46, 0xDB, 90, 0xDD, 120, 0xFD,
        48, // once
        0x90, 0, 56, 0x91, 0, 66, 0xDB, 90, 0xDD, 120, 0xFD, 48, 0xFB, 0, 19, 0xD6, 0, 3, 0xFF, // again
    ];
    assert_eq!(codes, [""; 0]);
    let bytes = bytes.unwrap();
    assert_eq!(bytes[..7], expected[..7]);
    assert_eq!(bytes[13..19], expected[13..19]);
    assert_eq!(bytes[25..38], expected[25..38]);
    // Each part's channel starts with what is set there.
    let starts: Vec<_> = bytes.windows(4).filter(|bytes| bytes[0] == 0xC1).collect();
    assert_eq!(
        starts,
        [[0xC1, 1, 0xDF, 127], [0xC1, 2, 0xDF, 127], [0xC1, 1, 0xDF, 60], [0xC1, 2, 0xDF, 127]]
    );
}

#[test]
fn loop_points_need_a_place_between_notes() {
    assert_eq!(codes("#0 @1 c4 / c4 #1 @1 c2"), ["MML-LOOP-POINT"]);
    assert_eq!(codes("#0 @1 c4 / c4 #1 @1 c8 / c4."), ["MML-LOOP-POINT"]);
    assert_eq!(codes("#0 @1 c4 /"), ["MML-LOOP-POINT"]);
    assert_eq!(codes("#0 @1 [c4 / c4]2"), ["MML-LOOP-POINT"]);
    assert_eq!(codes("?0 #0 @1 c4 / c4"), ["MML-LOOP-POINT"]);
}

#[test]
fn instruments_have_names() {
    let bytes = |text| compile_text(text, Target::Sm64).0.unwrap();
    assert_eq!(bytes("@\"lead\"=5 #0 @\"Lead\" c"), bytes("#0 @5 c"));
    assert_eq!(bytes("#0 @\"Grand Piano\" c"), bytes("#0 @0 c"));
    assert_eq!(bytes("#0 @\"drums\" c"), bytes("#0 @127 c"));
    assert_eq!(codes("#0 @\"kazoo of doom\" c"), ["MML-INSTRUMENT", "MML-INSTRUMENT"]);
}

#[test]
fn commands_of_addmusic_act_or_are_named() {
    assert_eq!(layer("#0 @1 q7f c q77 d")[..7], [0x27, 24, 127, 80, 0xA9, 64, 80]);
    assert_eq!(codes("#0 @1 q7f c"), ["MML-IGNORED"]);
    assert_eq!(codes("#0 @1 c h2 p0,20,30 $ed ~ \"a\""), ["MML-IGNORED"; 5]);
    let (bytes, _) = compile_text("#0 @1 y20 c y0 d", Target::Sm64);
    let bytes = bytes.unwrap();
    assert!(bytes.windows(2).any(|pair| pair == [0xDD, 0]));
    assert!(bytes.windows(4).any(|bytes| bytes == [0xFD, 24, 0xDD, 127]));
}

#[test]
fn loops_inside_one_another_have_a_limit() {
    assert_eq!(codes("#0 @1 [[[[c]2]2]2]2"), [""; 0]);
    assert_eq!(codes("#0 @1 [[[[[c]2]2]2]2]2"), ["MML-DEPTH"]);
    assert_eq!(codes("#0 @1 [[[[c]2]2]2]2 *"), ["MML-DEPTH"]);
    assert_eq!(codes("#0 @1 [[[c]2]2]2 *"), [""; 0]);
}

#[test]
fn long_things_are_refused() {
    assert_eq!(codes("#0 @1 c=32768"), ["MML-LONG"]);
    assert_eq!(codes("#0 @1 [[[[c1]255]255]255]255"), ["MML-LONG"; 2]);
    assert_eq!(
        codes("#0 @1 c1................................................................")[0],
        "MML-LENGTH"
    );
}

#[test]
fn ties_do_not_cross_the_borders_of_loops() {
    assert_eq!(codes("#0 @1 c [^4 d]2"), ["MML-TIE"]);
    assert_eq!(codes("#0 @1 [c]2 ^4"), ["MML-TIE"]);
    assert_eq!(codes("#0 @1 c v60 ^4"), [""; 0]);
}

#[test]
fn several_errors_are_told_but_not_hundreds() {
    let text = format!("#0 @1 {}", "c0 ".repeat(100));
    assert_eq!(codes(&text), ["MML-LENGTH"; 20]);
}

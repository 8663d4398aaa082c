//! The golden cases: every register write and every sample.

mod support;

use std::path::Path;

use support::case::Case;
use tatum_core::{Frame, Player};
use tatum_nds::format::sdat::Sdat;
use tatum_nds::trace::RegisterTrace;
use tatum_nds::{NdsPlayer, frame_of_wake};

/// Renders a case with its trace and says what differs, if anything does.
fn check_case(directory: &Path) -> Result<(), String> {
    let case = Case::parse(&std::fs::read_to_string(directory.join("case.toml")).unwrap()).unwrap();
    let archive = Sdat::parse(&case.file, std::fs::read(directory.join(&case.file)).unwrap())
        .map_err(|error| error.to_string())?;
    let mut player = NdsPlayer::with_schedule(&archive, &case.schedule(), case.options())
        .map_err(|error| error.to_string())?;

    let mut trace = RegisterTrace::default();
    let mut frames = vec![Frame::SILENCE; case.frames as usize];
    // One wake at a time, to see after which one the sequences are over.
    let mut end_tick = -1;
    let mut has_played = false;
    let mut done = 0;
    while done < frames.len() {
        let until = (frame_of_wake(player.wakes()) as usize + 1).clamp(done + 1, frames.len());
        player.render_with_probe(&mut frames[done..until], &mut trace);
        done = until;
        has_played |= player.is_playing();
        if has_played && end_tick < 0 && !player.is_playing() {
            end_tick = player.wakes() as i64 - 1;
        }
    }
    let rows = trace.rows();
    let trace = trace.take();
    let expected = support::gunzip(&directory.join("trace.tsv.gz"));
    if trace != expected {
        return Err(support::first_difference(&expected, &trace));
    }
    if let Some(fault) = player.fault() {
        return Err(fault.to_string());
    }
    let reference = support::wav_frames(&directory.join("reference.wav"));
    if let Some(difference) = support::first_different_frame(&reference, &frames) {
        return Err(difference);
    }
    let facts = (player.position().ticks, player.wakes(), rows, end_tick);
    let expected = (case.sequence_ticks, case.ticks, case.register_writes, case.end_tick);
    if facts != expected {
        return Err(format!("(ticks, wakes, writes, end): expected {expected:?}, found {facts:?}"));
    }
    Ok(())
}

fn check_all(directory: &Path) -> usize {
    let cases = support::cases_in(directory);
    let failures: Vec<_> = cases
        .iter()
        .filter_map(|case| check_case(case).err().map(|error| format!("{}: {error}", case.display())))
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases differ:\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n")
    );
    println!("{} cases equal", cases.len());
    cases.len()
}

#[test]
fn all_shared_cases_are_equal_in_every_write_and_sample() {
    if let Some(directory) = support::shared_golden() {
        assert!(check_all(&directory) >= 61);
    }
}

#[test]
fn the_carried_cases_are_equal_in_every_write_and_sample() {
    assert!(check_all(&support::carried_golden()) >= 6);
}

//! The built-in instruments, heard through the player.

use std::f64::consts::TAU;

use tatum_core::instruments::bank;
use tatum_core::{Frame, Player};
use tatum_n64::author::built_in;
use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::format::sequence::SequenceData;
use tatum_n64::sequencer::abi::Abi;
use tatum_n64::{EngineVersion, N64Player, Settings, SoundMemory};

/// Frames per second.
const RATE: f64 = 32_006.451;
/// The instrument number of the drums.
const DRUMS: u8 = 0x7F;

/// A note of a quarter (half a second) that is held for `beats`.
fn render(sounds: &SoundMemory, instrument: u8, semitone: u8, beats: u16, seconds: f64) -> Vec<Frame> {
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let (channel, layer) = (writer.label(), writer.label());
    writer
        .sequence()
        .initialize_channels(1)
        .start_channel(0, channel)
        .volume(127)
        .tempo(120)
        .delay(0x7FFF)
        .end();
    writer.channel_at(channel).large_notes().instrument(instrument).start_layer(0, layer).delay(0x7FFF).end();
    writer.layer_at(layer).note(semitone, 48 * beats, 100, 0).rest(0x7FFF).end();
    let sequence = SequenceData::new("note", &writer.finish().unwrap()).unwrap();
    let settings = Settings { warm_up_frames: 0, ..Settings::new(EngineVersion::Sm64Us) };
    let mut player = N64Player::new(sequence, sounds.clone(), settings).unwrap();
    let mut frames = vec![Frame::SILENCE; (seconds * RATE) as usize];
    assert_eq!(player.render(&mut frames), frames.len());
    assert_eq!(player.fault(), None);
    frames
}

fn sounds() -> SoundMemory {
    SoundMemory::load(&built_in::files().sound_files(), 0).unwrap()
}

fn peak(frames: &[Frame]) -> u16 {
    frames.iter().map(|frame| frame.left.unsigned_abs().max(frame.right.unsigned_abs())).max().unwrap_or(0)
}

#[test]
fn every_program_and_every_drum_is_heard() {
    let sounds = sounds();
    for program in 0..DRUMS {
        for semitone in [15, 39, 63] {
            let found = peak(&render(&sounds, program, semitone, 1, 0.3));
            assert!(found > 1000, "program {program}, semitone {semitone}: peak {found}");
        }
    }
    for semitone in 0..64 {
        let found = peak(&render(&sounds, DRUMS, semitone, 1, 0.2));
        assert!(found > 1000, "drum {semitone}: peak {found}");
    }
}

/// What dies away does so while its key is held, and what is held does so after its release.
#[test]
fn every_note_becomes_silent() {
    let sounds = sounds();
    for instrument in &bank().instruments {
        if instrument.program == DRUMS {
            continue;
        }
        let dies = instrument.envelope.sustain == 0
            || bank().samples[instrument.zones[0].sample].loop_points.is_none();
        let (beats, seconds) = if dies { (100, 8.0) } else { (1, 2.5) };
        let frames = render(&sounds, instrument.program, 48, beats, seconds);
        let tail = &frames[frames.len() - 3200..];
        assert_eq!(peak(tail), 0, "{}", instrument.name);
    }
    for drum in &bank().drums {
        if let Some(semitone) =
            drum.key.checked_sub(built_in::KEY_OF_SEMITONE_0).filter(|&semitone| semitone < 64)
        {
            let frames = render(&sounds, DRUMS, semitone, 100, 3.0);
            assert_eq!(peak(&frames[frames.len() - 3200..]), 0, "{}", drum.name);
        }
    }
}

/// The phase, in turns, of a frequency in a second of sound from `start` on, through a Hann window.
fn phase(frames: &[Frame], start: usize, hertz: f64) -> f64 {
    let length = 8000;
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (index, frame) in frames[start..start + length].iter().enumerate() {
        let window = 0.5 - 0.5 * (TAU * index as f64 / length as f64).cos();
        let turns = hertz * (start + index) as f64 / RATE;
        real += window * f64::from(frame.left) * (TAU * turns).cos();
        imaginary -= window * f64::from(frame.left) * (TAU * turns).sin();
    }
    imaginary.atan2(real) / TAU
}

#[test]
fn notes_are_in_tune() {
    let sounds = sounds();
    // Instruments with a steady pitch and a strong fundamental.
    for program in [0, 4, 6, 24, 27, 46, 56, 60, 71, 80, 114] {
        for semitone in [24, 31, 36, 39, 43, 48, 50, 55, 60] {
            let frames = render(&sounds, program, semitone, 4, 1.0);
            let hertz = 440.0 * ((f64::from(semitone) + 21.0 - 69.0) / 12.0).exp2();
            let distance = 4000;
            let turns = phase(&frames, 8000 + distance, hertz) - phase(&frames, 8000, hertz);
            let drift = (turns - turns.round()) / (f64::from(distance as u32) / RATE);
            let cents = 1200.0 * (1.0 + drift / hertz).log2();
            // The converter runs 0.35 cents fast.
            assert!(cents.abs() < 1.0, "program {program}, semitone {semitone}: {cents:.2} cents");
        }
    }
}

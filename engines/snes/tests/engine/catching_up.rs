//! What makes the DSP catch up: registers that lead it to other RAM just before the program changes that RAM.

use tatum_core::{Frame, NullProbe};
use tatum_snes::hardware::dsp::{Register, RegisterFile, VoiceRegister};
use tatum_snes::hardware::{ClockedDsp, Ram};

/// Sample blocks that play full scale for ever: header (shift 12, loop, end), then the byte.
fn put_sample(ram: &mut Ram, address: u16, byte: u8) {
    ram.write(address, 0xC3);
    for place in 1..9 {
        ram.write(address + place, byte);
    }
}

fn put_entry(ram: &mut Ram, entry: u16, address: u16) {
    ram.write_word(entry, address);
    ram.write_word(entry + 2, address);
}

const OLD_SAMPLE: u16 = 0x1000;
const NEW_SAMPLE: u16 = 0x2000;
const OTHER_DIRECTORY_SAMPLE: u16 = 0x3000;

/// Voice 0 plays source 0; voice 5 is ready to play source 5; page $05 is another directory.
fn module() -> ClockedDsp {
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    put_sample(&mut ram, OLD_SAMPLE, 0x11);
    put_sample(&mut ram, NEW_SAMPLE, 0x22);
    put_sample(&mut ram, OTHER_DIRECTORY_SAMPLE, 0x33);
    put_entry(&mut ram, 0x0400, OLD_SAMPLE);
    put_entry(&mut ram, 0x0414, NEW_SAMPLE);
    put_entry(&mut ram, 0x0500, OTHER_DIRECTORY_SAMPLE);
    let mut registers = RegisterFile::default();
    for voice in [0, 5] {
        for (register, value) in [
            (VoiceRegister::VolumeLeft, 0x7F),
            (VoiceRegister::PitchHigh, 0x10),
            (VoiceRegister::Source, voice as u8),
            (VoiceRegister::Gain, 0x7F),
        ] {
            registers.set(Register::of_voice(voice, register), value);
        }
    }
    registers.set(Register::of_voice(5, VoiceRegister::PitchHigh), 0);
    for (register, value) in [
        (Register::FLG, 0x20),
        (Register::MVOLL, 0x7F),
        (Register::EVOLL, 0x7F),
        (Register::fir(7), 0x7F),
        (Register::DIR, 0x04),
        (Register::ESA, 0x60),
        (Register::EDL, 0x01),
        (Register::KON, 0x01),
    ] {
        registers.set(register, value);
    }
    ClockedDsp::new(registers, ram)
}

/// Lets voice 0 play, writes the registers, and a little later fills RAM with noise; gives what is heard.
fn heard(
    registers: &[(Register, u8)],
    delay: u64,
    filled: std::ops::Range<u16>,
    shortcuts: bool,
) -> Vec<Frame> {
    let mut sound = module();
    sound.set_shortcuts(shortcuts);
    let probe = &mut NullProbe;
    sound.catch_up(3200, probe);
    // The footprint is known from here on.
    sound.write_ram(3201, 0x0010, 1, probe);
    let mut cycle = 3205;
    for &(register, value) in registers {
        sound.write(cycle, register, value, probe);
        cycle += 5;
    }
    cycle += delay;
    for address in filled {
        cycle += 1;
        sound.write_ram(cycle, address, (address as u8).wrapping_mul(29) | 0x80, probe);
    }
    sound.catch_up(cycle + 6400, probe);
    let mut frames = vec![Frame::SILENCE; 1000];
    let count = sound.take_frames(&mut frames);
    frames.truncate(count);
    frames
}

fn check(registers: &[(Register, u8)], filled: std::ops::Range<u16>) {
    let mut is_heard = false;
    for delay in [3, 40, 150, 400, 1200] {
        let exact = heard(registers, delay, filled.clone(), false);
        assert_eq!(heard(registers, delay, filled.clone(), true), exact, "{registers:?}, delay {delay}");
        is_heard |= exact != heard(registers, delay, 0x9000..0x9000 + filled.len() as u16, false);
    }
    assert!(is_heard, "{registers:?}: what is filled in must be heard");
}

const SAMPLE: std::ops::Range<u16> = 0..9;

fn at(start: u16) -> std::ops::Range<u16> {
    start + SAMPLE.start..start + SAMPLE.end
}

#[test]
fn a_new_source_is_watched_before_the_voice_gets_there() {
    check(&[(Register::of_voice(0, VoiceRegister::Source), 5)], at(NEW_SAMPLE));
    check(&[(Register::of_voice(0, VoiceRegister::Source), 5)], 0x0414..0x0418);
}

#[test]
fn another_directory_is_watched_before_it_is_used() {
    check(&[(Register::DIR, 0x05)], at(OTHER_DIRECTORY_SAMPLE));
    check(&[(Register::DIR, 0x05)], 0x0500..0x0504);
}

#[test]
fn a_resting_voice_is_watched_from_its_key_on() {
    let pitch = (Register::of_voice(5, VoiceRegister::PitchHigh), 0x08);
    check(&[pitch, (Register::KON, 0x20)], at(NEW_SAMPLE));
    check(&[(Register::KON, 0x20), pitch], at(NEW_SAMPLE));
    // Even at a pitch of zero the start-up decodes the first samples.
    check(&[(Register::KON, 0x20)], at(NEW_SAMPLE));
}

#[test]
fn a_faster_voice_is_watched_farther_ahead() {
    let mut sound = [module(), module()];
    for (sound, shortcuts) in sound.iter_mut().zip([false, true]) {
        sound.set_shortcuts(shortcuts);
        let probe = &mut NullProbe;
        // A long sample at a low pitch, that becomes fast.
        for address in (0x1000..0x1F00).step_by(9) {
            for place in 0..9 {
                sound.write_ram(0, address + place, if place == 0 { 0xC0 } else { 0x44 }, probe);
            }
        }
        sound.write(0, Register::of_voice(0, VoiceRegister::PitchHigh), 0x01, probe);
        sound.catch_up(3200, probe);
        sound.write_ram(3201, 0x0010, 1, probe);
        sound.write(3210, Register::of_voice(0, VoiceRegister::PitchHigh), 0x3F, probe);
        for address in 0x1000..0x1400 {
            sound.write_ram(3220 + u64::from(address - 0x1000), address, 0xBB, probe);
        }
        sound.catch_up(9600, probe);
    }
    let [exact, fast] = sound.map(|mut sound| {
        let mut frames = vec![Frame::SILENCE; 300];
        sound.take_frames(&mut frames);
        frames
    });
    assert_eq!(exact, fast);
}

#[test]
fn another_echo_buffer_is_watched_before_it_is_used() {
    check(&[(Register::ESA, 0x70)], 0x7000..0x7400);
    // The longer buffer is reached only after the shorter one has wrapped.
    check(&[(Register::FLG, 0x00)], 0x6000..0x6400);
}

#[test]
fn what_the_program_reads_from_the_echo_buffer_is_up_to_date() {
    let read = |shortcuts| {
        let mut sound = module();
        sound.set_shortcuts(shortcuts);
        let probe = &mut NullProbe;
        sound.write(10, Register::EON, 0x01, probe);
        sound.write(20, Register::FLG, 0x00, probe);
        let mut seen = Vec::new();
        for cycle in (100..30_000).step_by(37) {
            seen.push(sound.read_ram(cycle, 0x6000 + ((cycle / 8) & 0x7FC) as u16 + 1, probe));
        }
        seen
    };
    assert_eq!(read(true), read(false));
    assert!(read(true).iter().any(|&byte| byte != 0));
}

/// With nothing to leave out, the monitor hears what the chip plays, also what the program puts into the echo.
#[test]
fn a_monitor_hears_what_the_program_writes_into_the_echo_buffer() {
    let play = |muted: &str, shortcuts| {
        let mut sound = module();
        sound.set_shortcuts(shortcuts);
        if !muted.is_empty() {
            sound.set_mutes(muted.parse().unwrap());
        }
        let probe = &mut NullProbe;
        for cycle in (100..30_000_u64).step_by(61) {
            sound.write_ram(cycle, 0x6000 + (cycle % 0x800) as u16, cycle as u8, probe);
        }
        sound.catch_up(32_000, probe);
        let mut frames = vec![Frame::SILENCE; 1000];
        sound.take_frames(&mut frames);
        frames
    };
    let heard = play("", true);
    assert!(heard.iter().any(|frame| *frame != Frame::SILENCE));
    for shortcuts in [false, true] {
        // Only voice 0 sounds.
        assert_eq!(play("1-7", shortcuts), heard);
    }
}

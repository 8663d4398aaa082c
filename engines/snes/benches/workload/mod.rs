//! What the Super NES is given to do.

use tatum_snes::format::SpcFile;
use tatum_snes::hardware::dsp::{Register, VoiceRegister};

/// A program that waits for timer 0, then does what `work` says, and waits again.
fn program(file: &mut SpcFile, work: &[u8]) {
    let mut code = vec![
        0xEB, 0xFD, // poll: MOV Y,$FD
        0xF0, 0xFC, // BEQ poll
    ];
    code.extend(work);
    let back = (-(code.len() as i8) - 2).cast_unsigned();
    code.extend([0x2F, back]); // BRA poll
    for (address, byte) in (0x0400..).zip(code) {
        file.ram.write(address, byte);
    }
    file.registers.pc = 0x0400;
    // Timer 0 enabled, every 2 ms.
    file.ram.write(0xF1, 0x01);
    file.ram.write(0xFA, 16);
}

/// Eight looped samples, all filters.
fn samples(file: &mut SpcFile) {
    for voice in 0..8_u16 {
        let start = 0x1000 + voice * 0x200;
        file.ram.write_word(0x0200 + voice * 4, start);
        file.ram.write_word(0x0202 + voice * 4, start + 9);
        for block in 0..32 {
            let address = start + block * 9;
            let filter = if block < 2 { 0 } else { (block + voice) & 3 };
            let flags = if block == 31 { 3 } else { 0 };
            file.ram.write(address, (0x80 | filter << 2 | flags) as u8);
            for byte in 1..9 {
                file.ram.write(address + byte, (address + byte).wrapping_mul(73).to_le_bytes()[0]);
            }
        }
    }
}

/// Eight voices with ADSR, the echo with eight taps on all of them.
pub fn eight_voices(work: &[u8]) -> SpcFile {
    let mut file = SpcFile::default();
    for address in 0..0x0400 {
        file.ram.write(address, 0);
    }
    program(&mut file, work);
    samples(&mut file);
    let registers = &mut file.dsp_registers;
    for voice in 0..8_usize {
        let mut set = |register, value| registers.set(Register::of_voice(voice, register), value);
        let number = voice as u8;
        set(VoiceRegister::VolumeLeft, 0x30 + number);
        set(VoiceRegister::VolumeRight, 0x40 - number);
        set(VoiceRegister::PitchLow, 0x33 * number);
        set(VoiceRegister::PitchHigh, 0x08 + 2 * number);
        set(VoiceRegister::Source, number);
        set(VoiceRegister::Adsr1, 0x8A | number << 4);
        set(VoiceRegister::Adsr2, 0x66 + number / 2);
    }
    for (tap, coefficient) in [0x0C, 0x21, 0x2B, 0x2B, 0x13, 0xFE, 0xF3, 0xF9].into_iter().enumerate() {
        registers.set(Register::fir(tap), coefficient);
    }
    for (register, value) in [
        (Register::MVOLL, 0x60),
        (Register::MVOLR, 0x60),
        (Register::EVOLL, 0x28),
        (Register::EVOLR, 0x28),
        (Register::EFB, 0x40),
        (Register::EON, 0xFF),
        (Register::DIR, 0x02),
        (Register::ESA, 0x60),
        (Register::EDL, 0x04),
        (Register::FLG, 0x00),
        (Register::KON, 0xFF),
    ] {
        registers.set(register, value);
    }
    file
}

//! Register writes in the middle of a sample.

use crate::hardware::dsp::{Dsp, Register, VoiceRegister};

/// When a register write within a sample takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::hardware) enum Timing {
    /// In the sample in which it happens, as if it had been there from the start.
    Early,
    /// In the next sample.
    Late,
    /// In the middle: this sample must go clock by clock.
    Inside,
}

impl Timing {
    /// When a write before clock `clock` (0 to 31) of a sample takes effect.
    pub(in crate::hardware) fn of_write(register: Register, value: u8, clock: u64, dsp: &Dsp) -> Self {
        let Some(used) = clock_of_use(register) else {
            return match register {
                // FLG is looked at all the time, but writing what is there already changes nothing.
                Register::FLG if value == dsp.registers.get(Register::FLG) => Self::Early,
                // M29 forgets key-ons, M30 takes them over.
                Register::KON if clock <= 29 => Self::Early,
                Register::KON if clock > 30 => Self::Late,
                _ => Self::Inside,
            };
        };
        if clock <= used { Self::Early } else { Self::Late }
    }
}

/// The clock at which a register is read, if there is only one, and if writing it has no effect of its own.
fn clock_of_use(register: Register) -> Option<u64> {
    if register.is_status() {
        return None;
    }
    if let Some((voice, register)) = register.voice_register() {
        return Some(clock_of_voice_use(voice as u64, register));
    }
    match register {
        Register::FLG | Register::KON => None,
        Register::MVOLL | Register::EVOLL | Register::EFB => Some(26),
        Register::MVOLR | Register::EVOLR | Register::PMON => Some(27),
        Register::NON | Register::EON | Register::DIR => Some(28),
        Register::ESA | Register::EDL => Some(29),
        Register::KOFF => Some(30),
        _ if register == Register::fir(0) => Some(22),
        _ if register == Register::fir(1) || register == Register::fir(2) => Some(23),
        _ if (3..=5).any(|tap| register == Register::fir(tap)) => Some(24),
        _ if register == Register::fir(6) || register == Register::fir(7) => Some(25),
        // Never read by the chip.
        _ => Some(31),
    }
}

fn clock_of_voice_use(voice: u64, register: VoiceRegister) -> u64 {
    match (register, voice) {
        (VoiceRegister::VolumeLeft, 0) => 31,
        (VoiceRegister::VolumeLeft, _) => 3 * voice - 1,
        (VoiceRegister::VolumeRight, _) => 3 * voice,
        (VoiceRegister::PitchLow | VoiceRegister::Adsr1, 0) => 21,
        (VoiceRegister::PitchLow | VoiceRegister::Adsr1, _) => 3 * voice - 3,
        (VoiceRegister::PitchHigh, 0) => 22,
        (VoiceRegister::Adsr2 | VoiceRegister::Gain, 0) => 30,
        (VoiceRegister::PitchHigh | VoiceRegister::Adsr2 | VoiceRegister::Gain, _) => 3 * voice - 2,
        (VoiceRegister::Source, 0) => 17,
        (VoiceRegister::Source, 1) => 20,
        (VoiceRegister::Source, 2) => 31,
        (VoiceRegister::Source, _) => 3 * voice - 7,
        (VoiceRegister::Envx | VoiceRegister::Outx, _) => 31,
    }
}

//! A song as a `.spc` file: the game's own driver, started and stopped just before it is told to play
//! (`snes-authoring.md` section 7).
//!
//! The driver clears its ports when it starts, so a file that began with the driver's first instruction would stay
//! silent. Here the driver has started already, and the song's number waits at the port.

use tatum_core::{Frame, Player};

use crate::SpcPlayer;
use crate::format::{SpcFile, TransferImage};
use crate::hardware::Ram;
use crate::hardware::dsp::{Flags, Register, RegisterFile};
use crate::hardware::spc700::Registers;
use crate::sequencer::memory_map::ENTRY;

/// Frames after which the driver waits for commands: 100 ms.
const START_UP: usize = 3_200;
/// Frames within which something must be heard: 10 seconds.
const PATIENCE: usize = 320_000;
/// Stack pointer at the driver's start.
const STACK: u8 = 0xEF;
/// I/O registers: timers on, the ports, timer 0's counter.
const CONTROL: u16 = 0xF1;
const TIMERS_ON: u8 = 0x07;
const FIRST_PORT: u16 = 0xF4;
const COUNTERS: [u16; 3] = [0xFD, 0xFE, 0xFF];

/// Why a song cannot be frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FreezeError {
    /// The image has no driver.
    NoDriver,
    /// The driver stopped.
    Halted(u16),
    /// The song is silent, or the program is no driver of this kind.
    Silent,
}

/// Freezes a song of an image that holds the driver.
///
/// # Errors
///
/// If nothing would be heard from the file.
pub fn freeze(image: &TransferImage, song: u8) -> Result<SpcFile, FreezeError> {
    if !image.covers(ENTRY) {
        return Err(FreezeError::NoDriver);
    }
    let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
    image.apply(&mut ram);
    let mut dsp_registers = RegisterFile::default();
    dsp_registers.set(Register::FLG, Flags::POWER_ON.0);
    let registers = Registers { pc: ENTRY, sp: STACK, ..Registers::default() };
    let start = SpcFile { registers, ram, dsp_registers, ..SpcFile::default() };
    let mut player = SpcPlayer::new(&start);
    let mut frames = vec![Frame::SILENCE; START_UP];
    player.render(&mut frames);
    let file = capture(&player, song)?;
    check(&file)?;
    Ok(file)
}

/// The state of the module as a file, with the song's number at the first port.
fn capture(player: &SpcPlayer, song: u8) -> Result<SpcFile, FreezeError> {
    let module = player.module();
    if let Some(address) = module.halted_at() {
        return Err(FreezeError::Halted(address));
    }
    let mut ram = module.sound().ram().clone();
    // Bits 4 and 5 clear ports when they are written, which a file must not do again.
    ram.write(CONTROL, ram.read(CONTROL) & TIMERS_ON);
    for (address, value) in (FIRST_PORT..).zip([song, 0, 0, 0]) {
        ram.write(address, value);
    }
    COUNTERS.into_iter().for_each(|address| ram.write(address, 0));
    let dsp_registers = *module.sound().registers();
    let registers = module.cpu().registers();
    Ok(SpcFile { registers, ram, dsp_registers, ..SpcFile::default() })
}

/// Plays the file until something is heard.
fn check(file: &SpcFile) -> Result<(), FreezeError> {
    let mut player = SpcPlayer::new(file);
    let mut frames = vec![Frame::SILENCE; START_UP];
    for _ in 0..PATIENCE / START_UP {
        player.render(&mut frames);
        if let Some(address) = player.module().halted_at() {
            return Err(FreezeError::Halted(address));
        }
        if frames.iter().any(|frame| *frame != Frame::SILENCE) {
            return Ok(());
        }
    }
    Err(FreezeError::Silent)
}

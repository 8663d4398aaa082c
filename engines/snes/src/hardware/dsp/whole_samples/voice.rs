//! One voice over a block of samples.

use super::plain_voice::run_plain;
use super::vector::Kernels;
use super::{BlockOutputs, Surroundings};
use crate::hardware::dsp::Dsp;
use crate::hardware::dsp::brr::BrrHeader;
use crate::hardware::dsp::envelope::EnvelopeRegisters;
use crate::hardware::dsp::registers::VoiceRegister;
use crate::hardware::dsp::voice::{Voice, bit, modulated};

/// A voice whose turn it is.
#[derive(Clone, Copy)]
pub(super) struct Turn<'a> {
    pub(super) number: usize,
    /// Where its directory entry is.
    pub(super) entry: u16,
    /// The samples of the voice before.
    pub(super) modulator: &'a [i16],
}

/// What a voice's steps leave behind besides its samples.
#[derive(Clone, Copy, Default)]
pub(super) struct Outcome {
    /// What the block's samples before the last leave of its bit of ENDX: set by a jump of its sample, cleared by its start.
    pub(super) endx_before: Option<bool>,
    /// The same of the block's last sample.
    pub(super) endx: Option<bool>,
    /// Its sample jumped in the block's last sample.
    pub(super) looped: bool,
    /// ENVX before the block's last sample.
    pub(super) envx_before: u8,
    /// All its samples are 0.
    pub(super) is_silent: bool,
}

/// What a voice listens to during a block.
pub(super) struct Registers {
    pub(super) pitch: i32,
    pub(super) envelope: EnvelopeRegisters,
    /// Where its directory entry is.
    pub(super) entry: u16,
}

impl Dsp {
    /// V2 to V4 of one voice.
    pub(super) fn run_voice<K: Kernels, const N: usize>(
        &mut self,
        kernels: K,
        turn: Turn<'_>,
        around: &Surroundings<'_>,
        outputs: &mut BlockOutputs<N>,
    ) -> Outcome {
        let Turn { number, entry, modulator } = turn;
        let registers = Registers {
            pitch: self.pitch_register(number),
            envelope: EnvelopeRegisters {
                adsr1: self.registers.voice(number, VoiceRegister::Adsr1),
                adsr2: self.registers.voice(number, VoiceRegister::Adsr2),
                gain: self.registers.voice(number, VoiceRegister::Gain),
            },
            entry,
        };
        let is_in = |mask: u8| mask & bit(number) != 0;
        let keys = around.keys.at(around.first);
        let modulator = Some(modulator).filter(|_| is_in(around.modes.pitch_modulation));
        let voice = &mut self.voices[number];
        if N > 1 && modulator.is_none() && !is_in(keys.on) && !around.resets && voice.key_delay.is_over() {
            let first_poll = usize::from(!around.polls);
            let first_key_off = if is_in(keys.off) { first_poll } else { usize::MAX };
            let noise = is_in(around.modes.noise).then_some(around.noise);
            run_plain(kernels, voice, &mut self.work, &registers, around, noise, first_key_off, outputs)
        } else {
            run_any(voice, number, &registers, around, modulator, outputs.samples_mut())
        }
    }
}

/// Everything that the schedule does, in the schedule's order.
fn run_any(
    voice: &mut Voice,
    number: usize,
    registers: &Registers,
    around: &Surroundings<'_>,
    modulator: Option<&[i16]>,
    outputs: &mut [i16],
) -> Outcome {
    let is_in = |mask: u8| mask & bit(number) != 0;
    let is_noise = is_in(around.modes.noise);
    let keys = around.keys.at(around.first);
    let mut polls = around.polls;
    let ram = around.ram;
    let mut outcome = Outcome::default();
    let mut counter = around.counter;
    for (number, (output, &noise)) in outputs.iter_mut().zip(around.noise).enumerate() {
        outcome.endx_before = outcome.endx.or(outcome.endx_before);
        outcome.envx_before = voice.envx;
        let mut pitch = match modulator.and_then(|modulator| modulator.get(number)) {
            Some(&modulator) => modulated(registers.pitch, i32::from(modulator)),
            None => registers.pitch,
        };
        let starts = !voice.key_delay.is_over();
        let next = || ram.read_word(registers.entry.wrapping_add(if starts { 0 } else { 2 }));
        let cursor = voice.cursor;
        let mut header = BrrHeader(ram.read(cursor.address));
        if starts {
            voice.start_up(next(), &mut header, &mut pitch);
        }
        *output = voice.sample(is_noise.then_some(noise)) as i16;
        voice.envx = voice.envelope.envx();
        if around.resets || header.is_end_without_loop() {
            voice.envelope.cut();
        }
        if polls {
            voice.obey_keys(is_in(keys.on), is_in(keys.off));
        }
        polls = !polls;
        if voice.key_delay.is_over() {
            voice.envelope.step(registers.envelope, counter.events());
        }
        counter.step();
        outcome.looped = false;
        if voice.position.needs_group() {
            // The first byte was fetched before a start-up may have moved the cursor.
            let second = ram.read(voice.cursor.byte_address().wrapping_add(1));
            let bytes = [ram.read(cursor.byte_address()), second];
            outcome.looped = voice.decode_group(header, bytes, next);
        }
        voice.position = voice.position.advanced(pitch);
        outcome.endx = voice.endx(outcome.looped);
    }
    outcome
}

//! One voice and its nine steps (`snes-hardware.md` section 4.3).

use super::brr::{BrrCursor, BrrHeader, SampleRing};
use super::envelope::{Envelope, EnvelopeRegisters};
use super::interpolation::SamplePosition;
use super::mixer::{Side, scaled};
use super::registers::{Flags, Register, VoiceRegister};
use super::{Dsp, KeyDelay};
use crate::hardware::Ram;

/// The state of one voice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Voice {
    pub(super) cursor: BrrCursor,
    pub(super) ring: SampleRing,
    pub(super) position: SamplePosition,
    pub(super) key_delay: KeyDelay,
    pub(super) envelope: Envelope,
    /// ENVX as of this sample, before it is published.
    pub(super) envx: u8,
}

impl Voice {
    /// Its envelope.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }
}

/// What the voices hand from step to step: one set, through which the voices pass one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VoicePipeline {
    /// SRCN as read by the last V1.
    pub(super) source: u8,
    /// Directory entry of the source that the V1 before had read.
    pub(super) directory_entry: u16,
    /// Where the sample starts (during start-up) or loops to.
    pub(super) next_address: u16,
    pub(super) adsr1: u8,
    pub(super) pitch: i32,
    pub(super) header: BrrHeader,
    pub(super) byte: u8,
    /// The voice's sample with its envelope: also what modulates the next voice.
    pub(super) output: i32,
    /// The bit of the voice whose sample has just jumped.
    pub(super) looped: u8,
}

/// The bit of a voice in KON and its relatives.
#[inline]
pub(super) const fn bit(voice: usize) -> u8 {
    1 << (voice & 7)
}

/// Address of an entry in the sample directory.
#[inline]
pub(super) const fn directory_entry(page: u8, source: u8) -> u16 {
    ((page as u16) << 8).wrapping_add(source as u16 * 4)
}

/// Pitch modulation: the pitch moved by the sample of the voice before, up to an octave's worth.
#[inline]
pub(super) const fn modulated(pitch: i32, modulator: i32) -> i32 {
    pitch + (((modulator >> 5) * pitch) >> 10)
}

/// A sample at an envelope level.
#[inline]
pub(super) const fn enveloped(sample: i32, level: u16) -> i32 {
    ((sample * level as i32) >> 11) & !1
}

impl Dsp {
    /// V1: the entry of the source latched before, then this voice's SRCN.
    pub(super) fn v1(&mut self, voice: usize) {
        self.pipeline.directory_entry = directory_entry(self.modes.directory, self.pipeline.source);
        self.pipeline.source = self.registers.voice(voice, VoiceRegister::Source);
    }

    /// V2: the directory, ADSR1 and the pitch's low byte.
    pub(super) fn v2(&mut self, voice: usize, ram: &Ram) {
        let wants_loop = if self.voices[voice].key_delay.is_over() { 2 } else { 0 };
        self.pipeline.next_address = ram.read_word(self.pipeline.directory_entry.wrapping_add(wants_loop));
        self.pipeline.adsr1 = self.registers.voice(voice, VoiceRegister::Adsr1);
        self.pipeline.pitch = i32::from(self.registers.voice(voice, VoiceRegister::PitchLow));
    }

    /// V3 of voices 1 to 7: all three parts at once.
    pub(super) fn v3(&mut self, voice: usize, ram: &Ram) {
        self.v3a(voice);
        self.v3b(voice, ram);
        self.v3c(voice);
    }

    /// V3, first part: the pitch's high byte.
    pub(super) fn v3a(&mut self, voice: usize) {
        let high = self.registers.voice(voice, VoiceRegister::PitchHigh) & 0x3F;
        self.pipeline.pitch += i32::from(high) << 8;
    }

    /// V3, second part: the block's header and the next byte.
    pub(super) fn v3b(&mut self, voice: usize, ram: &Ram) {
        let cursor = self.voices[voice].cursor;
        self.pipeline.byte = ram.read(cursor.byte_address());
        self.pipeline.header = BrrHeader(ram.read(cursor.address));
    }

    /// V3, third part: modulation, start-up, interpolation, noise, envelope, keys.
    pub(super) fn v3c(&mut self, number: usize) {
        let voice = &mut self.voices[number];
        if self.modes.pitch_modulation & bit(number) != 0 {
            self.pipeline.pitch = modulated(self.pipeline.pitch, self.pipeline.output);
        }
        if !voice.key_delay.is_over() {
            if voice.key_delay.is_first() {
                voice.cursor = BrrCursor::at(self.pipeline.next_address);
                voice.ring.rewind();
                // The header of this sample belongs to the old block: it must not cut the new note.
                self.pipeline.header = BrrHeader(0);
            }
            voice.envelope.clear();
            voice.key_delay.step();
            voice.position =
                if voice.key_delay.decodes() { SamplePosition::GROUP } else { SamplePosition::START };
            self.pipeline.pitch = 0;
        }
        let sample = if self.modes.noise & bit(number) != 0 {
            i32::from(self.noise.sample())
        } else {
            voice.position.interpolate(&voice.ring)
        };
        self.pipeline.output = enveloped(sample, voice.envelope.level());
        voice.envx = voice.envelope.envx();

        if Flags(self.registers.get(Register::FLG)).resets() || self.pipeline.header.is_end_without_loop() {
            voice.envelope.cut();
        }
        if self.keys.polls {
            if self.keys.off & bit(number) != 0 {
                voice.envelope.key_off();
            }
            if self.keys.on & bit(number) != 0 {
                voice.key_delay = KeyDelay::START;
                voice.envelope.key_on();
            }
        }
        if voice.key_delay.is_over() {
            let registers = EnvelopeRegisters {
                adsr1: self.pipeline.adsr1,
                adsr2: self.registers.voice(number, VoiceRegister::Adsr2),
                gain: self.registers.voice(number, VoiceRegister::Gain),
            };
            voice.envelope.step(registers, self.counter);
        }
    }

    /// V4: decodes a group of samples if one is due, moves on by the pitch, and goes into the left sum.
    pub(super) fn v4(&mut self, number: usize, ram: &Ram) {
        let voice = &mut self.voices[number];
        self.pipeline.looped = 0;
        if voice.position.needs_group() {
            let second = ram.read(voice.cursor.byte_address().wrapping_add(1));
            voice.ring.decode_group(self.pipeline.header, [self.pipeline.byte, second]);
            if voice.cursor.advance() && self.pipeline.header.is_end() {
                voice.cursor = BrrCursor::at(self.pipeline.next_address);
                self.pipeline.looped = bit(number);
            }
        }
        voice.position = voice.position.advanced(self.pipeline.pitch);
        self.mix_voice(number, Side::Left);
    }

    /// V5: goes into the right sum; ENDX of this voice.
    pub(super) fn v5(&mut self, number: usize) {
        self.mix_voice(number, Side::Right);
        self.status.endx = self.registers.get(Register::ENDX) | self.pipeline.looped;
        if self.voices[number].key_delay.is_first() {
            self.status.endx &= !bit(number);
        }
    }

    /// V6: OUTX into its buffer.
    pub(super) fn v6(&mut self) {
        self.status.outx = (self.pipeline.output >> 8) as u8;
    }

    /// V7: ENDX is published, ENVX goes into its buffer.
    pub(super) fn v7(&mut self, number: usize) {
        self.registers.set(Register::ENDX, self.status.endx);
        self.status.envx = self.voices[number].envx;
    }

    /// V8: OUTX is published.
    pub(super) fn v8(&mut self, number: usize) {
        self.registers.set(Register::of_voice(number, VoiceRegister::Outx), self.status.outx);
    }

    /// V9: ENVX is published.
    pub(super) fn v9(&mut self, number: usize) {
        self.registers.set(Register::of_voice(number, VoiceRegister::Envx), self.status.envx);
    }

    fn mix_voice(&mut self, number: usize, side: Side) {
        let volume = match side {
            Side::Left => VoiceRegister::VolumeLeft,
            Side::Right => VoiceRegister::VolumeRight,
        };
        let volume = self.registers.signed(Register::of_voice(number, volume));
        let amplitude = scaled(self.pipeline.output, volume);
        let into_echo = self.modes.echo & bit(number) != 0;
        self.output.mix.add(side, amplitude, into_echo);
        if let Some(monitor) = &mut self.monitor
            && !monitor.mutes(number)
        {
            monitor.path.mix.add(side, amplitude, into_echo);
        }
    }
}

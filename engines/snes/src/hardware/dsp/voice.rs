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

    /// One sample of the start-up after a key-on: addresses first, then twelve samples are decoded.
    pub(super) fn start_up(&mut self, start: u16, header: &mut BrrHeader, pitch: &mut i32) {
        if self.key_delay.is_first() {
            self.cursor = BrrCursor::at(start);
            self.ring.rewind();
            // The header of this sample belongs to the old block: it must not cut the new note.
            *header = BrrHeader(0);
        }
        self.envelope.clear();
        self.key_delay.step();
        self.position = if self.key_delay.decodes() { SamplePosition::GROUP } else { SamplePosition::START };
        *pitch = 0;
    }

    /// The interpolated sample, or noise, at the envelope's level.
    #[inline]
    pub(super) fn sample(&self, noise: Option<i16>) -> i32 {
        let level = self.envelope.level();
        if level == 0 {
            return 0;
        }
        let sample = match noise {
            Some(noise) => i32::from(noise),
            None => self.position.interpolate(&self.ring),
        };
        enveloped(sample, level.cast_signed())
    }

    /// What a poll of the keys says to this voice: a key-on in the same poll wins.
    #[inline]
    pub(super) const fn obey_keys(&mut self, on: bool, off: bool) {
        if off {
            self.envelope.key_off();
        }
        if on {
            self.key_delay = KeyDelay::START;
            self.envelope.key_on();
        }
    }

    /// What a sample leaves of the voice's bit in ENDX: set by a jump, cleared by a start.
    #[inline]
    pub(super) const fn endx(&self, looped: bool) -> Option<bool> {
        match (self.key_delay.is_first(), looped) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        }
    }

    /// Decodes the group of samples that is due; `true` if the sample ended and jumped to `next`.
    #[inline]
    pub(super) fn decode_group(
        &mut self,
        header: BrrHeader,
        bytes: [u8; 2],
        next: impl FnOnce() -> u16,
    ) -> bool {
        self.ring.decode_group(header, bytes);
        let jumps = self.cursor.advance() && header.is_end();
        if jumps {
            self.cursor = BrrCursor::at(next());
        }
        jumps
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
pub(super) const fn enveloped(sample: i32, level: i16) -> i32 {
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
        let pipeline = &mut self.pipeline;
        if self.modes.pitch_modulation & bit(number) != 0 {
            pipeline.pitch = modulated(pipeline.pitch, pipeline.output);
        }
        if !voice.key_delay.is_over() {
            voice.start_up(pipeline.next_address, &mut pipeline.header, &mut pipeline.pitch);
        }
        let noise = (self.modes.noise & bit(number) != 0).then(|| self.noise.sample());
        pipeline.output = voice.sample(noise);
        voice.envx = voice.envelope.envx();
        if Flags(self.registers.get(Register::FLG)).resets() || pipeline.header.is_end_without_loop() {
            voice.envelope.cut();
        }
        if self.keys.polls {
            voice.obey_keys(self.keys.on & bit(number) != 0, self.keys.off & bit(number) != 0);
        }
        if voice.key_delay.is_over() {
            let registers = EnvelopeRegisters {
                adsr1: pipeline.adsr1,
                adsr2: self.registers.voice(number, VoiceRegister::Adsr2),
                gain: self.registers.voice(number, VoiceRegister::Gain),
            };
            voice.envelope.step(registers, self.counter.events());
        }
    }

    /// V4: decodes a group of samples if one is due, moves on by the pitch, and goes into the left sum.
    pub(super) fn v4(&mut self, number: usize, ram: &Ram) {
        let voice = &mut self.voices[number];
        let pipeline = &mut self.pipeline;
        pipeline.looped = 0;
        if voice.position.needs_group() {
            let second = ram.read(voice.cursor.byte_address().wrapping_add(1));
            let bytes = [pipeline.byte, second];
            if voice.decode_group(pipeline.header, bytes, || pipeline.next_address) {
                pipeline.looped = bit(number);
            }
        }
        voice.position = voice.position.advanced(pipeline.pitch);
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

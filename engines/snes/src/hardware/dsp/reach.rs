//! Where in RAM the chip may read and write in the near future, for whoever shares the RAM with it.

use super::brr::BrrCursor;
use super::echo::DelayLine;
use super::registers::{Flags, Register, VoiceRegister};
use super::voice::{bit, directory_entry};
use super::{Dsp, VOICES};
use crate::hardware::Ram;
use crate::hardware::footprint::Range;

/// Register writes that the chip has not seen yet, as far as they lead it to other addresses.
#[derive(Clone, Debug, Default)]
pub(in crate::hardware) struct Prospects {
    /// Values of DIR.
    pub(in crate::hardware) directories: Vec<u8>,
    /// Values of ESA.
    pub(in crate::hardware) echo_pages: Vec<u8>,
    /// Values of EDL.
    pub(in crate::hardware) echo_delays: Vec<u8>,
    /// Voices and values of their SRCN.
    pub(in crate::hardware) sources: Vec<(usize, u8)>,
    /// Voices that may be keyed on, one bit each.
    pub(in crate::hardware) keyed: u8,
    /// Voices whose pitch changes, one bit each.
    pub(in crate::hardware) pitched: u8,
    /// The highest value of PITCHH for each voice.
    pub(in crate::hardware) pitch_high: [u8; VOICES],
    /// Whether pitch modulation may change.
    pub(in crate::hardware) modulation: bool,
    /// Whether echo writes may be switched on.
    pub(in crate::hardware) echo_writes: bool,
}

impl Prospects {
    pub(in crate::hardware) fn clear(&mut self) {
        self.directories.clear();
        self.echo_pages.clear();
        self.echo_delays.clear();
        self.sources.clear();
        self.keyed = 0;
        self.pitched = 0;
        self.pitch_high = [0; VOICES];
        self.modulation = false;
        self.echo_writes = false;
    }

    pub(in crate::hardware) fn add(&mut self, register: Register, value: u8) {
        match register {
            Register::DIR => self.directories.push(value),
            Register::ESA => self.echo_pages.push(value),
            Register::EDL => self.echo_delays.push(value),
            Register::KON => self.keyed |= value,
            Register::PMON => self.modulation = true,
            Register::FLG => self.echo_writes |= Flags(value).writes_echo(),
            _ => match register.voice_register() {
                Some((voice, VoiceRegister::Source)) => self.sources.push((voice, value)),
                Some((voice, VoiceRegister::PitchLow)) => self.pitched |= bit(voice),
                Some((voice, VoiceRegister::PitchHigh)) => {
                    self.pitched |= bit(voice);
                    self.pitch_high[voice] = self.pitch_high[voice].max(value & 0x3F);
                }
                _ => {}
            },
        }
    }
}

impl Dsp {
    /// Whether the echo may be written.
    pub(in crate::hardware) fn may_write_echo(&self) -> bool {
        Flags(self.registers.get(Register::FLG)).writes_echo() || self.output.may_write()
    }

    pub(in crate::hardware) const fn has_monitor(&self) -> bool {
        self.monitor.is_some()
    }

    /// The voices for which nothing that they read can make a difference, one bit each: silent, not keyed, not
    /// moving.
    pub(in crate::hardware) fn resting_voices(&self, prospects: &Prospects) -> u8 {
        let moved = self.keys.on | self.keys.written | prospects.keyed | prospects.pitched;
        (0..VOICES)
            .filter(|&voice| moved & bit(voice) == 0 && self.rests(voice))
            .fold(0, |all, v| all | bit(v))
    }

    fn rests(&self, number: usize) -> bool {
        let voice = &self.voices[number];
        voice.envelope.is_silent()
            && voice.key_delay.is_over()
            && !voice.position.needs_group()
            && self.pitch_register(number) == 0
            && self.voice_in_flight() != number
    }

    /// The voice between its V2, which takes over the pitch, and its V4, which uses it.
    const fn voice_in_flight(&self) -> usize {
        match self.phase.0 {
            0..=20 => (self.phase.0 as usize).div_ceil(3),
            _ => 0,
        }
    }

    pub(super) fn pitch_register(&self, voice: usize) -> i32 {
        let high = self.registers.voice(voice, VoiceRegister::PitchHigh) & 0x3F;
        i32::from(high) << 8 | i32::from(self.registers.voice(voice, VoiceRegister::PitchLow))
    }

    /// The value of PITCHH up to which a voice's pitch may rise without leading it farther than foretold: twice
    /// what it is, and two octaves above the recorded pitch at least.
    pub(in crate::hardware) fn pitch_bound(&self, voice: usize, prospects: &Prospects) -> u8 {
        let high = self.registers.voice(voice, VoiceRegister::PitchHigh) & 0x3F;
        let high = high.max(prospects.pitch_high[voice]);
        (high * 2).clamp(0x1F, 0x3F)
    }

    /// Bytes of sample data that a voice may come through within `samples` samples.
    fn span(&self, voice: usize, samples: u64, prospects: &Prospects) -> u32 {
        let modulated = prospects.modulation
            || (self.modes.pitch_modulation | self.registers.get(Register::PMON)) & bit(voice) != 0;
        let groups = if modulated {
            samples
        } else {
            let pitch = (u64::from(self.pitch_bound(voice, prospects)) + 1) << 8;
            (samples * pitch) >> 14
        };
        // Three groups of a start-up, one that is due, and the rest of the block in which it ends.
        (groups as u32 / 4 + 3) * u32::from(BrrCursor::BLOCK)
    }

    /// The sample data and the directory entries that the voices not at rest may read.
    pub(in crate::hardware) fn sample_ranges(
        &self,
        ram: &Ram,
        samples: u64,
        resting: u8,
        prospects: &Prospects,
        data: &mut Vec<Range>,
        directory: &mut Vec<Range>,
    ) {
        let mut longest = 0;
        let page = self.registers.get(Register::DIR);
        for number in (0..VOICES).filter(|&number| resting & bit(number) == 0) {
            let length = self.span(number, samples, prospects);
            longest = longest.max(length);
            data.push(Range { start: self.voices[number].cursor.address, length });
            let mut add = |page: u8, source: u8| {
                push_entry(directory_entry(page, source), length, ram, data, directory);
            };
            let source = self.registers.voice(number, VoiceRegister::Source);
            add(page, source);
            if self.modes.directory != page {
                add(self.modes.directory, source);
            }
            for &(_, source) in prospects.sources.iter().filter(|(voice, _)| *voice == number) {
                add(page, source);
                add(self.modes.directory, source);
                prospects.directories.iter().for_each(|&page| add(page, source));
            }
            prospects.directories.iter().for_each(|&page| add(page, source));
        }
        if longest > 0 {
            // What the voices hand from step to step may be older than the registers.
            data.push(Range { start: self.pipeline.next_address, length: longest });
            push_entry(self.pipeline.directory_entry, longest, ram, data, directory);
            let latched = directory_entry(self.modes.directory, self.pipeline.source);
            push_entry(latched, longest, ram, data, directory);
        }
    }

    /// The cells of the echo buffer that may be read, and written if echo writes are on.
    pub(in crate::hardware) fn echo_ranges(&self, prospects: &Prospects, echo: &mut Vec<Range>) {
        let line = &self.output.line;
        let length = prospects
            .echo_delays
            .iter()
            .map(|&delay| DelayLine::length_of(delay))
            .chain([line.length, DelayLine::wanted_length(&self.registers), line.offset + 4])
            .fold(0, u16::max);
        let length = u32::from(length);
        let page = self.registers.get(Register::ESA);
        let mut push = |page: u8| echo.push(Range { start: u16::from(page) << 8, length });
        push(page);
        if line.page != page {
            push(line.page);
        }
        prospects.echo_pages.iter().for_each(|&page| push(page));
        echo.push(Range { start: line.cell, length: 4 });
    }
}

fn push_entry(entry: u16, length: u32, ram: &Ram, data: &mut Vec<Range>, directory: &mut Vec<Range>) {
    directory.push(Range { start: entry, length: 4 });
    data.push(Range { start: ram.read_word(entry), length });
    data.push(Range { start: ram.read_word(entry.wrapping_add(2)), length });
}

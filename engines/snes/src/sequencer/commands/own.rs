//! Commands of the variants that A Link to the Past does not have (`snes-nspc.md` section 10). How many cycles they
//! take is not documented: only reading them takes time.

use tatum_core::Probe;

use crate::event::Event;
use crate::hardware::dsp::{Register, VoiceRegister};
use crate::sequencer::driver::Channel;
use crate::sequencer::execution::{Execution, Outcome};
use crate::sequencer::fixed::Fixed;
use crate::sequencer::machine::Sound;

/// A command of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnCommand {
    /// Notes of the track are passed over from here on.
    Silence,
    /// Notes and slides of all tracks are passed over.
    FastForward,
    /// They are played again.
    NormalSpeed,
    /// Instrument, ADSR 1, ADSR 2: the instrument's entry is rewritten, and used.
    InstrumentAndEnvelope,
    /// ADSR 1, ADSR 2, GAIN of the voice.
    Envelope,
    /// Here a repetition begins.
    RepeatStart,
    /// How often the passage is played, and what is added to volume and pitch each time.
    RepeatEnd,
}

impl OwnCommand {
    /// Bytes after the command's own.
    #[must_use]
    pub const fn argument_count(self) -> u8 {
        match self {
            Self::Silence | Self::FastForward | Self::NormalSpeed | Self::RepeatStart => 0,
            Self::InstrumentAndEnvelope | Self::Envelope | Self::RepeatEnd => 3,
        }
    }
}

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Executes a command whose byte has been read.
    pub(crate) fn own_command(&mut self, channel: Channel, command: OwnCommand) -> Outcome {
        match command {
            OwnCommand::Silence => self.track(channel).is_silent = true,
            OwnCommand::FastForward => self.driver.fast_forward = true,
            OwnCommand::NormalSpeed => self.driver.fast_forward = false,
            OwnCommand::InstrumentAndEnvelope => self.instrument_and_envelope(channel)?,
            OwnCommand::Envelope => self.envelope_registers(channel)?,
            OwnCommand::RepeatStart => {
                let track = self.track(channel);
                track.repeat.start = track.pointer;
                track.repeat.count = 0;
            }
            OwnCommand::RepeatEnd => self.end_repeat(channel)?,
        }
        Ok(())
    }

    /// Passes over arguments.
    pub(crate) fn skip_arguments(&mut self, channel: Channel, count: u8) -> Outcome {
        (0..count).try_for_each(|_| self.next_byte(channel).map(drop))
    }

    fn three_bytes(&mut self, channel: Channel) -> Outcome<[u8; 3]> {
        Ok([self.next_byte(channel)?, self.next_byte(channel)?, self.next_byte(channel)?])
    }

    fn instrument_and_envelope(&mut self, channel: Channel) -> Outcome {
        let [instrument, adsr1, adsr2] = self.three_bytes(channel)?;
        let entry = self.instrument_entry(instrument);
        for (offset, value) in [(1, adsr1), (2, adsr2)] {
            self.machine.sound.write_ram(self.machine.cycle, entry.wrapping_add(offset), value, self.probe);
        }
        self.set_instrument(channel, instrument);
        Ok(())
    }

    fn envelope_registers(&mut self, channel: Channel) -> Outcome {
        let values = self.three_bytes(channel)?;
        let registers = [VoiceRegister::Adsr1, VoiceRegister::Adsr2, VoiceRegister::Gain];
        for (register, value) in registers.into_iter().zip(values) {
            self.write_for(channel, Register::of_voice(channel.number(), register), value);
        }
        Ok(())
    }

    /// The deltas are added to the volume and to the transposition of the track.
    fn end_repeat(&mut self, channel: Channel) -> Outcome {
        let [times, volume, pitch] = self.three_bytes(channel)?;
        let track = self.track(channel);
        track.repeat.count = track.repeat.count.wrapping_add(1);
        if track.repeat.count == times {
            track.repeat.count = 0;
            return Ok(());
        }
        track.volume.value = Fixed::from_whole(track.volume.value.whole().wrapping_add(volume));
        track.transpose = track.transpose.wrapping_add(pitch);
        track.pointer = track.repeat.start;
        Ok(())
    }
}

//! The commands of tracks: one table, and one file per family (`snes-nspc.md` section 6.5).

use tatum_core::Probe;

use super::driver::Channel;
use super::execution::{Execution, Outcome};
use super::machine::Sound;
use crate::event::Event;

mod echo;
mod flow;
mod own;
mod pan;
mod pitch;
mod tempo;
mod tremolo;
mod vibrato;
mod volume;

pub use own::OwnCommand;

/// The first command byte of A Link to the Past.
pub const FIRST: u8 = 0xE0;

/// A command and what follows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    /// The command.
    pub command: Command,
    /// What it is called.
    pub name: &'static str,
    /// Its arguments, one byte each.
    pub arguments: &'static [&'static str],
}

macro_rules! commands {
    ($($(#[$doc:meta])* $command:ident $name:literal [$($argument:literal)*];)*) => {
        /// The commands, in the order of their bytes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Command {
            $($(#[$doc])* $command,)*
        }

        /// All commands, `$E0` first.
        pub const COMMANDS: &[Description] = &[
            $(Description { command: Command::$command, name: $name, arguments: &[$($argument),*] },)*
        ];
    };
}

commands! {
    /// `$E0`
    Instrument "instrument" ["instrument"];
    /// `$E1`
    Pan "pan" ["position and phase"];
    /// `$E2`
    PanSlide "pan slide" ["ticks" "position"];
    /// `$E3`
    Vibrato "vibrato" ["delay" "rate" "depth"];
    /// `$E4`
    VibratoOff "vibrato off" [];
    /// `$E5`
    MasterVolume "master volume" ["volume"];
    /// `$E6`
    MasterVolumeSlide "master volume slide" ["ticks" "volume"];
    /// `$E7`
    Tempo "tempo" ["tempo"];
    /// `$E8`
    TempoSlide "tempo slide" ["ticks" "tempo"];
    /// `$E9`
    GlobalTranspose "transpose song" ["semitones"];
    /// `$EA`
    Transpose "transpose" ["semitones"];
    /// `$EB`
    Tremolo "tremolo" ["delay" "rate" "depth"];
    /// `$EC`
    TremoloOff "tremolo off" [];
    /// `$ED`
    Volume "volume" ["volume"];
    /// `$EE`
    VolumeSlide "volume slide" ["ticks" "volume"];
    /// `$EF`
    Call "call" ["address, low" "address, high" "rounds"];
    /// `$F0`
    VibratoFade "vibrato fade-in" ["ticks"];
    /// `$F1`
    SlideTo "slide to" ["delay" "ticks" "semitones"];
    /// `$F2`
    SlideFrom "slide from" ["delay" "ticks" "semitones"];
    /// `$F3`
    SlideOff "slide off" [];
    /// `$F4`
    FineTune "fine tune" ["256ths of a semitone"];
    /// `$F5`
    EchoOn "echo" ["voices" "volume left" "volume right"];
    /// `$F6`
    EchoOff "echo off" [];
    /// `$F7`
    EchoParameters "echo parameters" ["delay" "feedback" "filter"];
    /// `$F8`
    EchoSlide "echo volume slide" ["ticks" "volume left" "volume right"];
    /// `$F9`
    PitchSlide "pitch slide" ["delay" "ticks" "note"];
    /// `$FA`
    PercussionBase "percussion base" ["instrument"];
}

impl Command {
    /// The command of a byte, if the driver has one: `$FB` to `$FF` lead behind its table.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        COMMANDS.get(usize::from(byte.checked_sub(FIRST)?)).map(|description| description.command)
    }

    /// Its byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        FIRST + self as u8
    }

    /// Its name and arguments.
    #[must_use]
    pub const fn description(self) -> &'static Description {
        &COMMANDS[self as usize]
    }

    /// Bytes after the command's own.
    #[must_use]
    pub const fn argument_count(self) -> u8 {
        self.description().arguments.len() as u8
    }
}

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// Executes a command whose byte has been read.
    pub(super) fn command(&mut self, channel: Channel, command: Command) -> Outcome {
        self.spend(33);
        let argument = if command.argument_count() == 0 {
            self.spend(4 + 7);
            0
        } else {
            self.spend(2);
            self.next_byte(channel)?
        };
        match command {
            Command::Instrument => self.set_instrument(channel, argument),
            Command::Pan => self.pan(channel, argument),
            Command::PanSlide => self.pan_slide(channel, argument)?,
            Command::Vibrato => self.start_vibrato(channel, argument)?,
            Command::VibratoOff => self.vibrato_off(channel),
            Command::MasterVolume => self.master_volume(argument),
            Command::MasterVolumeSlide => self.master_volume_slide(channel, argument)?,
            Command::Tempo => self.tempo(argument),
            Command::TempoSlide => self.tempo_slide(channel, argument)?,
            Command::GlobalTranspose => self.transpose_song(argument),
            Command::Transpose => self.transpose(channel, argument),
            Command::Tremolo => self.start_tremolo(channel, argument)?,
            Command::TremoloOff => self.tremolo_off(channel),
            Command::Volume => self.volume(channel, argument),
            Command::VolumeSlide => self.volume_slide(channel, argument)?,
            Command::Call => self.call(channel, argument)?,
            Command::VibratoFade => self.fade_vibrato(channel, argument),
            Command::SlideTo => self.slide_to(channel, argument)?,
            Command::SlideFrom => self.slide_from(channel, argument)?,
            Command::SlideOff => self.slide_off(channel),
            Command::FineTune => self.fine_tune(channel, argument),
            Command::EchoOn => self.echo_on(channel, argument)?,
            Command::EchoOff => self.echo_off(),
            Command::EchoParameters => self.echo_parameters(channel, argument)?,
            Command::EchoSlide => self.echo_slide(channel, argument)?,
            Command::PitchSlide => self.slide_pitch(channel, argument)?,
            Command::PercussionBase => self.percussion_base(argument),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequencer::variant::A_LINK_TO_THE_PAST;

    #[test]
    fn the_table_is_that_of_the_driver() {
        let lengths =
            [1, 1, 2, 3, 0, 1, 2, 1, 2, 1, 1, 3, 0, 1, 2, 3, 1, 3, 3, 0, 1, 3, 0, 3, 3, 3, 1, 2, 0, 0, 0];
        for (byte, length) in (FIRST..=0xFF).zip(lengths) {
            assert_eq!(A_LINK_TO_THE_PAST.arguments_to_skip(byte), length, "{byte:02X}");
        }
    }

    #[test]
    fn bytes_and_commands_agree() {
        for (byte, description) in (FIRST..=0xFF).zip(COMMANDS) {
            assert_eq!(description.command.byte(), byte);
            assert_eq!(Command::from_byte(byte), Some(description.command));
        }
        assert_eq!(Command::PercussionBase.byte(), 0xFA);
        assert_eq!(Command::from_byte(0xFB), None);
        assert_eq!(Command::from_byte(0xDF), None);
    }
}

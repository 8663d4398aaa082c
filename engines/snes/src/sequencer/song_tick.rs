//! The song tick: commands from the port, then the music (`snes-nspc.md` section 6.3).

use tatum_core::Probe;

use super::driver::Channel;
use super::execution::{Execution, Outcome};
use super::fixed::{Fixed, slide_step};
use super::machine::Sound;
use crate::event::Event;

/// Song ticks that a fade-out takes.
const FADE_OUT_TICKS: u8 = 0x80;
/// The master volume of the half-volume command.
const HALF_VOLUME: u8 = 0x70;
/// What a song begins with.
const START_MASTER_VOLUME: u8 = 0xC0;
const START_TEMPO: u8 = 0x20;
const START_VOLUME: u8 = 0xFF;
const START_PAN: u8 = 10;

/// Commands on port 0 that are no song numbers (section 8).
mod port_command {
    pub(super) const STOP: u8 = 0xF0;
    pub(super) const FADE_OUT: u8 = 0xF1;
    pub(super) const HALF_VOLUME: u8 = 0xF2;
    pub(super) const FULL_VOLUME: u8 = 0xF3;
    pub(super) const LOAD: u8 = 0xFF;
}

/// What is left to do after a command.
#[derive(PartialEq, Eq)]
enum After {
    Music,
    Stop,
    /// The rest of the tick is left out.
    Nothing,
}

impl<S: Sound, P: Probe<Event>> Execution<'_, S, P> {
    /// A tick of the music.
    pub(super) fn song_tick(&mut self) -> Outcome {
        let (cycle, tick) = (self.machine.cycle, self.progress.ticks);
        self.probe.record(|| Event::Tick { cycle, tick });
        self.spend(5);
        let command = self.driver.ports[0].command;
        let after = if command == 0 {
            self.spend(2);
            After::Music
        } else {
            self.spend(3);
            self.port_command(command)?
        };
        match after {
            After::Music => self.play_tick(),
            After::Stop => {
                self.stop();
                Ok(())
            }
            After::Nothing => Ok(()),
        }
    }

    fn port_command(&mut self, command: u8) -> Outcome<After> {
        use port_command::{FADE_OUT, FULL_VOLUME, HALF_VOLUME, LOAD, STOP};
        for candidate in [LOAD, FADE_OUT, HALF_VOLUME, FULL_VOLUME, STOP] {
            if command == candidate {
                self.spend(6);
                break;
            }
            self.spend(4);
        }
        match command {
            LOAD => {
                let message = "port command $FF waits for a transfer from the main processor".to_owned();
                Err(self.fault(0, message))
            }
            FADE_OUT => Ok(self.start_fade_out()),
            HALF_VOLUME => Ok(self.halve_volume()),
            FULL_VOLUME => Ok(self.restore_volume()),
            STOP => Ok(After::Stop),
            song => self.start_song(song),
        }
    }

    fn start_fade_out(&mut self) -> After {
        let driver = &mut *self.driver;
        driver.master.count = FADE_OUT_TICKS;
        driver.fade_out = FADE_OUT_TICKS;
        driver.master.target = 0;
        self.spend(30);
        self.driver.master.step = self.step_to(0, self.driver.master.value, FADE_OUT_TICKS);
        self.spend(8);
        After::Music
    }

    fn halve_volume(&mut self) -> After {
        self.spend(4);
        if self.driver.full_volume != 0 {
            self.spend(9);
            return After::Nothing;
        }
        self.spend(2);
        self.driver.full_volume = self.driver.master.value.whole();
        self.driver.master.value.set_whole(HALF_VOLUME);
        self.spend(17);
        After::Music
    }

    fn restore_volume(&mut self) -> After {
        self.spend(4);
        if self.driver.full_volume == 0 {
            self.spend(9);
            return After::Nothing;
        }
        self.spend(2);
        self.driver.master.value.set_whole(self.driver.full_volume);
        self.driver.full_volume = 0;
        self.spend(18);
        After::Music
    }

    /// Chooses a song; it plays two ticks later.
    fn start_song(&mut self, song: u8) -> Outcome<After> {
        self.spend(4);
        let entry =
            self.dialect.layout.song_table.wrapping_add(u16::from(song.wrapping_mul(2))).wrapping_sub(2);
        let pointer = match self.machine.memory.song_without_table(song) {
            Some(address) => address,
            None => {
                let pointer = self.read_word(entry)?;
                self.dialect.layout.resolve(pointer)
            }
        };
        let driver = &mut *self.driver;
        driver.fade_out = 0;
        driver.full_volume = 0;
        driver.ports[0].current = song;
        driver.segments.pointer = pointer;
        driver.start_delay = 2;
        driver.release_all();
        self.progress.song_started = true;
        self.spend(60);
        Ok(After::Nothing)
    }

    fn play_tick(&mut self) -> Outcome {
        self.spend(5);
        if !self.driver.plays() {
            self.spend(7);
            return Ok(());
        }
        self.spend(6);
        if self.driver.fade_out == 0 {
            self.spend(2);
        } else {
            self.spend(3);
            self.driver.fade_out -= 1;
            self.spend(7);
            if self.driver.fade_out == 0 {
                self.spend(2);
                self.stop();
                return Ok(());
            }
            self.spend(3);
        }
        self.spend(5);
        if self.driver.start_delay == 0 {
            self.spend(2);
            return self.play_tracks();
        }
        self.driver.start_delay -= 1;
        self.spend(5);
        if self.driver.start_delay != 0 {
            self.spend(2);
            self.reset_channels();
            Ok(())
        } else if self.next_segment()? {
            self.play_tracks()
        } else {
            Ok(())
        }
    }

    /// Stops the song.
    pub(super) fn stop(&mut self) {
        self.driver.release_all();
        self.driver.ports[0].current = 0;
        self.spend(26);
    }

    /// Prepares for a new song. What is not set here stays as the last song left it (section 9, number 9).
    fn reset_channels(&mut self) {
        self.spend(7);
        for channel in Channel::all() {
            let track = self.track(channel);
            track.volume.value.set_whole(START_VOLUME);
            track.pan_byte = START_PAN;
            track.pan.value = Fixed::from_whole(START_PAN);
            track.instrument.id = 0;
            track.fine_tune = 0;
            track.transpose = 0;
            track.envelope.length = 0;
            track.vibrato.depth = 0;
            track.tremolo.depth = 0;
            track.is_silent = false;
            self.spend(93 + if channel.is_last() { 2 } else { 4 });
        }
        let driver = &mut *self.driver;
        driver.master.count = 0;
        driver.echo.count = 0;
        driver.tempo.count = 0;
        driver.transpose = 0;
        driver.segments.repetitions = 0;
        driver.percussion_base = 0;
        driver.master.value.set_whole(START_MASTER_VOLUME);
        driver.tempo.value.set_whole(START_TEMPO);
        self.spend(39);
    }

    /// The step of a slide, with the time that its division takes (`fraction` of the specification).
    pub(crate) const fn step_to(&mut self, target: u8, from: Fixed, count: u8) -> Fixed {
        let negative = target < from.whole();
        self.spend(9 + if negative { 4 } else { 2 });
        self.spend(39 + if negative { 20 } else { 7 });
        self.spend(5);
        slide_step(target, from.whole(), count)
    }
}

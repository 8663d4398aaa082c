//! What is set for the song and for a channel.

use tatum_core::instruments;
use tatum_core::source::Problem;

use super::Parser;
use crate::author::mml::song::{Change, Global, Setting};

/// Numbers of the drums and the waves, by name.
const SPECIAL_INSTRUMENTS: [(&str, u8); 5] = [
    ("drums", 127),
    ("sawtooth wave", 128),
    ("triangle wave", 129),
    ("sine wave", 130),
    ("square wave", 131),
];
/// AddMusic's pan goes from 0, right, to 20, left.
const LEFT: u8 = 20;

impl Parser<'_> {
    /// `?`: whether the song begins again.
    pub(super) fn loop_setting(&mut self) {
        let number = self.cursor.number();
        self.song.loops = number.is_none_or(|number| number.value != 0);
    }

    /// `w`, `t`: volume and tempo of the song.
    pub(super) fn global(&mut self, command: char, start: usize) {
        let what = if command == 'w' { "global volume" } else { "tempo" };
        let Some(value) = self.number_within(command, start, what, 1..=255, "1 to 255") else { return };
        let what = if command == 'w' { Global::Volume(value) } else { Global::Tempo(value) };
        if self.channel.number.is_some() {
            self.warn_in_loop(command, start);
            self.song.changes.push(Change { tick: self.channel.position.rounded(), what });
            return;
        }
        match what {
            Global::Volume(volume) => self.song.volume = volume,
            Global::Tempo(tempo) => self.song.tempo = tempo,
        }
    }

    /// `v`, `@`, `y`: volume, instrument and pan of the channel.
    pub(super) fn setting(&mut self, command: char, start: usize) {
        if command == '@' && self.cursor.take_if('"') {
            return self.named_instrument(start);
        }
        self.needs_channel(&format!("`{command}`"), start);
        let setting = match command {
            'v' => self.number_within('v', start, "volume", 1..=255, "1 to 255").map(Setting::Volume),
            'y' => self.number_within('y', start, "pan", 0..=LEFT, "0 (right) to 20 (left)").map(pan),
            _ => {
                let hint = "0 to 126, 127 for drums, 128 to 255 for waves";
                self.number_within('@', start, "instrument", 0..=255, hint).map(Setting::Instrument)
            }
        };
        if let Some(setting) = setting {
            self.set(setting, command, start);
        }
    }

    fn set(&mut self, setting: Setting, command: char, start: usize) {
        self.channel.has_instrument |= matches!(setting, Setting::Instrument(_));
        if self.channel.start.is_some() {
            self.warn_in_loop(command, start);
            let tick = self.channel.position.rounded();
            self.channel.changes.push(Change { tick, what: setting });
        } else {
            self.channel.settings.set(setting);
        }
    }

    /// Settings are commands of the channel, and the channel knows nothing of its layer's loops.
    fn warn_in_loop(&mut self, command: char, start: usize) {
        if self.is_in_loop() {
            let span = self.span(start..start + 1);
            let message = format!("`{command}` inside a loop acts in the first pass only");
            self.problems.push(Problem::warning("MML-FIRST-PASS", span, message));
        }
    }

    /// `@"name"`, or `@"name"=number`, which gives the name.
    fn named_instrument(&mut self, start: usize) {
        let name = self.cursor.quoted().trim().to_lowercase();
        if self.cursor.take_behind_blanks('=') {
            let hint = "0 to 126, 127 for drums, 128 to 255 for waves";
            if let Some(number) = self.number_within('=', start, "instrument", 0..=255, hint) {
                self.names.insert(name, number);
            }
            return;
        }
        self.needs_channel("`@`", start);
        let found = self.names.get(&name).copied().or_else(|| built_in_instrument(&name));
        match found {
            Some(number) => self.set(Setting::Instrument(number), '@', start),
            None => {
                let span = self.span(start..self.cursor.position());
                let message = format!("no instrument is called `{name}`");
                let hint = format!("give it a number with @\"{name}\"=n");
                self.error("MML-INSTRUMENT", span, &message, &hint);
            }
        }
    }

    /// `k`, `q`: gate and velocity of the notes that follow.
    pub(super) fn articulation(&mut self, command: char, start: usize) {
        self.needs_channel(&format!("`{command}`"), start);
        if command == 'k' {
            if let Some(gate) = self.number_within('k', start, "gate", 0..=255, "0 to 255") {
                self.channel.gate = gate;
            }
            return;
        }
        let digits = self.cursor.take_while(|character| character.is_ascii_hexdigit());
        let values: Vec<u8> =
            digits.chars().filter_map(|digit| digit.to_digit(16)).map(|d| d as u8).collect();
        match values.as_slice() {
            [_, velocity] => {
                self.channel.velocity = velocity_of(*velocity);
                let span = self.span(start..start + 1);
                let message = "the first digit of `q`, AddMusic's gate, is ignored";
                self.problems.push(Problem::warning("MML-IGNORED", span, message).with_hint("use k"));
            }
            _ => {
                let span = self.span(start..start + 1);
                self.error("MML-NUMBER", span, "expected two hexadecimal digits after `q`", "q7f");
            }
        }
    }

    /// `o`, `<`, `>`.
    pub(super) fn octave(&mut self, command: char, start: usize) {
        self.needs_channel(&format!("`{command}`"), start);
        let octave = self.channel.octave;
        match command {
            'o' => {
                if let Some(octave) = self.number_within('o', start, "octave", 0..=7, "0 to 7") {
                    self.channel.octave = octave;
                }
            }
            '<' if octave == 0 => self.warn_octave(start, "octave below 0"),
            '<' => self.channel.octave -= 1,
            _ if octave == 7 => self.warn_octave(start, "octave above 7"),
            _ => self.channel.octave += 1,
        }
    }

    fn warn_octave(&mut self, start: usize, message: &str) {
        let span = self.span(start..start + 1);
        let hint = "if all `<` and `>` look swapped, run the fixer (mml_fix)";
        self.problems.push(Problem::warning("MML-OCTAVE", span, message).with_hint(hint));
    }
}

/// The console's pan, 0 left to 127 right, of AddMusic's.
fn pan(addmusic: u8) -> Setting {
    let from_left = u16::from(LEFT - addmusic.min(LEFT));
    let range = u16::from(LEFT);
    // At most 127.
    Setting::Pan(((from_left * 127 + range / 2) / range) as u8)
}

/// The velocity of AddMusic's index, 0 to 15.
const fn velocity_of(index: u8) -> u8 {
    // At most 127.
    ((127 * (index as u16 + 1) + 8) / 16) as u8
}

/// Drums, waves and the instruments that play when there is no bank.
fn built_in_instrument(name: &str) -> Option<u8> {
    let special = SPECIAL_INSTRUMENTS.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    special.or_else(|| {
        let bank = instruments::bank();
        let found = bank.instruments.iter().find(|instrument| instrument.name.to_lowercase() == name);
        found.map(|instrument| instrument.program)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addmusic_counts_pan_from_the_right() {
        let pans = [0, 10, 20].map(|value| match pan(value) {
            Setting::Pan(pan) => pan,
            other => panic!("{other:?}"),
        });
        assert_eq!(pans, [127, 64, 0]);
    }

    #[test]
    fn velocities_of_addmusic_end_at_127() {
        assert_eq!([velocity_of(0), velocity_of(7), velocity_of(15)], [8, 64, 127]);
    }
}

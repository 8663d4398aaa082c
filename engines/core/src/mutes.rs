use std::fmt;
use std::str::FromStr;

/// Which voices and channels are silenced.
///
/// Written as a list: `0,3-5,v2` means channels 0, 3, 4, 5 and voice 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mutes {
    channels: u64,
    voices: u64,
}

impl Mutes {
    /// Nothing is silenced.
    pub const NONE: Self = Self { channels: 0, voices: 0 };

    /// Silences everything that is not listed in `self` (what "solo" means).
    ///
    /// A list that names only channels leaves the voices alone, and the other way round.
    #[must_use]
    pub const fn solo(self) -> Self {
        Self {
            channels: if self.channels == 0 { 0 } else { !self.channels },
            voices: if self.voices == 0 { 0 } else { !self.voices },
        }
    }

    /// Silences what either of the two silences.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self { channels: self.channels | other.channels, voices: self.voices | other.voices }
    }

    /// Adds a channel (0 to 63; others are ignored).
    #[must_use]
    pub const fn with_channel(mut self, channel: u8) -> Self {
        if channel < 64 {
            self.channels |= 1 << channel;
        }
        self
    }

    /// Adds a voice (0 to 63; others are ignored).
    #[must_use]
    pub const fn with_voice(mut self, voice: u8) -> Self {
        if voice < 64 {
            self.voices |= 1 << voice;
        }
        self
    }

    /// Whether nothing is silenced.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.channels == 0 && self.voices == 0
    }

    /// Whether a voice, played by a channel if one owns it, is silenced.
    #[must_use]
    pub const fn silences(&self, voice: u8, channel: Option<u8>) -> bool {
        let by_channel = match channel {
            Some(channel) => channel < 64 && self.channels >> channel & 1 != 0,
            None => false,
        };
        by_channel || (voice < 64 && self.voices >> voice & 1 != 0)
    }
}

/// A list of channels and voices that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MutesError {
    /// The part that cannot be read.
    pub part: String,
}

impl fmt::Display for MutesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "'{}' is not a channel list: expected numbers or ranges from 0 to 63, voices with a 'v', as in 0,3-5,v2",
            self.part
        )
    }
}

impl std::error::Error for MutesError {}

impl FromStr for Mutes {
    type Err = MutesError;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        let mut mutes = Self::NONE;
        for part in list.split(',') {
            let error = || MutesError { part: part.to_owned() };
            let (numbers, is_voice) = match part.trim().strip_prefix('v') {
                Some(rest) => (rest, true),
                None => (part.trim(), false),
            };
            let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
            let first: u8 = first.parse().map_err(|_| error())?;
            let last: u8 = last.parse().map_err(|_| error())?;
            if last < first || last > 63 {
                return Err(error());
            }
            for number in first..=last {
                mutes = if is_voice { mutes.with_voice(number) } else { mutes.with_channel(number) };
            }
        }
        Ok(mutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_channels_and_voices() {
        let mutes: Mutes = "0,3-5,v2".parse().unwrap();
        assert!(mutes.silences(9, Some(4)));
        assert!(mutes.silences(2, Some(9)));
        assert!(mutes.silences(2, None));
        assert!(!mutes.silences(9, Some(6)));
        for wrong in ["", "x", "5-3", "64", "1,,2", "v", "-1"] {
            assert!(wrong.parse::<Mutes>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn solo_is_the_complement_of_what_it_lists() {
        let solo = "1".parse::<Mutes>().unwrap().solo();
        assert!(!solo.silences(0, Some(1)));
        assert!(solo.silences(0, Some(0)));
        assert!(!solo.silences(0, None));
    }
}

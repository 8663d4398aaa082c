//! Lists of channels, by number or by what they play.

use std::str::FromStr;

use tatum_core::{Mutes, MutesError};

use crate::error::Error;
use crate::song::Song;

/// A list as `--mute` and `--solo` take it: `0,3-5,v2` as [`Mutes`] reads it, and parts of instruments' names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChannelList {
    numbers: Mutes,
    names: Vec<String>,
}

impl FromStr for ChannelList {
    type Err = MutesError;

    fn from_str(list: &str) -> Result<Self, MutesError> {
        let mut parsed = Self { numbers: Mutes::NONE, names: Vec::new() };
        for part in list.split(',') {
            match part.parse::<Mutes>() {
                Ok(numbers) => parsed.numbers = parsed.numbers.union(numbers),
                Err(_) if is_name(part) => parsed.names.push(part.trim().to_lowercase()),
                Err(error) => return Err(error),
            }
        }
        Ok(parsed)
    }
}

/// A name has two letters in a row; anything else is a number that went wrong.
fn is_name(part: &str) -> bool {
    part.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_alphabetic))
}

impl ChannelList {
    /// Whether it has names.
    pub(super) fn has_names(&self) -> bool {
        !self.names.is_empty()
    }

    /// The list with every name as the channels that play it; without a song there are no such channels.
    pub(super) fn resolve(&self, song: Option<&Song>) -> Result<Mutes, Error> {
        let mut mutes = self.numbers;
        let channels = match song {
            Some(song) if self.has_names() => song.info()?.channels,
            _ => Vec::new(),
        };
        for name in &self.names {
            let mut playing = channels
                .iter()
                .filter(|channel| {
                    channel.instruments.iter().any(|instrument| instrument.to_lowercase().contains(name))
                })
                .map(|channel| channel.channel)
                .peekable();
            if playing.peek().is_none() {
                return Err(Error::Usage(format!(
                    "no channel plays '{name}'; tatum info names what plays, and numbers work too"
                )));
            }
            mutes = playing.fold(mutes, Mutes::with_channel);
        }
        Ok(mutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_mix() {
        let list: ChannelList = "0,drums,v2,slap Bass 1".parse().unwrap();
        assert_eq!(list.names, ["drums", "slap bass 1"]);
        assert!(list.numbers.silences(9, Some(0)) && list.numbers.silences(2, None));
        for wrong in ["", "64", "x", "1-", "a1"] {
            assert!(wrong.parse::<ChannelList>().is_err(), "{wrong}");
        }
    }
}

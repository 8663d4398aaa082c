use std::fmt;
use std::str::FromStr;

/// What is silenced: channels, layers of channels, voices, and what effect units give back.
///
/// Written as a list: `0,3-5,2.1,v2,returns` means channels 0, 3, 4, 5, layer 1 of channel 2, voice 2, and the
/// reverb or echo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mutes {
    channels: u64,
    voices: u64,
    /// Four layers of each of 16 channels.
    layers: u64,
    returns: bool,
}

/// Channels that can have layers.
const LAYERED_CHANNELS: u8 = 16;
/// Layers of a channel.
const LAYERS: u8 = 4;

/// The bit of a layer; none if there is no such layer.
const fn layer_bit(channel: u8, layer: u8) -> u64 {
    if channel < LAYERED_CHANNELS && layer < LAYERS { 1 << (channel * LAYERS + layer) } else { 0 }
}

impl Mutes {
    /// Nothing is silenced.
    pub const NONE: Self = Self { channels: 0, voices: 0, layers: 0, returns: false };

    /// Silences everything that is not listed in `self` (what "solo" means).
    ///
    /// A list that names only channels leaves the voices alone, and the other way round. The returns are heard
    /// with whatever plays.
    #[must_use]
    pub const fn solo(self) -> Self {
        let channels = self.channels | self.channels_of_layers();
        let layers = self.layers | self.layers_of_channels();
        let has_layers = self.layers != 0;
        Self {
            channels: if channels == 0 { 0 } else { !channels },
            voices: if self.voices == 0 { 0 } else { !self.voices },
            layers: if has_layers { !layers } else { 0 },
            returns: false,
        }
    }

    /// The channels that have a layer in the list.
    const fn channels_of_layers(self) -> u64 {
        let mut channels = 0;
        let mut channel = 0;
        while channel < LAYERED_CHANNELS {
            if self.layers >> (channel * LAYERS) & 0xF != 0 {
                channels |= 1 << channel;
            }
            channel += 1;
        }
        channels
    }

    /// All layers of the channels in the list.
    const fn layers_of_channels(self) -> u64 {
        let mut layers = 0;
        let mut channel = 0;
        while channel < LAYERED_CHANNELS {
            if self.channels >> channel & 1 != 0 {
                layers |= 0xF << (channel * LAYERS);
            }
            channel += 1;
        }
        layers
    }

    /// Silences what either of the two silences.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self {
            channels: self.channels | other.channels,
            voices: self.voices | other.voices,
            layers: self.layers | other.layers,
            returns: self.returns || other.returns,
        }
    }

    /// Adds a layer (0 to 3) of a channel (0 to 15); others are ignored.
    #[must_use]
    pub const fn with_layer(mut self, channel: u8, layer: u8) -> Self {
        self.layers |= layer_bit(channel, layer);
        self
    }

    /// Adds what effect units give back: reverb, echo, and what is played from captured output. The units go on
    /// as before; they are only not heard.
    #[must_use]
    pub const fn with_returns(mut self) -> Self {
        self.returns = true;
        self
    }

    /// Takes a channel and its layers from what is silenced.
    #[must_use]
    pub const fn without_channel(mut self, channel: u8) -> Self {
        if channel < 64 {
            self.channels &= !(1 << channel);
        }
        self
    }

    /// Takes a layer from what is silenced.
    #[must_use]
    pub const fn without_layer(mut self, channel: u8, layer: u8) -> Self {
        self.layers &= !layer_bit(channel, layer);
        self
    }

    /// Whether what effect units give back is silenced.
    #[must_use]
    pub const fn silences_returns(&self) -> bool {
        self.returns
    }

    /// Whether a layer is silenced by itself; [`silences`](Self::silences) says so of its channel.
    #[must_use]
    pub const fn silences_layer(&self, channel: u8, layer: u8) -> bool {
        self.layers & layer_bit(channel, layer) != 0
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
        self.channels == 0 && self.voices == 0 && self.layers == 0 && !self.returns
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
            "'{}' is not a channel list: expected numbers or ranges from 0 to 63, layers as 2.1, voices with a 'v', \
             or 'returns', as in 0,3-5,2.1,v2",
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
            if part.trim() == "returns" {
                mutes = mutes.with_returns();
                continue;
            }
            if let Some((channel, layer)) = part.trim().split_once('.') {
                let (channel, layer) =
                    (channel.parse().map_err(|_| error())?, layer.parse().map_err(|_| error())?);
                if layer_bit(channel, layer) == 0 {
                    return Err(error());
                }
                mutes = mutes.with_layer(channel, layer);
                continue;
            }
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
        for wrong in ["", "x", "5-3", "64", "1,,2", "v", "-1", "1.", "1.4", "16.0", ".1", "return"] {
            assert!(wrong.parse::<Mutes>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_layer_is_silenced_without_its_channel() {
        let mutes: Mutes = "2.1,returns".parse().unwrap();
        assert!(mutes.silences_layer(2, 1) && !mutes.silences_layer(2, 0) && !mutes.silences(0, Some(2)));
        assert!(mutes.silences_returns());
        let solo = "2.1,5".parse::<Mutes>().unwrap().solo();
        assert!(!solo.silences_layer(2, 1) && solo.silences_layer(2, 0) && solo.silences(0, Some(3)));
        assert!(
            !solo.silences(0, Some(5)) && !solo.silences_layer(5, 3),
            "a channel in the list has all its layers"
        );
        assert!(!solo.silences_returns());
    }

    #[test]
    fn solo_is_the_complement_of_what_it_lists() {
        let solo = "1".parse::<Mutes>().unwrap().solo();
        assert!(!solo.silences(0, Some(1)));
        assert!(solo.silences(0, Some(0)));
        assert!(!solo.silences(0, None));
    }
}

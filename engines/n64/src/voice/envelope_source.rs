//! Where the points of volume envelopes lie, and how they are read.

use crate::format::bank::EnvelopePoint;
use crate::ids::PlayerId;
use crate::profile::rules::EnvelopeRules;
use crate::sequencer::sequence_player::SequencePlayer;
use crate::sound_memory::{InstrumentEntry, SoundMemory};

/// Where an envelope's points lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EnvelopeSource {
    /// The engine's own.
    #[default]
    Default,
    /// An instrument's.
    Instrument(InstrumentEntry),
    /// A drum's.
    Drum {
        /// Bank number.
        bank: u8,
        /// Drum number.
        drum: u8,
    },
    /// In a sequence, where scripts can change it.
    Sequence {
        /// The player whose sequence it is.
        player: PlayerId,
        /// Offset of the first point.
        address: u16,
    },
}

/// The envelope of channels that were given none (`n64-engine.md` 3.2).
const DEFAULT_ENVELOPE: [EnvelopePoint; 3] = [
    EnvelopePoint { delay: 4, argument: 32000 },
    EnvelopePoint { delay: 1000, argument: 32000 },
    EnvelopePoint { delay: -1, argument: 0 },
];

/// The same in the Zelda generation (`n64-oot.md` 7.3).
const ZELDA_DEFAULT_ENVELOPE: [EnvelopePoint; 3] = [
    EnvelopePoint { delay: 1, argument: 32000 },
    EnvelopePoint { delay: 1000, argument: 32000 },
    EnvelopePoint { delay: -1, argument: 0 },
];

/// The point that ends a voice; also every point that does not exist.
const END: EnvelopePoint = EnvelopePoint { delay: 0, argument: 0 };

impl EnvelopeSource {
    /// Reads a point.
    pub(crate) fn point(
        self,
        index: i16,
        rules: &EnvelopeRules,
        sounds: &SoundMemory,
        players: &[SequencePlayer],
    ) -> EnvelopePoint {
        match self {
            Self::Default => {
                let envelope =
                    if rules.has_zelda_default { &ZELDA_DEFAULT_ENVELOPE } else { &DEFAULT_ENVELOPE };
                usize::try_from(index).ok().and_then(|index| envelope.get(index)).copied().unwrap_or(END)
            }
            Self::Instrument(entry) => {
                sounds.envelope_point(sounds.instrument(entry).map(|instrument| &*instrument.envelope), index)
            }
            Self::Drum { bank, drum } => {
                sounds.envelope_point(sounds.drum(bank, drum).map(|drum| &*drum.envelope), index)
            }
            Self::Sequence { player, address } => {
                let data = players.get(player.index()).and_then(|player| player.data.as_ref());
                let offset = usize::from(address).checked_add_signed(4 * isize::from(index));
                match (data, offset) {
                    (Some(data), Some(offset)) => EnvelopePoint {
                        delay: data.u16(offset) as i16,
                        argument: data.u16(offset.saturating_add(2)) as i16,
                    },
                    _ => END,
                }
            }
        }
    }
}

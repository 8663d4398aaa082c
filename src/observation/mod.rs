//! What happens while a song plays, in one vocabulary for all engines: explanations of differences, piano rolls and
//! onset times are made from it.

pub(crate) mod n64;
pub(crate) mod nds;
pub(crate) mod snes;

/// Whose script something belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The engine's player, where it has several; 0 otherwise.
    pub player: u8,
    /// The channel or track; none is the sequence itself.
    pub channel: Option<u8>,
    /// The layer of the channel (Nintendo 64).
    pub layer: Option<u8>,
}

impl Place {
    /// A channel or track of a player.
    #[must_use]
    pub const fn channel(player: u8, channel: u8) -> Self {
        Self { player, channel: Some(channel), layer: None }
    }

    /// Whether a command at this place can change a note that belongs to `owner`: its own layer, its channel, or the
    /// sequence.
    #[must_use]
    pub fn rules(self, owner: Self) -> bool {
        self.player == owner.player
            && (self.channel.is_none() || self.channel == owner.channel)
            && (self.layer.is_none() || self.layer == owner.layer)
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.player != 0 {
            write!(f, "player {} ", self.player)?;
        }
        match (self.channel, self.layer) {
            (None, _) => f.write_str("sequence"),
            (Some(channel), None) => write!(f, "channel {channel}"),
            (Some(channel), Some(layer)) => write!(f, "channel {channel} layer {layer}"),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The first frame that can sound different because of it.
    pub frame: u64,
    /// What happened.
    pub event: ObservedEvent,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum ObservedEvent {
    /// A period of the driver begins, as its traces count them: an update of the Nintendo 64, a wake of the DS. What
    /// follows belongs to it.
    Step(u64),
    /// A tick of a player's sequence begins.
    Tick {
        /// The player.
        player: u8,
        /// Ticks before this one.
        tick: u64,
    },
    /// A command was executed.
    Command {
        /// Whose script it is in.
        place: Place,
        /// Its byte offset in the sequence (in the archive on the DS, its address on the SNES).
        offset: u64,
        /// The command, in words.
        text: String,
        /// Whether it changes how notes sound.
        shapes_sound: bool,
    },
    /// A voice starts a note.
    NoteStart {
        /// The voice.
        voice: u8,
        /// The script whose note it is.
        place: Place,
        /// The note's key as MIDI counts it (60 is middle C), where the engine has one.
        key: Option<f32>,
    },
    /// A voice is silent, or its key has been released where the engine does not tell silence.
    NoteEnd {
        /// The voice.
        voice: u8,
    },
}

/// What a row of a reference trace is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowMeaning {
    /// When it is.
    pub time: Option<RowTime>,
    /// The voice it describes.
    pub voice: Option<u8>,
    /// The script it describes.
    pub place: Option<Place>,
    /// What its values belong to, in words, if the row itself says so with a number only.
    pub subject: Option<String>,
}

/// When a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowTime {
    /// In a step of the driver; see [`ObservedEvent::Step`].
    Step(u64),
    /// At a frame.
    Frame(u64),
}

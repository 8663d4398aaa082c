//! What converters do with commands and their parameters (`n64-authoring.md` 2 and 2.1).

use super::Scope;

macro_rules! named {
    ($(#[$attribute:meta])* pub enum $type:ident { $($(#[$doc:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])* $variant,)* }

        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// What ABI definition files call it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

named! {
    /// What a command does, as far as converters care.
    pub enum Action {
        /// Nothing they need to know.
        None = "No Action",
        /// Plays a note.
        Note = "Note",
        /// Plays a note whose length, velocity or gate come from the layer's state.
        ShortNote = "Short Note",
        /// Lets time pass.
        Delay = "Delay",
        /// Goes on elsewhere.
        Jump = "Jump",
        /// Goes on elsewhere, or not.
        Branch = "Branch",
        /// Goes elsewhere and comes back.
        Call = "Call",
        /// Starts a counted loop.
        LoopStart = "Loop Start",
        /// Ends a counted loop.
        LoopEnd = "Loop End",
        /// Leaves a counted loop.
        LoopBreak = "Loop Break",
        /// Returns, or ends the script.
        End = "End of Data",
        /// Points to a sequence script.
        PointerToSequence = "Ptr Seq Header",
        /// Starts a channel script.
        PointerToChannel = "Ptr Channel Header",
        /// Starts a layer script.
        PointerToLayer = "Ptr Note Layer",
        /// Sets the dynamic table.
        SetDyntable = "Set Dyntable",
        /// Calls a script from a table of sequence scripts.
        SequenceCallTable = "Seq Hdr Call Table",
        /// Calls a channel script from the dynamic table.
        ChannelFromDyntable = "Channel from Dyntable",
        /// Starts a layer script from the dynamic table.
        LayerFromDyntable = "Layer from Dyntable",
        /// Reads data from the dynamic table.
        DataFromDyntable = "Data from Dyntable",
        /// Sets the dynamic table to one that the table points to.
        DyntableFromDyntable = "Dyntable from Dyntable",
        /// Sets the dynamic table from a register.
        DyntableFromData = "Dyntable from Data",
        /// Points to an envelope.
        PointerToEnvelope = "Ptr Envelope",
        /// Points to a message.
        PointerToMessage = "Ptr Message",
        /// Points to a table of bytes.
        PointerToTable = "Ptr Other Table",
        /// Points to any byte, to read or to write it.
        PointerToSelf = "Ptr Self",
        /// Has a number that may be a pointer.
        MaybePointer = "Maybe Ptr",
        /// Switches the channel to short notes.
        SetShortNotes = "Set Short Notes",
        /// Switches the channel to long notes.
        SetLongNotes = "Set Long Notes",
        /// Sets one or several MIDI controllers.
        Controllers = "CC or CC Group",
        /// Transposes the channel.
        ChannelTransposition = "Chn Transpose",
        /// Transposes the layer.
        LayerTransposition = "Layer Transpose",
        /// Sets the volume of everything.
        MasterVolume = "Master Volume",
        /// Sets the tempo.
        Tempo = "Tempo",
        /// Says what muting does.
        MuteBehavior = "Mute Behavior",
        /// Says how loud muted music is.
        MuteScale = "Mute Scale",
        /// Initialises channels.
        EnableChannels = "Channel Enable",
        /// Frees channels.
        DisableChannels = "Channel Disable",
    }
}

impl Action {
    /// The action of an ABI definition file's name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        // The three oldest tables call one command's action so; SEQ64 V2 does not know it.
        if name == "Ptr Table Data" {
            return Some(Self::PointerToTable);
        }
        Self::ALL.iter().copied().find(|action| action.name() == name)
    }

    /// Whether an address operand of such a command is a pointer.
    #[must_use]
    pub const fn points(self) -> bool {
        matches!(
            self,
            Self::Jump
                | Self::Branch
                | Self::Call
                | Self::PointerToSequence
                | Self::PointerToChannel
                | Self::PointerToLayer
                | Self::SetDyntable
                | Self::SequenceCallTable
                | Self::PointerToEnvelope
                | Self::PointerToMessage
                | Self::PointerToTable
                | Self::PointerToSelf
                | Self::MaybePointer
        )
    }

    /// The scope of the script such a command points to, from a script of `scope`.
    #[must_use]
    pub const fn target_scope(self, scope: Scope) -> Option<Scope> {
        match self {
            Self::Jump | Self::Branch | Self::Call => Some(scope),
            Self::PointerToSequence => Some(Scope::Sequence),
            Self::PointerToChannel => Some(Scope::Channel),
            Self::PointerToLayer => Some(Scope::Layer),
            _ => None,
        }
    }

    /// Whether a script does not go on behind such a command.
    #[must_use]
    pub const fn ends_section(self) -> bool {
        matches!(self, Self::Jump | Self::End)
    }
}

/// What a parameter is, as far as converters care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Just a number.
    None,
    /// Bytes from the start of the sequence.
    AbsoluteAddress,
    /// Bytes from the end of the command, signed.
    RelativeAddress,
    /// A channel's number.
    Channel,
    /// A layer's number.
    NoteLayer,
    /// A key, 0 to 63.
    Note,
    /// Ticks.
    Delay,
    /// A note's velocity.
    Velocity,
    /// The part of a note's length that is silent, in 256ths.
    GateTime,
    /// Passes of a loop.
    LoopCount,
    /// A MIDI controller; 128 is pitch bend, 129 the program.
    Controller {
        /// Its number.
        number: u8,
        /// Whether the byte is twice the MIDI value.
        is_doubled: bool,
    },
    /// The value of a command that has just one.
    Value,
    /// A bit for each channel.
    Bitfield,
    /// Bytes of a table.
    Size,
    /// How a short note gets its length.
    Mode,
}

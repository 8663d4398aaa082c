//! The volume of a player: the fades of sequences and of the game.

mod first;
mod later;

/// Where a player's volume is going.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FadeState {
    /// The volume command sets the volume (later generations: or fades to it).
    Normal,
    /// Fading out; the player ends when it is done.
    FadeOut,
    /// First generation: fading to the volume the sequence sets.
    FadeIn,
    /// First generation: fading back; kept for completeness of the engine's numbers.
    Reserved,
    /// First generation: fading to, or held at, a level chosen by the game.
    ToTarget,
    /// Later generations: the next volume command fades up from silence.
    Waiting,
}

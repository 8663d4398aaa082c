//! Indices into the engine's pools.

macro_rules! index {
    ($(#[$doc:meta] $name:ident;)*) => {
        $(
            #[$doc]
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub u8);

            impl $name {
                /// For indexing the pool.
                #[inline]
                pub const fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

index! {
    /// One of the players: 0 music, 1 jingles, 2 sound effects.
    PlayerId;
    /// A channel of the pool that all players share.
    ChannelId;
    /// A layer of the pool that all channels share.
    LayerId;
    /// A voice ("note" in the engine's words).
    VoiceId;
}

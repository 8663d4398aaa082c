//! A player of any engine.

use tatum_core::{
    ChannelStatus, DiagnosticLog, Fault, Frame, LoopPoints, Mutes, Player, Position, Rate, Tempo, VoiceStatus,
};

/// [`Player`] without what keeps it from being a trait object.
trait AnyPlayer: Send {
    fn render(&mut self, out: &mut [Frame]) -> usize;
    fn rate(&self) -> Rate;
    fn position(&self) -> Position;
    fn has_ended(&self) -> bool;
    fn set_loop_points(&mut self, points: Option<LoopPoints>);
    fn voices(&self, out: &mut Vec<VoiceStatus>);
    fn channels(&self, out: &mut Vec<ChannelStatus>);
    fn tempo(&self) -> Option<Tempo>;
    fn set_mutes(&mut self, mutes: Mutes);
    fn fault(&self) -> Option<&Fault>;
    fn diagnostics(&self) -> &DiagnosticLog;
    fn boxed_clone(&self) -> Box<dyn AnyPlayer>;
}

impl<P: Player + Send + 'static> AnyPlayer for P {
    fn render(&mut self, out: &mut [Frame]) -> usize {
        Player::render(self, out)
    }

    fn rate(&self) -> Rate {
        Player::rate(self)
    }

    fn position(&self) -> Position {
        Player::position(self)
    }

    fn has_ended(&self) -> bool {
        Player::has_ended(self)
    }

    fn set_loop_points(&mut self, points: Option<LoopPoints>) {
        Player::set_loop_points(self, points);
    }

    fn voices(&self, out: &mut Vec<VoiceStatus>) {
        Player::voices(self, out);
    }

    fn channels(&self, out: &mut Vec<ChannelStatus>) {
        Player::channels(self, out);
    }

    fn tempo(&self) -> Option<Tempo> {
        Player::tempo(self)
    }

    fn set_mutes(&mut self, mutes: Mutes) {
        Player::set_mutes(self, mutes);
    }

    fn fault(&self) -> Option<&Fault> {
        Player::fault(self)
    }

    fn diagnostics(&self) -> &DiagnosticLog {
        Player::diagnostics(self)
    }

    fn boxed_clone(&self) -> Box<dyn AnyPlayer> {
        Box::new(self.clone())
    }
}

/// A player of any engine; a call costs one indirection per block.
pub struct SongPlayer(Box<dyn AnyPlayer>);

impl SongPlayer {
    /// Wraps an engine's player.
    #[must_use]
    pub fn new(player: impl Player + Send + 'static) -> Self {
        Self(Box::new(player))
    }

    /// Renders as [`Player::render`].
    pub fn render(&mut self, out: &mut [Frame]) -> usize {
        self.0.render(out)
    }

    /// The native rate.
    #[must_use]
    pub fn rate(&self) -> Rate {
        self.0.rate()
    }

    /// Where the song stands.
    #[must_use]
    pub fn position(&self) -> Position {
        self.0.position()
    }

    /// Whether the script has ended by itself.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.0.has_ended()
    }

    /// Says where the song repeats.
    pub fn set_loop_points(&mut self, points: Option<LoopPoints>) {
        self.0.set_loop_points(points);
    }

    /// Replaces `out` with the state of every voice.
    pub fn voices(&self, out: &mut Vec<VoiceStatus>) {
        self.0.voices(out);
    }

    /// Replaces `out` with the state of every sequence channel.
    pub fn channels(&self, out: &mut Vec<ChannelStatus>) {
        self.0.channels(out);
    }

    /// How fast the sequence goes.
    #[must_use]
    pub fn tempo(&self) -> Option<Tempo> {
        self.0.tempo()
    }

    /// Mutes voices and channels.
    pub fn set_mutes(&mut self, mutes: Mutes) {
        self.0.set_mutes(mutes);
    }

    /// Why rendering stopped, if it did.
    #[must_use]
    pub fn fault(&self) -> Option<&Fault> {
        self.0.fault()
    }

    /// What the engine had to tell.
    #[must_use]
    pub fn diagnostics(&self) -> &DiagnosticLog {
        self.0.diagnostics()
    }
}

impl Clone for SongPlayer {
    fn clone(&self) -> Self {
        Self(self.0.boxed_clone())
    }
}

/// An observer of an engine, chosen at compile time.
///
/// `E` is the engine's own event type. Engines hand over a closure, so that a probe which is not interested
/// (the [`NullProbe`] above all) costs nothing: the event is never built.
pub trait Probe<E> {
    /// Called when something happens; `event` builds the description.
    fn record(&mut self, event: impl FnOnce() -> E);
}

/// The probe that looks at nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullProbe;

impl<E> Probe<E> for NullProbe {
    #[inline(always)]
    fn record(&mut self, _event: impl FnOnce() -> E) {}
}

/// A probe may be lent instead of given away.
impl<E, P: Probe<E>> Probe<E> for &mut P {
    #[inline(always)]
    fn record(&mut self, event: impl FnOnce() -> E) {
        (**self).record(event);
    }
}

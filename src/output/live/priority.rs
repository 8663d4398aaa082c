//! The priority of the threads that a sound device waits for.

/// Runs `open` where threads that it starts come before others: they inherit the scheduling of the one that starts them, also
/// those that a sound library keeps to itself. They only copy samples, and a busy machine may let an ordinary thread wait
/// for longer than a short buffer lasts. Where a user may not ask for that, `open` runs all the same.
///
/// On systems other than Linux the sound libraries see to that themselves.
#[cfg(target_os = "linux")]
pub(super) fn on_preferred_thread<T: Send>(open: impl FnOnce() -> T + Send) -> T {
    use thread_priority::{
        RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
        thread_native_id,
    };
    let prefer = || {
        let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
        // The lowest of the real-time priorities is above all ordinary threads.
        let _ = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy);
        open()
    };
    let result = std::thread::scope(|scope| scope.spawn(prefer).join());
    result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn on_preferred_thread<T: Send>(open: impl FnOnce() -> T + Send) -> T {
    open()
}

//! What the device's callback does.

use tatum::output::live::{Level, Monitor, ring};

use super::PERIOD;
use super::rig::shape;

#[test]
fn the_callback_never_allocates() {
    let monitor = Monitor::default();
    let (mut sink, mut feed) = ring::<i16>(8 * PERIOD, &shape(32_000, 2), &monitor);
    let mut out = vec![0i16; 2 * PERIOD];
    sink.push(&vec![[0.25, -0.25]; 8 * PERIOD]);
    let counts = allocation_counter::measure(|| {
        // Filled, cut, paused, dry, ending, closing.
        for _ in 0..4 {
            feed.fill(&mut out);
        }
        monitor.want_cut();
        feed.fill(&mut out);
        for level in [Level::Paused, Level::Playing, Level::Ending, Level::Closing] {
            monitor.set_level(level);
            feed.fill(&mut out);
        }
    });
    assert_eq!(counts.count_total, 0);
    assert_eq!(monitor.cut(), Some(5 * PERIOD as u64));
    assert_eq!(monitor.underruns(), 1);
    // The counter counts.
    assert_ne!(allocation_counter::measure(|| drop(std::hint::black_box(Box::new(1)))).count_total, 0);
}

#[test]
fn devices_with_one_or_many_channels_get_both_sides() {
    let played = |channels: u16| {
        let monitor = Monitor::default();
        let (mut sink, mut feed) = ring::<i16>(PERIOD, &shape(32_000, channels), &monitor);
        sink.push(&[[0.5, -0.25]]);
        let mut out = vec![1i16; usize::from(channels)];
        feed.fill(&mut out);
        out
    };
    assert_eq!(played(1), [4096]);
    assert_eq!(played(2), [16_384, -8192]);
    assert_eq!(played(6), [16_384, -8192, 0, 0, 0, 0]);
}

//! Work for all processors.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, Builder};

/// What `work` makes of each item, in their order, by as many threads as there are processors.
///
/// For what is computed once, behind a lock. While a thread of a pool waits, it takes up other work, which may want that very
/// lock; these threads do nothing else.
///
/// ```
/// assert_eq!(tatum_core::parallel::map(&[1, 2, 3], |number| number * number), [1, 4, 9]);
/// ```
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let run = || {
        let mut made = Vec::new();
        while let index = next.fetch_add(1, Ordering::Relaxed)
            && let Some(item) = items.get(index)
        {
            made.push((index, work(item)));
        }
        made
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len());
    let mut made = thread::scope(|scope| {
        // Where no more threads can be had, those that there are do the work.
        let others: Vec<_> =
            (1..threads).filter_map(|_| Builder::new().spawn_scoped(scope, run).ok()).collect();
        let mut made = run();
        for other in others {
            made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        // The first ones take longest.
        let work = |item: &u64| (0..1_000_000 / (item + 1)).fold(*item, |sum, _| std::hint::black_box(sum));
        assert_eq!(map(&items, work), items);
        assert!(map(&[0; 0], |item| *item).is_empty());
    }

    #[test]
    fn threads_that_want_the_same_lock_all_get_it() {
        static MADE: OnceLock<Vec<u32>> = OnceLock::new();
        let get = || MADE.get_or_init(|| map(&[1, 2, 3], |item| item + 1));
        assert_eq!(map(&[(); 50], |()| get().clone()), vec![vec![2, 3, 4]; 50]);
    }
}

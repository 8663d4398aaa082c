//! Comparison of every sample, where a recording's frames lie exactly on rendered ones.

use tatum_core::Frame;

use crate::verify::compare::AudioDifference;

/// What comparing every sample at an offset showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExactComparison {
    /// Recorded frames before the rendering's frame 0; negative if the recording begins later.
    pub offset: i64,
    /// Frames compared.
    pub compared: u64,
    /// The first frame that differs, and how many do.
    pub difference: Option<AudioDifference>,
    /// The largest difference of two samples.
    pub worst: u32,
    /// Frames that sound and are equal: before the first difference, and in all.
    equal_before: u64,
    equal: u64,
    /// Frames that sound.
    sounding: u64,
}

/// Frames that must be equal before a difference to show that an offset is the right one: a tenth of a second.
const LEAST_EQUAL: u64 = 3200;

/// Compares at one offset.
fn compare(rendered: &[Frame], recorded: &[Frame], offset: i64) -> ExactComparison {
    let begin = usize::try_from(-offset).unwrap_or(0).min(rendered.len());
    let skipped = usize::try_from(offset).unwrap_or(0).min(recorded.len());
    let pairs = rendered[begin..].iter().zip(&recorded[skipped..]);
    let mut result = ExactComparison {
        offset,
        compared: 0,
        difference: None,
        worst: 0,
        equal_before: 0,
        equal: 0,
        sounding: 0,
    };
    for (index, (&found, &expected)) in pairs.enumerate() {
        result.compared += 1;
        let sounds = u64::from(found != Frame::SILENCE || expected != Frame::SILENCE);
        result.sounding += sounds;
        if found == expected {
            result.equal += sounds;
            result.equal_before += if result.difference.is_none() { sounds } else { 0 };
            continue;
        }
        let apart = |a: i16, b: i16| u32::from(a.abs_diff(b));
        result.worst =
            result.worst.max(apart(found.left, expected.left)).max(apart(found.right, expected.right));
        let first = result.difference.get_or_insert(AudioDifference {
            frame: (begin + index) as u64,
            expected,
            found: Some(found),
            count: 0,
            frames: 0,
        });
        first.count += 1;
    }
    if let Some(difference) = &mut result.difference {
        difference.frames = result.compared;
    }
    result
}

/// Compares at every offset that comes into question; none if at none of them the two are mostly equal, or equal for
/// long enough before they part.
pub(super) fn find(
    rendered: &[Frame],
    recorded: &[Frame],
    offsets: impl IntoIterator<Item = i64>,
) -> Option<ExactComparison> {
    let mut offsets: Vec<i64> = offsets.into_iter().collect();
    // The smallest offset is the likeliest where several fit, as in silence.
    offsets.sort_unstable_by_key(|offset| (offset.unsigned_abs(), *offset));
    offsets.dedup();
    let mut best: Option<ExactComparison> = None;
    for offset in offsets {
        let result = compare(rendered, recorded, offset);
        let fits = result.compared != 0
            && (result.difference.is_none()
                || result.equal_before >= LEAST_EQUAL
                || 2 * result.equal > result.sounding);
        let rank =
            |result: &ExactComparison| (result.difference.is_none(), result.equal_before, result.equal);
        if fits && best.as_ref().is_none_or(|best| rank(&result) > rank(best)) {
            best = Some(result);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(length: i16) -> Vec<Frame> {
        (0..length).map(|n| Frame::new(n.wrapping_mul(7919), n)).collect()
    }

    #[test]
    fn the_offset_and_the_frame_that_differs_are_found() {
        let rendered = song(9000);
        let mut recorded = vec![Frame::SILENCE; 7];
        recorded.extend(&rendered);
        let equal = find(&rendered, &recorded, [0, 3, 7]).unwrap();
        assert_eq!((equal.offset, equal.difference, equal.compared), (7, None, 9000));
        recorded[7 + 5000].left ^= 1;
        let one = find(&rendered, &recorded, [7]).unwrap();
        let difference = one.difference.unwrap();
        assert_eq!((difference.frame, difference.count, one.worst), (5000, 1, 1));
        let late = find(&rendered, &rendered[100..], [-100]).unwrap();
        assert_eq!((late.offset, late.difference), (-100, None));
        assert_eq!(find(&rendered, &recorded, [2]), None);
        assert_eq!(find(&rendered, &[], [0]), None);
    }
}

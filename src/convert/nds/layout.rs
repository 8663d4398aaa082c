//! What a container holds besides its parts: headers, tables, gaps. Kept so that a container that nothing was changed
//! in can be put together as it was, in whatever way it was laid out.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A container with its parts cut out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The bytes between the parts.
    pub rest: Vec<u8>,
    /// The parts that were cut out, in the order of their places.
    pub cuts: Vec<Cut>,
}

/// A part that was cut out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "[usize; 3]", into = "[usize; 3]")]
pub(super) struct Cut {
    /// Number of the part.
    pub part: usize,
    /// Where it was.
    pub offset: usize,
    /// How many bytes it has.
    pub size: usize,
}

impl From<[usize; 3]> for Cut {
    fn from([part, offset, size]: [usize; 3]) -> Self {
        Self { part, offset, size }
    }
}

impl From<Cut> for [usize; 3] {
    fn from(cut: Cut) -> Self {
        [cut.part, cut.offset, cut.size]
    }
}

impl Layout {
    /// Cuts parts out of a container. A part that shares bytes with one before it stays in the rest.
    pub(super) fn cut(container: &[u8], parts: &[Range<usize>]) -> Self {
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|part| parts[*part].start);
        let mut layout = Self { rest: Vec::new(), cuts: Vec::new() };
        let mut done = 0;
        for part in order {
            let Range { start, end } = parts[part].clone();
            if start < done || end <= start || end > container.len() {
                continue;
            }
            layout.rest.extend(&container[done..start]);
            layout.cuts.push(Cut { part, offset: start, size: end - start });
            done = end;
        }
        layout.rest.extend(&container[done..]);
        layout
    }

    /// The container with these parts; `None` if they do not fit.
    pub(super) fn fill(&self, parts: &[Vec<u8>]) -> Option<Vec<u8>> {
        let mut container = Vec::new();
        let mut rest = self.rest.as_slice();
        for cut in &self.cuts {
            let part = parts.get(cut.part).filter(|part| part.len() == cut.size)?;
            let gap = cut.offset.checked_sub(container.len())?;
            container.extend(rest.get(..gap)?);
            rest = rest.get(gap..)?;
            container.extend(part);
        }
        container.extend(rest);
        Some(container)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_put_together_as_it_was() {
        let container: Vec<u8> = (0..40).collect();
        let parts = [30..40, 5..10, 8..12, 10..10, 12..20, 35..50];
        let layout = Layout::cut(&container, &parts);
        let numbers: Vec<_> = layout.cuts.iter().map(|cut| cut.part).collect();
        assert_eq!(numbers, [1, 4, 0], "parts that overlap or are empty stay");
        let bytes: Vec<Vec<u8>> =
            parts.iter().map(|part| container.get(part.clone()).unwrap_or_default().to_vec()).collect();
        assert_eq!(layout.fill(&bytes), Some(container));
        let mut longer = bytes;
        longer[1].push(0);
        assert_eq!(layout.fill(&longer), None);
    }
}

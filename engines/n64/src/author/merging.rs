//! Sections that become part of others.

use std::cell::Cell;

/// For every number, what it has become part of.
#[derive(Clone, Debug, Default)]
pub(super) struct Merging(Vec<Cell<usize>>);

impl Merging {
    /// Adds the next number, which stands for itself.
    pub(super) fn add(&mut self) -> usize {
        self.0.push(Cell::new(self.0.len()));
        self.0.len() - 1
    }

    /// A number becomes part of what another has become part of.
    pub(super) fn merge(&mut self, number: usize, into: usize) {
        let (from, into) = (self.root(number), self.root(into));
        self.0[from].set(into);
    }

    /// What a number has become part of in the end.
    pub(super) fn root(&self, mut number: usize) -> usize {
        loop {
            let parent = self.0[number].get();
            if parent == number {
                return number;
            }
            // Ways up are halved while they are walked, so that long chains stay short.
            let grandparent = self.0[parent].get();
            self.0[number].set(grandparent);
            number = grandparent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_chains_lead_to_their_end() {
        let mut merging = Merging::default();
        assert_eq!((0..1000).map(|_| merging.add()).last(), Some(999));
        (1..1000).for_each(|number| merging.merge(number - 1, number));
        assert!((0..1000).all(|number| merging.root(number) == 999));
        merging.merge(3, 3);
        assert_eq!(merging.root(0), 999);
    }
}

//! The first row in which two traces differ.

use std::collections::VecDeque;
use std::fmt;

use super::shape::{Shapes, is_heading};

/// Rows shown before a difference.
const CONTEXT: usize = 3;

/// Where two traces part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDifference {
    /// Number of the line in the first trace, from 1.
    pub line: u64,
    /// The rows before it, which are equal.
    pub before: Vec<String>,
    /// The first trace's row; none if it has ended.
    pub expected: Option<String>,
    /// The second trace's row; none if it has ended.
    pub found: Option<String>,
    /// Columns that differ, where both have a row of one kind: name, first, second.
    pub columns: Vec<(String, String, String)>,
}

/// Compares two traces row by row, whatever lines name their columns; gives the number of lines of the first, and
/// where they part.
#[must_use]
pub fn compare_traces(expected: &str, found: &str) -> (u64, Option<RowDifference>) {
    let lines = expected.lines().count() as u64;
    let (mut left, mut right) = (rows(expected), rows(found));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return (lines, None),
            (Some((_, left)), Some((_, right))) if left == right => {}
            (left, right) => {
                let line = left.map_or(lines as usize + 1, |(line, _)| line);
                let [left, right] = [left, right].map(|row| row.map(|(_, row)| row));
                return (lines, Some(difference(expected, line, left, right)));
            }
        }
    }
}

/// The rows of a trace with their line numbers, from 1.
fn rows(trace: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(trace.lines()).filter(|(line, row)| !is_heading(row, *line == 1))
}

fn difference(trace: &str, line: usize, expected: Option<&str>, found: Option<&str>) -> RowDifference {
    let mut shapes = Shapes::default();
    let mut before = VecDeque::with_capacity(CONTEXT + 1);
    for equal in trace.lines().take(line - 1) {
        if shapes.read(equal).is_some() {
            before.push_back(equal);
            if before.len() > CONTEXT {
                before.pop_front();
            }
        }
    }
    RowDifference {
        line: line as u64,
        before: before.into_iter().map(str::to_owned).collect(),
        columns: columns(&shapes, expected, found),
        expected: expected.map(str::to_owned),
        found: found.map(str::to_owned),
    }
}

fn columns(shapes: &Shapes, left: Option<&str>, right: Option<&str>) -> Vec<(String, String, String)> {
    let (Some(left), Some(right)) = (left, right) else { return Vec::new() };
    let (mut left_shapes, mut right_shapes) = (shapes.clone(), shapes.clone());
    match (left_shapes.read(left), right_shapes.read(right)) {
        (Some(left), Some(right)) if left.tag == right.tag => {
            let owned = |(name, left, right): (&str, &str, &str)| {
                (name.to_owned(), left.to_owned(), right.to_owned())
            };
            left.differing(&right).into_iter().map(owned).collect()
        }
        _ => Vec::new(),
    }
}

impl fmt::Display for RowDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |row: &Option<String>| {
            row.as_ref().map_or_else(|| "the end".to_owned(), |row| row.replace('\t', " "))
        };
        write!(
            f,
            "trace line {}: expected {}, found {}",
            self.line,
            text(&self.expected),
            text(&self.found)
        )?;
        let named: Vec<_> = self.columns.iter().filter(|(name, _, _)| !name.is_empty()).collect();
        for (number, (name, left, right)) in named.iter().enumerate() {
            f.write_str(if number == 0 { " (" } else { "; " })?;
            write!(f, "{name}: {left}, not {right}")?;
        }
        f.write_str(if named.is_empty() { "" } else { ")" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_differing_column_is_named() {
        let (rows, difference) = compare_traces(
            "cycle\treg\tvalue\n1\t0C\t00\n2\t0C\t7F\n",
            "cycle\treg\tvalue\n1\t0C\t00\n3\t0C\t7F\n4\t1C\t00\n",
        );
        let difference = difference.unwrap();
        assert_eq!((rows, difference.line), (3, 3));
        assert_eq!(difference.before, ["1\t0C\t00"]);
        assert_eq!(difference.to_string(), "trace line 3: expected 2 0C 7F, found 3 0C 7F (cycle: 2, not 3)");
    }

    #[test]
    fn rows_differ_where_one_of_the_traces_ends() {
        assert_eq!(compare_traces("1\tb\n2\tb\n", "1\tb\n2\tb\n"), (2, None));
        let (rows, difference) = compare_traces("1\tb\n2\tb\n", "1\tb\n");
        assert_eq!((rows, difference.unwrap().found), (2, None));
        let (rows, difference) = compare_traces("1\tb\n", "1\tb\n2\tb\n");
        assert_eq!((rows, difference.unwrap().expected), (1, None));
    }
}

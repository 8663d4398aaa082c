//! What a person may have meant.

/// Words longer than this are compared by their beginnings.
const LONGEST: usize = 64;

/// The name that differs least from a wrong one; none if no name is near.
pub(super) fn nearest<'a, S: AsRef<str> + 'a + ?Sized>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a S>,
) -> Option<&'a str> {
    let allowed = match wrong.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    names
        .into_iter()
        .map(|name| (distance(wrong, name.as_ref()), name.as_ref()))
        .filter(|(steps, name)| *steps <= allowed || wrong.eq_ignore_ascii_case(name))
        .min()
        .map(|(_, name)| name)
}

/// How many characters must be put in, taken out or replaced. A change of case counts half, rounded down.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().take(LONGEST).collect();
    let other: Vec<char> = other.chars().take(LONGEST).collect();
    let mut row: Vec<usize> = (0..=other.len()).map(|steps| 2 * steps).collect();
    for (index, &left) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = 2 * (index + 1);
        for (column, &right) in other.iter().enumerate() {
            let change = match (left == right, left.eq_ignore_ascii_case(&right)) {
                (true, _) => 0,
                (false, true) => 1,
                (false, false) => 2,
            };
            let replaced = diagonal + change;
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 2).min(row[column] + 2);
        }
    }
    row.last().map_or(0, |steps| steps / 2)
}

/// A number as a word, up to ten.
pub(super) fn ordinal(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    number
        .checked_sub(1)
        .and_then(|index| WORDS.get(index))
        .map_or_else(|| format!("{number}th"), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_slips_find_their_word() {
        let words = ["tempo", "transpose", "tempo_slide", "segment", "Refrain"];
        let find = |wrong| nearest(wrong, words);
        assert_eq!(find("tempoo"), Some("tempo"));
        assert_eq!(find("sgment"), Some("segment"));
        assert_eq!(find("refrain"), Some("Refrain"));
        assert_eq!(find("REFRAIN"), Some("Refrain"));
        assert_eq!(find("verse"), None);
        assert_eq!(find("x"), None);
        assert_eq!((ordinal(2), ordinal(9), ordinal(11)), ("second".into(), "ninth".into(), "11th".into()));
    }
}

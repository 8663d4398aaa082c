//! What the columns of a trace's rows are called.
//!
//! Traces say so themselves in their first lines: `name<TAB>name...`, or `#TAG<TAB>name...` where a row begins with a tag
//! and each tag has columns of its own. Traces of Super Mario 64 have tags and no such lines (`golden/n64-sm64`,
//! `n64-sm64-eu` and `n64-sm64-sh`, README); their columns are told by the number of a row's fields.

use serde_json::{Map, Value};

/// Columns of the untagged first generation's rows, by tag.
const FIRST: &[(&str, &str)] = &[
    ("F", "frame length remaining"),
    ("S", "frame update chunk enabled tempo tempoAcc delay pc muted fadeVolume"),
    (
        "C",
        "frame update channel enabled pc delay instrument transposition volume volumeScale freqScale pan panMix reverb \
         priority",
    ),
    (
        "L",
        "frame update channel layer enabled pc delay duration stopSomething continuous freqScale velocitySquare pan note",
    ),
    (
        "N",
        "frame update note enabled needsInit restart finished priority channel layer sample frequency parts pitch curL \
         curR targetL targetR reverb envInit adsrState adsrCurrent samplePos sampleFrac",
    ),
];
/// The same of the European version, where they differ.
const EUROPEAN: &[(&str, &str)] = &[
    ("S", "frame update chunk enabled tempo tempoAcc delay pc muted fadeVolume state appliedFadeVolume"),
    (
        "C",
        "frame update channel enabled pc delay instrument transposition volume volumeScale freqScale pan panMix reverb \
         priority appliedVolume reverbIndex bookOffset",
    ),
    (
        "N",
        "frame update note enabled needsInit restart finished priority channel layer sample parts pitch targetL targetR \
         reverb reverbIndex bookOffset envInit adsrState adsrCurrent",
    ),
];
/// The same of the Shindou version.
const SHINDOU: &[(&str, &str)] = &[
    (
        "S",
        "frame update chunk enabled tempo tempoAcc delay pc muted fadeVolume state appliedFadeVolume tempoAdd",
    ),
    (
        "C",
        "frame update channel enabled pc delay instrument transposition volume volumeScale freqScale pan panMix reverb \
         priority appliedVolume reverbIndex bookOffset gain releasePriority",
    ),
    (
        "N",
        "frame update note enabled needsInit restart finished priority status channel layer sample parts pitch targetL \
         targetR reverb reverbIndex bookOffset gain strong envInit adsrState adsrCurrent filter",
    ),
];

/// The shapes of a trace's rows, as far as its lines have told them.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    /// Columns of rows without a tag.
    plain: Option<Vec<String>>,
    /// Columns by tag.
    tagged: Vec<(String, Vec<String>)>,
}

/// A row of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// What kind of row it is, where rows have kinds.
    pub tag: Option<&'a str>,
    /// Names and fields.
    pub columns: Vec<(&'a str, &'a str)>,
}

impl Shapes {
    /// Reads a line: a row, or none if the line told the shape of rows to come.
    pub fn read<'a>(&'a mut self, line: &'a str) -> Option<Row<'a>> {
        if let Some(heading) = line.strip_prefix('#') {
            let mut names = heading.split('\t').map(str::to_owned);
            let tag = names.next().unwrap_or_default();
            self.tagged.retain(|(known, _)| *known != tag);
            self.tagged.push((tag, names.collect()));
            return None;
        }
        let is_first = self.plain.is_none() && self.tagged.is_empty();
        let fields: Vec<&str> = line.split('\t').collect();
        if is_first && is_heading(line, true) {
            self.plain = Some(fields.into_iter().map(str::to_owned).collect());
            return None;
        }
        if is_first {
            self.plain = Some(Vec::new());
        }
        Some(self.row(fields))
    }

    fn row<'a>(&'a self, fields: Vec<&'a str>) -> Row<'a> {
        let tag = fields[0];
        if let Some((_, names)) = self.tagged.iter().find(|(known, _)| known == tag) {
            return Row::new(Some(tag), names.iter().map(String::as_str), fields[1..].to_vec());
        }
        match &self.plain {
            Some(names) if !names.is_empty() => Row::new(None, names.iter().map(String::as_str), fields),
            _ if is_tag(tag) => {
                let rest = fields[1..].to_vec();
                let names = untagged_names(tag, rest.len()).map(|name| -> &'a str { name });
                Row::new(Some(tag), names, rest)
            }
            _ => Row::new(None, std::iter::empty(), fields),
        }
    }
}

/// The names of Super Mario 64's columns. A short row (`C frame update channel -1`) has the first names.
fn untagged_names(tag: &str, fields: usize) -> std::str::SplitWhitespace<'static> {
    let all = FIRST.iter().chain(EUROPEAN).chain(SHINDOU);
    let names = all.filter(|(known, _)| *known == tag).map(|(_, names)| *names);
    let exact = names.clone().find(|names| names.split_whitespace().count() == fields);
    exact.or_else(|| names.clone().next()).unwrap_or_default().split_whitespace()
}

/// Whether a line names columns instead of being a row.
pub(super) fn is_heading(line: &str, is_first: bool) -> bool {
    let is_name = |field: &str| field.starts_with(|first: char| first.is_ascii_alphabetic());
    line.starts_with('#')
        || (is_first && line.split('\t').all(is_name) && !line.split('\t').next().is_some_and(is_tag))
}

fn is_tag(field: &str) -> bool {
    matches!(field.as_bytes(), [b'A'..=b'Z'])
}

impl<'a> Row<'a> {
    fn new(tag: Option<&'a str>, names: impl Iterator<Item = &'a str>, fields: Vec<&'a str>) -> Self {
        let names = names.chain(std::iter::repeat(""));
        Self { tag, columns: names.zip(fields).collect() }
    }

    /// The field of a column.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    /// The row as a JSON object on one line. Whole decimal numbers are numbers; all else, as hexadecimal fields, is
    /// text.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut object = Map::new();
        if let Some(tag) = self.tag {
            object.insert("row".into(), tag.into());
        }
        for (number, (name, field)) in self.columns.iter().enumerate() {
            let key = if name.is_empty() { format!("column{}", number + 1) } else { (*name).to_owned() };
            object.insert(key, json_value(name, field));
        }
        Value::Object(object).to_string()
    }

    /// The columns in which two rows differ: name, field here, field there.
    #[must_use]
    pub fn differing<'b>(&'b self, other: &'b Row<'_>) -> Vec<(&'b str, &'b str, &'b str)> {
        let fields = |row: &'b Row<'_>, index: usize| row.columns.get(index).map_or("", |(_, field)| *field);
        (0..self.columns.len().max(other.columns.len()))
            .filter(|&index| fields(self, index) != fields(other, index))
            .map(|index| {
                let name = self.columns.get(index).or_else(|| other.columns.get(index));
                (name.map_or("", |(name, _)| *name), fields(self, index), fields(other, index))
            })
            .collect()
    }
}

/// Columns whose fields are hexadecimal, even where they look decimal.
const HEXADECIMAL: &[&str] = &[
    "pc",
    "fadeVolume",
    "appliedFadeVolume",
    "applied_fade_volume",
    "volume",
    "volumeScale",
    "freqScale",
    "freq_scale",
    "velocitySquare",
    "frequency",
    "pitch",
    "curL",
    "curR",
    "targetL",
    "targetR",
    "sample",
    "sampleFrac",
    "reg",
    "value",
    "appliedVolume",
    "applied_volume",
    "note_freq_scale",
    "note_velocity",
    "gain",
    "adsr_current",
];

fn json_value(name: &str, field: &str) -> Value {
    let is_canonical = |number: &i64| number.to_string() == field;
    match field.parse::<i64>().ok().filter(is_canonical) {
        Some(number) if !HEXADECIMAL.contains(&name) => number.into(),
        _ => field.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_line_names_the_columns() {
        let mut shapes = Shapes::default();
        assert_eq!(shapes.read("cycle\treg\tvalue"), None);
        let row = shapes.read("70\t0C\t7F").unwrap();
        assert_eq!(row.get("reg"), Some("0C"));
        assert_eq!(row.to_json(), r#"{"cycle":70,"reg":"0C","value":"7F"}"#);
    }

    #[test]
    fn tags_have_columns_of_their_own() {
        let mut shapes = Shapes::default();
        assert_eq!(shapes.read("#S\ttick\tplayer"), None);
        assert_eq!(shapes.read("#F\tupdate\tsamples"), None);
        assert_eq!(shapes.read("F\t3\t560").unwrap().to_json(), r#"{"row":"F","update":3,"samples":560}"#);
        assert_eq!(shapes.read("S\t3\t0").unwrap().get("tick"), Some("3"));
    }

    #[test]
    fn super_mario_64s_rows_are_known_by_their_length() {
        let mut shapes = Shapes::default();
        assert_eq!(shapes.read("F\t-30\t560\t0").unwrap().get("remaining"), Some("0"));
        assert_eq!(shapes.read("C\t0\t1\t5\t-1").unwrap().get("channel"), Some("5"));
        let european = format!("N{}", "\t1".repeat(21));
        assert_eq!(shapes.read(&european).unwrap().columns[17].0, "bookOffset");
        let first = format!("N{}", "\t1".repeat(24));
        assert_eq!(shapes.read(&first).unwrap().columns[23].0, "sampleFrac");
    }

    #[test]
    fn any_line_is_a_row_of_some_kind() {
        for line in ["", "\t\t", "#", "#\t", "Z\t1", "1\t2", "abc", "é\tü"] {
            let mut shapes = Shapes::default();
            let _ = shapes.read(line).map(|row| row.to_json());
            let _ = shapes.read(line).map(|row| row.to_json());
        }
    }
}

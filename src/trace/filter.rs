//! Rows of some channels only.

use tatum_core::Mutes;

use super::shape::Row;

/// Which rows are kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct RowFilter {
    /// The channels; rows that belong to no channel are dropped. `None` keeps everything.
    pub channels: Option<Mutes>,
}

impl RowFilter {
    /// Whether a row is kept.
    #[must_use]
    pub fn keeps(&self, row: &Row<'_>) -> bool {
        let Some(channels) = &self.channels else { return true };
        let (channel, layer, voice) = owners(row);
        let by_voice = voice.is_some_and(|voice| channels.silences(voice, None));
        let by_channel = channel.is_some_and(|channel| channels.silences(u8::MAX, Some(channel)));
        let by_layer =
            channel.zip(layer).is_some_and(|(channel, layer)| channels.silences_layer(channel, layer));
        by_voice || by_channel || by_layer
    }
}

/// Channel, layer and voice that a row is about.
fn owners(row: &Row<'_>) -> (Option<u8>, Option<u8>, Option<u8>) {
    let number = |name| row.get(name).and_then(|field| field.parse().ok());
    if let Some(place) = row.get("place") {
        return place_owners(place, row.get("arguments").unwrap_or_default());
    }
    if let Some(register) = row.get("reg") {
        return (None, None, register_voice(row, register));
    }
    let voice = if row.tag == Some("N") { number("note") } else { None };
    (number("channel"), number("layer"), voice)
}

/// `channel 3`, `layer 3.1`, `track 2`, `player 0 track 5`, `voice 4` with its channel or track in the arguments.
fn place_owners(place: &str, arguments: &str) -> (Option<u8>, Option<u8>, Option<u8>) {
    let after = |text: &str, word: &str| -> Option<u8> {
        let (_, rest) = text.split_once(word)?;
        let end = rest.find(|next: char| !next.is_ascii_digit()).unwrap_or(rest.len());
        rest[..end].parse().ok()
    };
    if let Some((channel, layer)) = place.strip_prefix("layer ").and_then(|rest| rest.split_once('.')) {
        return (channel.parse().ok(), layer.parse().ok(), None);
    }
    let channel = after(place, "channel ").or_else(|| after(place, "track "));
    let of_voice = || after(arguments, "channel ").or_else(|| after(arguments, "track "));
    (channel.or_else(of_voice), None, after(place, "voice "))
}

/// The voice of a register: on the DS channel n has 0x400 + 16 n on, on the SNES voice n has $n0 to $n9.
fn register_voice(row: &Row<'_>, register: &str) -> Option<u8> {
    let address = u16::from_str_radix(register, 16).ok()?;
    if row.get("size").is_some() {
        return (0x400..0x500).contains(&address).then_some((address >> 4 & 15) as u8);
    }
    (address & 15 < 10 && address < 0x80).then_some((address >> 4) as u8)
}

#[cfg(test)]
mod tests {
    use super::super::shape::Shapes;
    use super::*;

    fn kept(header: &str, rows: &[&str], channels: &str) -> Vec<bool> {
        let filter = RowFilter { channels: Some(channels.parse().unwrap()) };
        let mut shapes = Shapes::default();
        assert_eq!(shapes.read(header), None);
        rows.iter().map(|line| filter.keeps(&shapes.read(line).unwrap())).collect()
    }

    #[test]
    fn places_and_registers_name_their_channel() {
        let header = "wake\ttick\tplace\toffset\tevent\targuments";
        let rows = [
            "1\t0\tplayer 0 track 5\t0x1\tnote\t",
            "1\t0\tlayer 5.2\t0x1\tnote\t",
            "1\t0\tvoice 3\t\tstart\tplayer 0 track 5, program 1",
            "1\t0\tsequence\t0x1\ttempo\t",
        ];
        assert_eq!(kept(header, &rows, "5"), [true, true, true, false]);
        assert_eq!(kept(header, &rows, "5.2"), [false, true, false, false]);
        assert_eq!(kept(header, &rows, "v3"), [false, false, true, false]);
        assert_eq!(kept("cycle\treg\tvalue", &["1\t34\t00", "1\t4C\t01"], "v3"), [true, false]);
        let nds = "tick\tcycle\treg\tsize\tvalue";
        assert_eq!(kept(nds, &["1\t0\t434\t4\t0", "1\t0\t500\t1\t7f"], "v3"), [true, false]);
    }
}

//! Which drum key is which percussion instrument.

/// Instruments with a drum of General MIDI that is like them (`snes-authoring.md` section 3): rain, timpani, cymbal,
/// splash, snares.
const KNOWN: [(u8, u8); 6] = [(0x01, 54), (0x02, 47), (0x0C, 49), (0x10, 57), (0x13, 38), (0x14, 40)];
/// The key of instrument 0; others follow.
const FIRST_KEY: u8 = 60;

/// The drum key of an instrument.
pub(super) fn key_of(instrument: u8) -> u8 {
    let known = KNOWN.into_iter().find(|(number, _)| *number == instrument);
    known.map_or_else(|| FIRST_KEY.saturating_add(instrument).min(127), |(_, key)| key)
}

/// The instrument of a drum key; keys without one play what is nearest to a drum kit's.
pub(super) fn instrument_of(key: u8) -> u8 {
    if let Some((number, _)) = KNOWN.into_iter().find(|(_, known)| *known == key) {
        return number;
    }
    match key {
        // The game has no bass drum; the timpani is the lowest there is.
        0..=36 | 41 | 43 | 45 | 48 | 50 => 0x02,
        37..=40 => 0x13,
        42 | 44 | 46 | 51..=59 => 0x0C,
        _ => key.saturating_sub(FIRST_KEY).min(0x18),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instrument_has_a_key_of_its_own() {
        for instrument in 0..0x19 {
            assert_eq!(instrument_of(key_of(instrument)), instrument);
        }
    }
}

//! The driver's constant tables, computed from their formulas (nds-driver 11).
//!
//! No entry is closer than 0.0002 to a rounding tie, so the platform's `log10` and `exp2` give the same tables
//! everywhere; the tests compare every entry with the specification's listing.

use std::sync::LazyLock;

/// Level of a table entry for 0: lower than anything that sounds.
pub const SILENCE: i16 = -32768;
/// Lowest level with a volume of its own, in 0.1 dB.
pub const LOWEST_LEVEL: i32 = -723;

/// Attack coefficients of the values 109 to 127, from the top down.
const ATTACK: [u8; 19] = [0, 1, 5, 14, 26, 38, 51, 63, 73, 84, 92, 100, 109, 116, 123, 127, 132, 137, 143];

/// Fraction of an octave in 1/768 as the part above 1 of its frequency ratio, 16 bits.
static PITCH: LazyLock<[u16; 768]> = LazyLock::new(|| {
    std::array::from_fn(|index| (65536.0 * ((index as f64 / 768.0).exp2() - 1.0)).round() as u16)
});

/// Linear decibel table: 20 log10 in 0.1 dB.
static DECIBEL: LazyLock<[i16; 128]> = LazyLock::new(|| decibels(200.0));

/// Squared decibel table: 40 log10 in 0.1 dB. Entry 1 is -722, not the formula's -842.
static DECIBEL_SQUARE: LazyLock<[i16; 128]> = LazyLock::new(|| {
    let mut table = decibels(400.0);
    if let Some(entry) = table.get_mut(1) {
        *entry = -722;
    }
    table
});

/// Hardware volume of each level from -723 to 0; the divider multiplies the quieter ranges up.
static VOLUME: LazyLock<[u8; 724]> = LazyLock::new(|| {
    std::array::from_fn(|index| {
        let level = index as i32 + LOWEST_LEVEL;
        match level {
            -241 | 0 => 127,
            -121 | -61 | -1 => 126,
            _ => {
                let gain = [1.0, 2.0, 4.0, 16.0].get(usize::from(divider_code(level))).copied();
                (128.0 * gain.unwrap_or(1.0) * 10f64.powf(f64::from(level) / 200.0)).round() as u8
            }
        }
    })
});

/// A quarter of the LFO's sine.
static SINE_QUARTER: LazyLock<[i8; 33]> = LazyLock::new(|| {
    std::array::from_fn(|index| (127.0 * (std::f64::consts::PI * index as f64 / 64.0).sin()).round() as i8)
});

fn decibels(scale: f64) -> [i16; 128] {
    std::array::from_fn(|index| {
        if index == 0 { SILENCE } else { (scale * (index as f64 / 127.0).log10()).round() as i16 }
    })
}

/// The divider code of a level of -723 to 0.
#[must_use]
pub const fn divider_code(level: i32) -> u8 {
    if level < -240 {
        3
    } else if level < -120 {
        2
    } else if level < -60 {
        1
    } else {
        0
    }
}

/// Level of a volume on the linear scale, in 0.1 dB. Volumes above 127 count as 127.
#[must_use]
pub fn decibel(volume: u8) -> i16 {
    DECIBEL.get(usize::from(volume.min(127))).copied().unwrap_or(0)
}

/// Level of a volume on the squared scale, in 0.1 dB. Volumes above 127 count as 127 (the console reads whatever lies
/// behind the table).
#[must_use]
pub fn decibel_square(volume: u8) -> i16 {
    DECIBEL_SQUARE.get(usize::from(volume.min(127))).copied().unwrap_or(0)
}

/// Frequency ratio of `fraction` / 768 octaves, 0 to 767, in 1/65536.
#[must_use]
pub fn pitch_ratio(fraction: u16) -> u32 {
    0x1_0000 + u32::from(PITCH.get(usize::from(fraction)).copied().unwrap_or(0))
}

/// Hardware volume of a level of -723 to 0.
#[must_use]
pub fn volume_of_level(level: i32) -> u8 {
    usize::try_from(level - LOWEST_LEVEL).ok().and_then(|index| VOLUME.get(index)).copied().unwrap_or(0)
}

/// The LFO's sine at phase 0 to 127, -127 to 127.
#[must_use]
pub fn sine(phase: u8) -> i8 {
    let phase = phase & 127;
    let quarter = |index: u8| SINE_QUARTER.get(usize::from(index)).copied().unwrap_or(0);
    match phase {
        0..=31 => quarter(phase),
        32..=63 => quarter(64 - phase),
        64..=95 => -quarter(phase - 64),
        _ => -quarter(128 - phase),
    }
}

/// The envelope's attack coefficient of a value; values above 127 count as 127.
#[must_use]
pub fn attack_coefficient(value: u8) -> u8 {
    let value = value.min(127);
    if value < 109 { 255 - value } else { ATTACK.get(usize::from(127 - value)).copied().unwrap_or(0) }
}

/// The envelope's decay or release coefficient of any value: above 127 the division is by a negative number, and its
/// quotient is kept in 16 bits.
#[must_use]
pub const fn fall_coefficient(value: u8) -> u16 {
    match value {
        127 => 0xFFFF,
        126 => 0x3C00,
        0..50 => 2 * value as u16 + 1,
        _ => (0x1E00 / (126 - value as i32)) as u16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CRC-32 as zlib computes it, of the table as little-endian bytes.
    fn crc(bytes: impl IntoIterator<Item = u8>) -> u32 {
        let mut crc = flate2::Crc::new();
        crc.update(&bytes.into_iter().collect::<Vec<_>>());
        crc.sum()
    }

    #[test]
    fn the_tables_have_the_checksums_of_the_specification() {
        assert_eq!(crc(PITCH.iter().flat_map(|v| v.to_le_bytes())), 0x1BFC_E84C);
        assert_eq!(crc(DECIBEL.iter().flat_map(|v| v.to_le_bytes())), 0x0290_D273);
        assert_eq!(crc(DECIBEL_SQUARE.iter().flat_map(|v| v.to_le_bytes())), 0x73AE_2F7B);
        assert_eq!(crc(*VOLUME), 0x5212_F1C4);
        assert_eq!(crc(SINE_QUARTER.iter().map(|v| v.cast_unsigned())), 0x96CF_C468);
    }

    #[test]
    fn every_entry_equals_the_listing() {
        let listing: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/vectors/nds-tables.json")).unwrap();
        let check = |name: &str, table: &mut dyn Iterator<Item = i64>| {
            let expected: Vec<i64> = serde_json::from_value(listing[name].clone()).unwrap();
            assert_eq!(table.collect::<Vec<_>>(), expected, "{name}");
        };
        check("pitch", &mut PITCH.iter().map(|&v| v.into()));
        check("decibel", &mut DECIBEL.iter().map(|&v| v.into()));
        check("decibel_square", &mut DECIBEL_SQUARE.iter().map(|&v| v.into()));
        check("volume", &mut VOLUME.iter().map(|&v| v.into()));
        check("lfo_sine_quarter", &mut SINE_QUARTER.iter().map(|&v| v.into()));
        check("attack_high", &mut ATTACK.iter().map(|&v| v.into()));
        check("adpcm_step", &mut crate::format::adpcm::STEP.iter().map(|&v| v.into()));
        check("adpcm_index", &mut crate::format::adpcm::INDEX_CHANGE.iter().map(|&v| v.into()));
    }

    #[test]
    fn coefficients_follow_the_listings() {
        let attack: Vec<_> = [0, 108, 109, 113, 126, 127].map(attack_coefficient).to_vec();
        assert_eq!(attack, [255, 147, 143, 123, 1, 0]);
        let fall: Vec<_> = [0, 49, 50, 100, 125, 126, 127].map(fall_coefficient).to_vec();
        assert_eq!(fall, [1, 99, 101, 295, 7680, 15360, 65535]);
        assert_eq!(fall_coefficient(200), (0x1E00 / -74i32) as u16);
    }

    #[test]
    fn the_sine_is_odd_around_its_middle() {
        assert_eq!([0, 16, 32, 64, 96, 127].map(sine), [0, 90, 127, 0, -127, -6]);
    }
}

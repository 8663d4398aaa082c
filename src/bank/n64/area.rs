//! Where samples lie in their area: unchanged ones stay where they were, changed ones too if they fit; what does not
//! fit, or is new, is appended.

use std::ops::Range;

/// Samples begin where the signal processor can load them.
const ALIGNMENT: usize = 16;
/// The largest cartridge: no area is larger.
pub(super) const LARGEST_AREA: usize = 64 << 20;

/// A sample that wants a place.
#[derive(Clone, Debug)]
pub(super) struct Wish<'a> {
    /// Its bytes.
    pub data: &'a [u8],
    /// Where it lay, and how many bytes it had; none if it is new.
    pub old: Option<(usize, usize)>,
    /// Whether its bytes are the old ones.
    pub is_unchanged: bool,
}

/// Lays samples out in an area that held `bytes`; gives the area and the address of each.
pub(super) fn place(mut bytes: Vec<u8>, wishes: &[Wish<'_>]) -> (Vec<u8>, Vec<usize>) {
    let mut addresses = vec![0; wishes.len()];
    let mut taken: Vec<Range<usize>> = Vec::new();
    let mut later = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        match wish.old {
            Some((address, size)) if wish.is_unchanged && size == wish.data.len() => {
                put(&mut bytes, address, wish.data);
                taken.push(address..address + size);
                addresses[index] = address;
            }
            _ => later.push(index),
        }
    }
    for index in later {
        let wish = &wishes[index];
        let fits = |address: usize| {
            let range = address..address + wish.data.len();
            taken.iter().all(|other| other.end <= range.start || range.end <= other.start)
        };
        let old = wish.old.filter(|&(address, size)| wish.data.len() <= size && fits(address));
        let address = old.map_or_else(|| bytes.len().next_multiple_of(ALIGNMENT), |(address, _)| address);
        put(&mut bytes, address, wish.data);
        taken.push(address..address + wish.data.len());
        addresses[index] = address;
    }
    (bytes, addresses)
}

fn put(bytes: &mut Vec<u8>, address: usize, data: &[u8]) {
    if bytes.len() < address + data.len() {
        bytes.resize(address + data.len(), 0);
    }
    bytes[address..address + data.len()].copy_from_slice(data);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_grows_moves() {
        let wish = |data: &'static [u8], old, is_unchanged| Wish { data, old, is_unchanged };
        let wishes = [
            wish(&[1; 9], Some((0, 9)), true),
            wish(&[2; 20], Some((16, 18)), false),
            wish(&[3; 9], Some((48, 18)), false),
            wish(&[4; 5], None, false),
        ];
        let (bytes, addresses) = place(vec![0xEE; 70], &wishes);
        assert_eq!(addresses, [0, 80, 48, 112]);
        assert_eq!(bytes.len(), 117);
        assert_eq!((&bytes[..10], bytes[57]), (&[1, 1, 1, 1, 1, 1, 1, 1, 1, 0xEE][..], 0xEE));
    }

    #[test]
    fn changed_samples_do_not_overwrite_what_overlaps_them() {
        let wishes = [
            Wish { data: &[5; 8], old: Some((0, 16)), is_unchanged: false },
            Wish { data: &[6; 8], old: Some((4, 8)), is_unchanged: true },
        ];
        let (bytes, addresses) = place(vec![0; 16], &wishes);
        assert_eq!(addresses, [16, 4]);
        assert_eq!((bytes[3], bytes[4], bytes[11], bytes[16]), (0, 6, 6, 5));
    }
}

//! `.mmrs`: packs of the Majora's Mask randomiser. File names say what the files are.

use tatum_core::FormatError;

use super::{Members, MusicPack, PackFont, PackSound, SoundTarget, hexadecimal, stem_of};

/// The member with the categories.
const CATEGORIES: &str = "categories.txt";

/// Reads a pack's members.
pub(super) fn read(members: &Members<'_>) -> Result<MusicPack, FormatError> {
    let categories = String::from_utf8_lossy(&members.named(CATEGORIES)?.bytes).into_owned();
    let sequence = members.only(&["zseq"])?.clone();
    let font = if members.with_ending(&["zbank"]).next().is_some() {
        members.own_font(|| sounds(members))?
    } else {
        let number = hexadecimal(stem_of(&sequence.name)).and_then(|number| u8::try_from(number).ok());
        PackFont::Game(number.ok_or_else(|| {
            let expected = "a hexadecimal font number in front of .zseq";
            FormatError::invalid(
                members.pack.to_owned(),
                0,
                "name of the sequence",
                expected,
                sequence.name.clone(),
            )
        })?)
    };
    let groups = categories.split([',', '-', '\n']).map(str::trim).filter(|group| !group.is_empty());
    Ok(MusicPack { title: None, sequence, font, groups: groups.map(str::to_owned).collect() })
}

/// The sounds: `name_<address>.zsound`.
fn sounds(members: &Members<'_>) -> Result<Vec<PackSound>, FormatError> {
    let mut sounds = Vec::new();
    for member in members.with_ending(&["zsound"]) {
        let address = stem_of(&member.name).rsplit_once('_').and_then(|(_, address)| hexadecimal(address));
        let Some(address) = address else {
            let expected = "a name that ends in _ and a hexadecimal address";
            let found = member.name.clone();
            return Err(FormatError::invalid(members.pack.to_owned(), 0, "name of a sound", expected, found));
        };
        sounds.push(PackSound { data: member.clone(), target: SoundTarget::Address(address) });
    }
    Ok(sounds)
}

/// The font in the name of a sequence file of this randomiser, `Name_font_category-category.zseq`.
#[must_use]
pub fn font_of_file_name(name: &str) -> Option<u8> {
    let (front, categories) = stem_of(name).rsplit_once('_')?;
    let (_, font) = front.rsplit_once('_')?;
    let are_categories = categories.split('-').all(|category| category.parse::<u32>().is_ok());
    if are_categories { hexadecimal(font)?.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::Member;
    use super::*;

    fn pack(members: &[(&str, &[u8])]) -> Result<MusicPack, FormatError> {
        let members =
            members.iter().map(|(name, bytes)| Member { name: (*name).into(), bytes: bytes.to_vec() });
        MusicPack::majora("p.mmrs", members.collect())
    }

    #[test]
    fn the_sequence_is_named_by_its_font() {
        let pack = pack(&[("categories.txt", b"0,1-16\n5\n"), ("1F.zseq", &[0xFF])]).unwrap();
        assert!(matches!(pack.font, PackFont::Game(0x1F)));
        assert_eq!(pack.groups, ["0", "1", "16", "5"]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = |members: &[(&str, &[u8])]| pack(members).unwrap_err().to_string();
        let text: (&str, &[u8]) = ("categories.txt", b"1");
        let sequence: (&str, &[u8]) = ("28.zseq", &[0xFF]);
        assert!(error(&[sequence]).contains("categories.txt"));
        assert!(error(&[text]).contains(".zseq"));
        assert!(error(&[text, ("song.zseq", &[0xFF])]).contains("song.zseq"));
        assert!(error(&[text, sequence, ("x.zbank", &[0; 8])]).contains(".bankmeta"));
        let bank: [(&str, &[u8]); 2] = [("x.zbank", &[0; 8]), ("x.bankmeta", &[2, 2, 0, 255, 0, 0, 0, 0])];
        assert!(error(&[text, sequence, bank[0], bank[1], ("kick.zsound", &[0])]).contains("kick.zsound"));
        assert!(pack(&[text, sequence, bank[0], bank[1], ("kick_1A0.zsound", &[0])]).is_ok());
    }

    #[test]
    fn names_of_single_sequences_have_font_and_categories() {
        assert_eq!(font_of_file_name("A Song_1f_0-2-10.zseq"), Some(0x1F));
        assert_eq!(font_of_file_name("a_song_28_5.zseq"), Some(0x28));
        assert_eq!(font_of_file_name("a_song.zseq"), None);
        assert_eq!(font_of_file_name("my_great_song.zseq"), None);
    }
}

//! `.ootrs`: packs of the Ocarina of Time randomiser. A `.meta` text says what the others are.

use tatum_core::FormatError;

use super::{Member, Members, MusicPack, PackFont, PackSound, SoundTarget, hexadecimal};
use crate::format::bank::KeyRange;
use crate::format::font_samples::SoundPlace;

/// The game's last font.
const LAST_FONT: u32 = 0x25;
/// The instrument set that means the pack's own font.
const OWN_FONT: &str = "-";
/// How a line about a sound begins.
const SOUND: &str = "ZSOUND:";

/// Reads a pack's members.
pub(super) fn read(members: &Members<'_>) -> Result<MusicPack, FormatError> {
    let meta = members.only(&["meta"])?;
    let sequence = members.only(&["seq", "zseq"])?.clone();
    let text = Meta::new(members.pack, meta);
    let set = text.line(1);
    let font = if set == OWN_FONT {
        members.own_font(|| text.sounds(members))?
    } else {
        let number = hexadecimal(set).filter(|&number| number <= LAST_FONT).ok_or_else(|| {
            let expected =
                format!("a hexadecimal number up to {LAST_FONT:#x}, or {OWN_FONT} for the pack's own");
            text.invalid(1, "instrument set", expected, set)
        })?;
        PackFont::Game(number as u8)
    };
    let title = Some(text.line(0).to_owned()).filter(|title| !title.is_empty());
    let groups = text.line(3).split(',').map(str::trim).filter(|group| !group.is_empty());
    let groups = groups.map(str::to_owned).collect();
    Ok(MusicPack { title, sequence, font, groups })
}

/// The names of the sounds that a text lists.
pub(super) fn sound_names(text: &[u8]) -> Vec<String> {
    let member = Member { name: String::new(), bytes: text.to_vec() };
    let text = Meta::new("", &member);
    text.sound_lines().filter_map(|(_, fields)| fields.last_name().map(str::to_owned)).collect()
}

/// The text.
struct Meta {
    name: String,
    lines: Vec<String>,
}

/// The parts of a line about a sound, behind its beginning.
struct SoundFields<'a>(Vec<&'a str>);

impl<'a> SoundFields<'a> {
    /// The sound's file: the first of two parts, the last of four.
    fn last_name(&self) -> Option<&'a str> {
        match self.0.as_slice() {
            [name, _] | [_, _, _, name] => Some(name),
            _ => None,
        }
    }

    fn target(&self) -> Option<SoundTarget> {
        match *self.0.as_slice() {
            [_, address] => hexadecimal(address).map(SoundTarget::Address),
            [kind, index, alternative, _] => place(kind, index, alternative).map(SoundTarget::Sound),
            _ => None,
        }
    }
}

/// The sound that a type, an index and an alternative name. The specification does not spell the words out: types
/// are told by their first letter (instrument, drum, sound effect), alternatives by theirs or by their number.
fn place(kind: &str, index: &str, alternative: &str) -> Option<SoundPlace> {
    let number = match index.strip_prefix("0x") {
        Some(_) => hexadecimal(index)?,
        None => index.parse().ok()?,
    };
    let first_letter = |text: &str| text.bytes().next().map(|letter| letter.to_ascii_lowercase());
    match first_letter(kind)? {
        b'i' => {
            let range = match first_letter(alternative) {
                Some(b'l' | b'0') => KeyRange::Low,
                Some(b'h' | b'2') => KeyRange::High,
                _ => KeyRange::Normal,
            };
            Some(SoundPlace::Instrument(number.try_into().ok()?, range))
        }
        b'd' => Some(SoundPlace::Drum(number.try_into().ok()?)),
        b's' | b'e' => Some(SoundPlace::Effect(number.try_into().ok()?)),
        _ => None,
    }
}

impl Meta {
    fn new(pack: &str, member: &Member) -> Self {
        let text = String::from_utf8_lossy(&member.bytes);
        let lines = text.trim_start_matches('\u{FEFF}').lines();
        Self {
            name: format!("{pack}, {}", member.name),
            lines: lines.map(|line| line.trim().to_owned()).collect(),
        }
    }

    /// A line by number from 0; empty if there are fewer.
    fn line(&self, number: usize) -> &str {
        self.lines.get(number).map_or("", String::as_str)
    }

    /// The lines about sounds, with their numbers.
    fn sound_lines(&self) -> impl Iterator<Item = (usize, SoundFields<'_>)> {
        self.lines.iter().enumerate().filter_map(|(number, line)| {
            let is_sound = line.get(..SOUND.len()).is_some_and(|start| start.eq_ignore_ascii_case(SOUND));
            let fields = || line[SOUND.len()..].split(':').map(str::trim).collect();
            is_sound.then(|| (number, SoundFields(fields())))
        })
    }

    fn sounds(&self, members: &Members<'_>) -> Result<Vec<PackSound>, FormatError> {
        let mut sounds = Vec::new();
        for (number, fields) in self.sound_lines() {
            let (Some(name), Some(target)) = (fields.last_name(), fields.target()) else {
                let expected = "ZSOUND:file:address or ZSOUND:type:index:alternative:file";
                return Err(self.invalid(number, "sound", expected.into(), self.line(number)));
            };
            sounds.push(PackSound { data: members.named(name)?.clone(), target });
        }
        Ok(sounds)
    }

    /// An error about a line. Its place is the offset of the line, as of a binary file.
    fn invalid(&self, line: usize, field: &'static str, expected: String, found: &str) -> FormatError {
        let offset: usize = self.lines.iter().take(line).map(|line| line.len() + 1).sum();
        let found = if found.is_empty() { "nothing".into() } else { format!("'{found}'") };
        let expected = format!("{expected} in line {}", line + 1);
        FormatError::invalid(self.name.clone(), offset as u64, field, expected, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, bytes: &[u8]) -> Member {
        Member { name: name.into(), bytes: bytes.to_vec() }
    }

    fn pack(meta: &str, more: &[Member]) -> Result<MusicPack, FormatError> {
        let members = vec![
            member("a.meta", meta.as_bytes()),
            member("folder/other.seq", &[]),
            member("a.seq", &[0xFF]),
        ];
        MusicPack::ocarina("p.ootrs", members.into_iter().chain(more.iter().cloned()).collect())
    }

    #[test]
    fn a_font_of_the_game_is_a_hexadecimal_number() {
        let pack = pack("A title\r\n0x1A\r\nbgm\r\nFields, Towns\r\n", &[]).unwrap();
        assert_eq!(pack.title.as_deref(), Some("A title"));
        assert!(matches!(pack.font, PackFont::Game(0x1A)));
        assert_eq!(pack.groups, ["Fields", "Towns"]);
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let error = |meta: &str, more: &[Member]| pack(meta, more).unwrap_err().to_string();
        assert!(error("t\n26\n", &[]).contains("a.meta"), "no such font");
        assert!(error("t", &[]).contains("line 2"), "{}", error("t", &[]));
        assert!(error("t\n-\n", &[]).contains(".zbank"));
        let bank = member("a.zbank", &[0; 8]);
        assert!(error("t\n-\n", std::slice::from_ref(&bank)).contains(".bankmeta"));
        let entry = member("a.bankmeta", &[2, 2, 0, 255, 0, 0, 0, 0]);
        let both = [bank, entry];
        assert!(error("t\n-\nbgm\n\nZSOUND:x.zsound:0\n", &both).contains("x.zsound"));
        assert!(error("t\n-\nbgm\n\nZSOUND:x.zsound\n", &both).contains("line 5"));
        assert!(error("t\n3\n", &[member("b.zseq", &[1])]).contains("a.seq, b.zseq"));
    }

    #[test]
    fn sounds_are_named_by_address_or_by_place() {
        let target = |line: &str| SoundFields(line.split(':').collect()).target();
        assert_eq!(target("a.zsound:0x00F00010"), Some(SoundTarget::Address(0xF0_0010)));
        let instrument = SoundPlace::Instrument(5, KeyRange::High);
        assert_eq!(target("INST:5:HIGH:a.zsound"), Some(SoundTarget::Sound(instrument)));
        assert_eq!(target("drum:0x10::a.zsound"), Some(SoundTarget::Sound(SoundPlace::Drum(16))));
        assert_eq!(target("SFX:300:-:a.zsound"), Some(SoundTarget::Sound(SoundPlace::Effect(300))));
        assert_eq!(target("other:0::a.zsound"), None);
        assert_eq!(sound_names(b"t\n-\nbgm\ng\nZSOUND:a:1\nzsound:I:1:L:b\nZSOUND:x"), ["a", "b"]);
    }
}

//! The `.spc` container (`snes-authoring.md` section 7).

use tatum_core::{ByteReader, DiagnosticLog, FormatError, FormatErrorKind, Rate};

use super::id666::{HEADER_SIZE, Id666};
use super::xid6::{ExtendedTags, TagId};
use crate::hardware::dsp::RegisterFile;
use crate::hardware::spc700::{Psw, Registers};
use crate::hardware::{BOOT_ROM_SIZE, Ram, SoundModuleState};

/// A `.spc` file: the state of a sound module, and what people wrote about it.
///
/// ```
/// use tatum_snes::format::SpcFile;
///
/// let file = SpcFile::default();
/// let again = SpcFile::parse("song.spc", &file.to_bytes())?;
/// assert_eq!(again.registers, file.registers);
/// assert!(SpcFile::parse("song.spc", b"SNES-SPC700 Sound File Data").is_err());
/// # Ok::<(), tatum_core::FormatError>(())
/// ```
#[derive(Clone, Debug)]
pub struct SpcFile {
    /// The processor's registers.
    pub registers: Registers,
    /// The RAM as the processor sees it; $F0-$FF hold the I/O registers.
    pub ram: Ram,
    /// The DSP's registers.
    pub dsp_registers: RegisterFile,
    /// The RAM under the boot ROM at $FFC0, if the file has it.
    pub hidden_ram: Option<[u8; BOOT_ROM_SIZE]>,
    /// The tags in the header, if the file says that it has them.
    pub tags: Option<Id666>,
    /// The tags behind the data.
    pub extended: ExtendedTags,
    /// What was odd about the file.
    pub diagnostics: DiagnosticLog,
}

/// How long a song is to be played, in frames at 32000 Hz.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlayLength {
    /// Frames before the fade.
    pub frames: u64,
    /// Frames of the fade.
    pub fade_frames: u64,
}

/// What readers check; the version that follows it may be anything.
const SIGNATURE: &[u8; 27] = b"SNES-SPC700 Sound File Data";
const WHOLE_SIGNATURE: &[u8; 35] = b"SNES-SPC700 Sound File Data v0.30\x1A\x1A";
const TAGS_PRESENT: u8 = 0x1A;
const TAGS_ABSENT: u8 = 0x1B;
const VERSION_MINOR: u8 = 30;
const CONTROL: u16 = 0xF1;
const BOOT_ROM_MAPPED: u8 = 0x80;
const BOOT_ROM_ADDRESS: usize = 0xFFC0;

/// Loops to be played when the extended tags give the loop's length but not their number.
const DEFAULT_LOOPS: u32 = 2;

impl SpcFile {
    /// The rate at which the module makes frames.
    pub const RATE: Rate = Rate::hertz(32_000);

    /// Reads a file; `name` is its name in errors.
    ///
    /// The file may end after the DSP registers. Damaged tags are left out with a diagnostic.
    ///
    /// # Errors
    ///
    /// [`FormatErrorKind::Invalid`] without the signature, [`FormatErrorKind::Truncated`] if the file ends before
    /// the DSP registers do.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, FormatError> {
        let mut reader = ByteReader::new(name, bytes);
        check_signature(&mut reader)?;
        let mut reader = reader.at(0);
        let header = array::<HEADER_SIZE>(&mut reader, "header")?;
        let ram = array::<{ Ram::SIZE }>(&mut reader, "RAM")?;
        let dsp_registers = array::<{ RegisterFile::SIZE }>(&mut reader, "DSP registers")?;
        let hidden_ram = reader
            .skip(64, "unused area")
            .and_then(|()| array::<BOOT_ROM_SIZE>(&mut reader, "RAM under the boot ROM"))
            .ok();
        let mut diagnostics = DiagnosticLog::default();
        let tags = match header[0x23] {
            TAGS_ABSENT => None,
            _ => Some(Id666::read(&header, &mut diagnostics)),
        };
        let extended = match hidden_ram {
            Some(_) => ExtendedTags::read(reader, &mut diagnostics),
            None => ExtendedTags::default(),
        };
        Ok(Self {
            registers: registers(&header),
            ram: Ram::new(Box::new(ram)),
            dsp_registers: RegisterFile::new(dsp_registers),
            hidden_ram,
            tags,
            extended,
            diagnostics,
        })
    }

    /// The file's bytes: tags as text, extended tags if there are any.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut header = [0; HEADER_SIZE];
        header[..WHOLE_SIGNATURE.len()].copy_from_slice(WHOLE_SIGNATURE);
        header[0x23] = if self.tags.is_some() { TAGS_PRESENT } else { TAGS_ABSENT };
        header[0x24] = VERSION_MINOR;
        let Registers { pc, a, x, y, sp, psw } = self.registers;
        header[0x25..0x27].copy_from_slice(&pc.to_le_bytes());
        header[0x27..0x2C].copy_from_slice(&[a, x, y, psw.0, sp]);
        if let Some(tags) = &self.tags {
            tags.write(&mut header);
        }
        let mut bytes = header.to_vec();
        bytes.extend(self.ram.bytes());
        bytes.extend(self.dsp_registers.bytes());
        bytes.extend([0; 64]);
        bytes.extend(self.hidden_ram.as_ref().unwrap_or(&[0; BOOT_ROM_SIZE]));
        if !self.extended.tags.is_empty() {
            bytes.extend(self.extended.write());
        }
        bytes
    }

    /// The state in which the sound module starts.
    ///
    /// A file whose CONTROL maps the boot ROM shows, at $FFC0, what the processor saw there; the RAM underneath
    /// is in a block of its own.
    #[must_use]
    pub fn state(&self) -> SoundModuleState {
        let mut ram = self.ram.clone();
        let mut boot_rom = None;
        if ram.read(CONTROL) & BOOT_ROM_MAPPED != 0 {
            boot_rom = ram.bytes().last_chunk().copied();
            if let Some(hidden) = &self.hidden_ram {
                for (address, &byte) in (BOOT_ROM_ADDRESS as u16..=u16::MAX).zip(hidden) {
                    ram.write(address, byte);
                }
            }
        }
        SoundModuleState { registers: self.registers, ram, dsp_registers: self.dsp_registers, boot_rom }
    }

    /// How long the tags want the song to be played; the extended tags are the more exact ones.
    #[must_use]
    pub fn length(&self) -> Option<PlayLength> {
        let frames = self.extended_frames().or_else(|| {
            let seconds = self.tags.as_ref()?.seconds?;
            Some(Self::RATE.frames_in_seconds(u64::from(seconds)))
        })?;
        let fade_frames = self.extended.number(TagId::FADE_LENGTH).map_or_else(
            || {
                let fade = self.tags.as_ref().and_then(|tags| tags.fade_milliseconds).unwrap_or(0);
                Self::RATE.frames_in_nanoseconds(u128::from(fade) * 1_000_000)
            },
            ticks_to_frames,
        );
        Some(PlayLength { frames, fade_frames })
    }

    fn extended_frames(&self) -> Option<u64> {
        let part = |id: TagId| self.extended.number(id).map_or(0, ticks_to_frames);
        let loops = self.extended.number(TagId::LOOP_COUNT).unwrap_or(DEFAULT_LOOPS);
        let frames =
            part(TagId::INTRO_LENGTH) + part(TagId::LOOP_LENGTH) * u64::from(loops) + part(TagId::END_LENGTH);
        (frames > 0).then_some(frames)
    }

    /// Title of the song; the extended tags carry what does not fit into the header.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.extended.text(TagId::SONG).or_else(|| self.tags.as_ref()?.title.as_deref())
    }

    /// The game.
    #[must_use]
    pub fn game(&self) -> Option<&str> {
        self.extended.text(TagId::GAME).or_else(|| self.tags.as_ref()?.game.as_deref())
    }

    /// Composer.
    #[must_use]
    pub fn artist(&self) -> Option<&str> {
        self.extended.text(TagId::ARTIST).or_else(|| self.tags.as_ref()?.artist.as_deref())
    }
}

impl Default for SpcFile {
    /// The power-on state, without tags.
    fn default() -> Self {
        Self {
            registers: Registers::default(),
            ram: Ram::default(),
            dsp_registers: RegisterFile::default(),
            hidden_ram: None,
            tags: None,
            extended: ExtendedTags::default(),
            diagnostics: DiagnosticLog::default(),
        }
    }
}

/// Lengths in the extended tags count 1/64000 s.
fn ticks_to_frames(ticks: u32) -> u64 {
    u64::from(ticks) / 2
}

fn check_signature(reader: &mut ByteReader<'_>) -> Result<(), FormatError> {
    let found = reader.bytes(SIGNATURE.len(), "signature")?;
    if found == SIGNATURE {
        return Ok(());
    }
    Err(reader
        .invalid(
            0,
            "signature",
            format!("'{}'", String::from_utf8_lossy(SIGNATURE)),
            format!("'{}'", found.escape_ascii()),
        )
        .with_help("this is not a .spc file"))
}

fn array<const N: usize>(reader: &mut ByteReader<'_>, field: &'static str) -> Result<[u8; N], FormatError> {
    let offset = reader.position() as u64;
    let file = reader.file();
    let bytes = reader.bytes(N, field)?;
    bytes.try_into().map_err(|_| {
        FormatError::invalid(file.to_owned(), offset, field, format!("{N} bytes"), format!("{}", bytes.len()))
            .of_kind(FormatErrorKind::Truncated)
    })
}

fn registers(header: &[u8; HEADER_SIZE]) -> Registers {
    Registers {
        pc: u16::from_le_bytes([header[0x25], header[0x26]]),
        a: header[0x27],
        x: header[0x28],
        y: header[0x29],
        psw: Psw(header[0x2A]),
        sp: header[0x2B],
    }
}

#[cfg(test)]
mod tests {
    use super::super::xid6::{ExtendedTag, TagValue};
    use super::*;

    fn tag(id: TagId, number: u32) -> ExtendedTag {
        ExtendedTag { id, value: TagValue::Integer(number) }
    }

    #[test]
    fn the_shortest_file_ends_after_the_dsp_registers() {
        let bytes = SpcFile::default().to_bytes();
        assert!(SpcFile::parse("a.spc", &bytes[..0x1_0180]).unwrap().hidden_ram.is_none());
        let error = SpcFile::parse("a.spc", &bytes[..0x1_017F]).unwrap_err();
        assert_eq!((error.kind, error.field.as_ref()), (FormatErrorKind::Truncated, "DSP registers"));
    }

    #[test]
    fn extended_lengths_come_before_those_of_the_header() {
        let mut file = SpcFile {
            tags: Some(Id666 { seconds: Some(10), fade_milliseconds: Some(500), ..Id666::default() }),
            ..SpcFile::default()
        };
        assert_eq!(file.length(), Some(PlayLength { frames: 320_000, fade_frames: 16_000 }));
        file.extended.tags =
            vec![tag(TagId::INTRO_LENGTH, 64_000), tag(TagId::LOOP_LENGTH, 6400), tag(TagId::LOOP_COUNT, 3)];
        assert_eq!(file.length(), Some(PlayLength { frames: 32_000 + 9600, fade_frames: 16_000 }));
        file.extended.tags.push(tag(TagId::FADE_LENGTH, 64));
        assert_eq!(file.length().unwrap().fade_frames, 32);
    }

    #[test]
    fn a_mapped_boot_rom_covers_the_ram_of_its_own_block() {
        let mut file = SpcFile::default();
        file.ram.write(0xF1, 0x80);
        file.ram.write(0xFFC0, 0xCD);
        file.hidden_ram = Some([0x11; BOOT_ROM_SIZE]);
        let state = file.state();
        assert_eq!(state.boot_rom.unwrap()[0], 0xCD);
        assert_eq!(state.ram.read(0xFFC0), 0x11);
    }

    #[test]
    fn writing_and_reading_are_inverse() {
        let mut file = SpcFile {
            tags: Some(Id666 { title: Some("Song".to_owned()), ..Id666::default() }),
            hidden_ram: Some([7; BOOT_ROM_SIZE]),
            ..SpcFile::default()
        };
        file.registers.pc = 0x1234;
        file.extended.tags.push(tag(TagId::INTRO_LENGTH, 5));
        let bytes = file.to_bytes();
        let again = SpcFile::parse("a.spc", &bytes).unwrap();
        assert_eq!(again.to_bytes(), bytes);
        assert_eq!(again.tags, file.tags);
        assert_eq!(again.extended, file.extended);
    }

    #[test]
    fn arbitrary_bytes_do_no_harm() {
        arbtest::arbtest(|u| {
            let mut bytes = SIGNATURE.to_vec();
            bytes.extend(u.arbitrary::<[u8; 0x100]>()?);
            bytes.resize(0x1_0200, u.arbitrary()?);
            bytes.extend(u.arbitrary::<Vec<u8>>()?);
            bytes.truncate(u.int_in_range(0..=bytes.len())?);
            if let Ok(file) = SpcFile::parse("a.spc", &bytes) {
                let _ = (file.length(), file.to_bytes());
            }
            Ok(())
        })
        .size_max(4096);
    }
}

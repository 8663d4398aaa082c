//! Where things lie in the audio RAM (`snes-nspc.md` section 2).

/// Pointers to the songs, one word each.
pub const SONG_TABLE: u16 = 0xD000;
/// The instrument table.
pub const INSTRUMENTS: u16 = 0x3D00;
/// Bytes of an instrument.
pub const INSTRUMENT_SIZE: u16 = 6;
/// Eight values: how much of a note's length sounds.
pub const GATE_TABLE: u16 = 0x3D96;
/// Sixteen values: how loud a note is.
pub const VELOCITY_TABLE: u16 = 0x3D9E;
/// The sample directory.
pub const SAMPLE_DIRECTORY: u16 = 0x3C00;
/// The samples.
pub const SAMPLES: u16 = 0x4000;
/// The page after the echo buffer.
pub const ECHO_END_PAGE: u8 = 0xD0;
/// The pan table, with which the driver's constants begin.
pub const PAN_TABLE: u16 = 0x1178;
/// The echo filters.
pub const ECHO_FILTERS: u16 = 0x118D;
/// Where the driver starts.
pub const ENTRY: u16 = 0x0800;

/// The address after zero page and stack.
pub const STACK_END: u16 = 0x0200;
/// The address after the driver's variables.
pub const VARIABLES_END: u16 = 0x0410;
/// The address after the driver's code and tables.
const CODE_END: u16 = 0x179E;

/// Whether the address is one of the driver's variables, its stack or its code: what is there is not song data.
#[must_use]
pub const fn belongs_to_driver(address: u16) -> bool {
    address < VARIABLES_END || (address >= ENTRY && address < CODE_END)
}

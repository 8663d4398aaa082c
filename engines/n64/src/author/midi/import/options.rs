//! SEQ64's options for imports (`n64-authoring.md` 6.6).

use std::fmt;

/// How a MIDI file becomes a sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportOptions {
    /// Whether the song returns to its second part, or to the first if there is just one.
    pub smart_loop: bool,
    /// Whether pointers are relative where that is possible.
    pub relative_addresses: bool,
    /// Whether controllers 114 and 115 are master volume and parts of the song, as people write them in FL Studio.
    pub fl_studio: bool,
    /// What muting does: 0x80 stops scripts, 0x40 stops notes, 0x20 softens.
    pub mute_behavior: u8,
    /// Volume factor while muted, of 127.
    pub mute_scale: u8,
    /// Master volume of a song that sets none; 0 for none.
    pub master_volume: u8,
    /// Whether what repeats becomes scripts that are called.
    pub use_calls: bool,
    /// Whether only layers call.
    pub call_only_layers: bool,
    /// Whether what repeats at once becomes loops.
    pub use_loops: bool,
    /// How much velocities may differ to count as equal.
    pub velocity_delta: u8,
    /// How much gates may differ to count as equal.
    pub gate_delta: u8,
    /// How much controllers may differ to count as equal.
    pub controller_delta: u8,
    /// Changes of volumes and pans up to this are left out.
    pub volume_and_pan_step: u8,
    /// Changes of the pitch bend up to this are left out.
    pub pitch_step: u8,
    /// Changes of other controllers up to this are left out.
    pub other_step: u8,
    /// Whether tempos are rounded instead of cut off (SEQ64 makes 94 of 95 beats per minute).
    pub tempo_round: bool,
    /// Whether a note that no gate gives within a tick of its length is written with that length and a pause behind
    /// it (SEQ64 writes the gate, which is up to 8 ticks off).
    pub exact_lengths: bool,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            smart_loop: true,
            relative_addresses: false,
            fl_studio: false,
            mute_behavior: 0x20,
            mute_scale: 0x32,
            master_volume: 0x58,
            use_calls: true,
            call_only_layers: false,
            use_loops: true,
            velocity_delta: 5,
            gate_delta: 3,
            controller_delta: 1,
            volume_and_pan_step: 2,
            pitch_step: 1,
            other_step: 1,
            tempo_round: false,
            exact_lengths: false,
        }
    }
}

/// An option that is not there, or cannot have that value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionError {
    /// The option.
    pub name: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl std::error::Error for OptionError {}

/// Where an option is kept.
enum Field<'a> {
    Flag(&'a mut bool),
    Number(&'a mut u8),
}

impl ImportOptions {
    /// SEQ64's names of the options.
    pub const NAMES: [&'static str; 17] = [
        "smartloop",
        "reladdr",
        "flstudio",
        "mutebhv",
        "mutescale",
        "mastervol",
        "usecalls",
        "callonlylayer",
        "useloops",
        "delta_vel",
        "delta_gate",
        "delta_cc",
        "q_volpan_amp",
        "q_pitch_amp",
        "q_other_amp",
        "tempo_round",
        "exact_lengths",
    ];

    fn field(&mut self, name: &str) -> Option<Field<'_>> {
        Some(match name {
            "smartloop" => Field::Flag(&mut self.smart_loop),
            "reladdr" => Field::Flag(&mut self.relative_addresses),
            "flstudio" => Field::Flag(&mut self.fl_studio),
            "mutebhv" => Field::Number(&mut self.mute_behavior),
            "mutescale" => Field::Number(&mut self.mute_scale),
            "mastervol" => Field::Number(&mut self.master_volume),
            "usecalls" => Field::Flag(&mut self.use_calls),
            "callonlylayer" => Field::Flag(&mut self.call_only_layers),
            "useloops" => Field::Flag(&mut self.use_loops),
            "delta_vel" => Field::Number(&mut self.velocity_delta),
            "delta_gate" => Field::Number(&mut self.gate_delta),
            "delta_cc" => Field::Number(&mut self.controller_delta),
            "q_volpan_amp" => Field::Number(&mut self.volume_and_pan_step),
            "q_pitch_amp" => Field::Number(&mut self.pitch_step),
            "q_other_amp" => Field::Number(&mut self.other_step),
            "tempo_round" => Field::Flag(&mut self.tempo_round),
            "exact_lengths" => Field::Flag(&mut self.exact_lengths),
            _ => return None,
        })
    }

    /// Sets an option by SEQ64's name of it: numbers 0 to 255, decimal or with `0x`; true/false, 1/0, on/off, yes/no.
    ///
    /// # Errors
    ///
    /// Unknown names and values.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), OptionError> {
        let error = |message: String| OptionError { name: name.to_owned(), message };
        match self.field(&name.to_ascii_lowercase()) {
            Some(Field::Flag(flag)) => {
                *flag = parse_flag(value)
                    .ok_or_else(|| error(format!("expected true or false, found `{value}`")))?;
            }
            Some(Field::Number(number)) => {
                *number = parse_number(value)
                    .ok_or_else(|| error(format!("expected 0 to 255, found `{value}`")))?;
            }
            None => return Err(error(format!("no such option; there are {}", Self::NAMES.join(", ")))),
        }
        Ok(())
    }
}

/// true/false, 1/0, on/off, yes/no.
pub(super) fn parse_flag(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Some(true),
        "false" | "0" | "off" | "no" => Some(false),
        _ => None,
    }
}

/// 0 to 255, decimal or hexadecimal.
pub(super) fn parse_number(value: &str) -> Option<u8> {
    match value.strip_prefix("0x").or_else(|| value.strip_prefix('$')) {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => value.parse().ok(),
    }
}

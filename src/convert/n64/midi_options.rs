//! What the command line says about MIDI files of the Nintendo 64, with SEQ64's names.

use std::path::PathBuf;

use serde::Deserialize;
use tatum_n64::author::midi::export::{ExportFormat, ExportOptions, InstrumentMap, Mapping};
use tatum_n64::author::midi::import::ImportOptions;
use tatum_n64::author::midi::walk::Ports;

use crate::error::Error;

/// Options of MIDI imports and exports, and of MML.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct N64MidiOptions {
    /// N64 MIDI import: read the preferences NAME.pref beside NAME.mid (true).
    #[arg(long, value_name = "BOOL")]
    pref: Option<String>,

    /// N64 MIDI import: whether the song returns to its second part (true).
    #[arg(long = "smartloop", value_name = "BOOL")]
    smart_loop: Option<String>,

    /// N64 MIDI import: relative pointers where the game has them (false).
    #[arg(long = "reladdr", value_name = "BOOL")]
    relative_addresses: Option<String>,

    /// N64 MIDI import: controllers 114 and 115 are master volume and parts of the song (false).
    #[arg(long = "flstudio", value_name = "BOOL")]
    fl_studio: Option<String>,

    /// N64 MIDI import: what muting does, a mask (0x20).
    #[arg(long = "mutebhv", value_name = "N")]
    mute_behavior: Option<String>,

    /// N64 MIDI import: volume factor while muted, of 127 (0x32).
    #[arg(long = "mutescale", value_name = "N")]
    mute_scale: Option<String>,

    /// N64 MIDI import: master volume if the file sets none, 0 for none (0x58).
    #[arg(long = "mastervol", value_name = "N")]
    master_volume: Option<String>,

    /// N64 MIDI import: what repeats becomes scripts that are called (true).
    #[arg(long = "usecalls", value_name = "BOOL")]
    use_calls: Option<String>,

    /// N64 MIDI import: only layers call (false).
    #[arg(long = "callonlylayer", value_name = "BOOL")]
    call_only_layers: Option<String>,

    /// N64 MIDI import: what repeats at once becomes loops (true).
    #[arg(long = "useloops", value_name = "BOOL")]
    use_loops: Option<String>,

    /// N64 MIDI import: how much velocities may differ to count as equal (5).
    #[arg(long = "delta_vel", value_name = "N", visible_alias = "delta-vel")]
    velocity_delta: Option<String>,

    /// N64 MIDI import: how much gates may differ to count as equal (3).
    #[arg(long = "delta_gate", value_name = "N", visible_alias = "delta-gate")]
    gate_delta: Option<String>,

    /// N64 MIDI import: how much controllers may differ to count as equal (1).
    #[arg(long = "delta_cc", value_name = "N", visible_alias = "delta-cc")]
    controller_delta: Option<String>,

    /// N64 MIDI import: changes of volumes and pans up to this are left out (2).
    #[arg(long = "q_volpan_amp", value_name = "N", visible_alias = "q-volpan-amp")]
    volume_and_pan_step: Option<String>,

    /// N64 MIDI import: changes of the pitch bend up to this are left out (1).
    #[arg(long = "q_pitch_amp", value_name = "N", visible_alias = "q-pitch-amp")]
    pitch_step: Option<String>,

    /// N64 MIDI import: changes of other controllers up to this are left out (1).
    #[arg(long = "q_other_amp", value_name = "N", visible_alias = "q-other-amp")]
    other_step: Option<String>,

    /// N64 MIDI import: round tempos; SEQ64 cuts them off (false).
    #[arg(long = "tempo_round", value_name = "BOOL", visible_alias = "tempo-round")]
    tempo_round: Option<String>,

    /// N64 MIDI import: lengths within a tick, where a gate would be coarser (false).
    #[arg(long = "exact_lengths", value_name = "BOOL", visible_alias = "exact-lengths")]
    exact_lengths: Option<String>,

    /// N64 MIDI export: ticks of the file for each of the engine's, 1 to 255; 4 gives 192 to a quarter note.
    #[arg(long, value_name = "N")]
    ppqnmultiplier: Option<u8>,

    /// N64 MIDI export: how drums of an instrument map are written (original, gm_ch10, gm_multi).
    #[arg(long, value_name = "FORMAT", value_parser = parse_format)]
    exportformat: Option<ExportFormat>,

    /// N64 MIDI export: how often the song's jump back is followed (0).
    #[arg(long, value_name = "N")]
    loops: Option<u32>,

    /// N64 MIDI export: tick at which scripts are left (1000000).
    #[arg(long, value_name = "TICK")]
    max_ticks: Option<u64>,

    /// N64 MIDI export: what the game has written to a port (0 to 7) of the sequence, or of a channel as in 3:0=1.
    /// With at least one, branches are taken.
    #[arg(long, value_name = "[CHANNEL:]PORT=VALUE", value_parser = parse_port)]
    io: Vec<PortValue>,

    /// N64 MIDI export: what instruments are in General MIDI, a file with lines as `5 = { program = 40, transpose =
    /// -12 }` and `6 = { drums = [36, 38, 42], split = [48, 59] }`.
    #[arg(long, value_name = "FILE.toml")]
    instrument_map: Option<PathBuf>,

    /// N64 MML: turn `<` and `>` round, which tinymm confuses.
    #[arg(long)]
    pub fix_octaves: bool,

    /// N64 MML: with --fix-octaves, make channel commands of tinymm's headings.
    #[arg(long, requires = "fix_octaves")]
    pub headers: bool,
}

fn parse_format(text: &str) -> Result<ExportFormat, String> {
    ExportFormat::from_name(text).ok_or_else(|| format!("expected one of {}", ExportFormat::NAMES.join(", ")))
}

/// A value the game has written.
#[derive(Clone, Copy, Debug)]
struct PortValue {
    channel: Option<u8>,
    port: u8,
    value: i8,
}

fn parse_port(text: &str) -> Result<PortValue, String> {
    let parse = || {
        let (place, value) = text.split_once('=')?;
        let (channel, port) = match place.split_once(':') {
            Some((channel, port)) => (Some(channel.parse().ok().filter(|channel| *channel < 16)?), port),
            None => (None, place),
        };
        let port = port.parse().ok().filter(|port| *port < 8)?;
        let value: i16 = value.parse().ok().filter(|value| (-128..=255).contains(value))?;
        Some(PortValue { channel, port, value: value as i8 })
    };
    parse().ok_or_else(|| "expected PORT=VALUE or CHANNEL:PORT=VALUE, as in 0=1 or 3:0=1".into())
}

/// An instrument of a map.
#[derive(Deserialize)]
#[serde(untagged)]
enum MapEntry {
    Program {
        program: u8,
        #[serde(default)]
        transpose: i8,
    },
    Drums {
        drums: [u8; 3],
        #[serde(default = "whole_range")]
        split: [u8; 2],
    },
}

/// Without split points everything is the middle.
const fn whole_range() -> [u8; 2] {
    [0, 127]
}

impl N64MidiOptions {
    /// Whether preferences beside the MIDI file count.
    pub(super) fn reads_preferences(&self) -> bool {
        !matches!(self.pref.as_deref(), Some("false" | "0" | "off" | "no"))
    }

    /// Sets what the command line names.
    pub(super) fn apply(&self, options: &mut ImportOptions) -> Result<(), Error> {
        let values = [
            &self.smart_loop,
            &self.relative_addresses,
            &self.fl_studio,
            &self.mute_behavior,
            &self.mute_scale,
            &self.master_volume,
            &self.use_calls,
            &self.call_only_layers,
            &self.use_loops,
            &self.velocity_delta,
            &self.gate_delta,
            &self.controller_delta,
            &self.volume_and_pan_step,
            &self.pitch_step,
            &self.other_step,
            &self.tempo_round,
            &self.exact_lengths,
        ];
        for (name, value) in ImportOptions::NAMES.into_iter().zip(values) {
            if let Some(value) = value {
                options.set(name, value).map_err(|error| Error::Usage(format!("--{error}")))?;
            }
        }
        Ok(())
    }

    /// The options of an export.
    pub(super) fn export_options(&self) -> Result<ExportOptions, Error> {
        let default = ExportOptions::default();
        Ok(ExportOptions {
            ppqn_multiplier: self.ppqnmultiplier.unwrap_or(default.ppqn_multiplier),
            format: self.exportformat.unwrap_or_default(),
            instruments: self.instruments()?,
            loops: self.loops.unwrap_or_default(),
            max_ticks: self.max_ticks.unwrap_or(default.max_ticks),
            most_commands: default.most_commands,
            part_names: Vec::new(),
            ports: self.ports(),
        })
    }

    fn ports(&self) -> Option<Ports> {
        let mut ports = Ports::default();
        for PortValue { channel, port, value } in &self.io {
            ports.set(*channel, *port, *value);
        }
        (!self.io.is_empty()).then_some(ports)
    }

    fn instruments(&self) -> Result<InstrumentMap, Error> {
        let Some(path) = &self.instrument_map else { return Ok(InstrumentMap::new()) };
        let text = std::fs::read_to_string(path).map_err(|source| Error::io(path, source))?;
        let fault = |message: String| Error::Manifest { path: path.clone(), message };
        let entries: std::collections::BTreeMap<String, MapEntry> =
            toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
        let mut map = InstrumentMap::new();
        for (number, entry) in entries {
            let number = number.parse().map_err(|_| fault(format!("`{number}` is no instrument number")))?;
            let mapping = match entry {
                MapEntry::Program { program, transpose } if program < 128 => {
                    Mapping::Program { program, transposition: transpose }
                }
                MapEntry::Drums { drums, split } if drums.iter().all(|drum| *drum < 128) => {
                    Mapping::Drums { keys: drums, split: (split[0], split[1]) }
                }
                _ => return Err(fault(format!("instrument {number}: programs and drums are 0 to 127"))),
            };
            map.insert(number, mapping);
        }
        Ok(map)
    }
}

//! `.pref` files (`n64-authoring.md` 6.6): what Nintendo's own converter read next to a MIDI file.

use tatum_core::source::{FileNumber, Problem, Problems, Sources, Span};

use super::options::{ImportOptions, parse_flag, parse_number};

/// Ticks of a quarter note that such a file may ask for.
const TIME_BASE: u32 = 48;
/// Channels whose note mode is given.
const CHANNELS: usize = 16;

/// Reads a file into options. The six tolerances start from 0.
pub fn read_preferences(
    sources: &Sources,
    file: FileNumber,
    options: &mut ImportOptions,
    problems: &mut Problems,
) {
    options.velocity_delta = 0;
    options.gate_delta = 0;
    options.controller_delta = 0;
    options.volume_and_pan_step = 0;
    options.pitch_step = 0;
    options.other_step = 0;
    let mut offset = 0;
    for line in sources.file(file).text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let text = line.trim();
        if text.is_empty() || text.starts_with(';') {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let span = sources.span(file, start + indent..start + indent + text.len());
        if text.eq_ignore_ascii_case("END") {
            return;
        }
        match text.split_once(':') {
            Some((key, value)) => {
                set(options, key.trim().to_ascii_lowercase().as_str(), value.trim(), span, problems);
            }
            None => problems.push(Problem::warning("PREF-LINE", span, "expected `key: value`; ignored")),
        }
    }
}

fn set(options: &mut ImportOptions, key: &str, value: &str, span: Span, problems: &mut Problems) {
    let is_fine = match key {
        "notemode" => {
            if value.split(',').filter(|mode| mode.trim().eq_ignore_ascii_case("b")).count() != CHANNELS {
                let message = "only note mode b for all 16 channels is supported; ignored";
                problems.push(Problem::warning("PREF-NOTEMODE", span, message));
            }
            true
        }
        "backupmake" | "bar_write" | "forthed_noteon" | "initwait_cut" | "cutdelay" | "init_dummywait"
        | "extradelay" | "total_poli" => true,
        "mus_timebase" => {
            if value.parse() != Ok(TIME_BASE) {
                let message = format!("mus_timebase must be {TIME_BASE}, found `{value}`");
                problems.push(Problem::error("PREF-TIMEBASE", span, message));
            }
            true
        }
        "groop_volume" | "mastervol" => number(value, &mut options.master_volume),
        "pause_set" | "mutebhv" => pause(value, options),
        "compress" => {
            options.call_only_layers = true;
            options.use_loops = false;
            flag(value, &mut options.use_calls)
        }
        "smartloop" | "reladdr" | "usecalls" | "callonlylayer" | "useloops" => {
            options.set(key, value).is_ok()
        }
        "delta_vel" | "delta_gate" | "delta_cc" | "q_volpan_amp" | "q_pitch_amp" | "q_other_amp" => {
            parse_number(value).is_some_and(|number| number <= 20) && options.set(key, value).is_ok()
        }
        _ => {
            problems.push(Problem::warning("PREF-UNKNOWN", span, format!("unknown key `{key}` ignored")));
            true
        }
    };
    if !is_fine {
        let message = format!("`{value}` is no value for `{key}`; ignored");
        problems.push(Problem::warning("PREF-VALUE", span, message));
    }
}

fn number(value: &str, field: &mut u8) -> bool {
    let number = parse_number(value);
    number.map(|number| *field = number).is_some()
}

fn flag(value: &str, field: &mut bool) -> bool {
    let flag = parse_flag(value);
    flag.map(|flag| *field = flag).is_some()
}

/// Behaviour and scale.
fn pause(value: &str, options: &mut ImportOptions) -> bool {
    let mut words = value.split_whitespace();
    let behavior = words.next().and_then(|word| match word.to_ascii_lowercase().as_str() {
        "stop" | "seqstop" => Some(0x80),
        "voicecut" => Some(0x40),
        "gaindown" | "voldown" => Some(0x20),
        "entryoff" => Some(0x10),
        "freeze" => Some(0x08),
        number if number.starts_with("0x") || number.starts_with('$') => parse_number(number),
        _ => None,
    });
    let scale = words.next().and_then(|word| word.parse().ok());
    match (behavior, scale) {
        (Some(behavior), Some(scale)) => {
            options.mute_behavior = behavior;
            options.mute_scale = scale;
            true
        }
        _ => false,
    }
}

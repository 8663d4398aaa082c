//! Rows of Super Mario 64 European and Shindou: `golden/n64-sm64-eu/README.md` and `n64-sm64-sh`.

use std::fmt::Write;

use super::{StateTrace, instrument_number};
use crate::engine::Engine;
use crate::profile::Generation;
use crate::sequencer::channel::Channel;
use crate::voice::later::state::FilterSource;
use crate::voice::voice::Voice;

impl StateTrace {
    /// Ends a row.
    fn finish(&mut self, mut row: String) {
        row.push('\n');
        self.text.push_str(&row);
    }

    pub(super) fn later_sequence(&mut self, frame: i64, update: u32, chunk: u32, engine: &Engine) {
        let player = &engine.players()[self.player];
        let pc = if player.enabled { player.script.pc } else { 0 };
        let mut row = format!(
            "S\t{frame}\t{update}\t{chunk}\t{}\t{}\t{}\t{}\t{pc:x}\t{}\t{:08x}\t{}\t{:08x}",
            u8::from(player.enabled),
            player.tempo,
            player.tempo_accumulator,
            player.delay,
            u8::from(player.muted),
            player.fade_volume.to_bits(),
            player.fade_state.later_number(),
            player.applied_fade_volume.to_bits(),
        );
        if engine.generation() == Generation::Shindou {
            // Writing to a string cannot fail.
            let _ = write!(row, "\t{}", player.tempo_change);
        }
        self.finish(row);
    }

    pub(super) fn later_channel(
        &mut self,
        frame: i64,
        update: u32,
        engine: &Engine,
        slot: usize,
        channel: &Channel,
    ) {
        let mut row = format!(
            "C\t{frame}\t{update}\t{slot}\t{}\t{:x}\t{}\t{}\t{}\t{:08x}\t{:08x}\t{:08x}\t{}\t{}\t{}\t{}\t{:08x}\t{}\t{}",
            u8::from(channel.enabled),
            channel.script.pc,
            channel.delay,
            instrument_number(channel),
            channel.transposition,
            channel.volume.to_bits(),
            channel.volume_scale.to_bits(),
            channel.frequency_scale.to_bits(),
            channel.pan,
            channel.pan_weight,
            channel.reverb,
            channel.priority,
            channel.applied_volume.to_bits(),
            channel.reverb_unit,
            channel.book_offset,
        );
        if engine.generation() == Generation::Shindou {
            let _ = write!(row, "\t{}\t{}", channel.gain, channel.release_priority);
        }
        self.finish(row);
    }

    pub(super) fn later_voice(
        &mut self,
        (frame, update, index): (i64, u32, usize),
        engine: &Engine,
        voice: &Voice,
        (channel, layer): (i32, i32),
    ) {
        let is_shindou = engine.generation() == Generation::Shindou;
        let parameters = &voice.later.parameters;
        let slot = &engine.slots[update as usize * engine.voices().len() + index];
        let needs_init = slot.enabled && slot.needs_init;
        let mut row = format!(
            "N\t{frame}\t{update}\t{index}\t{}\t{}\t{}\t{}\t{}",
            u8::from(voice.enabled),
            u8::from(needs_init),
            u8::from(voice.playback.restart),
            u8::from(voice.finished),
            voice.priority,
        );
        // Writing to a string cannot fail.
        if is_shindou {
            let _ = write!(row, "\t{}", voice.later.ending as u8);
        }
        let sample = match voice.sound.and_then(|sound| engine.sounds().sound(sound)) {
            Some(sound) => format!("{:x}", sound.sample.file_offset),
            None => format!("w{:x}:{}", 0x80 + voice.later.wave.wave, voice.later.wave.cycle()),
        };
        let _ = write!(
            row,
            "\t{channel}\t{layer}\t{sample}\t{}\t{:04x}\t{:04x}\t{:04x}\t{:02x}\t{}\t{}",
            parameters.parts.max(1),
            parameters.pitch,
            parameters.target.left,
            parameters.target.right,
            parameters.reverb,
            parameters.reverb_unit,
            parameters.book_offset,
        );
        if is_shindou {
            let (left, right) = (u8::from(parameters.strong_left), u8::from(parameters.strong_right));
            let _ = write!(row, "\t{:02x}\t{left}{right}", parameters.gain);
        }
        let _ = write!(
            row,
            "\t{}\t{}\t{:08x}",
            u8::from(parameters.envelope_init),
            voice.later.envelope.state() as u8,
            voice.later.envelope.current().to_bits(),
        );
        if is_shindou {
            let _ = write!(row, "\t{}", filter(engine, voice));
        }
        self.finish(row);
    }
}

/// A voice's filter coefficients, separated by commas; a dash without a filter.
pub(super) fn filter(engine: &Engine, voice: &Voice) -> String {
    let taps: [i16; 8] = match voice.later.parameters.filter {
        FilterSource::None => return "-".to_owned(),
        FilterSource::Copy => voice.later.filter,
        FilterSource::Sequence { player, address } => {
            let data = engine.players().get(usize::from(player)).and_then(|player| player.data.as_ref());
            match data {
                Some(data) => std::array::from_fn(|tap| data.u16(usize::from(address) + 2 * tap) as i16),
                None => return "-".to_owned(),
            }
        }
    };
    taps.map(|tap| tap.to_string()).join(",")
}

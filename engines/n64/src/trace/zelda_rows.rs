//! Rows of the Zelda generation: `golden/n64-oot/README.md` and `golden/n64-mm/README.md`.

use super::StateTrace;
use super::later_rows::filter;
use crate::engine::Engine;
use crate::ids::PlayerId;
use crate::profile::Generation;
use crate::sequencer::channel::{Channel, ChannelInstrument};

/// The lines that name the columns.
pub(super) fn header(generation: Generation) -> String {
    let (flags, extra) = match generation {
        Generation::Majora => ("wet_left_flag\twet_right_flag", "surround\tstart_position\t"),
        _ => ("stereo_headset\theadset_pan", ""),
    };
    format!(
        "#S\ttick\tplayer\ttempo_acc\ttempo\tdelay\tpc\tvalue\tapplied_fade_volume\n\
         #C\ttick\tplayer\tchannel\tpc\tdelay\tvalue\tinst_or_wave\tapplied_volume\tfreq_scale\tpan\treverb\n\
         #L\ttick\tplayer\tchannel\tlayer\tpc\tdelay\tgate_delay\tsemitone\tmuted\tnote_freq_scale\t\
         note_velocity\tnote_pan\tnote\n\
         #N\ttick\tnote\tneeds_init\tfinished\tstrong_right\tstrong_left\t{flags}\treverb_index\tkind\tsample\t\
         book_offset\ttwo_parts\thaas\trate\tvol_left\tvol_right\treverb_vol\tgain\tcomb_size\tcomb_gain\t\
         haas_left\thaas_right\tharmonic\tpriority\tadsr_state\tadsr_current\tvibrato\tportamento\t{extra}filter\n\
         #F\tupdate\tsamples\n"
    )
}

impl StateTrace {
    pub(super) fn zelda_update(&mut self, frame: i64, update: u32, engine: &Engine) {
        let tick = frame * i64::from(engine.timing.updates_per_frame) + i64::from(update);
        for (number, player) in engine.players().iter().enumerate().filter(|(_, player)| player.enabled) {
            self.row(format_args!(
                "S\t{tick}\t{number}\t{}\t{}\t{}\t{}\t{}\t{:08x}",
                player.tempo_accumulator,
                player.tempo,
                player.delay,
                player.script.pc,
                player.value,
                player.applied_fade_volume.to_bits(),
            ));
            for slot in 0..16 {
                let channel = engine.channel_in(PlayerId(number as u8), slot);
                let Some(channel) = channel.map(|channel| &engine.channels()[channel.index()]) else {
                    continue;
                };
                if channel.enabled {
                    self.zelda_channel(tick, number, slot, channel, engine);
                }
            }
        }
        for index in 0..engine.voices().len() {
            self.zelda_voice(tick, update, engine, index);
        }
    }

    fn zelda_channel(&mut self, tick: i64, player: usize, slot: u8, channel: &Channel, engine: &Engine) {
        self.row(format_args!(
            "C\t{tick}\t{player}\t{slot}\t{}\t{}\t{}\t{}\t{:08x}\t{:08x}\t{}\t{}",
            channel.script.pc,
            channel.delay,
            channel.value,
            instrument_number(channel),
            channel.applied_volume.to_bits(),
            channel.frequency_scale.to_bits(),
            channel.applied_pan,
            channel.reverb,
        ));
        for (number, layer) in channel.layers.iter().enumerate() {
            let Some(layer) = layer.map(|layer| &engine.layers()[layer.index()]) else { continue };
            if !layer.enabled {
                continue;
            }
            self.row(format_args!(
                "L\t{tick}\t{player}\t{slot}\t{number}\t{}\t{}\t{}\t{}\t{}\t{:08x}\t{:08x}\t{}\t{}",
                layer.script.pc,
                layer.delay,
                layer.gap,
                layer.semitone,
                u8::from(layer.stopped),
                layer.note_frequency_scale.to_bits(),
                layer.note_velocity.to_bits(),
                layer.note_position,
                layer.voice.map_or(-1, |voice| i32::from(voice.0)),
            ));
        }
    }

    fn zelda_voice(&mut self, tick: i64, update: u32, engine: &Engine, index: usize) {
        let voice = &engine.voices()[index];
        let slot = &engine.slots[update as usize * engine.voices().len() + index];
        if !slot.enabled {
            return;
        }
        let (kind, sample) = match slot.sound.and_then(|sound| engine.sounds().sound(sound)) {
            Some(sound) => ('P', format!("{:x}", sound.sample.file_offset)),
            None => ('W', format!("{:x}", slot.wave.wave * 4 + slot.wave.table)),
        };
        let extra = match engine.generation() {
            Generation::Majora => format!("{}\t{}\t", slot.surround, slot.start_offset),
            _ => String::new(),
        };
        let flag = u8::from;
        self.row(format_args!(
            "N\t{tick}\t{index}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{kind}\t{sample}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t\
             {}\t{}\t{}\t{}\t{}\t{:08x}\t{:08x}\t{:08x}\t{extra}{}",
            flag(slot.needs_init),
            flag(slot.finished),
            flag(slot.strong_right),
            flag(slot.strong_left),
            flag(slot.wet_left),
            flag(slot.wet_right),
            slot.reverb_unit,
            slot.book_offset,
            slot.parts - 1,
            flag(slot.headset),
            slot.pitch,
            slot.target.left,
            slot.target.right,
            slot.reverb,
            slot.gain,
            slot.comb.size,
            slot.comb.gain,
            slot.delay_left,
            slot.delay_right,
            slot.wave_change,
            voice.priority,
            voice.later.envelope.state() as u8,
            voice.later.envelope.current().to_bits(),
            voice.later.vibrato.factor.to_bits(),
            voice.later.slide.factor.to_bits(),
            filter(engine, voice),
        ));
    }
}

/// The instrument as the engine numbers it: 0 drums, 1 effects, from 2 on instruments, from 128 on waves.
fn instrument_number(channel: &Channel) -> i32 {
    match channel.instrument {
        _ if !channel.has_instrument => 255,
        ChannelInstrument::Drums => 0,
        ChannelInstrument::Effects => 1,
        ChannelInstrument::Instrument(entry) => i32::from(entry.instrument) + 2,
        ChannelInstrument::Wave(wave) => i32::from(wave),
    }
}

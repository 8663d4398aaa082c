//! Song to bytes (`n64-authoring.md` 9.3): the sequence script, the channels, their layers, and the loop bodies that
//! are played from several places.

mod layer;
mod limits;

use std::ops::Range;

use tatum_core::FormatError;
use tatum_core::source::{Problem, Problems};

use self::layer::LayerEncoder;
use super::Target;
use super::song::{Change, Channel, Global, Item, Setting, Settings, Song};
use crate::author::sequence_writer::{ChannelScript, Label, MAX_DELAY, SequenceWriter};
use crate::sequencer::abi::Abi;

/// The muted song is soft, and its scripts go on.
const MUTE_BEHAVIOR: u8 = 0x20;
/// How soft, of 127.
const MUTE_VOLUME: i8 = 0x32;
/// The command that frees the channels of a mask.
const DISABLE_CHANNELS: u8 = 0xD6;
/// Sequences of the Zelda games fill blocks of this size.
const ZELDA_BLOCK: usize = 16;

/// Writes a song; a problem that stops is among the problems.
pub(super) fn encode(song: &Song, target: Target, problems: &mut Problems) -> Option<Vec<u8>> {
    limits::check_depth(song, problems);
    let loop_point = limits::find_loop_point(song, problems);
    let abi = match target {
        Target::Sm64 => Abi::Sm64,
        Target::Zelda => Abi::Ocarina,
    };
    let mut changes = song.changes.clone();
    changes.sort_by_key(|change| change.tick);
    let encoder = Encoder { song, writer: SequenceWriter::new(abi), changes };
    let mut bytes = match encoder.song(loop_point, problems) {
        Ok(bytes) => bytes,
        Err(error) => {
            problems.push(Problem::error("MML-SIZE", None, format!("the sequence does not fit: {error}")));
            return None;
        }
    };
    if target == Target::Zelda {
        bytes.resize(bytes.len().next_multiple_of(ZELDA_BLOCK), 0);
    }
    Some(bytes)
}

fn song_length(song: &Song) -> u64 {
    song.channels.values().map(|channel| channel.length).max().unwrap_or_default()
}

/// The part of the song between two ticks, and the scripts of its channels.
struct Section<'a> {
    ticks: Range<u64>,
    channels: Vec<SectionChannel<'a>>,
    volume: u8,
    tempo: u8,
}

struct SectionChannel<'a> {
    number: u8,
    channel: &'a Channel,
    script: Label,
    layer: Label,
}

/// Writes the scripts of the song and of its channels.
struct Encoder<'a> {
    song: &'a Song,
    writer: SequenceWriter,
    /// Changes of volume and tempo by time.
    changes: Vec<Change<Global>>,
}

impl<'a> Encoder<'a> {
    fn song(mut self, loop_point: u64, problems: &mut Problems) -> Result<Vec<u8>, FormatError> {
        let end = song_length(self.song);
        let mut sections = Vec::new();
        if loop_point != 0 {
            sections.push(self.section(0..loop_point));
        }
        sections.push(self.section(loop_point..end));
        self.sequence_script(&sections);
        for section in &sections {
            for channel in &section.channels {
                self.channel_script(channel, &section.ticks);
            }
        }
        let mut layers = LayerEncoder::new(self.song, &mut self.writer, problems);
        for section in &sections {
            for SectionChannel { channel, layer, .. } in &section.channels {
                let is_inside = |item: &&Item| section.ticks.contains(&item.sounding().start.rounded());
                layers.layer(&mut self.writer, *layer, channel.items.iter().filter(is_inside));
            }
        }
        layers.called_scripts(&mut self.writer);
        self.writer.finish()
    }

    fn section(&mut self, ticks: Range<u64>) -> Section<'a> {
        let song = self.song;
        let channels = song.channels.iter().map(|(number, channel)| SectionChannel {
            number: *number,
            channel,
            script: self.writer.label(),
            layer: self.writer.label(),
        });
        let mut section = Section {
            channels: channels.collect(),
            volume: song.volume,
            tempo: song.tempo,
            ticks: ticks.clone(),
        };
        for change in self.changes.iter().filter(|change| change.tick <= ticks.start && ticks.start != 0) {
            match change.what {
                Global::Volume(volume) => section.volume = volume,
                Global::Tempo(tempo) => section.tempo = tempo,
            }
        }
        section
    }

    fn sequence_script(&mut self, sections: &[Section<'_>]) {
        let mask = self.song.channels.keys().fold(0, |mask, number| mask | 1 << number);
        let again = self.writer.label();
        let mut script = self.writer.sequence();
        script.mute_behavior(MUTE_BEHAVIOR).mute_volume_scale(MUTE_VOLUME).initialize_channels(mask);
        for (number, section) in sections.iter().enumerate() {
            if number + 1 == sections.len() {
                script.place(again);
            }
            for channel in &section.channels {
                script.start_channel(channel.number, channel.script);
            }
            script.volume(section.volume).tempo(section.tempo);
            let mut now = section.ticks.start;
            for change in self.changes.iter().filter(|change| starts_within(change.tick, &section.ticks)) {
                chunks(change.tick - now).for_each(|ticks| _ = script.delay(ticks));
                now = change.tick;
                match change.what {
                    Global::Volume(volume) => script.volume(volume),
                    Global::Tempo(tempo) => script.tempo(tempo),
                };
            }
            chunks(section.ticks.end - now).for_each(|ticks| _ = script.delay(ticks));
        }
        if self.song.loops {
            script.jump(again);
        }
        // The engine of the Zelda games passes over this command; sequences for it have it all the same.
        let [high, low] = u16::to_be_bytes(mask);
        let stop = self.writer.label();
        self.writer.bytes_at(stop, &[DISABLE_CHANNELS, high, low]);
        self.writer.sequence().end();
    }

    fn channel_script(&mut self, section: &SectionChannel<'_>, ticks: &Range<u64>) {
        let channel = section.channel;
        let mut settings = channel.start;
        for change in channel.changes.iter().filter(|change| change.tick <= ticks.start && ticks.start != 0) {
            settings.set(change.what);
        }
        let end = ticks.end.min(channel.length);
        let mut script = self.writer.channel_at(section.script);
        script.large_notes().start_layer(0, section.layer);
        write_settings(&mut script, settings);
        let mut now = ticks.start;
        for change in channel.changes.iter().filter(|change| starts_within(change.tick, ticks)) {
            chunks(change.tick - now).for_each(|ticks| _ = script.delay(ticks));
            now = change.tick;
            write_setting(&mut script, change.what);
        }
        chunks(end.saturating_sub(now)).for_each(|ticks| _ = script.delay(ticks));
        script.end();
    }
}

/// Whether a change is written at its time, and not among what a section starts with.
const fn starts_within(tick: u64, ticks: &Range<u64>) -> bool {
    let is_at_start = tick == ticks.start && ticks.start != 0;
    !is_at_start && ticks.start <= tick && tick < ticks.end
}

/// A pause in pieces that a delay can hold.
fn chunks(ticks: u64) -> impl Iterator<Item = u16> {
    let whole = ticks / u64::from(MAX_DELAY);
    // Less than the largest delay.
    let rest = (ticks % u64::from(MAX_DELAY)) as u16;
    let whole = (0..whole).map(|_| MAX_DELAY);
    whole.chain((rest != 0).then_some(rest))
}

fn write_settings(script: &mut ChannelScript<'_>, settings: Settings) {
    script.instrument(settings.instrument).volume(settings.volume);
    if let Some(pan) = settings.pan {
        script.pan(pan);
    }
}

fn write_setting(script: &mut ChannelScript<'_>, setting: Setting) {
    match setting {
        Setting::Instrument(number) => script.instrument(number),
        Setting::Volume(volume) => script.volume(volume),
        Setting::Pan(pan) => script.pan(pan),
    };
}

//! Small songs.

use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::sequencer::abi::Abi;

/// A quarter note at 120 beats a minute, for ever.
pub fn beat_for_ever(transposition: u8) -> Vec<u8> {
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let (again, channel, wait, layer) = (writer.label(), writer.label(), writer.label(), writer.label());
    writer.sequence().initialize_channels(1).volume(127).tempo(120).start_channel(0, channel);
    writer.place(again);
    writer.sequence().delay(48).jump(again);
    writer.channel_at(channel).large_notes().instrument(0).start_layer(0, layer);
    writer.channel_at(wait).delay(48).jump(wait);
    writer.layer_at(layer).note(39 + transposition, 48, 100, 128).jump(layer);
    writer.finish().unwrap()
}

/// A single note.
pub fn one_note() -> Vec<u8> {
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let (channel, layer) = (writer.label(), writer.label());
    writer.sequence().initialize_channels(1).volume(127).tempo(120).start_channel(0, channel).delay(96).end();
    writer.channel_at(channel).large_notes().instrument(0).start_layer(0, layer).delay(96).end();
    writer.layer_at(layer).note(39, 48, 100, 128).end();
    writer.finish().unwrap()
}

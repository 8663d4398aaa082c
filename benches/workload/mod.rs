//! What the Nintendo 64's engine is given to do.

use tatum_n64::author::sequence_writer::SequenceWriter;
use tatum_n64::sequencer::abi::Abi;

/// Four channels of four layers each: sixteen voices that never rest, with reverb, pan and vibrato.
pub fn sixteen_voices(abi: Abi) -> Vec<u8> {
    let mut writer = SequenceWriter::new(abi);
    let channels = [(); 4].map(|()| writer.label());
    let again = writer.label();
    let mut sequence = writer.sequence();
    sequence.initialize_channels(0b1111).volume(80).tempo(120);
    for (slot, channel) in channels.into_iter().enumerate() {
        sequence.start_channel(slot as u8, channel);
    }
    writer.place(again);
    writer.sequence().delay(1000).jump(again);
    for (slot, channel) in channels.into_iter().enumerate() {
        let layers = [(); 4].map(|()| writer.label());
        let wait = writer.label();
        let part = slot as u8;
        let mut script = writer.channel_at(channel);
        script.large_notes().instrument([0, 1, 3, 4][slot]).reverb(0x30 + 8 * part).pan(20 + 30 * part);
        script.vibrato_extent(10);
        for (index, layer) in layers.into_iter().enumerate() {
            script.start_layer(index as u8, layer);
        }
        writer.channel_at(wait).delay(1000).jump(wait);
        for (index, layer) in layers.into_iter().enumerate() {
            let mut script = writer.layer_at(layer);
            for step in 0..8 {
                let semitone = 30 + (5 * slot + 4 * index + 3 * step) % 14;
                script.note(semitone as u8, 24 + index as u16, 100, 0);
            }
            script.jump(layer);
        }
    }
    writer.finish().expect("a valid sequence")
}

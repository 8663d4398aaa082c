//! The bytes of a song: tracks, and the segments and lists around them (`snes-nspc.md` section 5).

use crate::author::code;
use crate::sequencer::driver::TRACKS;
use crate::sequencer::memory_map::SONG_TABLE;

/// The longest event.
pub(super) const LONGEST_EVENT: u64 = 127;
/// Nearly the whole length of a note sounds.
const FULL_GATE: u8 = 7;
/// Slides the note that it follows.
const SLIDE_ONCE: u8 = 0xF9;

/// The bytes of a track; lengths and velocities are written when they change.
#[derive(Debug, Default)]
pub(super) struct TrackWriter {
    pub bytes: Vec<u8>,
    /// Fine tuning of the notes that follow.
    pub tune: u8,
    length: Option<u8>,
    velocity: Option<u8>,
}

impl TrackWriter {
    /// A note of a velocity from the table.
    pub(super) fn note(&mut self, length: u64, velocity: u8, byte: u8) {
        let first = length.min(LONGEST_EVENT) as u8;
        if self.velocity != Some(velocity) {
            self.velocity = Some(velocity);
            self.length = Some(first);
            self.bytes.extend([first, FULL_GATE << 4 | velocity]);
        }
        self.event(first, byte);
        if length > LONGEST_EVENT {
            self.hold(length - LONGEST_EVENT, None);
        }
    }

    /// The note goes on; with a slide to another note at once.
    pub(super) fn hold(&mut self, length: u64, slide: Option<u8>) {
        let mut slide = slide;
        self.pieces(length, code::TIE, |bytes| {
            if let Some(target) = slide.take() {
                bytes.extend([SLIDE_ONCE, 0, 1, target]);
            }
        });
    }

    /// Silence.
    pub(super) fn rest(&mut self, length: u64) {
        self.pieces(length, code::REST, |_| {});
    }

    fn pieces(&mut self, mut length: u64, byte: u8, mut after: impl FnMut(&mut Vec<u8>)) {
        while length != 0 {
            let piece = length.min(LONGEST_EVENT);
            self.event(piece as u8, byte);
            after(&mut self.bytes);
            length -= piece;
        }
    }

    fn event(&mut self, length: u8, byte: u8) {
        if self.length != Some(length) {
            self.length = Some(length);
            self.bytes.push(length);
        }
        self.bytes.push(byte);
    }
}

/// Segments of tracks, to be given addresses.
#[derive(Debug, Default)]
pub(super) struct SongWriter {
    /// The tracks of each segment.
    pub segments: Vec<Vec<Vec<u8>>>,
}

impl SongWriter {
    /// The song table with one song, its list, segments and tracks. A song that repeats does so from its last segment.
    pub(super) fn link(&self, repeats: bool) -> Vec<u8> {
        const WORD: usize = 2;
        let list_at = usize::from(SONG_TABLE) + WORD;
        let list_words = self.segments.len() + if repeats { 2 } else { 1 };
        let segments_at = list_at + WORD * list_words;
        let mut tracks_at = segments_at + WORD * TRACKS * self.segments.len();
        let mut words = vec![list_at];
        words.extend((0..self.segments.len()).map(|number| segments_at + WORD * TRACKS * number));
        if repeats {
            words.extend([0xFF, list_at + WORD * (self.segments.len() - 1)]);
        } else {
            words.push(0);
        }
        let mut bodies: Vec<u8> = Vec::new();
        for tracks in &self.segments {
            for number in 0..TRACKS {
                let track = tracks.get(number);
                words.push(track.map_or(0, |_| tracks_at));
                if let Some(track) = track {
                    tracks_at += track.len();
                    bodies.extend(track);
                }
            }
        }
        let mut bytes: Vec<u8> = words.into_iter().flat_map(|word| (word as u16).to_le_bytes()).collect();
        bytes.extend(bodies);
        bytes
    }
}

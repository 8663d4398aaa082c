//! A MIDI file as a song.

use std::collections::{BTreeMap, BTreeSet};

use tatum_core::midi::{BEND_CENTRE, CHANNEL_COUNT, ChannelMessage, EventKind, MidiFile, Overlap, TextKind};
use tatum_core::source::{Problem, Problems};

use super::controller::{
    DATA_ENTRY, EXPRESSION, PAN, PARAMETER_HIGH, PARAMETER_LOW, TREMOLO_DEPTH, VIBRATO_DELAY, VIBRATO_DEPTH,
    VIBRATO_RATE, VOLUME,
};
use super::song_writer::{LONGEST_EVENT, SongWriter, TrackWriter};
use super::voices::{PlacedNote, Voice, spread};
use super::{DRUM_CHANNEL, INSTRUMENTS_TEXT, QUARTER_TIMES_TEMPO, TICKS_PER_QUARTER, drums};
use crate::author::code;
use crate::format::song_bank::VELOCITIES;
use crate::format::{TransferBlock, TransferImage};
use crate::sequencer::driver::TRACKS;
use crate::sequencer::memory_map::{ENTRY, SONG_TABLE};

/// Bytes that the songs of a bank may take (`snes-authoring.md` section 4).
const LARGEST_SONG: usize = 0x2F00;
/// Ticks that rests of the longest kind take in the largest song.
const LONGEST_SONG: u64 = LARGEST_SONG as u64 * LONGEST_EVENT;
/// MIDI key of the note $80, and how many notes there are.
const FIRST_KEY: i32 = 24;
const NOTES: i32 = 72;
/// Percussion notes from $CA on.
const PERCUSSION_NOTES: u8 = 22;

/// Command bytes (`snes-authoring.md` section 3).
mod command {
    pub(super) const INSTRUMENT: u8 = 0xE0;
    pub(super) const PAN: u8 = 0xE1;
    pub(super) const VIBRATO: u8 = 0xE3;
    pub(super) const VIBRATO_OFF: u8 = 0xE4;
    pub(super) const MASTER_VOLUME: u8 = 0xE5;
    pub(super) const TEMPO: u8 = 0xE7;
    pub(super) const TREMOLO: u8 = 0xEB;
    pub(super) const TREMOLO_OFF: u8 = 0xEC;
    pub(super) const VOLUME: u8 = 0xED;
    pub(super) const TUNE: u8 = 0xF4;
    pub(super) const PERCUSSION_BASE: u8 = 0xFA;
}

/// What a file gives.
#[derive(Clone, Debug)]
pub struct Imported {
    /// An image whose song 1 it is, without instruments; none if a problem is an error.
    pub image: Option<TransferImage>,
    /// What could not be kept.
    pub problems: Problems,
}

/// Makes a song of a MIDI file. Up to eight notes sound at a time; markers `[` and `]` enclose what is repeated for ever.
///
/// Programs are those of General MIDI, and become the game's instruments that are most like them, unless the file was
/// exported from a song: then they are instrument numbers.
#[must_use]
pub fn import(file: &MidiFile) -> Imported {
    let mut importer = Importer { file, problems: Problems::default(), reported: BTreeSet::new() };
    let bytes = importer.song();
    let image = bytes.filter(|_| !importer.problems.has_errors()).map(|data| TransferImage {
        blocks: vec![TransferBlock { address: SONG_TABLE, data }],
        entry: ENTRY,
        lone_song: None,
        diagnostics: Default::default(),
    });
    Imported { image, problems: importer.problems }
}

/// What a channel is told besides notes: command bytes by tick, and its bend in 256ths of a semitone.
#[derive(Clone, Debug, Default)]
struct ChannelScript {
    commands: BTreeMap<u64, Vec<u8>>,
    bends: BTreeMap<u64, i32>,
}

impl ChannelScript {
    fn push(&mut self, tick: u64, bytes: &[u8]) {
        self.commands.entry(tick).or_default().extend(bytes);
    }

    fn bend_at(&self, tick: u64) -> i32 {
        self.bends.range(..=tick).next_back().map_or(0, |(_, bend)| *bend)
    }
}

struct Importer<'a> {
    file: &'a MidiFile,
    problems: Problems,
    reported: BTreeSet<String>,
}

impl Importer<'_> {
    fn song(&mut self) -> Option<Vec<u8>> {
        let mut scripts: Vec<ChannelScript> = (0..CHANNEL_COUNT).map(|_| ChannelScript::default()).collect();
        self.messages(&mut scripts);
        let (voices, lost) = spread(self.notes(), TRACKS);
        if lost != 0 {
            let message = format!("{lost} notes are left out: more than {TRACKS} would sound at a time");
            self.problems.push(
                Problem::warning("MID-VOICES", None, message)
                    .with_hint("a track plays the notes of one channel, one at a time"),
            );
        }
        if voices.is_empty() {
            self.problems.push(Problem::error("MID-EMPTY", None, "there are no notes"));
            return None;
        }
        let repeated = self.repeated_ticks();
        let end = voices.iter().flat_map(|voice| &voice.notes).map(|note| note.end).max().unwrap_or(1);
        let end = repeated.map_or(end, |(_, repeated)| end.max(repeated));
        if end > LONGEST_SONG {
            let message = format!("the song has {end} ticks, a bank holds at most {LONGEST_SONG}");
            self.problems.push(Problem::error("MID-LONG", None, message));
            return None;
        }
        let segments = match repeated {
            Some((start, end)) if start > 0 => vec![(0, start), (start, end)],
            Some((_, end)) => vec![(0, end)],
            None => vec![(0, end)],
        };
        let tempos = self.tempos();
        let mut song = SongWriter::default();
        for (start, end) in &segments {
            let tracks = voices.iter().enumerate().map(|(number, voice)| {
                let script = &scripts[usize::from(voice.channel) % scripts.len()];
                let global = if number == 0 { Some(&tempos) } else { None };
                self.track(voice, script, global, *start, *end)
            });
            song.segments.push(tracks.collect());
        }
        let bytes = song.link(repeated.is_some());
        if bytes.len() > LARGEST_SONG {
            let message = format!("the song has {} bytes, a bank holds {LARGEST_SONG}", bytes.len());
            self.problems.push(
                Problem::error("MID-LONG", None, message)
                    .with_hint("fewer controller changes, or a shorter song"),
            );
            return None;
        }
        Some(bytes)
    }

    /// A tick of the file in ticks of the console, to the nearest.
    fn tick(&self, tick: u64) -> u64 {
        let quarter = u128::from(self.file.ticks_per_quarter.max(1));
        let scaled = (u128::from(tick) * u128::from(TICKS_PER_QUARTER) * 2 + quarter) / (2 * quarter);
        u64::try_from(scaled).unwrap_or(u64::MAX)
    }

    fn warn_once(&mut self, code: &'static str, message: String) {
        if self.reported.insert(message.clone()) {
            self.problems.push(Problem::warning(code, None, message));
        }
    }

    fn notes(&mut self) -> Vec<PlacedNote> {
        let paired = self.file.pair_notes(Overlap::Cut);
        let length = self.file.length();
        if !paired.stray.is_empty() {
            self.warn_once("MID-STRAY", format!("{} releases belong to no note", paired.stray.len()));
        }
        if paired.notes.iter().any(|note| note.end.is_none()) {
            self.warn_once("MID-HANGING", "notes that never end last to the end of the file".to_owned());
        }
        let mut notes: Vec<_> = paired
            .notes
            .into_iter()
            .map(|note| {
                let start = self.tick(note.start);
                let end = self.tick(note.end.unwrap_or(length)).max(start + 1);
                PlacedNote { note, start, end }
            })
            .collect();
        notes.sort_by_key(|note| note.start);
        notes
    }

    fn tempos(&self) -> BTreeMap<u64, Vec<u8>> {
        let mut tempos = BTreeMap::new();
        for (_, event) in self.file.merged() {
            if let EventKind::Tempo(quarter) = event.kind {
                let tempo = (QUARTER_TIMES_TEMPO / quarter.max(1)).clamp(1, 255) as u8;
                tempos.insert(self.tick(event.tick), vec![command::TEMPO, tempo]);
            }
        }
        let first = tempos.entry(0).or_insert_with(|| vec![command::TEMPO, 73]);
        // The master volume is that of the channels, and percussion notes count from instrument 0.
        first.extend([command::MASTER_VOLUME, 255, command::PERCUSSION_BASE, 0]);
        tempos
    }

    fn messages(&mut self, scripts: &mut [ChannelScript]) {
        let file = self.file;
        let is_own = file
            .tracks
            .iter()
            .flat_map(|track| &track.events)
            .any(|event| event.kind.as_text(TextKind::Text).is_some_and(|text| text == INSTRUMENTS_TEXT));
        let mut states = [ChannelState::default(); CHANNEL_COUNT as usize];
        for (channel, script) in (0..CHANNEL_COUNT).zip(scripts.iter_mut()) {
            script.push(0, &ChannelState::default().volume());
            if channel != DRUM_CHANNEL && !is_own {
                script.push(0, &[command::INSTRUMENT, instrument_of_program(0)]);
            }
        }
        for (_, event) in file.merged() {
            let EventKind::Channel { channel, message } = event.kind else { continue };
            let tick = self.tick(event.tick);
            let (Some(state), Some(script)) =
                (states.get_mut(usize::from(channel)), scripts.get_mut(usize::from(channel)))
            else {
                continue;
            };
            match message {
                ChannelMessage::NoteOn { .. } | ChannelMessage::NoteOff { .. } => {}
                ChannelMessage::Program(_) if channel == DRUM_CHANNEL => {}
                ChannelMessage::Program(program) => {
                    let instrument = if is_own { program } else { instrument_of_program(program) };
                    script.push(tick, &[command::INSTRUMENT, instrument]);
                }
                ChannelMessage::PitchBend(wheel) => {
                    let distance = i32::from(wheel) - i32::from(BEND_CENTRE);
                    script.bends.insert(tick, distance * i32::from(state.bend_range) / 32);
                }
                ChannelMessage::Controller { controller, value } => match state.control(controller, value) {
                    Some(bytes) => script.push(tick, &bytes),
                    None => {
                        let message = format!("controller {controller} has no counterpart in a song");
                        self.warn_once("MID-UNUSED", message);
                    }
                },
                ChannelMessage::KeyPressure { .. } | ChannelMessage::ChannelPressure(_) => {
                    self.warn_once("MID-UNUSED", "pressure has no counterpart in a song".to_owned());
                }
            }
        }
    }

    /// The ticks that are repeated for ever, if markers say so.
    fn repeated_ticks(&mut self) -> Option<(u64, u64)> {
        let file = self.file;
        let find = |wanted: &str| {
            file.merged().into_iter().find_map(|(_, event)| {
                let is_wanted =
                    event.kind.as_text(TextKind::Marker).is_some_and(|text| text.trim() == wanted);
                is_wanted.then_some(event.tick)
            })
        };
        match (find("[").map(|tick| self.tick(tick)), find("]").map(|tick| self.tick(tick))) {
            (Some(start), Some(end)) if start < end => Some((start, end)),
            (None, None) => None,
            _ => {
                self.warn_once("MID-LOOP", "markers `[` and `]` enclose no time".to_owned());
                None
            }
        }
    }

    /// The bytes of a track from one tick to another.
    fn track(
        &mut self,
        voice: &Voice,
        script: &ChannelScript,
        global: Option<&BTreeMap<u64, Vec<u8>>>,
        start: u64,
        end: u64,
    ) -> Vec<u8> {
        let notes: Vec<_> = voice.notes.iter().filter(|note| note.start < end && note.end > start).collect();
        let mut places: BTreeSet<u64> = BTreeSet::from([start]);
        places.extend(notes.iter().flat_map(|note| [note.start, note.end]));
        places.extend(script.commands.keys().chain(script.bends.keys()));
        places.extend(global.into_iter().flat_map(BTreeMap::keys));
        let places: Vec<u64> = places.into_iter().filter(|place| (start..end).contains(place)).collect();
        let mut writer = TrackWriter::default();
        let mut next_note = notes.iter().peekable();
        let mut sounding: Option<(&PlacedNote, i32)> = None;
        for (index, &place) in places.iter().enumerate() {
            let until = places.get(index + 1).copied().unwrap_or(end);
            for commands in [global.and_then(|global| global.get(&place)), script.commands.get(&place)] {
                writer.bytes.extend(commands.into_iter().flatten());
            }
            sounding = sounding.filter(|(note, _)| note.end > place);
            // A note that began in the segment before was cut at its end.
            while next_note.peek().is_some_and(|note| note.start < place) {
                next_note.next();
            }
            if let Some(note) = next_note.next_if(|note| note.start == place) {
                let semitone = self.note(&mut writer, note, script.bend_at(place), until - place);
                sounding = Some((note, semitone));
            } else if let Some((note, semitone)) = &mut sounding {
                let wanted = self.semitone(note, script.bend_at(place));
                let slide = (wanted != *semitone && note.note.channel != DRUM_CHANNEL).then_some(wanted);
                *semitone = wanted;
                writer.hold(until - place, slide.map(|semitone| note_byte(semitone) & 0x7F));
            } else {
                writer.rest(until - place);
            }
        }
        writer.bytes.push(code::END);
        writer.bytes
    }

    /// The semitone that is nearest to a bent note, within the notes there are.
    fn semitone(&mut self, note: &PlacedNote, bend: i32) -> i32 {
        let wanted = i32::from(note.note.key) + (bend + 128).div_euclid(256);
        let mut key = wanted;
        while key < FIRST_KEY {
            key += 12;
        }
        while key >= FIRST_KEY + NOTES {
            key -= 12;
        }
        if key != wanted {
            self.warn_once("MID-RANGE", "notes below C1 or above B6 are moved by octaves".to_owned());
        }
        key
    }

    /// Writes a note; gives the semitone that it plays.
    fn note(&mut self, writer: &mut TrackWriter, note: &PlacedNote, bend: i32, length: u64) -> i32 {
        let velocity = nearest_velocity(note.note.velocity);
        if note.note.channel == DRUM_CHANNEL {
            let instrument = drums::instrument_of(note.note.key);
            if instrument < PERCUSSION_NOTES {
                writer.note(length, velocity, code::FIRST_PERCUSSION + instrument);
            } else {
                writer.bytes.extend([command::INSTRUMENT, instrument]);
                writer.note(length, velocity, note_byte(60));
            }
            return 60;
        }
        // Fine tuning only raises: the note below, and what is missing to the bent pitch.
        let fraction = bend.rem_euclid(256) as u8;
        let semitone = self.semitone(note, bend - i32::from(fraction));
        if writer.tune != fraction {
            writer.tune = fraction;
            writer.bytes.extend([command::TUNE, fraction]);
        }
        writer.note(length, velocity, note_byte(semitone));
        semitone
    }
}

/// The byte of a note by its MIDI key, which is one of those there are.
fn note_byte(key: i32) -> u8 {
    code::FIRST_NOTE + (key - FIRST_KEY).clamp(0, NOTES - 1) as u8
}

fn nearest_velocity(velocity: u8) -> u8 {
    let wanted = 2 * velocity;
    (0..16).min_by_key(|index| VELOCITIES[usize::from(*index)].abs_diff(wanted)).unwrap_or(15)
}

/// The game's instrument that is most like a program of General MIDI (`snes-authoring.md` section 3).
fn instrument_of_program(program: u8) -> u8 {
    match program {
        46 => 0x0F,
        47 | 112..=119 => 0x02,
        52..=54 | 91 => 0x15,
        57 | 58 => 0x0B,
        60 => 0x12,
        79 => 0x0D,
        80 => 0x03,
        0..=7 | 24..=31 => 0x18,
        8..=15 => 0x0E,
        16..=23 => 0x0D,
        32..=39 | 81..=87 => 0x04,
        40..=51 | 55 | 88..=95 => 0x09,
        56..=63 => 0x11,
        64..=78 => 0x16,
        96..=103 => 0x06,
        104..=111 => 0x0F,
        _ => 0x01,
    }
}

/// What the controllers of a channel stand at.
#[derive(Clone, Copy, Debug)]
struct ChannelState {
    volume: u8,
    expression: u8,
    vibrato: [u8; 3],
    parameter: (u8, u8),
    bend_range: u8,
}

impl Default for ChannelState {
    fn default() -> Self {
        Self { volume: 100, expression: 127, vibrato: [0, 0x20, 0], parameter: (127, 127), bend_range: 2 }
    }
}

impl ChannelState {
    /// The command bytes of a controller, which may be none; `None` if it has no counterpart.
    fn control(&mut self, controller: u8, value: u8) -> Option<Vec<u8>> {
        match controller {
            VOLUME => self.volume = value,
            EXPRESSION => self.expression = value,
            PAN => {
                let pan = 20 - (u16::from(value) * 20 + 63) / 127;
                return Some(vec![command::PAN, pan as u8]);
            }
            VIBRATO_DEPTH => self.vibrato[2] = value,
            VIBRATO_RATE => self.vibrato[1] = value,
            VIBRATO_DELAY => self.vibrato[0] = value,
            TREMOLO_DEPTH if value == 0 => return Some(vec![command::TREMOLO_OFF]),
            TREMOLO_DEPTH => return Some(vec![command::TREMOLO, 0, 0x20, 2 * value]),
            PARAMETER_HIGH => self.parameter.0 = value,
            PARAMETER_LOW => self.parameter.1 = value,
            DATA_ENTRY if self.parameter == (0, 0) => self.bend_range = value,
            _ => return None,
        }
        Some(match controller {
            VOLUME | EXPRESSION => self.volume().to_vec(),
            VIBRATO_DEPTH | VIBRATO_RATE | VIBRATO_DELAY => match self.vibrato {
                [.., 0] => vec![command::VIBRATO_OFF],
                [delay, rate, depth] => vec![command::VIBRATO, 2 * delay, 2 * rate, 2 * depth],
            },
            _ => Vec::new(),
        })
    }

    fn volume(&self) -> [u8; 2] {
        let volume = 2 * u16::from(self.volume) * u16::from(self.expression) / 127;
        [command::VOLUME, volume.min(255) as u8]
    }
}

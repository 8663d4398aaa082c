//! When notes begin in a recording, against when the engine begins them.

use std::collections::BTreeMap;

use rayon::prelude::*;
use tatum_core::{Frame, Mutes};

use super::correlate::Correlator;
use crate::error::Error;
use crate::song::Song;
use crate::verify::score::{Note, Score};

/// Where a note begins in the recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Onset {
    /// The note, in the rendering.
    pub note: Note,
    /// By how many milliseconds it is later in the recording; negative is earlier.
    pub milliseconds: f64,
    /// The same in ticks of the sequence, where it has ticks.
    pub ticks: Option<f64>,
    /// How well it was recognised, 0 to 1.
    pub correlation: f64,
}

/// The onsets of a recording.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Onsets {
    /// Notes that were recognised, in order of time.
    pub found: Vec<Onset>,
    /// Notes that could not be recognised.
    pub lost: usize,
    /// How the delay grows, in millionths of the time: how much slower the recording's tempo is.
    pub tempo_drift: Option<f64>,
}

impl Onsets {
    /// The notes that are early or late by more than `milliseconds`.
    pub fn misplaced(&self, milliseconds: f64) -> impl Iterator<Item = &Onset> {
        self.found.iter().filter(move |onset| onset.milliseconds.abs() > milliseconds)
    }
}

/// Frames of a note that are looked for, and those before its begin.
const PIECE: usize = 1536;
const BEFORE: usize = 64;
/// How far a note is searched, in frames: a tenth of a second at 32000 Hz.
const REACH: i64 = 3200;
/// Less likeness than this is not recognised.
const LEAST_CORRELATION: f64 = 0.6;
/// Onsets of one song that are measured; of more, an even selection.
const MOST_ONSETS: usize = 4000;
/// Longer songs are measured without separating their channels.
const LONGEST_SEPARATED: usize = 32_000 * 600;

/// Two signals with one value per frame, and the rate of both.
pub(super) struct Signals<'a> {
    pub(super) rendered: &'a [Frame],
    /// The aligned recording, its gain taken back: frame `n` is the rendering's frame `n`.
    pub(super) recorded: &'a [[f32; 2]],
    pub(super) rate: f64,
}

/// Measures the onsets of all notes from frame `begin` on.
pub(super) fn measure(song: &Song, score: &Score, signals: &Signals<'_>, begin: u64) -> Result<Onsets, Error> {
    let render: Vec<f32> = signals.rendered.iter().copied().map(mono).collect();
    let record: Vec<f32> = signals.recorded.iter().map(|frame| frame[0] + frame[1]).collect();
    let length = render.len().min(record.len());
    let mut onsets: Vec<&Note> = 
        score.notes.iter().filter(|note| note.start >= begin && (note.start as usize) < length).collect();
    // Voices that begin together on one channel are one event.
    onsets.dedup_by_key(|note| (note.start, note.place.channel));
    if onsets.len() > MOST_ONSETS {
        let all = onsets.len();
        onsets = (0..MOST_ONSETS).map(|number| onsets[number * all / MOST_ONSETS]).collect();
    }
    let mut by_channel: BTreeMap<Option<u8>, Vec<&Note>> = BTreeMap::new();
    for note in onsets {
        by_channel.entry(note.place.channel).or_default().push(note);
    }
    let channels: Vec<_> = by_channel.into_iter().collect();
    let measured: Vec<Result<Vec<Option<Onset>>, Error>> = channels
        .par_iter()
        .map(|(channel, notes)| {
            let mut meter = Meter::new(song, &render, &record, *channel);
            notes.iter().map(|note| meter.measure(note, score, signals.rate)).collect()
        })
        .collect();
    let mut result = Onsets::default();
    for onsets in measured {
        for onset in onsets? {
            match onset {
                Some(onset) => result.found.push(onset),
                None => result.lost += 1,
            }
        }
    }
    result.found.sort_by_key(|onset| (onset.note.start, onset.note.place));
    result.tempo_drift = slope(&result.found, signals.rate);
    Ok(result)
}

fn mono(frame: Frame) -> f32 {
    f32::from(frame.left) + f32::from(frame.right)
}

/// Measures the notes of one channel.
struct Meter<'a> {
    song: &'a Song,
    render: &'a [f32],
    record: &'a [f32],
    channel: Option<u8>,
    correlator: Correlator,
    /// The channel's own sound, once it has been asked for.
    own: Option<Vec<f32>>,
}

impl<'a> Meter<'a> {
    fn new(song: &'a Song, render: &'a [f32], record: &'a [f32], channel: Option<u8>) -> Self {
        let size = (PIECE + BEFORE + 2 * REACH as usize).next_power_of_two();
        Self { song, render, record, channel, correlator: Correlator::new(size), own: None }
    }

    /// A note is where the whole sound around it is found, or where its channel's sound is found in what the other
    /// channels leave of the recording, whichever fits better.
    fn measure(&mut self, note: &Note, score: &Score, rate: f64) -> Result<Option<Onset>, Error> {
        let length = self.render.len().min(self.record.len());
        let begin = (note.start as usize).saturating_sub(BEFORE);
        let end = (note.start as usize + PIECE).min(length);
        let (render, record) = (self.render, self.record);
        let (mut lag, mut correlation) = (0.0, 1.0);
        if !is_same(&render[begin..end], &record[begin..end]) {
            let whole = self.search(&render[begin..end], record, begin);
            let own = self.search_own(begin, end)?;
            let found = [whole, own].into_iter().flatten().max_by(|a, b| a.1.total_cmp(&b.1));
            match found.filter(|(_, correlation)| *correlation >= LEAST_CORRELATION) {
                Some(found) => (lag, correlation) = found,
                None => return Ok(None),
            }
        }
        let tick = score.tick_length(note.place.player, note.start);
        Ok(Some(Onset {
            note: note.clone(),
            milliseconds: lag / rate * 1000.0,
            ticks: tick.map(|tick| lag / tick),
            correlation,
        }))
    }

    /// The displacement of a piece around its place.
    fn search(&self, piece: &[f32], signal: &[f32], begin: usize) -> Option<(f64, f64)> {
        let center = begin as i64;
        let found = self.correlator.find(piece, signal, center - REACH..center + REACH)?;
        Some((found.lag - begin as f64, found.correlation))
    }

    fn search_own(&mut self, begin: usize, end: usize) -> Result<Option<(f64, f64)>, Error> {
        let Some(channel) = self.channel.filter(|_| self.render.len() <= LONGEST_SEPARATED) else {
            return Ok(None);
        };
        if self.own.is_none() {
            self.own = Some(self.channel_sound(channel)?);
        }
        let Some(own) = &self.own else { return Ok(None) };
        // What the other channels leave of the recording, as far as the piece is searched.
        let from = begin.saturating_sub(REACH as usize);
        let to = (end + REACH as usize).min(self.record.len()).min(self.render.len());
        let left: Vec<f32> =
            (from..to).map(|index| self.record[index] - self.render[index] + own[index]).collect();
        let center = (begin - from) as i64;
        let found = self.correlator.find(&own[begin..end], &left, center - REACH..center + REACH);
        Ok(found.map(|found| (found.lag - center as f64, found.correlation)))
    }

    /// What is missing when the channel is muted.
    fn channel_sound(&self, channel: u8) -> Result<Vec<f32>, Error> {
        let mut player = self.song.start()?;
        player.set_mutes(Mutes::NONE.with_channel(channel));
        let mut own = self.render.to_vec();
        let mut block = [Frame::SILENCE; 4096];
        for piece in own.chunks_mut(block.len()) {
            let count = player.render(&mut block[..piece.len()]);
            for (value, frame) in piece.iter_mut().zip(&block[..count]) {
                *value -= mono(*frame);
            }
        }
        Ok(own)
    }
}

/// Whether two pieces differ by rounding only.
fn is_same(a: &[f32], b: &[f32]) -> bool {
    let error: f32 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
    error <= 2.0 * a.len() as f32
}

/// The slope of the delays over time, in millionths: the median of the slopes between distant notes.
fn slope(onsets: &[Onset], rate: f64) -> Option<f64> {
    let half = onsets.len() / 2;
    if half < 4 {
        return None;
    }
    let mut slopes: Vec<f64> = (0..onsets.len() - half)
        .filter_map(|index| {
            let (a, b) = (&onsets[index], &onsets[index + half]);
            let seconds = (b.note.start - a.note.start) as f64 / rate;
            (seconds > 1.0).then(|| (b.milliseconds - a.milliseconds) / seconds * 1000.0)
        })
        .collect();
    slopes.sort_by(f64::total_cmp);
    slopes.get(slopes.len() / 2).copied()
}

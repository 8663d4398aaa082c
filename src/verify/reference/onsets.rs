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
/// Less likeness between the recording and the best story is not recognised.
const LEAST_CORRELATION: f64 = 0.6;
/// A story with a displacement must leave less than this part of the error of the one without.
const GOOD_STORY: f64 = 0.8;
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
pub(super) fn measure(
    song: &Song,
    score: &Score,
    signals: &Signals<'_>,
    begin: u64,
) -> Result<Onsets, Error> {
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

    /// Finds the note by asking which story explains the recording best: everything is on time; only this channel is
    /// displaced; everything is; or everything but this channel is.
    fn measure(&mut self, note: &Note, score: &Score, rate: f64) -> Result<Option<Onset>, Error> {
        let length = self.render.len().min(self.record.len());
        let begin = (note.start as usize).saturating_sub(BEFORE);
        let end = (note.start as usize + PIECE).min(length);
        let (mut lag, mut correlation) = (0.0, 1.0);
        if !is_same(&self.render[begin..end], &self.record[begin..end]) {
            match self.best_story(begin, end)? {
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

    /// The note's displacement in the best story, and how much of the recording that explains.
    fn best_story(&mut self, begin: usize, end: usize) -> Result<Option<(f64, f64)>, Error> {
        self.separate()?;
        let silence = Vec::new();
        let own = self.own.as_ref().unwrap_or(&silence);
        let own_at = |index: usize| own.get(index).copied().unwrap_or(0.0);
        let rest_at = |index: usize| self.render.get(index).copied().unwrap_or(0.0) - own_at(index);
        let record_at = |index: usize| self.record.get(index).copied().unwrap_or(0.0);
        // Pieces are looked for in what the other part leaves of the recording, where that part is on time.
        let from = begin.saturating_sub(REACH as usize);
        let to = (end + REACH as usize).min(self.record.len());
        let window = |value: &dyn Fn(usize) -> f32| -> Vec<f32> { (from..to).map(value).collect() };
        let lag = |piece: &dyn Fn(usize) -> f32, among: &dyn Fn(usize) -> f32| {
            let piece: Vec<f32> = (begin..end).map(piece).collect();
            let center = (begin - from) as i64;
            let found = self.correlator.find(&piece, &window(among), center - REACH..center + REACH)?;
            Some(found.lag - center as f64)
        };
        let whole = lag(&|index| rest_at(index) + own_at(index), &record_at);
        let (alone, others) = match self.own {
            Some(_) => (
                lag(&own_at, &|index| record_at(index) - rest_at(index)),
                lag(&rest_at, &|index| record_at(index) - own_at(index)),
            ),
            None => (None, None),
        };
        // Own displacement, and that of the rest.
        let stories = [
            Some((0.0, 0.0)),
            alone.map(|lag| (lag, 0.0)),
            whole.map(|lag| (lag, lag)),
            others.map(|lag| (0.0, lag)),
        ];
        let energy: f64 =
            (begin..to.min(end + REACH as usize / 2)).map(|index| f64::from(record_at(index)).powi(2)).sum();
        let error = |(own_lag, rest_lag): (f64, f64)| -> f64 {
            let shifted = |value: &dyn Fn(usize) -> f32, index: usize, lag: f64| {
                usize::try_from(index as i64 - lag.round() as i64).map_or(0.0, value)
            };
            (begin..to.min(end + REACH as usize / 2))
                .map(|index| {
                    let told = shifted(&own_at, index, own_lag) + shifted(&rest_at, index, rest_lag);
                    f64::from(record_at(index) - told).powi(2)
                })
                .sum()
        };
        let told: Vec<((f64, f64), f64)> =
            stories.into_iter().flatten().map(|story| (story, error(story))).collect();
        let on_time = told[0].1;
        let best =
            told.iter().min_by(|a, b| a.1.total_cmp(&b.1)).filter(|best| best.1 < GOOD_STORY * on_time);
        let ((lag, _), error) = best.copied().unwrap_or(told[0]);
        let correlation = (1.0 - error / energy.max(1.0)).max(0.0).sqrt();
        Ok((correlation >= LEAST_CORRELATION).then_some((lag, correlation)))
    }

    /// Makes the channel's own sound, if it has one and the song is not too long.
    fn separate(&mut self) -> Result<(), Error> {
        if let (Some(channel), None) = (self.channel, &self.own)
            && self.render.len() <= LONGEST_SEPARATED
        {
            self.own = Some(self.channel_sound(channel)?);
        }
        Ok(())
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

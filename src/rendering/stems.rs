//! Stems: what each channel adds to a song's mix, from one timeline.
//!
//! All mixes of a song have the same timeline, because muting changes no timing. So a stem is the difference of two
//! mixes: one with this channel and all before it, and one with all before it alone. Differences add up to the full
//! mix in every sample, rounding of the console's mixer included. The last stem is what reverb or echo give back.
//! Where a mix saturates, differences show that too; [`StemReport::saturated`] counts it.

use std::collections::BTreeSet;

use tatum_core::{EnvelopeStage, Frame, Mutes, Rate, VoiceStatus};

use super::{Rendered, WriteBlocks, is_clipped, render_mixes};
use crate::error::Error;
use crate::song::plan::Plan;
use crate::song::{Song, SongPlayer};

/// Frames between two looks at which channels sound: shorter than the shortest step of any sequencer.
const LOOK: usize = 64;

/// What becomes a stem.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum StemDivision {
    /// Every channel (track).
    #[default]
    Channel,
    /// Every layer of every channel (Nintendo 64).
    Layer,
}

/// A part of the mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stem {
    /// A channel, dry.
    Channel(u8),
    /// A layer of a channel, dry.
    Layer(u8, u8),
    /// What reverb or echo give back.
    Returns,
}

impl Stem {
    /// The name of its file, without an ending.
    #[must_use]
    pub fn file_name(self) -> String {
        match self {
            Self::Channel(channel) => format!("channel-{channel:02}"),
            Self::Layer(channel, layer) => format!("channel-{channel:02}-layer-{layer}"),
            Self::Returns => "returns".into(),
        }
    }
}

/// What rendering stems showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StemReport {
    /// The full mix.
    pub full: Rendered,
    /// Frames in which one of the mixes is at full scale: there the console's mixer is not linear, and a stem is not
    /// what its channel would be alone.
    pub saturated: u64,
    /// The first of them.
    pub first_saturated: Option<u64>,
    /// Frames in which the stems do not add up to the full mix, because a stem does not fit 16 bits.
    pub unequal: u64,
}

/// A song divided into stems.
pub struct Stems {
    parts: Vec<Stem>,
    players: Vec<SongPlayer>,
}

impl Stems {
    /// Finds what sounds in the plan's frames and divides the song by it; `mutes` are left out of everything.
    ///
    /// # Errors
    ///
    /// As [`Song::start`], and if the song does what would hang the console.
    pub fn new(song: &Song, plan: &Plan, division: StemDivision, mutes: Mutes) -> Result<Self, Error> {
        let mut parts: Vec<Stem> = sounding(song, plan, division)?.into_iter().collect();
        parts.retain(|part| match *part {
            Stem::Channel(channel) => !mutes.silences(u8::MAX, Some(channel)),
            Stem::Layer(channel, layer) => {
                !mutes.silences(u8::MAX, Some(channel)) && !mutes.silences_layer(channel, layer)
            }
            Stem::Returns => true,
        });
        // Everything is silent at first; each mix hears one part more.
        let mut heard = parts.iter().fold(mutes.with_returns(), |all, part| match *part {
            Stem::Channel(channel) => all.with_channel(channel),
            Stem::Layer(channel, layer) => all.with_layer(channel, layer),
            Stem::Returns => all,
        });
        parts.push(Stem::Returns);
        let mut players = Vec::with_capacity(parts.len());
        for part in &parts {
            heard = match *part {
                Stem::Channel(channel) => heard.without_channel(channel),
                Stem::Layer(channel, layer) => heard.without_layer(channel, layer),
                Stem::Returns => mutes,
            };
            let mut player = song.start()?;
            player.set_mutes(heard);
            players.push(player);
        }
        Ok(Self { parts, players })
    }

    /// The stems, in the order in which [`render`](Self::render) hands them over.
    #[must_use]
    pub fn parts(&self) -> &[Stem] {
        &self.parts
    }

    /// The native rate.
    #[must_use]
    pub fn rate(&self) -> Rate {
        self.players[0].rate()
    }

    /// Renders the plan; `write` gets each block of every stem and of the full mix (last), and the frames so far.
    ///
    /// # Errors
    ///
    /// What `write` returns, and if the song does what would hang the console.
    pub fn render(
        &mut self,
        song: &Song,
        plan: &Plan,
        write: &mut WriteBlocks<'_>,
    ) -> Result<StemReport, Error> {
        let mut report = StemReport::default();
        let mut stems = vec![Vec::new(); self.parts.len() + 1];
        report.full = render_mixes(song, &mut self.players, plan, &mut |mixes, done| {
            let count = mixes.last().map_or(0, Vec::len);
            for (index, stem) in stems.iter_mut().take(mixes.len()).enumerate() {
                let before = index.checked_sub(1).map(|before| &mixes[before]);
                stem.clear();
                stem.extend((0..count).map(|frame| {
                    difference(mixes[index][frame], before.map_or(Frame::SILENCE, |mix| mix[frame]))
                }));
            }
            if let (Some(full), Some(mix)) = (stems.last_mut(), mixes.last()) {
                full.clone_from(mix);
            }
            report.look_at(mixes, &stems, done - count as u64);
            write(&stems, done)
        })?;
        Ok(report)
    }
}

impl StemReport {
    fn look_at(&mut self, mixes: &[Vec<Frame>], stems: &[Vec<Frame>], position: u64) {
        let Some((full, parts)) = stems.split_last() else { return };
        for (index, &frame) in full.iter().enumerate() {
            if mixes.iter().any(|mix| is_clipped(mix[index].left) || is_clipped(mix[index].right)) {
                self.saturated += 1;
                self.first_saturated.get_or_insert(position + index as u64);
            }
            let sum =
                |side: fn(Frame) -> i16| parts.iter().map(|stem| i32::from(side(stem[index]))).sum::<i32>();
            let is_equal = sum(|frame| frame.left) == i32::from(frame.left)
                && sum(|frame| frame.right) == i32::from(frame.right);
            self.unequal += u64::from(!is_equal);
        }
    }
}

/// What a mix has more than another. Only a mix that saturates can differ by more than 16 bits hold.
fn difference(with: Frame, without: Frame) -> Frame {
    Frame::new(with.left.saturating_sub(without.left), with.right.saturating_sub(without.right))
}

/// The parts that sound anywhere in the plan's frames.
fn sounding(song: &Song, plan: &Plan, division: StemDivision) -> Result<BTreeSet<Stem>, Error> {
    let mut player = song.start()?;
    let mut frames = [Frame::SILENCE; LOOK];
    let mut voices: Vec<VoiceStatus> = Vec::new();
    let mut parts = BTreeSet::new();
    for _ in 0..plan.frames.div_ceil(LOOK as u64) {
        if player.render(&mut frames) < LOOK {
            break;
        }
        player.voices(&mut voices);
        for voice in &voices {
            let Some(channel) = voice.channel.filter(|_| voice.stage != EnvelopeStage::Off) else { continue };
            parts.insert(match (division, voice.layer) {
                (StemDivision::Layer, Some(layer)) => Stem::Layer(channel, layer),
                _ => Stem::Channel(channel),
            });
        }
    }
    Ok(parts)
}

//! What the figures of a case are drawn from.

use tatum_core::{EnvelopeStage, Frame, Rate, VoiceStatus};

use crate::error::Error;
use crate::song::Song;
use crate::verify::explain::Explanation;
use crate::verify::reference::{AlignedSignals, RecordingResult};
use crate::verify::score::Score;

/// Columns of figures over the whole length.
pub(super) const COLUMNS: usize = 880;
/// Longer songs are drawn up to here: half an hour at 32000 Hz.
const MOST_FRAMES: u64 = 32_000 * 1800;

/// Everything that is drawn.
pub(super) struct Evidence {
    pub(super) rate: Rate,
    /// Frames of the figures.
    pub(super) frames: u64,
    /// The rendering.
    pub(super) rendered: Vec<Frame>,
    /// The reference on the rendering's time line, if there is one.
    pub(super) reference: Option<Vec<[f32; 2]>>,
    /// The notes.
    pub(super) score: Score,
    /// Sounding voices, the most of each column, and how many there are.
    pub(super) voices: Vec<usize>,
    pub(super) voice_count: usize,
    /// Where the first difference is.
    pub(super) first_difference: Option<u64>,
    /// Why.
    pub(super) explanation: Option<Explanation>,
}

impl Evidence {
    /// Renders and observes a song of a case; `length` is the reference's, or what the manifest says.
    pub(super) fn of_case(
        song: &Song,
        reference: Option<Vec<Frame>>,
        length: u64,
        explanation: Option<Explanation>,
    ) -> Result<Self, Error> {
        let frames = length.min(MOST_FRAMES);
        let float = |frame: &Frame| [f32::from(frame.left), f32::from(frame.right)];
        let reference = reference.map(|frames| frames.iter().map(float).collect());
        let mut evidence = Self::start(song, frames, explanation)?;
        evidence.reference = reference;
        evidence.render(song)?;
        Ok(evidence)
    }

    /// What a comparison with a recording has already found, and the rest of what is drawn.
    pub(super) fn of_recording(song: &Song, result: &RecordingResult) -> Result<Self, Error> {
        let AlignedSignals { rendered, recorded } = &result.signals;
        let mut evidence =
            Self::start(song, (rendered.len() as u64).min(MOST_FRAMES), result.explanation.clone())?;
        evidence.reference = Some(recorded.clone());
        evidence.render(song)?;
        if let Some(difference) = result.exact.as_ref().and_then(|exact| exact.difference) {
            evidence.first_difference = Some(difference.frame);
        }
        Ok(evidence)
    }

    fn start(song: &Song, frames: u64, explanation: Option<Explanation>) -> Result<Self, Error> {
        Ok(Self {
            rate: song.start()?.rate(),
            frames,
            rendered: Vec::new(),
            reference: None,
            score: Score::of(song, frames)?,
            voices: Vec::new(),
            voice_count: 0,
            first_difference: explanation.as_ref().map(|explanation| explanation.frame),
            explanation,
        })
    }

    /// Renders, and looks at the voices meanwhile.
    fn render(&mut self, song: &Song) -> Result<(), Error> {
        let mut player = song.start()?;
        self.rendered = vec![Frame::SILENCE; usize::try_from(self.frames).unwrap_or(0)];
        // Several looks for each column, so that short notes are seen.
        let block = (self.rendered.len() / (4 * COLUMNS)).max(32);
        let mut status: Vec<VoiceStatus> = Vec::new();
        let mut looks = Vec::new();
        for piece in self.rendered.chunks_mut(block) {
            if player.render(piece) == 0 {
                break;
            }
            player.voices(&mut status);
            looks.push(status.iter().filter(|voice| voice.stage != EnvelopeStage::Off).count());
        }
        self.voice_count = status.len();
        self.voices = looks.chunks(4).map(|looks| looks.iter().copied().max().unwrap_or(0)).collect();
        Ok(())
    }

    /// A frame's time in seconds.
    pub(super) fn seconds(&self, frame: u64) -> f64 {
        self.rate.seconds(frame)
    }

    /// The whole length in seconds.
    pub(super) fn length(&self) -> f64 {
        self.seconds(self.frames).max(1e-6)
    }

    /// The words at the mark of the first difference.
    pub(super) fn mark_words(&self) -> String {
        match self.first_difference {
            Some(frame) => format!("first difference: frame {frame}, {:.4} s", self.seconds(frame)),
            None => String::new(),
        }
    }

    /// The rendering as the reference is given.
    pub(super) fn rendered_frame(&self, index: usize) -> [f32; 2] {
        let frame = self.rendered.get(index).copied().unwrap_or_default();
        [f32::from(frame.left), f32::from(frame.right)]
    }
}

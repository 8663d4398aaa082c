//! An envelope's points as people write them: `[delay, level]`, or a word for a command.

use serde::{Deserialize, Serialize};
use tatum_n64::format::bank::{Envelope, EnvelopePoint};

/// Words for the commands, with the delays that mean them.
const WORDS: [(&str, i16); 3] = [("end", 0), ("hold", -1), ("restart", -3)];
/// The command that goes to a point.
const GOTO: (&str, i16) = ("goto", -2);
/// The engine never counts more points.
const MOST_POINTS: usize = 0x8000;

/// One point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    untagged,
    expecting = "a point is [delay, level] (-32768 to 32767), \"hold\", \"end\", \"restart\" or \"goto N\""
)]
pub(super) enum PointText {
    /// Delay and level, or a command with an argument that has no word.
    Numbers([i16; 2]),
    /// `hold`, `end`, `restart` or `goto N`.
    Word(String),
}

impl std::fmt::Display for PointText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Numbers([delay, level]) => write!(f, "{delay}:{level}"),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl PointText {
    fn new(point: EnvelopePoint) -> Self {
        let EnvelopePoint { delay, argument } = point;
        match WORDS.into_iter().find(|(_, command)| *command == delay) {
            Some((word, _)) if argument == 0 => Self::Word(word.to_owned()),
            None if delay == GOTO.1 => Self::Word(format!("{} {argument}", GOTO.0)),
            _ => Self::Numbers([delay, argument]),
        }
    }

    fn point(&self) -> Result<EnvelopePoint, String> {
        match self {
            Self::Numbers([delay, argument]) => Ok(EnvelopePoint { delay: *delay, argument: *argument }),
            Self::Word(text) => {
                let goto = text.strip_prefix(GOTO.0).and_then(|argument| argument.trim().parse().ok());
                if let Some(argument) = goto {
                    return Ok(EnvelopePoint { delay: GOTO.1, argument });
                }
                let word = WORDS.into_iter().find(|(word, _)| word == text);
                word.map(|(_, delay)| EnvelopePoint { delay, argument: 0 }).ok_or_else(|| {
                    format!("expected [delay, level], \"hold\", \"end\", \"restart\" or \"goto N\", found \"{text}\"")
                })
            }
        }
    }
}

/// The points of an envelope.
pub(super) fn points_of(envelope: &Envelope) -> Vec<PointText> {
    envelope.points.iter().copied().map(PointText::new).collect()
}

/// The envelope of some points.
///
/// # Errors
///
/// A message, if a word is none, or the engine would read beyond the last point.
pub(super) fn envelope_of(points: &[PointText]) -> Result<Envelope, String> {
    let points = points
        .iter()
        .enumerate()
        .map(|(number, point)| point.point().map_err(|message| format!("point {number}: {message}")))
        .collect::<Result<Vec<_>, _>>()?;
    let mut wanted = 1;
    for (index, point) in points.iter().enumerate().take(MOST_POINTS) {
        if index >= wanted {
            return Err(format!("point {index} is never reached: the point before it ends the envelope"));
        }
        match point.delay {
            0 | -1 | -3 => {}
            -2 => wanted = wanted.max(usize::try_from(point.argument).unwrap_or(0) + 1),
            _ => wanted = wanted.max(index + 2),
        }
    }
    if points.len() < wanted || points.len() > MOST_POINTS {
        return Err(format!(
            "{} points, but the engine goes on to point {}: end it with \"hold\" or \"end\"",
            points.len(),
            wanted - 1
        ));
    }
    Ok(Envelope { points })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_come_back_from_their_words() {
        let points = [(2, 32700), (-2, 3), (-1, 0), (-3, 5), (0, 0)];
        let points = points.map(|(delay, argument)| EnvelopePoint { delay, argument }).to_vec();
        for end in [3, 4] {
            let envelope = Envelope { points: points[..end + 1].to_vec() };
            let texts = points_of(&envelope);
            assert_eq!(texts[1], PointText::Word("goto 3".to_owned()));
            assert_eq!(texts[3], PointText::Numbers([-3, 5]));
            let back = texts.iter().map(|text| text.point().unwrap()).collect::<Vec<_>>();
            assert_eq!(back, envelope.points);
        }
    }

    #[test]
    fn envelopes_without_an_end_are_told() {
        let error = envelope_of(&[PointText::Numbers([2, 32700])]).unwrap_err();
        assert!(error.contains("end it with"), "{error}");
        let error = envelope_of(&[PointText::Word("hang".to_owned())]).unwrap_err();
        assert!(error.starts_with("point 0: expected [delay, level]"), "{error}");
        let unreached = [PointText::Word("hold".to_owned()), PointText::Numbers([1, 1])];
        assert!(envelope_of(&unreached).unwrap_err().contains("never reached"));
        assert!(envelope_of(&[]).is_err());
    }
}

//! What may differ: nothing, unless it is said.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// In what way a recording can differ from a rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviationKind {
    /// Nothing of the recording resembles the rendering.
    Unrelated,
    /// The recording begins earlier or later; in frames of the recording.
    Offset,
    /// The recording is louder or softer; in decibels.
    Gain,
    /// The recording's clock runs at another speed; in millionths.
    Drift,
    /// Notes begin at other times; in milliseconds.
    Onset,
    /// Samples differ; in steps of 16-bit samples.
    Samples,
    /// Something is left over after alignment; in decibels relative to the rendering.
    Error,
}

/// One way in which a recording differs.
#[derive(Clone, Debug, PartialEq)]
pub struct Deviation {
    /// In what.
    pub kind: DeviationKind,
    /// By how much, in the unit of the kind.
    pub amount: f64,
    /// The same for people, with the place where it begins.
    pub message: String,
}

/// What may differ, and by how much at most. The default allows nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tolerances {
    /// Frames of offset.
    pub offset: Option<f64>,
    /// Decibels of gain.
    pub gain: Option<f64>,
    /// Millionths of drift.
    pub drift: Option<f64>,
    /// Milliseconds by which notes may be early or late.
    pub onset: Option<f64>,
    /// Steps by which samples may differ.
    pub samples: Option<f64>,
    /// Decibels of what may be left over.
    pub error: Option<f64>,
}

impl Tolerances {
    /// Whether a deviation is allowed.
    #[must_use]
    pub fn allow(&self, deviation: &Deviation) -> bool {
        let most = match deviation.kind {
            DeviationKind::Unrelated => None,
            DeviationKind::Offset => self.offset,
            DeviationKind::Gain => self.gain,
            DeviationKind::Drift => self.drift,
            DeviationKind::Onset => self.onset,
            DeviationKind::Samples => self.samples,
            // Levels are below zero: more is nearer to zero.
            DeviationKind::Error => return self.error.is_some_and(|most| deviation.amount <= most),
        };
        most.is_some_and(|most| deviation.amount.abs() <= most)
    }

    /// Whether nothing may differ.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        *self == Self::default()
    }

    /// What both allow; where both say something, `other` counts.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            offset: other.offset.or(self.offset),
            gain: other.gain.or(self.gain),
            drift: other.drift.or(self.drift),
            onset: other.onset.or(self.onset),
            samples: other.samples.or(self.samples),
            error: other.error.or(self.error),
        }
    }

    fn entries(&self) -> [(&'static str, Option<f64>); 6] {
        [
            ("offset", self.offset),
            ("gain", self.gain),
            ("drift", self.drift),
            ("onset", self.onset),
            ("samples", self.samples),
            ("error", self.error),
        ]
    }
}

impl fmt::Display for Tolerances {
    /// As an inline table of a manifest has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries();
        let said: Vec<String> =
            entries.iter().filter_map(|(name, value)| Some(format!("{name} = {:?}", (*value)?))).collect();
        f.write_str(&said.join(", "))
    }
}

impl FromStr for Tolerances {
    type Err = String;

    /// Reads a list such as `offset=10,gain=0.5`.
    fn from_str(list: &str) -> Result<Self, String> {
        let mut tolerances = Self::default();
        for entry in list.split(',') {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            let value: f64 = value
                .trim()
                .parse()
                .ok()
                .filter(|value: &f64| value.is_finite())
                .ok_or_else(|| format!("'{entry}': expected NAME=NUMBER, as in offset=10"))?;
            let target = match name.trim() {
                "offset" => &mut tolerances.offset,
                "gain" => &mut tolerances.gain,
                "drift" => &mut tolerances.drift,
                "onset" => &mut tolerances.onset,
                "samples" => &mut tolerances.samples,
                "error" => &mut tolerances.error,
                other => {
                    let names = Self::default().entries().map(|(name, _)| name).join(", ");
                    return Err(format!("'{other}' is no tolerance: expected one of {names}"));
                }
            };
            *target = Some(value);
        }
        Ok(tolerances)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_allowed_but_what_is_said() {
        let deviation = |kind, amount| Deviation { kind, amount, message: String::new() };
        let none = Tolerances::default();
        assert!(!none.allow(&deviation(DeviationKind::Offset, 1.0)) && none.is_exact());
        let some: Tolerances = "offset=7, error=-60".parse().unwrap();
        assert!(some.allow(&deviation(DeviationKind::Offset, -7.0)));
        assert!(!some.allow(&deviation(DeviationKind::Offset, 8.0)));
        assert!(some.allow(&deviation(DeviationKind::Error, -61.0)));
        assert!(!some.allow(&deviation(DeviationKind::Error, -59.0)));
        assert!(!some.allow(&deviation(DeviationKind::Unrelated, 0.0)));
        assert_eq!(some.to_string(), "offset = 7.0, error = -60.0");
        for wrong in ["", "offset", "offset=x", "speed=1", "offset=nan"] {
            assert!(wrong.parse::<Tolerances>().is_err(), "{wrong}");
        }
    }
}

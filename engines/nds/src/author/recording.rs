//! Recordings as PCM: waves decoded, and PCM made fit for the words that loops are counted in.

use tatum_core::FormatError;

use crate::format::adpcm;
use crate::format::swar::{Wave, WaveFormat};

/// A mono recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recording {
    /// The samples.
    pub samples: Vec<i16>,
    /// Hertz.
    pub sample_rate: u32,
    /// First sample of the loop, which reaches to the end.
    pub loop_start: Option<usize>,
}

impl WaveFormat {
    /// Samples in a 32-bit word, the unit of loop points.
    #[must_use]
    pub const fn samples_per_word(self) -> usize {
        match self {
            Self::Pcm8 => 4,
            Self::Pcm16 => 2,
            Self::Adpcm => 8,
        }
    }
}

impl Recording {
    /// What a wave sounds like; `None` if its format is none that plays.
    #[must_use]
    pub fn decode(wave: &Wave) -> Option<Self> {
        let format = WaveFormat::from_number(wave.record.format)?;
        let samples = match format {
            WaveFormat::Pcm8 => wave.data.iter().map(|&byte| i16::from(byte as i8) << 8).collect(),
            WaveFormat::Pcm16 => {
                wave.data.as_chunks().0.iter().map(|bytes| i16::from_le_bytes(*bytes)).collect()
            }
            WaveFormat::Adpcm => {
                let count = wave.data.len().saturating_sub(4) * 2;
                let mut samples = Vec::with_capacity(count);
                adpcm::decode(&wave.data, count, |sample| samples.push(sample));
                samples
            }
        };
        let header = usize::from(format == WaveFormat::Adpcm);
        let start = usize::from(wave.record.loop_start).saturating_sub(header) * format.samples_per_word();
        let loop_start = Some(start).filter(|start| wave.record.loops != 0 && *start < samples.len());
        Some(Self { samples, sample_rate: wave.record.sample_rate.into(), loop_start })
    }

    /// Encodes the recording.
    ///
    /// Loops start and end at whole words. Where this one does not, silence in front moves its start, and its round is
    /// repeated until it ends with a word: the sound is the same. Without a loop the end is padded with silence.
    ///
    /// # Errors
    ///
    /// If the loop starts later than the 65535 words that a wave can say, or the rate is none that the timer can
    /// express (256 to 65535 Hz).
    pub fn encode(&self, file: &str, format: WaveFormat) -> Result<Wave, FormatError> {
        let invalid = |field, expected: &'static str, found: String| {
            FormatError::invalid(file.to_owned(), 0, field, expected, found)
        };
        if !(256..=65_535).contains(&self.sample_rate) {
            let found = format!("{} Hz", self.sample_rate);
            return Err(invalid("sample rate", "256 to 65535 Hz", found));
        }
        let per_word = format.samples_per_word();
        let Some(start) = self.loop_start.filter(|start| *start < self.samples.len()) else {
            return Ok(Wave::encode(&self.samples, self.sample_rate, format, None));
        };
        let lead = start.next_multiple_of(per_word) - start;
        let mut samples = vec![0; lead];
        samples.extend(&self.samples);
        let start = start + lead;
        let round = samples.get(start..).unwrap_or_default().to_vec();
        while !(samples.len() - start).is_multiple_of(per_word) {
            samples.extend(&round);
        }
        let wave = Wave::encode(&samples, self.sample_rate, format, Some(start));
        if start / per_word >= usize::from(u16::MAX) {
            let found = format!("sample {start}");
            return Err(invalid("loop start", "one within the first 65535 words", found)
                .with_help("a lower rate, ADPCM, or an earlier loop start"));
        }
        Ok(wave)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_between_words_sounds_as_it_did() {
        let samples: Vec<i16> = (0..50).map(|n| n * 500).collect();
        let recording = Recording { samples: samples.clone(), sample_rate: 16_000, loop_start: Some(13) };
        let wave = recording.encode("x", WaveFormat::Pcm16).unwrap();
        let back = Recording::decode(&wave).unwrap();
        // One sample of silence, then the recording, then its round of 37 samples once more.
        assert_eq!((back.loop_start, back.samples.len()), (Some(14), 1 + 50 + 37));
        assert_eq!(back.samples[1..51], samples);
        assert_eq!(back.samples[51..], samples[13..]);
        let adpcm = Recording::decode(&recording.encode("x", WaveFormat::Adpcm).unwrap()).unwrap();
        assert_eq!((adpcm.loop_start, adpcm.samples.len()), (Some(16), 3 + 13 + 8 * 37));
    }

    #[test]
    fn what_a_wave_cannot_say_is_refused() {
        let recording =
            Recording { samples: vec![0; 200_000], sample_rate: 8_000, loop_start: Some(150_000) };
        assert_eq!(recording.encode("x", WaveFormat::Pcm16).unwrap_err().field, "loop start");
        assert!(recording.encode("x", WaveFormat::Adpcm).is_ok());
        let fast = Recording { sample_rate: 96_000, ..Recording::default() };
        assert_eq!(fast.encode("x", WaveFormat::Pcm8).unwrap_err().field, "sample rate");
    }

    #[test]
    fn pcm_comes_back_as_it_was() {
        let recording = Recording {
            samples: vec![0x100, -0x100, 0x7F00, -0x8000],
            sample_rate: 22_050,
            loop_start: None,
        };
        for format in [WaveFormat::Pcm8, WaveFormat::Pcm16] {
            assert_eq!(Recording::decode(&recording.encode("x", format).unwrap()), Some(recording.clone()));
        }
    }
}

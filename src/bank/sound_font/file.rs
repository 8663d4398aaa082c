//! The chunks of a SoundFont file (SoundFont 2.01, sections 3 to 7).

use std::collections::HashSet;

use super::recording::Recording;

/// Zeros behind every sample (section 6.1).
const SPACE: usize = 46;
/// Names have 20 bytes, the last one is zero.
const NAME_BYTES: usize = 20;
/// The version of the format.
const VERSION: [u16; 2] = [2, 1];
/// The key that every sample is recorded at.
const ROOT_KEY: u8 = 60;
/// A sample of one channel.
const MONO: u16 = 1;

/// Numbers of generators (section 8.1.3).
pub(super) mod kind {
    pub const PAN: u16 = 17;
    pub const ATTACK: u16 = 34;
    pub const HOLD: u16 = 35;
    pub const DECAY: u16 = 36;
    pub const SUSTAIN: u16 = 37;
    pub const RELEASE: u16 = 38;
    pub const INSTRUMENT: u16 = 41;
    pub const KEY_RANGE: u16 = 43;
    pub const ATTENUATION: u16 = 48;
    pub const COARSE_TUNE: u16 = 51;
    pub const FINE_TUNE: u16 = 52;
    pub const SAMPLE: u16 = 53;
    pub const SAMPLE_MODES: u16 = 54;
    pub const SCALE_TUNING: u16 = 56;
    pub const ROOT_KEY: u16 = 58;
}

/// A parameter of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Generator {
    pub kind: u16,
    pub amount: i16,
}

/// A file in the making: every preset has an instrument of its own.
#[derive(Debug, Default)]
pub(super) struct SoundFontFile {
    name: String,
    presets: Vec<Preset>,
    taken: HashSet<(u16, u16)>,
    samples: Vec<SampleHeader>,
    pcm: Vec<u8>,
}

#[derive(Debug)]
struct Preset {
    name: String,
    bank: u16,
    number: u16,
    zones: Vec<Vec<Generator>>,
}

#[derive(Debug)]
struct SampleHeader {
    name: String,
    start: usize,
    end: usize,
    loop_points: Option<[usize; 2]>,
    rate: u32,
}

impl SoundFontFile {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Adds a sample; gives its number.
    ///
    /// # Errors
    ///
    /// A message, if there are more than the format can count.
    pub fn add_sample(&mut self, recording: Recording) -> Result<u16, String> {
        let number = u16::try_from(self.samples.len()).ok().filter(|number| *number < u16::MAX);
        let number = number.ok_or("a SoundFont has at most 65535 samples")?;
        let start = self.pcm.len() / 2;
        self.pcm.extend(recording.pcm.iter().flat_map(|sample| sample.to_le_bytes()));
        let end = self.pcm.len() / 2;
        self.pcm.resize(self.pcm.len() + 2 * SPACE, 0);
        let loop_points = recording.loop_points.map(|points| points.map(|point| start + point));
        self.samples.push(SampleHeader {
            name: recording.name,
            start,
            end,
            loop_points,
            rate: recording.rate,
        });
        Ok(number)
    }

    /// Whether a sample has a loop.
    pub fn is_looped(&self, number: u16) -> bool {
        self.samples.get(usize::from(number)).is_some_and(|sample| sample.loop_points.is_some())
    }

    /// Adds a preset at a bank and number, unless there is one.
    pub fn add_preset(&mut self, name: &str, (bank, number): (u16, u16), zones: Vec<Vec<Generator>>) -> bool {
        let is_new = self.taken.insert((bank, number));
        if is_new {
            self.presets.push(Preset { name: name.to_owned(), bank, number, zones });
        }
        is_new
    }

    /// The file.
    ///
    /// # Errors
    ///
    /// A message, if there is more of something than the format can count.
    pub fn into_bytes(mut self) -> Result<Vec<u8>, String> {
        self.presets.sort_by_key(|preset| (preset.bank, preset.number));
        let mut body = b"sfbk".to_vec();
        chunk(&mut body, *b"LIST", &self.information());
        let mut samples = b"sdta".to_vec();
        chunk(&mut samples, *b"smpl", &self.pcm);
        chunk(&mut body, *b"LIST", &samples);
        chunk(&mut body, *b"LIST", &self.presets_data()?);
        let mut bytes = Vec::new();
        u32::try_from(body.len()).map_err(|_| "a SoundFont has at most 4 GiB".to_owned())?;
        chunk(&mut bytes, *b"RIFF", &body);
        Ok(bytes)
    }

    fn information(&self) -> Vec<u8> {
        let mut list = b"INFO".to_vec();
        let text = |text: &str| {
            let mut bytes: Vec<u8> = text.bytes().filter(u8::is_ascii).take(254).collect();
            bytes.push(0);
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            bytes
        };
        chunk(&mut list, *b"ifil", &VERSION.map(u16::to_le_bytes).concat());
        chunk(&mut list, *b"isng", &text("EMU8000"));
        chunk(&mut list, *b"INAM", &text(&self.name));
        chunk(&mut list, *b"ISFT", &text("Tatum"));
        list
    }

    fn presets_data(&self) -> Result<Vec<u8>, String> {
        let mut headers = Vec::new();
        let mut preset_zones = Zones::default();
        let mut instruments = Vec::new();
        let mut instrument_zones = Zones::default();
        for (number, preset) in self.presets.iter().enumerate() {
            headers.extend(name(&preset.name));
            for word in [preset.number, preset.bank, preset_zones.next()?] {
                headers.extend(word.to_le_bytes());
            }
            headers.extend([0; 12]);
            preset_zones.add(&[Generator { kind: kind::INSTRUMENT, amount: number as i16 }])?;
            instruments.extend(name(&preset.name));
            instruments.extend(instrument_zones.next()?.to_le_bytes());
            for zone in &preset.zones {
                instrument_zones.add(zone)?;
            }
        }
        // Every list ends with an entry that only says where the last real one ends.
        headers.extend(name("EOP"));
        headers.extend([[0; 2], [0; 2], preset_zones.next()?.to_le_bytes()].concat());
        headers.extend([0; 12]);
        instruments.extend(name("EOI"));
        instruments.extend(instrument_zones.next()?.to_le_bytes());
        let mut list = b"pdta".to_vec();
        let modulator = [0; 10];
        chunk(&mut list, *b"phdr", &headers);
        chunk(&mut list, *b"pbag", &preset_zones.bags()?);
        chunk(&mut list, *b"pmod", &modulator);
        chunk(&mut list, *b"pgen", &preset_zones.generators());
        chunk(&mut list, *b"inst", &instruments);
        chunk(&mut list, *b"ibag", &instrument_zones.bags()?);
        chunk(&mut list, *b"imod", &modulator);
        chunk(&mut list, *b"igen", &instrument_zones.generators());
        chunk(&mut list, *b"shdr", &self.sample_headers());
        Ok(list)
    }

    fn sample_headers(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for sample in &self.samples {
            bytes.extend(name(&sample.name));
            let [first, last] = sample.loop_points.unwrap_or([sample.start, sample.end]);
            for word in [sample.start, sample.end, first, last] {
                bytes.extend((word as u32).to_le_bytes());
            }
            bytes.extend(sample.rate.to_le_bytes());
            bytes.extend([ROOT_KEY, 0, 0, 0]);
            bytes.extend(MONO.to_le_bytes());
        }
        bytes.extend(name("EOS"));
        bytes.extend([0; 26]);
        bytes
    }
}

/// Zones with their generators: a list of bags, each saying where its generators begin.
#[derive(Default)]
struct Zones {
    starts: Vec<u16>,
    generators: Vec<Generator>,
}

impl Zones {
    /// The number of the next zone.
    fn next(&self) -> Result<u16, String> {
        u16::try_from(self.starts.len()).map_err(|_| "a SoundFont has at most 65535 zones".to_owned())
    }

    fn start(&self) -> Result<u16, String> {
        let start = u16::try_from(self.generators.len());
        start.map_err(|_| "a SoundFont has at most 65535 parameters: take one bank with --bank".to_owned())
    }

    fn add(&mut self, generators: &[Generator]) -> Result<(), String> {
        self.starts.push(self.start()?);
        self.generators.extend(generators);
        Ok(())
    }

    fn bags(&self) -> Result<Vec<u8>, String> {
        let starts = self.starts.iter().copied().chain([self.start()?]);
        Ok(starts.flat_map(|start| [start.to_le_bytes(), [0; 2]].concat()).collect())
    }

    fn generators(&self) -> Vec<u8> {
        let end = [Generator { kind: 0, amount: 0 }];
        let all = self.generators.iter().chain(&end);
        all.flat_map(|one| [one.kind.to_le_bytes(), one.amount.to_le_bytes()].concat()).collect()
    }
}

fn chunk(target: &mut Vec<u8>, id: [u8; 4], bytes: &[u8]) {
    target.extend(id);
    target.extend((bytes.len() as u32).to_le_bytes());
    target.extend(bytes);
    target.resize(target.len().next_multiple_of(2), 0);
}

fn name(text: &str) -> [u8; NAME_BYTES] {
    let mut name = [0; NAME_BYTES];
    for (place, byte) in name.iter_mut().take(NAME_BYTES - 1).zip(text.bytes().filter(u8::is_ascii)) {
        *place = byte;
    }
    name
}

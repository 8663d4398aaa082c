//! The overture: for orchestra, in D.
//!
//! | bars | part | tempo | |
//! |---|---|---|---|
//! | 4 | call | 100 | horns over a pedal, timpani |
//! | 8 | theme | 116 | horn and clarinet, harp |
//! | 8 | theme, answered | 116 | trumpet; strings gallop, high violins, march drum |
//! | 8 | song | 104 | flute over harp and soft strings; slows down |
//! | 8 | tutti | 116 | everybody |
//! | 4 | call | 116 | leads back to the theme |
//!
//! The call is heard once as an introduction; then the other parts repeat for ever.

use tatum_n64::author::sequence_writer::{ChannelScript, Label, SequenceWriter};
use tatum_n64::sequencer::abi::Abi;

use crate::notation::{BAR, BEAT, Line, key, pitch};

/// Bars of the introduction.
const INTRODUCTION: u16 = 4;
/// Bars of the parts that repeat: theme, answer, song, tutti, call.
const PARTS: [u16; 5] = [8, 8, 8, 8, 4];
/// Where the parts start, in bars from the loop's start.
const THEME: u16 = 0;
const ANSWER: u16 = 8;
const SONG: u16 = 16;
const TUTTI: u16 = 24;
const CALL: u16 = 32;
/// Bars that repeat.
const LOOP: u16 = 36;

/// Level of the whole piece: its loudest moment is 3 dB below full scale.
const VOLUME: u8 = 122;

/// What a channel plays and how.
struct Part {
    program: u8,
    /// Semitones the channel sounds higher than its note bytes say, for instruments that go above C6.
    transposition: i8,
    pan: u8,
    reverb: u8,
    vibrato: Vibrato,
    layers: Vec<Layer>,
    introduction: Vec<Control>,
    repeated: Vec<Control>,
}

/// What a layer plays in the introduction and in the parts that repeat; `None` where it rests.
struct Layer {
    /// Own position; `None` is that of the channel.
    pan: Option<u8>,
    introduction: Option<Line>,
    parts: [Option<Line>; 5],
}

/// A vibrato that grows during a note.
#[derive(Clone, Copy)]
enum Vibrato {
    None,
    /// Extent in the engine's units.
    Growing(u8),
}

/// A change of a channel at a tick.
#[derive(Clone, Copy)]
struct Control {
    tick: u16,
    change: Change,
}

#[derive(Clone, Copy)]
enum Change {
    /// Starts a layer's script.
    Start(u8, Label),
    /// Frees a layer that rests now, so that every pass of the loop begins in the same state.
    Free(u8),
    Volume(u8),
    Bend(i8),
}

/// A harmony: three upper voices from high to low, the bass, and how long it lasts.
struct Chord {
    beats: u16,
    upper: [&'static str; 3],
    bass: &'static str,
}

const fn bar(upper: [&'static str; 3], bass: &'static str) -> Chord {
    Chord { beats: 4, upper, bass }
}

const fn half(upper: [&'static str; 3], bass: &'static str) -> Chord {
    Chord { beats: 2, upper, bass }
}

const CALL_HARMONY: &[Chord] = &[
    bar(["f#4", "d4", "a3"], "d2"),
    bar(["e4", "c4", "g3"], "d2"),
    bar(["d4", "b3", "g3"], "d2"),
    half(["e4", "d4", "a3"], "a2"),
    half(["e4", "c#4", "a3"], "a2"),
];

const THEME_HARMONY: &[Chord] = &[
    bar(["f#4", "d4", "a3"], "d3"),
    bar(["a4", "e4", "a3"], "c#3"),
    bar(["f#4", "d4", "b3"], "b2"),
    bar(["a4", "e4", "c#4"], "f#2"),
    bar(["g4", "d4", "b3"], "g2"),
    bar(["a4", "d4", "a3"], "f#2"),
    bar(["g4", "d4", "b3"], "e2"),
    half(["e4", "d4", "a3"], "a2"),
    half(["e4", "c#4", "a3"], "a2"),
];

const ANSWER_HARMONY: &[Chord] = &[
    bar(["f#4", "d4", "a3"], "d3"),
    bar(["a4", "e4", "a3"], "c#3"),
    bar(["f#4", "d4", "b3"], "b2"),
    bar(["a4", "e4", "c#4"], "f#2"),
    bar(["g4", "d4", "b3"], "g2"),
    bar(["e4", "c#4", "a3"], "a2"),
    half(["d4", "bb3", "f3"], "bb2"),
    half(["e4", "c4", "g3"], "c3"),
    bar(["f#4", "d4", "a3"], "d3"),
];

const SONG_HARMONY: &[Chord] = &[
    bar(["f#4", "d4", "b3"], "g2"),
    bar(["e4", "c#4", "a3"], "g2"),
    bar(["e4", "c#4", "a3"], "f#2"),
    bar(["d4", "b3", "f#3"], "b2"),
    bar(["d4", "b3", "g3"], "e2"),
    bar(["c#4", "a3", "g3"], "a2"),
    bar(["d4", "bb3", "f3"], "bb2"),
    half(["d4", "a3", "e3"], "a2"),
    half(["c#4", "a3", "e3"], "a2"),
];

/// The theme as the horn has it.
const HORN_THEME: &str = "v96 g16
    d4/4. e4/8 f#4/4 a4/4 | g4/8 f#4/8 e4/4. c#4/8 e4/4 | f#4/4. e4/8 d4/4 b3/4 | c#4/2. a3/4 |
    b3/4. c#4/8 d4/4 g4/4 | f#4/4. e4/8 d4/4 a3/4 | b3/4 e4/4 g4/4 f#4/4 | e4/2. r/4";

/// The same an octave higher, as the clarinet has it.
const CLARINET_THEME: &str = "v80 g16
    d5/4. e5/8 f#5/4 a5/4 | g5/8 f#5/8 e5/4. c#5/8 e5/4 | f#5/4. e5/8 d5/4 b4/4 | c#5/2. a4/4 |
    b4/4. c#5/8 d5/4 g5/4 | f#5/4. e5/8 d5/4 a4/4 | b4/4 e5/4 g5/4 f#5/4 | e5/2. a4/4";

/// The theme with its heroic end.
const ANSWER_MELODY: &str = "
    d5/4. e5/8 f#5/4 a5/4 | a5/4. b5/8 a5/8 g5/8 e5/4 | f#5/4. g5/8 f#5/8 e5/8 d5/4 | c#5/4 d5/8 e5/8 f#5/2 |
    g5/4. a5/8 b5/4 d6/4 | c#6/4. b5/8 a5/4 e5/4 | f5/4. d5/8 g5/4. e5/8 | f#5/2. r/4";

const HORN_ANSWER: &str = "v88 g12
    f#4/2 a4/2 | e4/2 a4/2 | d4/2 f#4/2 | a4/2 c#5/2 | b4/2 d5/4 b4/4 | a4/2 c#5/2 | bb4/2 c5/2 | a4/1";

const FLUTE_SONG: &str = "v92 g12
    b5/4 d6/4 f#6/2 | e6/4. f#6/8 e6/4 c#6/4 | a5/4 c#6/4 e6/2 | d6/4. e6/8 d6/4 b5/4 |
    g6/2 f#6/4 e6/4 | c#6/4 e6/4 g6/4 f#6/8 e6/8 | f6/2. d6/4 | e6/4. d6/8 e6/2";

const CLARINET_SONG: &str = "v70 g12
    r/1 | r/2. e5/4 | a4/4 c#5/4 e5/2 | d5/4. e5/8 d5/4 b4/4 |
    g5/2 f#5/4 e5/4 | c#5/4 e5/4 g5/4 f#5/8 e5/8 | f5/2. d5/4 | e5/4. d5/8 e5/2";

const HORN_CALL: [&str; 2] = [
    "v100 g16 d4/2 a4/2 | g4/4. e4/8 c5/2 | b4/4. a4/8 g4/4 b4/4 | a4/1",
    "v90 g16 d4/2 f#4/2 | e4/4. c4/8 g4/2 | g4/4. f#4/8 d4/4 g4/4 | e4/2 c#4/2",
];

/// The overture's bytes, for the Japanese and American command set of Super Mario 64.
pub fn overture() -> Vec<u8> {
    let parts = orchestra();
    let mut writer = SequenceWriter::new(Abi::Sm64);
    let labels: Vec<Label> = parts.iter().map(|_| writer.label()).collect();
    conductor(&mut writer, &labels);
    for (part, &label) in parts.iter().zip(&labels) {
        part.write(&mut writer, label);
    }
    writer.finish().unwrap_or_else(|error| panic!("{error}"))
}

/// The sequence script: starts everybody and beats time.
fn conductor(writer: &mut SequenceWriter, channels: &[Label]) {
    let again = writer.label();
    let mut script = writer.sequence();
    let everybody = ((1u32 << channels.len()) - 1) as u16;
    script.mute_behavior(0x20).mute_volume_scale(50).initialize_channels(everybody);
    for (channel, &label) in (0..).zip(channels) {
        script.start_channel(channel, label);
    }
    script.volume(VOLUME).tempo(100).delay((INTRODUCTION - 1) * BAR);
    // The last bar of the call hurries into the theme.
    script.tempo(104).delay(2 * BEAT).tempo(110).delay(2 * BEAT);
    script.place(again).tempo(116).delay((SONG - THEME) * BAR);
    script.tempo(110).delay(BEAT).tempo(104).delay(6 * BAR - BEAT);
    for beats_per_minute in [103, 101, 98, 95, 91, 86, 80, 73] {
        script.tempo(beats_per_minute).delay(BEAT);
    }
    script.tempo(116).delay((LOOP - TUTTI) * BAR).jump(again);
}

impl Part {
    fn new(program: u8, pan: u8, reverb: u8) -> Self {
        Self {
            program,
            transposition: 0,
            pan,
            reverb,
            vibrato: Vibrato::None,
            layers: Vec::new(),
            introduction: Vec::new(),
            repeated: Vec::new(),
        }
    }

    fn transposed(mut self, semitones: i8) -> Self {
        self.transposition = semitones;
        self
    }

    fn vibrato(mut self, extent: u8) -> Self {
        self.vibrato = Vibrato::Growing(extent);
        self
    }

    /// Adds a layer: its passages in the introduction and in the parts that repeat.
    fn layer<Text: AsRef<str>>(self, introduction: &str, parts: [Text; 5]) -> Self {
        self.placed_layer(None, introduction, parts)
    }

    /// Adds a layer with a position of its own.
    fn placed_layer<Text: AsRef<str>>(
        mut self,
        pan: Option<u8>,
        introduction: &str,
        parts: [Text; 5],
    ) -> Self {
        let read = |bars, text: &str| (!text.is_empty()).then(|| Line::passage(bars, text));
        let mut bars = PARTS.into_iter();
        let parts = parts.map(|text| read(bars.next().unwrap_or(0), text.as_ref()));
        let layer = Layer { pan, introduction: read(INTRODUCTION, introduction), parts };
        self.layers.push(layer);
        self
    }

    /// Sets the volume in the introduction, theme, answer, song, tutti and call.
    fn levels(mut self, [introduction, parts @ ..]: [u8; 6]) -> Self {
        self.introduction.push(Control { tick: 0, change: Change::Volume(introduction) });
        let mut bars = 0;
        for (level, length) in parts.into_iter().zip(PARTS) {
            self.repeated.push(Control { tick: bars * BAR, change: Change::Volume(level) });
            bars += length;
        }
        self
    }

    /// Swells from one volume to another, from a bar of the loop on.
    fn hairpin(mut self, bar: u16, bars: u16, from: u8, to: u8) -> Self {
        self.repeated.extend(swell(bar * BAR, bars * BAR, from, to));
        self
    }

    /// The same in the introduction.
    fn hairpin_before(mut self, bar: u16, bars: u16, from: u8, to: u8) -> Self {
        self.introduction.extend(swell(bar * BAR, bars * BAR, from, to));
        self
    }

    /// Reaches the note at a beat of the loop from a little below.
    fn scoop(mut self, bar: u16, beat: u16, depth: i8) -> Self {
        let start = bar * BAR + beat * BEAT;
        for step in 0..4 {
            let bend = -depth + depth / 3 * step;
            let bend = if step == 3 { 0 } else { bend };
            self.repeated.push(Control { tick: start + 3 * step as u16, change: Change::Bend(bend) });
        }
        self
    }

    fn write<'a>(&'a self, writer: &mut SequenceWriter, label: Label) {
        let again = writer.label();
        let mut lines = Lines::default();
        let (mut introduction, mut repeated) = (Vec::new(), Vec::new());
        for (index, layer) in (0..).zip(&self.layers) {
            let mut enter = |line: &'a Option<Line>, tick| {
                let change = match line {
                    Some(line) => Change::Start(index, lines.label(writer, line, layer.pan)),
                    None => Change::Free(index),
                };
                Control { tick, change }
            };
            introduction.push(enter(&layer.introduction, 0));
            let mut bars = 0;
            for (line, length) in layer.parts.iter().zip(PARTS) {
                repeated.push(enter(line, bars * BAR));
                bars += length;
            }
        }
        introduction.extend(&self.introduction);
        repeated.extend(&self.repeated);

        let mut script = writer.channel_at(label);
        script.large_notes().instrument(self.program).reverb(self.reverb).pan(self.pan);
        if self.transposition != 0 {
            script.transposition(self.transposition);
        }
        if self.layers.iter().any(|layer| layer.pan.is_some()) {
            script.pan_weight(0);
        }
        if let Vibrato::Growing(extent) = self.vibrato {
            // 47 * 32 of 65536 turns per update: 5.5 Hz, after a third of a second.
            script.vibrato_rate(47).vibrato_delay(4).vibrato_extent_ramp(0, extent, 5);
        }
        follow(&mut script, introduction, INTRODUCTION * BAR);
        script.place(again);
        follow(&mut script, repeated, LOOP * BAR);
        script.jump(again);
        for (label, pan, line) in lines.written {
            let mut script = writer.layer_at(label);
            if let Some(pan) = pan {
                script.pan(pan);
            }
            line.write(&mut script, self.transposition);
            script.end();
        }
    }
}

/// The lines of a part; what is played twice is written once.
#[derive(Default)]
struct Lines<'a> {
    written: Vec<(Label, Option<u8>, &'a Line)>,
}

impl<'a> Lines<'a> {
    fn label(&mut self, writer: &mut SequenceWriter, line: &'a Line, pan: Option<u8>) -> Label {
        let known = self.written.iter().find(|known| (known.1, known.2) == (pan, line));
        known.map(|known| known.0).unwrap_or_else(|| {
            let label = writer.label();
            self.written.push((label, pan, line));
            label
        })
    }
}

/// Writes the changes of a channel with the pauses between them, and the one until `length`.
fn follow(script: &mut ChannelScript<'_>, mut controls: Vec<Control>, length: u16) {
    controls.sort_by_key(|control| control.tick);
    let mut now = 0;
    for Control { tick, change } in controls {
        if tick > now {
            script.delay(tick - now);
            now = tick;
        }
        match change {
            Change::Start(layer, line) => script.start_layer(layer, line),
            Change::Free(layer) => script.free_layer(layer),
            Change::Volume(level) => script.volume(level),
            Change::Bend(bend) => script.pitch_bend(bend),
        };
    }
    // A delay of 0 would take a tick.
    if length > now {
        script.delay(length - now);
    }
}

/// Volumes from one level to another, an eighth of a beat apart.
fn swell(start: u16, ticks: u16, from: u8, to: u8) -> impl Iterator<Item = Control> {
    let steps = ticks / 6;
    (0..=steps).map(move |step| {
        let way = (i32::from(to) - i32::from(from)) * i32::from(step) / i32::from(steps);
        Control { tick: start + 6 * step, change: Change::Volume((i32::from(from) + way) as u8) }
    })
}

/// A roll on one pitch in 32nds, growing or fading.
fn roll(pitch: &str, beats: u16, from: u8, to: u8) -> String {
    let count = i32::from(beats) * 8;
    (0..count)
        .map(|index| {
            let velocity = i32::from(from) + (i32::from(to) - i32::from(from)) * index / (count - 1);
            format!("v{velocity} {pitch}/32 ")
        })
        .collect()
}

/// One of the upper voices (0 is the highest) of a harmony, in a rhythm for whole bars and one for half bars.
fn voice(harmony: &[Chord], number: usize, octaves: i16, whole: &str, halved: &str) -> String {
    let mut text = String::new();
    for chord in harmony {
        let pitch = pitch(key(chord.upper[number]) + 12 * octaves);
        let rhythm = if chord.beats == 4 { whole } else { halved };
        for length in rhythm.split_whitespace() {
            text += &format!("{pitch}/{length} ");
        }
    }
    text
}

/// The bass of a harmony in long notes.
fn pedal(harmony: &[Chord]) -> String {
    harmony.iter().map(|chord| format!("{}/{} ", chord.bass, 4 / chord.beats)).collect()
}

/// The bass of a harmony as plucked notes: `o` is the other octave, `b` the bass itself, `r` a rest.
fn steps(harmony: &[Chord], whole: &str, halved: &str) -> String {
    let mut text = String::new();
    for chord in harmony {
        let bass = key(chord.bass);
        let other = if bass >= key("c3") { bass - 12 } else { bass + 12 };
        for token in (if chord.beats == 4 { whole } else { halved }).split_whitespace() {
            let (which, length) = token.split_at(1);
            let pitch = match which {
                "b" => pitch(bass),
                "o" => pitch(other),
                _ => "r".to_owned(),
            };
            text += &format!("{pitch}{length} ");
        }
    }
    text
}

/// A harmony broken into eighths, up from its bass and down again.
fn broken(harmony: &[Chord]) -> String {
    let mut text = String::new();
    for chord in harmony {
        let classes: Vec<i16> =
            chord.upper.iter().chain([&chord.bass]).map(|pitch| key(pitch).rem_euclid(12)).collect();
        let mut start = key(chord.bass);
        while start < key("g2") {
            start += 12;
        }
        let tones: Vec<i16> =
            (start..start + 48).filter(|key| classes.contains(&key.rem_euclid(12))).collect();
        let order: &[usize] = if chord.beats == 4 { &[0, 1, 2, 3, 4, 5, 4, 3] } else { &[0, 1, 2, 3] };
        for &index in order {
            text += &format!("{}/8 ", pitch(tones[index]));
        }
    }
    text
}

fn orchestra() -> Vec<Part> {
    vec![
        trumpet(),
        horns(),
        flute(),
        clarinet(),
        violins(),
        strings(),
        bass(),
        harp(),
        timpani(),
        drums(),
        choir(),
        brass(),
    ]
}

fn trumpet() -> Part {
    let melody = format!("v104 g28 {ANSWER_MELODY}");
    Part::new(56, 58, 28)
        .transposed(12)
        .vibrato(4)
        .layer("", ["", &melody, "", &melody, ""])
        .levels([0, 0, 96, 0, 104, 0])
        .scoop(ANSWER + 4, 3, 12)
        .scoop(TUTTI + 4, 3, 12)
}

fn horns() -> Part {
    Part::new(60, 40, 40)
        .vibrato(2)
        .placed_layer(Some(40), HORN_CALL[0], [HORN_THEME, HORN_ANSWER, "", HORN_ANSWER, HORN_CALL[0]])
        .placed_layer(Some(52), HORN_CALL[1], ["", "", "", "", HORN_CALL[1]])
        .levels([90, 96, 80, 0, 90, 92])
        .hairpin(CALL + 3, 1, 92, 60)
}

fn flute() -> Part {
    let descant = "v84 g30
        r/2 d6/16 e6/16 f#6/16 g6/16 a6/4 | a6/4 r/4 a5/16 b5/16 c#6/16 d6/16 e6/4 |
        f#6/4 r/4 b5/16 c#6/16 d6/16 e6/16 f#6/4 | e6/4 r/4 c#6/16 d6/16 e6/16 f#6/16 a6/4 |
        g6/4 r/4 g6/8 a6/8 b6/4 | a6/4 e6/4 c#6/16 d6/16 e6/16 f#6/16 a6/4 |
        f6/4. d6/8 g6/4. e6/8 | f#6/2. r/4";
    Part::new(73, 72, 36)
        .transposed(12)
        .vibrato(4)
        .layer("", ["", "", FLUTE_SONG, descant, ""])
        .levels([0, 0, 0, 100, 76, 0])
        .hairpin(SONG + 6, 2, 100, 80)
        .scoop(SONG, 2, 9)
        .scoop(SONG + 4, 0, 9)
}

fn clarinet() -> Part {
    Part::new(71, 80, 36).layer("", [CLARINET_THEME, "", CLARINET_SONG, "", ""]).levels([0, 64, 0, 64, 0, 0])
}

fn violins() -> Part {
    let high = "v70 g4 f#6/1 | e6/1 | d6/1 | c#6/1 | d6/2 b5/2 | e6/1 | d6/2 e6/2 | f#6/2 d6/2";
    let melody = format!("v90 g10 {ANSWER_MELODY}");
    Part::new(48, 40, 44)
        .transposed(12)
        .layer("", ["", high, "", &melody, ""])
        .levels([0, 0, 64, 0, 92, 0])
        .hairpin(ANSWER, 2, 40, 64)
}

fn strings() -> Part {
    let call = |number| format!("v76 g6 {}", voice(CALL_HARMONY, number, 0, "1", "2"));
    let gallop = |number| format!("v80 g60 {}", voice(ANSWER_HARMONY, number, 0, "4 8 8 4 8 8", "4 8 8"));
    let upper = |number| {
        [
            format!("v70 g6 {}", voice(THEME_HARMONY, number, 0, "1", "2")),
            gallop(number),
            format!("v66 g6 {}", voice(SONG_HARMONY, number, 0, "1", "2")),
            format!("v84 g6 {}", voice(ANSWER_HARMONY, number, 0, "1", "2")),
            call(number),
        ]
    };
    let low = [
        format!("v72 g6 {}", pedal(THEME_HARMONY)),
        format!("v84 g6 {}", pedal(ANSWER_HARMONY)),
        format!("v70 g6 {}", pedal(SONG_HARMONY)),
        format!("v90 g6 {}", pedal(ANSWER_HARMONY)),
        format!("v80 g6 {}", pedal(CALL_HARMONY)),
    ];
    Part::new(48, 64, 44)
        .placed_layer(Some(30), &call(0), upper(0))
        .placed_layer(Some(64), &call(1), upper(1))
        .placed_layer(Some(92), &call(2), upper(2))
        .placed_layer(Some(100), &format!("v80 g6 {}", pedal(CALL_HARMONY)), low)
        .levels([60, 60, 66, 64, 84, 72])
        .hairpin_before(0, 2, 30, 60)
        .hairpin_before(3, 1, 60, 84)
        .hairpin(SONG + 6, 2, 56, 92)
        .hairpin(CALL + 3, 1, 72, 60)
}

fn bass() -> Part {
    let march = format!("v96 g60 {}", steps(ANSWER_HARMONY, "b/4. b/8 o/4 b/4", "b/4. b/8"));
    Part::new(32, 70, 12)
        .layer(
            "",
            [
                format!("v84 g40 {}", steps(THEME_HARMONY, "b/4 r/4 o/4 r/4", "b/4 o/4")),
                march.clone(),
                format!("v70 g8 {}", steps(SONG_HARMONY, "b/2 r/2", "b/2")),
                march,
                String::new(),
            ],
        )
        .levels([0, 84, 100, 76, 104, 0])
}

fn harp() -> Part {
    let glissando = "r/1 | r/1 | r/1 | r/2 v60 g0
        a3/16 c#4/16 e4/16 g4/16 v72 a4/16 c#5/16 e5/16 g5/16";
    Part::new(46, 86, 40)
        .layer(
            glissando,
            [
                format!("v64 g0 {}", broken(THEME_HARMONY)),
                String::new(),
                format!("v80 g0 {}", broken(SONG_HARMONY)),
                String::new(),
                glissando.to_owned(),
            ],
        )
        .levels([96, 70, 0, 84, 0, 96])
}

fn timpani() -> Part {
    let call = format!(
        "v96 g0 d2/2. d2/8 d2/8 | d2/2. d2/8 d2/8 | d2/2. d2/4 | v80 a2/4 {}",
        roll("a2", 3, 34, 100)
    );
    let theme =
        format!("v84 g0 d2/2 r/2 | r/1 | r/1 | r/1 | r/1 | r/1 | r/1 | r/2 {}", roll("a2", 2, 30, 90));
    let answer = "v100 g0 d2/2 r/4 d2/4 | a2/2 r/4 a2/8 a2/8 | r/1 | r/1 | r/1 |
        a2/2 a2/4 a2/8 a2/8 | r/1 | d2/4 a2/8 a2/8 d2/2";
    let song = format!("r/1 | r/1 | r/1 | r/1 | r/1 | r/1 | r/1 | {}", roll("a2", 4, 24, 108));
    Part::new(47, 56, 40)
        .layer(&call, [theme.as_str(), answer, &song, answer, &call])
        .levels([90, 80, 96, 90, 104, 92])
}

/// Snare drum d2, bass drum c2, crash cymbals c#3 and a3, triangle a5: the keys of General MIDI.
fn drums() -> Part {
    let march = "g0 [ v84 d2/4 v52 d2/8 d2/8 v76 d2/4 v48 d2/16 d2/16 d2/16 d2/16 ]7
        v84 d2/4 v56 d2/8 d2/8 v90 d2/4 r/4";
    let cymbals = "v86 g0 c#3/1 | v90 c2/2 c2/2 | c2/2 c2/2 | c2/2 c2/2 | v84 a3/1 | v90 c2/2 c2/2 | c2/2 c2/2 | v90 c#3/1";
    let triangle = "v56 g0 a5/1 | r/1 | a5/1 | r/1 | a5/1 | r/1 | r/1 | r/1";
    Part::new(0x7F, 64, 30)
        .layer("", ["", march, "", march, ""])
        .layer("", ["", cymbals, triangle, cymbals, ""])
        .levels([0, 0, 70, 60, 80, 0])
}

fn choir() -> Part {
    let song = |number| format!("v70 g4 {}", voice(SONG_HARMONY, number, 0, "1", "2"));
    let tutti = |number| format!("v84 g4 {}", voice(ANSWER_HARMONY, number, 1, "1", "2"));
    let line = |number, tutti| [String::new(), String::new(), song(number), tutti, String::new()];
    Part::new(52, 64, 60)
        .placed_layer(Some(46), "", line(0, tutti(0)))
        .placed_layer(Some(82), "", line(2, String::new()))
        .levels([0, 0, 0, 44, 70, 0])
        .hairpin(SONG + 6, 2, 44, 76)
}

fn brass() -> Part {
    let chords = |number| format!("v88 g40 {}", voice(ANSWER_HARMONY, number, 0, "4. 8 2", "4. 8"));
    let line = |number| [String::new(), String::new(), String::new(), chords(number), String::new()];
    Part::new(61, 64, 30)
        .placed_layer(Some(76), "", line(0))
        .placed_layer(Some(88), "", line(1))
        .levels([0, 0, 0, 0, 84, 0])
}

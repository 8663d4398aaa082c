//! Plays songs of the N-SPC driver without the driver.

use tatum_core::{
    ChannelStatus, DiagnosticLog, EnvelopeStage, Fault, Frame, LoopPoints, Mutes, NullProbe, Player,
    Position, Probe, Rate, Tempo, VoiceStatus,
};

use crate::event::{Event, Port};
use crate::format::TransferImage;
use crate::hardware::dsp::{CLOCKS_PER_SAMPLE, RegisterFile, VOICES};
use crate::hardware::{ClockedDsp, PortWrite, Ram};
use crate::sequencer::constants;
use crate::sequencer::driver::Driver;
use crate::sequencer::interpreter::Interpreter;
use crate::sequencer::memory_map::ENTRY;
use crate::sequencer::variant::Dialect;
use crate::voice_status::voice_status;

/// The song interpreter of A Link to the Past and its relatives, with the DSP.
///
/// ```
/// use tatum_core::{Frame, Player};
/// use tatum_snes::NspcPlayer;
/// use tatum_snes::format::TransferImage;
///
/// let image = TransferImage::parse("image.bin", &[2, 0, 0, 0xD0, 0, 0xD1, 0, 0, 0, 8])?;
/// let mut player = NspcPlayer::new(&image);
/// player.start_song(1);
/// let mut frames = [Frame::SILENCE; 184];
/// assert_eq!(player.render(&mut frames), 184);
/// # Ok::<(), tatum_core::FormatError>(())
/// ```
#[derive(Clone, Debug)]
pub struct NspcPlayer {
    interpreter: Interpreter<ClockedDsp>,
    frames: u64,
    mutes: Mutes,
    loop_points: Option<LoopPoints>,
    fault: Option<Fault>,
    /// Where the pass began in which the fault happened.
    fault_cycle: u64,
}

/// Frames that are made at a time.
const BLOCK: usize = 256;

/// The MIDI key of the driver's lowest note, C1.
const LOWEST_KEY: u8 = 24;
/// A track's pan in the middle.
const CENTER_PAN: u8 = 10;
/// Ticks of a quarter note in songs as they are usually written (`snes-nspc.md` section 1).
const TICKS_PER_BEAT: u32 = 72;
/// The driver's timer: a pass each 2 ms.
const PASSES_PER_MINUTE: f32 = 500.0 * 60.0;

/// When the main processor writes a song's number into port 0, and when it takes it away again: 50 and 150 ms after
/// the driver's start.
const SONG_START: u64 = 51_200;
const SONG_START_END: u64 = 153_600;

impl NspcPlayer {
    /// The rate of the frames.
    pub const RATE: Rate = Rate::hertz(32_000);

    /// The driver at its start, with the image in an otherwise empty RAM. Nothing plays before
    /// [`NspcPlayer::start_song`] or a port write.
    #[must_use]
    pub fn new(image: &TransferImage) -> Self {
        Self::with_dialect(image, Dialect::A_LINK_TO_THE_PAST)
    }

    /// As [`NspcPlayer::new`], for another driver of the family.
    #[must_use]
    pub fn with_dialect(image: &TransferImage, dialect: Dialect) -> Self {
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        if dialect.variant.is_mapped && !image.covers(ENTRY) {
            constants::place(&mut ram);
        }
        image.apply(&mut ram);
        let sound = ClockedDsp::new(RegisterFile::default(), ram);
        Self {
            interpreter: Interpreter::new(image, dialect, sound),
            frames: 0,
            mutes: Mutes::NONE,
            loop_points: None,
            fault: None,
            fault_cycle: 0,
        }
    }

    /// The two port writes with which a game starts a song, shortly after the driver's start.
    #[must_use]
    pub const fn song_start(song: u8) -> [PortWrite; 2] {
        [
            PortWrite { cycle: SONG_START, port: Port::Port0, value: song },
            PortWrite { cycle: SONG_START_END, port: Port::Port0, value: 0 },
        ]
    }

    /// Plans the port writes of [`NspcPlayer::song_start`].
    pub fn start_song(&mut self, song: u8) {
        Self::song_start(song).into_iter().for_each(|write| self.schedule_port_write(write));
    }

    /// Plans a write of the main processor into a port. A cycle that has passed means "now".
    pub fn schedule_port_write(&mut self, write: PortWrite) {
        self.interpreter.machine.ports.schedule(write);
    }

    /// Lets the timer's pulses come earlier by up to 127 cycles. Its prescaler runs freely, so that on consoles the
    /// driver may meet it at any point; without this, pulses come at cycles 1 + 128 k. To be called before anything
    /// is rendered.
    pub fn set_timer_lead(&mut self, cycles: u8) {
        self.interpreter.machine.timer_lead = u64::from(cycles & 127);
    }

    /// What the driver shows on a port to the main processor.
    #[must_use]
    pub const fn output_port(&self, port: Port) -> u8 {
        self.interpreter.machine.ports.output(port)
    }

    /// The driver with its hardware.
    pub(crate) const fn interpreter(&self) -> &Interpreter<ClockedDsp> {
        &self.interpreter
    }

    /// The DSP.
    #[must_use]
    pub const fn sound(&self) -> &ClockedDsp {
        &self.interpreter.machine.sound
    }

    /// What the driver remembers.
    #[must_use]
    pub const fn driver(&self) -> &Driver {
        &self.interpreter.driver
    }

    /// See [`ClockedDsp::set_shortcuts`].
    pub fn set_shortcuts(&mut self, on: bool) {
        self.interpreter.machine.sound.set_shortcuts(on);
    }

    /// Renders like [`Player::render`] while `probe` watches. The driver is up to a pass (2 ms and more) ahead of the
    /// frames, and its events with it. After a fault the frames end where its pass begins.
    pub fn render_with_probe(&mut self, out: &mut [Frame], probe: &mut impl Probe<Event>) -> usize {
        let mut rendered = 0;
        for block in out.chunks_mut(BLOCK) {
            let wanted = (self.frames + block.len() as u64) * CLOCKS_PER_SAMPLE;
            self.run_driver(wanted, probe);
            let possible = match self.fault {
                Some(_) => wanted.min(self.fault_cycle),
                None => wanted,
            };
            let end = possible / CLOCKS_PER_SAMPLE;
            let count = end.saturating_sub(self.frames) as usize;
            self.interpreter.machine.sound.catch_up(end * CLOCKS_PER_SAMPLE, probe);
            self.interpreter.machine.sound.take_frames(&mut block[..count]);
            self.frames += count as u64;
            rendered += count;
            if count < block.len() {
                break;
            }
        }
        rendered
    }

    fn run_driver(&mut self, until: u64, probe: &mut impl Probe<Event>) {
        while self.fault.is_none() && self.interpreter.machine.cycle < until {
            let start = self.interpreter.machine.cycle;
            if let Err(fault) = self.interpreter.run_pass(probe) {
                self.fault_cycle = start;
                self.interpreter.diagnostics.warn(fault.offset, fault.message.clone());
                self.fault = Some(fault);
            }
        }
    }
}

impl Player for NspcPlayer {
    fn rate(&self) -> Rate {
        Self::RATE
    }

    fn render(&mut self, out: &mut [Frame]) -> usize {
        self.render_with_probe(out, &mut NullProbe)
    }

    fn position(&self) -> Position {
        let ticks = self.interpreter.progress.ticks_at(self.frames * CLOCKS_PER_SAMPLE);
        let loops = self.loop_points.map_or(0, |points| points.loops_at(ticks));
        Position { ticks, loops, frames: self.frames }
    }

    fn has_ended(&self) -> bool {
        self.interpreter.has_ended()
    }

    fn set_loop_points(&mut self, points: Option<LoopPoints>) {
        self.loop_points = points;
    }

    fn voices(&self, out: &mut Vec<VoiceStatus>) {
        out.clear();
        out.extend((0..VOICES).map(|number| {
            let status = voice_status(self.interpreter.machine.sound.dsp(), number);
            let track = &self.interpreter.driver.tracks[number];
            let is_held = !matches!(status.stage, EnvelopeStage::Off | EnvelopeStage::Release);
            let key = track.pitch.value.whole().wrapping_add(LOWEST_KEY) & 0x7F;
            VoiceStatus {
                instrument: Some(track.instrument.id.into()),
                key: (is_held && track.is_active()).then_some(key),
                ..status
            }
        }));
    }

    fn channels(&self, out: &mut Vec<ChannelStatus>) {
        out.clear();
        out.extend((0..).zip(&self.interpreter.driver.tracks).map(|(channel, track)| ChannelStatus {
            channel,
            is_active: track.is_active(),
            instrument: Some(track.instrument.id.into()),
            volume: f32::from(track.volume.value.whole()) / 255.0,
            // 0 is right, 20 is left.
            pan: 1.0 - f32::from(track.pan.value.whole().min(2 * CENTER_PAN)) / f32::from(CENTER_PAN),
        }));
    }

    fn tempo(&self) -> Option<Tempo> {
        let passes = f32::from(self.interpreter.driver.tempo.value.whole()) * PASSES_PER_MINUTE / 256.0;
        Some(Tempo { beats_per_minute: passes / TICKS_PER_BEAT as f32, ticks_per_beat: TICKS_PER_BEAT })
    }

    fn mutes(&self) -> &Mutes {
        &self.mutes
    }

    /// Track n is voice n. See [`SpcPlayer`](crate::SpcPlayer).
    fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
        self.interpreter.machine.sound.set_mutes(mutes);
    }

    fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    fn diagnostics(&self) -> &DiagnosticLog {
        &self.interpreter.diagnostics
    }
}

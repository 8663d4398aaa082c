//! Plays a `.spc` file.

use tatum_core::{
    Diagnostic, DiagnosticLog, Fault, Frame, LoopPoints, Mutes, NullProbe, Player, Position, Probe, Rate,
    Severity, VoiceStatus,
};

use crate::event::{Event, Port};
use crate::format::{SpcFile, TransferImage};
use crate::hardware::dsp::{CLOCKS_PER_SAMPLE, RegisterFile, VOICES};
use crate::hardware::spc700::Registers;
use crate::hardware::{PortWrite, Ram, SoundModule, SoundModuleState};
use crate::voice_status::voice_status;

/// The sound module playing a `.spc` file.
///
/// There is no sequence that the player could know: a tick is a frame, and a channel is a voice of the DSP.
#[derive(Clone, Debug)]
pub struct SpcPlayer {
    module: SoundModule,
    frames: u64,
    mutes: Mutes,
    loop_points: Option<LoopPoints>,
    diagnostics: DiagnosticLog,
}

/// Frames that are made at a time.
const BLOCK: usize = 256;

impl SpcPlayer {
    /// A player at the start of the file's music.
    #[must_use]
    pub fn new(file: &SpcFile) -> Self {
        Self {
            module: SoundModule::new(file.state()),
            frames: 0,
            mutes: Mutes::NONE,
            loop_points: None,
            diagnostics: file.diagnostics.clone(),
        }
    }

    /// The program that an image brings, at its entry, as it stands when a game has sent the image: the DSP's registers
    /// as after power-on, and the rest of the RAM empty. `None` if the image brings nothing for its entry.
    #[must_use]
    pub fn of_image(image: &TransferImage) -> Option<Self> {
        if !image.covers(image.entry) {
            return None;
        }
        let mut ram = Ram::new(Box::new([0; Ram::SIZE]));
        image.apply(&mut ram);
        let registers = Registers { pc: image.entry, ..Registers::default() };
        let dsp_registers = RegisterFile::default();
        Some(Self {
            module: SoundModule::new(SoundModuleState { registers, ram, dsp_registers, boot_rom: None }),
            frames: 0,
            mutes: Mutes::NONE,
            loop_points: None,
            diagnostics: image.diagnostics.clone(),
        })
    }

    /// Renders like [`Player::render`] while `probe` watches.
    pub fn render_with_probe(&mut self, out: &mut [Frame], probe: &mut impl Probe<Event>) -> usize {
        for block in out.chunks_mut(BLOCK) {
            self.frames += block.len() as u64;
            self.module.run(self.frames * CLOCKS_PER_SAMPLE, probe);
            self.module.sound_mut().take_frames(block);
        }
        self.note_halt();
        out.len()
    }

    /// Plans a write of the main processor into a port. A cycle that has passed means "now".
    pub fn schedule_port_write(&mut self, write: PortWrite) {
        self.module.schedule_port_write(write);
    }

    /// What the program shows on a port to the main processor.
    #[must_use]
    pub fn output_port(&self, port: Port) -> u8 {
        self.module.ports().output(port)
    }

    /// The sound module.
    #[must_use]
    pub const fn module(&self) -> &SoundModule {
        &self.module
    }

    /// See [`SoundModule::set_shortcuts`].
    pub fn set_shortcuts(&mut self, on: bool) {
        self.module.set_shortcuts(on);
    }

    fn note_halt(&mut self) {
        if let Some(address) = self.module.halted_at() {
            let message = format!("CPU halted at ${address:04X}; the voices go on");
            self.diagnostics.push(Diagnostic::new(Severity::Warning, None, message));
        }
    }
}

impl Player for SpcPlayer {
    fn rate(&self) -> Rate {
        SpcFile::RATE
    }

    fn render(&mut self, out: &mut [Frame]) -> usize {
        self.render_with_probe(out, &mut NullProbe)
    }

    fn position(&self) -> Position {
        let loops = self.loop_points.map_or(0, |points| points.loops_at(self.frames));
        Position { ticks: self.frames, loops, frames: self.frames }
    }

    fn has_ended(&self) -> bool {
        self.module.halted_at().is_some()
    }

    fn set_loop_points(&mut self, points: Option<LoopPoints>) {
        self.loop_points = points;
    }

    fn voices(&self, out: &mut Vec<VoiceStatus>) {
        out.clear();
        out.extend((0..VOICES).map(|number| voice_status(self.module.sound().dsp(), number)));
    }

    fn mutes(&self) -> &Mutes {
        &self.mutes
    }

    /// Voice n is channel n. Muted voices are left out of what is heard, dry and echo; everything else in the
    /// sound module goes on as before, so that the program notices nothing. What a muted voice has already put
    /// into the echo buffer is still heard.
    fn set_mutes(&mut self, mutes: Mutes) {
        self.mutes = mutes;
        self.module.sound_mut().set_mutes(mutes);
    }

    fn fault(&self) -> Option<&Fault> {
        None
    }

    fn diagnostics(&self) -> &DiagnosticLog {
        &self.diagnostics
    }
}

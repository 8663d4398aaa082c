//! One wake of the driver (nds-driver 2.1): the timeline that everything else hangs on.

use tatum_core::{Diagnostic, DiagnosticLog, Fault, Probe, Severity};

use crate::event::{Event, VoiceChange, VoiceEvent};
use crate::hardware::CHANNELS;
use crate::hardware::registers::Width;
use crate::host::{HostCall, PlayerSlots, Refusal};
use crate::sequencer::{CommandBudget, PlayerIndex, RandomGenerator, Sequencer, TickContext};
use crate::song::Song;
use crate::voice::{Bus, ChannelMask, OutputControl, VoiceLabel, Voices};

/// Master volume register.
const MASTER_VOLUME: u16 = 0x500;
/// Mixer control: enable and output selectors.
const MIXER_CONTROL: u16 = 0x501;

/// The driver on the sound processor, with the library that commands it.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    pub sequencer: Sequencer,
    pub voices: Voices,
    output: OutputControl,
    random: RandomGenerator,
    budget: CommandBudget,
    slots: PlayerSlots,
    pub log: DiagnosticLog,
    /// Whose note each hardware channel plays.
    pub sounding: [VoiceLabel; CHANNELS],
    /// Driver player of the first sequence that was started.
    pub main_player: Option<PlayerIndex>,
}

/// A call with its sequence looked up; `None` if there is none.
#[derive(Clone, Debug)]
pub(crate) struct ResolvedCall {
    pub tick: u64,
    pub call: HostCall,
    pub song: Option<Song>,
}

impl Driver {
    pub(crate) fn new(random_state: u32, budget: CommandBudget, log: DiagnosticLog) -> Self {
        Self {
            sequencer: Sequencer::default(),
            voices: Voices::default(),
            output: OutputControl::default(),
            random: RandomGenerator::new(random_state),
            budget,
            slots: PlayerSlots::default(),
            log,
            sounding: [VoiceLabel::default(); CHANNELS],
            main_player: None,
        }
    }

    /// The driver's own start (nds-driver 9.2): enable, output selectors, master volume.
    pub(crate) fn start<P: Probe<Event>>(bus: &mut Bus<'_, P>) {
        bus.write(MIXER_CONTROL, Width::Byte, 0x80);
        bus.write(MIXER_CONTROL, Width::Byte, 0x80);
        bus.write(MASTER_VOLUME, Width::Byte, 0x7F);
    }

    /// One wake: flush, commands, sequences, voices, random generator.
    pub(crate) fn wake<P: Probe<Event>>(
        &mut self,
        wake: u64,
        calls: &[ResolvedCall],
        bus: &mut Bus<'_, P>,
    ) -> Result<(), Fault> {
        self.slots.collect_ended(&self.sequencer);
        let started = self.voices.flush(bus, &mut self.output);
        for (channel, label) in self.sounding.iter_mut().enumerate() {
            if started.0 >> channel & 1 != 0
                && let Some(voice) = self.voices.all().get(channel)
            {
                *label = voice.label();
            }
        }
        for call in calls {
            self.call(call, bus);
        }
        self.budget.refill();
        self.sequencer.update(&mut TickContext {
            voices: &mut self.voices,
            probe: bus.probe,
            log: &mut self.log,
            random: &mut self.random,
            budget: &mut self.budget,
            wake,
        })?;
        let (sound, probe) = (&*bus.sound, &mut *bus.probe);
        self.voices.update(
            |channel| sound.is_busy(channel),
            |voice| {
                probe.record(|| {
                    Event::Voice(VoiceEvent { wake, voice: voice as u8, change: VoiceChange::End })
                });
            },
        );
        self.random.next();
        Ok(())
    }

    /// A call of the game and the driver commands it sends (nds-driver 4).
    fn call<P: Probe<Event>>(&mut self, resolved: &ResolvedCall, bus: &mut Bus<'_, P>) {
        match resolved.call {
            HostCall::Start { handle, .. } => self.start_sequence(handle, resolved.song.as_ref()),
            HostCall::GlobalVariable { variable, value } => {
                self.sequencer.set_global(variable.into(), value);
            }
            HostCall::LockChannels { channels, weak } => self.voices.lock(bus, ChannelMask(channels), weak),
            HostCall::UnlockChannels { channels, weak } => self.voices.unlock(ChannelMask(channels), weak),
            HostCall::MasterVolume { volume } => bus.write(MASTER_VOLUME, Width::Byte, volume.into()),
            HostCall::MasterPan { pan } => self.set_master_pan(pan, bus),
            HostCall::Surround { decay } => self.set_surround(decay, bus),
            HostCall::Stop { handle }
            | HostCall::Pause { handle, .. }
            | HostCall::SequenceVolume { handle, .. }
            | HostCall::TempoRatio { handle, .. }
            | HostCall::ChannelPriority { handle, .. }
            | HostCall::TrackPitch { handle, .. }
            | HostCall::TrackPan { handle, .. }
            | HostCall::TrackFader { handle, .. }
            | HostCall::TrackPanRange { handle, .. }
            | HostCall::TrackMute { handle, .. }
            | HostCall::TrackChannels { handle, .. }
            | HostCall::LocalVariable { handle, .. } => {
                if let Some(player) = self.slots.player_of(handle) {
                    self.sequence_call(player, resolved.call);
                }
            }
        }
    }

    /// Calls that mean one running sequence.
    fn sequence_call(&mut self, player: PlayerIndex, call: HostCall) {
        let (sequencer, voices) = (&mut self.sequencer, &mut self.voices);
        match call {
            HostCall::Stop { .. } => self.slots.stop(player, sequencer, voices),
            HostCall::Pause { on, .. } => sequencer.pause(player, on, voices),
            HostCall::SequenceVolume { volume, .. } => {
                if let Some(fader) = self.slots.changed_fader(player, volume) {
                    sequencer.player_mut(player).fader = fader;
                }
            }
            HostCall::TempoRatio { ratio, .. } => sequencer.player_mut(player).tempo.ratio = ratio,
            HostCall::ChannelPriority { priority, .. } => sequencer.player_mut(player).priority = priority,
            HostCall::TrackPitch { tracks, pitch, .. } => {
                sequencer.for_each_track(player, tracks, |track| track.parameters.external_pitch = pitch);
            }
            HostCall::TrackPan { tracks, pan, .. } => {
                sequencer.for_each_track(player, tracks, |track| track.parameters.external_pan = pan);
            }
            HostCall::TrackFader { tracks, fader, .. } => {
                sequencer.for_each_track(player, tracks, |track| track.parameters.external_fader = fader);
            }
            HostCall::TrackPanRange { tracks, range, .. } => {
                sequencer.for_each_track(player, tracks, |track| track.parameters.pan_range = range);
            }
            HostCall::TrackMute { tracks, mode, .. } => sequencer.mute(player, tracks, mode, voices),
            HostCall::TrackChannels { tracks, channels, .. } => {
                set_channels(sequencer, player, tracks, channels);
            }
            HostCall::LocalVariable { variable, value, .. } => {
                sequencer.player_mut(player).set_variable(variable.into(), value);
            }
            HostCall::Start { .. }
            | HostCall::GlobalVariable { .. }
            | HostCall::LockChannels { .. }
            | HostCall::UnlockChannels { .. }
            | HostCall::MasterVolume { .. }
            | HostCall::MasterPan { .. }
            | HostCall::Surround { .. } => {}
        }
    }

    /// What a start sends (nds-driver 10): prepare, channel mask, priority, fader, start.
    fn start_sequence(&mut self, handle: u32, song: Option<&Song>) {
        let Some(song) = song else { return self.note("a sequence that does not exist was not started") };
        let (sequencer, voices) = (&mut self.sequencer, &mut self.voices);
        let place = self.slots.allocate(handle, &song.settings, &song.player, sequencer, voices);
        let player = match place {
            Ok(player) => player,
            Err(Refusal::Priority) => {
                return self.note("a sequence was not started: the ones that play have a higher priority");
            }
            Err(Refusal::NoPlace) => {
                return self.note("a sequence was not started: its player holds no sequences");
            }
        };
        self.main_player.get_or_insert(player);
        sequencer.prepare(player, song.data.clone(), song.start, voices);
        if song.player.channel_mask != 0 {
            set_channels(sequencer, player, 0xFFFF, song.player.channel_mask);
        }
        let state = sequencer.player_mut(player);
        state.priority = song.settings.channel_priority;
        if let Some(fader) = self.slots.changed_fader(player, 127) {
            state.fader = fader;
        }
        state.prepared = true;
    }

    /// Gives all channels one pan, or each its own again.
    fn set_master_pan<P: Probe<Event>>(&mut self, pan: Option<u8>, bus: &mut Bus<'_, P>) {
        self.output.master_pan = pan;
        for channel in 0..CHANNELS {
            bus.write_pan(channel, self.output.current_pan(channel));
        }
    }

    /// Sets the surround attenuation and writes all volumes it applies to.
    fn set_surround<P: Probe<Event>>(&mut self, decay: u16, bus: &mut Bus<'_, P>) {
        self.output.surround_decay = i32::from(decay);
        for channel in (0..CHANNELS).filter(|&channel| OutputControl::is_surround_channel(channel)) {
            let pan = bus.sound.control(channel).pan();
            bus.write_volume_byte(channel, self.output.attenuated(channel, pan));
        }
    }

    fn note(&mut self, message: &str) {
        self.log.push(Diagnostic::new(Severity::Note, None, message));
    }
}

fn set_channels(sequencer: &mut Sequencer, player: PlayerIndex, tracks: u16, channels: u16) {
    sequencer.for_each_track(player, tracks, |track| {
        track.notes.channels = channels;
        track.notes.has_own_channels = true;
    });
}

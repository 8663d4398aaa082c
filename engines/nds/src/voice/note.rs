use super::allocation::Allocated;
use super::{ChannelMask, LfoParameters, Voice, VoiceLabel, VoiceSource, Voices};
use crate::format::sbnk::SubInstrument;
use crate::sequencer::TrackIndex;

/// Sustain, attack, decay and release that a track sets instead of the instrument's; `None` = the instrument's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct EnvelopeOverrides {
    pub attack: Option<u8>,
    pub decay: Option<u8>,
    pub sustain: Option<u8>,
    pub release: Option<u8>,
}

/// What a note event asks for (nds-driver 6).
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoteRequest {
    pub track: TrackIndex,
    pub label: VoiceLabel,
    /// After transposition, 0 to 127.
    pub key: u8,
    pub velocity: u8,
    /// In sequence ticks; -1 = until something else ends it.
    pub length: i32,
    /// Player and track priority together.
    pub priority: u16,
    pub channels: ChannelMask,
    /// The track's channel mask was set from outside.
    pub has_own_channels: bool,
    pub tie: bool,
    pub overrides: EnvelopeOverrides,
    pub sweep_pitch: i16,
    /// Key to slide from, if portamento is on.
    pub portamento_from: Option<u8>,
    pub portamento_time: u8,
}

/// What a note needs from the bank: the instrument at its key, and the recording if it has one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResolvedInstrument {
    pub sound: SubInstrument,
    /// `None` if the instrument's recording does not exist: the note then fails, but only after it has taken a
    /// channel.
    pub source: Option<VoiceSource>,
}

/// How a note-on went, for probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoteOutcome {
    Started {
        voice: usize,
        /// The voice was taken from a note that had not ended.
        is_stolen: bool,
    },
    Tied(usize),
    /// Every channel it could have plays something of higher priority.
    NoChannel,
    /// There is no sound for it.
    NoSound,
}

impl Voices {
    /// A note-on (nds-driver 6).
    pub(crate) fn note_on(
        &mut self,
        request: &NoteRequest,
        lookup: impl FnOnce() -> Option<ResolvedInstrument>,
    ) -> NoteOutcome {
        let tied = if request.tie { self.owners.head(request.track) } else { None };
        let outcome = match tied {
            // A tied note changes key and velocity of the sounding one and nothing else.
            Some(index) => {
                if let Some(voice) = self.voices.get_mut(index) {
                    voice.key = request.key;
                    voice.velocity = request.velocity;
                }
                NoteOutcome::Tied(index)
            }
            None => match lookup() {
                Some(instrument) => self.start_note(request, &instrument),
                None => NoteOutcome::NoSound,
            },
        };
        let (NoteOutcome::Started { voice: index, .. } | NoteOutcome::Tied(index)) = outcome else {
            return outcome;
        };
        if let Some(voice) = self.voices.get_mut(index) {
            voice.apply_track_settings(request);
            voice.label = request.label;
        }
        outcome
    }

    /// Allocates and sets up a fresh voice. A voice that was taken for a recording that does not exist stays silent
    /// and free, its old note cut.
    fn start_note(&mut self, request: &NoteRequest, instrument: &ResolvedInstrument) -> NoteOutcome {
        use crate::format::sbnk::kind;
        let usable = match instrument.sound.kind {
            kind::PCM | kind::DIRECT => 0xFFFF,
            kind::SQUARE => 0x3F00,
            kind::NOISE => 0xC000,
            _ => return NoteOutcome::NoSound,
        };
        let mask = ChannelMask(usable & request.channels.0);
        let Some(Allocated { index, is_stolen }) =
            self.allocate(mask, request.priority, request.has_own_channels)
        else {
            return NoteOutcome::NoChannel;
        };
        let Some(voice) = self.voices.get_mut(index) else { return NoteOutcome::NoChannel };
        let Some(source) = instrument.source else {
            voice.priority = 0;
            return NoteOutcome::NoSound;
        };
        let length = if request.tie { -1 } else { request.length };
        voice.start(source, request.key, request.velocity, length, &instrument.sound);
        self.owners.push(request.track, index);
        NoteOutcome::Started { voice: index, is_stolen }
    }
}

impl Voice {
    fn start(&mut self, source: VoiceSource, key: u8, velocity: u8, length: i32, sound: &SubInstrument) {
        let parameters = &sound.parameters;
        // Release 255: the note never ends by length.
        let (length, release) =
            if parameters.release == 255 { (-1, 0) } else { (length, parameters.release) };
        self.source = source;
        self.envelope.restart();
        self.length = length;
        self.lfo.restart();
        self.start = true;
        self.active = true;
        self.key = key;
        self.root_key = parameters.root_key;
        self.velocity = velocity;
        self.envelope.set_attack(parameters.attack);
        self.envelope.set_decay(parameters.decay);
        self.envelope.set_sustain(parameters.sustain);
        self.envelope.set_release(release);
        self.pan.initial = parameters.pan.wrapping_sub(64).cast_signed();
    }

    fn apply_track_settings(&mut self, request: &NoteRequest) {
        let EnvelopeOverrides { attack, decay, sustain, release } = request.overrides;
        if let Some(attack) = attack {
            self.envelope.set_attack(attack);
        }
        if let Some(decay) = decay {
            self.envelope.set_decay(decay);
        }
        if let Some(sustain) = sustain {
            self.envelope.set_sustain(sustain);
        }
        if let Some(release) = release {
            self.envelope.set_release(release);
        }
        self.sweep.pitch = request.sweep_pitch;
        if let Some(from) = request.portamento_from {
            let distance = (i32::from(from) - i32::from(request.key)) << 6;
            self.sweep.pitch = self.sweep.pitch.wrapping_add(distance as i16);
        }
        if request.portamento_time == 0 {
            // The slide takes the note's length and counts sequence ticks.
            self.sweep.length = request.length;
            self.sweep.automatic = false;
        } else {
            // Counts driver ticks; a tied voice that counted sequence ticks before keeps doing so.
            let time = i64::from(request.portamento_time);
            let distance = i64::from(self.sweep.pitch).abs();
            self.sweep.length = ((time * time * distance) >> 11) as i32;
        }
        self.sweep.counter = 0;
    }

    /// Sets the LFO as the track has it.
    pub(super) const fn set_lfo(&mut self, parameters: LfoParameters) {
        self.lfo.parameters = parameters;
    }
}

//! What instruments of a game are in General MIDI.

use std::collections::BTreeMap;

use tatum_core::midi::{ChannelMessage, EventKind};

use super::{ExportFormat, ExportOptions};

/// The channel that General MIDI keeps for drums.
const DRUM_CHANNEL: u8 = 9;
/// Controllers of a bank, and the bank of drums.
const BANK_HIGH: u8 = 0;
const BANK_LOW: u8 = 32;
const DRUM_BANK: u8 = 120;

/// Entries by instrument number.
pub type InstrumentMap = BTreeMap<u8, Mapping>;

/// What an instrument is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapping {
    /// A program, and semitones by which its notes are higher.
    Program {
        /// 0 to 127.
        program: u8,
        /// Semitones.
        transposition: i8,
    },
    /// Drums: one for the keys below the instrument's split points, one between them, one above.
    Drums {
        /// MIDI keys of the drums: low, middle, high.
        keys: [u8; 3],
        /// The lowest and the highest key of the middle.
        split: (u8, u8),
    },
}

/// The instruments of the channels by time.
pub(super) struct Instruments<'a> {
    options: &'a ExportOptions,
    changes: BTreeMap<u8, Vec<(u64, u8)>>,
}

impl<'a> Instruments<'a> {
    pub(super) const fn new(options: &'a ExportOptions) -> Self {
        Self { options, changes: BTreeMap::new() }
    }

    pub(super) fn mapping(&self, instrument: u8) -> Option<&'a Mapping> {
        self.options.instruments.get(&instrument)
    }

    /// A channel changes its instrument.
    pub(super) fn set(&mut self, channel: u8, tick: u64, instrument: u8) {
        self.changes.entry(channel).or_default().push((tick, instrument));
    }

    /// The MIDI channel and the key that a note has; no key if it has none.
    pub(super) fn place(&self, channel: u8, tick: u64, key: u8) -> (u8, Option<u8>) {
        let changes = self.changes.get(&channel).into_iter().flatten();
        let instrument = changes.filter(|(change, _)| *change <= tick).max_by_key(|(change, _)| *change);
        match instrument.and_then(|(_, instrument)| self.mapping(*instrument)) {
            None => (channel, Some(key)),
            Some(Mapping::Program { transposition, .. }) => {
                let key = i16::from(key) + i16::from(*transposition);
                (channel, u8::try_from(key).ok().filter(|key| *key <= 127))
            }
            Some(Mapping::Drums { keys: [low, middle, high], split }) => {
                let drum = match key {
                    key if key < split.0 => low,
                    key if key > split.1 => high,
                    _ => middle,
                };
                let on_drum_channel = self.options.format == ExportFormat::DrumsOnChannel10;
                (if on_drum_channel { DRUM_CHANNEL } else { channel }, Some(*drum))
            }
        }
    }

    /// What makes a channel one for drums.
    pub(super) fn drum_setup(&self, channel: u8) -> Vec<EventKind> {
        if self.options.format != ExportFormat::DrumsAnywhere {
            return Vec::new();
        }
        let controller = |controller, value| EventKind::Channel {
            channel,
            message: ChannelMessage::Controller { controller, value },
        };
        // Roland's "use for rhythm part"; its check byte as SEQ64 V1 computed it.
        let check = 0x19_u8.wrapping_sub(channel) & 0x7F;
        let message = [0x41, 0x10, 0x42, 0x12, 0x40, 0x10 | channel, 0x15, 0x02, check, 0xF7];
        vec![
            controller(BANK_HIGH, DRUM_BANK),
            controller(BANK_LOW, 0),
            EventKind::SystemExclusive(message.into()),
        ]
    }
}

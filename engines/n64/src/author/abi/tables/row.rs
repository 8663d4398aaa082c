//! How the rows of the built-in tables are written.

use super::super::{Action, CommandDefinition, Meaning, Parameter, ParameterSource, Scope, Scopes};

// The tables that have a row: a bit each.
pub(super) const SM64: u8 = 1;
pub(super) const RTYI: u8 = 2;
pub(super) const EU: u8 = 4;
pub(super) const SF64: u8 = 8;
pub(super) const ZELDA: u8 = 16;
pub(super) const ALL: u8 = SM64 | RTYI | EU | SF64 | ZELDA;
pub(super) const NOT_RTYI: u8 = ALL & !RTYI;
pub(super) const NOT_ZELDA: u8 = ALL & !ZELDA;
pub(super) const LATER: u8 = EU | SF64 | ZELDA;

pub(super) const S: Scopes = Scopes::of(&[Scope::Sequence]);
pub(super) const C: Scopes = Scopes::of(&[Scope::Channel]);
pub(super) const L: Scopes = Scopes::of(&[Scope::Layer]);
pub(super) const SC: Scopes = Scopes::of(&[Scope::Sequence, Scope::Channel]);
pub(super) const SCL: Scopes = Scopes::of(&Scope::ALL);

/// A command in the tables that have it.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) tables: u8,
    first: u8,
    last: u8,
    scopes: Scopes,
    name: &'static str,
    canon: Option<&'static str>,
    old: Option<&'static str>,
    action: Action,
    parameters: &'static [ParameterRow],
}

/// A parameter of a [`Row`].
#[derive(Debug)]
pub(super) struct ParameterRow {
    name: &'static str,
    meaning: Meaning,
    source: ParameterSource,
}

pub(super) const fn row(
    tables: u8,
    first: u8,
    last: u8,
    scopes: Scopes,
    name: &'static str,
    action: Action,
    parameters: &'static [ParameterRow],
) -> Row {
    Row { tables, first, last, scopes, name, canon: None, old: None, action, parameters }
}

impl Row {
    pub(super) const fn canon(mut self, name: &'static str) -> Self {
        self.canon = Some(name);
        self
    }

    pub(super) const fn old(mut self, name: &'static str) -> Self {
        self.old = Some(name);
        self
    }

    pub(super) fn definition(&self) -> CommandDefinition {
        CommandDefinition {
            first: self.first,
            last: self.last,
            scopes: self.scopes,
            name: self.name.into(),
            canon_name: self.canon.map(Into::into),
            old_name: self.old.map(Into::into),
            action: self.action,
            parameters: self.parameters.iter().map(ParameterRow::parameter).collect(),
            caution: None,
        }
    }
}

impl ParameterRow {
    fn parameter(&self) -> Parameter {
        Parameter { name: self.name.into(), meaning: self.meaning, source: self.source }
    }
}

const fn parameter(name: &'static str, meaning: Meaning, source: ParameterSource) -> ParameterRow {
    ParameterRow { name, meaning, source }
}

pub(super) const NOTE: ParameterRow = parameter("Note", Meaning::Note, ParameterSource::Offset);
pub(super) const DELAY: ParameterRow = parameter("Delay", Meaning::Delay, ParameterSource::Variable);
pub(super) const SHORT_DELAY: ParameterRow = parameter("Delay", Meaning::Delay, ParameterSource::Offset);
pub(super) const VELOCITY: ParameterRow =
    parameter("Velocity", Meaning::Velocity, ParameterSource::Fixed { bytes: 1 });
pub(super) const GATE_TIME: ParameterRow =
    parameter("Gate", Meaning::GateTime, ParameterSource::Fixed { bytes: 1 });
pub(super) const CHANNEL: ParameterRow = parameter("Channel", Meaning::Channel, ParameterSource::Offset);
pub(super) const NOTE_LAYER: ParameterRow =
    parameter("Note Layer", Meaning::NoteLayer, ParameterSource::Offset);
pub(super) const LOOP_COUNT: ParameterRow =
    parameter("Loop Count", Meaning::LoopCount, ParameterSource::Fixed { bytes: 1 });
pub(super) const CHANNEL_BITS: ParameterRow =
    parameter("Channels", Meaning::Bitfield, ParameterSource::Fixed { bytes: 2 });
pub(super) const PORTAMENTO_TIME: ParameterRow =
    parameter("Time/Rate", Meaning::None, ParameterSource::PortamentoTime);

pub(super) const fn offset(name: &'static str) -> ParameterRow {
    parameter(name, Meaning::None, ParameterSource::Offset)
}

pub(super) const fn byte(name: &'static str) -> ParameterRow {
    parameter(name, Meaning::None, ParameterSource::Fixed { bytes: 1 })
}

pub(super) const fn word(name: &'static str) -> ParameterRow {
    parameter(name, Meaning::None, ParameterSource::Fixed { bytes: 2 })
}

pub(super) const fn variable(name: &'static str) -> ParameterRow {
    parameter(name, Meaning::None, ParameterSource::Variable)
}

pub(super) const fn value(name: &'static str) -> ParameterRow {
    parameter(name, Meaning::Value, ParameterSource::Fixed { bytes: 1 })
}

pub(super) const fn constant(name: &'static str, value: u32) -> ParameterRow {
    parameter(name, Meaning::None, ParameterSource::Constant(value))
}

pub(super) const fn mode(name: &'static str, value: u32) -> ParameterRow {
    parameter(name, Meaning::Mode, ParameterSource::Constant(value))
}

pub(super) const fn size(bytes: u32) -> ParameterRow {
    parameter("Size", Meaning::Size, ParameterSource::Constant(bytes))
}

pub(super) const fn address(name: &'static str) -> ParameterRow {
    parameter(name, Meaning::AbsoluteAddress, ParameterSource::Fixed { bytes: 2 })
}

pub(super) const fn relative(name: &'static str, bytes: u8) -> ParameterRow {
    parameter(name, Meaning::RelativeAddress, ParameterSource::Fixed { bytes })
}

pub(super) const fn controller(name: &'static str, controller: u8) -> ParameterRow {
    parameter(
        name,
        Meaning::Controller { number: controller, is_doubled: false },
        ParameterSource::Fixed { bytes: 1 },
    )
}

pub(super) const fn doubled_controller(name: &'static str, controller: u8) -> ParameterRow {
    parameter(
        name,
        Meaning::Controller { number: controller, is_doubled: true },
        ParameterSource::Fixed { bytes: 1 },
    )
}

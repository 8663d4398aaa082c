//! Parts: places in a song that tracks call.

use tatum_core::source::Problem;

use super::super::checks::{Item, ItemKind};
use super::super::definitions::{Argument, Call};
use super::super::expression::NoValue;
use super::super::link::{Fixup, Target};
use super::super::run::Assembler;
use super::{Part, PartCall};
use crate::sequencer::commands::Command;

impl Assembler<'_> {
    /// A place that can be called. It keeps the scope as it is, so that the tracks behind it belong to their segment.
    pub(super) fn part(&mut self, call: &Call, name: &Argument) -> Result<(), Problem> {
        let name_text = self.name(call, name, "part's name", &[])?;
        if self.songs.open.is_none() {
            let problem = Problem::error("SONG-OUTSIDE", call.span, "%part outside a song");
            return self.consequence(problem.with_hint("start with %song"));
        }
        self.song_label(2, &format!("part{name_text}"), call.span, |assembler, other| {
            let message = format!("part {name_text} is already defined{}", assembler.place_of(other));
            Problem::error("SONG-DEFINED", call.span, message).with_hint("part names are unique in a song")
        })?;
        let address = self.output.address();
        if let Some(song) = self.songs.current() {
            song.parts.push(Part { name: name_text, span: call.span, address });
        }
        Ok(())
    }

    pub(super) fn play_part(
        &mut self,
        call: &Call,
        name: &Argument,
        count: &Argument,
    ) -> Result<(), Problem> {
        let name_text = self.name(call, name, "part's name", &[])?;
        if self.songs.open.is_none() {
            let problem = Problem::error("SONG-OUTSIDE", call.span, "%playpart outside a song");
            return self.consequence(problem.with_hint("start with %song"));
        }
        let address = self.output.address();
        let command = i64::from(Command::Call.byte());
        let statement = self.statement;
        for value in [command, 0, 0] {
            self.emit(&[value as u8], Some(call.span))?;
            self.note_item(Item { span: call.span, statement, value, size: 1, kind: ItemKind::Data });
        }
        let target = self.output.address_after(address, 1);
        self.point(target, Target::Part { name: name_text.clone() }, name.span)?;
        if let Some(song) = self.songs.current() {
            song.calls.push(PartCall { name: name_text, span: call.span, address });
        }
        self.play_count(call, count)
    }

    fn play_count(&mut self, call: &Call, count: &Argument) -> Result<(), Problem> {
        if count.text.is_empty() {
            return Err(Problem::error("ASM-EMPTY", count.span, "the count is empty"));
        }
        let (value, is_known) = match self.evaluate(&count.text) {
            Ok(value) => (value, true),
            Err(NoValue::Faulty(problem)) => return Err(problem),
            Err(NoValue::Unknown(_)) => (0, false),
        };
        let offset = self.output.mapping.offset(self.output.address());
        self.emit(&[value as u8], Some(call.span))?;
        let item = self.note_item(Item {
            span: count.span,
            statement: self.statement,
            value,
            size: 1,
            kind: ItemKind::Data,
        });
        if let (false, Some(offset)) = (is_known, offset) {
            let (text, scope, math, path) = (count.text.clone(), self.scope.clone(), self.math, self.path());
            self.fixups.push(Fixup::Expression { offset, size: 1, text, scope, math, path, item });
        }
        let problem = match value {
            _ if !is_known => return Ok(()),
            1..=255 => return Ok(()),
            0 => "a count of 0 plays the part once and then ends the whole segment".to_owned(),
            _ => format!("count {value} is stored as {}", value & 0xFF),
        };
        self.problems.push(Problem::warning("SONG-COUNT", count.span, problem).with_hint("use 1 to 255"));
        Ok(())
    }
}

//! ABI definition files, as SEQ64 V2 has them (`n64-authoring.md` 2).

use std::ops::Range;

use roxmltree::{Document, Node};
use tatum_core::source::{FileNumber, Problem, Problems, Sources, Span};

use super::{AbiDefinition, Action, CommandDefinition, Meaning, Parameter, ParameterSource, Scope, Scopes};

/// A command has at most so many parameters: far more than any real one.
const MOST_PARAMETERS: usize = 64;
/// A file defines at most so many commands.
const MOST_COMMANDS: usize = 4096;
/// MIDI controllers up to this are controllers; the two behind are pitch bend and the program.
const HIGHEST_CONTROLLER: i64 = 129;

/// Reads an ABI definition file; `id` is what the table is called.
///
/// # Errors
///
/// Everything that is wrong with it, with places.
pub fn read_xml(sources: &Sources, file: FileNumber, id: &str) -> Result<AbiDefinition, Problems> {
    let mut reader = Reader { sources, file, problems: Problems::default() };
    let text = &sources.file(file).text;
    let commands = match Document::parse(text) {
        Ok(document) => reader.root(document.root_element()),
        Err(error) => {
            let place = error.pos();
            let at = offset_of(text, place.row as usize, place.col as usize);
            reader.fail(at..at, "ABI-XML", format!("this is no well-formed XML: {error}"), None);
            Vec::new()
        }
    };
    match reader.problems.has_errors() {
        true => Err(reader.problems),
        false => Ok(AbiDefinition::new(id, commands)),
    }
}

/// The byte offset of a line and column, both from 1.
fn offset_of(text: &str, row: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(row.saturating_sub(1)).map(str::len).sum();
    let line = text.get(start..).unwrap_or_default();
    start + line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

struct Reader<'a> {
    sources: &'a Sources,
    file: FileNumber,
    problems: Problems,
}

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        self.sources.span(self.file, range)
    }

    fn fail(&mut self, range: Range<usize>, code: &'static str, message: String, hint: Option<&str>) {
        let mut problem = Problem::error(code, self.span(range), message);
        problem.hint = hint.map(str::to_owned);
        self.problems.push(problem);
    }

    fn root(&mut self, root: Node<'_, '_>) -> Vec<CommandDefinition> {
        let list = match root.tag_name().name() {
            "cmdlist" => Some(root),
            // SEQ64 V1 has the list inside of what it knows about a game.
            "RomDesc" => root.descendants().find(|node| node.has_tag_name("cmdlist")),
            _ => None,
        };
        let Some(list) = list else {
            let message = format!("expected `cmdlist`, found `{}`", root.tag_name().name());
            self.fail(tag_range(root), "ABI-XML", message, Some("an ABI definition file of SEQ64 V2"));
            return Vec::new();
        };
        let mut commands = Vec::new();
        for node in list.children().filter(Node::is_element) {
            if node.tag_name().name() != "command" {
                let message = format!("expected `command`, found `{}`", node.tag_name().name());
                self.fail(tag_range(node), "ABI-XML", message, None);
            } else if commands.len() == MOST_COMMANDS {
                let message = format!("more than {MOST_COMMANDS} commands");
                self.fail(tag_range(node), "ABI-XML", message, None);
                break;
            } else if let Some(command) = self.command(node) {
                commands.push(command);
            }
        }
        if commands.is_empty() && !self.problems.has_errors() {
            self.fail(tag_range(list), "ABI-XML", "there is no command in it".into(), None);
        }
        commands
    }

    fn command(&mut self, node: Node<'_, '_>) -> Option<CommandDefinition> {
        let first = self.opcode(node, "cmd");
        let last = if node.has_attribute("cmdend") { self.opcode(node, "cmdend") } else { first };
        let name = node.attribute("name").filter(|name| !name.trim().is_empty());
        if name.is_none() {
            self.fail(tag_range(node), "ABI-XML", "a command needs a `name`".into(), None);
        }
        let action = self.action(node);
        let mut scopes = Scopes::default();
        for (attribute, scope) in
            [("validinseq", Scope::Sequence), ("validinchn", Scope::Channel), ("validintrk", Scope::Layer)]
        {
            if matches!(node.attribute(attribute), Some("1" | "true" | "yes")) {
                scopes.insert(scope);
            }
        }
        let mut parameters = Vec::new();
        for child in node.children().filter(Node::is_element) {
            if child.tag_name().name() != "parameter" {
                let message = format!("expected `parameter`, found `{}`", child.tag_name().name());
                self.fail(tag_range(child), "ABI-XML", message, None);
            } else if parameters.len() == MOST_PARAMETERS {
                let message = format!("more than {MOST_PARAMETERS} parameters");
                self.fail(tag_range(child), "ABI-XML", message, None);
                break;
            } else if let Some(parameter) = self.parameter(child) {
                if parameter.source == ParameterSource::Offset && !node.has_attribute("cmdend") {
                    let message = "a parameter in the opcode needs a `cmdend` of its command".into();
                    self.fail(tag_range(child), "ABI-XML", message, None);
                }
                parameters.push(parameter);
            }
        }
        let (first, last) = (first?, last?);
        if last < first {
            let range = attribute_range(node, "cmdend");
            self.fail(range, "ABI-XML", format!("`cmdend` {last} is below `cmd` {first}"), None);
            return None;
        }
        Some(CommandDefinition {
            first,
            last,
            scopes,
            name: name?.to_owned(),
            canon_name: other_name(node, "cname"),
            old_name: other_name(node, "oname"),
            action: action?,
            parameters,
            caution: None,
        })
    }

    fn opcode(&mut self, node: Node<'_, '_>, name: &str) -> Option<u8> {
        let number = self.number(node, name, (0, 255));
        if !node.has_attribute(name) {
            self.fail(tag_range(node), "ABI-XML", format!("a command needs `{name}`, its opcode"), None);
        }
        number.and_then(|number| u8::try_from(number).ok())
    }

    /// A number in an attribute; none if it is not there, or wrong.
    fn number(&mut self, node: Node<'_, '_>, name: &str, (low, high): (i64, i64)) -> Option<i64> {
        let text = node.attribute(name)?;
        match text.trim().parse::<i64>() {
            Ok(number) if (low..=high).contains(&number) => Some(number),
            _ => {
                let message = format!("`{name}`: expected a number from {low} to {high}, found `{text}`");
                self.fail(attribute_range(node, name), "ABI-XML", message, None);
                None
            }
        }
    }

    fn action(&mut self, node: Node<'_, '_>) -> Option<Action> {
        let Some(name) = node.attribute("action") else { return Some(Action::None) };
        let action = Action::of_name(name);
        if action.is_none() {
            let known: Vec<_> = Action::ALL.iter().map(|action| action.name()).collect();
            let hint = format!("known: {}", known.join(", "));
            self.fail(
                attribute_range(node, "action"),
                "ABI-XML",
                format!("unknown action `{name}`"),
                Some(&hint),
            );
        }
        action
    }

    fn parameter(&mut self, node: Node<'_, '_>) -> Option<Parameter> {
        let length = self.number(node, "datalen", (0, i64::from(u32::MAX)));
        if node.has_attribute("datalen") && length.is_none() {
            return None;
        }
        let length = length.unwrap_or(0);
        let source = match node.attribute("datasrc").unwrap_or("fixed") {
            "offset" => ParameterSource::Offset,
            "variable" => ParameterSource::Variable,
            "constant" => ParameterSource::Constant(u32::try_from(length).unwrap_or(u32::MAX)),
            "fixed" => match u8::try_from(length) {
                Ok(bytes @ 1..=3) => ParameterSource::Fixed { bytes },
                _ => {
                    let message = format!("a fixed parameter has 1 to 3 bytes (`datalen`), found {length}");
                    self.fail(tag_range(node), "ABI-XML", message, None);
                    return None;
                }
            },
            other => {
                let message =
                    format!("`datasrc`: expected offset, fixed, variable or constant, found `{other}`");
                self.fail(attribute_range(node, "datasrc"), "ABI-XML", message, None);
                return None;
            }
        };
        let meaning = self.meaning(node)?;
        if matches!(meaning, Meaning::AbsoluteAddress | Meaning::RelativeAddress)
            && source == (ParameterSource::Fixed { bytes: 3 })
        {
            let message = "an address has 1 or 2 bytes (`datalen`), found 3".into();
            let hint = Some("the engine's addresses have 16 bits");
            self.fail(attribute_range(node, "datalen"), "ABI-XML", message, hint);
            return None;
        }
        Some(Parameter { name: node.attribute("name").unwrap_or("value").to_owned(), meaning, source })
    }

    fn meaning(&mut self, node: Node<'_, '_>) -> Option<Meaning> {
        Some(match node.attribute("meaning").unwrap_or("None") {
            "None" => Meaning::None,
            "Absolute Address" => Meaning::AbsoluteAddress,
            "Relative Address" => Meaning::RelativeAddress,
            "Channel" => Meaning::Channel,
            "Note Layer" => Meaning::NoteLayer,
            "Note" => Meaning::Note,
            "Delay" => Meaning::Delay,
            "Velocity" => Meaning::Velocity,
            "Gate Time" => Meaning::GateTime,
            "Loop Count" => Meaning::LoopCount,
            "CC" => return self.controller(node),
            "Value" => Meaning::Value,
            "Bitfield" => Meaning::Bitfield,
            "Size" => Meaning::Size,
            "Mode" => Meaning::Mode,
            other => {
                self.fail(
                    attribute_range(node, "meaning"),
                    "ABI-XML",
                    format!("unknown meaning `{other}`"),
                    None,
                );
                return None;
            }
        })
    }

    /// Controllers that MIDI needs for itself cannot be used: bank and data LSB, RPNs, channel modes.
    fn controller(&mut self, node: Node<'_, '_>) -> Option<Meaning> {
        if !node.has_attribute("cc") {
            self.fail(
                tag_range(node),
                "ABI-XML",
                "the meaning `CC` needs `cc`, a controller's number".into(),
                None,
            );
            return None;
        }
        let number = self.number(node, "cc", (0, HIGHEST_CONTROLLER))?;
        if matches!(number, 6 | 32 | 38 | 96..=101 | 120..=127) {
            let message = format!("controller {number} cannot be used: MIDI needs it for itself");
            self.fail(attribute_range(node, "cc"), "ABI-XML", message, None);
            return None;
        }
        let is_doubled = matches!(node.attribute("x2"), Some("1" | "true" | "yes"));
        Some(Meaning::Controller { number: u8::try_from(number).ok()?, is_doubled })
    }
}

fn other_name(node: Node<'_, '_>, attribute: &str) -> Option<String> {
    node.attribute(attribute).filter(|name| !name.trim().is_empty()).map(str::to_owned)
}

/// The opening of an element's tag.
fn tag_range(node: Node<'_, '_>) -> Range<usize> {
    let range = node.range();
    let end = range.start + 1 + node.tag_name().name().len();
    range.start..end.min(range.end)
}

/// An attribute's value, or the tag if there is none.
fn attribute_range(node: Node<'_, '_>, name: &str) -> Range<usize> {
    node.attribute_node(name).map_or_else(|| tag_range(node), |attribute| attribute.range_value())
}

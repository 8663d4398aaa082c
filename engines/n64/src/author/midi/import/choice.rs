//! Which command of an ABI says something (`n64-authoring.md` 6.2).

use crate::author::abi::{AbiDefinition, Action, Meaning, Parameter, ParameterSource, Scope};
use crate::author::model::{Command, Value};

/// Something a command is to say.
pub(super) type Wanted = (Meaning, Value);

/// The shortest command of a scope that has the action and says everything wanted; among equals the first. What
/// nothing is wanted for is 0.
pub(super) fn choose(
    abi: &AbiDefinition,
    scope: Scope,
    action: Action,
    wanted: &[Wanted],
) -> Option<Command> {
    let fitting = abi.commands_in(scope).filter_map(|(id, definition)| {
        if definition.action != action {
            return None;
        }
        let mut values = vec![Value::Number(0); definition.parameters.len()];
        for &(meaning, value) in wanted {
            let index = definition.parameter_for(meaning)?;
            if !fits(&definition.parameters[index], definition.last - definition.first, value) {
                return None;
            }
            values[index] = value;
        }
        Some(Command::new(id, values))
    });
    fitting.min_by_key(|command| command.length(abi))
}

/// Whether an operand can hold a value.
fn fits(parameter: &Parameter, offsets: u8, value: Value) -> bool {
    let Value::Number(number) = value else { return true };
    match parameter.source {
        ParameterSource::Offset => (0..=i32::from(offsets)).contains(&number),
        ParameterSource::Fixed { bytes: 1 } => (-0x80..=0xFF).contains(&number),
        ParameterSource::Fixed { .. } => (-0x8000..=0xFFFF).contains(&number),
        ParameterSource::Variable | ParameterSource::PortamentoTime => (0..=0x7FFF).contains(&number),
        ParameterSource::Constant(constant) => i64::from(number) == i64::from(constant),
    }
}

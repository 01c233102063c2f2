//! Bounds on the variables: how deep, and how long their lists are.

use async_graphql::{Value, Variables};

use super::{Limits, refusal::Refusal};
use crate::infra::error::ErrorCode;

/// Refuses variables that are too deep or hold too long a list.
pub fn check(variables: &Variables, limits: &Limits) -> Result<(), Refusal> {
    for (name, value) in variables.iter() {
        check_value(name.as_str(), value, limits, 1)?;
    }
    Ok(())
}

fn check_value(name: &str, value: &Value, limits: &Limits, depth: usize) -> Result<(), Refusal> {
    if depth > limits.variables_depth {
        return Err(Refusal::too_complex(
            "variablesDepth",
            depth as u64,
            limits.variables_depth as u64,
        ));
    }
    match value {
        Value::List(items) => {
            check_length(name, items.len(), limits)?;
            items
                .iter()
                .try_for_each(|item| check_value(name, item, limits, depth + 1))
        }
        Value::Object(fields) => fields
            .values()
            .try_for_each(|field| check_value(name, field, limits, depth + 1)),
        _ => Ok(()),
    }
}

/// Refuses a list with too many items, naming the argument or variable that holds it.
pub fn check_length(name: &str, length: usize, limits: &Limits) -> Result<(), Refusal> {
    if length <= limits.list_items {
        return Ok(());
    }
    let name: String = name.chars().take(60).collect();
    Err(Refusal::new(
        ErrorCode::BadUserInput,
        format!(
            "Аргумент «{name}»: в списке {length} значений, допустимо {}.",
            limits.list_items
        ),
    ))
}

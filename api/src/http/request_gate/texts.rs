//! Texts are refused here for their signs, once, whatever field they are for.

use async_graphql::{Value, Variables};
use async_graphql_value::Value as DocumentValue;

use super::refusal::Refusal;
use crate::http::control_signs::control_sign_in;

/// A sign that must not be there, and where within the value it stands: `.headline`.
type Fault = (String, char);

/// Refuses variables with a text that holds a control sign.
pub fn check_variables(variables: &Variables) -> Result<(), Refusal> {
    variables
        .iter()
        .try_for_each(|(name, value)| check_variable(name.as_str(), value))
}

/// The same of one variable, which may have its value by default.
pub fn check_variable(name: &str, value: &Value) -> Result<(), Refusal> {
    refuse("Переменная", name, fault_of(value))
}

/// The same of an argument as it stands in the document.
pub fn check_argument(name: &str, value: &DocumentValue) -> Result<(), Refusal> {
    refuse("Аргумент", name, fault_in_document(value))
}

fn refuse(what: &str, name: &str, fault: Option<Fault>) -> Result<(), Refusal> {
    match fault {
        None => Ok(()),
        Some((path, sign)) => Err(Refusal::control_sign(what, &format!("{name}{path}"), sign)),
    }
}

fn fault_of(value: &Value) -> Option<Fault> {
    match value {
        Value::String(text) => fault_of_text(text),
        Value::List(items) => items.iter().find_map(fault_of),
        Value::Object(fields) => fields
            .iter()
            .find_map(|(name, field)| within(name.as_str(), fault_of(field))),
        _ => None,
    }
}

fn fault_in_document(value: &DocumentValue) -> Option<Fault> {
    match value {
        DocumentValue::String(text) => fault_of_text(text),
        DocumentValue::List(items) => items.iter().find_map(fault_in_document),
        DocumentValue::Object(fields) => fields
            .iter()
            .find_map(|(name, field)| within(name.as_str(), fault_in_document(field))),
        _ => None,
    }
}

fn fault_of_text(text: &str) -> Option<Fault> {
    control_sign_in(text).map(|sign| (String::new(), sign))
}

fn within(name: &str, fault: Option<Fault>) -> Option<Fault> {
    fault.map(|(path, sign)| (format!(".{name}{path}"), sign))
}

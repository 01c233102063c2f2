//! Errors of an executed request: each with a code of ours, and none too long to send.

use async_graphql::{PathSegment, ServerError, Value};

use crate::infra::error::{Error, ErrorCode};

/// Errors in one answer; a client can act on no more.
const MOST_ERRORS: usize = 10;
/// Characters of an error's message.
const LONGEST_MESSAGE: usize = 300;

/// Bounds what is sent back and gives each error a code.
pub fn complete_all(errors: &mut Vec<ServerError>) {
    errors.truncate(MOST_ERRORS);
    for error in errors {
        complete(error);
    }
}

/// Gives the library's own errors a code, and bounds what is sent back.
fn complete(error: &mut ServerError) {
    if error.message.chars().count() > LONGEST_MESSAGE {
        error.message = error.message.chars().take(LONGEST_MESSAGE).collect();
    }
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_some() {
        return;
    }
    let begins = |beginning: &str| error.message.starts_with(beginning);
    // During execution a complaint about a variable is that a required one was not sent.
    let lacks_variable = begins("Variable ") && !error.path.is_empty();
    let names_input =
        begins("Invalid value for argument") || begins("Failed to parse") || lacks_variable;
    let code = if names_input {
        ErrorCode::BadUserInput
    } else if error
        .path
        .iter()
        .any(|segment| matches!(segment, PathSegment::Field(_)))
    {
        tracing::error!(cause = %error.message, "a field failed inside the library");
        error.message = async_graphql::Error::from(Error::Internal).message;
        ErrorCode::Internal
    } else {
        ErrorCode::GraphqlValidationFailed
    };
    extensions.set("code", code.as_str());
}

/// The code of an error; of none, that of a fault of ours.
pub fn code_of(error: Option<&ServerError>) -> ErrorCode {
    let code = error
        .and_then(|error| error.extensions.as_ref()?.get("code"))
        .and_then(|code| match code {
            Value::String(code) => Some(code.as_str()),
            _ => None,
        });
    const KNOWN: [ErrorCode; 10] = [
        ErrorCode::RateLimited,
        ErrorCode::BadUserInput,
        ErrorCode::GraphqlValidationFailed,
        ErrorCode::QueryTooComplex,
        ErrorCode::Unauthenticated,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::Conflict,
        ErrorCode::Unavailable,
        ErrorCode::Timeout,
    ];
    KNOWN
        .into_iter()
        .find(|known| code == Some(known.as_str()))
        .unwrap_or(ErrorCode::Internal)
}

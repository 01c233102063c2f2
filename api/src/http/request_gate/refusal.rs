//! Why a document is turned away.

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use crate::infra::error::ErrorCode;

/// One reason, short enough to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: ErrorCode,
    pub message: String,
    position: Option<(usize, usize)>,
    limit: Option<(&'static str, u64, u64)>,
    /// The argument or variable that it is about.
    argument: Option<String>,
}

/// Characters of a client's own name that are sent back.
const LONGEST_NAME: usize = 60;

impl Refusal {
    /// A reason that is no limit.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            position: None,
            limit: None,
            argument: None,
        }
    }

    /// A limit that is passed.
    pub fn too_complex(what: &'static str, actual: u64, limit: u64) -> Self {
        Self {
            limit: Some((what, actual, limit)),
            ..Self::new(
                ErrorCode::QueryTooComplex,
                format!("Запрос слишком сложен: {what} — {actual}, допустимо {limit}."),
            )
        }
    }

    /// Where a document does not parse. The library's own message would repeat whole lines of it.
    pub fn unparsable(error: &async_graphql::parser::Error) -> Self {
        let position = error.positions().next();
        let message = match position {
            Some(Pos { line, column }) => {
                format!("Документ не разобран: строка {line}, столбец {column}.")
            }
            None => "Документ не разобран.".into(),
        };
        Self {
            position: position.map(|at| (at.line, at.column)),
            ..Self::new(ErrorCode::GraphqlParseFailed, message)
        }
    }

    /// A text of an argument or a variable holds a sign that none may hold.
    pub fn control_sign(what: &str, path: &str, sign: char) -> Self {
        let path: String = path.chars().take(LONGEST_NAME).collect();
        let message = format!(
            "{what} «{path}»: недопустимый знак U+{:04X}. Уберите его.",
            u32::from(sign)
        );
        Self {
            argument: Some(path),
            ..Self::new(ErrorCode::BadUserInput, message)
        }
    }

    /// An operation name that the document does not have.
    pub fn no_such_operation(name: &str) -> Self {
        let name: String = name.chars().take(LONGEST_NAME).collect();
        Self::new(
            ErrorCode::BadUserInput,
            format!("Аргумент «operationName»: в документе нет операции «{name}»."),
        )
    }

    /// The name of the passed limit.
    #[cfg(test)]
    pub fn limit_name(&self) -> Option<&'static str> {
        self.limit.map(|(name, _, _)| name)
    }
}

impl From<Refusal> for ServerError {
    fn from(refusal: Refusal) -> Self {
        let position = refusal.position.map(|(line, column)| Pos { line, column });
        let mut error = Self::new(refusal.message, position);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", refusal.code.as_str());
        if let Some((name, actual, limit)) = refusal.limit {
            extensions.set("limitName", name);
            extensions.set("actual", actual);
            extensions.set("limit", limit);
        }
        if let Some(argument) = refusal.argument {
            extensions.set("argument", argument);
        }
        error.extensions = Some(extensions);
        error
    }
}

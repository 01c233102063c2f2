//! What a mutation answers: the object it made or changed, and what the client did wrong.
//!
//! Expected outcomes are [`UserError`]s; `errors[]` is for faults and for asking without a right.

use async_graphql::{Interface, SimpleObject};
use sea_orm::DbErr;

use crate::infra::error::Error;

/// Ожидаемая помеха: что не так и в каком поле ввода.
#[derive(Clone, Debug, PartialEq, Eq, Interface)]
#[expect(
    clippy::duplicated_attributes,
    reason = "two fields of an interface may be of one type"
)]
#[graphql(
    field(name = "message", ty = "&String", desc = "Что не так, по-русски."),
    field(
        name = "field",
        ty = "&Option<Vec<String>>",
        desc = "Путь к полю внутри `input`; нет — дело не в одном поле."
    ),
    field(
        name = "code",
        ty = "&String",
        desc = "Постоянный код: значение перечня `…ErrorCode` своей области. Открытый список."
    )
)]
pub enum UserError {
    /// The only kind so far; clients match on the interface, so that others may come.
    Input(InputError),
}

/// Помеха, которую устраняет тот, кто спрашивает.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct InputError {
    /// Что не так, по-русски.
    message: String,
    /// Путь к полю внутри `input`; нет — дело не в одном поле.
    field: Option<Vec<String>>,
    /// Постоянный код: значение перечня `…ErrorCode` своей области. Открытый список.
    code: String,
}

/// A domain's list of codes.
pub trait UserErrorCode: async_graphql::resolver_utils::EnumType {
    /// What it means, in Russian.
    fn message(&self) -> String;

    /// The error, about no one field.
    fn error(self) -> UserError {
        self.about(None)
    }

    /// The error, about a field of the input: `device.name`.
    fn at(self, field: &str) -> UserError {
        self.about(Some(field.split('.').map(str::to_owned).collect()))
    }

    /// The error, about a path that may be none.
    fn about(self, field: Option<Vec<String>>) -> UserError {
        let message = self.message();
        self.saying(message, field)
    }

    /// The error in words of its own, where a number helps.
    fn saying(self, message: String, field: Option<Vec<String>>) -> UserError {
        let code = Self::items()
            .iter()
            .find(|item| item.value == self)
            .map_or_else(String::new, |item| item.name.to_owned());
        UserError::Input(InputError {
            message,
            field,
            code,
        })
    }
}

/// How a mutation ended: with what it made, or with what keeps it from doing so.
pub type Done<T> = Result<T, Vec<UserError>>;

/// Why a change was not made.
pub enum Stop {
    /// By what was sent, or by what stands.
    Refused(Vec<UserError>),
    Failed(Error),
}

impl From<UserError> for Stop {
    fn from(error: UserError) -> Self {
        Self::Refused(vec![error])
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<DbErr> for Stop {
    fn from(cause: DbErr) -> Self {
        Self::Failed(cause.into())
    }
}

/// Puts an outcome into what payloads are made of.
///
/// # Errors
/// What is nobody's fault but ours, and asking without a right.
pub fn done<T>(outcome: Result<T, Stop>) -> Result<Done<T>, Error> {
    match outcome {
        Ok(made) => Ok(Ok(made)),
        Err(Stop::Refused(errors)) => Ok(Err(errors)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Declares payloads: the object, nullable, beside `userErrors`.
macro_rules! payloads {
    ($(
        $(#[$doc:meta])*
        $name:ident { $(#[$field_doc:meta])* $field:ident: $type:ty }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(async_graphql::SimpleObject)]
            pub struct $name {
                $(#[$field_doc])*
                $field: Option<$type>,
                /// Что помешало; пусто — всё сделано.
                user_errors: Vec<$crate::infra::graphql::UserError>,
            }

            impl From<$crate::infra::graphql::Done<$type>> for $name {
                fn from(done: $crate::infra::graphql::Done<$type>) -> Self {
                    match done {
                        Ok($field) => Self { $field: Some($field), user_errors: Vec::new() },
                        Err(user_errors) => Self { $field: None, user_errors },
                    }
                }
            }
        )+
    };
}

pub(crate) use payloads;

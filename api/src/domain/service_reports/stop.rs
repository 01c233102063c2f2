//! Why a report was not taken or not changed.

use sea_orm::DbErr;

use super::{moderating::Held, types::ServiceReportErrorCode};
use crate::infra::{
    error::Error,
    graphql::{UserError, UserErrorCode},
};

/// What stands against it.
pub enum Stop {
    /// What was sent.
    Refused(Vec<UserError>),
    /// A report that is there: one that the author has made before, or what somebody else has made
    /// meanwhile of the one that is meant.
    Standing(UserError, Box<Held>),
    Failed(Error),
}

impl Stop {
    /// Something is wrong with a field.
    #[must_use]
    pub fn at(code: ServiceReportErrorCode, field: &str) -> Self {
        Self::Refused(vec![code.at(field)])
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

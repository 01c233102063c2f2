//! The one error of resolvers and of the HTTP entry: a closed list with stable codes.
//!
//! [`Error`] has no `Display` on purpose: async-graphql turns every displayable error into a
//! message for the client by a bare `?`, and so would send SQL text out. A cause is logged once,
//! here, inside the request's span, and never travels further.

use async_graphql::ErrorExtensionValues;
use sea_orm::{DbErr, RuntimeErr, SqlxError};

/// Seconds after which a client may try again when the database did not answer.
pub const RETRY_AFTER_SECONDS: u32 = 2;

/// Every code that `errors[].extensions.code` can carry (contract §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    GraphqlParseFailed,
    GraphqlValidationFailed,
    BadUserInput,
    QueryTooComplex,
    Unauthenticated,
    Forbidden,
    NotFound,
    Conflict,
    PersistedQueryNotFound,
    MethodNotAllowed,
    NotAcceptable,
    RequestTimeout,
    BodyTooLarge,
    UnsupportedMediaType,
    ClientTooOld,
    RateLimited,
    Internal,
    Unavailable,
    Timeout,
}

impl ErrorCode {
    /// The spelling that clients match on.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::BodyTooLarge => "BODY_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::ClientTooOld => "CLIENT_TOO_OLD",
            Self::RateLimited => "RATE_LIMITED",
            Self::Internal => "INTERNAL_SERVER_ERROR",
            Self::Unavailable => "UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
        }
    }

    /// The HTTP status when the whole request fails with this code.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::PersistedQueryNotFound | Self::Forbidden | Self::NotFound | Self::Conflict => 200,
            Self::GraphqlParseFailed
            | Self::GraphqlValidationFailed
            | Self::BadUserInput
            | Self::QueryTooComplex => 400,
            Self::Unauthenticated => 401,
            Self::MethodNotAllowed => 405,
            Self::NotAcceptable => 406,
            Self::RequestTimeout => 408,
            Self::BodyTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::ClientTooOld => 426,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
            Self::Timeout => 504,
        }
    }
}

/// What a resolver can fail with. The message of `BadUserInput` names the argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The client sent something that can't be used; nothing was done.
    BadUserInput {
        /// Path of the argument, as the client wrote it: `filter.near.latitude`.
        argument: String,
        /// What is wrong with it, in Russian.
        message: String,
    },
    /// The field is for people who have signed in.
    Unauthenticated,
    /// The signed-in person may not do this.
    Forbidden,
    /// What a field is of was taken away between two statements of the request.
    Gone,
    /// Asked too often.
    RateLimited {
        /// Seconds after which it may be asked again.
        retry_after: u32,
    },
    /// The database does not answer; the same request may succeed later.
    Unavailable,
    /// The database did not finish in time.
    Timeout,
    /// A fault of ours. It has been logged with its cause.
    Internal,
}

impl Error {
    /// A complaint about one argument.
    pub fn bad_input(argument: impl Into<String>, message: impl Into<String>) -> Self {
        Self::BadUserInput {
            argument: argument.into(),
            message: message.into(),
        }
    }

    /// Logs a broken invariant and hides it behind the code of a server fault.
    pub fn internal(context: &str, cause: impl std::fmt::Debug) -> Self {
        tracing::error!(?cause, "{context}");
        Self::Internal
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::BadUserInput { .. } => ErrorCode::BadUserInput,
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::Forbidden => ErrorCode::Forbidden,
            Self::Gone => ErrorCode::NotFound,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Unavailable => ErrorCode::Unavailable,
            Self::Timeout => ErrorCode::Timeout,
            Self::Internal => ErrorCode::Internal,
        }
    }

    fn message(&self) -> String {
        match self {
            Self::BadUserInput { argument, message } => {
                format!("Аргумент «{argument}»: {message}")
            }
            Self::Unauthenticated => "Войдите, чтобы увидеть это.".into(),
            Self::Forbidden => "Недостаточно прав.".into(),
            Self::Gone => "Этого уже нет: материал только что сняли.".into(),
            Self::RateLimited { .. } => "Слишком много запросов. Повторите позже.".into(),
            Self::Unavailable => "Сервис временно недоступен, повторите запрос позже.".into(),
            Self::Timeout => "Запрос не уложился в отведённое время.".into(),
            Self::Internal => "Внутренняя ошибка. Мы уже знаем о ней.".into(),
        }
    }
}

impl From<DbErr> for Error {
    fn from(cause: DbErr) -> Self {
        match trouble(&cause) {
            Trouble::Outage => {
                tracing::warn!(?cause, "the database does not answer");
                Self::Unavailable
            }
            Trouble::Slowness => {
                tracing::warn!(?cause, "a statement took too long");
                Self::Timeout
            }
            Trouble::Fault => Self::internal("a statement failed", cause),
        }
    }
}

enum Trouble {
    /// Trying again may help.
    Outage,
    /// The statement was cut off.
    Slowness,
    /// Ours.
    Fault,
}

fn trouble(cause: &DbErr) -> Trouble {
    match cause {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Trouble::Outage,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match cause.as_ref() {
                SqlxError::Io(_)
                | SqlxError::PoolTimedOut
                | SqlxError::PoolClosed
                | SqlxError::WorkerCrashed => Trouble::Outage,
                SqlxError::Database(said) => by_code(said.code().as_deref().unwrap_or_default()),
                _ => Trouble::Fault,
            }
        }
        _ => Trouble::Fault,
    }
}

/// By PostgreSQL's SQLSTATE or SQLite's result code.
fn by_code(code: &str) -> Trouble {
    // Connection exceptions, no room or memory or connections, shutting down, lock not available.
    let outages = ["08", "53", "57P", "55P03"];
    if is_outage_of_sqlite(code) || outages.iter().any(|class| code.starts_with(class)) {
        Trouble::Outage
    } else if code == "57014" {
        // Query cancelled, which is what `statement_timeout` does.
        Trouble::Slowness
    } else {
        Trouble::Fault
    }
}

fn is_outage_of_sqlite(code: &str) -> bool {
    // Busy, locked, a disk that fails, a disk that is full.
    const OUTAGES: [u16; 4] = [5, 6, 10, 13];
    // An extended code ends with its plain one. A SQLSTATE is longer than any of them.
    let plain = code.parse::<u16>().map(|code| code & 0xff);
    code.len() < 5 && plain.is_ok_and(|plain| OUTAGES.contains(&plain))
}

impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::internal("a stored document does not decode", cause)
    }
}

impl From<Error> for async_graphql::Error {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where the library's error is made, with its code"
    )]
    fn from(error: Error) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", error.code().as_str());
        match &error {
            Error::BadUserInput { argument, .. } => extensions.set("argument", argument.as_str()),
            Error::Unavailable => extensions.set("retryAfter", RETRY_AFTER_SECONDS),
            Error::RateLimited { retry_after } => extensions.set("retryAfter", *retry_after),
            _ => {}
        }
        let mut converted = Self::new(error.message());
        converted.extensions = Some(extensions);
        converted
    }
}

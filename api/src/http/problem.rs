//! A request that fails as a whole, and the answer that says so.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue, RETRY_AFTER},
    },
};
use async_graphql::{ErrorExtensionValues, ServerError, Value};

use super::{accept::AnswerType, headers, request_gate::Refusal, request_id::RequestId};
use crate::infra::error::{Error, ErrorCode, RETRY_AFTER_SECONDS};

/// Why a whole request fails.
#[derive(Debug)]
pub struct Problem {
    code: ErrorCode,
    errors: Vec<ServerError>,
    /// Whether the request could be read, so that older clients get 200 for what is in it.
    is_well_formed: bool,
}

impl Problem {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        let mut error = ServerError::new(message, None);
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", code.as_str());
        if code == ErrorCode::Unavailable {
            extensions.set("retryAfter", RETRY_AFTER_SECONDS);
        }
        error.extensions = Some(extensions);
        Self {
            code,
            errors: vec![error],
            is_well_formed: false,
        }
    }

    /// Several errors of one request, which all came of the request itself.
    pub const fn of_request(code: ErrorCode, errors: Vec<ServerError>) -> Self {
        Self {
            code,
            errors,
            is_well_formed: true,
        }
    }

    /// Adds an extension for programs to read.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Some(extensions) = self
            .errors
            .first_mut()
            .and_then(|error| error.extensions.as_mut())
        {
            extensions.set(name, value);
        }
        self
    }

    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The answer of an address that is not GraphQL's: its status alone has to tell.
    pub fn answer_plainly(self, request_id: &RequestId) -> HttpResponse {
        let status = match self.code {
            ErrorCode::Forbidden => StatusCode::FORBIDDEN,
            ErrorCode::NotFound => StatusCode::NOT_FOUND,
            _ => return self.answer(AnswerType::GraphqlResponse, request_id),
        };
        let mut answer = self.answer(AnswerType::GraphqlResponse, request_id);
        *answer.status_mut() = status;
        answer
    }

    /// The answer, with the status that this client is told things by.
    pub fn answer(mut self, answer_type: AnswerType, request_id: &RequestId) -> HttpResponse {
        request_id.mark(&mut self.errors);
        let has_data = self.code == ErrorCode::Timeout;
        let body = if has_data {
            serde_json::json!({ "errors": self.errors, "data": null })
        } else {
            serde_json::json!({ "errors": self.errors })
        };
        let status = StatusCode::from_u16(self.status(answer_type))
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response
            .content_type(answer_type.content_type())
            .insert_header(headers::NEVER_KEEP);
        match self.code {
            ErrorCode::MethodNotAllowed => {
                response.insert_header((ALLOW, HeaderValue::from_static("GET, POST")));
            }
            ErrorCode::Unavailable => {
                response.insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS));
            }
            ErrorCode::RateLimited => {
                response.insert_header((RETRY_AFTER, self.retry_after()));
            }
            _ => {}
        }
        response.body(body.to_string())
    }

    fn retry_after(&self) -> u64 {
        let extensions = self
            .errors
            .first()
            .and_then(|error| error.extensions.as_ref());
        match extensions.and_then(|extensions| extensions.get("retryAfter")) {
            Some(Value::Number(seconds)) => seconds.as_u64().unwrap_or(1),
            _ => 1,
        }
    }

    const fn status(&self, answer_type: AnswerType) -> u16 {
        let status = self.code.status();
        match answer_type {
            AnswerType::Json if self.is_well_formed => 200,
            AnswerType::Any if self.is_well_formed && status == 400 => 200,
            _ => status,
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::of_request(refusal.code, vec![refusal.into()])
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let code = error.code();
        let error: async_graphql::Error = error.into();
        let mut server_error = ServerError::new(error.message, None);
        server_error.extensions = error.extensions;
        Self {
            code,
            errors: vec![server_error],
            is_well_formed: true,
        }
    }
}

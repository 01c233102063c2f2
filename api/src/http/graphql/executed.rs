//! A request that was executed, and how what failed in it is told.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header::RETRY_AFTER},
};
use async_graphql::{Response, Value};

use super::faults::{code_of, complete_all};
use crate::{
    http::{
        accept::AnswerType, compression, headers, observe::Observed, problem::Problem,
        request_id::RequestId, response_cache::Answer,
    },
    infra::error::{Error, ErrorCode, RETRY_AFTER_SECONDS},
};

/// An executed request, perhaps with failing fields.
pub struct Executed(Response);

impl Executed {
    /// Takes what the library answers.
    ///
    /// # Errors
    /// When the request as a whole could not be executed.
    pub fn new(mut response: Response) -> Result<Self, Problem> {
        complete_all(&mut response.errors);
        // Root fields are nullable, so only an argument that can't be read takes all data away.
        if response.data == Value::Null && !response.errors.is_empty() {
            let code = code_of(response.errors.first());
            return Err(Problem::of_request(code, response.errors));
        }
        Ok(Self(response))
    }

    /// The answer as others may get it: nothing failed in it, and it says nothing about this request.
    pub fn to_answer(&self) -> Option<Answer> {
        if !self.0.errors.is_empty() || !self.0.extensions.is_empty() {
            return None;
        }
        let body = serde_json::to_vec(&self.0).ok()?;
        Some(Answer::new(body))
    }

    /// Sends it to its asker, who alone may have it, and only now.
    pub fn answer(
        mut self,
        request: &HttpRequest,
        answer_type: AnswerType,
        request_id: &RequestId,
        observed: &mut Observed,
    ) -> HttpResponse {
        request_id.mark(&mut self.0.errors);
        let mut answer = HttpResponse::build(self.status(answer_type));
        answer
            .content_type(answer_type.content_type())
            .insert_header(headers::VARY)
            .insert_header(headers::NEVER_KEEP);
        if let Some(error) = self.0.errors.first() {
            observed.failed(code_of(Some(error)));
        }
        if self.is_outage() {
            answer.insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        match serde_json::to_vec(&self.0) {
            Ok(body) => send(request, answer, body),
            Err(cause) => {
                tracing::error!(?cause, "an answer does not encode");
                Problem::from(Error::Internal).answer(answer_type, request_id)
            }
        }
    }

    /// A blank screen is an outage; a screen with one blank section is an answer.
    fn status(&self, answer_type: AnswerType) -> StatusCode {
        if self.is_outage() && answer_type != AnswerType::Json {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::OK
        }
    }

    fn is_outage(&self) -> bool {
        let is_blank = match &self.0.data {
            Value::Null => true,
            Value::Object(fields) => fields.values().all(|field| *field == Value::Null),
            _ => false,
        };
        let errors = &self.0.errors;
        is_blank
            && !errors.is_empty()
            && errors
                .iter()
                .all(|error| code_of(Some(error)) == ErrorCode::Unavailable)
    }
}

fn send(request: &HttpRequest, mut answer: HttpResponseBuilder, body: Vec<u8>) -> HttpResponse {
    let compressed = compression::negotiate(request, &body)
        .and_then(|encoding| Some((encoding, compression::compress(&body, encoding)?)));
    match compressed {
        Some((encoding, compressed)) => answer.insert_header(encoding).body(compressed),
        None => answer.body(body),
    }
}

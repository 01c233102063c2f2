//! `GET` and `POST /graphql`: read, look for a kept answer, measure, execute, answer.

mod asking;
mod executed;
mod executing;
mod faults;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload},
};

use self::{asking::Asking, executing::Execution};
use super::{
    accept::AnswerType,
    body,
    observe::Observed,
    problem::Problem,
    request_id::{self, RequestId},
    response_cache::Keeper,
    server::HttpServices,
};
use crate::infra::{cache::Found, error::ErrorCode};

/// Answers a GraphQL request, whatever comes.
pub async fn answer(
    request: HttpRequest,
    mut payload: Payload,
    services: Data<HttpServices>,
) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    let mut observed = Observed::begin(&request, &request_id);
    let span = observed.span();
    let mut response = {
        let (sent, seen) = (&mut payload, &mut observed);
        let answering = respond(&request, sent, &services, &request_id, seen);
        tracing::Instrument::instrument(answering, span).await
    };
    // Whoever was too slow with a body is not waited for again.
    if response.status() != StatusCode::REQUEST_TIMEOUT {
        body::drain(request.headers(), &mut payload).await;
    }
    if let Ok(id) = request_id.0.parse() {
        response.headers_mut().insert(
            actix_web::http::header::HeaderName::from_static(request_id::HEADER),
            id,
        );
    }
    observed.end(response.status());
    response
}

async fn respond(
    request: &HttpRequest,
    payload: &mut Payload,
    services: &Data<HttpServices>,
    request_id: &RequestId,
    observed: &mut Observed,
) -> HttpResponse {
    let Some(answer_type) = AnswerType::negotiate(request.headers()) else {
        let problem = Problem::new(
            ErrorCode::NotAcceptable,
            "Ответ может быть application/graphql-response+json или application/json.",
        );
        return problem.answer(AnswerType::Json, request_id);
    };
    let serving = serve(
        request,
        payload,
        services,
        request_id,
        answer_type,
        observed,
    );
    match serving.await {
        Ok(response) => response,
        Err(problem) => {
            observed.failed(problem.code());
            problem.answer(answer_type, request_id)
        }
    }
}

async fn serve(
    request: &HttpRequest,
    payload: &mut Payload,
    services: &Data<HttpServices>,
    request_id: &RequestId,
    answer_type: AnswerType,
    observed: &mut Observed,
) -> Result<HttpResponse, Problem> {
    let asking = Asking::read(request, payload, services, observed).await?;
    let now = asking.now;
    let send = |held: &_| {
        let keeper = Keeper::of(held, asking.is_anonymous());
        held.value.send(request, answer_type, keeper, now)
    };
    match asking.find_kept(services).await {
        Found::Fresh(held) => {
            observed.kept("fresh");
            return Ok(send(&held));
        }
        Found::Aged(held) => {
            observed.kept("aged");
            executing::make_anew(services, &asking);
            return Ok(send(&held));
        }
        Found::Unverified(held) => {
            observed.kept("stale");
            return Ok(held.value.send_stale(answer_type));
        }
        Found::Nothing => {}
    }
    let caller = services.callers.caller(request, request_id);
    let execution = Execution::admit(request, services, &asking, observed).await?;
    match execution.run(request, services, &asking, caller).await? {
        executing::Outcome::Kept(held) => Ok(send(&held)),
        executing::Outcome::ForAll(answer, keeper) => {
            Ok(answer.send(request, answer_type, keeper, now))
        }
        executing::Outcome::ForAsker(executed) => {
            Ok(executed.answer(request, answer_type, request_id, observed))
        }
    }
}

//! `GET` and `POST /graphql`: read, measure, execute, answer.

use std::panic::AssertUnwindSafe;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{Method, StatusCode, header::RETRY_AFTER},
    web::{Data, Payload},
};
use async_graphql::{
    PathSegment, Request, Response, ServerError, Value, parser::types::OperationType,
};
use futures_util::FutureExt;

use super::{
    accept::AnswerType,
    answer_order::AnswerOrder,
    body,
    client::Client,
    compression, credentials, headers,
    observe::Observed,
    problem::Problem,
    request_gate::{
        Admitted, Limits, Refusal,
        root_fields::{refuse_several_sign_ins, root_fields},
    },
    request_id::{self, RequestId},
    request_parameters::RequestParameters,
    server::HttpServices,
};
use crate::{
    infra::{
        auth::Viewer,
        error::{Error, ErrorCode, RETRY_AFTER_SECONDS},
    },
    schema::{RequestData, Visibility, visibility_of},
};

/// Errors in one answer; a client can act on no more.
const MOST_ERRORS: usize = 10;
/// Characters of an error's message.
const LONGEST_MESSAGE: usize = 300;

/// Answers a GraphQL request, whatever comes.
pub async fn answer(
    request: HttpRequest,
    payload: Payload,
    services: Data<HttpServices>,
) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    let mut observed = Observed::begin(&request, &request_id);
    let span = observed.span();
    let mut response = {
        let answering = respond(&request, payload, &services, &request_id, &mut observed);
        tracing::Instrument::instrument(answering, span).await
    };
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
    payload: Payload,
    services: &HttpServices,
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
    match execute(request, payload, services, request_id, observed).await {
        Ok(executed) => executed.answer(request, answer_type, request_id, observed),
        Err(problem) => {
            observed.failed(problem.code());
            problem.answer(answer_type, request_id)
        }
    }
}

async fn execute(
    request: &HttpRequest,
    payload: Payload,
    services: &HttpServices,
    request_id: &RequestId,
    observed: &mut Observed,
) -> Result<Executed, Problem> {
    let now = services.resolvers.clock.now();
    let viewer = credentials::viewer(request.headers(), &services.resolvers, now).await?;
    let allowed = Allowed::to(&viewer);
    let body = body::Limit {
        bytes: allowed.body_bytes,
        deadline: services.body_deadline,
    };
    let parameters = parameters(request, payload, body).await?;
    if let Some(client) = Client::of(request.headers()) {
        observed.client(&client);
        client.check(&services.minimum_versions)?;
    }
    let caller = services.callers.caller(request, request_id);
    let Admitted {
        document,
        operation_type,
        cost,
    } = services.gate.admit(
        &parameters.query,
        parameters.operation_name.as_deref(),
        &parameters.variables,
        &allowed.document,
    )?;
    observed.operation(parameters.operation_name.as_deref(), operation_type, cost);
    refuse_unsafe(request.method(), operation_type)?;
    let root_fields = root_fields(&document, parameters.operation_name.as_deref());
    refuse_several_sign_ins(operation_type, &root_fields)?;
    let is_personal = root_fields
        .iter()
        .any(|field| visibility_of("Query", field) == Some(Visibility::Personal));

    let charge = services
        .budgets
        .charge(request.headers(), &viewer, &caller, cost, now)
        .await?;
    let order = AnswerOrder::of(&document, parameters.operation_name.as_deref());
    let mut prepared = Request::new(parameters.query).variables(parameters.variables);
    prepared.operation_name = parameters.operation_name;
    prepared.set_parsed_query(document);
    let may_be_kept = operation_type == OperationType::Query && !is_personal;
    let is_anonymous = viewer.signed_in().is_none();
    let prepared = prepared
        .for_viewer(&services.resolvers, viewer, caller)
        .await?;
    let running = AssertUnwindSafe(services.schema.execute(prepared)).catch_unwind();
    match tokio::time::timeout(services.request_deadline, running).await {
        Ok(Ok(mut response)) => {
            order.apply(&mut response.data);
            if let Some(cost) = charge.extension(request.headers()) {
                response.extensions.insert("cost".into(), cost);
            }
            Executed::new(response, is_anonymous && may_be_kept)
        }
        Ok(Err(_panic)) => Err(Error::Internal.into()),
        Err(_elapsed) => Err(Error::Timeout.into()),
    }
}

/// How much one request may hold.
struct Allowed {
    body_bytes: usize,
    document: Limits,
}

impl Allowed {
    fn to(viewer: &Viewer) -> Self {
        if viewer.is_staff() {
            Self {
                body_bytes: body::LARGEST_STAFF_BODY,
                document: Limits::staff(),
            }
        } else {
            Self {
                body_bytes: body::LARGEST_BODY,
                document: Limits::public(),
            }
        }
    }
}

async fn parameters(
    request: &HttpRequest,
    payload: Payload,
    limit: body::Limit,
) -> Result<RequestParameters, Problem> {
    match *request.method() {
        Method::GET | Method::HEAD => RequestParameters::from_query_string(request.query_string()),
        Method::POST => {
            let bytes = body::read(request.headers(), payload, limit).await?;
            RequestParameters::from_body(&bytes)
        }
        _ => Err(method_not_allowed("Принимаются GET и POST.")),
    }
}

fn refuse_unsafe(method: &Method, operation: OperationType) -> Result<(), Problem> {
    match operation {
        OperationType::Query => Ok(()),
        OperationType::Mutation if *method == Method::POST => Ok(()),
        OperationType::Mutation => Err(method_not_allowed(
            "Изменения принимаются только методом POST.",
        )),
        OperationType::Subscription => Err(Refusal::new(
            ErrorCode::GraphqlValidationFailed,
            "Подписки здесь не поддерживаются.",
        )
        .into()),
    }
}

fn method_not_allowed(message: &str) -> Problem {
    Problem::new(ErrorCode::MethodNotAllowed, message)
}

/// A request that was executed, perhaps with failing fields.
struct Executed {
    response: Response,
    /// Whether a shared cache may keep it: a query of somebody who has not signed in,
    /// for nothing that is one person's.
    may_be_kept: bool,
}

impl Executed {
    fn new(mut response: Response, may_be_kept: bool) -> Result<Self, Problem> {
        response.errors.truncate(MOST_ERRORS);
        for error in &mut response.errors {
            complete(error);
        }
        // Root fields are nullable, so only an argument that can't be read takes all data away.
        if response.data == Value::Null && !response.errors.is_empty() {
            let code = code_of(response.errors.first());
            return Err(Problem::of_request(code, response.errors));
        }
        Ok(Self {
            response,
            may_be_kept,
        })
    }

    fn answer(
        mut self,
        request: &HttpRequest,
        answer_type: AnswerType,
        request_id: &RequestId,
        observed: &mut Observed,
    ) -> HttpResponse {
        request_id.mark(&mut self.response.errors);
        let mut answer = HttpResponse::build(self.status(answer_type));
        answer
            .content_type(answer_type.content_type())
            .insert_header(headers::VARY);
        if self.response.errors.is_empty() && self.may_be_kept {
            answer.insert_header(headers::KEEP_BRIEFLY);
        } else {
            answer.insert_header(headers::NEVER_KEEP);
        }
        if let Some(error) = self.response.errors.first() {
            observed.failed(code_of(Some(error)));
        }
        if self.is_outage() {
            answer.insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        match serde_json::to_vec(&self.response) {
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
        let is_blank = match &self.response.data {
            Value::Null => true,
            Value::Object(fields) => fields.values().all(|field| *field == Value::Null),
            _ => false,
        };
        let errors = &self.response.errors;
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

fn code_of(error: Option<&ServerError>) -> ErrorCode {
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

//! Who asks what: the request read, and nothing of it executed yet.

use actix_web::{
    HttpRequest,
    http::{Method, header::HeaderMap},
    web::Payload,
};
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::{
    http::{
        body,
        budgets::Budgets,
        client::Client,
        credentials,
        observe::Observed,
        problem::Problem,
        request_gate::Limits,
        request_parameters::RequestParameters,
        response_cache::{Answer, Question},
        server::HttpServices,
    },
    infra::{
        auth::{Audience, Viewer},
        cache::Found,
        error::ErrorCode,
    },
};

/// A question and its asker.
#[derive(Clone)]
pub struct Asking {
    pub now: DateTime<Utc>,
    /// When the answer must be there: the time that the body took is the asker's own.
    pub deadline: Instant,
    pub viewer: Viewer,
    pub audience: Audience,
    pub parameters: RequestParameters,
    /// SHA-256 of the document.
    pub document: [u8; 32],
    pub question: Question,
    /// Whether the asker wants to know about their budget, which only an answer of their own can tell.
    pub asks_cost: bool,
}

impl Asking {
    /// Reads a request to its end and refuses those that nobody may send.
    pub async fn read(
        request: &HttpRequest,
        payload: &mut Payload,
        services: &HttpServices,
        observed: &Observed,
    ) -> Result<Self, Problem> {
        let headers = request.headers();
        let now = services.resolvers.clock.now();
        let resolvers = &services.resolvers;
        let mut deadline = services.deadline();
        let viewer = credentials::viewer(headers, resolvers, now);
        let viewer = services.answer_by(deadline, viewer).await??;
        let limit = body::Limit {
            bytes: most_bytes(&viewer),
            deadline: services.body_deadline,
        };
        let reading = Instant::now();
        let parameters = parameters(request, payload, limit).await?;
        deadline += reading.elapsed();
        refuse_old_clients(headers, services, observed)?;
        services.budgets.refuse_unknown_program(headers)?;
        let document = parameters.document()?;
        services
            .persisted_queries
            .refuse_untrusted(&document, &viewer)?;
        let audience = resolvers.audience_of(&viewer);
        let audience = services.answer_by(deadline, audience).await??;
        Ok(Self {
            now,
            deadline,
            question: Question::new(&parameters, &document, &audience),
            viewer,
            audience,
            parameters,
            document,
            asks_cost: Budgets::asks_cost(headers),
        })
    }

    /// Whether the answer is for nobody in particular.
    pub fn is_anonymous(&self) -> bool {
        self.viewer.signed_in().is_none()
    }

    /// Whether the time that a request may take has passed.
    pub fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// How much may be asked at once.
    pub fn limits(&self) -> Limits {
        if self.viewer.is_staff() {
            Limits::staff()
        } else {
            Limits::public()
        }
    }

    /// Looks for an answer that is there already.
    pub async fn find_kept(&self, services: &HttpServices) -> Found<Answer> {
        match &services.response_cache {
            Some(cache) if !self.asks_cost => cache.find(&self.question, self.now).await,
            _ => Found::Nothing,
        }
    }
}

fn most_bytes(viewer: &Viewer) -> usize {
    if viewer.is_staff() {
        body::LARGEST_STAFF_BODY
    } else {
        body::LARGEST_BODY
    }
}

async fn parameters(
    request: &HttpRequest,
    payload: &mut Payload,
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

fn refuse_old_clients(
    headers: &HeaderMap,
    services: &HttpServices,
    observed: &Observed,
) -> Result<(), Problem> {
    let Some(client) = Client::of(headers) else {
        return Ok(());
    };
    observed.client(&client);
    client.check(&services.minimum_versions)
}

/// 405.
pub fn method_not_allowed(message: &str) -> Problem {
    Problem::new(ErrorCode::MethodNotAllowed, message)
}

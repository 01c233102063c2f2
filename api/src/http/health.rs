//! `/livez`, `/readyz`, `/metrics`, `/schema.graphql`.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::Instant;

use super::{
    headers,
    representation::Representation,
    server::{HttpServices, Readiness},
};
use crate::infra::db::is_migrated;

/// Balancers wait no longer for a word on a server's health.
const SAYS_WITHIN: Duration = Duration::from_secs(1);

/// The process runs. Nothing else is asked, so that a dead database restarts no healthy process.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(headers::NEVER_KEEP)
        .body("ok\n")
}

/// Requests can be served: the database answers, its schema is ours, and nobody has asked to stop.
pub async fn ready(services: Data<HttpServices>, readiness: Data<Readiness>) -> HttpResponse {
    let reason = if readiness.is_draining() {
        Some("draining\n")
    } else if !is_ready(&services).await {
        Some("the database does not answer or has pending migrations\n")
    } else {
        None
    };
    let mut response = match reason {
        None => HttpResponse::Ok(),
        Some(_) => HttpResponse::ServiceUnavailable(),
    };
    response
        .insert_header(headers::NEVER_KEEP)
        .body(reason.unwrap_or("ready\n"))
}

async fn is_ready(services: &HttpServices) -> bool {
    let database = &services.resolvers.database;
    let asking = is_migrated(database);
    let answer = database.answers_by(Instant::now() + SAYS_WITHIN, asking);
    answer.await.unwrap_or(false)
}

/// Measurements in Prometheus' text form.
pub async fn metrics(handle: Data<PrometheusHandle>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(headers::NEVER_KEEP)
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(handle.render())
}

/// The schema's definition.
pub async fn schema(request: HttpRequest, services: Data<HttpServices>) -> HttpResponse {
    let definition = Representation {
        content_type: "application/graphql; charset=utf-8",
        body: services.sdl.clone().into_bytes(),
        keep: headers::KEEP_BRIEFLY,
    };
    definition.answer(&request)
}

//! One log line and one measurement a request. No address, no variables, nobody's data.

use std::time::Instant;

use actix_web::{HttpRequest, http::StatusCode};
use async_graphql::parser::types::OperationType;
use tracing::{Span, field::Empty};

use super::{client::Client, request_id::RequestId};
use crate::infra::error::ErrorCode;

const LONGEST_NAME: usize = 60;

/// A request on its way.
pub struct Observed {
    span: Span,
    began: Instant,
    operation: &'static str,
}

impl Observed {
    pub fn begin(request: &HttpRequest, request_id: &RequestId) -> Self {
        let span = tracing::info_span!(
            "graphql",
            request_id = %request_id.0,
            http.method = %request.method(),
            client.name = Empty,
            client.version = Empty,
            operation.name = Empty,
            operation.cost = Empty,
            error.code = Empty,
            cache = Empty,
        );
        Self {
            span,
            began: Instant::now(),
            operation: "none",
        }
    }

    pub fn span(&self) -> Span {
        self.span.clone()
    }

    pub fn client(&self, client: &Client) {
        self.span.record("client.name", &client.name);
        if let Some(version) = client.version {
            self.span.record("client.version", version.to_string());
        }
    }

    pub fn operation(&mut self, name: Option<&str>, operation: OperationType, cost: u64) {
        if let Some(name) = name {
            let name: String = name.chars().take(LONGEST_NAME).collect();
            self.span.record("operation.name", name);
        }
        self.span.record("operation.cost", cost);
        self.operation = match operation {
            OperationType::Query => "query",
            OperationType::Mutation => "mutation",
            OperationType::Subscription => "subscription",
        };
    }

    /// The answer was there already; only queries are kept.
    pub fn kept(&mut self, how: &'static str) {
        self.span.record("cache", how);
        self.operation = "query";
        metrics::counter!("answers_kept_total", "how" => how).increment(1);
    }

    pub fn failed(&self, code: ErrorCode) {
        self.span.record("error.code", code.as_str());
        metrics::counter!("graphql_errors_total", "code" => code.as_str()).increment(1);
    }

    pub fn end(self, status: StatusCode) {
        let took = self.began.elapsed();
        metrics::histogram!("graphql_request_duration_seconds", "operation" => self.operation)
            .record(took.as_secs_f64());
        metrics::counter!(
            "graphql_requests_total",
            "operation" => self.operation,
            "status" => status.as_str().to_owned(),
        )
        .increment(1);
        let duration_ms = took.as_secs_f64() * 1_000.0;
        let _inside = self.span.enter();
        tracing::info!(http.status = status.as_u16(), duration_ms, "answered");
    }
}

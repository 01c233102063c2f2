//! `/training/sessions/{id}.ics`: a session for calendars.
//!
//! Calendars show no credentials: who was found to see a session has an address with a key; without one
//! only what everybody sees is told of.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use async_graphql::ID;
use serde::Deserialize;

use super::{
    headers, problem::Problem, representation::Representation, request_id::RequestId,
    server::HttpServices,
};
use crate::{
    domain::training::{TrainingSession, find_calendar},
    infra::error::ErrorCode,
};

/// What stands behind the question mark.
#[derive(Deserialize)]
pub struct Asked {
    key: Option<String>,
}

/// Sends a session's file.
pub async fn session_calendar(
    request: HttpRequest,
    file: Path<String>,
    asked: Query<Asked>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    match send(&request, &file, asked.key.as_deref(), &services).await {
        Ok(answer) => answer,
        Err(problem) => problem.answer_plainly(&request_id),
    }
}

async fn send(
    request: &HttpRequest,
    file: &str,
    key: Option<&str>,
    services: &HttpServices,
) -> Result<HttpResponse, Problem> {
    let not_found = || Problem::new(ErrorCode::NotFound, "Такого занятия нет.");
    let id = file.strip_suffix(".ics").ok_or_else(not_found)?;
    let id = TrainingSession::NODE.decode("id", &ID(id.to_owned()))?;
    let resolvers = &services.resolvers;
    let (reader, vault) = (resolvers.database.reader(), &resolvers.accounts.vault);
    let portal = &resolvers.portal_host;
    let found = find_calendar(reader, vault, portal, id, key).await?;
    let text = found.ok_or_else(not_found)?;
    let calendar = Representation {
        content_type: "text/calendar; charset=utf-8",
        body: text.into_bytes(),
        keep: match key {
            Some(_) => headers::NEVER_KEEP,
            None => headers::KEEP_BRIEFLY,
        },
    };
    Ok(calendar.answer(request))
}

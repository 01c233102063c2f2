//! `POST /uploads?purpose=roster&organisation=<slug>`: files, which GraphQL does not take.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Payload, Query},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    body, credentials, headers, problem::Problem, request_id::RequestId, server::HttpServices,
};
use crate::{
    domain::membership::{self, MemberImport},
    infra::{error::ErrorCode, graphql::UserErrorCode},
};

/// A roster of a million members is about 100 MB; unions send theirs one by one.
const LARGEST_ROSTER: usize = 32 * 1024 * 1024;
/// From an office with a slow line.
const ROSTER_DEADLINE: Duration = Duration::from_secs(120);

/// What a file is for.
#[derive(Deserialize)]
pub struct Upload {
    purpose: String,
    organisation: Option<String>,
}

/// Takes a file.
pub async fn take(
    request: HttpRequest,
    payload: Payload,
    upload: Query<Upload>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    match take_roster(&request, payload, &upload, &services).await {
        Ok(answer) => answer,
        Err(problem) => problem.answer_plainly(&request_id),
    }
}

async fn take_roster(
    request: &HttpRequest,
    payload: Payload,
    upload: &Upload,
    services: &HttpServices,
) -> Result<HttpResponse, Problem> {
    let resolvers = &services.resolvers;
    let now = resolvers.clock.now();
    // Who asks comes first: a stranger's gigabyte is not read.
    let viewer = credentials::viewer(request.headers(), resolvers, now).await?;
    viewer.require().map_err(Problem::from)?;
    let bad = |message: &str| Problem::new(ErrorCode::BadUserInput, message);
    let organisation = match (upload.purpose.as_str(), &upload.organisation) {
        ("roster", Some(slug)) => slug,
        ("roster", None) => return Err(bad("Укажите organisation: чей это список.")),
        _ => return Err(bad("Укажите purpose=roster.")),
    };
    body::refuse_other_than(request.headers(), &["text/csv", "application/octet-stream"])?;
    let limit = body::Limit {
        bytes: LARGEST_ROSTER,
        deadline: ROSTER_DEADLINE,
    };
    let file = body::read_up_to(request.headers(), payload, limit).await?;
    let received = membership::receive(
        &resolvers.accounts,
        &resolvers.database,
        &viewer,
        organisation,
        file.to_vec(),
        now,
    )
    .await?;
    let import = received.map_err(|code| bad(&code.message()))?;
    let id = MemberImport::NODE.id(import.id);
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header(headers::NEVER_KEEP)
        .json(json!({ "memberImport": { "id": id.as_str() } })))
}

//! The news of an organisation that moves in, as a feed or as what WordPress exports:
//! `purpose=news&organisation=<slug>`. They become drafts.

use actix_web::{HttpRequest, HttpResponse, web::Payload};

use super::{BYTES, DEADLINE, bad, may, read};
use crate::{
    domain::editing::{FeedProblem, NewsUpload, receive_news},
    http::{body, headers, problem::Problem, request_id::RequestId, server::HttpServices},
    infra::auth::{Permission, Viewer},
};

/// As many entries as one file may hold, of the length that news have, are about 15 MB.
const FEED: body::Limit = body::Limit {
    bytes: 16 * 1024 * 1024,
    deadline: DEADLINE,
};
/// What it is, its first signs say.
const TYPES: [&str; 7] = [
    "application/rss+xml",
    "application/atom+xml",
    "application/xml",
    "text/xml",
    "application/feed+json",
    "application/json",
    BYTES,
];

/// Takes a file.
pub(super) async fn take(
    request: &HttpRequest,
    payload: &mut Payload,
    services: &HttpServices,
    (viewer, request_id): (&Viewer, &RequestId),
    organisation: &str,
) -> Result<HttpResponse, Problem> {
    let resolvers = &services.resolvers;
    // Whose right has gone meanwhile is asked again with the file.
    may(viewer, Permission::DraftContent, resolvers.clock.now())?;
    let upload = NewsUpload {
        organisation,
        request_id: &request_id.0,
        file: read(request, payload, &TYPES, FEED).await?,
    };
    let received = receive_news(
        &resolvers.accounts,
        &resolvers.database,
        &resolvers.portal_host,
        viewer,
        upload,
        resolvers.clock.now(),
    )
    .await?;
    let report = received.map_err(refused)?;
    Ok(HttpResponse::Ok()
        .insert_header(headers::NEVER_KEEP)
        .json(report))
}

fn refused(problem: FeedProblem) -> Problem {
    let refusal = bad(problem.message()).with("reason", problem.code());
    match problem.line() {
        Some(line) => refusal.with("line", line),
        None => refusal,
    }
}

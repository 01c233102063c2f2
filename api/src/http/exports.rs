//! `GET /exports/{id}`: the archive of one's own data.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{Data, Path},
};
use async_graphql::ID;

use super::{credentials, headers, problem::Problem, request_id::RequestId, server::HttpServices};
use crate::{
    domain::privacy::{self, PersonalDataExport},
    infra::error::ErrorCode,
};

/// Sends the archive to its owner.
pub async fn archive(
    request: HttpRequest,
    id: Path<String>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    let sending = send(&request, &id, &services);
    let sent = services.answer_by(services.deadline(), sending).await;
    match sent.map_err(Problem::from).flatten() {
        Ok(answer) => answer,
        Err(problem) => problem.answer_plainly(&request_id),
    }
}

async fn send(
    request: &HttpRequest,
    id: &str,
    services: &HttpServices,
) -> Result<HttpResponse, Problem> {
    let resolvers = &services.resolvers;
    let now = resolvers.clock.now();
    let viewer = credentials::viewer(request.headers(), resolvers, now).await?;
    let account_id = viewer.require()?.account_id;
    let id = PersonalDataExport::NODE.decode("id", &ID(id.to_owned()))?;
    let (accounts, database) = (&resolvers.accounts, &resolvers.database);
    let archive = privacy::archive(accounts, database, account_id, id, now).await?;
    let bytes = archive.ok_or_else(|| Problem::new(ErrorCode::NotFound, "Такой выгрузки нет."))?;
    Ok(HttpResponse::Ok()
        .insert_header(headers::NEVER_KEEP)
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"mfp-data.zip\""))
        .body(bytes))
}

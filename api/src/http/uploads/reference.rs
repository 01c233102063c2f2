//! Reference data as CSV: `purpose=redirects`, `purpose=partners` (also `organisation`, the slug of the
//! organisation whose staff keep new ones) and `purpose=outlets`.

use actix_web::{HttpRequest, HttpResponse, web::Payload};

use super::{BYTES, DEADLINE, Upload, bad, read, tell};
use crate::{
    domain::reference::{ImportPurpose, ReferenceUpload, receive_file},
    http::{body, problem::Problem, request_id::RequestId, server::HttpServices},
    infra::auth::Viewer,
};

/// The most lines that a file may hold are about 4 MB of long addresses.
const FILE: body::Limit = body::Limit {
    bytes: 8 * 1024 * 1024,
    deadline: DEADLINE,
};
const TYPES: [&str; 3] = ["text/csv", "text/plain", BYTES];

/// What a purpose of that name is; `None`: one of others.
pub(super) fn purpose_of(name: &str) -> Option<ImportPurpose> {
    match name {
        "redirects" => Some(ImportPurpose::Redirects),
        "partners" => Some(ImportPurpose::Partners),
        "outlets" => Some(ImportPurpose::Outlets),
        _ => None,
    }
}

/// Takes a file.
pub(super) async fn take(
    request: &HttpRequest,
    payload: &mut Payload,
    services: &HttpServices,
    (viewer, request_id): (&Viewer, &RequestId),
    (purpose, upload): (ImportPurpose, &Upload),
) -> Result<HttpResponse, Problem> {
    let resolvers = &services.resolvers;
    // Whose right has gone meanwhile is asked again with the file.
    let signed_in = viewer.require()?;
    signed_in.reach(purpose.permission(), resolvers.clock.now())?;
    let file = read(request, payload, &TYPES, FILE).await?;
    let received = receive_file(
        &resolvers.accounts,
        &resolvers.database,
        viewer,
        ReferenceUpload {
            purpose,
            organisation: upload.organisation.as_deref(),
            request_id: &request_id.0,
            file: &file,
        },
        resolvers.clock.now(),
    )
    .await?;
    let report =
        received.map_err(|problem| bad(problem.message()).with("reason", problem.code()))?;
    let because = "В файле есть ошибки.";
    Ok(tell(&report, report.refused_total, because, request_id))
}

//! Reference data as CSV: `purpose=redirects`, `purpose=partners` (also `organisation`, the slug of the
//! organisation whose staff keep new ones) and `purpose=outlets`.

use actix_web::{HttpRequest, HttpResponse, web::Payload};
use serde::Serialize;
use serde_json::{Value, json};

use super::{BYTES, DEADLINE, Upload, bad, read};
use crate::{
    domain::reference::{ImportPurpose, ImportReport, ReferenceUpload, receive_file},
    http::{body, headers, problem::Problem, request_id::RequestId, server::HttpServices},
    infra::{auth::Viewer, error::ErrorCode},
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
    payload: Payload,
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
    Ok(tell(&report, request_id))
}

/// A report of refused lines, which is an error with all that a report says.
#[derive(Serialize)]
struct RefusedFile<'r> {
    errors: Value,
    #[serde(flatten)]
    report: &'r ImportReport,
}

fn tell(report: &ImportReport, request_id: &RequestId) -> HttpResponse {
    if report.refused_total == 0 {
        return HttpResponse::Ok()
            .insert_header(headers::NEVER_KEEP)
            .json(report);
    }
    let errors = json!([{
        "message": "В файле есть ошибки. Ничего не загружено: исправьте их и отправьте файл снова.",
        "extensions": {
            "code": ErrorCode::BadUserInput.as_str(),
            "reason": "LINES_REFUSED",
            "requestId": request_id.0,
        },
    }]);
    HttpResponse::UnprocessableEntity()
        .insert_header(headers::NEVER_KEEP)
        .json(RefusedFile { errors, report })
}

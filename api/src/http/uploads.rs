//! `POST /uploads?purpose=…`: files, which GraphQL does not take. `roster&organisation=<slug>` is a
//! union's members, `codes&benefit=<slug>` fills a benefit's pool of codes, `image&organisation=<slug>`
//! is a picture, `news&organisation=<slug>` what its old site published; `redirects`, `partners` and
//! `outlets` are reference data.

mod image;
mod news;
mod reference;

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data, Payload, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    body, control_signs::control_sign_in, credentials, headers, problem::Problem,
    request_id::RequestId, server::HttpServices,
};
use crate::{
    domain::{
        benefit_use::{CodeUpload, receive_codes},
        membership::{self, MemberImport},
    },
    infra::{
        auth::{Permission, Viewer},
        error::ErrorCode,
        graphql::UserErrorCode,
    },
};

/// A roster of a million members is about 100 MB; unions send theirs one by one.
const ROSTER: body::Limit = body::Limit {
    bytes: 32 * 1024 * 1024,
    deadline: DEADLINE,
};
/// As many codes as one file may hold, of the longest letters in UTF-8, are about 50 MB; those that
/// partners send are of some ten signs.
const CODES: body::Limit = body::Limit {
    bytes: 16 * 1024 * 1024,
    deadline: DEADLINE,
};
/// From an office with a slow line.
const DEADLINE: Duration = Duration::from_secs(120);

/// What a file is for.
#[derive(Deserialize)]
pub struct Upload {
    purpose: String,
    organisation: Option<String>,
    benefit: Option<String>,
    /// Describes a picture to those who do not see it.
    alt: Option<String>,
    /// What the file is called where it comes from.
    name: Option<String>,
}

impl Upload {
    /// What a file is called is tidied where it is kept.
    fn refuse_control_signs(&self) -> Result<(), Problem> {
        let texts = [&self.organisation, &self.benefit, &self.alt];
        let mut texts = texts.into_iter().flatten();
        match texts.any(|text| control_sign_in(text).is_some()) {
            true => Err(bad("В параметрах адреса есть недопустимый знак.")),
            false => Ok(()),
        }
    }
}

/// Takes a file.
pub async fn take(
    request: HttpRequest,
    mut payload: Payload,
    upload: Query<Upload>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    match sort(&request, &mut payload, &upload, &services, &request_id).await {
        Ok(answer) => answer,
        Err(problem) => {
            body::drain(request.headers(), &mut payload).await;
            problem.answer_plainly(&request_id)
        }
    }
}

async fn sort(
    request: &HttpRequest,
    payload: &mut Payload,
    upload: &Upload,
    services: &HttpServices,
    request_id: &RequestId,
) -> Result<HttpResponse, Problem> {
    let now = services.resolvers.clock.now();
    // Who asks comes first: a stranger's gigabyte is not read.
    let viewer = credentials::viewer(request.headers(), &services.resolvers, now);
    let viewer = services.answer_by(services.deadline(), viewer).await??;
    viewer.require().map_err(Problem::from)?;
    upload.refuse_control_signs()?;
    match (
        upload.purpose.as_str(),
        &upload.organisation,
        &upload.benefit,
    ) {
        ("roster", Some(slug), _) => {
            // Nor is a member's: only whose right it may be.
            may(&viewer, Permission::ImportRoster, now)?;
            take_roster(request, payload, services, &viewer, slug).await
        }
        ("roster", None, _) => Err(bad("Укажите organisation: чей это список.")),
        ("codes", _, Some(slug)) => {
            may(&viewer, Permission::ConfirmBenefitReports, now)?;
            let file = read(request, payload, &["text/csv", "text/plain", BYTES], CODES).await?;
            let upload = CodeUpload {
                benefit: slug,
                request_id: &request_id.0,
                file: &file,
            };
            take_codes(services, &viewer, upload, request_id).await
        }
        ("codes", _, None) => Err(bad("Укажите benefit: чьи это коды.")),
        ("image", Some(slug), _) => {
            let from = image::Sender {
                viewer: &viewer,
                organisation: slug,
                upload,
                request_id,
            };
            image::take(request, payload, services, from).await
        }
        ("image", None, _) => Err(bad("Укажите organisation: чья это картинка.")),
        ("news", Some(slug), _) => {
            let from = (&viewer, request_id);
            news::take(request, payload, services, from, slug).await
        }
        ("news", None, _) => Err(bad("Укажите organisation: чьи это новости.")),
        (name, ..) => {
            let Some(purpose) = reference::purpose_of(name) else {
                return Err(bad(
                    "Укажите purpose: roster, codes, image, news, redirects, partners или outlets.",
                ));
            };
            let (from, file) = ((&viewer, request_id), (purpose, upload));
            reference::take(request, payload, services, from, file).await
        }
    }
}

fn may(viewer: &Viewer, permission: Permission, now: DateTime<Utc>) -> Result<(), Problem> {
    viewer.require()?.reach(permission, now)?;
    Ok(())
}

/// What programs that know nothing of files send.
const BYTES: &str = "application/octet-stream";

fn bad(message: &str) -> Problem {
    Problem::new(ErrorCode::BadUserInput, message)
}

async fn read(
    request: &HttpRequest,
    payload: &mut Payload,
    types: &[&str],
    limit: body::Limit,
) -> Result<Bytes, Problem> {
    body::refuse_other_than(request.headers(), types)?;
    body::read_up_to(request.headers(), payload, limit).await
}

async fn take_roster(
    request: &HttpRequest,
    payload: &mut Payload,
    services: &HttpServices,
    viewer: &Viewer,
    organisation: &str,
) -> Result<HttpResponse, Problem> {
    let resolvers = &services.resolvers;
    let file = read(request, payload, &["text/csv", BYTES], ROSTER).await?;
    let received = membership::receive(
        &resolvers.accounts,
        &resolvers.database,
        viewer,
        organisation,
        file.to_vec(),
        resolvers.clock.now(),
    )
    .await?;
    let import = received.map_err(|code| bad(&code.message()))?;
    let id = MemberImport::NODE.id(import.id);
    Ok(HttpResponse::build(StatusCode::ACCEPTED)
        .insert_header(headers::NEVER_KEEP)
        .json(json!({ "memberImport": { "id": id.as_str() } })))
}

async fn take_codes(
    services: &HttpServices,
    viewer: &Viewer,
    upload: CodeUpload<'_>,
    request_id: &RequestId,
) -> Result<HttpResponse, Problem> {
    let resolvers = &services.resolvers;
    let now = resolvers.clock.now();
    let (accounts, database) = (&resolvers.accounts, &resolvers.database);
    let received = receive_codes(accounts, database, viewer, upload, now).await?;
    let report =
        received.map_err(|problem| bad(problem.message()).with("reason", problem.code()))?;
    let because = "Не все строки файла — коды.";
    Ok(tell(&report, report.refused_total, because, request_id))
}

/// A report of refused lines, which is an error with all that a report says.
#[derive(Serialize)]
struct RefusedFile<'r, R> {
    errors: Value,
    #[serde(flatten)]
    report: &'r R,
}

/// What a report on a file's lines is answered as: a refused line is why nothing was taken.
fn tell<R: Serialize>(
    report: &R,
    refused: usize,
    because: &str,
    request_id: &RequestId,
) -> HttpResponse {
    if refused == 0 {
        return HttpResponse::Ok()
            .insert_header(headers::NEVER_KEEP)
            .json(report);
    }
    let errors = json!([{
        "message": format!("{because} Ничего не загружено: исправьте их и отправьте файл снова."),
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

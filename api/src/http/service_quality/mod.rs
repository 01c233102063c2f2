//! `/reports/service-quality`: the report to the Council as a page to print, and `.csv` as a table.
//!
//! Both are public: they know no viewer, and tell of what everybody sees.

mod page;
mod table;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderValue},
    web::{self, Data, Query},
};
use serde::Deserialize;

use super::{
    headers, problem::Problem, representation::Representation, request_id::RequestId,
    server::HttpServices,
};
use crate::{
    domain::service_quality::{QualityReport, ReportRequest, report},
    infra::{auth::Audience, error::Error},
};

/// The page runs nothing, asks nobody, and is framed by nobody; its style is this server's.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = include_str!("../../../content/service_quality/page.css");

/// What is asked for, all of it optional.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    from: Option<String>,
    to: Option<String>,
    portal: Option<String>,
    edition: Option<String>,
    /// `true`: the table begins with a byte order mark, without which Excel takes it for Windows-1251.
    bom: Option<bool>,
}

/// Adds the page, its style and the table.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes
        .route("/reports/service-quality", web::get().to(show))
        .route("/reports/service-quality", web::head().to(show))
        .route("/reports/service-quality/page.css", web::get().to(style))
        .route("/reports/service-quality.csv", web::get().to(export))
        .route("/reports/service-quality.csv", web::head().to(export));
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

async fn show(
    request: HttpRequest,
    asked: Query<Asked>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let page = read(&services, &asked).await.map(|report| Representation {
        content_type: "text/html; charset=utf-8",
        body: page::write(&report, &services.resolvers.portal_host).into_bytes(),
        keep: headers::KEEP_BRIEFLY,
    });
    let mut answer = finish(page, &request);
    let policy = HeaderValue::from_static(POLICY);
    answer.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    answer
}

async fn export(
    request: HttpRequest,
    asked: Query<Asked>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let has_mark = asked.bom.unwrap_or_default();
    let table = read(&services, &asked).await.and_then(|report| {
        Ok(Representation {
            content_type: "text/csv; charset=utf-8; header=present",
            body: table::write(&report, has_mark)?,
            keep: headers::KEEP_BRIEFLY,
        })
    });
    let is_there = table.is_ok();
    let mut answer = finish(table, &request);
    if is_there {
        let name = HeaderValue::from_static("attachment; filename=\"service-quality.csv\"");
        answer.headers_mut().insert(CONTENT_DISPOSITION, name);
    }
    answer
}

async fn read(services: &HttpServices, asked: &Asked) -> Result<QualityReport, Error> {
    let resolvers = &services.resolvers;
    let request = ReportRequest {
        from: asked.from.as_deref(),
        to: asked.to.as_deref(),
        portal: asked.portal.as_deref(),
        edition: asked.edition.as_deref(),
    };
    let now = resolvers.clock.now();
    report(&resolvers.database, &Audience::public(), &request, now).await
}

fn finish(document: Result<Representation, Error>, request: &HttpRequest) -> HttpResponse {
    match document {
        Ok(document) => document.answer(request),
        Err(error) => Problem::from(error).answer_plainly(&RequestId::of(request.headers())),
    }
}

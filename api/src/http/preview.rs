//! `/preview/{token}`: a draft as readers would see it, for whoever has the link. With
//! `Accept: application/json` the portal gets the same to show in its own dress.

mod sections;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue},
    web::{self, Data, Path},
};
use chrono::SecondsFormat;
use pulldown_cmark_escape::escape_html;
use serde_json::{Value, json};

use super::{
    accept::AnswerType, headers, problem::Problem, request_id::RequestId, server::HttpServices,
};
use crate::{
    domain::{
        editing::{Preview, find_preview},
        media::{MediaBase, Picture},
    },
    infra::error::ErrorCode,
};

/// The page runs nothing, asks nobody, and is framed by nobody; pictures and style are this server's.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const NOT_FOR_SEARCH: (HeaderName, &str) = (
    HeaderName::from_static("x-robots-tag"),
    "noindex, nofollow, noarchive",
);
const KEEP_STYLE: (HeaderName, &str) = (CACHE_CONTROL, "public, max-age=300");
const STYLE: &str = include_str!("../../content/preview/page.css");

const HTML: &str = "text/html; charset=utf-8";
const GONE: &str = "Ссылка не действует: истекла или записана с ошибкой. Попросите новую.";
const UNTITLED: &str = "Без заголовка";

/// Adds the page and its style.
pub fn configure(routes: &mut web::ServiceConfig) {
    routes
        .route("/preview/page.css", web::get().to(style))
        .route("/preview/{token}", web::get().to(show));
}

async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(KEEP_STYLE)
        .content_type("text/css; charset=utf-8")
        .body(STYLE)
}

async fn show(
    request: HttpRequest,
    token: Path<String>,
    services: Data<HttpServices>,
) -> HttpResponse {
    let request_id = RequestId::of(request.headers());
    let wants_json = AnswerType::negotiate(request.headers()) == Some(AnswerType::Json);
    let resolvers = &services.resolvers;
    let (vault, now) = (&resolvers.accounts.vault, resolvers.clock.now());
    let finding = find_preview(vault, &resolvers.database, &token, now);
    let found = services.answer_by(services.deadline(), finding).await;
    let answer = match found.flatten() {
        Ok(Some(preview)) if wants_json => {
            HttpResponse::Ok().json(as_json(&preview, &resolvers.media_base))
        }
        Ok(Some(preview)) => HttpResponse::Ok()
            .insert_header((CONTENT_SECURITY_POLICY, POLICY))
            .content_type(HTML)
            .body(page(&preview)),
        Ok(None) if wants_json => {
            Problem::new(ErrorCode::NotFound, GONE).answer_plainly(&request_id)
        }
        Ok(None) => HttpResponse::NotFound()
            .content_type("text/plain; charset=utf-8")
            .body(GONE),
        Err(error) => Problem::from(error).answer_plainly(&request_id),
    };
    between_us(answer)
}

/// Neither caches nor search engines may have it.
fn between_us(mut answer: HttpResponse) -> HttpResponse {
    for (name, value) in [headers::NEVER_KEEP, NOT_FOR_SEARCH] {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn as_json(preview: &Preview, base: &MediaBase) -> Value {
    let shown = &preview.shown;
    let cover_url = |picture: &Picture| picture.url(base, picture.width);
    json!({
        "kind": preview.kind,
        "title": shown.title,
        "lead": shown.lead,
        "coverUrl": shown.cover.as_ref().map(cover_url),
        "notices": shown.notices,
        "bodyHtml": shown.html,
        "sections": shown.sections,
        "state": preview.state,
        "expiresAt": preview.expires_at.to_rfc3339_opts(SecondsFormat::Secs, true),
    })
}

fn page(preview: &Preview) -> String {
    let shown = &preview.shown;
    let lead = |text: &String| format!("<p class=\"lead\">{}</p>", escaped(text));
    format!(
        include_str!("../../content/preview/page.html"),
        title = escaped(shown.title.as_deref().unwrap_or(UNTITLED)),
        banner = if preview.is_published {
            "Опубликовано: это читатели видят сейчас"
        } else {
            "Черновик: это увидят читатели после публикации"
        },
        state = preview.state_in_words(),
        lead = shown.lead.as_ref().map(lead).unwrap_or_default(),
        cover = shown.cover.as_ref().map(figure).unwrap_or_default(),
        notices = sections::notices(&shown.notices),
        body = shown.html,
        sections = sections::sections(&shown.sections),
    )
}

fn figure(picture: &Picture) -> String {
    format!(
        "<figure><img src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{}\"></figure>",
        picture.path(picture.width),
        picture.width,
        picture.height,
        escaped(&picture.alt),
    )
}

/// A text as it stands in an element or an attribute.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    let written = escape_html(&mut html, text);
    debug_assert!(written.is_ok(), "a string takes whatever is written");
    html
}

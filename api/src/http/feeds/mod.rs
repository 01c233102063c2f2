//! What readers of feeds and search engines fetch: `/feed/news.rss`, `/feed/news.json`, `/sitemap.xml`.
//!
//! All of it is public: these addresses know no viewer.

mod json;
mod news;
mod rss;
mod sitemap;

use actix_web::HttpResponse;

use super::headers;
use crate::infra::error::{Error, RETRY_AFTER_SECONDS};

pub use json::feed as news_json;
pub use rss::feed as news_rss;
pub use sitemap::{part as sitemap_part, whole as sitemap};

/// Why there is no document.
enum Failure {
    /// Nothing stands there.
    NotFound,
    /// The database reports something.
    Server(Error),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(cause: E) -> Self {
        Self::Server(cause.into())
    }
}

impl Failure {
    fn answer(&self) -> HttpResponse {
        let (status, text) = match self {
            Self::NotFound => (404, "not found\n"),
            Self::Server(error) => (error.code().status(), "try again later\n"),
        };
        let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
        let mut answer = HttpResponse::build(status);
        answer.insert_header(headers::NEVER_KEEP);
        if matches!(self, Self::Server(Error::Unavailable)) {
            answer.insert_header((actix_web::http::header::RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        answer.content_type("text/plain; charset=utf-8").body(text)
    }
}

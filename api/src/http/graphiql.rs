//! `/graphiql`: a place to try queries, in development only.

use actix_web::{HttpResponse, http::header::CONTENT_SECURITY_POLICY};
use async_graphql::http::GraphiQLSource;

/// The page loads its program from a public CDN.
const POLICY: &str = "default-src 'self' https://unpkg.com https://esm.sh https://cdn.jsdelivr.net 'unsafe-inline' 'unsafe-eval' data: blob:; frame-ancestors 'none'";

/// The page.
pub async fn page() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .content_type("text/html; charset=utf-8")
        .body(GraphiQLSource::build().endpoint("/graphql").finish())
}

//! The public halves of the service's keys.

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Data};

use super::server::HttpServices;
use crate::infra::auth::KeyPurpose;

/// Clients keep the set for five minutes; a new key is published ten before it signs.
const KEEP: (actix_web::http::header::HeaderName, &str) = (CACHE_CONTROL, "public, max-age=300");

/// `/.well-known/jwks.json`: by which access tokens are verified.
pub async fn access_keys(services: Data<HttpServices>) -> HttpResponse {
    keys(&services, KeyPurpose::Access)
}

/// `/.well-known/card-keys.json`: by which passes are verified without asking the server.
pub async fn card_keys(services: Data<HttpServices>) -> HttpResponse {
    keys(&services, KeyPurpose::Card)
}

fn keys(services: &HttpServices, purpose: KeyPurpose) -> HttpResponse {
    let resolvers = &services.resolvers;
    let published = resolvers
        .accounts
        .keys
        .published(purpose, resolvers.clock.now());
    HttpResponse::Ok()
        .insert_header(KEEP)
        .json(serde_json::json!({ "keys": published }))
}

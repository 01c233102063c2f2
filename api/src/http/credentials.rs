//! From `Authorization` to a viewer. Bad credentials are refused; without any, nobody has signed in.

use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use chrono::{DateTime, Utc};

use super::problem::Problem;
use crate::{
    infra::{auth::Viewer, error::ErrorCode},
    schema::Services,
};

const SCHEME: &str = "bearer";

/// Who the request's credentials say asks.
pub async fn viewer(
    headers: &HeaderMap,
    services: &Services,
    now: DateTime<Utc>,
) -> Result<Viewer, Problem> {
    let mut given = headers.get_all(AUTHORIZATION);
    let Some(first) = given.next() else {
        return Ok(Viewer::Anonymous);
    };
    // Two headers: a proxy and a client may each have verified another one.
    if given.next().is_some() {
        return Err(refused());
    }
    let text = first.to_str().map_err(|_| refused())?;
    let (scheme, token) = text.split_once(' ').ok_or_else(refused)?;
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(refused());
    }
    let accounts = &services.accounts;
    accounts
        .viewer(&services.database, token.trim(), now)
        .await?
        .ok_or_else(refused)
}

/// Why, nobody is told.
fn refused() -> Problem {
    Problem::new(
        ErrorCode::Unauthenticated,
        "Токен недействителен. Войдите снова.",
    )
}

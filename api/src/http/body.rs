//! The body of a request: read to its end, never longer or slower than allowed.

use std::time::Duration;

use actix_web::{
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap},
    web::{Bytes, BytesMut, Payload},
};
use futures_util::StreamExt;

use super::problem::Problem;
use crate::infra::error::ErrorCode;

/// Bytes of a request body (contract §2).
const LARGEST_BODY: usize = 64 * 1024;

/// Reads a JSON body.
pub async fn read(
    headers: &HeaderMap,
    payload: Payload,
    deadline: Duration,
) -> Result<Bytes, Problem> {
    refuse_other_types(headers)?;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > LARGEST_BODY) {
        return Err(too_large());
    }
    match tokio::time::timeout(deadline, gather(payload)).await {
        Ok(gathered) => gathered,
        Err(_) => Err(Problem::new(
            ErrorCode::RequestTimeout,
            "Тело запроса пришло слишком медленно.",
        )),
    }
}

async fn gather(mut payload: Payload) -> Result<Bytes, Problem> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|_| Problem::new(ErrorCode::BadUserInput, "Тело запроса оборвалось."))?;
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Only JSON: a form or plain text could be sent by a foreign page without a preflight.
fn refuse_other_types(headers: &HeaderMap) -> Result<(), Problem> {
    let unsupported = |message: &str| Problem::new(ErrorCode::UnsupportedMediaType, message);
    let content_type = headers
        .get(actix_web::http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = content_type
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase());
    let name = parts.next().unwrap_or_default();
    if name != "application/json" && name != "application/graphql-response+json" {
        return Err(unsupported("Ожидается Content-Type: application/json."));
    }
    let charset = parts.find_map(|part| part.strip_prefix("charset=").map(str::to_owned));
    if charset.is_some_and(|charset| charset.trim_matches('"') != "utf-8") {
        return Err(unsupported("Ожидается кодировка UTF-8."));
    }
    if headers.contains_key(CONTENT_ENCODING) {
        return Err(unsupported("Сжатые запросы не принимаются."));
    }
    Ok(())
}

fn too_large() -> Problem {
    Problem::new(
        ErrorCode::BodyTooLarge,
        format!("Тело запроса больше {} КиБ.", LARGEST_BODY / 1024),
    )
}

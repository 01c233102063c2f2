//! The body of a request: read to its end, never longer or slower than allowed.

use std::time::Duration;

use actix_web::{
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap},
    web::{Bytes, BytesMut, Payload},
};
use futures_util::StreamExt;

use super::problem::Problem;
use crate::infra::error::ErrorCode;

/// Bytes of a request body.
pub const LARGEST_BODY: usize = 64 * 1024;
/// The same of staff, who send whole texts.
pub const LARGEST_STAFF_BODY: usize = 256 * 1024;

/// What is left of a body nobody wants is read up to so many bytes, and for so long, before the answer:
/// the connection is good for the next request then.
const MOST_DRAINED: usize = LARGEST_STAFF_BODY;
const DRAINS_FOR: Duration = Duration::from_secs(1);

/// How long a body may be, and how long it may take.
#[derive(Clone, Copy)]
pub struct Limit {
    pub bytes: usize,
    pub deadline: Duration,
}

/// Reads a JSON body.
pub async fn read(
    headers: &HeaderMap,
    payload: &mut Payload,
    limit: Limit,
) -> Result<Bytes, Problem> {
    refuse_other_types(headers)?;
    read_up_to(headers, payload, limit).await
}

/// Reads a body of any type.
pub async fn read_up_to(
    headers: &HeaderMap,
    payload: &mut Payload,
    limit: Limit,
) -> Result<Bytes, Problem> {
    let announced = announced(headers);
    if announced.is_some_and(|length| length > limit.bytes) {
        return Err(too_large(limit.bytes));
    }
    let gathering = gather(payload, announced.unwrap_or_default(), limit.bytes);
    match tokio::time::timeout(limit.deadline, gathering).await {
        Ok(gathered) => gathered,
        Err(_) => Err(Problem::new(
            ErrorCode::RequestTimeout,
            "Тело запроса пришло слишком медленно.",
        )),
    }
}

/// Reads what a refusal has left of a body. What is too much is left where it is: then the server closes the
/// connection, and goes on listening for a while, so that the answer is not lost on the way.
pub async fn drain(headers: &HeaderMap, payload: &mut Payload) {
    if announced(headers).is_some_and(|length| length > MOST_DRAINED) {
        return;
    }
    let draining = async {
        let mut drained = 0;
        while let Some(Ok(chunk)) = payload.next().await {
            drained += chunk.len();
            if drained > MOST_DRAINED {
                return;
            }
        }
    };
    // Whoever is slower than that loses the connection, and nothing else.
    let _ = tokio::time::timeout(DRAINS_FOR, draining).await;
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn gather(payload: &mut Payload, announced: usize, most: usize) -> Result<Bytes, Problem> {
    // Growing step by step would hold a large file twice for a while.
    let mut body = BytesMut::with_capacity(announced);
    while let Some(chunk) = payload.next().await {
        let chunk =
            chunk.map_err(|_| Problem::new(ErrorCode::BadUserInput, "Тело запроса оборвалось."))?;
        if body.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Only these types of files.
pub fn refuse_other_than(headers: &HeaderMap, types: &[&str]) -> Result<(), Problem> {
    let content_type = headers
        .get(actix_web::http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let name = content_type.split(';').next().unwrap_or_default().trim();
    if types.contains(&name.to_ascii_lowercase().as_str()) {
        return Ok(());
    }
    Err(Problem::new(
        ErrorCode::UnsupportedMediaType,
        format!("Ожидается Content-Type: {}.", types.join(" или ")),
    ))
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

fn too_large(most: usize) -> Problem {
    Problem::new(
        ErrorCode::BodyTooLarge,
        format!("Тело запроса больше {} КиБ.", most / 1024),
    )
}

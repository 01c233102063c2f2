//! The id by which a request is found in the log.

use actix_web::http::header::HeaderMap;
use async_graphql::ServerError;
use uuid::Uuid;

/// The header that carries it, in both directions.
pub const HEADER: &str = "x-request-id";
const LONGEST: usize = 64;

/// An id that is safe to log and to send back.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

impl RequestId {
    /// The caller's id if it is well-formed, else a new one.
    pub fn of(headers: &HeaderMap) -> Self {
        let given = headers.get(HEADER).and_then(|value| value.to_str().ok());
        let well_formed = given.filter(|id| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            (1..=LONGEST).contains(&id.len()) && id.bytes().all(is_plain)
        });
        Self(well_formed.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }
    /// Puts the id into errors, by which their receiver can ask about them.
    pub fn mark(&self, errors: &mut [ServerError]) {
        for error in errors {
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("requestId", self.0.as_str());
        }
    }
}

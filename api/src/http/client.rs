//! Which program asks: `X-Client: <name>/<version>`.

use actix_web::http::header::HeaderMap;

use super::problem::Problem;
use crate::infra::{
    config::{ClientVersion, MinimumVersions},
    error::ErrorCode,
};

const HEADER: &str = "x-client";
const LONGEST_NAME: usize = 40;

/// A client that named itself.
#[derive(Clone, Debug)]
pub struct Client {
    pub name: String,
    pub version: Option<ClientVersion>,
}

impl Client {
    /// Reads the header. A client that does not name itself, or not plainly, is nobody.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(HEADER)?.to_str().ok()?;
        let (name, version) = text.split_once('/').unwrap_or((text, ""));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_name = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_plain);
        is_name.then(|| Self {
            name: name.to_ascii_lowercase(),
            version: ClientVersion::parse(version),
        })
    }

    /// Refuses a client older than the operator still serves.
    pub fn check(&self, minimum: &MinimumVersions) -> Result<(), Problem> {
        let limit = minimum.of(&self.name);
        match (limit, self.version) {
            (Some(limit), Some(version)) if version < limit => Err(Problem::new(
                ErrorCode::ClientTooOld,
                format!("Обновите приложение: нужна версия {limit} или новее."),
            )
            .with("minimumVersion", limit.to_string())),
            _ => Ok(()),
        }
    }
}

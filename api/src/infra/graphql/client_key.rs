//! The keys by which clients repeat themselves.

use async_graphql::ID;
use uuid::Uuid;

use crate::infra::error::Error;

/// The UUID that a client made up for one wish of its own, sent in that field of the input.
///
/// # Errors
/// `BAD_USER_INPUT` naming the field, when it is no UUID.
pub fn client_key(field: &str, key: &ID) -> Result<Uuid, Error> {
    let refusal = |_| Error::bad_input(format!("input.{field}"), "ожидается UUID");
    Uuid::parse_str(key.as_str()).map_err(refusal)
}

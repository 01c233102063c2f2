//! What readers may no longer see rings for nobody.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use crate::domain::push::store::campaigns as store;

/// Cancels the campaigns of content that is taken from its readers, in the transaction that takes it.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn call_off(
    transaction: &impl ConnectionTrait,
    content_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    store::cancel_of_content(transaction, content_id, now).await
}

//! Mutations that a client may repeat: the same key and input get the same answer again.

use chrono::{DateTime, TimeDelta, Utc};
use entities::idempotency_key;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};
use uuid::Uuid;

/// How long an answer is kept (contract §2).
const KEPT: TimeDelta = TimeDelta::hours(24);

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Nothing: do it, then [`remember`] the answer in the same transaction.
    New,
    /// It was done: this was the answer, as it was sealed.
    Done(Vec<u8>),
    /// It was used for something else.
    Other,
}

/// A client's key for one mutation with one input.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub account_id: Uuid,
    pub client_key: Uuid,
    pub operation: &'static str,
    /// SHA-256 of the input.
    pub input_hash: String,
}

/// Looks whether that was done before. Call it in the transaction, after the account is locked.
///
/// # Errors
/// Whatever the driver reports.
pub async fn recall(
    connection: &impl ConnectionTrait,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> Result<Known, DbErr> {
    let known = idempotency_key::Entity::find_by_id((attempt.account_id, attempt.client_key))
        .filter(
            Condition::any()
                .add(idempotency_key::Column::ExpiresAt.is_null())
                .add(idempotency_key::Column::ExpiresAt.gt(now)),
        )
        .one(connection)
        .await?;
    Ok(match known {
        None => Known::New,
        Some(row) if row.operation == attempt.operation && row.input_hash == attempt.input_hash => {
            Known::Done(row.answer)
        }
        Some(_) => Known::Other,
    })
}

/// Keeps the answer, sealed.
///
/// # Errors
/// Whatever the driver reports; the caller rolls back.
pub async fn remember(
    transaction: &impl ConnectionTrait,
    attempt: Attempt,
    answer: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use idempotency_key::Column;
    idempotency_key::Entity::insert(idempotency_key::ActiveModel {
        account_id: Set(attempt.account_id),
        client_key: Set(attempt.client_key),
        operation: Set(attempt.operation.into()),
        input_hash: Set(attempt.input_hash),
        answer: Set(answer),
        created_at: Set(now),
        expires_at: Set(Some(now + KEPT)),
    })
    // Only a row that has run out may be there.
    .on_conflict(
        OnConflict::columns([Column::AccountId, Column::ClientKey])
            .update_columns([
                Column::Operation,
                Column::InputHash,
                Column::Answer,
                Column::CreatedAt,
                Column::ExpiresAt,
            ])
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

/// Forgets answers that nobody will ask for again.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::ExpiresAt.lt(now))
        .exec(connection)
        .await
        .map(|_| ())
}

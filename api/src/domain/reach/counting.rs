//! Counting a batch once.

use chrono::{DateTime, Utc};
use sea_orm::TransactionTrait;
use uuid::Uuid;

use super::{
    rules::{Event, tally},
    store,
};
use crate::infra::{auth::Audience, db::Database, error::Error};

/// Counts what a batch says of content that its sender may see, unless the batch was counted before.
/// Nobody learns what was passed over.
///
/// # Errors
/// Whatever the database reports; then nothing was counted.
pub async fn count(
    database: &Database,
    audience: &Audience,
    key: Uuid,
    events: Vec<Event>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let named: Vec<Uuid> = events.iter().map(|event| event.content_id).collect();
    let seen = store::list_seen(database.reader(), audience, &named).await?;
    let of_seen = events
        .into_iter()
        .filter(|event| seen.contains(&event.content_id));
    let tally = tally(of_seen);
    let transaction = database.writer().begin().await?;
    if store::take_key(&transaction, key, now).await? {
        store::add(&transaction, &tally).await?;
        transaction.commit().await?;
    }
    Ok(())
}

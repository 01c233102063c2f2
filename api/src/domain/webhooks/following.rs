//! From the change log to deliveries: whatever publishes, webhooks hear of it.
//!
//! The place that has been reached is written in the transaction that writes the deliveries, so that a
//! crash repeats nothing and loses nothing; one process is at it at a time.

use chrono::{DateTime, Utc};
use entities::{
    enums::{WebhookDeliveryState, WebhookEvent},
    webhook_delivery,
};
use sea_orm::{ConnectionTrait, TransactionTrait};
use uuid::Uuid;

use super::{delivering, event, rules::MOST_ATTEMPTS, store};
use crate::infra::{db::Database, error::Error};

/// Changes that one message tells of, some 90 KB of them.
const MOST_CHANGES: u64 = 500;

/// Whether there are changes that webhooks were not told of.
///
/// # Errors
/// Whatever the database reports.
pub async fn is_behind(database: &Database) -> Result<bool, Error> {
    Ok(store::is_behind(database.reader()).await?)
}

/// Tells every webhook of what has changed since it was last asked, in one message each; of more changes
/// than a message holds the next call tells. Returns how many deliveries it began.
///
/// # Errors
/// Whatever the database reports; then nothing was done.
pub async fn tell_of_changes(database: &Database, now: DateTime<Utc>) -> Result<usize, Error> {
    let transaction = database.writer().begin().await?;
    let Some(followed) = store::lock_followed(&transaction).await? else {
        return Ok(0);
    };
    // The head before the changes: whatever it numbers is committed and will be seen.
    let head = store::find_head(&transaction).await?;
    if head <= followed {
        return Ok(0);
    }
    let webhook_ids = store::list_active_ids(&transaction).await?;
    let (through, begun) = if webhook_ids.is_empty() {
        (head, 0)
    } else {
        announce(&transaction, &webhook_ids, (followed, head), now).await?
    };
    store::keep_followed(&transaction, through).await?;
    transaction.commit().await?;
    Ok(begun)
}

/// Begins the deliveries; returns how far they tell and how many there are.
async fn announce(
    transaction: &impl ConnectionTrait,
    webhook_ids: &[Uuid],
    (followed, head): (i64, i64),
    now: DateTime<Utc>,
) -> Result<(i64, usize), Error> {
    let changes = store::list_changes(transaction, (followed, head), MOST_CHANGES).await?;
    let through = match changes.last() {
        Some(last) if changes.len() as u64 == MOST_CHANGES => last.seq,
        _ => head,
    };
    if changes.is_empty() {
        return Ok((through, 0));
    }
    let within = (followed + 1, through);
    let body = event::content_changed(transaction, &changes, within, now).await?;
    for webhook_id in webhook_ids {
        let delivery = webhook_delivery::Model {
            from_seq: Some(followed + 1),
            to_seq: Some(through),
            ..new_delivery(*webhook_id, WebhookEvent::ContentChanged, body.clone(), now)
        };
        begin(transaction, delivery, now).await?;
    }
    Ok((through, webhook_ids.len()))
}

/// A message that is to be sent now.
#[must_use]
pub fn new_delivery(
    webhook_id: Uuid,
    event: WebhookEvent,
    body: String,
    now: DateTime<Utc>,
) -> webhook_delivery::Model {
    webhook_delivery::Model {
        id: Uuid::now_v7(),
        webhook_id,
        event,
        from_seq: None,
        to_seq: None,
        body,
        state: WebhookDeliveryState::Pending,
        attempts: 0,
        attempts_allowed: MOST_ATTEMPTS,
        last_status: None,
        last_failure: None,
        created_at: now,
        next_attempt_at: Some(now),
        finished_at: None,
    }
}

/// Writes a delivery and plans its first attempt.
///
/// # Errors
/// Whatever the database reports; the caller rolls back.
pub async fn begin(
    transaction: &impl ConnectionTrait,
    delivery: webhook_delivery::Model,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    delivering::plan(transaction, &delivery, now).await?;
    Ok(store::insert_delivery(transaction, delivery).await?)
}

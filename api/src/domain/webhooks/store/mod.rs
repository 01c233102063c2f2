//! All SQL of webhooks, their deliveries, and how far they were told of the changes.

mod deliveries;
mod follow;
mod webhooks;

pub use deliveries::{
    DeliveryCriteria, DeliveryPosition, DeliverySummary, bury_pending, count_deliveries,
    delete_deliveries_of, find_delivery, find_with_webhook, insert_delivery, list_deliveries,
    lock_with_webhook, update_delivery,
};
pub use follow::{
    find_head, hold_state, is_behind, keep_followed, list_changes, listen_from_now, lock_followed,
};
pub use webhooks::{
    WebhookPosition, count_webhooks, find_webhook_of_any_state, insert_webhook, list_active_ids,
    list_webhooks, list_webhooks_by_ids, lock_webhook, update_webhook,
};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr};

/// What was taken, and what was given up, is kept so long for whoever asks what happened.
const DELIVERED_KEPT: TimeDelta = TimeDelta::days(7);
const DEAD_KEPT: TimeDelta = TimeDelta::days(30);
/// A deleted webhook is not created again by a repetition within this time.
const DELETED_KEPT: TimeDelta = TimeDelta::days(2);

/// Forgets deliveries that ended long ago, and deleted webhooks.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use entities::enums::WebhookDeliveryState::{Dead, Delivered};
    deliveries::forget(connection, Delivered, now - DELIVERED_KEPT).await?;
    deliveries::forget(connection, Dead, now - DEAD_KEPT).await?;
    webhooks::forget_deleted(connection, now - DELETED_KEPT).await
}

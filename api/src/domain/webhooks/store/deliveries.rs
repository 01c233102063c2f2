//! Messages to webhooks: on their way, taken, given up.

use chrono::{DateTime, Utc};
use entities::{
    enums::{WebhookDeliveryState, WebhookEvent, WebhookFailure},
    webhook,
    webhook_delivery::{self, Column},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::webhooks::lock_webhook;
use crate::infra::db::{Page, Position, Slice, fetch_rows, keyset, lock_row, overwrite_row, row};

/// Which deliveries a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct DeliveryCriteria {
    pub webhook_id: Option<Uuid>,
    pub state: Option<WebhookDeliveryState>,
}

/// Where a delivery stands in lists: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DeliveryPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for DeliveryPosition {
    const LIST: &'static str = "webhookDeliveries";
}

row! {
    /// A delivery as lists show it: without its body, which may be long.
    pub struct DeliverySummary of webhook_delivery {
        pub id: Uuid,
        pub webhook_id: Uuid,
        pub event: WebhookEvent,
        pub from_seq: Option<i64>,
        pub to_seq: Option<i64>,
        pub state: WebhookDeliveryState,
        pub attempts: i32,
        pub last_status: Option<i32>,
        pub last_failure: Option<WebhookFailure>,
        pub created_at: DateTime<Utc>,
        pub next_attempt_at: Option<DateTime<Utc>>,
        pub finished_at: Option<DateTime<Utc>>,
    }
}

impl From<webhook_delivery::Model> for DeliverySummary {
    fn from(row: webhook_delivery::Model) -> Self {
        Self {
            id: row.id,
            webhook_id: row.webhook_id,
            event: row.event,
            from_seq: row.from_seq,
            to_seq: row.to_seq,
            state: row.state,
            attempts: row.attempts,
            last_status: row.last_status,
            last_failure: row.last_failure,
            created_at: row.created_at,
            next_attempt_at: row.next_attempt_at,
            finished_at: row.finished_at,
        }
    }
}

/// A page of deliveries.
pub async fn list_deliveries(
    connection: &impl ConnectionTrait,
    criteria: &DeliveryCriteria,
    page: &Page<DeliveryPosition>,
) -> Result<Slice<DeliverySummary>, DbErr> {
    let select = keyset(
        matching(criteria),
        (Column::CreatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(fetch_rows(connection, select).await?))
}

/// How many deliveries there are.
pub async fn count_deliveries(
    connection: &impl ConnectionTrait,
    criteria: &DeliveryCriteria,
) -> Result<u64, DbErr> {
    matching(criteria).count(connection).await
}

fn matching(criteria: &DeliveryCriteria) -> Select<webhook_delivery::Entity> {
    let mut select = webhook_delivery::Entity::find();
    if let Some(webhook_id) = criteria.webhook_id {
        select = select.filter(Column::WebhookId.eq(webhook_id));
    }
    if let Some(state) = criteria.state {
        select = select.filter(Column::State.eq(state));
    }
    select
}

/// The delivery of an id.
pub async fn find_delivery(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<webhook_delivery::Model>, DbErr> {
    webhook_delivery::Entity::find_by_id(id)
        .one(connection)
        .await
}

/// The same with the webhook that it goes to.
pub async fn find_with_webhook(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(webhook::Model, webhook_delivery::Model)>, DbErr> {
    let Some(delivery) = find_delivery(connection, id).await? else {
        return Ok(None);
    };
    let webhook = webhook::Entity::find_by_id(delivery.webhook_id)
        .one(connection)
        .await?;
    Ok(webhook.map(|webhook| (webhook, delivery)))
}

/// Holds a delivery with its webhook until the transaction ends; the webhook first, as everybody does,
/// so that nobody waits for each other.
pub async fn lock_with_webhook(
    transaction: &impl ConnectionTrait,
    webhook_id: Uuid,
    id: Uuid,
) -> Result<Option<(webhook::Model, webhook_delivery::Model)>, DbErr> {
    let Some(webhook) = lock_webhook(transaction, webhook_id).await? else {
        return Ok(None);
    };
    let delivery = lock_row::<webhook_delivery::Entity>(transaction, id).await?;
    Ok(delivery.map(|delivery| (webhook, delivery)))
}

/// Writes a new delivery.
pub async fn insert_delivery(
    transaction: &impl ConnectionTrait,
    row: webhook_delivery::Model,
) -> Result<(), DbErr> {
    webhook_delivery::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Writes a delivery that is there.
pub async fn update_delivery(
    transaction: &impl ConnectionTrait,
    row: webhook_delivery::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// Gives up what is on its way to a webhook that is switched off.
pub async fn bury_pending(
    transaction: &impl ConnectionTrait,
    webhook_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    webhook_delivery::Entity::update_many()
        .col_expr(Column::State, Expr::value(WebhookDeliveryState::Dead))
        .col_expr(
            Column::LastFailure,
            Expr::value(WebhookFailure::SwitchedOff),
        )
        .col_expr(Column::NextAttemptAt, Expr::value(None::<DateTime<Utc>>))
        .col_expr(Column::FinishedAt, Expr::value(now))
        .filter(Column::WebhookId.eq(webhook_id))
        .filter(Column::State.eq(WebhookDeliveryState::Pending))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Takes away everything that was sent to a webhook, or was to be.
pub async fn delete_deliveries_of(
    transaction: &impl ConnectionTrait,
    webhook_id: Uuid,
) -> Result<(), DbErr> {
    webhook_delivery::Entity::delete_many()
        .filter(Column::WebhookId.eq(webhook_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

pub(super) async fn forget(
    connection: &impl ConnectionTrait,
    state: WebhookDeliveryState,
    finished_before: DateTime<Utc>,
) -> Result<(), DbErr> {
    webhook_delivery::Entity::delete_many()
        .filter(Column::State.eq(state))
        .filter(Column::FinishedAt.lt(finished_before))
        .exec(connection)
        .await
        .map(|_| ())
}

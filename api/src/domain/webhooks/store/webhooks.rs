//! Webhooks themselves.

use chrono::{DateTime, Utc};
use entities::webhook::{self, Column};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, Select, sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, keyset, lock_row, overwrite_row};

/// Where a webhook stands in lists: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WebhookPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for WebhookPosition {
    const LIST: &'static str = "webhooks";
}

/// A page of webhooks.
pub async fn list_webhooks(
    connection: &impl ConnectionTrait,
    page: &Page<WebhookPosition>,
) -> Result<Slice<webhook::Model>, DbErr> {
    let select = keyset(
        there(),
        (Column::CreatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

/// How many webhooks there are.
pub async fn count_webhooks(connection: &impl ConnectionTrait) -> Result<u64, DbErr> {
    there().count(connection).await
}

fn there() -> Select<webhook::Entity> {
    webhook::Entity::find().filter(Column::DeletedAt.is_null())
}

/// Those of these webhooks that are there.
pub async fn list_webhooks_by_ids(
    connection: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<Vec<webhook::Model>, DbErr> {
    there()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .all(connection)
        .await
}

/// The ids of the webhooks that are to be told.
pub async fn list_active_ids(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    there()
        .select_only()
        .column(Column::Id)
        .filter(Column::IsActive.eq(true))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(connection)
        .await
}

/// The webhook of an id, though it may be deleted.
pub async fn find_webhook_of_any_state(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<webhook::Model>, DbErr> {
    webhook::Entity::find_by_id(id).one(connection).await
}

/// Holds a webhook until the transaction ends, and reads it.
pub async fn lock_webhook(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<webhook::Model>, DbErr> {
    let row = lock_row::<webhook::Entity>(transaction, id).await?;
    Ok(row.filter(|row| row.deleted_at.is_none()))
}

/// Writes a new webhook.
pub async fn insert_webhook(
    transaction: &impl ConnectionTrait,
    row: webhook::Model,
) -> Result<(), DbErr> {
    webhook::Entity::insert(row.into_active_model())
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Writes a webhook that is there.
pub async fn update_webhook(
    transaction: &impl ConnectionTrait,
    row: webhook::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

pub(super) async fn forget_deleted(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    webhook::Entity::delete_many()
        .filter(Column::DeletedAt.lt(before))
        .exec(connection)
        .await
        .map(|_| ())
}

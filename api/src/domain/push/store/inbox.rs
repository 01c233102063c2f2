//! The inbox: pairs of a person and what was sent to them.

use chrono::{DateTime, Utc};
use entities::{inbox_item, push_campaign};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, keyset};

/// Where an item stands in its owner's inbox: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InboxPosition {
    pub created_at: DateTime<Utc>,
    pub campaign_id: Uuid,
}

impl Position for InboxPosition {
    const LIST: &'static str = "inbox";
}

fn of_account(account_id: Uuid) -> Select<inbox_item::Entity> {
    inbox_item::Entity::find().filter(inbox_item::Column::AccountId.eq(account_id))
}

pub async fn list(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    page: &Page<InboxPosition>,
) -> Result<Slice<inbox_item::Model>, DbErr> {
    use inbox_item::Column;
    let select = keyset(
        of_account(account_id),
        (Column::CreatedAt, Column::CampaignId),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.campaign_id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

/// What was sent, by its id.
pub async fn list_texts(
    connection: &impl ConnectionTrait,
    campaign_ids: &[Uuid],
) -> Result<HashMap<Uuid, push_campaign::Model>, DbErr> {
    let rows = push_campaign::Entity::find()
        .filter(push_campaign::Column::Id.is_in(campaign_ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

pub async fn count(connection: &impl ConnectionTrait, account_id: Uuid) -> Result<u64, DbErr> {
    of_account(account_id).count(connection).await
}

pub async fn count_unread(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<u64, DbErr> {
    of_account(account_id)
        .filter(inbox_item::Column::ReadAt.is_null())
        .count(connection)
        .await
}

pub async fn find(
    connection: &impl ConnectionTrait,
    (account_id, campaign_id): (Uuid, Uuid),
) -> Result<Option<(inbox_item::Model, push_campaign::Model)>, DbErr> {
    let Some(item) = inbox_item::Entity::find_by_id((account_id, campaign_id))
        .one(connection)
        .await?
    else {
        return Ok(None);
    };
    let campaign = push_campaign::Entity::find_by_id(campaign_id)
        .one(connection)
        .await?;
    Ok(campaign.map(|campaign| (item, campaign)))
}

/// Everything in somebody's inbox.
pub async fn list_all(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Vec<inbox_item::Model>, DbErr> {
    of_account(account_id).all(connection).await
}

pub async fn mark_read(
    connection: &impl ConnectionTrait,
    (account_id, campaign_id): (Uuid, Uuid),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use inbox_item::Column;
    inbox_item::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::CampaignId.eq(campaign_id))
        .filter(Column::ReadAt.is_null())
        .exec(connection)
        .await
        .map(|_| ())
}

/// Says how many were not read before.
pub async fn mark_all_read(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    use inbox_item::Column;
    inbox_item::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::ReadAt.is_null())
        .exec(connection)
        .await
        .map(|marked| marked.rows_affected)
}

/// Throws away what came before that instant.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    inbox_item::Entity::delete_many()
        .filter(inbox_item::Column::CreatedAt.lt(before))
        .exec(connection)
        .await
        .map(|_| ())
}

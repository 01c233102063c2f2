//! The inbox: pairs of a person and what was sent to them, with the letters to their pseudonym among
//! them.

use chrono::{DateTime, Utc};
use entities::{inbox_item, inbox_letter, push_campaign};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Select,
    sea_query::{Expr, Order},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use uuid::Uuid;

use super::letters;
use crate::infra::{
    db::{Direction, Page, Position, Slice, keyset},
    vault::Vault,
};

/// Where something stands in its owner's inbox: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InboxPosition {
    pub created_at: DateTime<Utc>,
    /// Of the campaign or of the letter.
    pub id: Uuid,
}

impl Position for InboxPosition {
    const LIST: &'static str = "inbox";
}

/// Whose inbox it is.
#[derive(Clone, Debug)]
pub struct InboxOwner {
    pub account_id: Uuid,
    /// The pseudonym by which letters know them.
    pub addressee: String,
}

impl InboxOwner {
    /// The holder of an account.
    #[must_use]
    pub fn of(vault: &Vault, account_id: Uuid) -> Self {
        Self {
            account_id,
            addressee: vault.reporter(account_id),
        }
    }
}

/// What stands in an inbox.
#[derive(Clone, Debug)]
pub enum InboxEntry {
    Item(inbox_item::Model),
    Letter(inbox_letter::Model),
}

impl InboxEntry {
    /// Where it stands.
    #[must_use]
    pub const fn position(&self) -> InboxPosition {
        match self {
            Self::Item(item) => InboxPosition {
                created_at: item.created_at,
                id: item.campaign_id,
            },
            Self::Letter(letter) => InboxPosition {
                created_at: letter.created_at,
                id: letter.id,
            },
        }
    }
}

fn of_account(account_id: Uuid) -> Select<inbox_item::Entity> {
    inbox_item::Entity::find().filter(inbox_item::Column::AccountId.eq(account_id))
}

/// A page of both: each gives as much as the page could need, and the two are laid into one another.
pub async fn list(
    connection: &impl ConnectionTrait,
    owner: &InboxOwner,
    page: &Page<InboxPosition>,
) -> Result<Slice<InboxEntry>, DbErr> {
    use inbox_item::Column;
    let select = keyset(
        of_account(owner.account_id),
        (Column::CreatedAt, Column::CampaignId),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    let items = select.all(connection).await?;
    let letters = letters::walk(connection, &owner.addressee, page).await?;
    let items = items.into_iter().map(InboxEntry::Item);
    let letters = letters.into_iter().map(InboxEntry::Letter);
    let mut entries: Vec<InboxEntry> = items.chain(letters).collect();
    entries.sort_by_key(|entry| {
        let position = entry.position();
        (position.created_at, position.id)
    });
    if page.direction == Direction::Forward {
        entries.reverse();
    }
    Ok(page.slice(entries))
}

/// What was sent, by its id.
pub async fn list_texts(
    connection: &impl ConnectionTrait,
    campaign_ids: &[Uuid],
) -> Result<HashMap<Uuid, push_campaign::Model>, DbErr> {
    if campaign_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = push_campaign::Entity::find()
        .filter(push_campaign::Column::Id.is_in(campaign_ids.iter().copied()))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

pub async fn count(connection: &impl ConnectionTrait, owner: &InboxOwner) -> Result<u64, DbErr> {
    let items = of_account(owner.account_id).count(connection).await?;
    let letters = letters::count(connection, &owner.addressee).await?;
    Ok(items + letters)
}

pub async fn count_unread(
    connection: &impl ConnectionTrait,
    owner: &InboxOwner,
) -> Result<u64, DbErr> {
    let items = of_account(owner.account_id)
        .filter(inbox_item::Column::ReadAt.is_null())
        .count(connection)
        .await?;
    Ok(items + letters::count_unread(connection, &owner.addressee).await?)
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

/// Every campaign in somebody's inbox.
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

/// Marks every campaign as read; says how many were not.
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

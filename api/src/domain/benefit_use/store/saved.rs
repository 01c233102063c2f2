//! What members keep to come back to.

use chrono::{DateTime, Utc};
use entities::saved_item;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, Select,
    sea_query::{OnConflict, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::infra::db::{Page, Position, Slice, keyset};

/// Where a saved item stands in its holder's list: the last saved first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SavedPosition {
    pub saved_at: DateTime<Utc>,
    pub object_id: Uuid,
}

impl Position for SavedPosition {
    const LIST: &'static str = "saved";
}

pub async fn list(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    page: &Page<SavedPosition>,
) -> Result<Slice<saved_item::Model>, DbErr> {
    use saved_item::Column;
    let select = keyset(
        of_account(account_id),
        (Column::SavedAt, Column::ObjectId),
        Order::Desc,
        page,
        |position| (position.saved_at.into(), position.object_id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(connection: &impl ConnectionTrait, account_id: Uuid) -> Result<u64, DbErr> {
    of_account(account_id).count(connection).await
}

fn of_account(account_id: Uuid) -> Select<saved_item::Entity> {
    saved_item::Entity::find().filter(saved_item::Column::AccountId.eq(account_id))
}

/// Keeps an item; one that is kept already stays where it is.
pub async fn insert(
    connection: &impl ConnectionTrait,
    item: saved_item::Model,
) -> Result<(), DbErr> {
    use saved_item::Column;
    saved_item::Entity::insert(saved_item::ActiveModel::from(item))
        .on_conflict(
            OnConflict::columns([Column::AccountId, Column::ObjectId])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}

pub async fn delete(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    object_id: Uuid,
) -> Result<(), DbErr> {
    saved_item::Entity::delete_by_id((account_id, object_id))
        .exec(connection)
        .await
        .map(|_| ())
}

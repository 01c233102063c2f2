//! Names that others are found by, as the index has them.

use std::collections::{HashMap, HashSet};

use entities::{change_log, search_label};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::infra::db::upsert_rows;

/// What the index knows of these names.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_labels(
    transaction: &impl ConnectionTrait,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, search_label::Model>, DbErr> {
    let labels = search_label::Entity::find()
        .filter(search_label::Column::ObjectId.is_in(ids.iter().copied()))
        .all(transaction)
        .await?;
    Ok(labels
        .into_iter()
        .map(|label| (label.object_id, label))
        .collect())
}

/// Writes what the index knows of names now.
///
/// # Errors
/// Whatever the driver reports.
pub async fn keep_labels(
    transaction: &impl ConnectionTrait,
    labels: Vec<search_label::Model>,
) -> Result<(), DbErr> {
    upsert_rows::<search_label::Entity>(transaction, labels, &[]).await
}

/// Forgets names that nobody has any more.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_labels(transaction: &impl ConnectionTrait, ids: &[Uuid]) -> Result<(), DbErr> {
    search_label::Entity::delete_many()
        .filter(search_label::Column::ObjectId.is_in(ids.iter().copied()))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// A changed name that not all who carry it are found by yet.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_spreading(
    connection: &impl ConnectionTrait,
) -> Result<Option<search_label::Model>, DbErr> {
    search_label::Entity::find()
        .filter(search_label::Column::IsSpreading.eq(true))
        .order_by_asc(search_label::Column::ObjectId)
        .one(connection)
        .await
}

/// Which of these things nobody saw before those numbers of changes.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_new(
    transaction: &impl ConnectionTrait,
    ids: &[Uuid],
    (since, through): (i64, i64),
) -> Result<HashSet<Uuid>, DbErr> {
    use change_log::Column;
    let new: Vec<Uuid> = change_log::Entity::find()
        .select_only()
        .column(Column::ObjectId)
        .filter(Column::Seq.gt(since))
        .filter(Column::Seq.lte(through))
        .filter(Column::AudienceBeforeId.is_null())
        .filter(Column::ObjectId.is_in(ids.iter().copied()))
        .into_tuple()
        .all(transaction)
        .await?;
    Ok(new.into_iter().collect())
}

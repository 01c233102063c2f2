//! Decisions about processing: written once each.

use entities::consent;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

pub async fn insert(
    connection: &impl ConnectionTrait,
    decision: consent::Model,
) -> Result<(), DbErr> {
    consent::Entity::insert(consent::ActiveModel::from(decision))
        .exec_without_returning(connection)
        .await
        .map(|_| ())
}

/// Every decision of somebody, newest first.
pub async fn list(
    connection: &impl ConnectionTrait,
    subject: &str,
) -> Result<Vec<consent::Model>, DbErr> {
    consent::Entity::find()
        .filter(consent::Column::Subject.eq(subject))
        .order_by_desc(consent::Column::DecidedAt)
        .order_by_desc(consent::Column::Id)
        .all(connection)
        .await
}

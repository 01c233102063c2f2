//! Copies of people's data.

use chrono::{DateTime, Utc};
use entities::{data_export, enums::ExportState};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};
use uuid::Uuid;

pub async fn insert(
    transaction: &impl ConnectionTrait,
    export: data_export::Model,
) -> Result<(), DbErr> {
    data_export::Entity::insert(data_export::ActiveModel::from(export))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// The account's copies that have not run out, newest first.
pub async fn list(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<data_export::Model>, DbErr> {
    data_export::Entity::find()
        .filter(data_export::Column::AccountId.eq(account_id))
        .filter(data_export::Column::ExpiresAt.gt(now))
        .order_by_desc(data_export::Column::CreatedAt)
        .all(connection)
        .await
}

pub async fn find(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<data_export::Model>, DbErr> {
    data_export::Entity::find_by_id(id).one(connection).await
}

/// Puts the archive in its place.
pub async fn fill(
    connection: &impl ConnectionTrait,
    id: Uuid,
    archive: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use data_export::Column;
    data_export::Entity::update_many()
        .col_expr(Column::State, Expr::value(ExportState::Ready))
        .col_expr(Column::Archive, Expr::value(archive))
        .col_expr(Column::ReadyAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Notes that the copy could not be made.
pub async fn fail(connection: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    use data_export::Column;
    data_export::Entity::update_many()
        .col_expr(Column::State, Expr::value(ExportState::Failed))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(ExportState::Preparing))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Throws copies away that have run out.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    data_export::Entity::delete_many()
        .filter(data_export::Column::ExpiresAt.lt(now))
        .exec(connection)
        .await
        .map(|_| ())
}

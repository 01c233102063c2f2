//! Wishes to be erased, and their acts.

use chrono::{DateTime, Utc};
use entities::erasure;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, prelude::Json, sea_query::Expr,
};
use uuid::Uuid;

use crate::infra::db::lock_row;

pub async fn insert(transaction: &impl ConnectionTrait, wish: erasure::Model) -> Result<(), DbErr> {
    erasure::Entity::insert(erasure::ActiveModel::from(wish))
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// The account's wish that is neither done nor taken back.
pub async fn find_pending(
    connection: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<Option<erasure::Model>, DbErr> {
    erasure::Entity::find()
        .filter(erasure::Column::AccountId.eq(account_id))
        .filter(erasure::Column::CancelledAt.is_null())
        .filter(erasure::Column::DoneAt.is_null())
        .one(connection)
        .await
}

/// Holds a wish's row until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<erasure::Model>, DbErr> {
    lock_row::<erasure::Entity>(transaction, id).await
}

/// Takes the account's wish back; `None`: there is none.
pub async fn cancel(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<erasure::Model>, DbErr> {
    use erasure::Column;
    let cancelled = erasure::Entity::update_many()
        .col_expr(Column::CancelledAt, Expr::value(now))
        .filter(Column::AccountId.eq(account_id))
        .filter(Column::CancelledAt.is_null())
        .filter(Column::DoneAt.is_null())
        .exec_with_returning(transaction)
        .await?;
    Ok(cancelled.into_iter().next())
}

/// Writes the act, and forgets whose it was: only the pseudonym stays.
pub async fn finish(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    act: Json,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use erasure::Column;
    erasure::Entity::update_many()
        .col_expr(Column::DoneAt, Expr::value(now))
        .col_expr(Column::AccountId, Expr::value(Uuid::nil()))
        .col_expr(Column::Act, Expr::value(act))
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await
        .map(|_| ())
}

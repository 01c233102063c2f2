//! How far webhooks were told of the changes. Whoever changes webhooks holds the same row.

use entities::{change_head, change_log, webhook_state};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{Expr, LockBehavior, LockType},
};

use super::webhooks::list_active_ids;

/// The one row of the state.
const STATE: i32 = 1;

/// Holds the state until the transaction ends, as its first statement: webhooks change rarely, and one
/// change at a time neither makes one too many nor misses a delivery that is being begun.
pub async fn hold_state(transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
    webhook_state::Entity::update_many()
        .col_expr(webhook_state::Column::Id, Expr::value(STATE))
        .filter(webhook_state::Column::Id.eq(STATE))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// The last change that webhooks were told of, for whoever comes first; `None` while somebody else is
/// at it.
pub async fn lock_followed(transaction: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let mut select = webhook_state::Entity::find_by_id(STATE);
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    } else {
        // Whoever reads first and writes later finds SQLite taken by another process.
        hold_state(transaction).await?;
    }
    let state = select.one(transaction).await?;
    Ok(state.map(|state| state.followed_seq))
}

/// Remembers how far webhooks were told.
pub async fn keep_followed(transaction: &impl ConnectionTrait, seq: i64) -> Result<(), DbErr> {
    webhook_state::Entity::update_many()
        .col_expr(webhook_state::Column::FollowedSeq, Expr::value(seq))
        .filter(webhook_state::Column::Id.eq(STATE))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Lets the first webhook that listens hear of what changes from now on, and not of what changed while
/// nobody listened. The caller holds the state.
pub async fn listen_from_now(transaction: &impl ConnectionTrait) -> Result<(), DbErr> {
    if list_active_ids(transaction).await?.is_empty() {
        let head = find_head(transaction).await?;
        keep_followed(transaction, head).await?;
    }
    Ok(())
}

/// The number of the newest change.
pub async fn find_head(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let head = change_head::Entity::find().one(connection).await?;
    head.map(|head| head.seq)
        .ok_or_else(|| DbErr::RecordNotFound("change_head".into()))
}

/// Whether there are changes that webhooks were not told of.
pub async fn is_behind(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let head = find_head(connection).await?;
    let state = webhook_state::Entity::find_by_id(STATE)
        .one(connection)
        .await?;
    Ok(state.is_some_and(|state| state.followed_seq < head))
}

/// What has changed within these numbers, in order.
pub async fn list_changes(
    connection: &impl ConnectionTrait,
    (since, through): (i64, i64),
    limit: u64,
) -> Result<Vec<change_log::Model>, DbErr> {
    use change_log::Column;
    change_log::Entity::find()
        .filter(Column::Seq.gt(since).and(Column::Seq.lte(through)))
        .order_by_asc(Column::Seq)
        .limit(limit)
        .all(connection)
        .await
}

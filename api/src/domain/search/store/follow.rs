//! How far the index has followed the changes.

use entities::{change_head, change_log, published_object, search_state};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{LockBehavior, LockType},
};
use uuid::Uuid;

use super::labels::find_spreading;

/// The one row of the state.
const STATE: i32 = 1;

/// A thing that changed, by the number of the change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowedChange {
    pub seq: i64,
    pub object_type: String,
    pub object_id: Uuid,
}

/// The state, for whoever comes first; `None` while somebody else is at it.
pub async fn lock_state(
    transaction: &impl ConnectionTrait,
) -> Result<Option<search_state::Model>, DbErr> {
    let mut select = search_state::Entity::find_by_id(STATE);
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    } else {
        // One writer has the whole SQLite database: whoever reads first and writes later finds it
        // taken by another process, whoever writes first waits for its turn.
        transaction
            .execute_unprepared("UPDATE search_state SET id = id")
            .await?;
    }
    select.one(transaction).await
}

/// Remembers how far the index has come.
pub async fn keep_state(
    transaction: &impl ConnectionTrait,
    state: search_state::Model,
) -> Result<(), DbErr> {
    state
        .into_active_model()
        .reset_all()
        .update(transaction)
        .await
        .map(|_| ())
}

/// The number of the newest change.
pub async fn find_head(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let head = change_head::Entity::find().one(connection).await?;
    head.map(|head| head.seq)
        .ok_or_else(|| DbErr::RecordNotFound("change_head".into()))
}

/// What is published and has changed within these numbers, in order.
pub async fn list_published(
    transaction: &impl ConnectionTrait,
    (since, through): (i64, i64),
    limit: u64,
) -> Result<Vec<FollowedChange>, DbErr> {
    use published_object::Column;
    let rows: Vec<(i64, String, Uuid)> = published_object::Entity::find()
        .select_only()
        .column(Column::Seq)
        .column(Column::ObjectType)
        .column(Column::ObjectId)
        .filter(Column::Seq.gt(since))
        .filter(Column::Seq.lte(through))
        .order_by_asc(Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(transaction)
        .await?;
    Ok(rows.into_iter().map(followed).collect())
}

/// What was taken back within these numbers, in order.
pub async fn list_gone(
    transaction: &impl ConnectionTrait,
    (since, through): (i64, i64),
    limit: u64,
) -> Result<Vec<FollowedChange>, DbErr> {
    use change_log::Column;
    let rows: Vec<(i64, String, Uuid)> = change_log::Entity::find()
        .select_only()
        .column(Column::Seq)
        .column(Column::ObjectType)
        .column(Column::ObjectId)
        .filter(Column::Seq.gt(since))
        .filter(Column::Seq.lte(through))
        .filter(Column::AudienceAfterId.is_null())
        .order_by_asc(Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(transaction)
        .await?;
    Ok(rows.into_iter().map(followed).collect())
}

fn followed((seq, object_type, object_id): (i64, String, Uuid)) -> FollowedChange {
    FollowedChange {
        seq,
        object_type,
        object_id,
    }
}

/// Whether there is something to index: a change that was not followed, documents that were made with an
/// older dictionary, or a changed name that some are not found by yet.
pub async fn is_behind(connection: &impl ConnectionTrait, dictionary: i32) -> Result<bool, DbErr> {
    let head = find_head(connection).await?;
    let state = search_state::Entity::find_by_id(STATE)
        .one(connection)
        .await?;
    let lags = |state: search_state::Model| {
        state.indexed_seq < head || state.rebuilt_seq.is_some() || state.dictionary < dictionary
    };
    Ok(state.is_none_or(lags) || find_spreading(connection).await?.is_some())
}

//! How far the index has followed the changes.

use entities::{change_head, change_log, published_object, search_state};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{LockBehavior, LockType},
};
use uuid::Uuid;

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
    // On SQLite there is one writer, who has the whole database.
    if transaction.get_database_backend() == DatabaseBackend::Postgres {
        select = select.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    select.one(transaction).await
}

/// What has changed since a number, in order: what is published now, and what is not any more.
pub async fn list_changes(
    transaction: &impl ConnectionTrait,
    since: i64,
    limit: u64,
) -> Result<Vec<FollowedChange>, DbErr> {
    let published: Vec<(i64, String, Uuid)> = published_object::Entity::find()
        .select_only()
        .column(published_object::Column::Seq)
        .column(published_object::Column::ObjectType)
        .column(published_object::Column::ObjectId)
        .filter(published_object::Column::Seq.gt(since))
        .order_by_asc(published_object::Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(transaction)
        .await?;
    let gone: Vec<(i64, String, Uuid)> = change_log::Entity::find()
        .select_only()
        .column(change_log::Column::Seq)
        .column(change_log::Column::ObjectType)
        .column(change_log::Column::ObjectId)
        .filter(change_log::Column::Seq.gt(since))
        .filter(change_log::Column::AudienceAfterId.is_null())
        .order_by_asc(change_log::Column::Seq)
        .limit(limit)
        .into_tuple()
        .all(transaction)
        .await?;
    let mut changes: Vec<FollowedChange> = published
        .into_iter()
        .chain(gone)
        .map(|(seq, object_type, object_id)| FollowedChange {
            seq,
            object_type,
            object_id,
        })
        .collect();
    changes.sort_by_key(|change| change.seq);
    changes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(changes)
}

/// Remembers that the index has followed so far.
pub async fn follow_to(transaction: &impl ConnectionTrait, seq: i64) -> Result<(), DbErr> {
    search_state::Entity::update(search_state::ActiveModel {
        id: Set(STATE),
        indexed_seq: Set(seq),
        ..Default::default()
    })
    .exec(transaction)
    .await
    .map(|_| ())
}

/// Begins anew with that dictionary; documents stay until each is replaced.
pub async fn restart(transaction: &impl ConnectionTrait, dictionary: &str) -> Result<(), DbErr> {
    search_state::Entity::update(search_state::ActiveModel {
        id: Set(STATE),
        indexed_seq: Set(0),
        dictionary: Set(dictionary.into()),
    })
    .exec(transaction)
    .await
    .map(|_| ())
}

/// Whether something has changed that the index has not followed yet.
pub async fn is_behind(connection: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let head: Option<i64> = change_head::Entity::find()
        .select_only()
        .column(change_head::Column::Seq)
        .into_tuple()
        .one(connection)
        .await?;
    let state = search_state::Entity::find_by_id(STATE)
        .one(connection)
        .await?;
    Ok(head > state.map(|state| state.indexed_seq))
}

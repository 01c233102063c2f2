//! Chunks of campaigns: cut by planners, leased by whoever sends, written with a fence.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    enums::{PushChunkState, PushProvider},
    push_chunk, push_device, push_preference, push_result, push_retry,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    Iterable, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, LockBehavior, LockType, OnConflict, Query},
};
use uuid::Uuid;

use crate::{
    domain::push::bits::{Bits, position},
    infra::db::{fetch_rows, row},
};

/// No stretch is wider: rings of a day are looked for so far before a stretch begins.
pub const WIDEST: i64 = 16_384;

row! {
    /// A device that something is to be sent to.
    pub struct DeviceRow of push_device {
        pub id: i64,
        pub public_id: Uuid,
        pub preference_id: Uuid,
        pub address: Vec<u8>,
        pub token_lookup: String,
        pub time_zone: String,
        pub refreshed_at: DateTime<Utc>,
    }
}

pub async fn insert(
    transaction: &impl ConnectionTrait,
    chunks: Vec<push_chunk::Model>,
) -> Result<(), DbErr> {
    if chunks.is_empty() {
        return Ok(());
    }
    let rows = chunks.into_iter().map(IntoActiveModel::into_active_model);
    push_chunk::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// How many chunks a campaign has so far.
pub async fn count(connection: &impl ConnectionTrait, campaign_id: Uuid) -> Result<u64, DbErr> {
    push_chunk::Entity::find()
        .filter(push_chunk::Column::CampaignId.eq(campaign_id))
        .count(connection)
        .await
}

/// The number of the last device there is.
pub async fn last_device(connection: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let last: Option<i64> = push_device::Entity::find()
        .select_only()
        .column(push_device::Column::Id)
        .order_by_desc(push_device::Column::Id)
        .into_tuple()
        .one(connection)
        .await?;
    Ok(last.unwrap_or_default())
}

fn due(provider: PushProvider, now: DateTime<Utc>) -> sea_orm::Select<push_chunk::Entity> {
    use push_chunk::Column;
    push_chunk::Entity::find()
        .filter(Column::Provider.eq(provider))
        .filter(Column::State.eq(PushChunkState::Waiting))
        .filter(Column::NotBeforeAt.lte(now))
        .filter(
            Condition::any()
                .add(Column::LeasedUntilAt.is_null())
                .add(Column::LeasedUntilAt.lt(now)),
        )
}

/// The providers that something is to be sent by: a seek in the index for each, however many chunks there
/// have ever been.
pub async fn list_due_providers(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Vec<PushProvider>, DbErr> {
    let mut asking = Query::select();
    for provider in PushProvider::iter() {
        let waiting = due(provider, now).select_only().expr(Expr::val(1));
        asking.expr(Expr::exists(waiting.into_query()));
    }
    let mut providers = Vec::new();
    if let Some(answers) = connection.query_one(&asking).await? {
        for (place, provider) in PushProvider::iter().enumerate() {
            if answers.try_get_by_index(place)? {
                providers.push(provider);
            }
        }
    }
    Ok(providers)
}

/// Leases the next chunk of a provider: the urgent first, then the oldest campaign's.
pub async fn lease(
    connection: &impl ConnectionTrait,
    provider: PushProvider,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<push_chunk::Model>, DbErr> {
    use push_chunk::Column;
    let next = due(provider, now)
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::Urgency)
        .order_by_asc(Column::CampaignId)
        .order_by_asc(Column::Number)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let leased = push_chunk::Entity::update_many()
        .col_expr(Column::LeasedUntilAt, Expr::value(until))
        .col_expr(Column::Fence, Expr::col(Column::Fence).add(1))
        // `=`, and not `IN`: that may be asked once a row, and would lease a chunk for each.
        .filter(Expr::col(Column::Id).eq(next))
        .exec_with_returning(connection)
        .await?;
    Ok(leased.into_iter().next())
}

/// Writes how far a chunk is, for whoever holds its lease; `false`: another does by now.
pub async fn save(
    transaction: &impl ConnectionTrait,
    chunk: &push_chunk::Model,
) -> Result<bool, DbErr> {
    use push_chunk::Column;
    let mut saving = push_chunk::Entity::update_many()
        .col_expr(Column::Done, Expr::value(chunk.done.clone()))
        .col_expr(Column::Rung, Expr::value(chunk.rung.clone()))
        .col_expr(Column::Delivered, Expr::value(chunk.delivered))
        .col_expr(Column::Pruned, Expr::value(chunk.pruned))
        .col_expr(Column::Refused, Expr::value(chunk.refused))
        .col_expr(Column::Expired, Expr::value(chunk.expired))
        .col_expr(Column::Skipped, Expr::value(chunk.skipped))
        .col_expr(Column::LeasedUntilAt, Expr::value(chunk.leased_until_at));
    // What is indexed is named only when it changes: an update that changes no index stays in its page.
    if chunk.state == PushChunkState::Done {
        saving = saving
            .col_expr(Column::State, Expr::value(PushChunkState::Done))
            .col_expr(Column::FinishedAt, Expr::value(chunk.finished_at));
    } else if chunk.leased_until_at.is_none() {
        saving = saving.col_expr(Column::NotBeforeAt, Expr::value(chunk.not_before_at));
    }
    let saved = saving
        .filter(Column::Id.eq(chunk.id))
        .filter(Column::Fence.eq(chunk.fence))
        .exec(transaction)
        .await?;
    Ok(saved.rows_affected > 0)
}

/// The devices of a stretch that one provider knows.
pub async fn list_devices(
    connection: &impl ConnectionTrait,
    chunk: &push_chunk::Model,
) -> Result<Vec<DeviceRow>, DbErr> {
    let select = push_device::Entity::find()
        .filter(push_device::Column::Id.gte(chunk.lo))
        .filter(push_device::Column::Id.lte(chunk.hi))
        .filter(push_device::Column::Provider.eq(chunk.provider));
    fetch_rows(connection, select).await
}

/// Preferences by their ids.
pub async fn list_preferences(
    connection: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, push_preference::Model>, DbErr> {
    let rows = push_preference::Entity::find()
        .filter(push_preference::Column::Id.is_in(ids))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// How often each device of a stretch has rung since then, by other chunks.
pub async fn count_rings(
    connection: &impl ConnectionTrait,
    chunk: &push_chunk::Model,
    since: DateTime<Utc>,
) -> Result<HashMap<i64, i32>, DbErr> {
    use push_chunk::Column;
    let others: Vec<(i64, i64, Vec<u8>)> = push_chunk::Entity::find()
        .select_only()
        .column(Column::Lo)
        .column(Column::Hi)
        .column(Column::Rung)
        .filter(Column::Provider.eq(chunk.provider))
        .filter(Column::Lo.gt(chunk.lo - WIDEST))
        .filter(Column::Lo.lte(chunk.hi))
        .filter(Column::Hi.gte(chunk.lo))
        .filter(Column::CreatedAt.gt(since))
        .filter(Column::CampaignId.ne(chunk.campaign_id))
        .into_tuple()
        .all(connection)
        .await?;
    let mut rings = HashMap::new();
    for (lo, hi, rung) in others {
        let rung = Bits::from_bytes(rung);
        for device_id in Ord::max(lo, chunk.lo)..=Ord::min(hi, chunk.hi) {
            if position(lo, device_id).is_some_and(|position| rung.has(position)) {
                *rings.entry(device_id).or_default() += 1;
            }
        }
    }
    Ok(rings)
}

/// What of a chunk is tried again.
pub async fn list_retries(
    connection: &impl ConnectionTrait,
    chunk_id: Uuid,
) -> Result<HashMap<i64, push_retry::Model>, DbErr> {
    let rows = push_retry::Entity::find()
        .filter(push_retry::Column::ChunkId.eq(chunk_id))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.device_id, row)).collect())
}

/// Notes what is tried again, each device once. A device that has gone meanwhile is left out.
pub async fn write_retries(
    transaction: &impl ConnectionTrait,
    retries: Vec<push_retry::Model>,
) -> Result<(), DbErr> {
    use push_retry::Column;
    if retries.is_empty() {
        return Ok(());
    }
    let named = retries.iter().map(|retry| retry.device_id);
    let there: Vec<i64> = push_device::Entity::find()
        .select_only()
        .column(push_device::Column::Id)
        .filter(push_device::Column::Id.is_in(named))
        .into_tuple()
        .all(transaction)
        .await?;
    let rows: Vec<push_retry::ActiveModel> = retries
        .into_iter()
        .filter(|retry| there.contains(&retry.device_id))
        .map(IntoActiveModel::into_active_model)
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    push_retry::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::ChunkId, Column::DeviceId])
                .update_columns([Column::Attempts, Column::NotBeforeAt, Column::LastError])
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

/// Nothing of a chunk is tried again.
pub async fn delete_retries(
    transaction: &impl ConnectionTrait,
    chunk_id: Uuid,
) -> Result<(), DbErr> {
    push_retry::Entity::delete_many()
        .filter(push_retry::Column::ChunkId.eq(chunk_id))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Notes why messages did not get through.
pub async fn write_results(
    transaction: &impl ConnectionTrait,
    results: Vec<push_result::Model>,
) -> Result<(), DbErr> {
    use push_result::Column;
    if results.is_empty() {
        return Ok(());
    }
    let rows = results.into_iter().map(IntoActiveModel::into_active_model);
    push_result::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::CampaignId, Column::DeviceId])
                .update_columns([Column::Kind, Column::Reason, Column::HappenedAt])
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|_| ())
}

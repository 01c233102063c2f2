//! Campaigns: written once a key, listed for staff, turned from state to state.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{
    content_reach,
    enums::{PushCampaignState, PushChunkState, PushProvider, PushResultKind},
    push_campaign, push_chunk, push_device, push_result,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, LockBehavior, LockType, OnConflict, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::within_reach,
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, forget_id, keyset, lock_row, overwrite_row},
    },
};

/// Where a campaign stands in staff's list: the newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CampaignPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for CampaignPosition {
    const LIST: &'static str = "pushCampaigns";
}

/// Writes a campaign, unless there is one with its key; says whether it was written.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    campaign: push_campaign::Model,
) -> Result<bool, DbErr> {
    push_campaign::Entity::insert(campaign.into_active_model())
        .on_conflict(
            OnConflict::column(push_campaign::Column::CampaignKey)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(|written| written > 0)
}

pub async fn find(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<push_campaign::Model>, DbErr> {
    push_campaign::Entity::find_by_id(id).one(connection).await
}

pub async fn find_by_key(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<push_campaign::Model>, DbErr> {
    push_campaign::Entity::find()
        .filter(push_campaign::Column::CampaignKey.eq(key))
        .one(connection)
        .await
}

/// Holds a campaign until the transaction ends, and reads it.
pub async fn lock(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<push_campaign::Model>, DbErr> {
    lock_row::<push_campaign::Entity>(transaction, id).await
}

/// Writes a campaign that is held.
pub async fn update(
    transaction: &impl ConnectionTrait,
    campaign: push_campaign::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, campaign).await
}

/// Real campaigns of organisations within a reach.
pub(super) fn within(
    reach: &Reach,
    state: Option<PushCampaignState>,
) -> Select<push_campaign::Entity> {
    use push_campaign::Column;
    push_campaign::Entity::find()
        .filter(Column::IsTest.eq(false))
        .filter(within_reach(reach, Column::OrganisationId))
        .filter(Condition::all().add_option(state.map(|state| Column::State.eq(state))))
}

pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    state: Option<PushCampaignState>,
    page: &Page<CampaignPosition>,
) -> Result<Slice<push_campaign::Model>, DbErr> {
    use push_campaign::Column;
    let select = keyset(
        within(reach, state),
        (Column::CreatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

pub async fn count(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    state: Option<PushCampaignState>,
) -> Result<u64, DbErr> {
    within(reach, state).count(connection).await
}

/// Leases a campaign that is to be planned; `None`: there is none.
pub async fn lease_unplanned(
    connection: &impl ConnectionTrait,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<push_campaign::Model>, DbErr> {
    use push_campaign::Column;
    let due = unplanned(now)
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::NotBeforeAt)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    let leased = push_campaign::Entity::update_many()
        .col_expr(Column::LeasedUntilAt, Expr::value(until))
        .col_expr(Column::Fence, Expr::col(Column::Fence).add(1))
        // `=`, and not `IN`: that may be asked once a row, and would lease a campaign for each.
        .filter(Expr::col(Column::Id).eq(due))
        .exec_with_returning(connection)
        .await?;
    Ok(leased.into_iter().next())
}

/// Whether a campaign is to be planned: cheaper to ask than to lease.
pub async fn is_any_unplanned(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let found = unplanned(now).one(connection).await?;
    Ok(found.is_some())
}

fn unplanned(now: DateTime<Utc>) -> Select<push_campaign::Entity> {
    use push_campaign::Column;
    push_campaign::Entity::find()
        .filter(Column::State.is_in([PushCampaignState::Scheduled, PushCampaignState::Running]))
        .filter(Column::NotBeforeAt.lte(now))
        .filter(Column::PlannedAt.is_null())
        .filter(
            Condition::any()
                .add(Column::LeasedUntilAt.is_null())
                .add(Column::LeasedUntilAt.lt(now)),
        )
}

/// Begins a campaign whose time has come; `false`: somebody else leased it, or it was cancelled.
pub async fn begin(
    transaction: &impl ConnectionTrait,
    leased: &push_campaign::Model,
    snapshot_id: i64,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use push_campaign::Column;
    let begun = push_campaign::Entity::update_many()
        .col_expr(Column::State, Expr::value(PushCampaignState::Running))
        .col_expr(Column::SnapshotId, Expr::value(snapshot_id))
        .col_expr(Column::StartedAt, Expr::value(now))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(leased.id))
        .filter(Column::Fence.eq(leased.fence))
        .filter(Column::State.eq(PushCampaignState::Scheduled))
        .exec(transaction)
        .await?;
    Ok(begun.rows_affected > 0)
}

/// How far a planner is.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    pub through: i64,
    pub is_all: bool,
}

/// Notes how far planning is and keeps the lease; `false`: it is another's by now, or was cancelled.
pub async fn plan_on(
    transaction: &impl ConnectionTrait,
    leased: &push_campaign::Model,
    reached: Reached,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use push_campaign::Column;
    let planned_at = reached.is_all.then_some(now);
    let planned = push_campaign::Entity::update_many()
        .col_expr(Column::PlannedThrough, Expr::value(reached.through))
        .col_expr(Column::PlannedAt, Expr::value(planned_at))
        .col_expr(Column::LeasedUntilAt, Expr::value(until))
        .filter(Column::Id.eq(leased.id))
        .filter(Column::Fence.eq(leased.fence))
        .filter(Column::State.eq(PushCampaignState::Running))
        .filter(Column::PlannedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(planned.rows_affected > 0)
}

/// Lets another plan it at once.
pub async fn release(
    connection: &impl ConnectionTrait,
    leased: &push_campaign::Model,
) -> Result<(), DbErr> {
    use push_campaign::Column;
    push_campaign::Entity::update_many()
        .col_expr(
            Column::LeasedUntilAt,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .filter(Column::Id.eq(leased.id))
        .filter(Column::Fence.eq(leased.fence))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Notes why a provider does not take the message of a running campaign; the first one to refuse it counts.
pub async fn note_failure(
    connection: &impl ConnectionTrait,
    id: Uuid,
    failure: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use push_campaign::Column;
    push_campaign::Entity::update_many()
        .col_expr(Column::Failure, Expr::value(failure))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::State.eq(PushCampaignState::Running))
        .filter(Column::Failure.is_null())
        .exec(connection)
        .await
        .map(|_| ())
}

/// Cancels what still rings for some content. What is under way stops within a flush.
pub async fn cancel_of_content(
    transaction: &impl ConnectionTrait,
    content_id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    use push_campaign::Column;
    let cancelled = || {
        push_campaign::Entity::update_many()
            .col_expr(Column::State, Expr::value(PushCampaignState::Cancelled))
            .col_expr(Column::UpdatedAt, Expr::value(now))
            .filter(Column::ContentId.eq(content_id))
    };
    let waiting = [
        PushCampaignState::Draft,
        PushCampaignState::AwaitingApproval,
        PushCampaignState::Scheduled,
    ];
    cancelled()
        .col_expr(Column::FinishedAt, Expr::value(now))
        .filter(Column::State.is_in(waiting))
        .exec(transaction)
        .await?;
    cancelled()
        .filter(Column::State.eq(PushCampaignState::Running))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Campaigns that are stopped or wholly planned, and have not ended.
pub async fn list_unfinished(connection: &impl ConnectionTrait) -> Result<Vec<Uuid>, DbErr> {
    use push_campaign::Column;
    push_campaign::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::FinishedAt.is_null())
        .filter(
            Condition::any()
                .add(Column::State.is_in([PushCampaignState::Cancelled, PushCampaignState::Failed]))
                .add(
                    Condition::all()
                        .add(Column::State.eq(PushCampaignState::Running))
                        .add(Column::PlannedAt.is_not_null()),
                ),
        )
        .into_tuple()
        .all(connection)
        .await
}

/// Ends a campaign of which nothing is left to plan or to send; `true`: it ended now. One whose message was
/// refused and that nobody has got has failed.
pub async fn finish(
    connection: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use push_campaign::Column;
    let waiting: Option<Uuid> = push_chunk::Entity::find()
        .select_only()
        .column(push_chunk::Column::Id)
        .filter(push_chunk::Column::CampaignId.eq(id))
        .filter(push_chunk::Column::State.eq(PushChunkState::Waiting))
        .into_tuple()
        .one(connection)
        .await?;
    if waiting.is_some() {
        return Ok(false);
    }
    let ended = push_campaign::Entity::update_many()
        .col_expr(Column::FinishedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(
            // Of what was stopped while it was planned no more chunks come.
            Condition::any()
                .add(Column::PlannedAt.is_not_null())
                .add(Column::State.eq(PushCampaignState::Cancelled)),
        )
        .filter(Column::FinishedAt.is_null())
        .exec(connection)
        .await?;
    let end_as = |state| {
        push_campaign::Entity::update_many()
            .col_expr(Column::State, Expr::value(state))
            .filter(Column::Id.eq(id))
            .filter(Column::FinishedAt.is_not_null())
            .filter(Column::State.eq(PushCampaignState::Running))
    };
    let delivered = push_chunk::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(push_chunk::Column::CampaignId.eq(id))
        .filter(push_chunk::Column::Delivered.gt(0))
        .into_query();
    end_as(PushCampaignState::Failed)
        .filter(Column::Failure.is_not_null())
        .filter(Expr::exists(delivered).not())
        .exec(connection)
        .await?;
    end_as(PushCampaignState::Done).exec(connection).await?;
    Ok(ended.rows_affected > 0)
}

/// What became of a campaign's messages, at one provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub planned: i64,
    pub delivered: i64,
    pub pruned: i64,
    pub refused: i64,
    pub expired: i64,
    pub skipped: i64,
}

impl Tally {
    /// Several together.
    #[must_use]
    pub fn sum(tallies: &[(PushProvider, Self)]) -> Self {
        tallies
            .iter()
            .fold(Self::default(), |sum, (_, tally)| Self {
                planned: sum.planned + tally.planned,
                delivered: sum.delivered + tally.delivered,
                pruned: sum.pruned + tally.pruned,
                refused: sum.refused + tally.refused,
                expired: sum.expired + tally.expired,
                skipped: sum.skipped + tally.skipped,
            })
    }

    /// For how many it has ended, one way or another.
    #[must_use]
    pub const fn ended(&self) -> i64 {
        self.delivered + self.pruned + self.refused + self.expired + self.skipped
    }

    /// Whether everybody is accounted for, once nothing is left to do.
    #[must_use]
    pub const fn adds_up(&self) -> bool {
        self.planned == self.ended()
    }
}

type TallyRow = (Uuid, PushProvider, i64, i64, i64, i64, i64, i64);

/// What became of these campaigns, by provider.
pub async fn list_tallies(
    connection: &impl ConnectionTrait,
    campaign_ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(PushProvider, Tally)>>, DbErr> {
    use push_chunk::Column;
    // PostgreSQL adds integers up to a bigint, SQLite to an integer: both read as one.
    let rows: Vec<TallyRow> = push_chunk::Entity::find()
        .select_only()
        .column(Column::CampaignId)
        .column(Column::Provider)
        .column_as(Column::Planned.sum(), "planned")
        .column_as(Column::Delivered.sum(), "delivered")
        .column_as(Column::Pruned.sum(), "pruned")
        .column_as(Column::Refused.sum(), "refused")
        .column_as(Column::Expired.sum(), "expired")
        .column_as(Column::Skipped.sum(), "skipped")
        .filter(Column::CampaignId.is_in(campaign_ids.iter().copied()))
        .group_by(Column::CampaignId)
        .group_by(Column::Provider)
        .order_by_asc(Column::Provider)
        .into_tuple()
        .all(connection)
        .await?;
    let mut tallies: HashMap<Uuid, Vec<(PushProvider, Tally)>> = HashMap::new();
    for (id, provider, planned, delivered, pruned, refused, expired, skipped) in rows {
        let tally = Tally {
            planned,
            delivered,
            pruned,
            refused,
            expired,
            skipped,
        };
        tallies.entry(id).or_default().push((provider, tally));
    }
    Ok(tallies)
}

/// Why messages of a campaign did not get through, and how often, the most frequent first.
pub async fn list_reasons(
    connection: &impl ConnectionTrait,
    campaign_id: Uuid,
) -> Result<Vec<(PushResultKind, String, i64)>, DbErr> {
    use push_result::Column;
    push_result::Entity::find()
        .select_only()
        .column(Column::Kind)
        .column(Column::Reason)
        .column_as(Column::DeviceId.count(), "devices")
        .filter(Column::CampaignId.eq(campaign_id))
        .group_by(Column::Kind)
        .group_by(Column::Reason)
        .order_by_desc(Column::DeviceId.count())
        .into_tuple()
        .all(connection)
        .await
}

/// The chunk of a campaign that a device is in, and what is known of the device's message.
pub async fn find_fate(
    connection: &impl ConnectionTrait,
    campaign_id: Uuid,
    device: &push_device::Model,
) -> Result<(Option<push_chunk::Model>, Option<push_result::Model>), DbErr> {
    let chunk = push_chunk::Entity::find()
        .filter(push_chunk::Column::CampaignId.eq(campaign_id))
        .filter(push_chunk::Column::Provider.eq(device.provider))
        .filter(push_chunk::Column::Lo.lte(device.id))
        .filter(push_chunk::Column::Hi.gte(device.id))
        .one(connection)
        .await?;
    let result = push_result::Entity::find_by_id((campaign_id, device.id))
        .one(connection)
        .await?;
    Ok((chunk, result))
}

/// How often what a campaign is about was opened from a notification.
pub async fn count_opened(
    connection: &impl ConnectionTrait,
    content_id: Uuid,
) -> Result<i64, DbErr> {
    let days: Vec<i64> = content_reach::Entity::find()
        .select_only()
        .column(content_reach::Column::PushOpened)
        .filter(content_reach::Column::ContentId.eq(content_id))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(days.into_iter().sum())
}

/// Takes an account out of the campaigns that it made or approved.
pub async fn forget_author(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
) -> Result<(), DbErr> {
    use push_campaign::Column;
    forget_id::<push_campaign::Entity>(transaction, Column::CreatedById, account_id).await?;
    forget_id::<push_campaign::Entity>(transaction, Column::ApprovedById, account_id).await
}

//! Campaigns of which something went wrong.

use chrono::{DateTime, Utc};
use entities::{enums::PushCampaignState, push_campaign, push_chunk};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::campaigns::within;
use crate::infra::auth::Reach;

/// More than one refusal in so many messages is too much: five per cent.
const ONE_IN: i64 = 20;

/// The newest of them.
pub async fn list(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    since: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<push_campaign::Model>, DbErr> {
    use push_campaign::Column;
    failing(reach, since)
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(connection)
        .await
}

/// How many there are.
pub async fn count(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    since: DateTime<Utc>,
) -> Result<u64, DbErr> {
    failing(reach, since).count(connection).await
}

/// Campaigns that failed since then, or that began since then and of whose messages too many were
/// refused, of those that have ended one way or another.
fn failing(reach: &Reach, since: DateTime<Utc>) -> Select<push_campaign::Entity> {
    use push_campaign::Column;
    let failed = Condition::all()
        .add(Column::State.eq(PushCampaignState::Failed))
        .add(Column::UpdatedAt.gte(since));
    let begun = within(reach, None)
        .select_only()
        .column(Column::Id)
        .filter(Column::StartedAt.gte(since));
    let refused = refused_among(begun).into_query();
    within(reach, None).filter(
        Condition::any()
            .add(failed)
            .add(Column::Id.in_subquery(refused)),
    )
}

fn refused_among(campaigns: Select<push_campaign::Entity>) -> Select<push_chunk::Entity> {
    use push_chunk::Column;
    let ended = Column::Delivered
        .sum()
        .add(Column::Pruned.sum())
        .add(Column::Refused.sum())
        .add(Column::Expired.sum())
        .add(Column::Skipped.sum());
    push_chunk::Entity::find()
        .select_only()
        .column(Column::CampaignId)
        .filter(Column::CampaignId.in_subquery(campaigns.into_query()))
        .group_by(Column::CampaignId)
        .having(Column::Refused.sum().mul(ONE_IN).gt(ended))
}

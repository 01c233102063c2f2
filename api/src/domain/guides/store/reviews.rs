//! Guides that somebody has to check again.
//!
//! Unlike what readers ask, these reads name a reach of staff in place of an audience, or are the
//! program's own.

use chrono::NaiveDate;
use entities::{
    guide_concern,
    service_guide::{self, Column},
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, sea_query::Order,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    GuideSummary,
    catalogue::{GuideParts, fetch_summaries},
};
use crate::{
    domain::organisations::within_reach,
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset},
    },
};

/// Where a guide stands among those to be checked: what is due soonest comes first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReviewPosition {
    pub next_review_at: NaiveDate,
    pub id: Uuid,
}

impl Position for ReviewPosition {
    const LIST: &'static str = "guidesDueForReview";
}

/// A page of the published guides within a reach that are due by that Moscow day or have an open
/// concern, soonest first.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_due(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    by: NaiveDate,
    page: &Page<ReviewPosition>,
) -> Result<Slice<GuideSummary>, DbErr> {
    let select = keyset(
        due(reach, by),
        (Column::NextReviewAt, Column::Id),
        Order::Asc,
        page,
        |position| (position.next_review_at.into(), position.id.into()),
    );
    let rows = fetch_summaries(connection, select, GuideParts::ALL).await?;
    Ok(page.slice(rows))
}

/// How many they are.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_due(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    by: NaiveDate,
) -> Result<u64, DbErr> {
    due(reach, by).count(connection).await
}

/// The organisations with a guide that was to be checked before that Moscow day.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_negligent(
    connection: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Vec<Uuid>, DbErr> {
    service_guide::Entity::find()
        .select_only()
        .column(Column::OrganisationId)
        .distinct()
        .filter(Column::NextReviewAt.lt(today))
        .into_tuple()
        .all(connection)
        .await
}

/// A guide whose readers are warned that it was to be checked.
#[derive(Clone, Debug)]
pub struct OverdueGuide {
    pub title: String,
    pub next_review_at: NaiveDate,
}

/// An organisation's guides that were to be checked before that Moscow day, the oldest debt first.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_overdue(
    connection: &impl ConnectionTrait,
    organisation_id: Uuid,
    today: NaiveDate,
    most: u64,
) -> Result<Vec<OverdueGuide>, DbErr> {
    let rows: Vec<(String, NaiveDate)> = service_guide::Entity::find()
        .select_only()
        .column(Column::Title)
        .column(Column::NextReviewAt)
        .filter(Column::OrganisationId.eq(organisation_id))
        .filter(Column::NextReviewAt.lt(today))
        .order_by_asc(Column::NextReviewAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .into_tuple()
        .all(connection)
        .await?;
    let overdue = |(title, next_review_at)| OverdueGuide {
        title,
        next_review_at,
    };
    Ok(rows.into_iter().map(overdue).collect())
}

fn due(reach: &Reach, by: NaiveDate) -> Select<service_guide::Entity> {
    let is_due = Condition::any()
        .add(Column::NextReviewAt.lte(by))
        .add(doubted(reach));
    service_guide::Entity::find()
        .filter(within_reach(reach, Column::OrganisationId))
        .filter(is_due)
}

/// The condition that a guide within a reach has an open concern.
pub(super) fn doubted(reach: &Reach) -> Condition {
    let open = guide_concern::Entity::find()
        .select_only()
        .column(guide_concern::Column::GuideId)
        .filter(guide_concern::Column::ClosedAt.is_null())
        .into_query();
    Condition::all()
        .add(within_reach(reach, Column::OrganisationId))
        .add(Column::Id.in_subquery(open))
}

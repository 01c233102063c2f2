//! All SQL of the dashboard.

use chrono::{DateTime, NaiveDate, Utc};
use entities::{
    content, content_draft,
    enums::{ContentState, DraftState},
    news_article, organisation, service_guide,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, NullOrdering, Order},
};
use uuid::Uuid;

use super::rules::{LATELY, SOON};
use crate::{
    domain::{editing::Desk, organisations::within_reach},
    infra::{
        auth::Reach,
        db::{fetch_rows, row},
    },
};

/// Rows that a list shows: the whole of it is in `drafts`, `reviewQueue` and `guides`.
pub const MOST_SHOWN: u64 = 10;
const MOST_ORGANISATIONS: u64 = 100;

/// Which drafts a section of the dashboard shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Sent to review, the longest waiting first.
    WaitingForReview,
    /// Begun by who asks, the last changed first.
    Mine,
    /// Given back to who asks, who began or last changed them; the last first.
    Returned,
    /// To be published soon, the soonest first.
    Scheduled,
}

/// The first drafts of a section.
pub async fn list_drafts(
    connection: &impl ConnectionTrait,
    desk: &Desk,
    section: Section,
    now: DateTime<Utc>,
) -> Result<Vec<content_draft::Model>, DbErr> {
    use content_draft::Column;
    let (column, order) = match section {
        Section::WaitingForReview => (Column::UpdatedAt, Order::Asc),
        Section::Mine | Section::Returned => (Column::UpdatedAt, Order::Desc),
        Section::Scheduled => (Column::PublishAt, Order::Asc),
    };
    drafts(desk, section, now)
        .order_by(column, order)
        .order_by_asc(Column::Id)
        .limit(MOST_SHOWN)
        .all(connection)
        .await
}

/// How many drafts a section has.
pub async fn count_drafts(
    connection: &impl ConnectionTrait,
    desk: &Desk,
    section: Section,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    drafts(desk, section, now).count(connection).await
}

fn drafts(desk: &Desk, section: Section, now: DateTime<Utc>) -> Select<content_draft::Entity> {
    use content_draft::Column;
    let select = content_draft::Entity::find().filter(desk.admits());
    let me = desk.account_id;
    match section {
        Section::WaitingForReview => select.filter(Column::State.eq(DraftState::InReview)),
        Section::Mine => select.filter(Column::AuthorId.eq(me)),
        Section::Returned => select
            .filter(Column::State.eq(DraftState::Draft))
            .filter(Column::ReturnComment.is_not_null())
            .filter(Column::AuthorId.eq(me).or(Column::EditedById.eq(me))),
        Section::Scheduled => select
            .filter(Column::State.eq(DraftState::Scheduled))
            .filter(Column::PublishAt.lte(now + SOON)),
    }
}

row! {
    /// A published guide that is to be looked through again.
    pub struct DueGuide of service_guide {
        pub id: Uuid,
        pub title: String,
        pub organisation_id: Uuid,
        pub next_review_at: NaiveDate,
    }
}

/// The guides that have been due for review for longest.
pub async fn list_overdue_guides(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    today: NaiveDate,
) -> Result<Vec<DueGuide>, DbErr> {
    use service_guide::Column;
    let select = overdue_guides(reach, today)
        .order_by_asc(Column::NextReviewAt)
        .order_by_asc(Column::Id)
        .limit(MOST_SHOWN);
    fetch_rows(connection, select).await
}

/// How many guides are due for review.
pub async fn count_overdue_guides(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    today: NaiveDate,
) -> Result<u64, DbErr> {
    overdue_guides(reach, today).count(connection).await
}

fn overdue_guides(reach: &Reach, today: NaiveDate) -> Select<service_guide::Entity> {
    use service_guide::Column;
    service_guide::Entity::find()
        .filter(within_reach(reach, Column::OrganisationId))
        .filter(Column::NextReviewAt.lt(today))
}

/// When an organisation published news last, and how often lately.
#[derive(Clone, Debug, FromQueryResult)]
pub struct OrganisationNews {
    pub organisation_id: Uuid,
    pub last_news_at: Option<DateTime<Utc>>,
    pub recent_news: i64,
}

/// The organisations that have published no news for longest; those that never did come first.
///
/// Each is looked up in the index of its own news: a join would read every article there is.
pub async fn list_freshness(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    now: DateTime<Utc>,
) -> Result<Vec<OrganisationNews>, DbErr> {
    use news_article::Column;
    let last = news()
        .column_as(Column::PublishedAt.max(), "last")
        .into_query();
    let recent = news()
        .column_as(Column::Id.count(), "recent")
        .filter(Column::PublishedAt.gte(now - LATELY))
        .into_query();
    organisation::Entity::find()
        .select_only()
        .column_as(organisation::Column::Id, "organisation_id")
        .expr_as(last, "last_news_at")
        .expr_as(recent, "recent_news")
        .filter(within_reach(reach, organisation::Column::Id))
        .order_by_with_nulls(Expr::col("last_news_at"), Order::Asc, NullOrdering::First)
        .order_by_asc(organisation::Column::SortKey)
        .order_by_asc(organisation::Column::Id)
        .limit(MOST_ORGANISATIONS)
        .into_model()
        .all(connection)
        .await
}

/// The news of the organisation of the row around.
fn news() -> Select<news_article::Entity> {
    let is_theirs = Expr::col((news_article::Entity, news_article::Column::OrganisationId))
        .equals((organisation::Entity, organisation::Column::Id));
    news_article::Entity::find().select_only().filter(is_theirs)
}

/// How much was withdrawn lately and still is.
pub async fn count_withdrawn(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    now: DateTime<Utc>,
) -> Result<u64, DbErr> {
    use content::Column;
    content::Entity::find()
        .filter(within_reach(reach, Column::OrganisationId))
        .filter(Column::State.eq(ContentState::Withdrawn))
        .filter(Column::UpdatedAt.gte(now - LATELY))
        .count(connection)
        .await
}

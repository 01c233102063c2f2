//! Concerns.

use chrono::{DateTime, Utc};
use entities::{
    content,
    enums::{GuideConcernEnd, GuideConcernKind},
    guide_concern::{self, Column},
    service_guide,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select, UpdateMany,
    sea_query::{Expr, OnConflict, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::{
        guide_watch::concerns::Concern,
        organisations::{is_within, within_reach},
    },
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset, lock_row},
    },
};

/// Writes a concern, or touches the open one of its kind; the answer is whether it is new.
pub async fn raise(
    connection: &impl ConnectionTrait,
    concern: Concern,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let id = Uuid::now_v7();
    let new = guide_concern::ActiveModel {
        id: Set(id),
        guide_id: Set(concern.guide_id),
        kind: Set(concern.kind),
        details: Set(concern.details),
        proposed_alert: Set(concern.proposed_alert),
        opened_at: Set(now),
        last_seen_at: Set(now),
        closed_at: Set(None),
        closed_as: Set(None),
    };
    // By the index over open concerns alone.
    let open = OnConflict::columns([Column::GuideId, Column::Kind])
        .target_and_where(Expr::col(Column::ClosedAt).is_null())
        .update_columns([Column::Details, Column::ProposedAlert, Column::LastSeenAt])
        .to_owned();
    let row = guide_concern::Entity::insert(new)
        .on_conflict(open)
        .exec_with_returning(connection)
        .await?;
    Ok(row.id == id)
}

/// Closes a concern; `false`: it is closed, or not there.
pub async fn close(
    transaction: &impl ConnectionTrait,
    id: Uuid,
    end: GuideConcernEnd,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let closed = closing(end, now)
        .filter(Column::Id.eq(id))
        .exec(transaction)
        .await?;
    Ok(closed.rows_affected > 0)
}

/// Closes a guide's concerns of these kinds that nobody has raised since that instant.
pub async fn close_seen_until(
    transaction: &impl ConnectionTrait,
    (guide_id, kinds): (Uuid, &[GuideConcernKind]),
    instant: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    closing(GuideConcernEnd::Confirmed, now)
        .filter(Column::GuideId.eq(guide_id))
        .filter(Column::Kind.is_in(kinds.iter().copied()))
        .filter(Column::LastSeenAt.lte(instant))
        .exec(transaction)
        .await
        .map(|_| ())
}

/// Closes a guide's concern of a kind that is over by itself.
pub async fn close_passed(
    transaction: &impl ConnectionTrait,
    guide_id: Uuid,
    kind: GuideConcernKind,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    closing(GuideConcernEnd::Passed, now)
        .filter(Column::GuideId.eq(guide_id))
        .filter(Column::Kind.eq(kind))
        .exec(transaction)
        .await
        .map(|_| ())
}

fn closing(end: GuideConcernEnd, now: DateTime<Utc>) -> UpdateMany<guide_concern::Entity> {
    guide_concern::Entity::update_many()
        .col_expr(Column::ClosedAt, Expr::value(now))
        .col_expr(Column::ClosedAs, Expr::value(end))
        .filter(Column::ClosedAt.is_null())
}

/// Holds a concern until the transaction ends, and reads it.
pub async fn lock_concern(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<guide_concern::Model>, DbErr> {
    lock_row::<guide_concern::Entity>(transaction, id).await
}

/// A concern, open or not.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_concern(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<guide_concern::Model>, DbErr> {
    guide_concern::Entity::find_by_id(id).one(connection).await
}

/// Whose guide it is, by what readers have of it.
pub async fn find_organisation(
    connection: &impl ConnectionTrait,
    guide_id: Uuid,
) -> Result<Option<Uuid>, DbErr> {
    service_guide::Entity::find_by_id(guide_id)
        .select_only()
        .column(service_guide::Column::OrganisationId)
        .into_tuple()
        .one(connection)
        .await
}

/// When a guide's concern of a kind was closed last, whatever the end.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_last_end(
    connection: &impl ConnectionTrait,
    guide_id: Uuid,
    kind: GuideConcernKind,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let last = ended(guide_id, kind).one(connection).await?;
    Ok(last.and_then(|concern| concern.closed_at))
}

/// When editors last said that a guide's concern of a kind is none.
///
/// # Errors
/// Whatever the driver reports.
pub async fn find_last_dismissal(
    connection: &impl ConnectionTrait,
    guide_id: Uuid,
    kind: GuideConcernKind,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let last = ended(guide_id, kind)
        .filter(Column::ClosedAs.eq(GuideConcernEnd::Dismissed))
        .one(connection)
        .await?;
    Ok(last.and_then(|concern| concern.closed_at))
}

/// The last one first.
fn ended(guide_id: Uuid, kind: GuideConcernKind) -> Select<guide_concern::Entity> {
    guide_concern::Entity::find()
        .filter(Column::GuideId.eq(guide_id))
        .filter(Column::Kind.eq(kind))
        .filter(Column::ClosedAt.is_not_null())
        .order_by_desc(Column::ClosedAt)
}

/// Which concerns a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct ConcernCriteria {
    pub guide_id: Option<Uuid>,
    pub kind: Option<GuideConcernKind>,
    pub is_open: Option<bool>,
    /// Of this organisation's guides and of those below it.
    pub organisation_id: Option<Uuid>,
}

/// Where a concern stands in lists: the last opened first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConcernPosition {
    pub opened_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for ConcernPosition {
    const LIST: &'static str = "guideConcerns";
}

/// A page of the concerns of published guides within a reach.
pub async fn list_concerns(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &ConcernCriteria,
    page: &Page<ConcernPosition>,
) -> Result<Slice<guide_concern::Model>, DbErr> {
    let select = keyset(
        matching(reach, criteria),
        (Column::OpenedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.opened_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

/// How many they are.
pub async fn count_concerns(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &ConcernCriteria,
) -> Result<u64, DbErr> {
    matching(reach, criteria).count(connection).await
}

/// The first of the open concerns of published guides within a reach, those open for longest.
///
/// # Errors
/// Whatever the driver reports.
pub async fn list_open(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    most: u64,
) -> Result<Vec<guide_concern::Model>, DbErr> {
    matching(reach, &ConcernCriteria::open())
        .order_by_asc(Column::OpenedAt)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(connection)
        .await
}

/// How many open ones there are.
///
/// # Errors
/// Whatever the driver reports.
pub async fn count_open(connection: &impl ConnectionTrait, reach: &Reach) -> Result<u64, DbErr> {
    matching(reach, &ConcernCriteria::open())
        .count(connection)
        .await
}

/// The open concerns of these guides, those open for longest first.
pub async fn list_open_of(
    connection: &impl ConnectionTrait,
    guide_ids: &[Uuid],
) -> Result<Vec<guide_concern::Model>, DbErr> {
    guide_concern::Entity::find()
        .filter(Column::GuideId.is_in(guide_ids.iter().copied()))
        .filter(Column::ClosedAt.is_null())
        .order_by_asc(Column::OpenedAt)
        .order_by_asc(Column::Id)
        .all(connection)
        .await
}

impl ConcernCriteria {
    fn open() -> Self {
        Self {
            is_open: Some(true),
            ..Self::default()
        }
    }
}

fn matching(reach: &Reach, criteria: &ConcernCriteria) -> Select<guide_concern::Entity> {
    let mut theirs = service_guide::Entity::find()
        .select_only()
        .column(service_guide::Column::Id)
        .filter(within_reach(reach, service_guide::Column::OrganisationId));
    if let Some(id) = criteria.organisation_id {
        theirs = theirs.filter(is_within(service_guide::Column::OrganisationId, id, true));
    }
    let mut select =
        guide_concern::Entity::find().filter(Column::GuideId.in_subquery(theirs.into_query()));
    if let Some(guide_id) = criteria.guide_id {
        select = select.filter(Column::GuideId.eq(guide_id));
    }
    if let Some(kind) = criteria.kind {
        select = select.filter(Column::Kind.eq(kind));
    }
    match criteria.is_open {
        Some(true) => select.filter(Column::ClosedAt.is_null()),
        Some(false) => select.filter(Column::ClosedAt.is_not_null()),
        None => select,
    }
}

/// What staff know a guide by, published or not.
#[derive(Clone, Debug)]
pub struct GuideFacts {
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub version: i64,
    /// As readers see it; none while they do not.
    pub title: Option<String>,
}

/// What staff know these guides by.
pub async fn list_facts(
    connection: &impl ConnectionTrait,
    guide_ids: &[Uuid],
) -> Result<Vec<GuideFacts>, DbErr> {
    let ids = || guide_ids.iter().copied();
    let titles: Vec<(Uuid, String)> = service_guide::Entity::find()
        .select_only()
        .column(service_guide::Column::Id)
        .column(service_guide::Column::Title)
        .filter(service_guide::Column::Id.is_in(ids()))
        .into_tuple()
        .all(connection)
        .await?;
    let rows: Vec<(Uuid, Uuid, i64)> = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .column(content::Column::OrganisationId)
        .column(content::Column::Version)
        .filter(content::Column::Id.is_in(ids()))
        .into_tuple()
        .all(connection)
        .await?;
    let title_of = |id: Uuid| {
        let mut known = titles.iter();
        known
            .find(|(of, _)| *of == id)
            .map(|(_, title)| title.clone())
    };
    Ok(rows
        .into_iter()
        .map(|(id, organisation_id, version)| GuideFacts {
            id,
            organisation_id,
            version,
            title: title_of(id),
        })
        .collect())
}

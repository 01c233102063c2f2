//! What readers think of guides.

use chrono::{DateTime, Utc};
use entities::{
    guide_opinion::{self, Column},
    guide_opinion_sum, service_guide,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, OnConflict, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::within_reach,
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, delete_row, keyset, overwrite_row},
    },
};

/// Holds a guide's sums until the transaction ends, and reads them: opinions of one guide are written one
/// after another.
pub async fn hold_sums(
    transaction: &impl ConnectionTrait,
    guide_id: Uuid,
) -> Result<guide_opinion_sum::Model, DbErr> {
    let first = guide_opinion_sum::ActiveModel {
        guide_id: Set(guide_id),
        useful: Set(0),
        not_useful: Set(0),
    };
    let held = OnConflict::column(guide_opinion_sum::Column::GuideId)
        .update_column(guide_opinion_sum::Column::GuideId)
        .to_owned();
    guide_opinion_sum::Entity::insert(first)
        .on_conflict(held)
        .exec_with_returning(transaction)
        .await
}

/// Writes sums that are held.
pub async fn write_sums(
    transaction: &impl ConnectionTrait,
    sums: guide_opinion_sum::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, sums).await
}

/// The opinion of a client's key.
pub async fn find_opinion(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<guide_opinion::Model>, DbErr> {
    guide_opinion::Entity::find_by_id(id).one(connection).await
}

/// What somebody has said of a guide today.
pub async fn find_of_voter(
    connection: &impl ConnectionTrait,
    guide_id: Uuid,
    voter: &str,
) -> Result<Option<guide_opinion::Model>, DbErr> {
    guide_opinion::Entity::find()
        .filter(Column::GuideId.eq(guide_id))
        .filter(Column::Voter.eq(voter))
        .one(connection)
        .await
}

/// Takes an opinion away whose author has another one.
pub async fn delete_opinion(transaction: &impl ConnectionTrait, id: Uuid) -> Result<(), DbErr> {
    delete_row::<guide_opinion::Entity>(transaction, id).await
}

/// Writes an opinion; `false`: its key is another one's.
pub async fn insert_opinion(
    transaction: &impl ConnectionTrait,
    opinion: guide_opinion::Model,
) -> Result<bool, DbErr> {
    let written = guide_opinion::Entity::insert(opinion.into_active_model())
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(written > 0)
}

/// Whether a revision of a guide was of use, in the last opinions of it since that instant.
pub async fn list_latest(
    connection: &impl ConnectionTrait,
    (guide_id, revision): (Uuid, i32),
    since: DateTime<Utc>,
    most: u64,
) -> Result<Vec<bool>, DbErr> {
    guide_opinion::Entity::find()
        .select_only()
        .column(Column::IsUseful)
        .filter(Column::GuideId.eq(guide_id))
        .filter(Column::Revision.eq(revision))
        .filter(Column::CreatedAt.gt(since))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(most)
        .into_tuple()
        .all(connection)
        .await
}

/// Forgets by what a second opinion of a day that is over was told.
pub async fn forget_voters(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    guide_opinion::Entity::update_many()
        .col_expr(Column::Voter, Expr::value(None::<String>))
        .col_expr(Column::VoterEndsAt, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::VoterEndsAt.lte(now))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Throws away opinions from before that instant; the sums keep them.
pub async fn delete_before(
    connection: &impl ConnectionTrait,
    instant: DateTime<Utc>,
) -> Result<(), DbErr> {
    guide_opinion::Entity::delete_many()
        .filter(Column::CreatedAt.lt(instant))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Which opinions a list shows; an empty field does not narrow it.
#[derive(Clone, Debug, Default)]
pub struct OpinionCriteria {
    pub guide_id: Option<Uuid>,
    pub is_useful: Option<bool>,
    pub has_comment: Option<bool>,
}

/// Where an opinion stands in lists: the last one first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpinionPosition {
    pub created_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for OpinionPosition {
    const LIST: &'static str = "guideOpinions";
}

/// A page of opinions of published guides within a reach.
pub async fn list_opinions(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &OpinionCriteria,
    page: &Page<OpinionPosition>,
) -> Result<Slice<guide_opinion::Model>, DbErr> {
    let select = keyset(
        matching(reach, criteria),
        (Column::CreatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.created_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

/// How many they are.
pub async fn count_opinions(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    criteria: &OpinionCriteria,
) -> Result<u64, DbErr> {
    matching(reach, criteria).count(connection).await
}

fn matching(reach: &Reach, criteria: &OpinionCriteria) -> Select<guide_opinion::Entity> {
    let theirs = service_guide::Entity::find()
        .select_only()
        .column(service_guide::Column::Id)
        .filter(within_reach(reach, service_guide::Column::OrganisationId))
        .into_query();
    let mut select = guide_opinion::Entity::find().filter(Column::GuideId.in_subquery(theirs));
    if let Some(guide_id) = criteria.guide_id {
        select = select.filter(Column::GuideId.eq(guide_id));
    }
    if let Some(is_useful) = criteria.is_useful {
        select = select.filter(Column::IsUseful.eq(is_useful));
    }
    match criteria.has_comment {
        Some(true) => select.filter(Column::Comment.is_not_null()),
        Some(false) => select.filter(Column::Comment.is_null()),
        None => select,
    }
}

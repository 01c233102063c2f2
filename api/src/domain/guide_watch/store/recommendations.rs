//! Recommendations as staff have them.

use chrono::{DateTime, Utc};
use entities::{
    recommendation::{self, Column},
    service_guide,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    Select,
    sea_query::{OnConflict, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::organisations::within_reach,
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, keyset, lock_row, overwrite_row},
    },
};

/// Where a recommendation stands in the list of staff: the last changed first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DraftPosition {
    pub updated_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for DraftPosition {
    const LIST: &'static str = "recommendationDrafts";
}

/// A page of the recommendations of organisations within a reach, published or not.
pub async fn list_drafts(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    guide_id: Option<Uuid>,
    page: &Page<DraftPosition>,
) -> Result<Slice<recommendation::Model>, DbErr> {
    let select = keyset(
        matching(reach, guide_id),
        (Column::UpdatedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.updated_at.into(), position.id.into()),
    );
    Ok(page.slice(select.all(connection).await?))
}

/// How many they are.
pub async fn count_drafts(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    guide_id: Option<Uuid>,
) -> Result<u64, DbErr> {
    matching(reach, guide_id).count(connection).await
}

fn matching(reach: &Reach, guide_id: Option<Uuid>) -> Select<recommendation::Entity> {
    let select = recommendation::Entity::find().filter(within_reach(reach, Column::OrganisationId));
    match guide_id {
        Some(id) => select.filter(Column::GuideId.eq(id)),
        None => select,
    }
}

/// Holds a recommendation until the transaction ends, and reads it.
pub async fn lock_recommendation(
    transaction: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<recommendation::Model>, DbErr> {
    lock_row::<recommendation::Entity>(transaction, id).await
}

/// Writes a new recommendation; `false`: there is one of that id.
pub async fn insert_recommendation(
    transaction: &impl ConnectionTrait,
    row: recommendation::Model,
) -> Result<bool, DbErr> {
    let written = recommendation::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(written > 0)
}

/// Writes a recommendation that is held.
pub async fn update_recommendation(
    transaction: &impl ConnectionTrait,
    row: recommendation::Model,
) -> Result<(), DbErr> {
    overwrite_row(transaction, row).await
}

/// Whether readers have such a guide.
pub async fn is_published(
    connection: &impl ConnectionTrait,
    guide_id: Uuid,
) -> Result<bool, DbErr> {
    let found = service_guide::Entity::find_by_id(guide_id)
        .one(connection)
        .await?;
    Ok(found.is_some())
}

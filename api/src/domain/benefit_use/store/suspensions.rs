//! Benefits that nobody can redeem for now.

use chrono::{DateTime, Utc};
use entities::benefit_suspension;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbErr, EntityTrait, sea_query::OnConflict};
use uuid::Uuid;

pub async fn is_suspended(
    connection: &impl ConnectionTrait,
    benefit_id: Uuid,
) -> Result<bool, DbErr> {
    let found = benefit_suspension::Entity::find_by_id(benefit_id)
        .one(connection)
        .await?;
    Ok(found.is_some())
}

/// Suspends a benefit; the answer says whether it was not suspended before.
pub async fn insert(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    benefit_suspension::Entity::insert(benefit_suspension::ActiveModel {
        benefit_id: Set(benefit_id),
        reason: Set(reason.into()),
        since_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(benefit_suspension::Column::BenefitId)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|written| written > 0)
}

/// Lifts a suspension; the answer says whether there was one.
pub async fn delete(transaction: &impl ConnectionTrait, benefit_id: Uuid) -> Result<bool, DbErr> {
    let deleted = benefit_suspension::Entity::delete_by_id(benefit_id)
        .exec(transaction)
        .await?;
    Ok(deleted.rows_affected > 0)
}

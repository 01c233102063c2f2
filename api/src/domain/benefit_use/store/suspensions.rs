//! Benefits that nobody can redeem for now.

use chrono::{DateTime, Utc};
use entities::benefit_suspension;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

pub async fn is_suspended(
    connection: &impl ConnectionTrait,
    benefit_id: Uuid,
) -> Result<bool, DbErr> {
    let found = benefit_suspension::Entity::find_by_id(benefit_id)
        .filter(benefit_suspension::Column::ResumedAt.is_null())
        .one(connection)
        .await?;
    Ok(found.is_some())
}

/// When staff last resumed a benefit, if it is not suspended again.
pub async fn find_resumed_at(
    connection: &impl ConnectionTrait,
    benefit_id: Uuid,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let found = benefit_suspension::Entity::find_by_id(benefit_id)
        .one(connection)
        .await?;
    Ok(found.and_then(|row| row.resumed_at))
}

/// Suspends a benefit; the answer says whether it was not suspended before.
pub async fn suspend(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use benefit_suspension::Column;
    let resumed_at = Expr::col((benefit_suspension::Entity, Column::ResumedAt));
    benefit_suspension::Entity::insert(benefit_suspension::ActiveModel {
        benefit_id: Set(benefit_id),
        reason: Set(reason.into()),
        since_at: Set(now),
        resumed_at: Set(None),
    })
    .on_conflict(
        OnConflict::column(Column::BenefitId)
            .update_columns([Column::Reason, Column::SinceAt, Column::ResumedAt])
            .action_and_where(resumed_at.is_not_null())
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|written| written > 0)
}

/// Lifts a suspension; the answer says whether there was one.
pub async fn resume(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    use benefit_suspension::Column;
    let resumed = benefit_suspension::Entity::update_many()
        .col_expr(Column::ResumedAt, Expr::value(now))
        .filter(Column::BenefitId.eq(benefit_id))
        .filter(Column::ResumedAt.is_null())
        .exec(transaction)
        .await?;
    Ok(resumed.rows_affected > 0)
}

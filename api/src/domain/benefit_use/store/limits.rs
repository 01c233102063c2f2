//! Counters of uses: a use is counted and allowed by one statement.

use chrono::NaiveDate;
use entities::{benefit_quota, benefit_usage};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, DbErr, EntityTrait, ExprTrait,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

/// Counts a member's use within a period, unless it would be more than `most`.
pub async fn count_of_member(
    transaction: &impl ConnectionTrait,
    account_id: Uuid,
    benefit_id: Uuid,
    period_start: NaiveDate,
    most: i32,
) -> Result<bool, DbErr> {
    use benefit_quota::Column;
    if most < 1 {
        return Ok(false);
    }
    let used = || Expr::col((benefit_quota::Entity, Column::Used));
    let counted = benefit_quota::Entity::insert(benefit_quota::ActiveModel {
        account_id: Set(account_id),
        benefit_id: Set(benefit_id),
        period_start: Set(period_start),
        used: Set(1),
    })
    .on_conflict(
        OnConflict::columns([Column::AccountId, Column::BenefitId, Column::PeriodStart])
            .value(Column::Used, used().add(1))
            .action_and_where(used().lt(most))
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await?;
    Ok(counted > 0)
}

/// Counts a use by anybody, unless it would be more than `most`. Uses of one benefit queue at its
/// counter until they are committed, so that whatever is read of it afterwards is exact.
pub async fn count_of_all(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    most: Option<i32>,
) -> Result<bool, DbErr> {
    use benefit_usage::Column;
    if most.is_some_and(|most| most < 1) {
        return Ok(false);
    }
    let used = || Expr::col((benefit_usage::Entity, Column::Used));
    let counted = benefit_usage::Entity::insert(benefit_usage::ActiveModel {
        benefit_id: Set(benefit_id),
        used: Set(1),
    })
    .on_conflict(
        OnConflict::column(Column::BenefitId)
            .value(Column::Used, used().add(1))
            .action_and_where_option(most.map(|most| used().lt(most)))
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await?;
    Ok(counted > 0)
}

/// Holds a benefit's counter until the transaction ends, without counting.
pub async fn lock(transaction: &impl ConnectionTrait, benefit_id: Uuid) -> Result<(), DbErr> {
    use benefit_usage::Column;
    benefit_usage::Entity::insert(benefit_usage::ActiveModel {
        benefit_id: Set(benefit_id),
        used: Set(0),
    })
    .on_conflict(
        OnConflict::column(Column::BenefitId)
            .value(
                Column::Used,
                Expr::col((benefit_usage::Entity, Column::Used)),
            )
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

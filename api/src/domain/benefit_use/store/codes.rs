//! Pools of codes.

use entities::benefit_code;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    QueryTrait,
    sea_query::{Expr, LockBehavior, LockType, OnConflict},
};
use uuid::Uuid;

/// How many codes a pool has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    pub total: i64,
    /// Those that nobody has taken.
    pub left: i64,
}

/// Writes codes; those that the pool has already are left as they are. Says how many are new.
pub async fn insert(
    connection: &impl ConnectionTrait,
    codes: Vec<benefit_code::Model>,
) -> Result<u64, DbErr> {
    use benefit_code::Column;
    let rows = codes.into_iter().map(benefit_code::ActiveModel::from);
    benefit_code::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::columns([Column::BenefitId, Column::CodeLookup])
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(connection)
        .await
}

/// Takes one free code of a pool, as it is sealed. Nobody else gets it, and nobody waits for it.
pub async fn take(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    redemption_id: Uuid,
) -> Result<Option<Vec<u8>>, DbErr> {
    use benefit_code::Column;
    let free = benefit_code::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::BenefitId.eq(benefit_id))
        .filter(Column::RedemptionId.is_null())
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    // `=` and not `IN`: PostgreSQL may run the subquery of an `IN` more than once, and lock more.
    let taken = benefit_code::Entity::update_many()
        .col_expr(Column::RedemptionId, Expr::value(redemption_id))
        .filter(Expr::col(Column::Id).eq(free))
        .exec_with_returning(transaction)
        .await?;
    Ok(taken.into_iter().next().map(|row| row.code))
}

/// How many codes a pool has, and how many are left.
pub async fn count(connection: &impl ConnectionTrait, benefit_id: Uuid) -> Result<Pool, DbErr> {
    use benefit_code::Column;
    let counted: Option<(i64, i64)> = benefit_code::Entity::find()
        .select_only()
        .column_as(Column::BenefitId.count(), "total")
        .column_as(Column::RedemptionId.count(), "taken")
        .filter(Column::BenefitId.eq(benefit_id))
        .into_tuple()
        .one(connection)
        .await?;
    let pool = counted.map(|(total, taken)| Pool {
        total,
        left: total - taken,
    });
    Ok(pool.unwrap_or_default())
}

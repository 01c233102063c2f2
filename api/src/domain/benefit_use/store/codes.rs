//! Pools of codes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::{benefit, benefit_code, benefit_shortage, content, enums::RedemptionKind};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, LockBehavior, LockType, OnConflict, Order},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::{benefit_use::rules::Shortage, organisations::within_reach},
    infra::{
        auth::Reach,
        db::{Page, Position, Slice, fetch_rows, keyset, lock_row, row},
    },
};

/// How many codes a pool has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    pub total: i64,
    /// Those that nobody has taken.
    pub left: i64,
}

/// Holds a pool against others who fill it, until the transaction ends: two files with the same codes
/// in another order would wait for each other. Codes are taken meanwhile.
pub async fn lock_for_filling(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
) -> Result<(), DbErr> {
    lock_row::<content::Entity>(transaction, benefit_id)
        .await
        .map(|_| ())
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

/// How many codes each of these pools has, and how many are left; one without codes is not among them.
pub async fn count_each(
    connection: &impl ConnectionTrait,
    benefit_ids: &[Uuid],
) -> Result<HashMap<Uuid, Pool>, DbErr> {
    use benefit_code::Column;
    let counted: Vec<(Uuid, i64, i64)> = benefit_code::Entity::find()
        .select_only()
        .column(Column::BenefitId)
        .column_as(Column::Id.count(), "total")
        .column_as(Column::RedemptionId.count(), "taken")
        .filter(Column::BenefitId.is_in(benefit_ids.iter().copied()))
        .group_by(Column::BenefitId)
        .into_tuple()
        .all(connection)
        .await?;
    let pools = counted.into_iter().map(|(id, total, taken)| {
        let left = total - taken;
        (id, Pool { total, left })
    });
    Ok(pools.collect())
}

/// Notes that staff hear of a shortage of a pool of so many codes; `false`: they have heard already.
/// A pool only grows, so that how many codes it has tells one fill-up from the next.
pub async fn note_shortage(
    transaction: &impl ConnectionTrait,
    benefit_id: Uuid,
    shortage: Shortage,
    total: i64,
) -> Result<bool, DbErr> {
    use benefit_shortage::Column;
    let (heard, low_total, gone_total) = match shortage {
        Shortage::Low => (Column::LowTotal, total, 0),
        Shortage::Gone => (Column::GoneTotal, 0, total),
    };
    let written = benefit_shortage::Entity::insert(benefit_shortage::ActiveModel {
        benefit_id: Set(benefit_id),
        low_total: Set(low_total),
        gone_total: Set(gone_total),
    })
    .on_conflict(
        OnConflict::column(Column::BenefitId)
            .value(heard, Expr::value(total))
            .action_and_where(Expr::col((benefit_shortage::Entity, heard)).lt(total))
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await?;
    Ok(written > 0)
}

row! {
    /// A published benefit that is redeemed by a code of its pool.
    pub struct PooledBenefit of benefit {
        pub id: Uuid,
        pub slug: String,
        pub title: String,
        pub published_at: DateTime<Utc>,
    }
}

/// Where a pool stands in the list of staff: what was published last comes first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PoolPosition {
    pub published_at: DateTime<Utc>,
    pub id: Uuid,
}

impl Position for PoolPosition {
    const LIST: &'static str = "benefitCodePools";
}

/// Published benefits within a reach that have a pool, empty or not.
pub async fn list_pooled(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    page: &Page<PoolPosition>,
) -> Result<Slice<PooledBenefit>, DbErr> {
    use benefit::Column;
    let select = keyset(
        pooled(reach),
        (Column::PublishedAt, Column::Id),
        Order::Desc,
        page,
        |position| (position.published_at.into(), position.id.into()),
    );
    Ok(page.slice(fetch_rows(connection, select).await?))
}

pub async fn count_pooled(connection: &impl ConnectionTrait, reach: &Reach) -> Result<u64, DbErr> {
    pooled(reach).count(connection).await
}

fn pooled(reach: &Reach) -> Select<benefit::Entity> {
    let theirs = content::Entity::find()
        .select_only()
        .column(content::Column::Id)
        .filter(within_reach(reach, content::Column::OrganisationId))
        .into_query();
    benefit::Entity::find()
        .filter(benefit::Column::RedemptionKind.eq(RedemptionKind::UniqueCode))
        .filter(benefit::Column::Id.in_subquery(theirs))
}

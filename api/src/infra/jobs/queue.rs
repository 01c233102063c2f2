//! The queue's table.

use chrono::{DateTime, TimeDelta, Utc};
use entities::job;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, LockBehavior, LockType, OnConflict},
};
use serde_json::Value;
use uuid::Uuid;

/// So long a worker may take before another may try.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// The wait after the first failure doubles up to this.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// A job to be written.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Which handler does it.
    pub kind: &'static str,
    /// What the handler needs; personal data only sealed.
    pub payload: Value,
    /// A second job with the same key is not written.
    pub unique_key: Option<String>,
    /// Not before then.
    pub run_at: DateTime<Utc>,
}

/// Writes a job in the caller's transaction.
///
/// # Errors
/// Whatever the driver reports.
pub async fn enqueue(
    transaction: &impl ConnectionTrait,
    new: NewJob,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    job::Entity::insert(job::ActiveModel {
        id: Set(Uuid::now_v7()),
        kind: Set(new.kind.into()),
        payload: Set(new.payload),
        unique_key: Set(new.unique_key),
        run_at: Set(new.run_at),
        attempts: Set(0),
        leased_until_at: Set(None),
        fence: Set(0),
        last_error: Set(None),
        finished_at: Set(None),
        created_at: Set(now),
    })
    .on_conflict(
        OnConflict::column(job::Column::UniqueKey)
            .do_nothing()
            .to_owned(),
    )
    .exec_without_returning(transaction)
    .await
    .map(|_| ())
}

/// Leases the next jobs of these kinds that are due.
pub(super) async fn lease(
    connection: &impl ConnectionTrait,
    kinds: &[&str],
    most: u64,
    now: DateTime<Utc>,
) -> Result<Vec<job::Model>, DbErr> {
    let due = job::Entity::find()
        .select_only()
        .column(job::Column::Id)
        .filter(job::Column::FinishedAt.is_null())
        .filter(job::Column::RunAt.lte(now))
        .filter(job::Column::Kind.is_in(kinds.iter().copied()))
        .filter(
            Condition::any()
                .add(job::Column::LeasedUntilAt.is_null())
                .add(job::Column::LeasedUntilAt.lt(now)),
        )
        .order_by_asc(job::Column::RunAt)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_query();
    job::Entity::update_many()
        .col_expr(job::Column::LeasedUntilAt, Expr::value(now + LEASE))
        .col_expr(job::Column::Fence, Expr::col(job::Column::Fence).add(1))
        .col_expr(
            job::Column::Attempts,
            Expr::col(job::Column::Attempts).add(1),
        )
        .filter(job::Column::Id.in_subquery(due))
        .exec_with_returning(connection)
        .await
}

/// Notes that a job is done. What it carried is not kept.
pub(super) async fn finish(
    connection: &impl ConnectionTrait,
    job: &job::Model,
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    job::Entity::update_many()
        .col_expr(job::Column::FinishedAt, Expr::value(now))
        .col_expr(job::Column::Payload, Expr::value(Value::Null))
        .col_expr(job::Column::LastError, Expr::value(failure))
        .filter(job::Column::Id.eq(job.id))
        .filter(job::Column::Fence.eq(job.fence))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Puts a job back, to be tried again after a wait that doubles.
pub(super) async fn put_back(
    connection: &impl ConnectionTrait,
    job: &job::Model,
    failure: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    job::Entity::update_many()
        .col_expr(job::Column::RunAt, Expr::value(now + wait(job.attempts)))
        .col_expr(
            job::Column::LeasedUntilAt,
            Expr::value(Option::<DateTime<Utc>>::None),
        )
        .col_expr(job::Column::LastError, Expr::value(failure))
        .filter(job::Column::Id.eq(job.id))
        .filter(job::Column::Fence.eq(job.fence))
        .exec(connection)
        .await
        .map(|_| ())
}

/// Throws away jobs that were done before that instant.
pub(super) async fn prune(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    job::Entity::delete_many()
        .filter(job::Column::FinishedAt.lt(before))
        .exec(connection)
        .await
        .map(|_| ())
}

/// One second after the first failure, two after the second …
fn wait(attempts: i32) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).clamp(0, 20);
    LONGEST_WAIT.min(TimeDelta::seconds(1 << doublings))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        assert_eq!(wait(1), TimeDelta::seconds(1));
        assert_eq!(wait(4), TimeDelta::seconds(8));
        assert_eq!(wait(60), TimeDelta::minutes(15));
    }
}

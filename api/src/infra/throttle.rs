//! How often something may happen within a while, counted in the database, so that neither a restart
//! nor a second instance nor an empty Redis gives anybody more tries.

use chrono::{DateTime, TimeDelta, Utc};
use entities::throttle_event;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter,
};
use uuid::Uuid;

/// Events older than this count for nothing.
const KEPT: TimeDelta = TimeDelta::days(1);

/// So many within so long.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    pub most: u64,
    pub within: TimeDelta,
}

/// Notes that it happened.
///
/// # Errors
/// Whatever the driver reports.
pub async fn note(
    connection: &impl ConnectionTrait,
    kind: &str,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    throttle_event::Entity::insert(throttle_event::ActiveModel {
        id: Set(Uuid::now_v7()),
        kind: Set(kind.into()),
        subject: Set(subject.into()),
        happened_at: Set(now),
    })
    .exec_without_returning(connection)
    .await
    .map(|_| ())
}

/// Whether it may happen once more by every one of these allowances.
///
/// # Errors
/// Whatever the driver reports.
pub async fn allows(
    connection: &impl ConnectionTrait,
    kind: &str,
    subject: &str,
    allowances: &[Allowance],
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    for allowance in allowances {
        let happened = throttle_event::Entity::find()
            .filter(throttle_event::Column::Kind.eq(kind))
            .filter(throttle_event::Column::Subject.eq(subject))
            .filter(throttle_event::Column::HappenedAt.gt(now - allowance.within))
            .count(connection)
            .await?;
        if happened >= allowance.most {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Forgets what counts no more.
///
/// # Errors
/// Whatever the driver reports.
pub async fn forget_old(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    throttle_event::Entity::delete_many()
        .filter(throttle_event::Column::HappenedAt.lt(now - KEPT))
        .exec(connection)
        .await
        .map(|_| ())
}

//! What is thrown away when its time is over.

use chrono::{DateTime, TimeDelta, Utc};

use super::store::{challenges, sessions};
use crate::infra::{db::Database, error::Error, throttle};

/// Ended sessions are kept so long, for questions of their holder.
const ENDED_KEPT: TimeDelta = TimeDelta::days(30);
/// Challenges that ran out count for nothing.
const CHALLENGES_KEPT: TimeDelta = TimeDelta::hours(1);
/// Longer than any count of failures or sends looks back.
const GUARDS_KEPT: TimeDelta = TimeDelta::hours(48);

/// Forgets codes, counts and sessions that have run out.
///
/// # Errors
/// Whatever the database reports.
pub async fn forget_old(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    let writer = database.writer();
    challenges::forget_old(writer, now - CHALLENGES_KEPT).await?;
    challenges::forget_idle_guards(writer, now - GUARDS_KEPT).await?;
    throttle::forget_old(writer, now).await?;
    sessions::forget_old(writer, now - ENDED_KEPT).await?;
    Ok(())
}

//! Freezing months: what a report to the Council said can be shown again for ever.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    counting::CACHE_TAG,
    rules::{freezable_by, next_month},
    store,
};
use crate::infra::{
    clock::moscow_date,
    db::{Database, begin_long, bump_generation},
    error::Error,
};

/// Freezes every month that is over for long enough, was counted since and is not frozen yet; returns
/// those months. A month is frozen once, whoever tries it again. While anybody counts, nothing is frozen.
///
/// # Errors
/// Whatever the database reports; then the months before are frozen.
pub async fn freeze(database: &Database, now: DateTime<Utc>) -> Result<Vec<NaiveDate>, Error> {
    let last = freezable_by(moscow_date(now));
    let reader = database.reader();
    let Some(first) = store::find_first_month(reader).await? else {
        return Ok(Vec::new());
    };
    let frozen = store::list_frozen(reader, first, last).await?;
    let mut newly = Vec::new();
    let mut month = first;
    while month <= last {
        if !frozen.contains(&month) && freeze_month(database, month, now).await? {
            newly.push(month);
        }
        month = next_month(month);
    }
    Ok(newly)
}

async fn freeze_month(
    database: &Database,
    month: NaiveDate,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let transaction = begin_long(database).await?;
    // What somebody is still counting would be missing for ever.
    let Some(state) = store::lock_state(&transaction).await? else {
        return Ok(false);
    };
    let is_counted = state
        .counted_at
        .is_some_and(|at| month <= freezable_by(moscow_date(at)));
    if !is_counted || !store::mark_frozen(&transaction, month, now).await? {
        // At once: a transaction that is only dropped still keeps others from counting for a moment.
        transaction.rollback().await?;
        return Ok(false);
    }
    store::copy_month(&transaction, month).await?;
    bump_generation(&transaction, CACHE_TAG).await?;
    transaction.commit().await?;
    Ok(true)
}

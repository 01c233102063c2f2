//! What is thrown away when its time is over.

use chrono::{DateTime, TimeDelta, Utc};

use super::store::{devices, inbox, letters};
use crate::infra::{db::Database, error::Error};

/// Firebase takes a device for gone that has been silent for 270 days.
const SILENT_KEPT: TimeDelta = TimeDelta::days(270);
/// Of a dead device its holder may want to know why.
const DEAD_KEPT: TimeDelta = TimeDelta::days(30);
const INBOX_KEPT: TimeDelta = TimeDelta::days(180);

/// Forgets devices that nobody uses and messages that nobody will look for.
///
/// # Errors
/// Whatever the database reports.
pub async fn forget_old(database: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    let writer = database.writer();
    devices::forget_old(writer, now - SILENT_KEPT, now - DEAD_KEPT).await?;
    inbox::forget_old(writer, now - INBOX_KEPT).await?;
    letters::forget_old(writer, now - INBOX_KEPT).await?;
    Ok(())
}

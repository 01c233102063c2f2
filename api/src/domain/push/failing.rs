//! Campaigns that somebody should look at.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

use super::{store::failing, types::PushCampaign};
use crate::infra::{auth::Reach, error::Error};

/// Of what went wrong longer ago everybody has heard.
const LATELY: TimeDelta = TimeDelta::days(7);

/// The newest campaigns within a reach that failed in the last seven days, or of which more than five
/// per cent of the messages were refused.
///
/// # Errors
/// Whatever the database reports.
pub async fn list_failing_campaigns(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    limit: u64,
    now: DateTime<Utc>,
) -> Result<Vec<PushCampaign>, Error> {
    let rows = failing::list(connection, reach, now - LATELY, limit).await?;
    rows.into_iter().map(PushCampaign::of).collect()
}

/// How many of them there are.
///
/// # Errors
/// Whatever the database reports.
pub async fn count_failing_campaigns(
    connection: &impl ConnectionTrait,
    reach: &Reach,
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    Ok(failing::count(connection, reach, now - LATELY).await?)
}

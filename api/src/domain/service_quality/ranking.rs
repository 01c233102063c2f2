//! The ranking of services that an audience sees.

use entities::enums::ServicePortal;
use sea_orm::ConnectionTrait;

use super::{
    rules::{Edition, Period, Rank, Share, ShareCode, ranked},
    store,
};
use crate::infra::{auth::Audience, error::Error};

/// What is ranked, and by what.
#[derive(Clone, Copy, Debug)]
pub struct Ranking {
    pub by: ShareCode,
    pub portal: Option<ServicePortal>,
    pub period: Period,
    pub edition: Edition,
}

/// All services with reports enough, the best first.
///
/// # Errors
/// Whatever the database reports.
pub async fn rank(
    connection: &impl ConnectionTrait,
    audience: &Audience,
    ranking: &Ranking,
) -> Result<Vec<Rank>, Error> {
    let Ranking {
        by: code,
        portal,
        period,
        edition,
    } = *ranking;
    let sums = store::list_sums(connection, edition, (audience, portal), period, code).await?;
    let service = |(guide_id, reports, numerator, denominator)| {
        let share = Share {
            code,
            numerator,
            denominator,
        };
        (guide_id, reports, share)
    };
    Ok(ranked(sums.into_iter().map(service)))
}

//! What of a benefit is open to the one who asks.

use async_graphql::Context;
use uuid::Uuid;

use super::{
    store::terms::{self, Terms},
    types::BenefitUseErrorCode,
};
use crate::{
    domain::benefits::{Benefit, BenefitById, Eligibility, eligibility, is_running},
    infra::{
        auth::Viewer,
        clock::moscow_date,
        db::Database,
        error::Error,
        graphql::{Now, load_of},
    },
};

/// A benefit that the viewer sees.
///
/// # Errors
/// Whatever the database reports.
pub async fn find_seen(context: &Context<'_>, id: Uuid) -> Result<Option<Benefit>, Error> {
    Ok(load_of(context, BenefitById(id)).await?.map(Benefit))
}

/// Whether the viewer may use a benefit today.
///
/// # Errors
/// Whatever the database reports.
pub async fn is_eligible(context: &Context<'_>, benefit: &Benefit) -> Result<bool, Error> {
    let rules = benefit.rules(context).await?;
    let viewer = context.data_unchecked::<Viewer>();
    let today = moscow_date(Now::of(context));
    Ok(eligibility(&rules, viewer, today) == Eligibility::Eligible)
}

/// The terms of a benefit that the viewer may use now.
///
/// # Errors
/// Top-level faults; the inner error is what the client is told.
pub async fn find_open(
    context: &Context<'_>,
    id: Uuid,
) -> Result<Result<Terms, BenefitUseErrorCode>, Error> {
    let Some(benefit) = find_seen(context, id).await? else {
        return Ok(Err(BenefitUseErrorCode::BenefitNotFound));
    };
    let (from, through) = (benefit.0.row.valid_from, benefit.0.row.valid_through);
    if !is_running(from, through, moscow_date(Now::of(context))) {
        return Ok(Err(BenefitUseErrorCode::NotRunning));
    }
    if !is_eligible(context, &benefit).await? {
        return Ok(Err(BenefitUseErrorCode::NotEligible));
    }
    let reader = context.data_unchecked::<Database>().reader();
    let terms = terms::find(reader, id).await?;
    Ok(terms.ok_or(BenefitUseErrorCode::BenefitNotFound))
}
